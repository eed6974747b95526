//! Records into a target: in order, within every limit, each attempt journaled, no doubt hidden.
//!
//! It decides when what may be sent together and what an outcome means for what follows. It reads no
//! capture, changes no payload and asks nobody for permission: it writes where a grant allows it.

mod aggregate;
mod clock;
mod compositions;
pub mod deliver;
mod encoding;
mod entry;
mod error;
pub mod import;
mod key;
mod kinesis_target;
pub mod landing;
pub mod limits;
mod message;
pub mod order;
mod pace;
mod source;
mod target;
mod template;

pub use aggregate::{Aggregated, Saving, aggregate};
pub use compositions::{Compositions, Moment, MomentError};
pub use deliver::{Delivery, End, Orders, Phase, Progress, Request, ShardProgress, begin};
pub use encoding::Encoding;
pub use entry::{Entry, Fingerprint, Origin};
pub use error::PublishError;
pub use key::{KeyExpression, KeyExpressionError};
pub use kinesis::{Grant, Outcome, Refusal, WriteError, looks_like_production};
pub use kinesis_target::KinesisTarget;
pub use landing::ShardMap;
pub use limits::{Limits, Unfit};
pub use message::{Made, Message, MessageField, MessageFormat, Problem, Recipe};
pub use order::{
    Action, AfterUnclear, Batch, NotTaken, Order, OrderMachine, OrderOptions, StopReason,
};
pub use pace::{AtOnce, Evenly, Left, Pace};
pub use source::{Entries, Planned, Source};
pub use target::Target;
pub use template::{Template, TemplateError, Variables};
