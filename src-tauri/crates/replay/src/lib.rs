//! Captured records into a target: chosen, planned, changed, placed, paced, and proven to be there.
//!
//! It decides which records go where and how they look. Sending them in order, and knowing what
//! became of each attempt, is `publish`; it never writes by itself.

mod capture_file;
mod compose;
mod error;
mod ledger;
mod names;
mod pace;
mod placement;
mod plan;
mod preview;
mod report;
mod selection;
mod source;
mod target;
mod text;
pub mod transform;
mod verify;

pub use capture_file::{
    BadLine, ExportShown, ImportedFile, export_capture_file, import_capture_file,
};
pub use compose::{Composed, Composer, Recipe};
pub use error::ReplayError;
pub use ledger::{InVain, Ledger, LedgerRecord, Settled, sent_records};
pub use names::shard_names;
pub use pace::{DialedPace, PaceDial, PaceError, Pacing, Rate, Schedule, Speed, Tempo};
pub use placement::{Placement, ShardMap, TargetShard, TargetShards};
pub use plan::{
    Collision, KeyCollisions, LeftOut, LeftOutExample, Plan, PlannedDuration, ReplayRequest,
    RequestLimits, ShardShare, Tally,
};
pub use preview::{Preview, preview};
pub use report::report;
pub use selection::{Chosen, PinnedSelection, SelectedRecord, Selection, SelectionReader};
pub use source::ReplaySource;
pub use target::{FileFormat, FileTarget, LambdaTarget, WrittenLines};
pub use verify::{Finding, Findings, SentRecord, TargetCapture, Verification, verify};
