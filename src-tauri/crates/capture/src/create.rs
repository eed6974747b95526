//! Making a capture: its streams are looked up, "latest" becomes a time, starts are laid down.
//!
//! Nothing is read here. When [`create`] has returned, every shard has its durable start, so that a
//! crash, an expired iterator or a late first read loses nothing.

use crate::{CaptureError, run::blocking};
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
    /// the one that reaches the count is kept whole.
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
const LATEST_MARGIN_MILLIS: i64 = 1000;
/// Without a `Date` header this machine's clock has to do, which may be wrong.
const UNKNOWN_CLOCK_MARGIN_MILLIS: i64 = 60_000;

/// Lays down a new capture; it begins with [`CaptureRun::start`](crate::CaptureRun::start).
pub async fn create(
    connection: &Connection,
    store: &Store,
    request: CaptureRequest,
) -> Result<CaptureId, CaptureError> {
    if request.streams.is_empty() {
        return Err(CaptureError::NoStream);
    }
    let mut found = Vec::with_capacity(request.streams.len());
    for wanted in request.streams {
        let summary = connection.stream(&wanted.stream).await?;
        let shards = connection.shards(&wanted.stream).await?;
        check(&wanted, &shards)?;
        let anchor = anchor(wanted.from, &summary, request.created_at);
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

fn check(wanted: &StreamRequest, shards: &[ShardSummary]) -> Result<(), CaptureError> {
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
    match (wanted.from, wanted.until) {
        (From::Timestamp(from), Some(Until::Time(until))) if until <= from => {
            Err(CaptureError::EndBeforeStart { stream: stream() })
        }
        _ => Ok(()),
    }
}

fn anchor(from: From, summary: &StreamSummary, local_now: Millis) -> Anchor {
    match from {
        From::TrimHorizon => Anchor::TrimHorizon,
        From::Latest => Anchor::AtTimestamp(match summary.server_time {
            Some(date) => date.saturating_add(-LATEST_MARGIN_MILLIS),
            None => local_now.saturating_add(-UNKNOWN_CLOCK_MARGIN_MILLIS),
        }),
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
