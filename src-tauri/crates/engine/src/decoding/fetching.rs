//! Asking a stream's registry for the schemas that a record names: each once, within a time, and never in haste. Which
//! registry may be asked is not decided here.

use super::{
    SchemaRegistry,
    asking::{RegistryFault, SchemaStanding},
    fetched::Fetched,
    registries::PATIENCE,
};
use crate::{
    Engine, EngineError,
    engine::{blocking, locked, now},
    layers::Layered,
};
use decode::{SchemaId, safe_text};
use kinesis::KinesisError;
use registry::{Found, Login, Registry, RegistryError};
use std::time::Duration;

/// An opened record waits so long for its schemas; after that it is shown as it is.
const OPENING_WAITS: Duration = Duration::from_millis(1_500);
/// Of one record.
const MOST_AT_ONCE: usize = 8;

/// A schema that a record names and that is not there, and how it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaReport {
    pub id: String,
    /// `HOST:PORT` of the registry that a person chose.
    pub host: String,
    pub standing: SchemaStanding,
}

/// Schemas that a record names, and that its stream's registry may have.
pub(crate) struct Missing {
    stream_arn: String,
    registry: SchemaRegistry,
    ids: Vec<SchemaId>,
}

type Failed = (RegistryFault, String);

impl Engine {
    /// What the record's stream may be asked for.
    pub(crate) fn missing_schemas(&self, layered: &Layered) -> Option<Missing> {
        let reading = self.decoding().reading();
        let registry = reading.registry(&layered.stream_arn)?.clone();
        let unknown = layered.unknown_schemas(reading.schemas(&layered.stream_arn));
        let ids = unknown.into_iter().filter(|id| registry.may_know(id));
        let ids: Vec<SchemaId> = ids.take(MOST_AT_ONCE).collect();
        (!ids.is_empty()).then(|| Missing {
            stream_arn: layered.stream_arn.clone(),
            registry,
            ids,
        })
    }

    /// How it stands with the schemas that a record lacks.
    pub(crate) fn schema_reports(&self, layered: &Layered) -> Vec<SchemaReport> {
        let Some(missing) = self.missing_schemas(layered) else {
            return Vec::new();
        };
        let (key, host) = (missing.registry.key(), missing.registry.host());
        let asked = locked(&self.decoding().asked);
        let report = |id: SchemaId| SchemaReport {
            standing: asked.of(&key, &id).unwrap_or(SchemaStanding::Asking),
            id: id.to_string(),
            host: safe_text(&host).into_owned(),
        };
        missing.ids.into_iter().map(report).collect()
    }

    /// Asks for what may be asked for now, and waits a little. Whether there is something new to look at.
    pub(crate) async fn ask_for_schemas(&self, missing: Missing) -> bool {
        let key = missing.registry.key();
        let mut asking = Vec::new();
        for id in missing.ids {
            if locked(&self.decoding().asked).begin(&key, &id, now()) {
                let (engine, arn) = (self.clone(), missing.stream_arn.clone());
                let registry = missing.registry.clone();
                asking.push(tokio::spawn(async move {
                    engine.ask_for(&arn, registry, id).await;
                }));
            }
        }
        let has_asked = !asking.is_empty();
        let all = async {
            for one in asking {
                // one that panicked has nothing to say
                let _ = one.await;
            }
        };
        // what takes longer goes on, and is there when the record is looked at again
        let _ = tokio::time::timeout(OPENING_WAITS, all).await;
        has_asked
    }

    async fn ask_for(&self, arn: &str, registry: SchemaRegistry, id: SchemaId) {
        let key = registry.key();
        let failed = match self.fetch(arn, &registry, &id).await {
            Ok(fetched) => self.keep_fetched(fetched).await.err(),
            Err(failed) => Some(failed),
        };
        if let Some((fault, _)) = &failed {
            tracing::debug!(schema = %id, ?fault, "a registry gave no schema");
        }
        locked(&self.decoding().asked).end(&key, &id, failed, now());
    }

