//! The open connections, and what can be opened.

use crate::{Engine, EngineError, Notice};
use kinesis::{
    Capability, Connection, ConnectionSpec, Identity, KinesisError, Meter, Profile, Source, Trust,
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// One open connection; never used again after it is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u64);

impl fmt::Display for ConnectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a person chose to connect to. Stored with each capture, to connect again; holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Choice {
    pub source: ConnectionSource,
    pub region: Option<String>,
    pub endpoint: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionSource {
    /// The embedded endpoint; its address differs with every start.
    Demo,
    /// A local emulator that checks no credentials.
    Local,
    Profile(String),
    Environment,
}

impl Choice {
    /// For lists: "demo", "dev", "localhost:4566".
    pub fn label(&self) -> String {
        match (&self.source, &self.endpoint) {
            (ConnectionSource::Demo, _) => "demo".to_owned(),
            (ConnectionSource::Profile(name), _) => name.clone(),
            (ConnectionSource::Environment, None) => "environment".to_owned(),
            (_, Some(url)) => url
                .split_once("://")
                .map_or(url.as_str(), |(_, rest)| rest)
                .to_owned(),
            (ConnectionSource::Local, None) => "local".to_owned(),
        }
    }
}

/// How a capture finds its way back to its endpoint: stored with it, without any secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Origin {
    pub choice: Choice,
    region: String,
    /// The host that the user had confirmed: another one asks again.
    trusted_host: Option<String>,
}

impl Origin {
    pub fn of(opened: &OpenedConnection) -> Self {
        let endpoint = opened.connection.endpoint();
        let host = format!("{}:{}", endpoint.host, endpoint.port);
        Self {
            choice: opened.choice.clone(),
            region: opened.connection.region().name.clone(),
            trusted_host: (endpoint.is_custom() && !endpoint.is_loopback()).then_some(host),
        }
    }

    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("an origin is plain data")
    }

    pub fn from_json(json: &str) -> Result<Self, EngineError> {
        serde_json::from_str(json).map_err(|_| {
            EngineError::Input("this capture does not say how to connect again".to_owned())
        })
    }

    pub fn is_demo(&self) -> bool {
        self.choice.source == ConnectionSource::Demo
    }

    /// "dev · eu-west-1".
    pub fn label(&self) -> String {
        format!("{} · {}", self.choice.label(), self.region)
    }
}

/// A choice that is offered without any set-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preset {
    pub name: &'static str,
    pub choice: Choice,
}

/// The embedded demo, and the emulators that developers run, at their own default ports.
pub fn presets() -> Vec<Preset> {
    let local = |name, endpoint: &str| Preset {
        name,
        choice: Choice {
            source: ConnectionSource::Local,
            region: Some("us-east-1".to_owned()),
            endpoint: Some(endpoint.to_owned()),
        },
    };
    vec![
        Preset {
            name: "Demo",
            choice: Choice {
                source: ConnectionSource::Demo,
                region: None,
                endpoint: None,
            },
        },
        local("LocalStack", "http://localhost:4566"),
        local("moto", "http://localhost:5000"),
    ]
}

#[derive(Clone)]
pub struct OpenedConnection {
    pub id: ConnectionId,
    pub choice: Choice,
    pub identity: Identity,
    pub capabilities: Vec<Capability>,
    pub connection: Connection,
}

impl Engine {
    /// Opens, asks who we are, and probes what is offered. The same choice opened twice is one connection.
    ///
    /// # Errors
    /// [`KinesisError::UntrustedEndpoint`] until the user has confirmed the host (`trusted`), and whatever
    /// keeps the endpoint from listing its streams, except missing permission to list: streams can be named.
    pub async fn open_connection(
        &self,
        choice: Choice,
        trusted: bool,
    ) -> Result<OpenedConnection, EngineError> {
        if let Some(opened) = self
            .connections()
            .into_iter()
            .find(|opened| opened.choice == choice)
        {
            return Ok(opened);
        }
        let spec = self.spec(&choice).await?;
        let connection = connect(spec, trusted).await?;
        match connection.stream_page(None).await {
            Ok(_) | Err(KinesisError::AccessDenied { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        let identity = connection
            .identity()
            .await
            .unwrap_or_else(|error| Identity::Absent {
                why: error.to_string(),
            });
        let capabilities = connection.capabilities().await;
        let opened = self.register(|id| OpenedConnection {
            id,
            choice,
            identity,
            capabilities,
            connection,
        });
        self.notices().send(Notice::Connections);
        Ok(opened)
    }

    /// For a capture that goes on: nothing is asked yet, and only the host that was confirmed is trusted.
    pub(crate) async fn open_unprobed(
        &self,
        origin: &Origin,
    ) -> Result<OpenedConnection, EngineError> {
        let spec = self.spec(&origin.choice).await?;
        let trust = origin
            .trusted_host
            .clone()
            .map_or(Trust::AwsAndLoopback, Trust::Host);
        let connection = Connection::open(spec, trust).await?;
        let why = "the connection was opened for a capture and has not been asked yet".to_owned();
        let opened = self.register(|id| OpenedConnection {
            id,
            choice: origin.choice.clone(),
            identity: Identity::Absent { why },
            capabilities: Vec::new(),
            connection,
        });
        self.notices().send(Notice::Connections);
        Ok(opened)
    }

    async fn spec(&self, choice: &Choice) -> Result<ConnectionSpec, EngineError> {
        let (source, endpoint) = match &choice.source {
            ConnectionSource::Demo => (Source::Placeholder, Some(self.demo_endpoint().await?)),
            ConnectionSource::Local => (Source::Placeholder, choice.endpoint.clone()),
            ConnectionSource::Profile(name) => {
                (Source::Profile(name.clone()), choice.endpoint.clone())
            }
            ConnectionSource::Environment => (Source::Environment, choice.endpoint.clone()),
        };
        Ok(ConnectionSpec {
            source,
            region: choice.region.clone(),
            endpoint,
        })
    }

    pub fn close_connection(&self, id: ConnectionId) -> Result<(), EngineError> {
        self.forget_connection(id)
            .ok_or(EngineError::UnknownConnection(id))?;
        self.notices().send(Notice::Connections);
        Ok(())
    }

    /// # Errors
    /// [`EngineError::UnknownConnection`] once it is closed.
    pub fn connection(&self, id: ConnectionId) -> Result<OpenedConnection, EngineError> {
        self.connections()
            .into_iter()
            .find(|opened| opened.id == id)
            .ok_or(EngineError::UnknownConnection(id))
    }

    pub fn meter(&self, id: ConnectionId) -> Result<Meter, EngineError> {
        Ok(self.connection(id)?.connection.meter())
    }

    /// The profiles of the AWS config files.
    pub async fn profiles(&self) -> Result<Vec<Profile>, EngineError> {
        Ok(kinesis::profiles().await?)
    }
}

/// Trust is given for the one host that the error names.
async fn connect(spec: ConnectionSpec, trusted: bool) -> Result<Connection, KinesisError> {
    match Connection::open(spec.clone(), Trust::AwsAndLoopback).await {
        Err(KinesisError::UntrustedEndpoint { host }) if trusted => {
            Connection::open(spec, Trust::Host(host)).await
        }
        opened => opened,
    }
}
