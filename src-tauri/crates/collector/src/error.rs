//! Why traces did not arrive, for whoever typed the address.

use outgoing::{AddressFault, chain, said};
use std::{error::Error, io, time::Duration};

#[derive(Debug, thiserror::Error)]
pub enum CollectorError {
    /// It is no address that could be sent to.
    #[error("this is no address of a collector: expected {expected}")]
    Address { expected: &'static str },
    /// Plain http would show the traces to the network.
    #[error("traces go to {host} over https only; plain http is for this machine")]
    Insecure { host: String },
    /// The system's certificates could not be read.
    #[error("the system's certificates could not be read: {0}")]
    Certificates(#[source] io::Error),
    /// No connection, or it broke.
    #[error("the collector could not be reached: {}", chain(.0.as_ref()))]
    Unreachable(#[source] Box<dyn Error + Send + Sync>),
    /// It may have taken them.
    #[error("the collector did not answer within {} s", .0.as_secs_f64())]
    Silent(Duration),
    /// It answered with an error, after retries where the specification asks for them.
    #[error("the collector refused the traces with status {status}{}", said(.message))]
    Refused { status: u16, message: String },
    /// It named another address, to which nothing was sent.
    #[error("the address answers with a redirect ({status}{}), which is not followed", said(.to))]
    Redirected { status: u16, to: String },
    /// It answered, and not as a collector does.
    #[error("what answers there is no collector: {0}")]
    Foreign(String),
}

impl From<AddressFault> for CollectorError {
    fn from(fault: AddressFault) -> Self {
        match fault {
            AddressFault::Malformed(expected) => Self::Address { expected },
            AddressFault::Insecure { host } => Self::Insecure { host },
        }
    }
}
