//! An Amazon Kinesis Data Streams endpoint inside the process, for the demo and for every test.
//!
//! `ferrokinesis` keeps the streams and the records in memory; a shim in front of it answers the
//! operations in which it differs from AWS: records written together are never lost to a reader,
//! arrival times have milliseconds, closed shards name their children, listings come in pages with
//! what AWS says in them, pages of records end at 10 MiB, and the oldest records make room for new ones.
//!
//! It listens on 127.0.0.1 only, checks no signature, and writes nothing to disk. It is no model of
//! AWS's failures: injected faults are the business of the `faults` crate.
//!
//! Two things pass through ferrokinesis unchanged and differ from AWS: `SubscribeToShard` ignores
//! the sequence number and the timestamp of its starting position, and `DryRun` is ignored.

mod emulator;
mod listing;
mod options;
mod pages;
mod positions;
mod reads;
mod requests;
mod shard_log;
mod shim;
mod streams;
mod throttle;
mod trim;
mod wire;
mod writer;
mod writes;

pub use emulator::{Emulator, EmulatorError};
pub use options::EmulatorOptions;
pub use requests::{Request, RequestLog};
pub use writer::{EmulatorWriter, NewRecord, WriteError};
