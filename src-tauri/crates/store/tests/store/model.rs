//! The store against a naive model: captures that overlap, gaps, restarts, deletions, views that
//! grow. Whatever is done, every view shows what a list of records would.

mod naive;

use crate::fixture::{Workspace, advance, batch, sequence, submit, workspace};
use naive::{Model, Reader, Row, kinesis_record, user_record};
use proptest::prelude::*;
use query::Filter;
use record::Millis;
use store::{GapReason, NewGap, Scope, ShardBatch, View};

const SHARDS: usize = 2;
const RECORDS: u64 = 1_600;
const CAPTURES: usize = 3;

#[derive(Clone, Debug)]
enum Step {
    Read {
        capture: usize,
        shard: usize,
        records: u64,
    },
    /// Go on elsewhere, with a gap.
    Jump {
        capture: usize,
        shard: usize,
        to: u64,
    },
    Reopen,
    Delete {
        capture: usize,
    },
    Look,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let place = || (0..CAPTURES, 0..SHARDS);
    let size = prop_oneof![3 => 1u64..40, 2 => 100u64..700];
    let step = prop_oneof![
        10 => (place(), size).prop_map(|((capture, shard), records)| Step::Read { capture, shard, records }),
        2 => (place(), 0..RECORDS).prop_map(|((capture, shard), to)| Step::Jump { capture, shard, to }),
        1 => Just(Step::Reopen),
        1 => (0..CAPTURES).prop_map(|capture| Step::Delete { capture }),
        3 => Just(Step::Look),
    ];
    prop::collection::vec(step, 1..40)
}

