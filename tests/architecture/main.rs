//! The shape of the program, held by tests: who may use whom, who may allow writing, how long a file may be, how the window is
//! locked down, and who reads payloads.

mod configuration;
mod dependencies;
mod files;
mod grants;
mod packaging;
mod payloads;
#[cfg(unix)]
mod set_up;
mod supply;
mod weaker;

use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Paths of the files that git knows or would take, relative to the root.
fn sources(endings: &[&str]) -> Vec<PathBuf> {
    let listed = std::process::Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .expect("git lists the files");
    assert!(listed.status.success(), "git ls-files failed");
    let found: Vec<PathBuf> = String::from_utf8(listed.stdout)
        .expect("paths are UTF-8")
        .lines()
        .filter(|path| endings.iter().any(|ending| path.ends_with(ending)))
        .map(PathBuf::from)
        .filter(|path| root().join(path).is_file())
        .collect();
    assert!(!found.is_empty(), "no file ends in {endings:?}");
    found
}
