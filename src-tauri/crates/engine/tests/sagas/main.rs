//! Sagas of captures, over a real workspace and the embedded endpoint with its running demo: verdicts, following
//! commits, definition files, and what needs no definition. What a verdict is, the saga crate's tests show.

mod common;
mod definitions;
mod exports;
mod following;
mod live;
mod otlp_reader;
mod packed;
mod sifting;
mod verdicts;
