//! Which stream a grant is for: the connection's coordinates, who we are there, and the incarnation.

use super::WriteError;
use crate::{Connection, Identity, KinesisError, StreamSummary};
use mutants::Mutant;
use record::{StreamIdentity, StreamName};

/// A stream as the endpoint described it: there is no other way to make one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteTarget {
    endpoint: String,
    region: String,
    stream: StreamIdentity,
    name: StreamName,
    caller: Identity,
}

impl WriteTarget {
    /// The endpoint's address.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    pub fn region(&self) -> &str {
        &self.region
    }

    pub fn stream(&self) -> &StreamIdentity {
        &self.stream
    }

    pub fn name(&self) -> &StreamName {
        &self.name
    }

    /// Who writes, as STS says.
    pub fn caller(&self) -> &Identity {
        &self.caller
    }

    /// The caller's account; the stream's where the endpoint has no STS.
    pub fn account(&self) -> &str {
        match &self.caller {
            Identity::Known { account, .. } => account,
            Identity::Absent { .. } => self.stream.arn.account(),
        }
    }

    /// # Errors
    /// [`WriteError::TargetChanged`] with the first thing in which `found` is another target.
    pub(crate) fn require_same(&self, found: &Self) -> Result<(), WriteError> {
        let pairs = [
            (
                "the endpoint",
                self.endpoint.clone(),
                found.endpoint.clone(),
            ),
            ("the region", self.region.clone(), found.region.clone()),
            (
                "the caller",
                principal(&self.caller),
                principal(&found.caller),
            ),
            (
                "the stream's ARN",
                self.stream.arn.to_string(),
                found.stream.arn.to_string(),
            ),
            (
                "the stream's creation time",
                self.stream.created_at.to_string(),
                found.stream.created_at.to_string(),
            ),
        ];
        match pairs
            .into_iter()
            .filter(|(what, ..)| {
                !mutants::is_on(Mutant::GrantOfAnyIncarnation) || !what.ends_with("creation time")
            })
            .find(|(_, granted, found)| granted != found)
        {
            Some((what, granted, found)) => Err(WriteError::TargetChanged {
                what,
                granted,
                found,
            }),
            None => Ok(()),
        }
    }
}

/// # Errors
/// [`WriteError::TargetChanged`] where `found` is somebody else.
pub(crate) fn require_same_caller(granted: &Identity, found: &Identity) -> Result<(), WriteError> {
    let (granted, found) = (principal(granted), principal(found));
    if granted == found {
        return Ok(());
    }
    Err(WriteError::TargetChanged {
        what: "the caller",
        granted,
        found,
    })
}

/// The caller without the name of its session, which may be another one after a renewal:
/// `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`.
fn principal(caller: &Identity) -> String {
    let Identity::Known { arn, .. } = caller else {
        return "nobody that the endpoint knows".to_owned();
    };
    match arn.rsplit_once('/') {
        Some((role, _)) if arn.contains(":assumed-role/") => role.to_owned(),
        _ => arn.clone(),
    }
}

impl Connection {
    pub(crate) async fn resolve_target(
        &self,
        stream: &StreamName,
    ) -> Result<(WriteTarget, StreamSummary), KinesisError> {
        let (summary, caller) = tokio::join!(self.stream(stream), self.identity());
        let summary = summary?;
        let target = WriteTarget {
            endpoint: self.endpoint().url.clone(),
            region: self.region().name.clone(),
            stream: summary.identity.clone(),
            name: summary.name.clone(),
            caller: caller?,
        };
        Ok((target, summary))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::{Encryption, RecordDistribution, StreamMode, StreamStatus};
    use record::Millis;

    pub(crate) fn target(name: &str, created_at: i64) -> WriteTarget {
        let arn = format!("arn:aws:kinesis:us-east-1:123456789012:stream/{name}");
        WriteTarget {
            endpoint: "http://localhost:4566".into(),
            region: "us-east-1".into(),
            stream: StreamIdentity {
                arn: arn.parse().expect("an ARN"),
                created_at: Millis(created_at),
            },
            name: name.parse().expect("a name"),
            caller: caller("arn:aws:sts::123456789012:assumed-role/dev/me"),
        }
    }

    /// The target's stream as an endpoint would describe it.
    pub(crate) fn summary(target: &WriteTarget) -> StreamSummary {
        StreamSummary {
            name: target.name.clone(),
            identity: target.stream.clone(),
            status: StreamStatus::Active,
            mode: StreamMode::Provisioned,
            open_shards: 1,
            retention_hours: 24,
            encryption: Encryption::Off,
            consumers: None,
            max_record_kib: None,
            warm_throughput_mibps: None,
            distribution: RecordDistribution::ByKey,
            server_time: None,
        }
    }

    fn caller(arn: &str) -> Identity {
        Identity::Known {
            account: "123456789012".into(),
            arn: arn.into(),
        }
    }

    #[track_caller]
    fn changed(change: impl Fn(&mut WriteTarget)) -> &'static str {
        let granted = target("orders", 5);
        let mut found = granted.clone();
        change(&mut found);
        match granted.require_same(&found) {
            Err(WriteError::TargetChanged { what, .. }) => what,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_difference_is_another_target() {
        assert_eq!(changed(|t| t.endpoint.push('0')), "the endpoint");
        assert_eq!(changed(|t| t.region = "eu-west-1".into()), "the region");
        assert_eq!(
            changed(|t| t.stream.created_at.0 += 1),
            "the stream's creation time"
        );
        assert_eq!(
            changed(|t| t.stream = target("other", 5).stream),
            "the stream's ARN"
        );
        let another = "arn:aws:sts::123456789012:assumed-role/admin/me";
        assert_eq!(changed(|t| t.caller = caller(another)), "the caller");
        assert_eq!(
            changed(|t| t.caller = Identity::Absent {
                why: "no STS".into()
            }),
            "the caller"
        );
    }

    #[test]
    fn a_renewed_session_is_the_same_caller() {
        let granted = target("orders", 5);
        let mut found = granted.clone();
        found.caller = caller("arn:aws:sts::123456789012:assumed-role/dev/session-2");
        assert_eq!(granted.require_same(&found), Ok(()));
    }
}
