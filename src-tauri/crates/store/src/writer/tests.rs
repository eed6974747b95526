//! The writer when the disk says no. A limit on the database's pages stands in for a full disk:
//! SQLite answers with the same `SQLITE_FULL`.

use crate::{
    Anchor, CaptureId, CaptureStream, Committed, NewCapture, Position, Scope, ShardBatch, ShardKey,
    ShardRecord, Store, StoreError, StreamRecord, prepare,
};
use record::{HashKey, HashKeyRange, KinesisRecord, Millis, StreamIdentity};
use std::sync::{Arc, mpsc};

struct Fixture {
    store: Store,
    capture: CaptureId,
    shard: ShardKey,
    _folder: tempfile::TempDir,
}

fn fixture() -> Fixture {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(&folder.path().join("w.kscope")).expect("a workspace");
    let stream = StreamRecord {
        identity: StreamIdentity {
            arn: "arn:aws:kinesis:eu-west-1:000000000000:stream/s"
                .parse()
                .expect("an ARN"),
            created_at: Millis(1),
        },
        name: "s".parse().expect("a name"),
        region: "eu-west-1".into(),
        account: "000000000000".into(),
    };
    let stream = store.put_stream(&stream).expect("a stream");
    let shard = ShardRecord {
        id: "shardId-000000000000".parse().expect("an id"),
        parents: Vec::new(),
        hash_range: HashKeyRange {
            start: HashKey(0),
            end: HashKey::MAX,
        },
        starting_sequence: "0".parse().expect("digits"),
        closed: false,
    };
    let shard = store.put_shards(stream, &[shard]).expect("shards")[0];
    let streams = vec![CaptureStream {
        stream,
        shards: None,
        anchor: Anchor::TrimHorizon,
        until: None,
    }];
    let new = NewCapture {
        name: "c".into(),
        connection: "{}".into(),
        created_at: Millis(1),
        streams,
    };
    let capture = store.create_capture(&new).expect("a capture");
    Fixture {
        store,
        capture,
        shard,
        _folder: folder,
    }
}

impl Fixture {
    fn submit(
        &self,
        numbers: std::ops::Range<u64>,
    ) -> mpsc::Receiver<Result<Committed, Arc<StoreError>>> {
        let (sender, receiver) = mpsc::sync_channel(1);
        let records: Vec<_> = numbers.map(|n| prepare(noise(n), None)).collect();
        let checkpoint = Position::Stored(records.last().expect("a record").sequence());
        let batch = ShardBatch {
            capture: self.capture,
            shard: self.shard,
            records,
            checkpoint,
            covered_through: None,
            gap: None,
        };
        self.store.submit(
            batch,
            Box::new(move |outcome| sender.send(outcome).expect("a listener")),
        );
        receiver
    }

    fn limit_pages(&self, limit: impl FnOnce(i64) -> i64 + Send + 'static) {
        let set = move |connection: &rusqlite::Connection| {
            let pages: i64 = connection.pragma_query_value(None, "page_count", |row| row.get(0))?;
            let set: i64 = connection.pragma_update_and_check(
                None,
                "max_page_count",
                limit(pages),
                |row| row.get(0),
            )?;
            assert!(set >= pages);
            Ok(())
        };
        self.store.write(set).expect("a limit");
    }

    fn lose_connection(&self) {
        let error = rusqlite::Error::QueryReturnedNoRows;
        let lost = self
            .store
            .write(|_| Err::<(), _>(StoreError::Disk { source: error }));
        assert!(matches!(lost, Err(StoreError::Disk { .. })));
    }

    fn stored(&self) -> u64 {
        let view = self
            .store
            .view(Scope::default(), &query::Filter::Everything)
            .expect("a view");
        while !view
            .advance(&crate::Cancel::new(), std::time::Duration::MAX)
            .expect("progress")
            .complete
        {}
        view.len()
    }
}

/// Does not compress.
fn noise(n: u64) -> KinesisRecord {
    use rand::{Rng, SeedableRng, rngs::StdRng};
    let mut payload = vec![0; 1_000];
    StdRng::seed_from_u64(n).fill(payload.as_mut_slice());
    KinesisRecord {
        sequence: n.to_string().parse().expect("digits"),
        arrival: Millis(n as i64),
        partition_key: None,
        payload,
    }
}

