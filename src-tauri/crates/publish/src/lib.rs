//! Records into a target: in order, within every limit, each attempt journaled, no doubt hidden.
//!
//! It decides when what may be sent together and what an outcome means for what follows. It reads no
//! capture, changes no payload and asks nobody for permission: it writes where a grant allows it.

mod entry;
mod error;
pub mod landing;
pub mod limits;
pub mod order;
mod pace;
mod source;
mod target;

pub use entry::{Entry, Origin};
pub use error::PublishError;
pub use kinesis::{Outcome, Refusal};
pub use landing::ShardMap;
pub use limits::{Limits, Unfit};
pub use order::{
    Action, AfterUnclear, Batch, NotTaken, Order, OrderMachine, OrderOptions, StopReason,
};
pub use pace::{AtOnce, Pace};
pub use source::{Entries, Planned, Source};
pub use target::Target;
