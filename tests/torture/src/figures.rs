//! What the suites tell: a line each, and one file for all.

use serde::{Deserialize, Serialize};
use std::{
    fs::OpenOptions,
    io::{self, Read, Seek, Write},
    path::Path,
};

/// One suite's outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    pub name: String,
    /// Cases that were run.
    pub tried: u64,
    /// Faults that happened to them: a case without one tries nothing.
    pub fired: u64,
    /// Cases in which an invariant did not hold.
    pub broken: u64,
}

impl Figure {
    /// Writes this one into the file, beside what other suites wrote; suites of other processes may write meanwhile.
    pub fn save(&self, path: &Path) -> io::Result<()> {
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(path)?;
        file.lock()?;
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        let mut all: Vec<Self> = serde_json::from_str(&text).unwrap_or_default();
        all.retain(|old| old.name != self.name);
        all.push(self.clone());
        all.sort_by(|a, b| a.name.cmp(&b.name));
        file.set_len(0)?;
        file.rewind()?;
        file.write_all(&serde_json::to_vec_pretty(&all)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suite_replaces_its_own_figure_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("deep/figures.json");
        let figure = |name: &str, tried| Figure {
            name: name.to_owned(),
            tried,
            fired: 1,
            broken: 0,
        };
        for one in [figure("b", 1), figure("a", 2), figure("b", 3)] {
            one.save(&path).expect("written");
        }
        let text = std::fs::read(&path).expect("a file");
        let all: Vec<Figure> = serde_json::from_slice(&text).expect("figures");
        assert_eq!(all, [figure("a", 2), figure("b", 3)]);
    }
}
