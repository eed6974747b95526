//! Targets other than a stream.

mod file;
mod lambda;

pub use file::{FileFormat, FileTarget};
pub use lambda::LambdaTarget;
