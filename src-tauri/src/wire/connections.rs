//! Connections: where the streams are, who we are there, and what the endpoint offers.

use super::Number;
use serde::{Deserialize, Serialize};
use specta::Type;

/// What can be opened, and what is open.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionChoices {
    pub presets: Vec<Preset>,
    pub profiles: Vec<Profile>,
    /// Why the AWS config files could not be read, where they could not.
    pub profiles_fault: Option<String>,
    pub open: Vec<Connection>,
    /// What was confirmed once, here or in an earlier run.
    pub trusted: Vec<TrustedEndpoint>,
    /// What the person keeps, by name.
    pub known: Vec<KnownConnection>,
}

/// A choice that the person keeps; there is one of each.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct KnownConnection {
    pub source: ConnectionSource,
    pub region: Option<String>,
    pub endpoint: Option<String>,
    /// 1 to 60 characters.
    pub name: String,
    pub colour: ConnectionColour,
    pub environment: EnvironmentClass,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum ConnectionColour {
    Blue,
    Yellow,
    Teal,
    Pink,
    Orange,
    Purple,
}

/// What the person says of the environment that a connection leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum EnvironmentClass {
    Unsaid,
    Development,
    Test,
    Staging,
    /// A stream's name is typed before anything is written there.
    Production,
}

/// An endpoint that is neither AWS nor this machine, confirmed for one kind of credentials.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TrustedEndpoint {
    /// "profile dev", "environment", "placeholders".
    pub credentials: String,
    /// `HOST:PORT`.
    pub host: String,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Preset {
    pub source: ConnectionSource,
    pub name: String,
    pub endpoint: Option<String>,
    pub region: String,
    /// Something takes connections at its address; absent for the demo.
    pub listens: Option<bool>,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    pub name: String,
    pub region: Option<String>,
    pub endpoint: Option<String>,
    pub credentials: CredentialKind,
}

/// How a profile's credentials come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum CredentialKind {
    AccessKey,
    Sso,
    AssumeRole,
    WebIdentity,
    CredentialProcess,
    /// By signing in at the console.
    Login,
    /// The profile names none.
    Absent,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "kind"
)]
pub enum ConnectionSource {
    /// The embedded endpoint with its running order flow.
    Demo,
    /// Dummy credentials against a local emulator, such as `LocalStack` or moto.
    Local,
    /// A profile of the AWS config files.
    Profile { name: String },
    /// The environment's variables, as any AWS tool would take them.
    Environment,
}

#[derive(Clone, Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OpenConnection {
    pub source: ConnectionSource,
    pub region: Option<String>,
    pub endpoint: Option<String>,
    /// Ask the person in a native dialog where it is not one of AWS's, and not confirmed. Without it that is an error.
    pub ask_trust: bool,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Connection {
    pub id: String,
    pub label: String,
    pub source: ConnectionSource,
    /// As they were chosen; absent where the surroundings decide.
    pub chosen_region: Option<String>,
    pub chosen_endpoint: Option<String>,
    pub region: String,
    pub endpoint: String,
    pub endpoint_source: EndpointSource,
    /// What made it another one of AWS's addresses for the region.
    pub endpoint_flags: Vec<EndpointFlag>,
    pub identity: Identity,
    /// What the user had to confirm before signed requests went there.
    pub trusted: Option<TrustedEndpoint>,
    /// Its endpoint is on this machine: streams can be made and removed there.
    pub local: bool,
    /// Streams that stay all the same: the demo plays on them.
    pub kept_streams: Vec<String>,
    /// What this endpoint offers and lacks.
    pub features: Vec<Feature>,
}

/// Where an endpoint was set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "kind"
)]
pub enum EndpointSource {
    /// With the connection.
    Entered,
    /// In an environment variable.
    Variable { name: String },
    /// In the services section that a profile names.
    ProfileServices { profile: String },
    /// As a profile's `endpoint_url`.
    Profile { profile: String },
    /// Nowhere: it is AWS's for the region.
    AwsDefault,
}

/// A setting that was found to be on, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct EndpointFlag {
    pub kind: EndpointFlagKind,
    pub source: EndpointSource,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum EndpointFlagKind {
    Fips,
    DualStack,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "kind"
)]
pub enum Identity {
    Known {
        account: String,
        arn: String,
    },
    /// The endpoint could not say; `why` says so.
    Unknown {
        why: String,
    },
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Feature {
    pub kind: FeatureKind,
    pub offered: Offered,
    /// Why it is absent or not known, in the endpoint's words where there are any; else empty.
    pub why: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum FeatureKind {
    CallerIdentity,
    StreamSummary,
    ShardList,
    Consumers,
    Tags,
    Lag,
    ChildShards,
    Subscriptions,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Offered {
    Yes,
    No,
    /// Not asked yet, or the question failed: it is asked again.
    Unknown,
    /// This program has no use for it and does not ask.
    Unused,
}

/// Which calls the credentials may make.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CallPermissions {
    /// The stream that was asked about; absent where there is none.
    pub stream: Option<String>,
    pub arn: Option<String>,
    pub operations: Vec<CallPermission>,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CallPermission {
    pub operation: String,
    /// As a policy names it: "kinesis:GetRecords".
    pub action: String,
    pub allowed: Allowed,
    /// Why not, or why it is not known; else empty.
    pub why: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Allowed {
    Yes,
    No,
    Unknown,
    /// It writes: only writing would tell.
    NotTried,
}

/// What this connection has asked of its endpoint since it was opened.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ReadMeter {
    pub operations: Vec<CallMeter>,
    pub calls: Number,
    pub retries: Number,
    pub throttles: Number,
    pub errors: Number,
    pub bytes_received: Number,
}

/// One attempt of a call to an endpoint.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct EndpointCall {
    /// From 1 for each connection, in the order in which attempts ended.
    pub number: Number,
    /// When it ended.
    pub at: Number,
    pub took_millis: Number,
    pub operation: String,
    pub stream: Option<String>,
    pub shard: Option<String>,
    /// Other options as the AWS CLI names them, without dashes; no payload and no token.
    pub options: Vec<CallOption>,
    pub outcome: CallOutcome,
    /// The endpoint's code, or what failed on the way.
    pub why: Option<String>,
    /// 1 for the first of its call.
    pub attempt: Number,
    pub bytes_received: Number,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CallOption {
    pub name: String,
    pub value: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum CallOutcome {
    Answered,
    Throttled,
    Failed,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CallMeter {
    pub operation: String,
    pub calls: Number,
    pub retries: Number,
    pub throttles: Number,
    pub errors: Number,
    pub bytes_received: Number,
}
