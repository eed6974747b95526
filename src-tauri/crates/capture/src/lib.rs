//! Captures: from Kinesis into the store, in order, exactly once, with every gap declared.
//!
//! Two pure parts decide: [`shard`] how one shard is read, [`plan`] which shards may be read. The
//! [`CaptureRun`] carries their decisions out with tokio, the SDK's connection and the store. It
//! draws nothing, and it keeps no records but those on their way.

mod allowance;
mod clock;
mod create;
mod error;
mod expiry;
pub mod plan;
mod rate;
mod run;
pub mod shard;
mod status;
mod turns;

pub use create::{CaptureRequest, From, StreamRequest, create};
pub use error::CaptureError;
pub use run::{CaptureOptions, CaptureRun};
pub use shard::{Phase, Politeness};
pub use status::{CaptureStatus, RunState, ShardStatus, StreamStatus, Trouble};
pub use turns::ReadTurns;
