//! One connection: who we are, where requests go, one pooled client. Cheap to clone.
//!
//! Opening resolves settings and asks nobody. Credentials stay inside the SDK: profiles are
//! referenced by name and never copied.

use crate::{
    AwsSurroundings, Call, Endpoint, KinesisError, Meter, Trust,
    capability::Observations,
    classify::Asked,
    clients::{clients, sdk_config},
    endpoint,
    meter::{Counts, Operation},
    profile::{self, SignIn},
    regional,
    schemas::Glue,
};
use aws_config::profile::ProfileSet;
use serde::{Deserialize, Serialize};
use std::{fmt, sync::Arc, time::Duration};

/// What a person chose. Holds no secret: it may be stored to connect again.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ConnectionSpec {
    pub source: Source,
    pub region: Option<String>,
    pub endpoint: Option<String>,
}

/// Where credentials (and what else is not set explicitly) come from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Fixed words for endpoints that check none: the embedded one, `LocalStack`, moto. Needs an
    /// explicit endpoint; AWS refuses them.
    Placeholder,
    /// A profile of the AWS config files, and nothing of the environment's credentials.
    Profile(String),
    /// The SDK's default chain: environment variables, `AWS_PROFILE`, the machine's role.
    Environment,
}

impl ConnectionSpec {
    /// For an endpoint that checks no credentials.
    pub fn local(endpoint: impl Into<String>) -> Self {
        Self {
            source: Source::Placeholder,
            region: None,
            endpoint: Some(endpoint.into()),
        }
    }
}

/// The region in effect, and the setting that decided it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    pub name: String,
    pub source: RegionSource,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegionSource {
    Explicit,
    /// `AWS_REGION` or `AWS_DEFAULT_REGION`.
    Variable(&'static str),
    Profile {
        profile: String,
    },
    /// No setting: endpoints that check no credentials do not mind.
    Default,
}

/// The SDK waits for ever unless told otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    pub connect: Duration,
    /// Until the answer begins.
    pub read: Duration,
    /// One attempt: 10 MiB over a slow line must fit.
    pub attempt: Duration,
    /// One call with all its attempts.
    pub operation: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            read: Duration::from_secs(15),
            attempt: Duration::from_secs(45),
            operation: Duration::from_mins(1),
        }
    }
}

/// The region for endpoints that do not mind; also the SDKs' habit in examples.
const ANY_REGION: &str = "us-east-1";

/// An open connection. Clones share the client, its pool and its counts.
#[derive(Clone)]
pub struct Connection(pub(crate) Arc<Opened>);

pub(crate) struct Opened {
    pub(crate) spec: ConnectionSpec,
    pub(crate) region: Region,
    pub(crate) endpoint: Endpoint,
    pub(crate) profile: Option<String>,
    pub(crate) sign_in: SignIn,
    pub(crate) client: aws_sdk_kinesis::Client,
    pub(crate) sts: aws_sdk_sts::Client,
    pub(crate) lambda: aws_sdk_lambda::Client,
    pub(crate) glue: Glue,
    pub(crate) counts: Arc<Counts>,
    pub(crate) observed: Observations,
}

impl Connection {
    /// Opens with this process's environment and AWS files.
    pub async fn open(spec: ConnectionSpec, trust: Trust) -> Result<Self, KinesisError> {
        Self::open_in(
            &AwsSurroundings::of_process(),
            spec,
            trust,
            Timeouts::default(),
        )
        .await
    }

    /// [`open`](Self::open) with everything given.
    pub async fn open_in(
        surroundings: &AwsSurroundings,
        spec: ConnectionSpec,
        trust: Trust,
        timeouts: Timeouts,
    ) -> Result<Self, KinesisError> {
        let set = match spec.source {
            Source::Placeholder => ProfileSet::default(),
            Source::Profile(_) | Source::Environment => profile::load(surroundings).await?,
        };
        let (profile, files) = chosen_profile(&spec.source, surroundings, &set)?;
        let region = effective_region(&spec, surroundings, profile.as_deref(), &set)?;
        let (files, flags) = match spec.source {
            Source::Placeholder if spec.endpoint.is_none() => {
                return Err(KinesisError::MissingEndpoint);
            }
            Source::Placeholder => (None, Vec::new()),
            _ => (
                files.map(|found| (&set, found)),
                regional::flags(surroundings, files),
            ),
        };
        let configured = endpoint::configured(spec.endpoint.as_deref(), surroundings, files)?;
        let endpoint = regional::resolve(&region.name, flags.clone(), configured).await?;
        endpoint.permit(&trust)?;

        let config = sdk_config(
            surroundings,
            &spec.source,
            profile.as_deref(),
            &region.name,
            &flags,
            timeouts,
        )
        .await;
        let (client, sts, lambda) = clients(&config, &endpoint);
        let glue = Glue::of(&endpoint, &region.name, &config).await?;
        let sign_in = sign_in(&spec.source, surroundings, profile.as_deref(), &set);
        Ok(Self(Arc::new(Opened {
            spec,
            region,
            endpoint,
            profile,
            sign_in,
            client,
            sts,
            lambda,
            glue,
            counts: Arc::default(),
            observed: Observations::default(),
        })))
    }

