//! What a person is asked before anything goes to an endpoint that is neither AWS nor this machine. The answer of the native
//! dialog is the only one that counts: a script in the page can ask, and no more.

use crate::{
    CaptureId, Choice, Engine, EngineError, TrustedEndpoint, connections::Origin, engine::blocking,
    notices::Notice,
};
use collector::Address;
use kinesis::{Connection, DialogAnswer, KinesisError, Trust};
use std::collections::BTreeSet;

/// An endpoint that nobody has confirmed yet, to be shown to a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustQuestion {
    endpoint: TrustedEndpoint,
    purpose: TrustPurpose,
}

/// What would go there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrustPurpose {
    /// Requests to Kinesis, signed with the credentials.
    Kinesis,
    /// Traces of sagas, with what records say of them.
    Traces,
}

impl TrustQuestion {
    pub fn endpoint(&self) -> &TrustedEndpoint {
        &self.endpoint
    }

    pub fn purpose(&self) -> TrustPurpose {
        self.purpose
    }
}

impl Engine {
    /// What a person has to confirm before this can be opened; nothing where it is AWS, this machine, or confirmed, and
    /// where opening fails for another reason, which [`Engine::open_connection`] tells.
    ///
    /// # Errors
    /// Where the demo, or what is kept of trust, cannot be reached.
    pub async fn ask_to_trust(
        &self,
        choice: &Choice,
    ) -> Result<Option<TrustQuestion>, EngineError> {
        let spec = self.spec(choice).await?;
        // the SDK's future takes tens of kilobytes
        let opening = Box::pin(Connection::open(spec, Trust::AwsAndLoopback));
        let Err(KinesisError::UntrustedEndpoint { host }) = opening.await else {
            return Ok(None);
        };
        let endpoint = TrustedEndpoint::of(&choice.source, host);
        self.question(endpoint, TrustPurpose::Kinesis).await
    }

    /// As [`Engine::ask_to_trust`], for what this capture reads from.
    ///
    /// # Errors
    /// As there, and where the capture is unknown.
    pub async fn ask_to_trust_origin(
        &self,
        capture: CaptureId,
    ) -> Result<Option<TrustQuestion>, EngineError> {
        let stored = self.ask(move |store| store.capture(capture)).await?;
        let origin = Origin::from_json(&stored.connection)?;
        self.ask_to_trust(&origin.choice).await
    }

    /// As [`Engine::ask_to_trust`], for the address of a collector: only one on this machine needs no answer.
    ///
    /// # Errors
    /// [`EngineError::Collector`] for what is no address.
    pub async fn ask_to_trust_collector(
        &self,
        address: &str,
    ) -> Result<Option<TrustQuestion>, EngineError> {
        let address = Address::parse(address)?;
        if address.is_loopback() {
            return Ok(None);
        }
        let endpoint = TrustedEndpoint::of_collector(address.authority());
        self.question(endpoint, TrustPurpose::Traces).await
    }

    async fn question(
        &self,
        endpoint: TrustedEndpoint,
        purpose: TrustPurpose,
    ) -> Result<Option<TrustQuestion>, EngineError> {
        let is_trusted = self.is_trusted(&endpoint).await?;
        Ok((!is_trusted).then_some(TrustQuestion { endpoint, purpose }))
    }

    /// From now on the endpoint counts as a person's choice, in later runs too; where that cannot be kept, in this one.
    ///
    /// # Errors
    /// While the program shuts down.
    pub async fn trust(
        &self,
        question: TrustQuestion,
        _yes: DialogAnswer,
    ) -> Result<(), EngineError> {
        let engine = self.clone();
        blocking(move || engine.trusted().confirm(question.endpoint)).await?;
        self.notices().send(Notice::Connections);
        Ok(())
    }

    pub(crate) async fn is_trusted(&self, endpoint: &TrustedEndpoint) -> Result<bool, EngineError> {
        let (engine, endpoint) = (self.clone(), endpoint.clone());
        blocking(move || engine.trusted().holds(&endpoint)).await
    }

    /// The endpoints that a person has confirmed.
    pub async fn trusted_endpoints(&self) -> Result<BTreeSet<TrustedEndpoint>, EngineError> {
        let engine = self.clone();
        blocking(move || engine.trusted().all()).await
    }

    /// The endpoint will be asked about again. Connections to it are closed.
    ///
    /// # Errors
    /// [`EngineError::TrustKept`] where the file cannot be written; the connections are closed all the same.
    pub async fn withdraw_trust(&self, endpoint: TrustedEndpoint) -> Result<(), EngineError> {
        let through: Vec<_> = self
            .connections()
            .into_iter()
            .filter(|opened| opened.trusted.as_ref() == Some(&endpoint))
            .collect();
        for opened in through {
            self.close_connection(opened.id).await?;
        }
        let engine = self.clone();
        let withdrawn = blocking(move || engine.trusted().withdraw(&endpoint)).await?;
        self.notices().send(Notice::Connections);
        withdrawn.map_err(EngineError::TrustKept)
    }
}
