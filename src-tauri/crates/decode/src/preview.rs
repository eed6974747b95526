//! One line that tells a person what a payload holds, from its first few kilobytes.

use crate::{json::skim::Skim, text};

/// What is looked at to tell the format and to make the line.
const MAX_LOOK_BYTES: usize = 4 * 1024;

/// What a payload looks like. A guess from its first few kilobytes, good for showing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    Empty,
    Json,
    /// UTF-8 text without control characters other than white space.
    Text,
    Binary,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    pub text: String,
    pub format: Format,
    /// Whether the payload goes on after what the text shows.
    pub truncated: bool,
}

/// A line of at most `max_chars` characters, safe to show.
pub fn preview(payload: &[u8], max_chars: usize) -> Preview {
    let look = &payload[..payload.len().min(MAX_LOOK_BYTES)];
    let format = format(look);
    let mut text = String::new();
    text::push_safe_bytes(&mut text, look);
    let cut = text.char_indices().nth(max_chars).map(|(at, _)| at);
    text.truncate(cut.unwrap_or(text.len()));
    Preview {
        text,
        format,
        truncated: cut.is_some() || look.len() < payload.len(),
    }
}

fn format(look: &[u8]) -> Format {
    if look.is_empty() {
        Format::Empty
    } else if matches!(Skim::new(look).peek(), Some(b'{' | b'[')) {
        Format::Json
    } else if std::str::from_utf8(look).is_ok() {
        Format::Text
    } else {
        Format::Binary
    }
}
