//! The open connections, and what can be opened.

use crate::{Engine, EngineError, Notice, TrustedEndpoint, engine::now, probing::Probed};
use kinesis::{
    Call, Capability, Connection, ConnectionSpec, Identity, KinesisError, Meter, Profile, Source,
    Trust,
};
use record::Millis;
use serde::{Deserialize, Serialize};
use std::{fmt, time::Duration};

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
}

impl Origin {
    pub fn of(opened: &OpenedConnection) -> Self {
        Self {
            choice: opened.choice.clone(),
            region: opened.connection.region().name.clone(),
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

#[derive(Clone, Debug)]
pub struct OpenedConnection {
    pub id: ConnectionId,
    pub choice: Choice,
    pub identity: Identity,
    pub connection: Connection,
    /// What a person had to confirm, where the endpoint is neither AWS nor this machine.
    pub trusted: Option<TrustedEndpoint>,
    /// As the last probe found them.
    probed: Vec<Capability>,
}

impl OpenedConnection {
    /// What the endpoint offers: as it was asked, and as the pages show that were read since.
    pub fn capabilities(&self) -> Vec<Capability> {
        let known = self.connection.known_capabilities().into_iter();
        known
            .map(|known| {
                let probed = self
                    .probed
                    .iter()
                    .find(|probed| probed.feature == known.feature && !known.feature.is_observed());
                probed.cloned().unwrap_or(known)
            })
            .collect()
    }

    /// Takes in what a probe found; says whether anything is new.
    pub(crate) fn learn(&mut self, probed: Probed) -> bool {
        let identity = match (&self.identity, probed.identity) {
            // a failure now does not undo what is known
            (Identity::Known { .. }, Identity::Absent { .. }) => self.identity.clone(),
            (_, identity) => identity,
        };
        let is_new = self.identity != identity || self.probed != probed.capabilities;
        (self.identity, self.probed) = (identity, probed.capabilities);
        is_new
    }
}

impl Engine {
    /// Opens, asks who we are, and probes what is offered. The same choice opened twice is one connection.
    ///
    /// # Errors
    /// [`KinesisError::UntrustedEndpoint`] until a person has confirmed the host ([`Engine::trust`]), and
    /// whatever keeps the endpoint from listing its streams, except missing permission to list: streams can be
    /// named.
    pub async fn open_connection(&self, choice: Choice) -> Result<OpenedConnection, EngineError> {
        if let Some(opened) = self
            .connections()
            .into_iter()
            .find(|opened| opened.choice == choice)
        {
            return Ok(opened);
        }
        let (connection, trusted) = self.connect(&choice).await?;
        match connection.stream_page(None).await {
            Ok(_) | Err(KinesisError::AccessDenied { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        let probed = Box::pin(Probed::of(&connection)).await;
        let is_settled = probed.is_settled;
        let opened = self.register(|id| OpenedConnection {
            id,
            choice,
            identity: probed.identity,
            connection,
            trusted,
            probed: probed.capabilities,
        });
        if !is_settled {
            self.probe_again(opened.id);
        }
        self.notices().send(Notice::Connections);
        Ok(opened)
    }

    /// For a capture that goes on: it is asked in the background.
    pub(crate) async fn open_unprobed(
        &self,
        origin: &Origin,
    ) -> Result<OpenedConnection, EngineError> {
        let (connection, trusted) = self.connect(&origin.choice).await?;
        let why = "the connection was opened for a capture and has not been asked yet".to_owned();
        let opened = self.register(|id| OpenedConnection {
            id,
            choice: origin.choice.clone(),
            identity: Identity::Absent { why },
            connection,
            trusted,
            probed: Vec::new(),
        });
        self.probe_until_known(opened.id, Duration::ZERO);
        self.notices().send(Notice::Connections);
        Ok(opened)
    }

    /// Trust holds for the one host that the endpoint turns out to be.
    async fn connect(
        &self,
        choice: &Choice,
    ) -> Result<(Connection, Option<TrustedEndpoint>), EngineError> {
        let spec = self.spec(choice).await?;
        // the SDK's future takes tens of kilobytes
        let opening = Box::pin(Connection::open(spec.clone(), Trust::AwsAndLoopback));
        let error = match opening.await {
            Ok(connection) => {
                if choice.source == ConnectionSource::Demo {
                    connection.vouch_for_lag();
                }
                return Ok((connection, None));
            }
            Err(error) => error,
        };
        let KinesisError::UntrustedEndpoint { host } = &error else {
            return Err(error.into());
        };
        let endpoint = TrustedEndpoint::of(&choice.source, host.clone());
        if !self.is_trusted(&endpoint).await? {
            return Err(error.into());
        }
        let connection = Box::pin(Connection::open(spec, Trust::Host(host.clone()))).await?;
        Ok((connection, Some(endpoint)))
    }

    pub(crate) async fn spec(&self, choice: &Choice) -> Result<ConnectionSpec, EngineError> {
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

    /// Permissions to write through it end. Captures that run through it are stopped; those that are paused stay so, and open it again when resumed.
    pub async fn close_connection(&self, id: ConnectionId) -> Result<(), EngineError> {
        let closed = self
            .forget_connection(id)
            .ok_or(EngineError::UnknownConnection(id))?;
        self.shard_lists().forget_all(id);
        self.targets().forget_all(id);
        self.suspend_replays_through(id).await;
        self.revoke_grants_through(id);
        self.end_runs_through(&closed.connection).await;
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

    /// The last attempts of its calls after this number, oldest first, and when each ended.
    pub fn calls(&self, id: ConnectionId, after: u64) -> Result<Vec<(Call, Millis)>, EngineError> {
        let now = now();
        let calls = self.connection(id)?.connection.calls(after);
        let timed = calls.into_iter().map(|call| {
            let ago = i64::try_from(call.ended.elapsed().as_millis()).unwrap_or(i64::MAX);
            (call, Millis(now.0.saturating_sub(ago)))
        });
        Ok(timed.collect())
    }

    /// The profiles of the AWS config files.
    pub async fn profiles(&self) -> Result<Vec<Profile>, EngineError> {
        Ok(kinesis::profiles().await?)
    }
}