#[test]
fn a_full_disk_fails_every_batch_in_the_transaction_and_lifts() {
    let fixture = fixture();
    let first = fixture
        .submit(0..300)
        .recv()
        .expect("an answer")
        .expect("committed");
    assert_eq!(first.inserted, 300);
    fixture.limit_pages(|pages| pages + 4);
    // a task in front holds the writer until all three wait: they go into one transaction
    let (go, wait) = mpsc::sync_channel::<()>(1);
    let store = fixture.store.clone();
    let hold = move |_: &rusqlite::Connection| wait.recv().map_err(|_| StoreError::Closed);
    let holder = std::thread::spawn(move || store.write(hold));
    let waiting: Vec<_> = [300..310, 310..900, 900..910]
        .into_iter()
        .map(|part| fixture.submit(part))
        .collect();
    go.send(()).expect("the holder");
    holder.join().expect("the holder").expect("its write");
    let outcomes: Vec<_> = waiting
        .iter()
        .map(|waiting| waiting.recv().expect("an answer"))
        .collect();
    let refused = outcomes
        .iter()
        .filter(|o| {
            o.as_ref()
                .is_err_and(|e| matches!(**e, StoreError::DiskFull))
        })
        .count();
    assert!(refused >= 1, "{outcomes:?}");
    let kept: u64 = outcomes
        .iter()
        .flatten()
        .map(|committed| committed.inserted)
        .sum();
    assert_eq!(fixture.stored(), 300 + kept);
    fixture.store.verify().expect("a sound workspace");

    fixture.limit_pages(|_| 1_000_000);
    let rest: u64 = [300..310, 310..900, 900..910]
        .into_iter()
        .map(|part| {
            fixture
                .submit(part)
                .recv()
                .expect("an answer")
                .expect("committed")
                .inserted
        })
        .sum();
    assert_eq!((kept + rest, fixture.stored()), (610, 910));
    fixture.store.verify().expect("a sound workspace");
}

#[test]
fn after_an_error_of_the_disk_the_file_is_opened_again_and_looked_at() {
    let fixture = fixture();
    fixture
        .submit(0..600)
        .recv()
        .expect("an answer")
        .expect("committed");
    let path = fixture.store.path().to_owned();
    let away = path.with_extension("away");
    // the writer's connection is gone and the file cannot be opened: each write says so
    fixture.lose_connection();
    std::fs::rename(&path, &away).expect("moved");
    let refused = fixture
        .submit(600..610)
        .recv()
        .expect("an answer")
        .expect_err("no file");
    assert!(matches!(*refused, StoreError::Disk { .. }), "{refused:?}");
    std::fs::rename(&away, &path).expect("moved back");
    let committed = fixture
        .submit(600..610)
        .recv()
        .expect("an answer")
        .expect("committed");
    assert_eq!((committed.inserted, fixture.stored()), (10, 610));
    // a file that lacks what was acknowledged is not written to
    fixture
        .store
        .write(|connection| {
            connection.execute("UPDATE shard SET next_number = 5", [])?;
            Ok(())
        })
        .expect("tampered");
    fixture.lose_connection();
    let refused = fixture
        .submit(610..611)
        .recv()
        .expect("an answer")
        .expect_err("records are missing");
    assert!(
        matches!(*refused, StoreError::Damaged { .. }),
        "{refused:?}"
    );
}

#[test]
fn a_deletion_that_was_cut_off_goes_on_at_the_next_opening() {
    let fixture = fixture();
    fixture
        .submit(0..3_000)
        .recv()
        .expect("an answer")
        .expect("committed");
    let (capture, path) = (fixture.capture, fixture.store.path().to_owned());
    let mark = move |connection: &rusqlite::Connection| {
        connection.execute("UPDATE capture SET deleting = 1 WHERE id = ?", [capture])?;
        Ok(())
    };
    fixture.store.write(mark).expect("marked");
    fixture.store.close().expect("closed");
    let before = std::fs::metadata(&path).expect("a file").len();
    let store = Store::open(&path).expect("the workspace");
    assert!(
        matches!(store.capture(capture), Err(StoreError::UnknownCapture(_))),
        "hidden from the start"
    );
    let left = |connection: &rusqlite::Connection| {
        let captures: i64 =
            connection.query_row("SELECT count(*) FROM capture", [], |row| row.get(0))?;
        let free: i64 = connection.pragma_query_value(None, "freelist_count", |row| row.get(0))?;
        Ok((captures, free))
    };
    // the writer does a step after each turn
    while store.write(left).expect("counts") != (0, 0) {}
    assert_eq!(
        store.verify().expect("a sound workspace"),
        crate::Verified::default()
    );
    store.close().expect("closed");
    let after = std::fs::metadata(&path).expect("a file").len();
    assert!(
        after < before / 4,
        "space goes back to the file system: {before} -> {after}"
    );
}
