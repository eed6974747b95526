//! What can go wrong between this program and an endpoint, named by what failed for the user.
//!
//! Every variant has a message (`Display`) and a [next step](KinesisError::next_step). Turning the
//! SDK's errors into these is `classify`'s work, not this file's.

use crate::{Operation, profile::SignIn};

/// The causes are the endpoint's or the SDK's own words; they hold no payload and no secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KinesisError {
    // before any call
    #[error("there is no profile named “{name}” in the AWS config files")]
    UnknownProfile { name: String, near: Vec<String> },
    #[error("the AWS config files cannot be read: {cause}")]
    ConfigFiles { cause: String },
    #[error("no region is set")]
    MissingRegion { profile: Option<String> },
    #[error("this connection needs an endpoint address")]
    MissingEndpoint,
    #[error("“{url}” is no endpoint address: {cause}")]
    InvalidEndpoint { url: String, cause: &'static str },
    #[error("no endpoint can be made of these settings: {cause}")]
    UnusableEndpoint { region: String, cause: String },
    #[error("{host} would be reached without encryption; http is for this machine only")]
    InsecureEndpoint { host: String },
    #[error("{host} is neither AWS nor this machine, and nobody has confirmed it yet")]
    UntrustedEndpoint { host: String },

    // who we are
    #[error("the credentials have expired: {cause}")]
    ExpiredCredentials { cause: String, sign_in: SignIn },
    #[error("no usable credentials: {cause}")]
    Credentials {
        cause: String,
        profile: Option<String>,
    },
    #[error("not allowed: {action} is missing ({cause})")]
    AccessDenied { action: String, cause: String },

    // whom we talk to
    #[error("the endpoint belongs to another region than {region}: {cause}")]
    WrongRegion { region: String, cause: String },
    #[error("nothing answers at {host}:{port}: {cause}")]
    Unreachable {
        host: String,
        port: u16,
        cause: String,
    },
    #[error("{operation} got no answer from {host} in time")]
    Timeout { operation: Operation, host: String },
    #[error(
        "this endpoint is not Kinesis: {operation} at {host} was answered with HTTP {status}: {body}"
    )]
    NotKinesis {
        operation: Operation,
        host: String,
        status: u16,
        body: String,
    },
    #[error("this endpoint does not offer {operation} ({cause})")]
    Unsupported { operation: Operation, cause: String },
    #[error(
        "{operation} was answered with {size_bytes} bytes or more; this program takes up to {} MiB at once",
        crate::witness::ANSWER_BYTES_MAX >> 20
    )]
    Oversized {
        operation: Operation,
        size_bytes: u64,
    },
    #[error("the answer to {operation} makes no sense: {cause}")]
    Malformed { operation: Operation, cause: String },

    // what it answered
    #[error("not found in region {region}: {cause}")]
    NotFound {
        operation: Operation,
        region: String,
        cause: String,
    },
    #[error("the shard iterator is no longer valid: {cause}")]
    ExpiredIterator { cause: String },
    #[error("{operation} was throttled: {cause}")]
    Throttled { operation: Operation, cause: String },
    #[error("{operation} refused an argument: {cause}")]
    InvalidArgument { operation: Operation, cause: String },
    #[error("the stream's encryption key cannot be used: {cause}")]
    EncryptionKey { cause: String },
    #[error("{operation} was refused: {code}: {cause}")]
    Refused {
        operation: Operation,
        code: String,
        cause: String,
    },
    #[error("the endpoint failed at {operation} with HTTP {status}: {cause}")]
    Fault {
        operation: Operation,
        status: u16,
        cause: String,
    },
}

