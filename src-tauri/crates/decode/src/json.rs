//! JSON in three depths: a lenient skim for the hot paths, a strict reader, and a tree to browse.
//!
//! All of them keep the source: numbers and strings are shown as the tokens that were written. None
//! of them recurses, so depth costs memory and never the stack.

pub(crate) mod number;
mod pretty;
pub(crate) mod reader;
pub(crate) mod skim;
pub(crate) mod string;
mod tree;

pub use pretty::Pretty;
pub use reader::{Event as JsonEvent, JsonFault, JsonProblem, events as json_events};
pub use string::{push_json_text, string_text};
pub use tree::{Caps, Expansion, Found, JsonTree, Limit, NodeKind, Place, Stop, TreeRow, TreeRows};

/// Whether a text is exactly one JSON number.
pub fn is_number(text: &str) -> bool {
    number::is_number(text.as_bytes())
}
