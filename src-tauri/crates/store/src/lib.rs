//! The workspace: streams, captures and their records in one SQLite file.
//!
//! The only crate that names `rusqlite`. Synchronous: it has a writer thread and no runtime. It
//! knows nothing of AWS, of windows or of the clock, and it never changes a payload.
//!
//! Shape of it: [`prepare`] makes a record ready, [`Store::submit`] hands batches to the one writer,
//! [`Store::view`] looks at what is there. Records lie first in a tail of rows and then in sealed
//! blocks; a record's id is the same in both.

mod batch;
mod block;
mod blocks;
mod cache;
mod captures;
mod checks;
mod connect;
mod console;
mod coverage;
mod error;
mod files;
mod journal;
mod keys;
mod positions;
mod prepare;
mod ranges;
mod readings;
mod salvage;
mod schema;
mod search;
mod sql;
mod store;
mod streams;
mod tail;
mod varint;
mod verify;
mod view;
mod writer;

pub use batch::{Committed, Done, ShardBatch};
pub use captures::{CaptureState, CaptureStream, NewCapture, ShardCheckpoint, StoredCapture};
pub use connect::sqlite_version;
pub use console::{
    AsStored, Asked, Console, ReadJson, Reading, ReadingOf, Rows, SQL_FUNCTIONS, SQL_VIEWS, Shown,
    Shows, SqlAnswer, SqlColumn, SqlEnd, SqlFunction, SqlLimits, SqlProgress, SqlValue, SqlView,
    Taking,
};
pub use coverage::{CoverageInterval, GapReason, NewGap, StoredGap};
pub use error::StoreError;
pub use journal::{
    Attempt, AttemptResult, Begun, Composed, Delivered, DeliveryClaim, DeliveryEvent, DeliveryHead,
    DeliveryKind, DeliveryProgress, DeliveryState, Intent, Journaled, LogEvent, LogLine, LogPage,
    NewDelivery, OriginFound, SavedTemplate, StoredDelivery, Subject,
};
pub use keys::{CaptureId, DeliveryId, RecordId, ShardKey, StreamKey};
pub use positions::{Anchor, Position, Until};
pub use prepare::{PreparedRecord, RecordFlags, prepare, user_records};
pub use salvage::Salvaged;
pub use search::{SearchLimits, SearchText, Searched, searched, searched_text};
pub use store::Store;
pub use streams::{ShardRecord, StoredShard, StoredStream, StreamRecord};
pub use verify::Verified;
pub use view::{
    Aggregate, Cancel, FullRecord, HEAD_BYTES, LaneCounts, Payloads, Progress, RecordRow,
    RecordSet, Scope, ShardWalk, Slice, SliceRead, Sweep, View, WalkedRecord,
};
pub use writer::CommitNotice;
