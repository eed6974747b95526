//! Choosing a file: what a person reads from and writes to is chosen in a dialog of the program, never named by
//! the page.

#[cfg(target_os = "linux")]
mod gtk;
#[cfg(target_os = "linux")]
use gtk as native;
#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(not(target_os = "linux"))]
use elsewhere as native;

use crate::wire::CommandError;
use std::path::PathBuf;
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
}

/// A dialog as every platform shows it.
struct Wanted {
    title: &'static str,
    kind: FileKind,
    /// The name that is proposed for a new file; `None` asks for one that is there.
    new_name: Option<String>,
}

impl FileKind {
    fn name(self) -> &'static str {
        match self {
            Self::Records => "Records",
            Self::Plan => "Plans",
            Self::Lines => "Records, one a line",
            Self::Json => "JSON",
            Self::Csv => "CSV",
        }
    }

    fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Records => &["ndjson", "jsonl", "json", "csv", "txt"],
            Self::Plan | Self::Json => &["json"],
            Self::Lines => &["ndjson", "jsonl"],
            Self::Csv => &["csv"],
        }
    }
}

/// Asks for a new file; one that is there is replaced only if the person says so. Nothing: the person left it.
pub(crate) async fn save_file(
    window: &WebviewWindow,
    kind: FileKind,
    name: &str,
) -> Result<Option<PathBuf>, CommandError> {
    let wanted = Wanted {
        title: "Save as",
        kind,
        new_name: Some(name.to_owned()),
    };
    choose(window, wanted).await
}

/// Asks for a file that is there. Nothing: the person left it.
pub(crate) async fn open_file(
    window: &WebviewWindow,
    kind: FileKind,
) -> Result<Option<PathBuf>, CommandError> {
    let wanted = Wanted {
        title: "Open",
        kind,
        new_name: None,
    };
    choose(window, wanted).await
}

async fn choose(window: &WebviewWindow, wanted: Wanted) -> Result<Option<PathBuf>, CommandError> {
    let (answer, answered) = oneshot::channel();
    let parent = window.clone();
    window
        .run_on_main_thread(move || native::choose(&parent, wanted, answer))
        .map_err(|error| CommandError::failed(format!("the dialog cannot be shown: {error}")))?;
    // a dialog that went without an answer chose nothing
    Ok(answered.await.unwrap_or(None))
}
