//! Making a capture: its streams are looked up, "latest" becomes a time, starts are laid down.
//!
//! Nothing is read here. When [`create`] has returned, every shard has its durable start, so that a
//! crash, an expired iterator or a late first read loses nothing.

use crate::{CaptureError, clock::UNKNOWN_CLOCK_MARGIN_MILLIS, run::blocking};
use kinesis::{Connection, ShardSummary, StreamSummary};
use record::{Millis, SequenceNumber, ShardId, StreamName};
use store::{
    Anchor, CaptureId, CaptureStream, NewCapture, Position, ShardRecord, Store, StreamKey,
    StreamRecord, Until,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaptureRequest {
    pub name: String,
    /// How to reconnect, opaque here.
    pub connection: String,
    pub created_at: Millis,
    pub streams: Vec<StreamRequest>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamRequest {
    pub stream: StreamName,
    /// `None` takes all, also those that a reshard adds.
    pub shards: Option<Vec<ShardId>>,
    pub from: From,
    /// Counts are of user records, as they are stored and shown: an aggregate counts as the records in it, and
    /// the one that reaches the count is kept whole. The streams of a capture end together: all have the same end,
    /// and a count is for all of them.
    pub until: Option<Until>,
}

/// Where a person wants to start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    TrimHorizon,
    Latest,
    Timestamp(Millis),
    AtSequence(SequenceNumber),
    AfterSequence(SequenceNumber),
}

/// The `Date` header has whole seconds, rounded down, and the arrival clock of another machine may
/// be a little behind: a second more loses nothing. Records of up to two seconds before the moment
/// may therefore be captured too.
const DATE_MARGIN_MILLIS: i64 = 1000;

/// Lays down a new capture; it begins with [`CaptureRun::start`](crate::CaptureRun::start).
pub async fn create(
    connection: &Connection,
    store: &Store,
    request: CaptureRequest,
) -> Result<CaptureId, CaptureError> {
    if request.streams.is_empty() {
        return Err(CaptureError::NoStream);
    }
    let mut ends = request.streams.windows(2);
    if ends.any(|pair| pair[0].until != pair[1].until) {
        return Err(CaptureError::DifferentEnds);
    }
    if let Some(stream) = named_twice(&request.streams) {
        return Err(CaptureError::SameStream { stream });
    }
    let mut found = Vec::with_capacity(request.streams.len());
    for wanted in request.streams {
        let summary = connection.stream(&wanted.stream).await?;
        let shards = connection.shards(&wanted.stream).await?;
        let clock = EndpointClock::of(summary.server_time, request.created_at);
        check(&wanted, &shards, clock)?;
        let anchor = anchor(wanted.from, clock);
        found.push((wanted, summary, shards, anchor));
    }
    let region = connection.region().name.clone();
    let (name, origin, created_at) = (request.name, request.connection, request.created_at);
    let store = store.clone();
    blocking(move || {
        let mut streams = Vec::with_capacity(found.len());
        let mut starts = Vec::new();
        for (wanted, summary, shards, anchor) in found {
            let key = store.put_stream(&stream_record(&summary, &region))?;
            starts.extend(starts_of(&store, key, &wanted, &shards, anchor)?);
            let shards = wanted
                .shards
                .map(|shards| shards.iter().map(ToString::to_string).collect());
            streams.push(CaptureStream {
                stream: key,
                shards,
                anchor,
                until: wanted.until,
            });
        }
        let capture = store.create_capture(&NewCapture {
            name,
            connection: origin,
            created_at,
            streams,
        })?;
        for (shard, anchor) in starts {
            store.put_checkpoint(capture, shard, Position::Anchor(anchor))?;
        }
        Ok(capture)
    })
    .await
}

fn named_twice(streams: &[StreamRequest]) -> Option<StreamName> {
    let mut rest = streams;
    while let [first, others @ ..] = rest {
        if others.iter().any(|other| other.stream == first.stream) {
            return Some(first.stream.clone());
        }
        rest = others;
    }
    None
}

/// What is known of the time at the endpoint: now, and how far it may be off.
#[derive(Clone, Copy, Debug)]
struct EndpointClock {
    now: Millis,
    margin_millis: i64,
}

impl EndpointClock {
    fn of(date: Option<Millis>, local_now: Millis) -> Self {
        match date {
            Some(now) => Self {
                now,
                margin_millis: DATE_MARGIN_MILLIS,
            },
            None => Self {
                now: local_now,
                margin_millis: UNKNOWN_CLOCK_MARGIN_MILLIS,
            },
        }
    }

    fn earliest(self) -> Millis {
        self.now.saturating_add(-self.margin_millis)
    }

    /// By how much a time is later than it can be there.
    fn ahead_millis(self, time: Millis) -> Option<i64> {
        let ahead = time.since(self.now);
        (ahead > self.margin_millis).then_some(ahead)
    }
}

fn check(
    wanted: &StreamRequest,
    shards: &[ShardSummary],
    clock: EndpointClock,
) -> Result<(), CaptureError> {
    let stream = || wanted.stream.clone();
    let chosen = wanted.shards.as_deref();
    if let Some(missing) = chosen
        .iter()
        .copied()
        .flatten()
        .find(|id| !shards.iter().any(|shard| shard.id == **id))
    {
        return Err(CaptureError::NoSuchShard {
            stream: stream(),
            shard: missing.clone(),
        });
    }
    if matches!(wanted.from, From::AtSequence(_) | From::AfterSequence(_))
        && chosen.map_or(0, <[_]>::len) != 1
    {
        return Err(CaptureError::SequenceNeedsOneShard { stream: stream() });
    }
    if let From::Timestamp(from) = wanted.from
        && let Some(ahead_millis) = clock.ahead_millis(from)
    {
        return Err(CaptureError::StartAhead {
            stream: stream(),
            ahead_millis,
        });
    }
    match (wanted.from, wanted.until) {
        (From::Timestamp(from), Some(Until::Time(until))) if until <= from => {
            Err(CaptureError::EndBeforeStart { stream: stream() })
        }
        _ => Ok(()),
    }
}

fn anchor(from: From, clock: EndpointClock) -> Anchor {
    match from {
        From::TrimHorizon => Anchor::TrimHorizon,
        From::Latest => Anchor::AtTimestamp(clock.earliest()),
        From::Timestamp(time) => Anchor::AtTimestamp(time),
        From::AtSequence(number) => Anchor::AtSequence(number),
        From::AfterSequence(number) => Anchor::AfterSequence(number),
    }
}

/// Children before their parents: if the program dies in between, what has no start yet is a shard
/// whose parents have none either, and gets the capture's own start later.
fn starts_of(
    store: &Store,
    stream: StreamKey,
    wanted: &StreamRequest,
    shards: &[ShardSummary],
    anchor: Anchor,
) -> Result<Vec<(store::ShardKey, Anchor)>, store::StoreError> {
    let records: Vec<ShardRecord> = shards.iter().map(shard_record).collect();
    let keys = store.put_shards(stream, &records)?;
    let mut starts: Vec<_> = shards
        .iter()
        .zip(keys)
        .filter(|(shard, _)| {
            wanted
                .shards
                .as_ref()
                .is_none_or(|chosen| chosen.contains(&shard.id))
        })
        .collect();
    // sequence numbers of shards grow with their births
    starts
        .sort_by(|(a, _), (b, _)| (b.starting_sequence, &b.id).cmp(&(a.starting_sequence, &a.id)));
    Ok(starts.into_iter().map(|(_, key)| (key, anchor)).collect())
}

pub(crate) fn shard_record(shard: &ShardSummary) -> ShardRecord {
    ShardRecord {
        id: shard.id.clone(),
        parents: shard.parents.clone(),
        hash_range: shard.hash_range,
        starting_sequence: shard.starting_sequence,
        closed: !shard.is_open(),
    }
}

fn stream_record(summary: &StreamSummary, region: &str) -> StreamRecord {
    StreamRecord {
        identity: summary.identity.clone(),
        name: summary.name.clone(),
        region: region.to_owned(),
        account: summary.identity.arn.account().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// This machine's clock is ten minutes ahead of the endpoint's.
    const THERE: Millis = Millis(1_700_000_000_000);
    const HERE: Millis = Millis(1_700_000_600_000);

    fn refusal(from: Millis, server_time: Option<Millis>) -> Option<String> {
        let wanted = StreamRequest {
            stream: "orders".parse().expect("a stream name"),
            shards: None,
            from: From::Timestamp(from),
            until: None,
        };
        let clock = EndpointClock::of(server_time, HERE);
        check(&wanted, &[], clock).err().map(|e| e.to_string())
    }

    #[test]
    fn latest_is_the_time_there_and_a_little_before() {
        let latest = |server_time| anchor(From::Latest, EndpointClock::of(server_time, HERE));
        let at = |time: Millis, before: i64| Anchor::AtTimestamp(time.saturating_add(-before));
        assert_eq!(latest(Some(THERE)), at(THERE, 1000));
        assert_eq!(latest(None), at(HERE, 60_000), "without a Date header");
    }

    #[test]
    fn a_start_in_the_future_is_refused_by_the_clock_there() {
        let later = |millis| THERE.saturating_add(millis);
        assert_eq!(
            refusal(later(1000), Some(THERE)),
            None,
            "the header has whole seconds"
        );
        assert_eq!(
            refusal(later(90_000), Some(THERE)).as_deref(),
            Some("the start lies 90 s in the future, by the clock of the endpoint")
        );
        assert!(
            refusal(HERE, Some(THERE)).is_some(),
            "now, by a clock that is ahead"
        );
        assert_eq!(refusal(HERE, None), None);
        assert!(refusal(HERE.saturating_add(61_000), None).is_some());
    }
}
