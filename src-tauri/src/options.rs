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
    /// A link to a view, as the window copies it; the window reads it, and says so where it leads nowhere.
    pub link: Option<String>,
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
Usage: kinescope [--demo] [--safe-rendering] [WORKSPACE.kscope] [LINK]

  --demo              open on an embedded Kinesis with a running order flow
  --safe-rendering    draw without GPU shortcuts, if the window stays blank
  --help              this text
  --version           the program's name and version

Without a workspace file, the one in the platform's data folder is opened.
A LINK begins with kinescope: and leads to a view of the workspace, also where
its window is open already.
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
                Some(link) if is_link(link) => {
                    if options.link.replace(link.to_owned()).is_some() {
                        return Err("only one link can be followed".to_owned());
                    }
                }
                Some(unknown) if unknown.starts_with('-') => {
                    return Err(format!("there is no option {unknown}"));
                }
                _ if options.workspace.is_some() => {
                    return Err("only one workspace can be opened".to_owned());
                }
                Some(address) if begins_with(address, FILE_SCHEME) => {
                    options.workspace = Some(file_at(address)?);
                }
                _ => options.workspace = Some(PathBuf::from(arg)),
            }
        }
        Ok(Asked::Run(options))
    }
}

/// A file of such a name is given with its folder: `./kinescope:…`.
fn is_link(text: &str) -> bool {
    begins_with(text, "kinescope:")
}

const FILE_SCHEME: &str = "file://";

fn begins_with(text: &str, scheme: &str) -> bool {
    text.get(..scheme.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
}

/// Desktops name a file by its address where the program also takes links.
fn file_at(address: &str) -> Result<PathBuf, String> {
    let url = tauri::Url::parse(address).ok();
    let path = url.and_then(|url| url.to_file_path().ok());
    path.ok_or_else(|| format!("there is no file of this machine at {address}"))
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
            link: None,
        };
        assert_eq!(parse(&["a.kscope", "--demo"]), Ok(Asked::Run(expected)));
    }

    #[test]
    fn a_link_stands_beside_the_workspace() {
        let text = "Kinescope://explore?in=a.kscope&filter=%C3%A9";
        let expected = Options {
            workspace: Some(PathBuf::from("a.kscope")),
            link: Some(text.to_owned()),
            ..Options::default()
        };
        assert_eq!(parse(&[text, "a.kscope"]), Ok(Asked::Run(expected)));
        assert_eq!(
            parse(&[text, text]),
            Err("only one link can be followed".to_owned())
        );
        let short = Options {
            workspace: Some(PathBuf::from("kinescopé")),
            ..Options::default()
        };
        assert_eq!(parse(&["kinescopé"]), Ok(Asked::Run(short)));
    }

    #[test]
    #[cfg(unix)]
    fn a_file_may_be_named_by_its_address() {
        let expected = Options {
            workspace: Some(PathBuf::from("/home/ada/é b.kscope")),
            ..Options::default()
        };
        let parsed = parse(&["file:///home/ada/%C3%A9%20b.kscope"]);
        assert_eq!(parsed, Ok(Asked::Run(expected)));
        let elsewhere = "file://elsewhere/a.kscope";
        assert_eq!(
            parse(&[elsewhere]),
            Err(format!("there is no file of this machine at {elsewhere}"))
        );
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
