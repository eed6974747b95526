//! Which endpoints beyond AWS and this machine a person has confirmed: once for each kind of credentials and host.
//!
//! They are kept in one small file of the person's own settings and not in the workspace: a workspace may come
//! from somebody else, and must not say where signed requests may go. The file is read whenever it is asked, so
//! that what one window withdraws counts in the others. One that cannot be read confirms nothing.

use crate::{ConnectionSource, engine::locked, private_file};
use kinesis::AwsSurroundings;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeSet,
    io,
    path::{Path, PathBuf},
    sync::Mutex,
};

/// One confirmed endpoint.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TrustedEndpoint {
    /// Whose signatures may go there: "profile dev", "environment", "placeholders".
    pub credentials: String,
    /// `HOST:PORT`.
    pub host: String,
}

/// Whose signatures go to a confirmed endpoint, for who says so in other words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose<'a> {
    Profile(&'a str),
    /// With the profile that it names.
    Environment(Option<&'a str>),
    /// The program's own, which no AWS knows.
    Placeholders,
    /// Its requests are not signed.
    Nobody,
}

const PROFILE: &str = "profile ";
const ENVIRONMENT: &str = "environment";
const PLACEHOLDERS: &str = "placeholders";
const UNSIGNED: &str = "traces of sagas, unsigned";

impl TrustedEndpoint {
    pub fn whose(&self) -> Whose<'_> {
        let credentials = self.credentials.as_str();
        if credentials == UNSIGNED {
            return Whose::Nobody;
        }
        if let Some(name) = credentials.strip_prefix(PROFILE) {
            return Whose::Profile(name);
        }
        let Some(rest) = credentials.strip_prefix(ENVIRONMENT) else {
            return Whose::Placeholders;
        };
        let profile = rest.strip_prefix(", ");
        Whose::Environment(profile.and_then(|profile| profile.strip_prefix(PROFILE)))
    }

    pub(crate) fn of(source: &ConnectionSource, host: String) -> Self {
        let credentials = match source {
            ConnectionSource::Profile(name) => format!("{PROFILE}{name}"),
            ConnectionSource::Demo | ConnectionSource::Local => PLACEHOLDERS.to_owned(),
            ConnectionSource::Environment => match AwsSurroundings::of_process().profile() {
                Some(profile) => format!("{ENVIRONMENT}, {PROFILE}{profile}"),
                None => ENVIRONMENT.to_owned(),
            },
        };
        Self { credentials, host }
    }

    /// Whom sagas may be sent to as traces. Those requests are not signed.
    pub(crate) fn of_collector(host: String) -> Self {
        Self {
            credentials: UNSIGNED.to_owned(),
            host,
        }
    }
}

#[derive(Debug)]
pub struct TrustedEndpoints(Kept);

#[derive(Debug)]
enum Kept {
    ThisRun(Mutex<BTreeSet<TrustedEndpoint>>),
    File {
        path: PathBuf,
        /// Two changes at once would lose one.
        changing: Mutex<()>,
        /// Confirmed, and not to be written: for this run.
        unwritten: Mutex<BTreeSet<TrustedEndpoint>>,
    },
}

/// The file, as it is written.
#[derive(Default, Serialize, Deserialize)]
struct Written {
    endpoints: BTreeSet<TrustedEndpoint>,
}

const WHAT: &str = "the confirmed endpoints";
const FILE_NAME: &str = "trusted-endpoints.json";

impl TrustedEndpoints {
    /// Forgotten when the engine ends.
    pub fn of_this_run() -> Self {
        Self(Kept::ThisRun(Mutex::default()))
    }

    /// Kept in `trusted-endpoints.json` of this folder, which is made when there is something to keep.
    pub fn in_folder(folder: &Path) -> Self {
        Self(Kept::File {
            path: folder.join(FILE_NAME),
            changing: Mutex::default(),
            unwritten: Mutex::default(),
        })
    }

    /// The platform's folder for settings; only for this run where there is none.
    pub fn of_person() -> Self {
        directories::ProjectDirs::from("dev", "kinescope", "Kinescope")
            .map_or_else(Self::of_this_run, |dirs| Self::in_folder(dirs.config_dir()))
    }

    /// Where the person's settings are, if they are kept.
    pub fn folder(&self) -> Option<&Path> {
        match &self.0 {
            Kept::ThisRun(_) => None,
            Kept::File { path, .. } => path.parent(),
        }
    }

    pub fn all(&self) -> BTreeSet<TrustedEndpoint> {
        match &self.0 {
            Kept::ThisRun(endpoints) => locked(endpoints).clone(),
            Kept::File {
                path, unwritten, ..
            } => {
                let mut all = read(path);
                all.extend(locked(unwritten).iter().cloned());
                all
            }
        }
    }

    pub(crate) fn holds(&self, endpoint: &TrustedEndpoint) -> bool {
        self.all().contains(endpoint)
    }

    /// For good; where it cannot be written, until the engine ends.
    pub(crate) fn confirm(&self, endpoint: TrustedEndpoint) {
        let asked = endpoint.clone();
        if let Err(error) = self.change(|endpoints| endpoints.insert(asked)) {
            tracing::warn!(%error, "a confirmed endpoint cannot be kept: it will be asked about again");
            if let Kept::File { unwritten, .. } = &self.0 {
                locked(unwritten).insert(endpoint);
            }
        }
    }

