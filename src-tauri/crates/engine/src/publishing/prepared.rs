//! Records that are ready to be delivered: made or read as they are pulled, or all of them where they are put
//! together as KPL records.

use super::KnownTarget;
use crate::EngineError;
use publish::{
    Compositions, Entries, Entry, Fingerprint, Planned, PublishError, Saving, ShardMap, Source,
    aggregate,
};

/// What the KPL puts together at most: its `AggregationMaxSize`.
const AGGREGATE_BYTES: usize = 50 * 1024;
/// What is put together is made before anything is sent.
const AGGREGATED_BYTES_MAX: usize = 256 << 20;
/// Records whose keys are kept for the history.
pub(super) const SHOWN: usize = 100;
/// Pulled at a time, at most.
const BYTES_TOGETHER: usize = 4 << 20;

pub(super) struct Prepared {
    from: Records,
    /// By which the records were put together: it also keeps them in order.
    map: ShardMap,
    total: u64,
    size_bytes: u64,
    keys: Vec<String>,
    fingerprint: Option<String>,
}

/// Rows as they were once read through.
#[derive(Default)]
pub(super) struct Counted {
    total: u64,
    size_bytes: u64,
    keys: Vec<String>,
    fingerprint: Fingerprint,
}

impl Counted {
    pub fn of(rows: impl Iterator<Item = Entry>) -> Self {
        let mut counted = Self::default();
        for entry in rows {
            counted.total += 1;
            counted.size_bytes += entry.size_bytes() as u64;
            counted.fingerprint.take(&entry);
            if counted.keys.len() < SHOWN {
                counted.keys.push(entry.key);
            }
        }
        counted
    }

    pub fn is_empty(&self) -> bool {
        self.total == 0
    }
}

enum Records {
    Composed(Box<Compositions>),
    Ready(Entries),
    Read {
        rows: Box<dyn Iterator<Item = Entry> + Send>,
        position: u64,
    },
}

impl Prepared {
    pub fn composed(
        mut source: Compositions,
        count: u32,
        together: bool,
        known: &KnownTarget,
    ) -> Result<Self, EngineError> {
        let fault = |problem: publish::Problem| EngineError::Input(problem.to_string());
        if together {
            let all = source.all(AGGREGATED_BYTES_MAX).map_err(fault)?;
            return Self::aggregated(all.ok_or_else(too_much)?, known);
        }
        let first = source.first(SHOWN).map_err(fault)?;
        let keys = first.iter().map(|entry| entry.key.clone()).collect();
        let bytes: usize = first.iter().map(Entry::size_bytes).sum();
        let made = first.len().max(1) as u64;
        Ok(Self {
            keys,
            total: count.into(),
            // those that follow are taken to be like the first
            size_bytes: bytes as u64 * u64::from(count) / made,
            from: Records::Composed(Box::new(source)),
            map: known.map.clone(),
            // the message and its moment say all
            fingerprint: None,
        })
    }

    pub fn read(
        rows: Box<dyn Iterator<Item = Entry> + Send>,
        counted: Counted,
        known: &KnownTarget,
    ) -> Self {
        Self {
            from: Records::Read { rows, position: 0 },
            map: known.map.clone(),
            total: counted.total,
            size_bytes: counted.size_bytes,
            keys: counted.keys,
            fingerprint: Some(counted.fingerprint.text()),
        }
    }

    pub fn aggregated(entries: Vec<Entry>, known: &KnownTarget) -> Result<Self, EngineError> {
        if known.is_placed_automatically() {
            // a consumer drops user records whose hash key lies outside of the shard on which they came
            return Err(EngineError::Input(
                "this stream distributes records by itself, and consumers drop parts of KPL records on shards that are not theirs: send them one by one".to_owned(),
            ));
        }
        let bytes: usize = entries.iter().map(Entry::size_bytes).sum();
        if bytes > AGGREGATED_BYTES_MAX {
            return Err(too_much());
        }
        let entries = aggregate(entries, &known.map, &known.limits, AGGREGATE_BYTES).entries;
        let first = entries.iter().take(SHOWN);
        Ok(Self {
            keys: first.map(|entry| entry.key.clone()).collect(),
            fingerprint: Some(Fingerprint::of(&entries).text()),
            total: entries.len() as u64,
            size_bytes: entries.iter().map(Entry::size_bytes).sum::<usize>() as u64,
            from: Records::Ready(Entries::new(entries)),
            map: known.map.clone(),
        })
    }

    /// Records of the target: KPL records where it is aggregated.
    pub fn total(&self) -> u64 {
        self.total
    }

    pub fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    pub fn map(&self) -> ShardMap {
        self.map.clone()
    }

    /// None where what was composed says all.
    pub fn fingerprint(&self) -> Option<String> {
        self.fingerprint.clone()
    }

    pub fn first_keys(&self) -> Vec<String> {
        self.keys.clone()
    }
}

/// What `count` records like these cost, one by one and as they are to be sent.
pub(super) fn put_units(
    sample: Vec<Entry>,
    known: &KnownTarget,
    is_aggregated: bool,
    count: u64,
) -> Saving {
    let made = sample.len().max(1) as u64;
    let most_bytes = if is_aggregated { AGGREGATE_BYTES } else { 0 };
    let saving = aggregate(sample, &known.map, &known.limits, most_bytes).saving;
    let scaled = |units: u64| (units * count).div_ceil(made);
    Saving {
        units_before: scaled(saving.units_before),
        units_after: if is_aggregated {
            scaled(saving.units_after)
        } else {
            scaled(saving.units_before)
        },
    }
}

fn too_much() -> EngineError {
    let most = AGGREGATED_BYTES_MAX >> 20;
    EngineError::Input(format!(
        "at most {most} MiB can be put together as KPL records at once"
    ))
}

impl Source for Prepared {
    async fn pull(&mut self, max: usize) -> Result<Vec<Planned>, PublishError> {
        match &mut self.from {
            Records::Composed(source) => source.pull(max).await,
            Records::Ready(source) => source.pull(max).await,
            Records::Read { rows, position } => {
                let (mut pulled, mut bytes) = (Vec::new(), 0);
                while pulled.len() < max
                    && bytes < BYTES_TOGETHER
                    && let Some(entry) = rows.next()
                {
                    bytes += entry.size_bytes();
                    pulled.push(Planned {
                        position: *position,
                        at_millis: 0,
                        entry,
                    });
                    *position += 1;
                }
                Ok(pulled)
            }
        }
    }
}
