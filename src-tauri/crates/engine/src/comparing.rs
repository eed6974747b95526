//! The record to compare another with: the last one before it in its stream that has its key, or its type. It compares
//! nothing; it looks among what was captured, and knows of nothing else.

use crate::{
    Engine, EngineError, PageRow,
    engine::{blocking, locked},
};
use query::Filter;
use std::{
    sync::Mutex,
    time::{Duration, Instant},
};
use store::{Cancel, RecordId, RecordRow, Scope, View};

/// How far back is looked at first, in milliseconds; then all that was captured.
const FIRST_LOOKS: [i64; 4] = [60_000, 3_600_000, 86_400_000, 30 * 86_400_000];
const SCAN_STEP: Duration = Duration::from_millis(200);
/// Longer than this nobody waits.
const PATIENCE: Duration = Duration::from_secs(20);
const PAGE_ROWS: u64 = 100;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likeness {
    Key,
    Type,
}

/// The question that is being answered: a new one ends it.
#[derive(Default)]
pub(crate) struct Comparing(Mutex<Cancel>);

impl Engine {
    /// The last record of the same stream before this one, in the order of arrival, that has its key or its type.
    /// Nothing where none was captured.
    ///
    /// # Errors
    /// [`EngineError::Input`] where the record has no such thing; [`EngineError::Superseded`] by a later question.
    pub async fn earlier_record(
        &self,
        id: RecordId,
        likeness: Likeness,
    ) -> Result<Option<PageRow>, EngineError> {
        let cancel = Cancel::new();
        std::mem::replace(&mut *locked(&self.comparing().0), cancel.clone()).cancel();
        let engine = self.clone();
        blocking(move || engine.find_earlier(id, likeness, &cancel)).await?
    }

    fn find_earlier(
        &self,
        id: RecordId,
        likeness: Likeness,
        cancel: &Cancel,
    ) -> Result<Option<PageRow>, EngineError> {
        let row = self.full(id)?.row;
        let like = match likeness {
            Likeness::Key => row.partition_key.as_deref().map(Filter::has_key),
            Likeness::Type => row.event_type.as_deref().map(Filter::has_type),
        };
        let lacks = || EngineError::Input("the record has none".to_owned());
        let names = self.names_of([row.shard])?;
        let name = names.get(&row.shard).ok_or(EngineError::Stopped)?;
        let like = like.ok_or_else(lacks)?.and(Filter::in_stream(&name.stream));
        let started = Instant::now();
        for back in FIRST_LOOKS.map(Some).into_iter().chain([None]) {
            let time = Filter::Time {
                from: back.map(|back| row.arrival.saturating_add(-back)),
                until: Some(row.arrival.saturating_add(1)),
            };
            let view = self
                .store()
                .view(Scope::default(), &like.clone().and(time))?;
            while !view.advance(cancel, SCAN_STEP)?.complete {
                go_on(cancel, started)?;
            }
            if let Some(found) = before(&view, &row, || go_on(cancel, started))? {
                return Ok(self.page_rows(vec![found])?.pop());
            }
        }
        Ok(None)
    }
}

/// Whether somebody still waits for the answer.
fn go_on(cancel: &Cancel, started: Instant) -> Result<(), EngineError> {
    if cancel.is_cancelled() {
        return Err(EngineError::Superseded);
    }
    if started.elapsed() > PATIENCE {
        let message = "it takes too long to look through all that was captured";
        return Err(EngineError::Input(message.to_owned()));
    }
    Ok(())
}

