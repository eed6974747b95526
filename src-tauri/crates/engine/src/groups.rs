//! A view's records over time by what they have in common: their type or their key. The commonest are told apart, the
//! others are counted together.

use crate::{Engine, EngineError, Masks, ViewId, engine::blocking};
use query::{Filter, Subject};
use record::Millis;
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};
use store::{Cancel, Payloads, Scope};

/// Longer than this nobody waits: what was looked at until then is the answer.
const PATIENCE: Duration = Duration::from_secs(4);
const MOST_BUCKETS: u32 = 2_048;
const MOST_GROUPS: u32 = 50;
/// Different values that are counted apart while it looks; those that come later are counted with the others.
const MOST_VALUES: usize = 200_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupBy {
    Type,
    Key,
}

/// Records that have a value in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordGroup {
    /// Safe to show; `None` for those that have none.
    pub value: Option<String>,
    pub records: u64,
    /// A count for each bucket.
    pub buckets: Vec<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupCounts {
    /// The largest first.
    pub groups: Vec<RecordGroup>,
    /// All others, where there are any.
    pub others: Option<RecordGroup>,
    /// How many different values the others have, as far as they were told apart.
    pub other_values: u64,
    /// All records of that time were looked at; else the newest of each shard.
    pub is_complete: bool,
}

impl Engine {
    /// Counts for `[from, until)` cut into even parts, of the `most` commonest values and of the rest.
    ///
    /// # Errors
    /// [`EngineError::Input`] for no bucket, too many, or a window that is empty.
    pub async fn view_groups(
        &self,
        id: ViewId,
        by: GroupBy,
        (from, until): (Millis, Millis),
        buckets: u32,
        most: u32,
    ) -> Result<GroupCounts, EngineError> {
        if buckets == 0 || buckets > MOST_BUCKETS || from >= until {
            let message = format!("1 to {MOST_BUCKETS} buckets of a window that is not empty");
            return Err(EngineError::Input(message));
        }
        let (scope, filter) = self.views().asked_of(id)?;
        let (_, cancel) = self.views().looked_at(id)?;
        let time = Filter::Time {
            from: Some(from),
            until: Some(until),
        };
        let filter = (*filter).clone().and(time);
        let tally = Tally {
            by,
            from,
            length: until.0 - from.0,
            buckets: buckets as usize,
            values: HashMap::new(),
            none: Sparse::default(),
            rest: Sparse::default(),
        };
        let engine = self.clone();
        blocking(move || {
            let (tally, is_complete) = engine.tallied(tally, &scope, &filter, &cancel)?;
            Ok(tally.finish(most.clamp(1, MOST_GROUPS) as usize, is_complete))
        })
        .await?
    }

    fn tallied(
        &self,
        mut tally: Tally,
        scope: &Scope,
        filter: &Filter,
        cancel: &Cancel,
    ) -> Result<(Tally, bool), EngineError> {
        let started = Instant::now();
        let matcher = filter.compile();
        let payloads = if filter.needs_payload() {
            Payloads::With
        } else if tally.by == GroupBy::Type || filter.asks_for_types() {
            Payloads::OfPacked
        } else {
            Payloads::Without
        };
        let masks = self.masks();
        let mut sweep = self.store().sweep(scope, filter, payloads)?;
        while let Some(slice) = sweep.next_slice()? {
            slice.read(&mut |subject, _| {
                if matcher.matches(subject) {
                    tally.add(subject, &masks);
                }
            })?;
            if cancel.is_cancelled() {
                return Err(EngineError::Superseded);
            }
            if started.elapsed() > PATIENCE {
                return Ok((tally, false));
            }
        }
        Ok((tally, true))
    }
}

/// Counts of the buckets that are not empty.
#[derive(Clone, Debug, Default)]
struct Sparse {
    records: u64,
    buckets: HashMap<u32, u32>,
}

struct Tally {
    by: GroupBy,
    from: Millis,
    length: i64,
    buckets: usize,
    values: HashMap<String, Sparse>,
    /// Those that have no such value.
    none: Sparse,
    /// Those whose value came when there were too many.
    rest: Sparse,
}

impl Tally {
    fn add(&mut self, subject: &Subject<'_>, masks: &Masks) {
        let value = match self.by {
            GroupBy::Type => subject
                .first_type()
                .map(|name| masks.event_type(&name).into_owned()),
            GroupBy::Key => subject.partition_key.map(|key| masks.key(key).into_owned()),
        };
        let value = value.as_deref();
        let bucket = self.bucket_of(subject.arrival);
        let group = match value {
            None => &mut self.none,
            Some(value) if self.values.contains_key(value) || self.values.len() < MOST_VALUES => {
                self.values.entry(value.to_owned()).or_default()
            }
            Some(_) => &mut self.rest,
        };
        group.records += 1;
        *group.buckets.entry(bucket).or_default() += 1;
    }

    fn bucket_of(&self, arrival: Millis) -> u32 {
        let offset = i128::from(arrival.0) - i128::from(self.from.0);
        let bucket = offset * self.buckets as i128 / i128::from(self.length);
        bucket.clamp(0, self.buckets as i128 - 1) as u32
    }

    fn finish(self, most: usize, is_complete: bool) -> GroupCounts {
        let dense = |sparse: &Sparse| {
            let mut counts = vec![0; self.buckets];
            for (&bucket, &count) in &sparse.buckets {
                counts[bucket as usize] = count;
            }
            counts
        };
        let mut ordered: Vec<(&String, &Sparse)> = self.values.iter().collect();
        ordered.sort_unstable_by_key(|(value, group)| (std::cmp::Reverse(group.records), *value));
        let (first, last) = ordered.split_at(most.min(ordered.len()));
        let mut groups: Vec<RecordGroup> = first
            .iter()
            .map(|(value, group)| RecordGroup {
                value: Some(decode::safe_text(value).into_owned()),
                records: group.records,
                buckets: dense(group),
            })
            .collect();
        if self.none.records > 0 {
            groups.push(RecordGroup {
                value: None,
                records: self.none.records,
                buckets: dense(&self.none),
            });
        }
        let mut others = dense(&self.rest);
        let mut records = self.rest.records;
        for (_, group) in last {
            records += group.records;
            for (&bucket, &count) in &group.buckets {
                others[bucket as usize] += count;
            }
        }
        GroupCounts {
            groups,
            others: (records > 0).then_some(RecordGroup {
                value: None,
                records,
                buckets: others,
            }),
            other_values: last.len() as u64,
            is_complete,
        }
    }
}
