//! From the engine's types to those of the wire, and back.

mod app;
mod captures;
mod connections;
mod error;
mod grants;
mod imports;
mod plans;
mod publishing;
mod records;
mod replayed;
mod replays;
mod streams;
mod views;
