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

impl Options {
    pub const USAGE: &str = "\
Usage: kinescope [--demo] [--safe-rendering] [WORKSPACE.kscope]

  --demo              open on an embedded Kinesis with a running order flow
  --safe-rendering    draw without GPU shortcuts, if the window stays blank
  --help              this text

Without a workspace file, the one in the platform's data folder is opened.
KINESCOPE_LOG sets what is logged to standard error, for instance `debug`.";

    /// `None` where only the usage was asked for.
    ///
    /// # Errors
    /// A sentence that names the argument that was not understood.
    pub fn from_args(args: impl IntoIterator<Item = OsString>) -> Result<Option<Self>, String> {
        let mut options = Self::default();
        for arg in args {
            match arg.to_str() {
                Some("--demo") => options.demo = true,
                Some("--safe-rendering") => options.safe_rendering = true,
                Some("--help" | "-h") => return Ok(None),
                Some(unknown) if unknown.starts_with('-') => {
                    return Err(format!("there is no option {unknown}"));
                }
                _ if options.workspace.is_some() => {
                    return Err("only one workspace can be opened".to_owned());
                }
                _ => options.workspace = Some(PathBuf::from(arg)),
            }
        }
        Ok(Some(options))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(args: &[&str]) -> Result<Option<Options>, String> {
        Options::from_args(args.iter().map(OsString::from))
    }

    #[test]
    fn options_and_a_workspace_in_any_order() {
        let expected = Options {
            demo: true,
            workspace: Some(PathBuf::from("a.kscope")),
            safe_rendering: false,
        };
        assert_eq!(parse(&["a.kscope", "--demo"]), Ok(Some(expected)));
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
        assert_eq!(parse(&["--help"]), Ok(None));
    }
}
