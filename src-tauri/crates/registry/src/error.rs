//! Why a registry gave no schema, for whoever chose it. No text holds a password.

use outgoing::{AddressFault, chain, said};
use std::{error::Error, io, time::Duration};

#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// It is no address that could be asked.
    #[error("this is no address of a schema registry: expected {expected}")]
    Address { expected: &'static str },
    /// Plain http would show schemas and the password to the network.
    #[error("{host} is asked over https only; plain http is for this machine")]
    Insecure { host: String },
    /// The name has a colon, or it or the password a character that no header holds.
    #[error("this name and password cannot be sent")]
    Login,
    /// The system's certificates could not be read.
    #[error("the system's certificates could not be read: {0}")]
    Certificates(#[source] io::Error),
    /// No connection, or it broke.
    #[error("the registry could not be reached: {}", chain(.0.as_ref()))]
    Unreachable(#[source] Box<dyn Error + Send + Sync>),
    #[error("the registry did not answer within {} s", .0.as_secs_f64())]
    Silent(Duration),
    /// Without a name and a password, or with wrong ones.
    #[error("the registry lets nobody see it so (status {status}{})", said(.message))]
    Denied { status: u16, message: String },
    #[error("the registry does not have it{}", said(.message))]
    NotFound { message: String },
    #[error("the registry is too busy (status {status}{})", said(.message))]
    Busy { status: u16, message: String },
    #[error("the registry refused with status {status}{}", said(.message))]
    Refused { status: u16, message: String },
    /// It named another address, which was not asked.
    #[error("the address answers with a redirect ({status}), which is not followed")]
    Redirected { status: u16 },
    #[error("the schema, with those that it needs, is longer than {most} bytes")]
    TooLarge { most: usize },
    #[error("the schema needs more than {most} others")]
    TooManyReferences { most: usize },
    /// It answered, and not as a registry does.
    #[error("what answers there is no registry that is understood: {0}")]
    Foreign(String),
}

impl From<AddressFault> for RegistryError {
    fn from(fault: AddressFault) -> Self {
        match fault {
            AddressFault::Malformed(expected) => Self::Address { expected },
            AddressFault::Insecure { host } => Self::Insecure { host },
        }
    }
}
