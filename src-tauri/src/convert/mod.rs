//! From the engine's types to those of the wire, and back.

mod app;
mod captures;
mod columns;
mod connections;
mod definitions;
mod error;
mod exports;
mod fields;
mod filters;
mod grants;
mod imports;
mod layers;
mod masks;
mod plans;
mod publishing;
mod questions;
mod records;
mod registries;
mod related;
mod replayed;
mod replays;
mod saga;
mod sagas;
mod streams;
mod texts;
mod views;

pub use filters::byte_at;
pub use layers::{pipeline, schema_id};
pub(crate) use replays::source as replay_source;
