//! A sorted column of arrivals in memory: which records a view has of one shard, and when.
//!
//! Four bytes a record where numbers run on, eight where they do not, as after a filter: arrivals
//! are offsets from the start of their chunk. Any order of insertion gives the same column, so
//! arrivals that go backwards are in their right place.

/// Records in a chunk. Small enough to search in a cache line or two, large enough for its header
/// not to count.
const CHUNK: usize = 1024;

/// One record: ordered by arrival, then by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry {
    pub arrival: i64,
    pub number: u32,
}

#[derive(Debug, Default)]
pub(crate) struct Column {
    chunks: Vec<Chunk>,
    /// Records before each chunk.
    starts: Vec<usize>,
    len: usize,
}

#[derive(Debug)]
struct Chunk {
    base: i64,
    offsets: Vec<u32>,
    numbers: Numbers,
}

#[derive(Debug)]
enum Numbers {
    From(u32),
    Each(Vec<u32>),
}

impl Column {
    pub fn len(&self) -> usize {
        self.len
    }

    /// Takes in sorted entries. One that is there already is not taken twice.
    pub fn insert(&mut self, entries: &[Entry]) {
        let (Some(&first), Some(&last)) = (entries.first(), entries.last()) else {
            return;
        };
        if self.chunks.last().is_none_or(|chunk| chunk.last() < first) {
            for &entry in entries {
                self.push(entry);
            }
        } else {
            self.merge(entries, first, last);
        }
        self.settle();
    }

    fn push(&mut self, entry: Entry) {
        match self.chunks.last_mut() {
            Some(chunk) if chunk.takes(entry) => chunk.push(entry),
            _ => self.chunks.push(Chunk::new(entry)),
        }
    }

    /// Rebuilds the chunks that the entries fall into, and a neighbour that is not full.
    fn merge(&mut self, entries: &[Entry], first: Entry, last: Entry) {
        let mut from = self.chunks.partition_point(|chunk| chunk.last() < first);
        let mut to = self
            .chunks
            .partition_point(|chunk| chunk.get(0) <= last)
            .max(from);
        let has_room = |chunk: &Chunk| chunk.offsets.len() < CHUNK;
        if from > 0 && has_room(&self.chunks[from - 1]) {
            from -= 1;
        }
        if to < self.chunks.len() && has_room(&self.chunks[to]) {
            to += 1;
        }
        let mut all: Vec<Entry> = Vec::with_capacity(entries.len() + (to - from) * CHUNK);
        for chunk in &self.chunks[from..to] {
            all.extend((0..chunk.offsets.len()).map(|place| chunk.get(place)));
        }
        all.extend_from_slice(entries);
        all.sort();
        all.dedup();
        let mut rebuilt = Self::default();
        for entry in all {
            rebuilt.push(entry);
        }
        rebuilt.chunks.iter_mut().for_each(Chunk::shrink);
        self.chunks.splice(from..to, rebuilt.chunks);
    }

    fn settle(&mut self) {
        self.starts.clear();
        self.starts.reserve_exact(self.chunks.len());
        self.len = 0;
        for chunk in &self.chunks {
            self.starts.push(self.len);
            self.len += chunk.offsets.len();
        }
    }

    pub fn first(&self) -> Option<Entry> {
        self.chunks.first().map(|chunk| chunk.get(0))
    }

    pub fn last(&self) -> Option<Entry> {
        self.chunks.last().map(Chunk::last)
    }

    pub fn get(&self, place: usize) -> Option<Entry> {
        if place >= self.len {
            return None;
        }
        let chunk = self.starts.partition_point(|&start| start <= place) - 1;
        Some(self.chunks[chunk].get(place - self.starts[chunk]))
    }

    /// The records, in the order of their arrivals.
    pub fn numbers(&self) -> impl Iterator<Item = u32> {
        self.chunks
            .iter()
            .flat_map(|chunk| (0..chunk.offsets.len()).map(|place| chunk.get(place).number))
    }

    /// How many entries come before this one would.
    pub fn rank(&self, entry: Entry) -> usize {
        let at = self.chunks.partition_point(|chunk| chunk.last() < entry);
        self.chunks
            .get(at)
            .map_or(self.len, |chunk| self.starts[at] + chunk.rank(entry))
    }

