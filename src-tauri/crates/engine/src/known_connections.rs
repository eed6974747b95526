//! The connections that a person keeps: each choice under a name, with a colour and with what kind of environment it
//! leads to. They are the person's and not the workspace's, in one private file, and hold no secret.
//!
//! What is said to be production is asked about like what looks like it. It opens nothing.

use crate::{
    Choice, ConnectionId, Engine, EngineError, Notice, engine::blocking, private_file::Personal,
};
use serde::{Deserialize, Serialize};
use std::{
    path::Path,
    time::{Duration, Instant},
};

const WHAT: &str = "the connections that are kept";
const FILE_NAME: &str = "connections.json";
const MOST_KEPT: usize = 200;
const MOST_NAME_CHARS: usize = 60;

/// One of six that people tell apart, also those who see colours otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionColour {
    Blue,
    Yellow,
    Teal,
    Pink,
    Orange,
    Purple,
}

/// What a person says of the environment that a connection leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EnvironmentClass {
    Unsaid,
    Development,
    Test,
    Staging,
    /// A stream's name is typed before anything is written there.
    Production,
}

/// A choice that is kept; there is one of each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownConnection {
    pub choice: Choice,
    /// 1 to 60 characters.
    pub name: String,
    pub colour: ConnectionColour,
    pub environment: EnvironmentClass,
}

/// The file, as it is written.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct Written {
    connections: Vec<KnownConnection>,
}

pub(crate) struct KnownConnections(Personal<Written>);

impl KnownConnections {
    pub fn new(folder: Option<&Path>) -> Self {
        Self(Personal::new(folder, FILE_NAME, WHAT))
    }

    fn all(&self) -> Vec<KnownConnection> {
        self.0.read().connections
    }

    fn keep(&self, known: KnownConnection) -> Result<(), EngineError> {
        let known = KnownConnection {
            name: name(&known.name)?,
            ..known
        };
        // nothing that is kept here is a secret
        if known
            .choice
            .endpoint
            .as_deref()
            .is_some_and(|url| url.contains('@'))
        {
            return Err(EngineError::Input(
                "an endpoint has no name and no password".to_owned(),
            ));
        }
        self.0.change(|written| {
            let kept = &mut written.connections;
            kept.retain(|other| other.choice != known.choice);
            if kept.len() >= MOST_KEPT {
                return Err(EngineError::Input(format!(
                    "more than {MOST_KEPT} connections are not kept"
                )));
            }
            kept.push(known);
            kept.sort_by(|one, other| one.name.cmp(&other.name));
            Ok(())
        })
    }

    fn forget(&self, choice: &Choice) -> Result<(), EngineError> {
        self.0.change(|written| {
            written.connections.retain(|known| known.choice != *choice);
            Ok(())
        })
    }
}

fn is_production(known: &[KnownConnection], choice: &Choice) -> bool {
    let is_said = |known: &&KnownConnection| known.environment == EnvironmentClass::Production;
    if let Some(known) = known.iter().find(|known| known.choice == *choice) {
        return is_said(&known);
    }
    known.iter().filter(is_said).any(|known| {
        (&known.choice.source, &known.choice.endpoint) == (&choice.source, &choice.endpoint)
    })
}

fn name(text: &str) -> Result<String, EngineError> {
    let name = text.trim();
    let is_fit = (1..=MOST_NAME_CHARS).contains(&name.chars().count())
        && !name.chars().any(char::is_control);
    is_fit.then(|| name.to_owned()).ok_or_else(|| {
        EngineError::Input(format!(
            "a connection's name has 1 to {MOST_NAME_CHARS} characters"
        ))
    })
}

impl Engine {
    /// By their names.
    pub async fn known_connections(&self) -> Result<Vec<KnownConnection>, EngineError> {
        let engine = self.clone();
        blocking(move || engine.known().all()).await
    }

    /// In the place of what was kept of the same choice.
    ///
    /// # Errors
    /// [`EngineError::Input`] for a name that is none; [`EngineError::File`] where it cannot be kept.
    pub async fn keep_connection(&self, known: KnownConnection) -> Result<(), EngineError> {
        let engine = self.clone();
        blocking(move || engine.known().keep(known)).await??;
        self.notices().send(Notice::Connections);
        Ok(())
    }

    /// What is open stays open.
    ///
    /// # Errors
    /// [`EngineError::File`].
    pub async fn forget_known_connection(&self, choice: Choice) -> Result<(), EngineError> {
        let engine = self.clone();
        blocking(move || engine.known().forget(&choice)).await??;
        self.notices().send(Notice::Connections);
        Ok(())
    }

    /// Whether a person said that this choice leads to production: of it, or else of the same credentials and endpoint in
    /// whatever region. A file that is there and cannot be read says it of all.
    pub(crate) async fn is_said_production(&self, choice: &Choice) -> Result<bool, EngineError> {
        let (engine, choice) = (self.clone(), choice.clone());
        blocking(move || match engine.known().0.read_strictly() {
            Ok(written) => is_production(&written.connections, &choice),
            Err(_) => true,
        })
        .await
    }

    /// Asks for one page of streams, and how long the answer took.
    ///
    /// # Errors
    /// Whatever keeps the endpoint from answering; missing permission to list is an answer.
    pub async fn test_connection(&self, id: ConnectionId) -> Result<Duration, EngineError> {
        let opened = self.connection(id)?;
        let asked = Instant::now();
        match opened.connection.stream_page(None).await {
            Ok(_) | Err(kinesis::KinesisError::AccessDenied { .. }) => Ok(asked.elapsed()),
            Err(error) => Err(error.into()),
        }
    }
}
