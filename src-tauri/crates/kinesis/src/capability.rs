//! What this endpoint offers of Kinesis, so that a missing feature is absent and says why.
//!
//! AWS is not probed: it has everything. Elsewhere an operation is asked about the first stream, or
//! about one that does not exist: "no such stream" shows that the operation is understood, too. What
//! only reading can tell is learnt from the pages that go by.

use crate::{Connection, Identity, KinesisError, Operation, clients::once, connection::send};
use aws_sdk_kinesis::operation::get_records::GetRecordsOutput;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capability {
    pub feature: Feature,
    pub offered: Availability,
    /// Why it is missing or unknown, in the endpoint's words where there are any; else empty.
    pub why: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Availability {
    Offered,
    Missing,
    Unknown,
    /// This program has no use for it and does not ask.
    Unused,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Feature {
    /// STS `GetCallerIdentity`.
    Identity,
    /// `DescribeStreamSummary`.
    StreamSummary,
    /// `ListShards`.
    ShardList,
    /// `ListStreamConsumers`.
    Consumers,
    /// `ListTagsForStream`.
    Tags,
    /// `MillisBehindLatest` with a meaning: some endpoints always answer 0.
    Lag,
    /// `ChildShards` at the end of a shard.
    ChildShards,
    /// `SubscribeToShard`: enhanced fan-out.
    Subscriptions,
}

impl Feature {
    pub const ALL: [Self; 8] = [
        Self::Identity,
        Self::StreamSummary,
        Self::ShardList,
        Self::Consumers,
        Self::Tags,
        Self::Lag,
        Self::ChildShards,
        Self::Subscriptions,
    ];

    /// Learnt from the pages that go by, and not by asking.
    pub fn is_observed(self) -> bool {
        matches!(self, Self::Lag | Self::ChildShards)
    }
}

/// A consumer is registered on the stream and costs its owner money; reading by polling needs no such write.
const NO_SUBSCRIPTIONS: &str = "not asked about: records are read with GetRecords, and a subscription would need a consumer registered on the stream";

/// Asked about where the endpoint has no stream at all.
const MADE_UP: &str = "kinescope-asks-what-you-offer";

/// What went by in answers of `GetRecords`.
#[derive(Debug, Default)]
pub(crate) struct Observations {
    lag_seen: AtomicBool,
    lag_missed: AtomicBool,
    lag_above_zero_seen: AtomicBool,
    children_seen: AtomicBool,
    children_missed: AtomicBool,
}

impl Observations {
    pub(crate) fn page(&self, page: &GetRecordsOutput) {
        let note = |flag: &AtomicBool| flag.store(true, Relaxed);
        match page.millis_behind_latest {
            Some(1..) => note(&self.lag_above_zero_seen),
            Some(_) => note(&self.lag_seen),
            None => note(&self.lag_missed),
        }
        if page
            .next_shard_iterator
            .as_deref()
            .is_none_or(str::is_empty)
        {
            note(if page.child_shards().is_empty() {
                &self.children_missed
            } else {
                &self.children_seen
            });
        }
    }

    fn lag(&self) -> (Availability, &'static str) {
        if self.lag_above_zero_seen.load(Relaxed) {
            (Availability::Offered, "")
        } else if self.lag_missed.load(Relaxed) {
            (
                Availability::Missing,
                "pages come without MillisBehindLatest",
            )
        } else if self.lag_seen.load(Relaxed) {
            (
                Availability::Unknown,
                "MillisBehindLatest has always been 0 so far",
            )
        } else {
            (Availability::Unknown, "nothing has been read yet")
        }
    }

    fn children(&self) -> (Availability, &'static str) {
        if self.children_seen.load(Relaxed) {
            (Availability::Offered, "")
        } else if self.children_missed.load(Relaxed) {
            (
                Availability::Missing,
                "a shard ended without ChildShards; they are found through ListShards",
            )
        } else {
            (Availability::Unknown, "no shard's end has been read yet")
        }
    }
}

impl Connection {
    /// Probes the endpoint: a handful of calls, each once. Ask again where something is not known.
    pub async fn capabilities(&self) -> Vec<Capability> {
        let mut found = self.known_capabilities();
        if self.endpoint().is_custom() {
            for probed in self.probed().await {
                found.retain(|known| known.feature != probed.feature);
                found.push(probed);
            }
        }
        found.sort_by_key(|capability| capability.feature);
        found
    }

    /// Whether `MillisBehindLatest` means something here: an endpoint that has always answered 0 so far may not know
    /// better.
    pub fn tells_lag(&self) -> bool {
        !self.endpoint().is_custom() || self.0.observed.lag().0 == Availability::Offered
    }

    /// For whoever made the endpoint and knows that its lag is real, before it has shown any.
    pub fn vouch_for_lag(&self) {
        self.0.observed.lag_above_zero_seen.store(true, Relaxed);
    }

    /// What can be said without asking: all of AWS, and what the pages read so far show of others.
    pub fn known_capabilities(&self) -> Vec<Capability> {
        let known = |feature| {
            let (offered, why) = match feature {
                Feature::Subscriptions => (Availability::Unused, NO_SUBSCRIPTIONS),
                _ if !self.endpoint().is_custom() => (Availability::Offered, ""),
                Feature::Lag => self.0.observed.lag(),
                Feature::ChildShards => self.0.observed.children(),
                _ => (Availability::Unknown, "the endpoint has not been asked yet"),
            };
            capability(feature, offered, why)
        };
        Feature::ALL.into_iter().map(known).collect()
    }

    async fn probed(&self) -> Vec<Capability> {
        let client = &self.0.client;
        let known = self
            .stream_page(None)
            .await
            .ok()
            .and_then(|page| page.streams.into_iter().next());
        let is_real = known.is_some();
        let region = &self.region().name;
        let (name, arn) = known.map_or((MADE_UP.to_owned(), None), |known| {
            (known.name.to_string(), known.arn)
        });
        let arn = arn.map_or_else(
            || format!("arn:aws:kinesis:{region}:000000000000:stream/{name}"),
            |arn| arn.to_string(),
        );
        let summary = client.describe_stream_summary().stream_name(&name);
        let shards = client.list_shards().stream_name(&name);
        let consumers = client.list_stream_consumers().stream_arn(arn);
        let tags = client.list_tags_for_stream().stream_name(&name);
        let (identity, summary, shards, consumers, tags) = tokio::join!(
            self.identity(),
            async {
                send!(self, Operation::DescribeStreamSummary, summary, override once()).map(drop)
            },
            async { send!(self, Operation::ListShards, shards, override once()).map(drop) },
            async {
                send!(self, Operation::ListStreamConsumers, consumers, override once()).map(drop)
            },
            async { send!(self, Operation::ListTagsForStream, tags, override once()).map(drop) },
        );
        vec![
            identity_capability(identity),
            judged(Feature::StreamSummary, summary, is_real),
            judged(Feature::ShardList, shards, is_real),
            judged(Feature::Consumers, consumers, is_real),
            judged(Feature::Tags, tags, is_real),
        ]
    }
}

fn capability(feature: Feature, offered: Availability, why: impl Into<String>) -> Capability {
    Capability {
        feature,
        offered,
        why: why.into(),
    }
}

fn identity_capability(identity: Result<Identity, KinesisError>) -> Capability {
    match identity {
        Ok(Identity::Known { .. }) => capability(Feature::Identity, Availability::Offered, ""),
        Ok(Identity::Absent { why }) => capability(Feature::Identity, Availability::Missing, why),
        Err(error) => capability(Feature::Identity, Availability::Unknown, error.to_string()),
    }
}

/// A refusal of a made-up stream is a sign of understanding; silence is no sign of anything, and
/// some endpoints break down over a stream that they do not have.
fn judged(feature: Feature, answer: Result<(), KinesisError>, is_real: bool) -> Capability {
    match answer {
        Ok(())
        | Err(
            KinesisError::NotFound { .. }
            | KinesisError::InvalidArgument { .. }
            | KinesisError::Refused { .. }
            | KinesisError::AccessDenied { .. },
        ) => capability(feature, Availability::Offered, ""),
        Err(error @ KinesisError::Unsupported { .. }) => {
            capability(feature, Availability::Missing, error.to_string())
        }
        Err(error @ (KinesisError::NotKinesis { .. } | KinesisError::Fault { .. }))
            if is_real && !error.is_outage() =>
        {
            capability(feature, Availability::Missing, error.to_string())
        }
        Err(error) => capability(feature, Availability::Unknown, error.to_string()),
    }
}
