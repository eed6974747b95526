//! From the engine's types to those of the wire, and back.

mod app;
mod captures;
mod connections;
mod error;
mod grants;
mod imports;
mod publishing;
mod records;
mod streams;
mod views;
