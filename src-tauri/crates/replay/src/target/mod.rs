//! Targets other than a stream.

mod file;
mod lambda;

pub use file::{FileFormat, FileTarget, WrittenLines};
pub use lambda::LambdaTarget;