impl KinesisError {
    /// What the user can do now, as one sentence.
    pub fn next_step(&self) -> String {
        match self {
            Self::UnknownProfile { near, .. } => unknown_profile_step(near),
            Self::ConfigFiles { .. } => {
                "Mend the file named in the message, then try again.".into()
            }
            Self::MissingRegion {
                profile: Some(profile),
            } => {
                format!(
                    "Choose a region here, or run: aws configure set region REGION --profile {profile}"
                )
            }
            Self::MissingRegion { profile: None } => {
                "Choose a region here, or set AWS_REGION.".into()
            }
            Self::MissingEndpoint => {
                "Enter the endpoint's address, such as http://localhost:4566.".into()
            }
            Self::InvalidEndpoint { .. } => {
                "Enter an address such as https://HOST or http://localhost:PORT.".into()
            }
            Self::UnusableEndpoint { region, .. } => {
                format!(
                    "Check the region {region}, and use_fips_endpoint and use_dualstack_endpoint of the profile (AWS_USE_FIPS_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT)."
                )
            }
            Self::InsecureEndpoint { .. } => "Use https, or an address on this machine.".into(),
            Self::UntrustedEndpoint { host } => {
                format!(
                    "Confirm {host} if you know it: requests signed with your credentials will go there."
                )
            }
            Self::ExpiredCredentials { sign_in, .. } => sign_in_step(sign_in),
            Self::Credentials { cause, profile } => match (denied_action(cause), profile) {
                (Some(action), _) => format!("Ask for {action} in your IAM policy."),
                (None, Some(profile)) => {
                    format!("Check the profile: aws sts get-caller-identity --profile {profile}")
                }
                (None, None) => "Set credentials in the environment, or choose a profile.".into(),
            },
            Self::AccessDenied { action, .. } => format!("Ask for {action} in your IAM policy."),
            Self::WrongRegion { .. } => {
                "Choose the region that the endpoint belongs to, here or in the profile.".into()
            }
            Self::Unreachable { host, port, .. } => {
                format!(
                    "Check that the endpoint runs, and the network, VPN and region: {host}:{port} must be reachable."
                )
            }
            Self::Timeout { .. } => {
                "Check the network; the call is tried again where that is safe.".into()
            }
            Self::NotKinesis { host, .. } => {
                format!("Check the endpoint's address: what runs at {host}?")
            }
            Self::Unsupported { .. } => {
                "Nothing to do: this feature is switched off for this endpoint.".into()
            }
            Self::Oversized { .. } => {
                "Nothing to do: fewer records are asked for; an endpoint that minds no limit cannot be read."
                    .into()
            }
            Self::Malformed { .. } => {
                "Check the endpoint; if it is AWS, report this with the message.".into()
            }
            Self::NotFound { region, .. } => {
                format!("Check the name, and that {region} is the right region.")
            }
            Self::ExpiredIterator { .. } => {
                "Nothing to do: reading goes on with a new iterator.".into()
            }
            Self::Throttled { .. } => {
                "Nothing to do: reading slows down; other consumers share this limit.".into()
            }
            Self::InvalidArgument { .. } | Self::Refused { .. } => {
                "See the endpoint's message.".into()
            }
            Self::EncryptionKey { .. } => {
                "Ask for kms:Decrypt on the stream's key, and check that it is enabled.".into()
            }
            Self::Fault { .. } => {
                "Try again; if it stays, see the service's health page or the endpoint's log."
                    .into()
            }
        }
    }

    /// True where something between here and the endpoint, or its overload, answered instead of it: that says
    /// nothing about what it offers.
    pub(crate) fn is_outage(&self) -> bool {
        matches!(
            self,
            Self::Fault {
                status: 502..=504,
                ..
            } | Self::NotKinesis {
                status: 502..=504,
                ..
            }
        )
    }

    /// True where the same call may well succeed a little later.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Unreachable { .. }
            | Self::Timeout { .. }
            | Self::Throttled { .. }
            | Self::Fault { .. } => true,
            Self::NotKinesis { status, .. } => *status >= 500,
            _ => false,
        }
    }
}

fn unknown_profile_step(near: &[String]) -> String {
    if near.is_empty() {
        "Run: aws configure list-profiles".into()
    } else {
        format!("Did you mean {}?", near.join(", "))
    }
}

/// `sts:AssumeRole` where STS denied it while credentials were got: IAM's own sentence names it.
fn denied_action(cause: &str) -> Option<&str> {
    let (_, rest) = cause.split_once("is not authorized to perform: ")?;
    let action = rest.split([' ', ',']).next()?;
    action.contains(':').then_some(action)
}

fn sign_in_step(sign_in: &SignIn) -> String {
    let line = |command: &str, profile: &Option<String>| match profile {
        Some(profile) => format!("Run: {command} --profile {profile}"),
        None => format!("Run: {command}"),
    };
    match sign_in {
        SignIn::Sso { profile } => line("aws sso login", profile),
        SignIn::Login { profile } => line("aws login", profile),
        SignIn::Replace => "Put new credentials in the place of these (temporary keys: key, secret and session token), then connect again.".into(),
    }
}
