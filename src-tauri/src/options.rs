//! The command line.

use std::{ffi::OsString, path::PathBuf};

/// What the program was asked for at its start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Open on the embedded endpoint with its running order flow.
    pub demo: bool,
    /// The workspace file; by default one in the platform's data folder.
    pub workspace: Option<PathBuf>,
    /// Draw without the GPU's shortcuts, for machines where the window stays blank.
    pub safe_rendering: bool,
}

/// What a command line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    Run(Options),
    Usage,
    Version,
}

impl Options {
    pub const VERSION: &str = concat!("kinescope ", env!("CARGO_PKG_VERSION"));
    pub const USAGE: &str = "\
Usage: kinescope [--demo] [--safe-rendering] [WORKSPACE.kscope]

  --demo              open on an embedded Kinesis with a running order flow
  --safe-rendering    draw without GPU shortcuts, if the window stays blank
  --help              this text
  --version           the program's name and version

Without a workspace file, the one in the platform's data folder is opened.
KINESCOPE_LOG sets what is logged to standard error, for instance `debug`.";

    /// # Errors
    /// A sentence that names the argument that was not understood.
    pub fn from_args(args: impl IntoIterator<Item = OsString>) -> Result<Asked, String> {
        let mut options = Self::default();
        for arg in args {
            match arg.to_str() {
                Some("--demo") => options.demo = true,
                Some("--safe-rendering") => options.safe_rendering = true,
                Some("--help" | "-h") => return Ok(Asked::Usage),
                Some("--version" | "-V") => return Ok(Asked::Version),
                Some(unknown) if unknown.starts_with('-') => {
                    return Err(format!("there is no option {unknown}"));
                }
                _ if options.workspace.is_some() => {
                    return Err("only one workspace can be opened".to_owned());
                }
                _ => options.workspace = Some(PathBuf::from(arg)),
            }
        }
        Ok(Asked::Run(options))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(args: &[&str]) -> Result<Asked, String> {
        Options::from_args(args.iter().map(OsString::from))
    }

    #[test]
    fn options_and_a_workspace_in_any_order() {
        let expected = Options {
            demo: true,
            workspace: Some(PathBuf::from("a.kscope")),
            safe_rendering: false,
        };
        assert_eq!(parse(&["a.kscope", "--demo"]), Ok(Asked::Run(expected)));
    }

    #[test]
    fn what_is_not_known_is_named() {
        assert_eq!(
            parse(&["--dmeo"]),
            Err("there is no option --dmeo".to_owned())
        );
        assert_eq!(
            parse(&["a", "b"]),
            Err("only one workspace can be opened".to_owned())
        );
        assert_eq!(parse(&["--help"]), Ok(Asked::Usage));
        assert_eq!(parse(&["--demo", "-V"]), Ok(Asked::Version));
    }
}
