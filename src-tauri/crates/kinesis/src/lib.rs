//! Kinesis as a client sees it: connections, browsing, reading, and writing where it was granted. The
//! only crate that names `aws-*`.
//!
//! It decides nothing about captures and keeps no records: every call asks the endpoint and answers
//! with the words of `record`. A [`Connection`] can put nothing; a [`Writer`] can, into the one stream
//! of its [`Grant`]. Streams are created and deleted by [`LocalStreams`], on this machine only.
//!
//! An endpoint may be AWS or one of the many programs that imitate it. What they get wrong is
//! tolerated here and reported through [`Connection::capabilities`], so that nobody above has to
//! know which one it is.

mod answers;
mod browse;
mod calls;
mod capability;
mod classify;
mod clients;
mod connection;
mod endpoint;
mod error;
mod failed;
mod grant;
mod identity;
mod invoke;
mod local_streams;
mod meter;
mod permissions;
mod profile;
mod read;
mod regional;
mod runtime_emulator;
mod schemas;
mod surroundings;
mod witness;
mod write;

pub use browse::{
    Consumer, Encryption, RecordDistribution, ShardSummary, StreamListing, StreamMode, StreamPage,
    StreamPageStart, StreamStatus, StreamSummary, Tag,
};
pub use calls::{CALLS_KEPT, Call, CallOutcome, Subject};
pub use capability::{Availability, Capability, Feature};
pub use connection::{Connection, ConnectionSpec, Region, RegionSource, Source, Timeouts};
pub use endpoint::{Endpoint, EndpointSource, Trust};
pub use error::KinesisError;
pub use grant::{
    DialogAnswer, GRANT_LASTS_MAX, Grant, ProductionPatterns, ProductionSign, Question, WriteError,
    WriteTarget, looks_like_production,
};
pub use identity::Identity;
pub use invoke::{Function, FunctionName, FunctionNameError, Invocation, InvokeQuestion};
pub use local_streams::LocalStreams;
pub use meter::{Meter, Operation, OperationCount};
pub use permissions::{Allowed, CallPermission, Permissions};
pub use profile::{CredentialKind, Profile, SignIn, profiles, profiles_in};
pub use read::{ChildShard, RecordsPage, ShardIterator, Start};
pub use regional::{EndpointFlag, FlagKind};
pub use runtime_emulator::RuntimeEmulator;
pub use schemas::SchemaVersion;
pub use surroundings::AwsSurroundings;
pub use write::{Outcome, PutEntry, Refusal, Writer, says_slow_down};
