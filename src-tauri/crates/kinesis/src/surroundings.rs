//! What a process inherits about AWS: environment variables and where the two config files are.
//!
//! It is a value, so that a test can say what it holds; it reads the environment in one place and
//! interprets nothing.

use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_types::os_shim_internal::{Env, Fs};
use std::{collections::BTreeMap, path::PathBuf};

const CONFIG_FILE: &str = "AWS_CONFIG_FILE";
const CREDENTIALS_FILE: &str = "AWS_SHARED_CREDENTIALS_FILE";

/// The `AWS_*` environment variables.
#[derive(Clone, Debug, Default)]
pub struct AwsSurroundings(BTreeMap<String, String>);

impl AwsSurroundings {
    /// Variables that are no UTF-8 are left out, whosever they are: the SDK could not use them either.
    pub fn of_process() -> Self {
        Self(
            std::env::vars_os()
                .filter_map(|(name, value)| {
                    Some((name.into_string().ok()?, value.into_string().ok()?))
                })
                .filter(|(name, value)| name.starts_with("AWS_") && !value.is_empty())
                .collect(),
        )
    }

    pub fn of(variables: &[(&str, &str)]) -> Self {
        Self(
            variables
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        )
    }

    /// The profile that [`Source::Environment`](crate::Source::Environment) takes its settings from, where one is
    /// named.
    pub fn profile(&self) -> Option<&str> {
        self.variable("AWS_PROFILE")
    }

    pub(crate) fn variable(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub(crate) fn is_set_true(&self, name: &str) -> bool {
        self.variable(name)
            .is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// The files that [`of_process`](Self::of_process) would use: the overriding variables, or the
    /// places in the home folder. A file that is not there counts as empty, as the AWS CLI has it.
    pub(crate) fn files(&self) -> EnvConfigFiles {
        let mut files = EnvConfigFiles::builder();
        for (variable, kind) in [
            (CONFIG_FILE, EnvConfigFileKind::Config),
            (CREDENTIALS_FILE, EnvConfigFileKind::Credentials),
        ] {
            files = match (self.variable(variable).map(PathBuf::from), kind) {
                (Some(path), kind) if path.exists() => files.with_file(kind, path),
                (Some(_), kind) => files.with_contents(kind, ""),
                (None, EnvConfigFileKind::Config) => files.include_default_config_file(true),
                (None, EnvConfigFileKind::Credentials) => {
                    files.include_default_credentials_file(true)
                }
            };
        }
        files.build()
    }

    /// The file system and environment through which the default files are found.
    pub(crate) fn system() -> (Fs, Env) {
        (Fs::real(), Env::real())
    }
}
