//! What crosses the IPC: plain structs in the words of the screen, and their conversions from the
//! engine's types. No domain type is serialised to the window, and no 64-bit integer: times, counts and
//! sizes go as [`Number`]s that JavaScript holds exactly, sequence numbers, hash keys and record handles
//! as decimal text.

mod app;
mod captures;
mod columns;
mod connections;
mod definitions;
mod error;
mod exports;
mod fields;
mod filters;
mod grants;
mod imports;
mod layers;
mod masks;
mod numbers;
mod publishing;
mod questions;
mod records;
mod registries;
mod related;
mod replayed;
mod replays;
mod saga;
mod sagas;
mod streams;
mod texts;
mod views;

pub use app::{
    AppInfo, DemoStatus, InspectedRecord, InspectorWord, LanguageChoice, Ping, SagaKind,
    SagaKindCount, SalvagedWorkspace, SearchText,
};
pub use captures::{
    CaptureRow, CaptureStart, CaptureState, CaptureStatus, CaptureStreamRow, GapReason, GapRow,
    NewCapture, NewCaptureStream, ShardProgress, ShardProgressState, StreamTrouble,
};
pub use columns::{ColumnLayout, FieldCell, FieldKind, KeptColumn};
pub use connections::{
    Allowed, CallMeter, CallOption, CallOutcome, CallPermission, CallPermissions, Connection,
    ConnectionChoices, ConnectionColour, ConnectionSource, CredentialKind, EndpointCall,
    EndpointFlag, EndpointFlagKind, EndpointSource, EnvironmentClass, Feature, FeatureKind,
    Identity, KnownConnection, Offered, OpenConnection, Preset, Profile, ReadMeter,
    TrustedEndpoint,
};
pub use definitions::*;
pub use error::{CommandError, ErrorCode};
pub use exports::{RecordExport, RecordExportState, RecordFileFormat};
pub use fields::*;
pub use filters::{
    FilterCheck, FilterCompletion, FilterFault, FilterOffer, FilterOfferKind, FilterToken,
    FilterTokenKind, TimeSpanRead,
};
pub use grants::{Grant, TargetFacts, TargetShard, WriteTarget};
pub use imports::{
    BadLine, ImportAs, ImportFormat, ImportPreview, ImportRequest, ImportSource, ImportedRow,
};
pub use layers::*;
pub use masks::{MaskAdded, MaskKind, MaskRule, Masking, Unmasking};
pub use numbers::Number;
pub use publishing::{
    Draft, DraftEncoding, DraftField, DraftFormat, DraftPreview, DraftProblem, JobState,
    PublishKind, PublishPage, PublishRow, RecordDraft, SentOutcome, SentRow, Template, WriteOrder,
};
pub use questions::*;
pub use records::{
    CopyForm, RecordDetails, RecordText, TreeNodeKind, TreePage, TreeRequest, TreeRow,
};
pub use registries::*;
pub use related::*;
pub use replayed::{
    BesideState, CaptureBeside, ExportedCapture, ImportedCapture, NextRecord, RecordReplays,
    ReplayDifference, ReplayFinding, ReplayRow, ReplayShard, ReplayVerdict, ReplayedPage,
    ReplayedRow, ReplayedWhich, ReportFormat,
};
pub use replays::{
    AfterUnclear, KeyCollision, KeyCollisions, LeftOut, LeftOutRecord, LoadedPlan, Placement,
    PlannedKeys, PlannedShard, ReplayChosen, ReplayFileFormat, ReplayPacing, ReplayPlan,
    ReplayPreview, ReplayRequest, ReplayRule, ReplaySource, ReplayTarget, Rule, RuleCount,
};
pub use saga::*;
pub use sagas::*;
pub use streams::{Consumer, KeyPlacement, Shard, StreamDetails, StreamRow, Tag};
pub use texts::{KnownTexts, SavedText, TextKind};
pub use views::{
    CoverageInterval, Lane, LaneCoverage, PayloadFormat, RecordPage, RecordRow, ViewStatus,
};
