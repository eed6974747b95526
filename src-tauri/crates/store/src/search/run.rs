//! A search under way: every core takes the next stops, and one place puts together what they find.

use super::{
    Found, Hit,
    build::BlockText,
    needle::{Ends, Finder},
    plot::{Plot, Source, Stop},
    segment::{Opened, Piece},
};
use crate::{
    Cancel, RecordId, StoreError,
    blocks::{self, RawBlock},
    connect::ReadConnection,
};
use record::Millis;
use std::{
    cmp::Reverse,
    ops::Range,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

/// A quarter of a megabyte each, so that a search that is cancelled ends at once.
const STOPS_AT_A_TIME: usize = 4;
const PROGRESS_EVERY: Duration = Duration::from_millis(50);

/// What the threads share.
struct Search<'a> {
    plot: &'a Plot<'a>,
    finder: &'a Finder,
    limit: usize,
    cancel: &'a Cancel,
    /// One snapshot for all: what one thread finds is of the same moment as what the others do.
    snapshot: Mutex<ReadConnection<'a>>,
    next_stop: AtomicUsize,
    /// The first hits are certain: from here on they are only counted.
    is_counting: AtomicBool,
    failed: AtomicBool,
}

/// What one thread found at some stops.
struct Report {
    stops: Range<usize>,
    tally: Tally,
}

#[derive(Default)]
struct Tally {
    hits: Vec<Hit>,
    matched: u64,
    searched: u64,
    undecoded: u64,
    unindexed: u64,
}

pub(super) fn run(
    snapshot: ReadConnection<'_>,
    plot: &Plot,
    finder: &Finder,
    limit: usize,
    cancel: &Cancel,
    progress: &mut dyn FnMut(&Found),
) -> Result<Found, StoreError> {
    let search = Search {
        plot,
        finder,
        limit,
        cancel,
        snapshot: Mutex::new(snapshot),
        next_stop: AtomicUsize::new(0),
        is_counting: AtomicBool::new(limit == 0),
        failed: AtomicBool::new(false),
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let threads = cores.min(plot.stops.len().div_ceil(STOPS_AT_A_TIME));
    thread::scope(|scope| {
        let (sender, reports) = sync_channel(64);
        for _ in 0..threads {
            let sender = sender.clone();
            let search = &search;
            scope.spawn(move || search.work(&sender));
        }
        drop(sender);
        Gathering::new(&search).gather(&reports, progress)
    })
}

impl Search<'_> {
    fn work(&self, reports: &SyncSender<Result<Report, StoreError>>) {
        while !self.cancel.is_cancelled() && !self.failed.load(Ordering::Acquire) {
            let first = self.next_stop.fetch_add(STOPS_AT_A_TIME, Ordering::AcqRel);
            let last = (first + STOPS_AT_A_TIME).min(self.plot.stops.len());
            if first >= last {
                return;
            }
            let report = self.look(first..last);
            if report.is_err() {
                self.failed.store(true, Ordering::Release);
            }
            if reports.send(report).is_err() {
                return;
            }
        }
    }

    fn look(&self, stops: Range<usize>) -> Result<Report, StoreError> {
        let mut tally = Tally::default();
        for stop in &self.plot.stops[stops.clone()] {
            self.look_at(stop, &mut tally)?;
        }
        Ok(Report { stops, tally })
    }

    fn look_at(&self, stop: &Stop, tally: &mut Tally) -> Result<(), StoreError> {
        tally.searched += stop.records;
        match &stop.source {
            Source::Text {
                opened,
                piece,
                only,
            } => {
                tally.undecoded += u64::from(piece.in_part);
                let places = self.places_in(stop, *opened, piece, only.as_deref());
                tally.matched += places.len() as u64;
                if self.wants_hits(&places) {
                    let numbers: Vec<u32> = opened.numbers(piece)?.iter().collect();
                    tally.take(stop, &places, &numbers, &opened.arrivals(piece)?);
                }
            }
            Source::Block(key) => {
                let raw = self.raw(*key)?;
                let text = BlockText::of_block(&raw.decode()?);
                let places = self.places_of(stop, &text, tally);
                if self.wants_hits(&places) {
                    let numbers: Vec<u32> = raw.header.numbers.iter().collect();
                    tally.take(stop, &places, &numbers, &raw.arrivals()?);
                }
            }
            Source::Tail(tail) => {
                let places = self.places_of(stop, &tail.text, tally);
                if self.wants_hits(&places) {
                    tally.take(stop, &places, &tail.numbers, &tail.arrivals);
                }
            }
        }
        Ok(())
    }

    fn places_in(
        &self,
        stop: &Stop,
        opened: Opened,
        piece: &Piece,
        only: Option<&[usize]>,
    ) -> Vec<usize> {
        let (text, ends) = (opened.text(piece), opened.ends(piece));
        let is_hit = |row: usize| self.finder.is_in(&text[ends.range(row)], piece.is_wide);
        match only {
            Some(only) => {
                let places = only.iter().copied().filter(|&row| stop.has(row));
                places.filter(|&row| is_hit(row)).collect()
            }
            None => self.places(stop, text, ends, piece.is_wide),
        }
    }

    /// In text that was read from the database.
    fn places_of(&self, stop: &Stop, text: &BlockText, tally: &mut Tally) -> Vec<usize> {
        let places = self.places(stop, &text.text, text.ends(), text.is_wide);
        tally.undecoded += u64::from(text.in_part);
        tally.unindexed += stop.records;
        tally.matched += places.len() as u64;
        places
    }

    fn places(&self, stop: &Stop, text: &[u8], ends: Ends, is_wide: bool) -> Vec<usize> {
        let mut places = Vec::new();
        self.finder.rows(text, ends, is_wide, |place| {
            if stop.has(place) {
                places.push(place);
            }
        });
        places
    }

    fn raw(&self, key: i64) -> Result<RawBlock, StoreError> {
        let snapshot = self.snapshot.lock().unwrap_or_else(PoisonError::into_inner);
        blocks::raw(&snapshot, key)?.ok_or_else(|| StoreError::damaged("a block is missing"))
    }

    fn wants_hits(&self, places: &[usize]) -> bool {
        !places.is_empty() && !self.is_counting.load(Ordering::Acquire)
    }
}

