//! Targets other than a stream.

mod file;
mod lambda;

pub use file::FileTarget;
pub use lambda::LambdaTarget;
