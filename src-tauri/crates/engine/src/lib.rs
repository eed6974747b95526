//! The product without a window: opens a workspace, holds connections, runs captures, answers views,
//! opens records, and says what grew. The shell's commands, the tests, the benches and later a command
//! line use it in the same way.
//!
//! It shows nothing and serialises nothing for a window. What payload text leaves Rust goes through
//! [`shown`] first.

mod captures;
mod cells;
mod clock;
mod columns;
mod comparing;
mod connections;
mod copies;
mod coverage;
mod decoding;
mod demonstration;
mod engine;
mod error;
mod fields;
mod filters;
mod grants;
mod groups;
mod kept;
mod known_connections;
mod layers;
mod local_streams;
mod masking;
mod notices;
mod overviews;
mod person;
mod presets;
mod private_file;
mod probing;
mod production;
mod publishing;
mod questions;
mod recent;
mod records;
mod related;
mod replays;
mod runs;
mod sagas;
mod search_text;
mod shards;
mod shown;
mod streams;
mod texts;
mod trust;
mod trusting;
mod views;

pub use captures::{NewCapture, NewCaptureStream, sequence_number};
pub use columns::{ColumnLayout, KeptColumn};
pub use comparing::Likeness;
pub use connections::{Choice, ConnectionId, ConnectionSource, OpenedConnection};
pub use copies::CopyForm;
pub use coverage::CoveredLane;
pub use decoding::{
    RegistryFault, RegistryQuestion, SchemaFailure, SchemaKind, SchemaOverview, SchemaRegistry,
    SchemaReport, SchemaStanding, StreamDecoding, WantedRegistry,
};
pub use demonstration::DemoOverview;
pub use engine::{Engine, EngineOptions, Growth};
pub use error::EngineError;
pub use fields::SeenFields;
pub use filters::RecordField;
pub use grants::{GRANT_LASTS, GrantId, Granted, TargetFacts, WriteQuestion};
pub use groups::{GroupBy, GroupCounts, RecordGroup};
pub use known_connections::{ConnectionColour, EnvironmentClass, KnownConnection};
pub use layers::{EventPart, OpenEvent, OpenFailure, OpenedLayers};
pub use masking::{KeptMask, MaskKind, Masked, Unmasking};
pub use notices::Notice;
pub use overviews::{
    CaptureOverview, CaptureProgress, CapturedStream, GapOverview, ShardOverview, StreamTrouble,
};
pub use presets::{Preset, presets};
pub use publishing::{
    Draft, DraftPreview, ImportFormat, ImportPreview, ImportRequest, ImportSource, ImportedRow,
    PublishKind, PublishState, Published, PublishedDraft, SentOutcome, SentRecord, Template,
};
pub use questions::{
    AnswerCell, AnswerNote, AnswerOverview, AnswerState, AnsweredRow, QuestionGap, QuestionId,
    SqlWords, TableFormat,
};
pub use records::{OpenRecord, RecordDraft, TreeFound, TreePlace, TreeTarget, TreeWindow};
pub use related::{PossibleRelation, RelatedRecords, Relation};
pub use replays::{
    AskedToInvoke, BesideState, CaptureBeside, ExportId, ExportOverview, ExportState,
    ImportedCapture, Invoking, Permission, PlanId, PlanOverview, PlannedShard, RecordFormat,
    RecordReplays, ReplayCounts, ReplayDifference, ReplayInto, ReplayOverview, ReplayPreview,
    ReplaySetup, ReplayShard, ReplayState, ReplayVerdict, ReplayedRecord, ReplayedRecords,
    ReplayedWhich, ReportFormat, VerdictExample, WantedChange, WantedChoice, WantedPacing,
    WantedRecords, WantedReplay, WantedRule,
};
pub use sagas::*;
pub use search_text::SearchText;
pub use shards::NamedShard;
pub(crate) use shown::shown_said;
pub use shown::{Masks, shown, shown_unpacked};
pub use streams::KeyPlacement;
pub use texts::{KnownTexts, SavedText, TextKind};
pub use trust::{TrustedEndpoint, TrustedEndpoints, Whose};
pub use trusting::{TrustPurpose, TrustQuestion};
pub use views::{LaneOverview, Page, PageRow, ViewId, ViewOverview};

// the words of the crates below that the engine's answers are made of
pub use capture::{CaptureError, From as CaptureFrom, Phase, RunState, Trouble};
pub use collector::CollectorError;
pub use decode::{
    Cell, CellKind, Expansion, Fact, Format, Layer, LayerKind, NodeKind, Pipeline, Pretty,
    SchemaId, SchemaIdError, Step, TreeRow, TreeRows, safe_text,
};
pub use demo::Kind as DemoSaga;
pub use kinesis::{
    Allowed, Availability, Call, CallOutcome, CallPermission, Capability, Consumer, CredentialKind,
    DialogAnswer, Encryption, EndpointFlag, EndpointSource, Feature, FlagKind, Identity,
    InvokeQuestion, KinesisError, Meter, Operation, Permissions, ProductionSign, Profile, Question,
    ShardSummary, SignIn, StreamListing, StreamMode, StreamStatus, StreamSummary, Tag, WriteError,
    WriteTarget,
};
pub use publish::{
    AfterUnclear, Encoding, Message, MessageField, MessageFormat, Moment, Order, Problem,
    PublishError, Saving, import::BadLine,
};
pub use query::{Change, Drift, FieldKind, FieldSchema, Spell, TypeSchema};
pub use replay::{
    BadLine as BadCaptureLine, FileFormat, Placement, Rate, ReplayError, Settled, Speed,
};
pub use store::{
    CaptureId, CoverageInterval, DeliveryId, GapReason, LaneCounts, RecordFlags, RecordId,
    RecordRow, Salvaged, SqlColumn, SqlFunction, SqlView, StoreError, Until, sqlite_version,
};
