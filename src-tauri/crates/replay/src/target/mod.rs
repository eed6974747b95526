//! Targets other than a stream.

mod file;

pub use file::FileTarget;
