use crate::wire::{
    Allowed, CallMeter, CallOption, CallOutcome, CallPermission, CallPermissions, Connection,
    ConnectionChoices, ConnectionColour, ConnectionSource, CredentialKind, EndpointCall,
    EndpointFlag, EndpointFlagKind, EndpointSource, EnvironmentClass, Feature, FeatureKind,
    Identity, KnownConnection, Number, Offered, OpenConnection, Preset, Profile, ReadMeter,
    TrustedEndpoint,
};
use engine::{Availability, Call, Choice, EngineError, Meter, OpenedConnection};
use record::Millis;
use std::collections::BTreeSet;

impl ConnectionChoices {
    pub fn of(
        presets: Vec<engine::Preset>,
        profiles: Result<Vec<engine::Profile>, EngineError>,
        open: Vec<OpenedConnection>,
        trusted: BTreeSet<engine::TrustedEndpoint>,
        known: Vec<engine::KnownConnection>,
    ) -> Self {
        let (profiles, profiles_fault) = match profiles {
            Ok(profiles) => (profiles, None),
            Err(error) => (Vec::new(), Some(error.to_string())),
        };
        Self {
            presets: presets.into_iter().map(Preset::from).collect(),
            profiles: profiles.into_iter().map(Profile::from).collect(),
            profiles_fault,
            open: open.into_iter().map(Connection::from).collect(),
            trusted: trusted.into_iter().map(TrustedEndpoint::from).collect(),
            known: known.into_iter().map(KnownConnection::from).collect(),
        }
    }
}

impl From<engine::Preset> for Preset {
    fn from(preset: engine::Preset) -> Self {
        Self {
            name: preset.name.to_owned(),
            source: preset.choice.source.into(),
            endpoint: preset.choice.endpoint,
            region: preset.choice.region.unwrap_or_default(),
            listens: preset.listens,
        }
    }
}

impl From<engine::Profile> for Profile {
    fn from(profile: engine::Profile) -> Self {
        Self {
            name: profile.name,
            region: profile.region,
            endpoint: profile.endpoint_url,
            credentials: profile.kind.into(),
        }
    }
}

impl From<engine::CredentialKind> for CredentialKind {
    fn from(kind: engine::CredentialKind) -> Self {
        match kind {
            engine::CredentialKind::AccessKey => Self::AccessKey,
            engine::CredentialKind::Sso => Self::Sso,
            engine::CredentialKind::AssumeRole => Self::AssumeRole,
            engine::CredentialKind::WebIdentity => Self::WebIdentity,
            engine::CredentialKind::CredentialProcess => Self::CredentialProcess,
            engine::CredentialKind::Login => Self::Login,
            engine::CredentialKind::Absent => Self::Absent,
        }
    }
}

impl From<engine::ConnectionSource> for ConnectionSource {
    fn from(source: engine::ConnectionSource) -> Self {
        match source {
            engine::ConnectionSource::Demo => Self::Demo,
            engine::ConnectionSource::Local => Self::Local,
            engine::ConnectionSource::Profile(name) => Self::Profile { name },
            engine::ConnectionSource::Environment => Self::Environment,
        }
    }
}

impl From<ConnectionSource> for engine::ConnectionSource {
    fn from(source: ConnectionSource) -> Self {
        match source {
            ConnectionSource::Demo => Self::Demo,
            ConnectionSource::Local => Self::Local,
            ConnectionSource::Profile { name } => Self::Profile(name),
            ConnectionSource::Environment => Self::Environment,
        }
    }
}

fn choice(source: ConnectionSource, region: Option<String>, endpoint: Option<String>) -> Choice {
    let given = |text: Option<String>| {
        text.map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty())
    };
    Choice {
        source: source.into(),
        region: given(region),
        endpoint: given(endpoint),
    }
}

impl From<OpenConnection> for Choice {
    fn from(request: OpenConnection) -> Self {
        choice(request.source, request.region, request.endpoint)
    }
}

