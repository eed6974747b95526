//! A running order flow on the embedded Kinesis: what a new user sees first.
//!
//! `orders`, `play`, `script` and `schedule` are pure: from a seed and a time they make the same events again.
//! `runner` plays them, first an hour of history and then live, through a writer that reaches
//! nothing but the emulator's own memory. It reads no stream and knows no AWS.

mod messages;
mod orders;
mod play;
mod runner;
mod schedule;
mod script;
mod status;

pub use runner::{Demo, DemoError, DemoOptions};
pub use schedule::{RATE_MAX, RATE_MIN, Schedule, Timed};
pub use script::{Kind, Script, Step, Stream};
pub use status::DemoStatus;
