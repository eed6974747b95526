//! The folder of definition files: which one a person chose for which workspace, what lies in it, and how a file is
//! written. It does not know what a definition says.

use super::definitions::DefinitionProblem;
use crate::{engine::locked, private_file};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Mutex,
    time::SystemTime,
};

const ENDING: &str = ".saga.yaml";
const MOST_FILES: usize = 200;
const MOST_NAME_CHARS: usize = 100;
const KEPT: &str = "saga-folders.json";
const WHAT: &str = "the chosen folders of definitions";
/// Beside the workspace.
const DEFAULT: &str = "sagas";

/// Which folder was chosen for which workspace: in the person's own settings, as a workspace from elsewhere must not
/// say where files are written.
#[derive(Debug, Default)]
pub(super) struct Folders {
    settings: Option<PathBuf>,
    this_run: Mutex<Written>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Written {
    folders: BTreeMap<PathBuf, PathBuf>,
}

impl Folders {
    /// In this folder; only for this run where there is none.
    pub fn kept_in(settings: Option<&Path>) -> Self {
        Self {
            settings: settings.map(Path::to_owned),
            this_run: Mutex::default(),
        }
    }

    pub fn of(&self, workspace: &Path) -> PathBuf {
        let chosen = match &self.settings {
            Some(settings) => private_file::read(&settings.join(KEPT), WHAT),
            None => locked(&self.this_run).clone(),
        };
        let chosen = chosen.folders.get(workspace).cloned();
        chosen.unwrap_or_else(|| workspace.with_file_name(DEFAULT))
    }

    pub fn choose(&self, workspace: &Path, folder: &Path) -> io::Result<()> {
        let (workspace, folder) = (workspace.to_owned(), folder.to_owned());
        // two choices at once would lose one
        let mut this_run = locked(&self.this_run);
        let Some(settings) = &self.settings else {
            this_run.folders.insert(workspace, folder);
            return Ok(());
        };
        let kept = settings.join(KEPT);
        let mut written: Written = private_file::read_to_change(&kept, WHAT)?;
        written.folders.insert(workspace, folder);
        private_file::write(&kept, &written)
    }
}

/// A file with its text, or why it has none.
pub(super) struct File {
    pub path: PathBuf,
    pub text: Result<String, DefinitionProblem>,
}

/// By what a change is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    path: PathBuf,
    bytes: u64,
    written_at: Option<SystemTime>,
}

/// The definition files of a folder, by name; none where there is no such folder. Of too many, the first that is left out
/// says so.
pub(super) fn files(folder: &Path) -> Vec<File> {
    let mut marks = marks(folder);
    let left_out = marks.split_off(marks.len().min(MOST_FILES));
    let file = |mark: Mark| File {
        text: text_of(&mark),
        path: mark.path,
    };
    let mut files: Vec<File> = marks.into_iter().map(file).collect();
    let others = left_out.len().saturating_sub(1);
    files.extend(left_out.into_iter().next().map(|mark| File {
        text: Err(DefinitionProblem::of_file(format!(
            "the first {MOST_FILES} definition files of a folder are read: this one and {others} after it are left out"
        ))),
        path: mark.path,
    }));
    files
}

pub(super) fn marks(folder: &Path) -> Vec<Mark> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mark = |entry: io::Result<fs::DirEntry>| {
        let path = entry.ok()?.path();
        let is_named_so = path.file_name()?.to_str()?.ends_with(ENDING);
        let found = fs::metadata(&path).ok()?;
        (is_named_so && found.is_file()).then(|| Mark {
            path,
            bytes: found.len(),
            written_at: found.modified().ok(),
        })
    };
    let mut marks: Vec<Mark> = entries.filter_map(mark).collect();
    marks.sort_by(|a, b| a.path.cmp(&b.path));
    marks
}

fn text_of(mark: &Mark) -> Result<String, DefinitionProblem> {
    let most = saga::MAX_DEFINITION_BYTES as u64;
    let too_large = |bytes: u64| {
        let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        DefinitionProblem::from(saga::DefinitionError::TooLarge { bytes })
    };
    if mark.bytes > most {
        return Err(too_large(mark.bytes));
    }
    let mut bytes = Vec::new();
    let read = fs::File::open(&mark.path).and_then(|file| {
        // it may have grown since
        file.take(most + 1).read_to_end(&mut bytes)
    });
    match read {
        Ok(_) if bytes.len() as u64 > most => Err(too_large(bytes.len() as u64)),
        Ok(_) => String::from_utf8(bytes)
            .map_err(|_| DefinitionProblem::of_file("the file is no UTF-8 text".to_owned())),
        Err(error) => {
            let message = format!("the file cannot be read: {error}");
            Err(DefinitionProblem::of_file(message))
        }
    }
}

