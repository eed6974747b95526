//! The crate from outside: what the fuzz targets check, over their corpus and over arbitrary texts.

mod corpus;

#[path = "../../fuzz/checks.rs"]
mod checks;
