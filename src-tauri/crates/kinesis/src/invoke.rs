//! Invoking one Lambda function: at AWS, at an imitation, or at the runtime interface emulator.
//!
//! An invocation is one attempt, like a put: whether a function ran is not known after a timeout. What
//! is handed over, and what the answer means, is the caller's. A function writes wherever it likes, so
//! a person must have answered for it in the native dialog, as for a stream.

use crate::{
    Connection, DialogAnswer, Identity, Outcome, ProductionPatterns, ProductionSign, Refusal,
    RuntimeEmulator, WriteError, grant::require_same_caller, looks_like_production,
    runtime_emulator::FUNCTION, write::of_failure,
};
use aws_config::{retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_lambda::{
    Client,
    config::{BehaviorVersion, Builder, Config},
    primitives::Blob,
};
use record::Millis;
use std::{str::FromStr, time::Duration};
use tokio::time::Instant;

/// The longest that a function may run (Lambda quotas), and some time for the line.
const PATIENCE: Duration = Duration::from_secs(15 * 60 + 10);

/// A function's name, ARN or partial ARN, with its version or alias: what `Invoke` takes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FunctionName(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a function is named by 1 to 170 of the characters a-z A-Z 0-9 - _ : . $")]
pub struct FunctionNameError;

impl FromStr for FunctionName {
    type Err = FunctionNameError;

    /// `Invoke` in the Lambda API reference: at most 170 characters.
    fn from_str(text: &str) -> Result<Self, FunctionNameError> {
        let fits = |b: u8| b.is_ascii_alphanumeric() || b"-_:.$".contains(&b);
        if (1..=170).contains(&text.len()) && text.bytes().all(fits) {
            Ok(Self(text.to_owned()))
        } else {
            Err(FunctionNameError)
        }
    }
}

impl FunctionName {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One function that a person allowed to be invoked, for a limited time.
#[derive(Clone, Debug)]
pub struct Function {
    client: Client,
    name: FunctionName,
    is_emulated: bool,
    expires: Instant,
    /// As of the time of day, which goes on while the machine sleeps.
    expires_at: Millis,
    clock: fn() -> Millis,
    /// As whom a person allowed it, through which connection; none for an emulator, which knows nobody.
    invoker: Option<(Connection, Identity)>,
}

/// What a person is to be asked before a function is invoked.
#[derive(Clone, Debug)]
pub struct InvokeQuestion {
    connection: Connection,
    name: FunctionName,
    caller: Identity,
    production: Option<ProductionSign>,
}

impl InvokeQuestion {
    pub fn name(&self) -> &FunctionName {
        &self.name
    }

    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Who invokes, as STS says.
    pub fn caller(&self) -> &Identity {
        &self.caller
    }

    /// Of the function where its ARN was given, of the caller otherwise; none where nobody says.
    pub fn account(&self) -> Option<&str> {
        account_of(&self.name, &self.caller)
    }

    /// What made it look like production: the function's name must be typed then.
    pub fn production_sign(&self) -> Option<&ProductionSign> {
        self.production.as_ref()
    }
}

/// `arn:aws:lambda:REGION:ACCOUNT:function:NAME`, or `ACCOUNT:function:NAME`.
fn account_of<'a>(name: &'a FunctionName, caller: &'a Identity) -> Option<&'a str> {
    let parts: Vec<&str> = name.as_str().split(':').collect();
    let before = parts.iter().position(|part| *part == "function");
    let named = before.and_then(|place| parts.get(place.checked_sub(1)?).copied());
    named.or(match caller {
        Identity::Known { account, .. } => Some(account),
        Identity::Absent { .. } => None,
    })
}

/// What came of one invocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invocation {
    /// The function ran to its end and answered this.
    Answered(Vec<u8>),
    /// The function ran and failed; how far it came is not known. The kind is Lambda's word, `Unhandled`
    /// mostly.
    Failed { kind: String },
    /// It did not run, or nobody knows: never [`Outcome::Acknowledged`].
    Undelivered(Outcome),
}

impl Connection {
    /// Asks the endpoint who would invoke.
    pub async fn ask_to_invoke(
        &self,
        name: FunctionName,
        patterns: &ProductionPatterns,
    ) -> Result<InvokeQuestion, WriteError> {
        let caller = self.identity().await?;
        let account = account_of(&name, &caller).unwrap_or_default();
        let production = if patterns.fit(name.as_str()) {
            Some(ProductionSign::Function(name.as_str().to_owned()))
        } else {
            looks_like_production(patterns, account, self.profile(), "", &[])
        };
        Ok(InvokeQuestion {
            connection: self.clone(),
            name,
            caller,
            production,
        })
    }
}

impl Function {
    /// `answer` is the proof that a person allowed this function to be invoked; `clock` is the time of day.
    ///
    /// # Errors
    /// [`WriteError::FunctionNotTyped`] where it looks like production and the typed name is another one.
    pub fn confirm(
        question: InvokeQuestion,
        answer: DialogAnswer,
        lasts: Duration,
        clock: fn() -> Millis,
    ) -> Result<Self, WriteError> {
        let InvokeQuestion {
            connection,
            name,
            caller,
            production,
        } = question;
        let typed = answer.into_typed_name();
        if production.is_some() && typed.as_deref().map(str::trim) != Some(name.as_str()) {
            let function = name.as_str().to_owned();
            return Err(WriteError::FunctionNotTyped { function });
        }
        let config = connection.0.lambda.config().to_builder();
        Ok(Self {
            invoker: Some((connection, caller)),
            ..Self::new(config, name, lasts, clock)
        })
    }

    /// Makes sure that whoever would invoke now is who was allowed to.
    ///
    /// # Errors
    /// [`WriteError::TargetChanged`]; what keeps the endpoint from saying.
    pub async fn require_same(&self) -> Result<(), WriteError> {
        let Some((connection, granted)) = &self.invoker else {
            return Ok(());
        };
        require_same_caller(granted, &connection.identity().await?)
    }

    /// The one function that a runtime interface emulator runs, asked without a signature. `_answer` and `clock` as for
    /// [`confirm`](Self::confirm).
    pub fn emulated(
        emulator: &RuntimeEmulator,
        _answer: DialogAnswer,
        lasts: Duration,
        clock: fn() -> Millis,
    ) -> Self {
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(emulator.url())
            .allow_no_auth();
        Self {
            is_emulated: true,
            ..Self::new(config, FunctionName(FUNCTION.to_owned()), lasts, clock)
        }
    }

    fn new(config: Builder, name: FunctionName, lasts: Duration, clock: fn() -> Millis) -> Self {
        let lasts = lasts.min(crate::GRANT_LASTS_MAX);
        let lasts_millis = i64::try_from(lasts.as_millis()).unwrap_or(i64::MAX);
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(10))
            .read_timeout(PATIENCE)
            .operation_timeout(PATIENCE)
            .build();
        let config = config
            .retry_config(RetryConfig::disabled())
            .timeout_config(timeouts);
        Self {
            client: Client::from_conf(config.build()),
            name,
            is_emulated: false,
            expires: Instant::now() + lasts,
            expires_at: clock().saturating_add(lasts_millis),
            clock,
            invoker: None,
        }
    }

    /// An emulator tells a failure in its answer alone, and takes one invocation at a time.
    pub fn is_emulated(&self) -> bool {
        self.is_emulated
    }

    pub fn name(&self) -> &FunctionName {
        &self.name
    }

    /// Hands an event over and waits for the answer.
    pub async fn invoke(&self, event: String) -> Invocation {
        if Instant::now() >= self.expires || (self.clock)() >= self.expires_at {
            let expired = Outcome::withheld("GrantExpired", "the permission to invoke has expired");
            return Invocation::Undelivered(expired);
        }
        let request = self
            .client
            .invoke()
            .function_name(self.name.as_str())
            .payload(Blob::new(event));
        match request.send().await {
            Ok(output) => match output.function_error {
                Some(kind) => Invocation::Failed { kind },
                None => {
                    Invocation::Answered(output.payload.map(Blob::into_inner).unwrap_or_default())
                }
            },
            Err(error) => Invocation::Undelivered(self.undelivered(of_failure(&error))),
        }
    }

    /// The emulator's word for an invocation beside another one is a bare 400: the function did not run.
    fn undelivered(&self, outcome: Outcome) -> Outcome {
        match outcome {
            Outcome::Refused { code, .. } if self.is_emulated && code == "HTTP 400" => {
                Outcome::Refused {
                    refusal: Refusal::Passing,
                    code: "Busy".to_owned(),
                    message: "the emulator runs another invocation".to_owned(),
                }
            }
            outcome => outcome,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_invoke_takes() {
        for name in [
            "orders",
            "orders:live",
            "function",
            "arn:aws:lambda:us-east-1:000000000000:function:orders:$LATEST",
        ] {
            assert!(name.parse::<FunctionName>().is_ok(), "{name}");
        }
        for name in ["", "a b", "a/b", "é", &"a".repeat(171)] {
            assert_eq!(
                name.parse::<FunctionName>(),
                Err(FunctionNameError),
                "{name}"
            );
        }
    }
}