/// A file's name without its ending.
pub(super) fn name_of(file: &Path) -> String {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    name.strip_suffix(ENDING).unwrap_or(&name).to_owned()
}

/// Where a definition of this name can be written; `None` for a name of which nothing can stand in a file's name.
pub(super) fn new_file(folder: &Path, name: &str) -> Option<PathBuf> {
    let plain = |c: char| {
        if c.is_alphanumeric() || c == '_' || c == '-' {
            c
        } else {
            '-'
        }
    };
    let stem: String = name.chars().take(MOST_NAME_CHARS).map(plain).collect();
    let stem = stem.trim_matches('-');
    if stem.is_empty() {
        return None;
    }
    let numbered = |number: usize| match number {
        1 => folder.join(format!("{stem}{ENDING}")),
        number => folder.join(format!("{stem}-{number}{ENDING}")),
    };
    (1..=MOST_FILES).map(numbered).find(|file| !file.exists())
}

/// The whole text or nothing: what was there stays until the new file is complete.
pub(super) fn write(file: &Path, text: &str) -> io::Result<()> {
    fs::create_dir_all(file.parent().unwrap_or(Path::new(".")))?;
    // no secret: it is read by others like any text
    private_file::replace(file, text.as_bytes(), private_file::SHARED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_save_that_died_left_keeps_no_other_from_saving() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("sagas").join("mine.saga.yaml");
        write(&file, "first").expect("saved");
        let left = file.with_extension(format!("{}.new", std::process::id()));
        fs::write(&left, "a longer text that was never whole").expect("written");
        write(&file, "second").expect("saved");
        assert_eq!(fs::read_to_string(&file).expect("the file"), "second");
        assert!(!left.exists(), "nothing is left beside it");
    }

    #[test]
    fn of_too_many_files_the_first_that_is_left_out_says_so() {
        let folder = tempfile::tempdir().expect("a folder");
        for number in 0..MOST_FILES + 3 {
            let file = folder.path().join(format!("{number:04}{ENDING}"));
            fs::write(file, "text").expect("written");
        }
        let found = files(folder.path());
        assert_eq!(found.len(), MOST_FILES + 1);
        let (last, read) = found.split_last().expect("files");
        assert!(read.iter().all(|file| file.text.is_ok()));
        assert!(last.path.ends_with(format!("{MOST_FILES:04}{ENDING}")));
        let problem = last.text.as_ref().expect_err("it is left out");
        assert!(
            problem.message.contains("this one and 2 after it"),
            "{}",
            problem.message
        );
    }

    #[test]
    fn folders_that_cannot_be_read_are_not_written_over() {
        let settings = tempfile::tempdir().expect("a folder");
        let (a, b) = (Path::new("/a/workspace"), Path::new("/b/workspace"));
        let folders = Folders::kept_in(Some(settings.path()));
        folders.choose(a, Path::new("/sagas/a")).expect("written");
        let kept = settings.path().join(KEPT);
        // what is there and is no file that can be read
        let aside = settings.path().join("aside");
        fs::rename(&kept, &aside).expect("moved");
        fs::create_dir(&kept).expect("a folder in its place");
        assert!(folders.choose(b, Path::new("/sagas/b")).is_err());
        fs::remove_dir(&kept).expect("away");
        fs::rename(&aside, &kept).expect("back");
        assert_eq!(folders.of(a), Path::new("/sagas/a"));
        // a damaged one is put aside before another takes its place
        fs::write(&kept, "{").expect("damaged");
        assert_eq!(folders.of(a), Path::new("/a/sagas"), "the usual one");
        assert_eq!(fs::read(&kept).expect("left as it is"), b"{");
        folders.choose(b, Path::new("/sagas/b")).expect("written");
        assert_eq!(
            fs::read(kept.with_extension("damaged")).expect("kept"),
            b"{"
        );
        assert_eq!(folders.of(b), Path::new("/sagas/b"));
    }
}
