//! Filters, questions and SQL statements that a person asked before, and those saved under a name.
//!
//! They are the person's and not the workspace's, as they name what the person looks for; they are kept in one private
//! file, or for this run only where there is no folder for settings. It does not read them: a text that cannot be
//! read any more says so where it is asked again.

use crate::{Engine, EngineError, engine::blocking, private_file::Personal};
use serde::{Deserialize, Serialize};
use std::path::Path;

const WHAT: &str = "the filters and questions asked before";
const FILE_NAME: &str = "asked.json";
const MOST_ASKED: usize = 100;
const MOST_SAVED: usize = 200;
const MOST_NAME_CHARS: usize = 100;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextKind {
    Filter,
    Question,
    Sql,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct KnownTexts {
    /// The latest first, each once.
    pub asked: Vec<String>,
    /// By their names.
    pub saved: Vec<SavedText>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedText {
    pub name: String,
    pub text: String,
}

/// The file, as it is written.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct Written {
    filters: KnownTexts,
    questions: KnownTexts,
    statements: KnownTexts,
}

pub(crate) struct Texts(Personal<Written>);

impl Texts {
    pub fn new(folder: Option<&Path>) -> Self {
        Self(Personal::new(folder, FILE_NAME, WHAT))
    }

    fn known(&self, kind: TextKind) -> KnownTexts {
        std::mem::take(self.0.read().of(kind))
    }

    fn change(
        &self,
        kind: TextKind,
        change: impl FnOnce(&mut KnownTexts),
    ) -> Result<KnownTexts, EngineError> {
        self.0.change(|written| {
            change(written.of(kind));
            Ok(written.of(kind).clone())
        })
    }
}

impl Written {
    fn of(&mut self, kind: TextKind) -> &mut KnownTexts {
        match kind {
            TextKind::Filter => &mut self.filters,
            TextKind::Question => &mut self.questions,
            TextKind::Sql => &mut self.statements,
        }
    }
}

impl KnownTexts {
    fn remember(&mut self, text: &str) {
        self.asked.retain(|known| known != text);
        self.asked.insert(0, text.to_owned());
        self.asked.truncate(MOST_ASKED);
    }

    fn save(&mut self, name: &str, text: &str) {
        let (name, text) = (name.to_owned(), text.to_owned());
        self.saved.retain(|known| known.name != name);
        self.saved.push(SavedText { name, text });
        self.saved.sort_by(|a, b| a.name.cmp(&b.name));
    }
}

impl Engine {
    pub async fn known_texts(&self, kind: TextKind) -> Result<KnownTexts, EngineError> {
        let engine = self.clone();
        blocking(move || engine.texts().known(kind)).await
    }

    /// Puts a text that was asked before all others. One that is empty is not kept.
    pub async fn remember_text(
        &self,
        kind: TextKind,
        text: String,
    ) -> Result<KnownTexts, EngineError> {
        self.change_texts(kind, move |known| match text.trim() {
            "" => {}
            text => known.remember(text),
        })
        .await
    }

    /// In the place of what had the name.
    ///
    /// # Errors
    /// [`EngineError::Input`] for an empty name, a long one, or more than can be kept.
    pub async fn save_text(
        &self,
        kind: TextKind,
        name: String,
        text: String,
    ) -> Result<KnownTexts, EngineError> {
        let name = name.trim().to_owned();
        if name.is_empty() || name.chars().count() > MOST_NAME_CHARS {
            return Err(EngineError::Input(format!(
                "a name has 1 to {MOST_NAME_CHARS} characters"
            )));
        }
        let known = self.known_texts(kind).await?.saved;
        if known.len() >= MOST_SAVED && known.iter().all(|saved| saved.name != name) {
            return Err(EngineError::Input(format!(
                "there are {MOST_SAVED} already: forget one first"
            )));
        }
        self.change_texts(kind, move |known| known.save(&name, text.trim()))
            .await
    }

    /// Forgetting what is not there is no error.
    pub async fn forget_text(
        &self,
        kind: TextKind,
        name: String,
    ) -> Result<KnownTexts, EngineError> {
        self.change_texts(kind, move |known| {
            known.saved.retain(|saved| saved.name != name);
        })
        .await
    }

    async fn change_texts(
        &self,
        kind: TextKind,
        change: impl FnOnce(&mut KnownTexts) + Send + 'static,
    ) -> Result<KnownTexts, EngineError> {
        let engine = self.clone();
        blocking(move || engine.texts().change(kind, change)).await?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_is_there_once_the_latest_first() {
        let texts = Texts::new(None);
        for text in ["a", "b", "a"] {
            texts
                .change(TextKind::Filter, |known| known.remember(text))
                .expect("kept");
        }
        assert_eq!(texts.known(TextKind::Filter).asked, ["a", "b"]);
        assert!(texts.known(TextKind::Question).asked.is_empty());
        let many = |known: &mut KnownTexts| {
            (0..150).for_each(|n| known.remember(&n.to_string()));
        };
        let known = texts.change(TextKind::Filter, many).expect("kept");
        assert_eq!((known.asked.len(), &*known.asked[0]), (MOST_ASKED, "149"));
    }

    #[test]
    fn what_is_saved_is_there_after_a_restart_under_its_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let settings = folder.path().join("settings");
        let texts = Texts::new(Some(&settings));
        for (name, text) in [("late", "lag"), ("failed", "type:X"), ("late", "lag:>5")] {
            texts
                .change(TextKind::Question, |known| known.save(name, text))
                .expect("kept");
        }
        let later = Texts::new(Some(&settings)).known(TextKind::Question).saved;
        let later: Vec<_> = later
            .iter()
            .map(|saved| (&*saved.name, &*saved.text))
            .collect();
        assert_eq!(later, [("failed", "type:X"), ("late", "lag:>5")]);
        std::fs::write(settings.join(FILE_NAME), "[1").expect("damaged");
        assert_eq!(texts.known(TextKind::Question), KnownTexts::default());
        // who only looks leaves it as it is; who changes puts it aside, and writes nothing over it
        let looked = std::fs::read(settings.join(FILE_NAME)).expect("left as it is");
        assert_eq!(looked, b"[1");
        texts
            .change(TextKind::Filter, |known| known.remember("a"))
            .expect("kept");
        let aside = settings.join(FILE_NAME).with_extension("damaged");
        assert_eq!(std::fs::read(&aside).expect("put aside"), b"[1");
        // what cannot be read is not taken for nothing
        let unreadable = settings.join(FILE_NAME);
        std::fs::remove_file(&unreadable).expect("away");
        std::fs::create_dir(&unreadable).expect("no file");
        let refused = texts.change(TextKind::Filter, |known| known.remember("type:X"));
        assert!(refused.is_err() && unreadable.is_dir());
    }
}