impl From<KnownConnection> for engine::KnownConnection {
    fn from(known: KnownConnection) -> Self {
        Self {
            choice: choice(known.source, known.region, known.endpoint),
            name: known.name,
            colour: match known.colour {
                ConnectionColour::Blue => engine::ConnectionColour::Blue,
                ConnectionColour::Yellow => engine::ConnectionColour::Yellow,
                ConnectionColour::Teal => engine::ConnectionColour::Teal,
                ConnectionColour::Pink => engine::ConnectionColour::Pink,
                ConnectionColour::Orange => engine::ConnectionColour::Orange,
                ConnectionColour::Purple => engine::ConnectionColour::Purple,
            },
            environment: match known.environment {
                EnvironmentClass::Unsaid => engine::EnvironmentClass::Unsaid,
                EnvironmentClass::Development => engine::EnvironmentClass::Development,
                EnvironmentClass::Test => engine::EnvironmentClass::Test,
                EnvironmentClass::Staging => engine::EnvironmentClass::Staging,
                EnvironmentClass::Production => engine::EnvironmentClass::Production,
            },
        }
    }
}

impl From<engine::KnownConnection> for KnownConnection {
    fn from(known: engine::KnownConnection) -> Self {
        Self {
            source: known.choice.source.into(),
            region: known.choice.region,
            endpoint: known.choice.endpoint,
            name: known.name,
            colour: match known.colour {
                engine::ConnectionColour::Blue => ConnectionColour::Blue,
                engine::ConnectionColour::Yellow => ConnectionColour::Yellow,
                engine::ConnectionColour::Teal => ConnectionColour::Teal,
                engine::ConnectionColour::Pink => ConnectionColour::Pink,
                engine::ConnectionColour::Orange => ConnectionColour::Orange,
                engine::ConnectionColour::Purple => ConnectionColour::Purple,
            },
            environment: match known.environment {
                engine::EnvironmentClass::Unsaid => EnvironmentClass::Unsaid,
                engine::EnvironmentClass::Development => EnvironmentClass::Development,
                engine::EnvironmentClass::Test => EnvironmentClass::Test,
                engine::EnvironmentClass::Staging => EnvironmentClass::Staging,
                engine::EnvironmentClass::Production => EnvironmentClass::Production,
            },
        }
    }
}

impl From<engine::TrustedEndpoint> for TrustedEndpoint {
    fn from(endpoint: engine::TrustedEndpoint) -> Self {
        Self {
            credentials: endpoint.credentials,
            host: endpoint.host,
        }
    }
}

impl From<TrustedEndpoint> for engine::TrustedEndpoint {
    fn from(endpoint: TrustedEndpoint) -> Self {
        Self {
            credentials: endpoint.credentials,
            host: endpoint.host,
        }
    }
}

impl From<OpenedConnection> for Connection {
    fn from(opened: OpenedConnection) -> Self {
        let features = opened.capabilities();
        let kept_streams = opened.kept_streams().into_iter().map(str::to_owned);
        let kept_streams = kept_streams.collect();
        let connection = &opened.connection;
        Self {
            id: opened.id.to_string(),
            label: opened.choice.label(),
            chosen_region: opened.choice.region.clone(),
            chosen_endpoint: opened.choice.endpoint.clone(),
            source: opened.choice.source.into(),
            region: connection.region().name.clone(),
            endpoint: connection.endpoint().url.clone(),
            endpoint_source: connection.endpoint().source.clone().into(),
            endpoint_flags: connection
                .endpoint()
                .flags
                .iter()
                .cloned()
                .map(EndpointFlag::from)
                .collect(),
            identity: match opened.identity {
                engine::Identity::Known { account, arn } => Identity::Known { account, arn },
                engine::Identity::Absent { why } => Identity::Unknown { why },
            },
            local: connection.local_streams().is_some(),
            kept_streams,
            trusted: opened.trusted.map(TrustedEndpoint::from),
            features: features.into_iter().map(Feature::from).collect(),
        }
    }
}

impl From<engine::EndpointSource> for EndpointSource {
    fn from(source: engine::EndpointSource) -> Self {
        match source {
            engine::EndpointSource::Explicit => Self::Entered,
            engine::EndpointSource::Variable(name) => Self::Variable {
                name: name.to_owned(),
            },
            engine::EndpointSource::ProfileServices { profile } => {
                Self::ProfileServices { profile }
            }
            engine::EndpointSource::Profile { profile } => Self::Profile { profile },
            engine::EndpointSource::Default => Self::AwsDefault,
        }
    }
}

