//! Who we are at an endpoint: STS `GetCallerIdentity`, where it answers.
//!
//! A custom endpoint is asked itself. AWS's STS would name an account that has nothing to do with
//! it, and is never asked about somebody else's endpoint.

use crate::{Connection, KinesisError, Operation, connection::send};
use aws_config::retry::RetryConfig;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    Known {
        account: String,
        arn: String,
    },
    /// The endpoint cannot say.
    Absent {
        why: String,
    },
}

impl Connection {
    /// # Errors
    /// What keeps AWS from answering (expired credentials first of all), and a custom endpoint that
    /// cannot be reached.
    pub async fn identity(&self) -> Result<Identity, KinesisError> {
        const OPERATION: Operation = Operation::GetCallerIdentity;
        let request = self.0.sts.get_caller_identity();
        let answer = if self.endpoint().is_custom() {
            let once =
                aws_sdk_sts::config::Builder::default().retry_config(RetryConfig::disabled());
            send!(self, OPERATION, request, override once)
        } else {
            send!(self, OPERATION, request)
        };
        match answer {
            Ok((output, _)) => match (output.account, output.arn) {
                (Some(account), Some(arn)) => Ok(Identity::Known { account, arn }),
                _ => Ok(Identity::Absent {
                    why: "the endpoint answers GetCallerIdentity without a name".into(),
                }),
            },
            Err(error) if self.endpoint().is_custom() && has_no_sts(&error) => {
                let cause = match error {
                    // what it said is no sentence for a person, and may be a whole page
                    KinesisError::NotKinesis { status, .. } => {
                        format!("it answers GetCallerIdentity with HTTP {status}")
                    }
                    error => error.to_string(),
                };
                Ok(Identity::Absent {
                    why: format!("the endpoint has no STS: {cause}"),
                })
            }
            Err(error) => Err(error),
        }
    }
}

/// It answered, and is well: asking again would not help.
fn has_no_sts(error: &KinesisError) -> bool {
    !error.is_retryable() || (matches!(error, KinesisError::Fault { .. }) && !error.is_outage())
}