/// Another stream may have the name, too: its records are passed over, for as long as `go_on` lets it.
fn before(
    view: &View,
    row: &RecordRow,
    go_on: impl Fn() -> Result<(), EngineError>,
) -> Result<Option<RecordRow>, EngineError> {
    let mut end = view.row_of(row.id)?.unwrap_or(0);
    while end > 0 {
        go_on()?;
        let first = end.saturating_sub(PAGE_ROWS);
        let page = view.page(first, (end - first) as usize)?;
        let found = page
            .into_iter()
            .rev()
            .find(|other| other.stream == row.stream);
        if found.is_some() {
            return Ok(found);
        }
        end = first;
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::{HashKey, HashKeyRange, KinesisRecord, Millis, StreamIdentity};
    use std::cell::Cell;
    use store::{
        Anchor, CaptureStream, NewCapture, Position, ShardBatch, ShardKey, ShardRecord, Store,
        StreamKey, StreamRecord, prepare,
    };

    fn stream(store: &Store, region: &str) -> (StreamKey, ShardKey) {
        let arn = format!("arn:aws:kinesis:{region}:000000000000:stream/orders");
        let record = StreamRecord {
            identity: StreamIdentity {
                arn: arn.parse().expect("an ARN"),
                created_at: Millis(0),
            },
            name: "orders".parse().expect("a name"),
            region: region.into(),
            account: "000000000000".into(),
        };
        let stream = store.put_stream(&record).expect("a stream");
        let shard = ShardRecord {
            id: "shardId-000000000000".parse().expect("a shard"),
            parents: Vec::new(),
            hash_range: HashKeyRange {
                start: HashKey(0),
                end: HashKey(u128::MAX),
            },
            starting_sequence: "1".parse().expect("a number"),
            closed: false,
        };
        (
            stream,
            store.put_shards(stream, &[shard]).expect("shards")[0],
        )
    }

    fn fill(store: &Store, (stream, shard): (StreamKey, ShardKey), arrivals: &[i64]) {
        let capture = NewCapture {
            name: "orders".into(),
            connection: "{}".into(),
            created_at: Millis(0),
            streams: vec![CaptureStream {
                stream,
                shards: None,
                anchor: Anchor::TrimHorizon,
                until: None,
            }],
        };
        let record = |(n, arrival): (usize, &i64)| {
            let sequence = format!("4959033827149025660855969253836157109{n:019}");
            let record = KinesisRecord {
                sequence: sequence.parse().expect("digits"),
                arrival: Millis(*arrival),
                partition_key: Some("key".to_owned()),
                payload: Vec::new(),
            };
            prepare(record, None)
        };
        let records: Vec<_> = arrivals.iter().enumerate().map(record).collect();
        let batch = ShardBatch {
            capture: store.create_capture(&capture).expect("a capture"),
            shard,
            checkpoint: Position::Stored(records.last().expect("a record").sequence()),
            records,
            covered_through: None,
            gap: None,
        };
        store.submit(batch, Box::new(|done| assert!(done.is_ok())));
    }

    #[test]
    fn the_records_of_another_stream_of_the_name_are_passed_over_as_long_as_somebody_waits() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("two.kscope")).expect("a workspace");
        let own = stream(&store, "eu-west-1");
        fill(&store, own, &[0, 1_000]);
        let others: Vec<i64> = (1..=250).collect();
        fill(&store, stream(&store, "us-east-1"), &others);
        // what was submitted is committed when the store closes
        store.close().expect("closed");
        let store = Store::open(&folder.path().join("two.kscope")).expect("a workspace");
        let view = store
            .view(Scope::default(), &Filter::in_stream("orders"))
            .expect("a view");
        while !view
            .advance(&Cancel::new(), SCAN_STEP)
            .expect("rows")
            .complete
        {}
        let last = view.page(251, 1).expect("a page").remove(0);
        assert_eq!((last.arrival, last.shard), (Millis(1_000), own.1));
        let asked = Cell::new(0);
        let found = before(&view, &last, || {
            asked.set(asked.get() + 1);
            Ok(())
        });
        let found = found.expect("an answer").expect("the first");
        assert_eq!((found.arrival, asked.get()), (Millis(0), 3));
        let ended = before(&view, &last, || Err(EngineError::Superseded));
        assert!(matches!(ended, Err(EngineError::Superseded)));
    }
}