    async fn fetch(
        &self,
        arn: &str,
        registry: &SchemaRegistry,
        id: &SchemaId,
    ) -> Result<Fetched, Failed> {
        let key = registry.key();
        match (registry, id) {
            (SchemaRegistry::Glue { host }, SchemaId::Glue(_)) => {
                let opened = self.connection_of(arn).await.ok().flatten();
                let opened = opened.ok_or((RegistryFault::NotConnected, String::new()))?;
                let now_at = opened.connection.schema_registry_host();
                if now_at != *host {
                    return Err((RegistryFault::OtherHost, safe_text(&now_at).into_owned()));
                }
                let text = id.to_string();
                let uuid = text.strip_prefix("glue:").unwrap_or(&text);
                let version = opened.connection.schema_version(uuid).await;
                Fetched::of_glue(key, id.clone(), version.map_err(|error| of_glue(&error))?)
            }
            (SchemaRegistry::Confluent { url, user }, SchemaId::Confluent(number)) => {
                let login = match user {
                    None => None,
                    Some(user) => Some(Login {
                        user: user.clone(),
                        password: self
                            .decoding()
                            .password(&key)
                            .ok_or((RegistryFault::SignIn, String::new()))?,
                    }),
                };
                let found = found(url, login.as_ref(), *number).await;
                let found = found.map_err(|error| of_registry(&error))?;
                Fetched::new(key, id.clone(), found)
            }
            _ => Err((RegistryFault::NotFound, String::new())),
        }
    }

    async fn keep_fetched(&self, fetched: Fetched) -> Result<(), Failed> {
        let engine = self.clone();
        let kept = blocking(move || {
            engine.decoding().change(|written| {
                fetched.keep_in(&mut written.fetched);
                Ok(())
            })?;
            engine.read_anew();
            Ok::<(), EngineError>(())
        });
        let kept = kept.await.and_then(|kept| kept);
        kept.map_err(|error| {
            let cause = safe_text(&error.to_string()).into_owned();
            (RegistryFault::Unusable, cause)
        })
    }
}

async fn found(url: &str, login: Option<&Login>, id: u32) -> Result<Found, RegistryError> {
    let registry = Registry::new(url.parse()?, login, PATIENCE)?;
    registry.schema(id).await
}

fn of_glue(error: &KinesisError) -> Failed {
    let fault = match error {
        KinesisError::Refused { code, .. } if code == "EntityNotFoundException" => {
            RegistryFault::NotFound
        }
        KinesisError::NotFound { .. } => RegistryFault::NotFound,
        KinesisError::AccessDenied { .. }
        | KinesisError::Credentials { .. }
        | KinesisError::ExpiredCredentials { .. } => RegistryFault::Denied,
        KinesisError::Unreachable { .. } | KinesisError::Timeout { .. } => {
            RegistryFault::Unreachable
        }
        error if error.is_retryable() => RegistryFault::Busy,
        _ => RegistryFault::Refused,
    };
    (fault, safe_text(&error.to_string()).into_owned())
}

fn of_registry(error: &RegistryError) -> Failed {
    let fault = match error {
        RegistryError::Denied { .. } => RegistryFault::Denied,
        RegistryError::NotFound { .. } => RegistryFault::NotFound,
        RegistryError::Unreachable(_) | RegistryError::Silent(_) => RegistryFault::Unreachable,
        RegistryError::Busy { .. } => RegistryFault::Busy,
        RegistryError::TooLarge { .. } | RegistryError::TooManyReferences { .. } => {
            RegistryFault::Unusable
        }
        RegistryError::Address { .. }
        | RegistryError::Insecure { .. }
        | RegistryError::Login
        | RegistryError::Certificates(_)
        | RegistryError::Refused { .. }
        | RegistryError::Redirected { .. }
        | RegistryError::Foreign(_) => RegistryFault::Refused,
    };
    (fault, safe_text(&error.to_string()).into_owned())
}
