//! How far the capture reaches: whether "it did not happen" may be said.
//!
//! Every time that is asked for is noted, so that a saga is judged again when it is passed, and not before.

use crate::{definition::Definition, event::StreamKey, streams::Streams, verdict::Unknown};
use record::Millis;
use smallvec::SmallVec;
use std::cell::RefCell;

/// A running capture is a moment behind: only then is its silence called unknown.
const LAG_MILLIS: i64 = 10_000;

/// Where answers are looked for.
#[derive(Clone, Debug)]
pub(crate) struct Watched {
    pub all: Vec<Watch>,
    /// Per step.
    pub answers: Vec<Vec<Watch>>,
    pub undos: Vec<Vec<Watch>>,
}

#[derive(Clone, Debug)]
pub(crate) enum Watch {
    Stream(StreamKey),
    /// Named by the definition, and not there.
    Missing(String),
}

impl Watched {
    pub fn new(definition: &Definition, streams: &Streams) -> Self {
        let watches = |names: &[String]| -> Vec<Watch> {
            let of = |name: &String| {
                let keys: Vec<Watch> = streams.named(name).map(Watch::Stream).collect();
                if keys.is_empty() {
                    vec![Watch::Missing(name.clone())]
                } else {
                    keys
                }
            };
            names.iter().flat_map(of).collect()
        };
        let all = match definition.streams.as_slice() {
            [] => streams.all().map(Watch::Stream).collect(),
            names => watches(names),
        };
        let or_all = |names: &[String]| {
            if names.is_empty() {
                all.clone()
            } else {
                watches(names)
            }
        };
        let steps = &definition.steps;
        Self {
            answers: steps.iter().map(|step| or_all(&step.streams)).collect(),
            undos: steps
                .iter()
                .map(|step| {
                    step.undo
                        .as_ref()
                        .map_or(all.clone(), |undo| or_all(&undo.streams))
                })
                .collect(),
            all,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Everything up to there was captured: what was not seen did not happen.
    Covered,
    NotYet,
    /// Where records are missing.
    Unknown(Vec<Unknown>),
}

/// What a stream lacks.
struct Lack {
    unknown: Unknown,
    /// It may still come: the capture goes on where it ends.
    may_come: bool,
}

pub(crate) struct Frontier<'a> {
    pub streams: &'a Streams,
    pub now: Millis,
    pub skew_millis: i64,
    asked: RefCell<SmallVec<[Millis; 16]>>,
}

impl<'a> Frontier<'a> {
    pub fn new(streams: &'a Streams, now: Millis, skew_millis: i64) -> Self {
        Self {
            streams,
            now,
            skew_millis,
            asked: RefCell::default(),
        }
    }

    /// Whether everything that arrived from `from` until the watermark passed `due` was captured. The watermark is
    /// arrival less the skew, and so is what a clock may be behind: twice the skew in all.
    pub fn reach(&self, watches: &[Watch], from: Millis, due: Millis) -> Reach {
        let needed = due.saturating_add(self.skew_millis.saturating_mul(2));
        let patience = needed.saturating_add(LAG_MILLIS);
        self.asked.borrow_mut().extend([needed, patience]);
        let lacks: SmallVec<[Lack; 2]> = watches
            .iter()
            .filter_map(|watch| self.lack(watch, from, needed))
            .collect();
        if lacks.is_empty() {
            return if watches.is_empty() {
                Reach::NotYet
            } else {
                Reach::Covered
            };
        }
        let patience = if lacks.iter().all(|lack| lack.may_come) {
            patience
        } else {
            needed
        };
        if self.now > patience {
            Reach::Unknown(lacks.into_iter().map(|lack| lack.unknown).collect())
        } else {
            Reach::NotYet
        }
    }

    fn lack(&self, watch: &Watch, from: Millis, needed: Millis) -> Option<Lack> {
        let stream = match watch {
            Watch::Missing(name) => {
                let unknown = Unknown {
                    stream: name.clone(),
                    after: None,
                };
                return Some(Lack {
                    unknown,
                    may_come: false,
                });
            }
            Watch::Stream(stream) => *stream,
        };
        let spans = self.streams.spans(stream);
        let begun = spans.partition_point(|span| span.from <= from);
        let after = begun.checked_sub(1).map(|last| spans[last].until);
        if after.is_some_and(|until| until > needed) {
            return None;
        }
        let unknown = Unknown {
            stream: self.streams.name(stream).to_owned(),
            after,
        };
        Some(Lack {
            unknown,
            may_come: begun > 0 && begun == spans.len(),
        })
    }

    /// Notes what another one was asked for.
    pub fn also(&self, other: Frontier<'_>) {
        self.asked.borrow_mut().extend(other.asked.into_inner());
    }

    /// The times that were asked for, sorted, each once.
    pub fn into_asked(self) -> SmallVec<[Millis; 16]> {
        let mut asked = self.asked.into_inner();
        asked.sort_unstable();
        asked.dedup();
        asked
    }
}
