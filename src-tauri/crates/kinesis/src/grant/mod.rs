//! The permission to write: to one stream, for a limited time, given by a person.
//!
//! Three steps, each a type that only the one before can make: a [`Question`] about a target that was
//! resolved at the endpoint, a [`DialogAnswer`], and the [`Grant`]. It shows no dialog; the shell
//! does. It writes nothing; a [`Writer`](crate::Writer) does, and asks the endpoint again first.

mod production;
mod revocation;
mod target;

pub use production::{ProductionPatterns, ProductionSign, looks_like_production};
pub use target::WriteTarget;
pub(crate) use target::require_same_caller;

use crate::{Connection, KinesisError, StreamStatus, StreamSummary};
use record::{Millis, StreamIdentity, StreamName};
use revocation::Revocation;
use std::{fmt, time::Duration};

/// No grant lasts longer.
pub const GRANT_LASTS_MAX: Duration = Duration::from_hours(12);

/// Why nothing may be written, or not any more. Nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    #[error(transparent)]
    Kinesis(#[from] KinesisError),
    #[error("the permission to write ended at {at}")]
    Expired { at: Millis },
    #[error("the permission to write was taken back")]
    Revoked,
    #[error("{what} is not what was granted: {granted} was granted, and this is {found}")]
    TargetChanged {
        what: &'static str,
        granted: String,
        found: String,
    },
    #[error(
        "this looks like production: the stream's name must be typed, and what was typed is not {stream}"
    )]
    NameNotTyped { stream: StreamName },
    #[error(
        "this looks like production: the function's name must be typed, and what was typed is not {function}"
    )]
    FunctionNotTyped { function: String },
    #[error("the records come from {stream} itself: a stream is never its own target")]
    SourceIsTarget { stream: StreamName },
    #[error("the stream {stream} takes no records now (it is {status:?})")]
    NotWritable {
        stream: StreamName,
        status: StreamStatus,
    },
}

/// What the person is to be asked.
#[derive(Clone, Debug)]
pub struct Question {
    target: WriteTarget,
    stream: StreamSummary,
    production: Option<ProductionSign>,
}

impl Question {
    pub fn target(&self) -> &WriteTarget {
        &self.target
    }

    /// The target's stream, as it describes itself.
    pub fn stream(&self) -> &StreamSummary {
        &self.stream
    }

    /// What made the target look like production: the stream's name must be typed then.
    pub fn production_sign(&self) -> Option<&ProductionSign> {
        self.production.as_ref()
    }

    /// Whether the question may be answered with what was typed.
    ///
    /// # Errors
    /// [`WriteError::NameNotTyped`] where the target looks like production and the name is another one.
    pub fn require_name(&self, typed: Option<&str>) -> Result<(), WriteError> {
        let name = self.target.name();
        if self.production.is_some() && typed.map(str::trim) != Some(name.as_str()) {
            return Err(WriteError::NameNotTyped {
                stream: name.clone(),
            });
        }
        Ok(())
    }
}

/// Proof that the native dialog showed the question and was answered with yes. Whoever makes one
/// without a dialog breaks the promise of this program: the shell's dialog and tests do, nobody else.
pub struct DialogAnswer {
    typed_name: Option<String>,
}

/// What was typed may be a password.
impl fmt::Debug for DialogAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DialogAnswer(…)")
    }
}

impl DialogAnswer {
    /// The one way to make one. `typed_name` is what the person typed, where the dialog asked for it.
    pub fn yes_in_native_dialog(typed_name: Option<String>) -> Self {
        Self { typed_name }
    }

    /// What the person typed, where the dialog asked for something.
    pub fn into_typed_name(self) -> Option<String> {
        self.typed_name
    }
}

/// A person's permission to write to one incarnation of one stream. Clones are the same permission:
/// taking one back ends all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    target: WriteTarget,
    granted_at: Millis,
    expires_at: Millis,
    revocation: Revocation,
}

impl Grant {
    /// # Errors
    /// [`WriteError::NameNotTyped`] where the target looks like production and the typed name is
    /// another one.
    pub fn confirm(
        question: Question,
        answer: DialogAnswer,
        granted_at: Millis,
        lasts: Duration,
    ) -> Result<Self, WriteError> {
        question.require_name(answer.into_typed_name().as_deref())?;
        let Question { target, .. } = question;
        let lasts = i64::try_from(lasts.min(GRANT_LASTS_MAX).as_millis()).unwrap_or(i64::MAX);
        Ok(Self {
            target,
            granted_at,
            expires_at: granted_at.saturating_add(lasts),
            revocation: Revocation::default(),
        })
    }

