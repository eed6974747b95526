//! What the window may ask: one file per noun on screen. A command is a sentence: unpack, one call of the
//! engine, convert.

mod app;
mod captures;
mod columns;
mod connections;
mod decoding;
mod definitions;
mod exports;
mod grants;
mod imports;
mod inspector_window;
mod masks;
mod publishing;
mod questions;
mod records;
mod related;
mod replays;
mod sagas;
mod streams;
mod texts;
mod views;
mod window;

pub use app::*;
pub use captures::*;
pub use columns::*;
pub use connections::*;
pub use decoding::*;
pub use definitions::*;
pub use exports::*;
pub use grants::*;
pub use imports::*;
pub use inspector_window::*;
pub use masks::*;
pub use publishing::*;
pub use questions::*;
pub use records::*;
pub use related::*;
pub use replays::*;
pub use sagas::*;
pub use streams::*;
pub use texts::*;
pub use views::*;
pub use window::*;

use crate::wire::CommandError;

/// Every command's answer.
type Answer<T> = Result<T, CommandError>;

/// A handle that crossed the IPC as decimal text.
fn id(text: &str) -> Result<i64, CommandError> {
    text.parse()
        .map_err(|_| CommandError::invalid(format!("“{text}” is no handle of this workspace")))
}