/// Scope, filter, and the view that lives from step to step.
type OpenView = (Option<Vec<usize>>, Option<&'static str>, View);

struct Run {
    space: Workspace,
    model: Model,
    views: Vec<OpenView>,
    shard_ids: Vec<record::ShardId>,
}

impl Run {
    fn new() -> Self {
        let space = workspace(SHARDS);
        let captures = (0..CAPTURES)
            .map(|n| space.capture(&n.to_string()))
            .collect();
        let readers = (0..CAPTURES)
            .map(|_| <[Reader; SHARDS]>::default())
            .collect();
        let model = Model {
            captures,
            readers,
            stored: Default::default(),
            next_number: [0; SHARDS],
        };
        let mut run = Self {
            space,
            model,
            views: Vec::new(),
            shard_ids: crate::fixture::shard_records(SHARDS)
                .into_iter()
                .map(|shard| shard.id)
                .collect(),
        };
        run.open_views();
        run
    }

    fn open_views(&mut self) {
        let scopes = [None, Some(vec![0]), Some(vec![1, 2])];
        self.views.clear();
        for captures in scopes {
            for text in [None, Some("type:T1"), Some("n:>800 key:key-3")] {
                let view = self.view(captures.as_deref(), text);
                self.views.push((captures.clone(), text, view));
            }
        }
    }

    fn view(&self, captures: Option<&[usize]>, text: Option<&str>) -> View {
        let ids = captures
            .unwrap_or_default()
            .iter()
            .map(|&c| self.model.captures[c])
            .collect();
        let filter = text.map_or(Filter::Everything, |text| {
            query::parse(text, Millis(0)).expect("a filter")
        });
        self.space
            .store
            .view(Scope { captures: ids }, &filter)
            .expect("a view")
    }

    fn step(&mut self, step: &Step) {
        match *step {
            Step::Read {
                capture,
                shard,
                records,
            } => self.read(capture, shard, records),
            Step::Jump { capture, shard, to } => {
                let reader = &mut self.model.readers[capture][shard];
                reader.gap = !reader.covered.is_empty();
                reader.next = to;
            }
            Step::Reopen => {
                self.views.clear();
                let store = self.space.store.clone();
                let path = self.space.path();
                store.close().expect("closed");
                self.space.store = store::Store::open(&path).expect("the workspace");
                self.open_views();
            }
            Step::Delete { capture } => self.delete(capture),
            Step::Look => self.check(),
        }
    }

    fn read(&mut self, capture: usize, shard: usize, records: u64) {
        let model = &mut self.model;
        let reader = &mut model.readers[capture][shard];
        let numbers = reader.next..(reader.next + records).min(RECORDS);
        let (Some(first), Some(last)) = (numbers.clone().next(), numbers.clone().next_back())
        else {
            return;
        };
        let prepared: Vec<_> = numbers.clone().map(|n| kinesis_record(shard, n)).collect();
        let gap = reader.gap.then_some(NewGap {
            reason: GapReason::Trimmed,
            after: None,
            before: Some(sequence(first)),
            from: None,
            until: None,
        });
        let batch = ShardBatch {
            gap,
            ..batch(
                model.captures[capture],
                self.space.shards[shard],
                prepared.clone(),
            )
        };
        let committed = submit(&self.space.store, batch).expect("committed");
        assert_eq!(
            committed.first_already_present,
            model.stored[shard].contains_key(&first)
        );
        let mut inserted = 0;
        for (n, record) in numbers.clone().zip(&prepared) {
            if let std::collections::btree_map::Entry::Vacant(entry) = model.stored[shard].entry(n)
            {
                entry.insert(model.next_number[shard]);
                model.next_number[shard] += record.rows() as u32;
                inserted += record.rows() as u64;
            }
        }
        assert_eq!(committed.inserted, inserted);
        match reader.covered.last_mut().filter(|_| !reader.gap) {
            Some(interval) => *interval = (interval.0.min(first), interval.1.max(last)),
            None => reader.covered.push((first, last)),
        }
        reader.gap = false;
        reader.next = numbers.end;
    }

    fn delete(&mut self, capture: usize) {
        self.space
            .store
            .delete_capture(self.model.captures[capture])
            .expect("deleted");
        let others: Vec<usize> = (0..CAPTURES).filter(|&c| c != capture).collect();
        for shard in 0..SHARDS {
            let gone: Vec<u64> = self.model.stored[shard]
                .keys()
                .copied()
                .filter(|&n| {
                    self.model.covers(&[capture], shard, n) && !self.model.covers(&others, shard, n)
                })
                .collect();
            self.model.stored[shard].retain(|n, _| !gone.contains(n));
        }
        self.model.readers[capture] = Default::default();
        self.model.captures[capture] = self.space.capture("again");
        for (captures, text, view) in &mut self.views {
            if captures
                .as_ref()
                .is_some_and(|captures| captures.contains(&capture))
            {
                let ids = captures
                    .iter()
                    .flatten()
                    .map(|&c| self.model.captures[c])
                    .collect();
                let filter = text.map_or(Filter::Everything, |t| {
                    query::parse(t, Millis(0)).expect("a filter")
                });
                *view = self
                    .space
                    .store
                    .view(Scope { captures: ids }, &filter)
                    .expect("a view");
            }
        }
    }

    fn check(&self) {
        let store = &self.space.store;
        store.verify().expect("a sound workspace");
        for (captures, text, view) in &self.views {
            advance(view);
            let mut expected = self.model.rows(&self.space, captures.as_deref());
            if let Some(text) = text {
                let filter = query::parse(text, Millis(0)).expect("a filter");
                expected.retain(|&row| self.matches(&filter, row));
            }
            let rows = view.page(0, usize::MAX).expect("rows");
            let found: Vec<_> = rows
                .iter()
                .map(|row| (row.arrival.0, row.id, row.sequence, row.sub))
                .collect();
            let wanted: Vec<_> = expected
                .iter()
                .map(|&(t, id, n, sub)| (t, id, sequence(n), sub))
                .collect();
            assert_eq!(found, wanted, "{captures:?} {text:?}");
            Self::check_places(view, &expected);
        }
        self.check_payloads();
    }

    fn matches(&self, filter: &Filter, (arrival, id, n, sub): Row) -> bool {
        let mut shards = self.space.shards.iter();
        let shard = shards.position(|&s| s == id.shard()).expect("a shard");
        let (payload, key) = user_record(shard, n, sub);
        filter.matches(&query::Subject {
            arrival: Millis(arrival),
            stream: "orders",
            shard: &self.shard_ids[shard],
            partition_key: Some(&key),
            event_type: decode::event_type(&payload).as_deref(),
            size_bytes: payload.len() as u64,
            sequence: &sequence(n),
            marks: query::Marks::NONE,
            payload: &payload,
            text: None,
            read_by: None,
        })
    }

    /// Pages, rows and buckets at unaligned places.
    fn check_places(view: &View, expected: &[Row]) {
        assert_eq!(view.len(), expected.len() as u64);
        for first in [
            0,
            1,
            expected.len() / 3,
            expected.len().saturating_sub(1),
            expected.len(),
        ] {
            let page: Vec<_> = view
                .page(first as u64, 7)
                .expect("rows")
                .iter()
                .map(|row| row.id)
                .collect();
            let wanted: Vec<_> = expected
                .iter()
                .skip(first)
                .take(7)
                .map(|row| row.1)
                .collect();
            assert_eq!(page, wanted);
            if let Some(&(arrival, id, ..)) = expected.get(first) {
                assert_eq!(view.row_of(id).expect("read"), Some(first as u64));
                let before = expected.iter().filter(|row| row.0 < arrival).count();
                assert_eq!(view.row_at(Millis(arrival)), before as u64);
            }
        }
        let (from, until, buckets) = (1_000_123, 1_013_457, 17);
        let counts = view.buckets(Millis(from), Millis(until), buckets);
        let mut naive = vec![0; counts.lanes.len() * buckets];
        for &(arrival, id, ..) in expected.iter().filter(|row| (from..until).contains(&row.0)) {
            let lane = counts
                .lanes
                .iter()
                .position(|&lane| lane == id.shard())
                .expect("a lane");
            naive
                [lane * buckets + ((arrival - from) * buckets as i64 / (until - from)) as usize] +=
                1;
        }
        assert_eq!(counts.counts, naive);
    }

    fn check_payloads(&self) {
        for (_, id, n, sub) in self.model.rows(&self.space, None).into_iter().step_by(29) {
            let shard = self
                .space
                .shards
                .iter()
                .position(|&s| s == id.shard())
                .expect("a shard");
            let full = self.space.store.record(id).expect("read").expect("there");
            let (payload, key) = user_record(shard, n, sub);
            assert_eq!((full.payload, full.row.partition_key), (payload, Some(key)));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20, max_shrink_iters: 60, ..ProptestConfig::default() })]
    #[test]
    fn whatever_is_done_views_show_what_a_list_would(steps in steps()) {
        let mut run = Run::new();
        for step in &steps {
            run.step(step);
        }
        run.check();
        run.step(&Step::Reopen);
        run.check();
    }
}