impl Tally {
    fn take(&mut self, stop: &Stop, places: &[usize], numbers: &[u32], arrivals: &[i64]) {
        self.hits.extend(places.iter().map(|&place| Hit {
            arrival: Millis(arrivals[place]),
            id: RecordId::new(stop.shard, numbers[place]),
        }));
    }
}

/// The one place where findings meet.
struct Gathering<'g, 's> {
    search: &'g Search<'s>,
    found: Found,
    /// By stop: whether it was looked at.
    is_done: Vec<bool>,
    /// The first stop that was not.
    frontier: usize,
    told: Instant,
}

impl<'g, 's> Gathering<'g, 's> {
    fn new(search: &'g Search<'s>) -> Self {
        let plot = search.plot;
        let found = Found {
            total: plot.total,
            searched: plot.ruled_out,
            undecoded: plot.undecoded,
            are_first: search.limit == 0,
            ..Found::default()
        };
        Self {
            found,
            is_done: vec![false; plot.stops.len()],
            frontier: 0,
            told: Instant::now(),
            search,
        }
    }

    fn gather(
        mut self,
        reports: &Receiver<Result<Report, StoreError>>,
        progress: &mut dyn FnMut(&Found),
    ) -> Result<Found, StoreError> {
        let mut failure = None;
        loop {
            match reports.recv_timeout(PROGRESS_EVERY.saturating_sub(self.told.elapsed())) {
                Ok(Ok(report)) => {
                    let were_first = self.found.are_first;
                    self.take(report);
                    if self.found.are_first == were_first && self.told.elapsed() < PROGRESS_EVERY {
                        continue;
                    }
                }
                Ok(Err(error)) => {
                    failure.get_or_insert(error);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            self.told = Instant::now();
            progress(&self.found);
        }
        if let Some(error) = failure {
            return Err(error);
        }
        self.found.complete = self.frontier == self.is_done.len();
        self.found.are_first |= self.found.complete;
        Ok(self.found)
    }

    fn take(&mut self, report: Report) {
        let Report { stops, tally } = report;
        self.found.matched += tally.matched;
        self.found.searched += tally.searched;
        self.found.undecoded += tally.undecoded;
        self.found.unindexed += tally.unindexed;
        self.is_done[stops].fill(true);
        let undone = self.is_done[self.frontier..]
            .iter()
            .position(|&is_done| !is_done);
        self.frontier = undone.map_or(self.is_done.len(), |undone| self.frontier + undone);
        if self.found.are_first {
            return;
        }
        let hits = &mut self.found.hits;
        hits.extend(tally.hits);
        hits.sort_unstable_by_key(|hit| Reverse(*hit));
        hits.truncate(self.search.limit);
        let rest = self.search.plot.stops.get(self.frontier);
        let beats_rest = |last: &Hit| rest.is_none_or(|rest| last.arrival.0 > rest.arrival_max);
        if hits.len() == self.search.limit && hits.last().is_some_and(beats_rest) {
            self.found.are_first = true;
            self.search.is_counting.store(true, Ordering::Release);
        }
    }
}