    /// How many arrived before a time.
    pub fn rank_of_time(&self, time: i64) -> usize {
        self.rank(Entry {
            arrival: time,
            number: 0,
        })
    }

    /// How many arrived at a time or before.
    pub fn rank_after_time(&self, time: i64) -> usize {
        time.checked_add(1)
            .map_or(self.len, |next| self.rank_of_time(next))
    }

    /// Counts between neighbouring times, which must not fall; one less than `times`.
    pub fn counts(&self, times: &[i64], counts: &mut [u32]) {
        let Some(&start) = times.first() else { return };
        let mut at = self
            .chunks
            .partition_point(|chunk| chunk.last().arrival < start);
        let mut place = 0;
        let mut before = None;
        for (bound, &time) in times.iter().enumerate() {
            let from = at;
            while self
                .chunks
                .get(at)
                .is_some_and(|chunk| chunk.last().arrival < time)
            {
                at += 1;
            }
            if at != from {
                place = 0;
            }
            let rank = self.chunks.get(at).map_or(self.len, |chunk| {
                place = chunk.place_of_time(place, time);
                self.starts[at] + place
            });
            if let Some(before) = before {
                counts[bound - 1] = (rank - before) as u32;
            }
            before = Some(rank);
        }
    }

    /// On the heap.
    #[cfg(test)]
    pub fn memory_bytes(&self) -> usize {
        let chunk_bytes = |chunk: &Chunk| {
            let numbers = match &chunk.numbers {
                Numbers::From(_) => 0,
                Numbers::Each(numbers) => numbers.capacity(),
            };
            4 * (chunk.offsets.capacity() + numbers)
        };
        self.chunks.iter().map(chunk_bytes).sum::<usize>()
            + self.chunks.capacity() * size_of::<Chunk>()
            + self.starts.capacity() * size_of::<usize>()
    }
}

impl Chunk {
    fn new(entry: Entry) -> Self {
        Self {
            base: entry.arrival,
            offsets: vec![0],
            numbers: Numbers::From(entry.number),
        }
    }

    fn takes(&self, entry: Entry) -> bool {
        self.offsets.len() < CHUNK
            && entry
                .arrival
                .checked_sub(self.base)
                .is_some_and(|o| u32::try_from(o).is_ok())
    }

    fn push(&mut self, entry: Entry) {
        let len = self.offsets.len();
        match &mut self.numbers {
            Numbers::Each(numbers) => numbers.push(entry.number),
            Numbers::From(first) if u64::from(*first) + len as u64 == u64::from(entry.number) => {}
            Numbers::From(first) => {
                let mut numbers: Vec<u32> = (*first..).take(len).collect();
                numbers.push(entry.number);
                self.numbers = Numbers::Each(numbers);
            }
        }
        self.offsets.push((entry.arrival - self.base) as u32);
        if self.offsets.len() == CHUNK {
            self.shrink();
        }
    }

    fn shrink(&mut self) {
        self.offsets.shrink_to_fit();
        if let Numbers::Each(numbers) = &mut self.numbers {
            numbers.shrink_to_fit();
        }
    }

    fn get(&self, place: usize) -> Entry {
        let number = match &self.numbers {
            Numbers::From(first) => first + place as u32,
            Numbers::Each(numbers) => numbers[place],
        };
        Entry {
            arrival: self.base + i64::from(self.offsets[place]),
            number,
        }
    }

    fn last(&self) -> Entry {
        self.get(self.offsets.len() - 1)
    }

    fn rank(&self, entry: Entry) -> usize {
        let mut place = self.place_of_time(0, entry.arrival);
        while place < self.offsets.len() && self.get(place) < entry {
            place += 1;
        }
        place
    }

    /// The first place from `from` on that did not arrive before the time.
    fn place_of_time(&self, from: usize, time: i64) -> usize {
        let offset = time.saturating_sub(self.base);
        match u32::try_from(offset) {
            Ok(offset) => from + first_at_least(&self.offsets[from..], offset),
            Err(_) if offset < 0 => from,
            Err(_) => self.offsets.len(),
        }
    }
}

