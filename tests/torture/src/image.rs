//! What one capture of a workspace holds at a moment, read through the store. It judges nothing.

use record::{SequenceNumber, ShardId, SubSequence};
use std::{
    collections::{BTreeMap, HashMap},
    fs, io,
    path::Path,
    time::Duration,
};
use store::{
    Cancel, CaptureId, CoverageInterval, NewGap, Position, Scope, ShardKey, Store, StoreError,
    StreamKey,
};

/// One shard of a capture.
#[derive(Debug)]
pub struct ShardImage {
    pub key: ShardKey,
    pub parents: Vec<ShardId>,
    /// `None` where the capture has laid down no start yet.
    pub position: Option<Position>,
    /// In the order in which they were stored.
    pub rows: Vec<Row>,
    pub gaps: Vec<NewGap>,
    pub coverage: Vec<CoverageInterval>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub sequence: SequenceNumber,
    pub sub: SubSequence,
    pub partition_key: Option<String>,
    pub payload: Vec<u8>,
}

/// All shards of the stream that the capture is of.
#[derive(Debug)]
pub struct Image {
    pub stream: StreamKey,
    /// As the capture's own count has them.
    pub records: u64,
    pub shards: BTreeMap<ShardId, ShardImage>,
}

impl Image {
    /// # Errors
    /// What the store says; [`StoreError::Damaged`] where it does not add up in itself.
    pub fn of(store: &Store, capture: CaptureId) -> Result<Self, StoreError> {
        store.verify()?;
        let stored = store.capture(capture)?;
        let stream = stored.streams[0].stream;
        let positions: HashMap<_, _> = store
            .checkpoints(capture)?
            .into_iter()
            .map(|found| (found.shard, found.position))
            .collect();
        let mut rows = rows(store, capture)?;
        let (gaps, coverage) = (store.gaps(capture)?, store.coverage(capture)?);
        let of_shard = |shard: store::StoredShard| {
            let key = shard.key;
            let gaps = gaps.iter().filter(|gap| gap.shard == key);
            let coverage = coverage.iter().filter(|interval| interval.shard == key);
            let image = ShardImage {
                key,
                parents: shard.shard.parents,
                position: positions.get(&key).copied(),
                rows: rows.remove(&key).unwrap_or_default(),
                gaps: gaps.map(|gap| gap.gap).collect(),
                coverage: coverage.copied().collect(),
            };
            (shard.shard.id, image)
        };
        let shards = store.shards(stream)?.into_iter().map(of_shard).collect();
        Ok(Self {
            stream,
            records: stored.records,
            shards,
        })
    }

    /// The only capture of the workspace in a folder, as a program that starts now would find it; `None` where no
    /// capture was made. Works on a copy: the next start must find what this one found.
    pub fn of_copy(folder: &Path, file: &str) -> Result<Option<Self>, StoreError> {
        let copy = tempfile::tempdir().expect("a folder");
        copy_files(folder, copy.path()).expect("a copy");
        let store = Store::open(&copy.path().join(file))?;
        let capture = store.captures()?.first().map(|capture| capture.id);
        let image = capture.map(|id| Self::of(&store, id)).transpose();
        store.close()?;
        image
    }

    pub fn gaps(&self) -> usize {
        self.shards.values().map(|shard| shard.gaps.len()).sum()
    }
}

fn rows(store: &Store, capture: CaptureId) -> Result<HashMap<ShardKey, Vec<Row>>, StoreError> {
    let scope = Scope {
        captures: vec![capture],
    };
    let view = store.view(scope, &query::Filter::Everything)?;
    let cancel = Cancel::new();
    while !view.advance(&cancel, Duration::from_secs(5))?.complete {}
    let mut found = view.page_with(0, usize::MAX, |payload, _| payload.to_vec())?;
    found.sort_by_key(|(row, _)| row.id);
    let mut rows: HashMap<ShardKey, Vec<Row>> = HashMap::new();
    for (row, payload) in found {
        rows.entry(row.shard).or_default().push(Row {
            sequence: row.sequence,
            sub: row.sub,
            partition_key: row.partition_key,
            payload,
        });
    }
    Ok(rows)
}

fn copy_files(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir_all(&target)?;
            copy_files(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
