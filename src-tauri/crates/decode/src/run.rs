//! Takes a record apart, layer by layer, from a list of what is still to be looked at: no layer
//! calls another, so that no nesting exhausts the stack.

use crate::{
    Bound, Budget, Content, Decoded, Event, Fact, Layer, LayerFailure, LayerKind, Pipeline,
    Refused, Schemas, Step, Truncated,
    budget::Meter,
    detect::{Taken, as_they_are, attempt, detect},
    formats::{Given, Shown},
    layer::{Item, Next, Opened},
    report::Reason,
};
use bytes::Bytes;

/// Facts and details are for one line each.
const MAX_TEXT_CHARS: usize = 256;

/// Takes a record apart. It reads and never changes: `record` stays the truth, and whatever cannot
/// be read comes back as an event that says why.
pub fn decode(record: &Bytes, pipeline: &Pipeline, schemas: &Schemas, budget: Budget) -> Decoded {
    let pinned = match pipeline {
        Pipeline::Auto => &[][..],
        Pipeline::Pinned(steps) => steps,
    };
    let mut run = Run {
        pinned,
        schemas,
        meter: Meter::new(budget),
        decoded: Decoded::default(),
        jobs: vec![Job {
            item: Item::new(record.clone()),
            parent: None,
            depth: 0,
            cut: None,
            around: None,
        }],
    };
    while let Some(job) = run.jobs.pop() {
        run.take(job);
    }
    run.decoded
}

/// Bytes still to be looked at.
struct Job {
    item: Item,
    parent: Option<usize>,
    /// How many layers lie around it.
    depth: usize,
    /// The bound that cut its bytes, if one did.
    cut: Option<Bound>,
    /// The outermost envelope that carries it alone.
    around: Option<Bytes>,
}

struct Run<'a> {
    pinned: &'a [Step],
    schemas: &'a Schemas,
    meter: Meter,
    decoded: Decoded,
    /// The next one last.
    jobs: Vec<Job>,
}

