//! Files that are dropped on the main window. A workspace opens as it does from the desktop's file manager: in a program of its
//! own, or, where it is open already, in the window that shows it.

use crate::{app::App, wire::Ping};
use std::{
    io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};
use tauri::{AppHandle, Manager};

/// What the page is told of each file; a link to a page or a folder is none.
pub(crate) fn take(app: &AppHandle, paths: &[PathBuf]) {
    for path in paths {
        let opened = is_workspace(path) && start(path).is_ok();
        let name = path.file_name().unwrap_or(path.as_os_str());
        app.state::<App>().ping(Ping::Dropped {
            name: name.to_string_lossy().into_owned(),
            opened,
        });
    }
}

/// By its name, as the desktop tells files apart; what it holds is looked at where it is opened.
fn is_workspace(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default();
    extension.eq_ignore_ascii_case("kscope") && path.is_absolute() && path.is_file()
}

fn start(workspace: &Path) -> io::Result<()> {
    let program = std::env::current_exe()?;
    let mut started = Command::new(program)
        .arg(workspace)
        .stdin(Stdio::null())
        .spawn()
        .inspect_err(
            |error| tracing::warn!(path = %workspace.display(), %error, "it cannot be opened"),
        )?;
    // one that has ended is not kept by the system
    std::thread::spawn(move || started.wait());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::is_workspace;
    use std::{fs, path::Path};

    #[test]
    fn a_workspace_is_a_file_that_is_there_with_that_ending() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        for name in ["a.kscope", "B.KSCOPE", "-c.kscope", "kinescope:d.kscope"] {
            fs::write(at(name), "").expect("a file");
            assert!(is_workspace(&at(name)), "{name}");
        }
        fs::create_dir(at("folder.kscope")).expect("a folder");
        for name in [
            "a.json",
            "a.kscope-wal",
            "kscope",
            "gone.kscope",
            "folder.kscope",
        ] {
            assert!(!is_workspace(&at(name)), "{name}");
        }
        assert!(!is_workspace(Path::new("a.kscope")), "of no known folder");
    }
}