/// The place of the first value that is not smaller. Values are mostly even: it looks first where
/// an even spread would have it, which touches one or two lines of the cache instead of six.
fn first_at_least(sorted: &[u32], value: u32) -> usize {
    let (Some(&first), Some(&last)) = (sorted.first(), sorted.last()) else {
        return 0;
    };
    if value <= first {
        return 0;
    }
    if value > last {
        return sorted.len();
    }
    let share = u64::from(value - first) * (sorted.len() as u64 - 1) / u64::from(last - first);
    let guess = share as usize;
    let (mut low, mut high, mut step) = (guess, guess, 8);
    // keeps: everything before `low` is smaller, nothing from `high` on is
    while low > 0 && sorted[low - 1] >= value {
        high = low - 1;
        low = low.saturating_sub(step);
        step *= 2;
    }
    while high < sorted.len() && sorted[high] < value {
        low = high + 1;
        high = (high + step).min(sorted.len());
        step *= 2;
    }
    low + sorted[low..high].partition_point(|&v| v < value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn column(batches: &[Vec<Entry>]) -> Column {
        let mut column = Column::default();
        for batch in batches {
            let mut batch = batch.clone();
            batch.sort();
            batch.dedup();
            column.insert(&batch);
        }
        column
    }

    fn batches() -> impl Strategy<Value = Vec<Vec<Entry>>> {
        let near = (0i64..3_000, 0u32..500);
        let far = (prop::num::i64::ANY, 0u32..500);
        let entry = prop_oneof![9 => near, 1 => far]
            .prop_map(|(arrival, number)| Entry { arrival, number });
        prop::collection::vec(prop::collection::vec(entry, 0..300), 0..12)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_order_of_insertion_gives_the_sorted_set(batches in batches(), times in prop::collection::vec(-10i64..3_010, 2..40)) {
            let column = column(&batches);
            let sorted: Vec<Entry> = batches.iter().flatten().copied().collect::<BTreeSet<_>>().into_iter().collect();
            prop_assert_eq!(column.len(), sorted.len());
            for (place, &entry) in sorted.iter().enumerate() {
                prop_assert_eq!(column.get(place), Some(entry));
                prop_assert_eq!(column.rank(entry), place);
            }
            prop_assert_eq!(column.get(sorted.len()), None);
            prop_assert_eq!((column.first(), column.last()), (sorted.first().copied(), sorted.last().copied()));
            let mut times = times;
            times.sort_unstable();
            let mut counts = vec![0; times.len() - 1];
            column.counts(&times, &mut counts);
            for (bounds, count) in times.windows(2).zip(counts) {
                let expected = sorted.iter().filter(|e| (bounds[0]..bounds[1]).contains(&e.arrival)).count();
                prop_assert_eq!(count as usize, expected);
                prop_assert_eq!(column.rank_of_time(bounds[0]), sorted.iter().filter(|e| e.arrival < bounds[0]).count());
            }
        }
    }

    proptest! {
        #[test]
        fn the_search_agrees_with_counting(mut values in prop::collection::vec(0u32..5_000, 0..200), value in 0u32..5_100, far: u32) {
            values.push(far);
            values.sort_unstable();
            prop_assert_eq!(first_at_least(&values, value), values.iter().filter(|&&v| v < value).count());
            prop_assert_eq!(first_at_least(&values, far), values.iter().filter(|&&v| v < far).count());
        }
    }

    #[test]
    fn a_record_takes_about_four_bytes_or_eight_after_a_filter() {
        let ordered = |step: u32| {
            (0..400_000).map(move |n| Entry {
                arrival: i64::from(n) * 3,
                number: n * step,
            })
        };
        for (step, limit) in [(1, 4.5), (2, 8.5)] {
            let mut column = Column::default();
            let entries: Vec<Entry> = ordered(step).collect();
            entries.rchunks(8_192).for_each(|part| column.insert(part));
            let bytes_per_record = column.memory_bytes() as f64 / 400_000.0;
            assert!(bytes_per_record < limit, "{bytes_per_record}");
        }
    }
}
