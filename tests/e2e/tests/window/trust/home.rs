//! A person of the test's own: home, settings, credentials, and what the app says on standard error, in one folder.

use e2e::Start;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

pub struct Home(tempfile::TempDir);

impl Home {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    pub fn folder(&self) -> &Path {
        self.0.path()
    }

    pub fn log(&self) -> PathBuf {
        self.folder().join("app.log")
    }

    /// On the demo.
    pub fn start(&self) -> Start {
        let at = |name: &str| self.folder().join(name).display().to_string();
        Start::demo(&self.folder().join("work.kscope"))
            .logged(&self.log())
            .with("HOME", &at(""))
            .with("XDG_CONFIG_HOME", &at("config"))
            .with("XDG_DATA_HOME", &at("data"))
            .with("XDG_CACHE_HOME", &at("cache"))
            .with("RUST_BACKTRACE", "1")
    }

    pub fn logged(&self) -> String {
        // nothing was said yet
        fs::read(self.log()).map_or_else(
            |_| String::new(),
            |log| String::from_utf8_lossy(&log).into_owned(),
        )
    }

    /// What the app says where it panics, each with its place.
    pub fn panics(&self) -> Vec<String> {
        let log = self.logged();
        let lines: Vec<&str> = log.lines().collect();
        let panics = lines
            .iter()
            .enumerate()
            .filter(|(_, line)| line.contains("panicked at"));
        panics
            .map(|(at, line)| format!("{line} {}", lines.get(at + 1).unwrap_or(&"")))
            .collect()
    }

    /// Every file below, by its path.
    pub fn files(&self) -> BTreeSet<PathBuf> {
        files_below(self.folder())
    }
}

pub fn files_below(folder: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files_below(&path));
        } else {
            found.insert(path);
        }
    }
    found
}
