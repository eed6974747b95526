//! Choosing a file: what a person reads from is chosen in a dialog of the program, never named by the page.

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
}

/// A dialog as every platform shows it.
struct Wanted {
    title: &'static str,
    kind: FileKind,
}

impl FileKind {
    fn name(self) -> &'static str {
        match self {
            Self::Records => "Records",
        }
    }

    fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Records => &["ndjson", "jsonl", "json", "csv", "txt"],
        }
    }
}

/// Asks for a file that is there. Nothing: the person left it.
pub(crate) async fn open_file(
    window: &WebviewWindow,
    kind: FileKind,
) -> Result<Option<PathBuf>, CommandError> {
    let wanted = Wanted {
        title: "Open",
        kind,
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
