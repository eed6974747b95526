//! Choosing a file or a folder: what a person reads from and writes to is chosen in a dialog of the program, never
//! named by the page.

#[cfg(target_os = "linux")]
mod gtk;
#[cfg(target_os = "linux")]
use gtk as native;
#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(not(target_os = "linux"))]
use elsewhere as native;

use super::words_of;
use crate::{wire::CommandError, words::Files};
use engine::safe_text;
use std::path::{Path, PathBuf};
use tauri::WebviewWindow;
use tokio::sync::oneshot;

/// What the file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileKind {
    /// Records to import.
    Records,
    /// A saved plan of a replay.
    Plan,
    /// A record a line.
    Lines,
    Json,
    Csv,
    Html,
    /// A diagram as text.
    Mermaid,
    /// What records are written by.
    Schema,
    Workspace,
}

/// What a person is asked for.
#[derive(Clone)]
enum Wanted {
    /// One that is there.
    File(FileKind),
    /// One that was there before, under this name.
    FileAgain(FileKind, String),
    /// Some that are there.
    Files(FileKind),
    /// With the name that is proposed.
    NewFile(FileKind, String),
    Folder,
}

impl Wanted {
    fn title(&self, words: &Files) -> String {
        match self {
            Self::File(_) | Self::Files(_) => words.open.to_owned(),
            Self::FileAgain(_, name) => (words.open_again)(&safe_text(name)),
            Self::NewFile(..) => words.save.to_owned(),
            Self::Folder => words.folder.to_owned(),
        }
    }
}

impl FileKind {
    fn name(self, words: &Files) -> &'static str {
        match self {
            Self::Records => words.records,
            Self::Plan => words.plans,
            Self::Lines => words.lines,
            Self::Json => "JSON",
            Self::Csv => "CSV",
            Self::Html => "HTML",
            Self::Mermaid => "Mermaid",
            Self::Schema => words.schemas,
            Self::Workspace => words.workspaces,
        }
    }

    fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Records => &["ndjson", "jsonl", "json", "csv", "txt"],
            Self::Plan | Self::Json => &["json"],
            Self::Lines => &["ndjson", "jsonl"],
            Self::Csv => &["csv"],
            Self::Html => &["html"],
            Self::Mermaid => &["mmd"],
            Self::Workspace => &["kscope"],
            Self::Schema => &["avsc", "json", "proto", "desc", "pb", "binpb", "protoset"],
        }
    }
}

/// Asks for a new file; one that is there is replaced only if the person says so. Nothing: the person left it.
pub(crate) async fn save_file(
    window: &WebviewWindow,
    kind: FileKind,
    name: &str,
) -> Result<Option<PathBuf>, CommandError> {
    one(choose(window, Wanted::NewFile(kind, name.to_owned())).await)
}

/// Asks for a file that is there. Nothing: the person left it.
pub(crate) async fn open_file(
    window: &WebviewWindow,
    kind: FileKind,
) -> Result<Option<PathBuf>, CommandError> {
    one(choose(window, Wanted::File(kind)).await)
}

/// Asks where a file is by now. Nothing: the person left it.
pub(crate) async fn open_file_again(
    window: &WebviewWindow,
    kind: FileKind,
    path: &Path,
) -> Result<Option<PathBuf>, CommandError> {
    let name = path.file_name().unwrap_or(path.as_os_str());
    let name = name.to_string_lossy().into_owned();
    one(choose(window, Wanted::FileAgain(kind, name)).await)
}

/// Asks for files that are there. None: the person left it.
pub(crate) async fn open_files(
    window: &WebviewWindow,
    kind: FileKind,
) -> Result<Vec<PathBuf>, CommandError> {
    choose(window, Wanted::Files(kind)).await
}

/// Asks for a folder. Nothing: the person left it.
pub(crate) async fn choose_folder(window: &WebviewWindow) -> Result<Option<PathBuf>, CommandError> {
    one(choose(window, Wanted::Folder).await)
}

fn one(chosen: Result<Vec<PathBuf>, CommandError>) -> Result<Option<PathBuf>, CommandError> {
    Ok(chosen?.into_iter().next())
}

async fn choose(window: &WebviewWindow, wanted: Wanted) -> Result<Vec<PathBuf>, CommandError> {
    let (answer, answered) = oneshot::channel();
    let parent = window.clone();
    let words = &words_of(window).files;
    window
        .run_on_main_thread(move || native::choose(&parent, words, &wanted, answer))
        .map_err(|error| CommandError::failed(format!("the dialog cannot be shown: {error}")))?;
    // a dialog that went without an answer chose nothing
    Ok(answered.await.unwrap_or_default())
}

/// A name that every platform takes as a file's: what is neither letter nor digit becomes a hyphen.
pub(crate) fn file_name(text: &str, ending: &str) -> String {
    const MOST_CHARS: usize = 80;
    let plain = |c: char| {
        if c.is_alphanumeric() || c == '_' {
            c
        } else {
            '-'
        }
    };
    let stem: String = text.chars().take(MOST_CHARS).map(plain).collect();
    match stem.trim_matches('-') {
        "" => format!("saga.{ending}"),
        stem => format!("{stem}.{ending}"),
    }
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn what_a_record_says_names_no_folder() {
        assert_eq!(file_name("ord-7919", "json"), "ord-7919.json");
        assert_eq!(file_name("../../etc/passwd", "mmd"), "etc-passwd.mmd");
        assert_eq!(file_name("..", "json"), "saga.json");
        assert_eq!(file_name("a\nb:c", "json"), "a-b-c.json");
    }
}