    pub(crate) fn withdraw(&self, endpoint: &TrustedEndpoint) -> io::Result<()> {
        if let Kept::File { unwritten, .. } = &self.0
            && locked(unwritten).remove(endpoint)
        {
            return Ok(());
        }
        self.change(|endpoints| endpoints.remove(endpoint))
    }

    fn change(
        &self,
        change: impl FnOnce(&mut BTreeSet<TrustedEndpoint>) -> bool,
    ) -> io::Result<()> {
        match &self.0 {
            Kept::ThisRun(endpoints) => {
                change(&mut locked(endpoints));
                Ok(())
            }
            Kept::File { path, changing, .. } => {
                let _alone = locked(changing);
                let mut endpoints = private_file::read_to_change::<Written>(path, WHAT)?.endpoints;
                if change(&mut endpoints) {
                    write(path, endpoints)?;
                }
                Ok(())
            }
        }
    }
}

fn read(path: &Path) -> BTreeSet<TrustedEndpoint> {
    private_file::read::<Written>(path, WHAT).endpoints
}

fn write(path: &Path, endpoints: BTreeSet<TrustedEndpoint>) -> io::Result<()> {
    private_file::write(path, &Written { endpoints })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn endpoint(profile: &str, host: &str) -> TrustedEndpoint {
        TrustedEndpoint::of(
            &ConnectionSource::Profile(profile.to_owned()),
            host.to_owned(),
        )
    }

    #[test]
    fn whose_signatures_go_there_is_told_in_parts() {
        let of = |source| TrustedEndpoint::of(&source, "a:1".to_owned());
        let profile = of(ConnectionSource::Profile("dev".to_owned()));
        assert_eq!(profile.whose(), Whose::Profile("dev"));
        assert_eq!(of(ConnectionSource::Local).whose(), Whose::Placeholders);
        let collector = TrustedEndpoint::of_collector("a:1".to_owned());
        assert_eq!(collector.whose(), Whose::Nobody);
        let kept = |credentials: &str| TrustedEndpoint {
            credentials: credentials.to_owned(),
            host: String::new(),
        };
        for (credentials, profile) in [
            ("environment", None),
            ("environment, profile a, b", Some("a, b")),
        ] {
            assert_eq!(kept(credentials).whose(), Whose::Environment(profile));
        }
    }

    #[test]
    fn what_is_confirmed_is_there_after_a_restart_for_this_profile_and_host_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let settings = folder.path().join("settings");
        let confirmed = endpoint("dev", "kinesis.corp:8443");
        TrustedEndpoints::in_folder(&settings).confirm(confirmed.clone());
        let later = TrustedEndpoints::in_folder(&settings);
        assert!(later.holds(&confirmed));
        assert!(!later.holds(&endpoint("prod", "kinesis.corp:8443")));
        assert!(!later.holds(&endpoint("dev", "kinesis.corp:9443")));
        later.withdraw(&confirmed).expect("withdrawn");
        assert!(TrustedEndpoints::in_folder(&settings).all().is_empty());
    }

    #[test]
    fn of_changes_at_once_none_is_lost() {
        let folder = tempfile::tempdir().expect("a folder");
        let trusted = TrustedEndpoints::in_folder(folder.path());
        let ports = 1..=8;
        std::thread::scope(|threads| {
            for port in ports.clone() {
                let trusted = &trusted;
                threads.spawn(move || {
                    let host = format!("kinesis.corp:{port}");
                    trusted.confirm(endpoint("dev", &host));
                });
            }
        });
        assert_eq!(trusted.all().len(), ports.count());
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_can_read_or_change_the_file() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let settings = folder.path().join("settings");
        TrustedEndpoints::in_folder(&settings).confirm(endpoint("dev", "kinesis.corp:443"));
        let mode = |path: &Path| {
            fs::metadata(path)
                .expect("it is there")
                .permissions()
                .mode()
                & 0o777
        };
        assert_eq!(
            (mode(&settings), mode(&settings.join(FILE_NAME))),
            (0o700, 0o600)
        );
        assert_eq!(
            fs::read_dir(&settings).expect("the folder").count(),
            1,
            "nothing is left beside it"
        );
    }

    #[test]
    fn a_damaged_file_confirms_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join(FILE_NAME), "{\"endpoints\": [\"*\"]}").expect("written");
        let trusted = TrustedEndpoints::in_folder(folder.path());
        assert!(trusted.all().is_empty());
        let names = || {
            let entries = fs::read_dir(folder.path()).expect("the folder");
            let mut names: Vec<_> = entries
                .map(|entry| entry.expect("a file").file_name())
                .collect();
            names.sort();
            names
        };
        assert_eq!(names(), [FILE_NAME], "who only looks leaves it as it is");
        trusted.confirm(endpoint("dev", "kinesis.corp:443"));
        assert_eq!(names(), ["trusted-endpoints.damaged", FILE_NAME]);
        assert_eq!(trusted.all().len(), 1);
    }
}