impl From<engine::EndpointFlag> for EndpointFlag {
    fn from(flag: engine::EndpointFlag) -> Self {
        Self {
            kind: match flag.kind {
                engine::FlagKind::Fips => EndpointFlagKind::Fips,
                engine::FlagKind::DualStack => EndpointFlagKind::DualStack,
            },
            source: flag.source.into(),
        }
    }
}

impl From<engine::Capability> for Feature {
    fn from(capability: engine::Capability) -> Self {
        Self {
            kind: match capability.feature {
                engine::Feature::Identity => FeatureKind::CallerIdentity,
                engine::Feature::StreamSummary => FeatureKind::StreamSummary,
                engine::Feature::ShardList => FeatureKind::ShardList,
                engine::Feature::Consumers => FeatureKind::Consumers,
                engine::Feature::Tags => FeatureKind::Tags,
                engine::Feature::Lag => FeatureKind::Lag,
                engine::Feature::ChildShards => FeatureKind::ChildShards,
                engine::Feature::Subscriptions => FeatureKind::Subscriptions,
            },
            offered: match capability.offered {
                Availability::Offered => Offered::Yes,
                Availability::Missing => Offered::No,
                Availability::Unknown => Offered::Unknown,
                Availability::Unused => Offered::Unused,
            },
            why: capability.why,
        }
    }
}

impl From<engine::Permissions> for CallPermissions {
    fn from(found: engine::Permissions) -> Self {
        Self {
            stream: found.stream.map(|stream| stream.to_string()),
            arn: found.arn,
            operations: found
                .operations
                .into_iter()
                .map(CallPermission::from)
                .collect(),
        }
    }
}

impl From<engine::CallPermission> for CallPermission {
    fn from(found: engine::CallPermission) -> Self {
        Self {
            operation: found.operation.name().to_owned(),
            action: found.operation.action(),
            allowed: match found.allowed {
                engine::Allowed::Yes => Allowed::Yes,
                engine::Allowed::No => Allowed::No,
                engine::Allowed::Unknown => Allowed::Unknown,
                engine::Allowed::NotTried => Allowed::NotTried,
            },
            why: found.why,
        }
    }
}

impl From<Meter> for ReadMeter {
    fn from(meter: Meter) -> Self {
        Self {
            calls: Number::from_u64(meter.total(|count| count.calls)),
            retries: Number::from_u64(meter.total(|count| count.retries)),
            throttles: Number::from_u64(meter.total(|count| count.throttles)),
            errors: Number::from_u64(meter.total(|count| count.errors)),
            bytes_received: Number::from_u64(meter.total(|count| count.received_bytes)),
            operations: meter
                .operations
                .iter()
                .map(|count| CallMeter {
                    operation: count.operation.name().to_owned(),
                    calls: Number::from_u64(count.calls),
                    retries: Number::from_u64(count.retries),
                    throttles: Number::from_u64(count.throttles),
                    errors: Number::from_u64(count.errors),
                    bytes_received: Number::from_u64(count.received_bytes),
                })
                .collect(),
        }
    }
}

impl From<(Call, Millis)> for EndpointCall {
    fn from((call, at): (Call, Millis)) -> Self {
        let took = u64::try_from(call.took.as_millis()).unwrap_or(u64::MAX);
        let (outcome, why) = match call.outcome {
            engine::CallOutcome::Answered => (CallOutcome::Answered, None),
            engine::CallOutcome::Throttled => (CallOutcome::Throttled, None),
            engine::CallOutcome::Failed(why) => (CallOutcome::Failed, Some(why)),
        };
        let option = |(name, value): (&str, String)| CallOption {
            name: name.to_owned(),
            value,
        };
        Self {
            number: Number::from_u64(call.number),
            at: Number::from_i64(at.0),
            took_millis: Number::from_u64(took),
            operation: call.operation.name().to_owned(),
            stream: call.subject.stream,
            shard: call.subject.shard,
            options: call.subject.options.into_iter().map(option).collect(),
            outcome,
            why,
            attempt: Number::from_u64(call.attempt.into()),
            bytes_received: Number::from_u64(call.received_bytes),
        }
    }
}
