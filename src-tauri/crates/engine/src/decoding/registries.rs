//! Which registry knows the schemas of a stream's records: nobody's, until a person chose one and said yes to its host
//! in the native dialog. What it said is kept with the person's schemas; a password for this run only, in memory.

use super::{Secret, StreamDecoding};
use crate::{
    Engine, EngineError, OpenedConnection,
    connections::Origin,
    engine::{blocking, locked},
};
use decode::{SchemaId, safe_text};
use kinesis::DialogAnswer;
use registry::{Address, Login, Registry, RegistryError};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, time::Duration};

/// For one schema with all that it needs.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
const MOST_REGISTRIES: usize = 1_000;

/// A registry that a person chose for a stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SchemaRegistry {
    /// Glue's, through the stream's own connection, while that is at this `HOST:PORT`.
    Glue { host: String },
    /// One that speaks Confluent's API.
    Confluent { url: String, user: Option<String> },
}

impl SchemaRegistry {
    /// `HOST:PORT`.
    pub fn host(&self) -> String {
        match self {
            Self::Glue { host } => host.clone(),
            Self::Confluent { url, .. } => {
                let address: Result<Address, _> = url.parse();
                address.map_or_else(|_| url.clone(), |address| address.host())
            }
        }
    }

    pub fn user(&self) -> Option<&str> {
        match self {
            Self::Glue { .. } => None,
            Self::Confluent { user, .. } => user.as_deref(),
        }
    }

    /// Whose ids these are: two registries number alike.
    pub(super) fn key(&self) -> String {
        match self {
            Self::Glue { host } => format!("glue:{host}"),
            Self::Confluent { url, user } => {
                format!("confluent:{}@{url}", user.as_deref().unwrap_or_default())
            }
        }
    }

    pub(super) fn may_know(&self, id: &SchemaId) -> bool {
        matches!(
            (self, id),
            (Self::Glue { .. }, SchemaId::Glue(_))
                | (Self::Confluent { .. }, SchemaId::Confluent(_))
        )
    }
}

/// What a person wants to be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WantedRegistry {
    /// Glue's, through the connection that the stream is captured by.
    Glue,
    /// One that speaks Confluent's API.
    Confluent { url: String, user: Option<String> },
}

/// What a person is to be asked before a registry is.
#[derive(Clone, Debug)]
pub struct RegistryQuestion {
    stream_arn: String,
    registry: SchemaRegistry,
    connection_label: Option<String>,
}

impl RegistryQuestion {
    pub fn stream_arn(&self) -> &str {
        &self.stream_arn
    }

    pub fn registry(&self) -> &SchemaRegistry {
        &self.registry
    }

    /// The connection whose credentials sign, for Glue.
    pub fn connection_label(&self) -> Option<&str> {
        self.connection_label.as_deref()
    }
}

impl Engine {
    /// # Errors
    /// [`EngineError::Input`] for what is no address, plain http to another machine, and for Glue where no connection of the
    /// stream's captures is open.
    pub async fn question_of_registry(
        &self,
        stream_arn: String,
        wanted: WantedRegistry,
    ) -> Result<RegistryQuestion, EngineError> {
        let input = |error: RegistryError| EngineError::Input(safe_text(&error.to_string()).into());
        let (registry, connection_label) = match wanted {
            WantedRegistry::Glue => {
                let opened = self.connection_of(&stream_arn).await?.ok_or_else(|| {
                    let message = "no connection that captured this stream is open";
                    EngineError::Input(message.to_owned())
                })?;
                let host = opened.connection.schema_registry_host();
                let label = Origin::of(&opened).label();
                (SchemaRegistry::Glue { host }, Some(label))
            }
            WantedRegistry::Confluent { url, user } => {
                let address: Address = url.parse().map_err(input)?;
                let user = user.filter(|user| !user.is_empty());
                if let Some(user) = &user {
                    let login = Login {
                        user: user.clone(),
                        password: String::new(),
                    };
                    Registry::new(address.clone(), Some(&login), PATIENCE).map_err(input)?;
                }
                let url = address.to_string();
                (SchemaRegistry::Confluent { url, user }, None)
            }
        };
        Ok(RegistryQuestion {
            stream_arn,
            registry,
            connection_label,
        })
    }

    /// From now on the registry is asked for schemas that the stream's records name. `answer` is the proof that a person
    /// allowed it, and has the password where the registry has a user.
    ///
    /// # Errors
    /// [`EngineError::Input`] where there are too many; [`EngineError::File`] where it cannot be kept.
    pub async fn use_registry(
        &self,
        question: RegistryQuestion,
        answer: DialogAnswer,
    ) -> Result<StreamDecoding, EngineError> {
        let RegistryQuestion {
            stream_arn,
            registry,
            ..
        } = question;
        let key = registry.key();
        self.decoding()
            .sign_in(&key, answer.into_typed_name().map(Secret));
        locked(&self.decoding().asked).forget(&key);
        self.change_decoding(stream_arn.clone(), move |written| {
            written.registries.insert(stream_arn, registry);
            if written.registries.len() > MOST_REGISTRIES {
                let message = format!("{MOST_REGISTRIES} streams have a registry: leave one first");
                return Err(EngineError::Input(message));
            }
            Ok(())
        })
        .await
    }

    /// Nobody is asked for the stream's schemas any more; what was fetched and the password are forgotten unless another
    /// stream has the same registry.
    pub async fn leave_registry(&self, stream_arn: String) -> Result<StreamDecoding, EngineError> {
        let left = self.decoding().reading().registry(&stream_arn).cloned();
        let decoding = self.change_decoding(stream_arn.clone(), move |written| {
            written.registries.remove(&stream_arn);
            let used = written.registries.values().map(SchemaRegistry::key);
            let used: BTreeSet<String> = used.collect();
            written
                .fetched
                .retain(|fetched| used.contains(&fetched.registry));
            Ok(())
        });
        let decoding = decoding.await?;
        let reading = self.decoding().reading();
        if let Some(left) = left.filter(|left| !reading.has_registry(left)) {
            self.decoding().sign_in(&left.key(), None);
        }
        Ok(decoding)
    }

    /// What failed may be asked for again at once.
    pub async fn ask_registry_again(
        &self,
        stream_arn: String,
    ) -> Result<StreamDecoding, EngineError> {
        let engine = self.clone();
        blocking(move || {
            let reading = engine.decoding().reading();
            if let Some(registry) = reading.registry(&stream_arn) {
                locked(&engine.decoding().asked).forget(&registry.key());
            }
            engine.decoding().overview(&stream_arn)
        })
        .await
    }

    /// The open connection by which the stream was captured last.
    pub(super) async fn connection_of(
        &self,
        arn: &str,
    ) -> Result<Option<OpenedConnection>, EngineError> {
        let arn = arn.to_owned();
        let captures = self.ask(move |store| {
            let mut streams = store.streams()?;
            streams.retain(|stream| stream.stream.identity.arn.as_str() == arn);
            let keys: Vec<_> = streams.iter().map(|stream| stream.key).collect();
            let mut captures = store.captures()?;
            captures.retain(|capture| capture.streams.iter().any(|of| keys.contains(&of.stream)));
            captures.sort_by_key(|capture| std::cmp::Reverse(capture.created_at));
            Ok(captures)
        });
        let captures = captures.await?;
        let open = self.connections();
        Ok(captures.iter().find_map(|capture| {
            let origin = Origin::from_json(&capture.connection).ok()?;
            open.iter().find(|one| one.choice == origin.choice).cloned()
        }))
    }
}
