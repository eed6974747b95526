//! Capture files of ferrokinesis, to and from a workspace.
//!
//! An imported file becomes a stream with a capture of its own, and so can be looked at, planned and
//! replayed like any other. What a file cannot tell is guessed and can be wrong: the shards' hash-key ranges
//! (even ones, in the order of the shards' names) and the stream's account and region.

mod export;
mod import;

pub use export::{ExportShown, export_capture_file};
pub use import::{BadLine, ImportedFile, import_capture_file};