    /// From now on nothing is written with it: a request under way comes to its end, the next one is refused.
    pub fn revoke(&self) {
        self.revocation.take_back();
    }

    pub fn is_revoked(&self) -> bool {
        self.revocation.is_taken_back()
    }

    pub fn target(&self) -> &WriteTarget {
        &self.target
    }

    pub fn granted_at(&self) -> Millis {
        self.granted_at
    }

    pub fn expires_at(&self) -> Millis {
        self.expires_at
    }

    /// # Errors
    /// [`WriteError::SourceIsTarget`]: the stream would get its own records again.
    pub fn refuse_source(&self, source: &StreamIdentity) -> Result<(), WriteError> {
        if *source == *self.target.stream() {
            return Err(WriteError::SourceIsTarget {
                stream: self.target.name().clone(),
            });
        }
        Ok(())
    }
}

impl Connection {
    /// Resolves a stream as a target, and what the person has to be asked about it. Tags that
    /// cannot be read may say production.
    pub async fn ask_to_write(
        &self,
        stream: &StreamName,
        patterns: &ProductionPatterns,
    ) -> Result<Question, WriteError> {
        let (target, summary) = self.resolve_target(stream).await?;
        let tags = self.tags(stream).await;
        let production = looks_like_production(
            patterns,
            target.account(),
            self.profile(),
            stream.as_str(),
            tags.as_deref().unwrap_or_default(),
        );
        let production = match tags {
            Err(_) => production.or(Some(ProductionSign::UnreadableTags)),
            Ok(_) => production,
        };
        Ok(Question {
            target,
            stream: summary,
            production,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(production: Option<&str>) -> Question {
        let target = target::tests::target("orders", 5);
        Question {
            stream: target::tests::summary(&target),
            target,
            production: production.map(|name| ProductionSign::Stream(name.to_owned())),
        }
    }

    fn confirm(production: Option<&str>, typed: Option<&str>) -> Result<Grant, WriteError> {
        let answer = DialogAnswer::yes_in_native_dialog(typed.map(str::to_owned));
        Grant::confirm(
            question(production),
            answer,
            Millis(1000),
            Duration::from_mins(1),
        )
    }

    #[test]
    fn the_name_is_typed_where_it_looks_like_production() {
        assert!(confirm(None, None).is_ok());
        assert!(confirm(Some("prod"), Some(" orders ")).is_ok());
        for typed in [None, Some(""), Some("Orders"), Some("orders-2")] {
            assert!(
                matches!(
                    confirm(Some("prod"), typed),
                    Err(WriteError::NameNotTyped { .. })
                ),
                "{typed:?}"
            );
        }
    }

    #[test]
    fn a_grant_ends() {
        assert_eq!(
            confirm(None, None).map(|grant| grant.expires_at()),
            Ok(Millis(61_000))
        );
        let answer = DialogAnswer::yes_in_native_dialog(None);
        let long = Grant::confirm(question(None), answer, Millis(0), Duration::MAX);
        assert_eq!(
            long.map(|grant| grant.expires_at()),
            Ok(Millis(12 * 3_600_000))
        );
    }

    #[test]
    fn taking_a_grant_back_ends_its_clones_and_no_other() {
        let (grant, other) = (
            confirm(None, None).expect("one"),
            confirm(None, None).expect("two"),
        );
        let clone = grant.clone();
        grant.revoke();
        assert_eq!((clone.is_revoked(), other.is_revoked()), (true, false));
        assert_eq!(clone, grant);
        assert_ne!(grant, other, "the same words, and another permission");
    }

    #[test]
    fn a_stream_is_never_its_own_target() {
        let grant = confirm(None, None).expect("a grant");
        let target = grant.target().stream().clone();
        assert!(matches!(
            grant.refuse_source(&target),
            Err(WriteError::SourceIsTarget { .. })
        ));
        let earlier = StreamIdentity {
            created_at: Millis(4),
            ..target
        };
        assert_eq!(
            grant.refuse_source(&earlier),
            Ok(()),
            "an earlier incarnation is another stream"
        );
    }
}
