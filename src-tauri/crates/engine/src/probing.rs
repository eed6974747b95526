//! Asks open connections who we are there and what their endpoint offers, again and again until it is known; and
//! tells when reading has shown more. What it learns is shown, and hinders nobody meanwhile.

use crate::{ConnectionId, Engine, EngineError, Notice, OpenedConnection, streams::stream_name};
use kinesis::{Availability, Capability, Identity, Permissions};
use std::time::Duration;

/// Until the second question; each later one waits twice as long as the one before it.
const REST: Duration = Duration::from_secs(2);
const REST_MAX: Duration = Duration::from_mins(5);
/// How often it is looked whether pages that went by have shown what an endpoint offers.
const WATCH_INTERVAL: Duration = Duration::from_secs(1);

/// What asking has shown.
pub(crate) struct Probed {
    pub identity: Identity,
    pub capabilities: Vec<Capability>,
    /// Asking again would show no more.
    pub is_settled: bool,
}

impl Probed {
    pub async fn of(connection: &kinesis::Connection) -> Self {
        let (identity, capabilities) =
            tokio::join!(connection.identity(), connection.capabilities());
        let is_known = |capability: &Capability| {
            capability.offered != Availability::Unknown || capability.feature.is_observed()
        };
        Self {
            is_settled: identity.is_ok() && capabilities.iter().all(is_known),
            identity: identity.unwrap_or_else(|error| Identity::Absent {
                why: error.to_string(),
            }),
            capabilities,
        }
    }
}

impl Engine {
    /// Asks at once what is not asked by itself yet.
    ///
    /// # Errors
    /// [`EngineError::UnknownConnection`] once it is closed. What the endpoint fails at is part of the answer.
    pub async fn probe_connection(
        &self,
        id: ConnectionId,
    ) -> Result<OpenedConnection, EngineError> {
        self.probe(id).await?;
        self.connection(id)
    }

    /// Which calls the credentials may make there, asked now about this stream, or else about the first one listed.
    ///
    /// # Errors
    /// [`EngineError::Input`] for what can be no stream's name. What is refused is the answer.
    pub async fn permissions(
        &self,
        id: ConnectionId,
        stream: Option<&str>,
    ) -> Result<Permissions, EngineError> {
        let stream = stream.map(stream_name).transpose()?;
        let connection = self.connection(id)?.connection;
        // the SDK's futures take tens of kilobytes
        Ok(Box::pin(connection.permissions(stream)).await)
    }

    /// Whether everything is known now.
    async fn probe(&self, id: ConnectionId) -> Result<bool, EngineError> {
        let probed = Probed::of(&self.connection(id)?.connection).await;
        let is_settled = probed.is_settled;
        if self.learn(id, probed) {
            self.notices().send(Notice::Connections);
        }
        Ok(is_settled)
    }

    /// In the background, until everything is known or the connection is closed.
    pub(crate) fn probe_until_known(&self, id: ConnectionId, first_rest: Duration) {
        let engine = self.downgrade();
        tokio::spawn(async move {
            let mut rest = first_rest;
            loop {
                tokio::time::sleep(rest).await;
                let Some(engine) = engine.upgrade() else {
                    return;
                };
                if !matches!(engine.probe(id).await, Ok(false)) {
                    return;
                }
                rest = (rest * 2).clamp(REST, REST_MAX);
            }
        });
    }

    /// For a connection that was probed a moment ago.
    pub(crate) fn probe_again(&self, id: ConnectionId) {
        self.probe_until_known(id, REST);
    }

    /// Tells when pages have shown what no question shows.
    pub(crate) fn watch_capabilities(&self) {
        let engine = self.downgrade();
        tokio::spawn(async move {
            let mut known = Vec::new();
            loop {
                tokio::time::sleep(WATCH_INTERVAL).await;
                let Some(engine) = engine.upgrade() else {
                    return;
                };
                let observed: Vec<_> = engine
                    .connections()
                    .iter()
                    .map(|opened| (opened.id, opened.connection.known_capabilities()))
                    .collect();
                let is_new = |(id, found): &(ConnectionId, _)| {
                    known
                        .iter()
                        .any(|(of, before): &(ConnectionId, _)| of == id && before != found)
                };
                if observed.iter().any(is_new) {
                    engine.notices().send(Notice::Connections);
                }
                known = observed;
            }
        });
    }
}
