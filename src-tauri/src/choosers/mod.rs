//! The platform's own choosers: where a file is to be written, and which folder is meant. They are opened from Rust:
//! the page names no path.

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

/// What a person is asked for.
pub(crate) enum Wanted {
    /// A place for a new file, with the name that it may have.
    NewFile {
        name: String,
    },
    Folder,
}

/// Nothing where the chooser was left.
pub(crate) async fn choose(
    window: &WebviewWindow,
    wanted: Wanted,
) -> Result<Option<PathBuf>, CommandError> {
    let (answer, answered) = oneshot::channel();
    let parent = window.clone();
    window
        .run_on_main_thread(move || native::choose(&parent, wanted, answer))
        .map_err(|error| CommandError::failed(format!("the chooser cannot be shown: {error}")))?;
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