    pub fn spec(&self) -> &ConnectionSpec {
        &self.0.spec
    }

    pub fn region(&self) -> &Region {
        &self.0.region
    }

    pub fn endpoint(&self) -> &Endpoint {
        &self.0.endpoint
    }

    /// The profile in effect, also where `AWS_PROFILE` chose it.
    pub fn profile(&self) -> Option<&str> {
        self.0.profile.as_deref()
    }

    pub fn meter(&self) -> Meter {
        self.0.counts.snapshot()
    }

    /// Counts a try again that the caller makes: reads of records are single attempts here.
    pub fn tries_again(&self, operation: Operation) {
        self.0.counts.tried_again(operation);
    }

    /// The attempts after this number, oldest first, of the last [`CALLS_KEPT`](crate::CALLS_KEPT).
    pub fn calls(&self, after: u64) -> Vec<Call> {
        self.0.counts.log().after(after)
    }

    pub(crate) fn asked(&self, operation: Operation) -> Asked<'_> {
        Asked {
            operation,
            endpoint: &self.0.endpoint,
            region: &self.0.region.name,
            profile: self.0.profile.as_deref(),
            sign_in: &self.0.sign_in,
        }
    }
}

/// Whether both are clones of one opened connection.
impl PartialEq for Connection {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Connection {}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("spec", &self.0.spec)
            .field("endpoint", &self.0.endpoint.url)
            .finish()
    }
}

/// Keys in the environment come before any profile that is not named.
fn sign_in(
    source: &Source,
    surroundings: &AwsSurroundings,
    profile: Option<&str>,
    set: &ProfileSet,
) -> SignIn {
    let has_keys = surroundings.variable("AWS_ACCESS_KEY_ID").is_some();
    match source {
        Source::Placeholder => SignIn::Replace,
        Source::Environment if has_keys => SignIn::Replace,
        _ => profile::sign_in(set, profile.unwrap_or("default")),
    }
}

type Found<'a> = (Option<String>, Option<&'a aws_config::profile::Profile>);

fn chosen_profile<'a>(
    source: &Source,
    surroundings: &AwsSurroundings,
    set: &'a ProfileSet,
) -> Result<Found<'a>, KinesisError> {
    let name = match source {
        Source::Placeholder => return Ok((None, None)),
        Source::Profile(name) => name.as_str(),
        Source::Environment => match surroundings.variable("AWS_PROFILE") {
            Some(name) => name,
            None => return Ok((None, set.get_profile("default"))),
        },
    };
    profile::find(set, name).map(|found| (Some(name.to_owned()), Some(found)))
}

/// Explicit, the environment, the profile: the SDK's own order.
fn effective_region(
    spec: &ConnectionSpec,
    surroundings: &AwsSurroundings,
    profile: Option<&str>,
    set: &ProfileSet,
) -> Result<Region, KinesisError> {
    let region = |name: &str, source| {
        Ok(Region {
            name: name.trim().to_owned(),
            source,
        })
    };
    if let Some(name) = spec
        .region
        .as_deref()
        .filter(|name| !name.trim().is_empty())
    {
        return region(name, RegionSource::Explicit);
    }
    if spec.source == Source::Placeholder {
        return region(ANY_REGION, RegionSource::Default);
    }
    for variable in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
        if let Some(name) = surroundings.variable(variable) {
            return region(name, RegionSource::Variable(variable));
        }
    }
    let profile_name = profile.unwrap_or("default");
    match set
        .get_profile(profile_name)
        .and_then(|profile| profile.get("region"))
    {
        Some(name) => region(
            name,
            RegionSource::Profile {
                profile: profile_name.to_owned(),
            },
        ),
        None => Err(KinesisError::MissingRegion {
            profile: profile.map(str::to_owned),
        }),
    }
}

/// Sends one SDK call under a [`Witness`](crate::witness::Witness), classifies its failure and logs it.
/// A macro, because the SDK keeps the trait of its request builders to itself.
macro_rules! send {
    ($connection:expr, $operation:expr, $request:expr) => {{
        let witness = $crate::witness::Witness::new($operation, &$connection.0.counts);
        match $request
            .customize()
            .interceptor(witness.clone())
            .send()
            .await
        {
            Ok(output) => Ok((output, witness)),
            Err(error) => Err($connection.failed($operation, &error, &witness)),
        }
    }};
    ($connection:expr, $operation:expr, $request:expr, override $overrides:expr) => {{
        $crate::connection::send!($connection, $operation, $request, override $overrides, of None)
    }};
    ($connection:expr, $operation:expr, $request:expr, override $overrides:expr, of $place:expr) => {{
        let witness = $crate::witness::Witness::new($operation, &$connection.0.counts).of($place);
        match $request
            .customize()
            .config_override($overrides)
            .interceptor(witness.clone())
            .send()
            .await
        {
            Ok(output) => Ok((output, witness)),
            Err(error) => Err($connection.failed($operation, &error, &witness)),
        }
    }};
}
pub(crate) use send;