impl Run<'_> {
    fn take(&mut self, mut job: Job) {
        let next = std::mem::replace(&mut job.item.next, Next::Detect);
        let next = match (next, self.pinned.get(job.depth)) {
            (Next::Detect, Some(step)) => Next::Step(step.clone()),
            (next, _) => next,
        };
        let is_pinned = job.depth < self.pinned.len();
        let taken = match next {
            _ if job.depth >= self.meter.budget.layers => Err(vec![Refused {
                kind: LayerKind::Binary,
                reason: Reason::TooManyLayers,
            }]),
            Next::Json {
                format,
                json,
                truncated,
            } => Ok(Taken::Shown(
                format,
                Shown {
                    content: Content::Json(json),
                    detail: String::new(),
                    confidence: 100,
                    truncated,
                },
            )),
            Next::Step(step) => {
                let given = Given {
                    bytes: &job.item.bytes,
                    cut: job.cut,
                    is_pinned: true,
                };
                let taken = attempt(&step, &given, self.schemas, &mut self.meter);
                taken.map_err(|reason| {
                    vec![Refused {
                        kind: step.layer,
                        reason,
                    }]
                })
            }
            Next::Detect => detect(&job.item.bytes, job.cut, self.schemas, &mut self.meter),
        };
        match taken {
            Ok(Taken::Opened(kind, opened)) => self.opened(job, kind, opened, is_pinned),
            Ok(Taken::Shown(kind, shown)) => self.shown(job, kind, shown, is_pinned),
            Err(candidates) => self.failed(job, candidates),
        }
    }

    /// Adds a layer, and what lies in it to the list.
    fn opened(&mut self, job: Job, kind: LayerKind, opened: Opened, is_pinned: bool) {
        let size_out = opened.items.iter().map(|item| item.bytes.len()).sum();
        let layer = self.layer(Layer {
            kind,
            parent: job.parent,
            size_in: job.item.bytes.len(),
            size_out,
            detail: opened.detail,
            confidence: if is_pinned { 100 } else { opened.confidence },
            truncated: opened.truncated,
        });
        if opened.items.is_empty() {
            // an empty container is an event, too: the record is there
            let (format, content) = as_they_are(&job.item.bytes, job.cut);
            let job = Job {
                parent: Some(layer),
                ..job
            };
            return self.event(job, format, content, None);
        }
        // what was cut within one item cuts what follows; a cut between items does not
        let cut = match (job.cut, opened.truncated) {
            (_, Some(truncated)) if opened.items.len() == 1 => Some(truncated.bound),
            (cut, _) => cut.filter(|_| opened.items.len() == 1),
        }
        .filter(|&bound| bound != Bound::Events);
        // many that each keep what is around all of them would be read over and over
        let around = match job.around {
            _ if opened.items.len() > 1 => None,
            None if kind.is_envelope() => Some(job.item.bytes.clone()),
            known => known,
        };
        let before = self.jobs.len();
        for item in opened.items {
            if self.decoded.events.len() + self.jobs.len() >= self.meter.budget.events {
                self.decoded.truncated = Some(Truncated {
                    at: self.meter.budget.events,
                    bound: Bound::Events,
                });
                break;
            }
            let item = self.inherited(item, &job.item);
            self.jobs.push(Job {
                item,
                parent: Some(layer),
                depth: job.depth + 1,
                cut,
                around: around.clone(),
            });
        }
        self.jobs[before..].reverse();
    }

    /// What is said of the outer is said of the inner, too. Each copy takes room.
    fn inherited(&mut self, mut item: Item, outer: &Item) -> Item {
        let mut facts = Vec::with_capacity(outer.facts.len() + item.facts.len());
        for fact in outer.facts.iter().chain(&item.facts) {
            let value: String = fact.value.chars().take(MAX_TEXT_CHARS).collect();
            if self.meter.room().0 < value.len() {
                break;
            }
            self.meter.keep(value.len());
            facts.push(Fact {
                name: fact.name,
                value,
            });
        }
        item.facts = facts;
        item.change = item.change.or_else(|| outer.change.clone());
        item
    }

    fn shown(&mut self, job: Job, kind: LayerKind, shown: Shown, is_pinned: bool) {
        let layer = self.layer(Layer {
            kind,
            parent: job.parent,
            size_in: job.item.bytes.len(),
            size_out: shown.content.bytes().len(),
            detail: shown.detail,
            confidence: if is_pinned { 100 } else { shown.confidence },
            truncated: shown.truncated,
        });
        let job = Job {
            parent: Some(layer),
            ..job
        };
        self.event(job, kind, shown.content, None);
    }

    fn failed(&mut self, job: Job, candidates: Vec<Refused>) {
        let (format, content) = as_they_are(&job.item.bytes, job.cut);
        let failure = LayerFailure {
            after: job.parent,
            candidates,
        };
        let size = job.item.bytes.len();
        let layer = self.layer(Layer {
            kind: format,
            parent: job.parent,
            size_in: size,
            size_out: size,
            detail: String::new(),
            confidence: 0,
            truncated: job.cut.map(|bound| Truncated { at: size, bound }),
        });
        let job = Job {
            parent: Some(layer),
            ..job
        };
        self.event(job, format, content, Some(failure));
    }

    fn layer(&mut self, mut layer: Layer) -> usize {
        if let Some((at, _)) = layer.detail.char_indices().nth(MAX_TEXT_CHARS) {
            layer.detail.truncate(at);
        }
        self.decoded.layers.push(layer);
        self.decoded.layers.len() - 1
    }

    fn event(
        &mut self,
        job: Job,
        format: LayerKind,
        content: Content,
        failure: Option<LayerFailure>,
    ) {
        let Item {
            bytes,
            facts,
            change,
            ..
        } = job.item;
        self.decoded.events.push(Event {
            sub_index: self.decoded.events.len() as u32,
            format,
            layer: job.parent.unwrap_or_default(),
            source: bytes,
            content,
            facts,
            change,
            around: job.around,
            failure,
        });
    }
}
