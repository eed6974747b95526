//! Which language the shell speaks: the one that a person chose in the window, else the system's. The choice is kept for the
//! next start, whose first dialog may come before the page has said anything.

use super::{Language, Words};
use crate::settings_file;
use serde::{Deserialize, Serialize};
use std::{
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

const FILE_NAME: &str = "language.json";
const WHAT: &str = "the language";

pub(crate) struct Spoken {
    /// `None` where there is no folder for settings: then it is known for this run only.
    file: Option<PathBuf>,
    system: Language,
    chosen: Mutex<Option<Language>>,
}

/// The file, as it is written.
#[derive(Serialize, Deserialize)]
struct Kept {
    /// Absent: the system's.
    language: Option<String>,
}

impl Spoken {
    /// What the person's settings say. `system` is a BCP 47 tag.
    pub fn of_person(system: &str) -> Self {
        Self::in_file(settings_file::of_person(FILE_NAME), system)
    }

    fn in_file(file: Option<PathBuf>, system: &str) -> Self {
        let kept: Option<Kept> = file
            .as_deref()
            .and_then(|file| settings_file::read(file, WHAT));
        let tag = kept.and_then(|kept| kept.language);
        let chosen = Language::ALL
            .into_iter()
            .find(|language| tag.as_deref() == Some(language.tag()));
        Self {
            file,
            system: Language::of_tag(system),
            chosen: Mutex::new(chosen),
        }
    }

    pub fn words(&self) -> &'static Words {
        let chosen = *self.chosen.lock().unwrap_or_else(PoisonError::into_inner);
        chosen.unwrap_or(self.system).words()
    }

    /// From now on, and at the next start; `None` is the system's.
    pub fn choose(&self, choice: Option<Language>) {
        let mut chosen = self.chosen.lock().unwrap_or_else(PoisonError::into_inner);
        if *chosen == choice {
            return;
        }
        *chosen = choice;
        if let Some(file) = &self.file {
            let language = choice.map(|language| language.tag().to_owned());
            settings_file::keep(file, &Kept { language }, WHAT);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn what_was_chosen_is_spoken_at_the_next_start_and_else_the_system_s() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("settings").join(FILE_NAME);
        let start = |system: &str| Spoken::in_file(Some(file.clone()), system);
        let title = |spoken: &Spoken| spoken.words().ask.write_title;
        assert_eq!(title(&start("nl-BE")), "Schrijven toestaan?");
        assert_eq!(title(&start("de-DE")), "Allow writing?");
        assert!(!file.exists(), "nothing was chosen");

        let first = start("en-US");
        first.choose(Some(Language::Indonesian));
        assert_eq!(title(&first), "Izinkan menulis?");
        assert_eq!(title(&start("nl-NL")), "Izinkan menulis?");

        start("nl-NL").choose(None);
        assert_eq!(title(&start("nl-NL")), "Schrijven toestaan?");
        for damaged in ["{\"language\":", "{\"language\":\"tlh\"}", "[]"] {
            fs::write(&file, damaged).expect("damaged");
            assert_eq!(title(&start("nl-NL")), "Schrijven toestaan?", "{damaged}");
        }
    }

    #[test]
    fn without_a_folder_it_is_known_for_this_run() {
        let spoken = Spoken::in_file(None, "en-US");
        spoken.choose(Some(Language::Dutch));
        assert_eq!(spoken.words().ask.refuse, "Niet toestaan");
    }
}
