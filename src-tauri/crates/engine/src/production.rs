//! By which words production is known: the usual ones, or those of a file among the person's settings; and which
//! connections a person said to be it.
//!
//! `production-patterns.txt` has one pattern a line; `#` begins a remark. It is read anew for each question, and
//! stands in for the usual words. A file that is there and cannot be read makes everything look like production.

use crate::{Choice, Engine, EngineError, engine::blocking};
use kinesis::ProductionPatterns;
use std::{fs, io, path::Path};

const FILE_NAME: &str = "production-patterns.txt";
const ANYTHING: &str = "*";

impl Engine {
    /// Also whether the person said so of the connection.
    pub(crate) async fn production_patterns(
        &self,
        choice: &Choice,
    ) -> Result<ProductionPatterns, EngineError> {
        let is_said = self.is_said_production(choice).await?;
        let engine = self.clone();
        let patterns = blocking(move || patterns(engine.trusted().folder())).await?;
        Ok(if is_said { patterns.marked() } else { patterns })
    }
}

fn patterns(settings: Option<&Path>) -> ProductionPatterns {
    let Some(path) = settings.map(|folder| folder.join(FILE_NAME)) else {
        return ProductionPatterns::default();
    };
    match fs::read_to_string(&path) {
        Ok(text) => {
            let lines = text
                .lines()
                .map(|line| line.split('#').next().unwrap_or_default());
            ProductionPatterns::new(lines)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => ProductionPatterns::default(),
        Err(error) => {
            tracing::warn!(path = %path.display(), %error, "the patterns of production cannot be read: everything looks like it");
            ProductionPatterns::new([ANYTHING])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_stands_in_for_the_usual_words() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(patterns(Some(folder.path())), ProductionPatterns::default());
        assert_eq!(patterns(None), ProductionPatterns::default());
        let path = folder.path().join(FILE_NAME);
        fs::write(&path, "# ours\nacme-*  # all of it\n\nlive\n").expect("a file");
        assert_eq!(
            patterns(Some(folder.path())),
            ProductionPatterns::new(["acme-*", "live"])
        );
        fs::write(&path, [0xff, 0xfe]).expect("a file");
        assert_eq!(
            patterns(Some(folder.path())),
            ProductionPatterns::new(["*"])
        );
    }
}
