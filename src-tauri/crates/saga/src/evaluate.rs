//! One saga's verdict: a pure function of its definition, its events, what was captured, and the time.
//!
//! It knows nothing of other sagas and keeps nothing. Each family of verdicts is a file below; they all read the
//! same [`Facts`].

use crate::{
    definition::{Completed, Definition},
    event::Event,
    finding::{Finding, FindingKind, Severity},
    frontier::{Frontier, Reach, Watch, Watched},
    names::Names,
    order::{Causes, Orders},
    streams::Streams,
    verdict::{Flags, Judgement, Status, Unknown},
};
use facts::Facts;
use record::Millis;
use std::cmp::Reverse;
use unwinding::Unwinding;

mod beginning;
mod deadlines;
mod doubts;
mod duplicates;
mod facts;
mod hazards;
mod late;
mod outcome;
mod sequence;
mod silence;
mod steps;
mod undos;
mod unwinding;
mod way;
mod zombies;

pub(crate) use duplicates::is_retry;
pub(crate) use way::mark;

/// More events are no saga but a correlation that is too coarse.
pub const MAX_SAGA_EVENTS: usize = 10_000;

/// What a verdict may depend on.
pub(crate) struct Case<'a> {
    pub definition: &'a Definition,
    pub streams: &'a Streams,
    pub watched: &'a Watched,
    pub names: &'a Names,
    /// In the order in which they are told; at least one.
    pub events: &'a [Event],
    pub causes: Causes,
    pub frontier: Frontier<'a>,
}

/// A verdict while it is being reached.
#[derive(Default)]
struct Draft {
    findings: Vec<Finding>,
    unknowns: Vec<Unknown>,
    flags: Flags,
}

impl Draft {
    fn find(&mut self, kind: FindingKind, events: impl IntoIterator<Item = usize>) {
        self.findings.push(Finding {
            kind,
            confidence: None,
            events: events.into_iter().collect(),
        });
    }

    /// Takes the answer to "did it really not happen?": true if so.
    fn concludes(&mut self, reach: Reach) -> bool {
        match reach {
            Reach::Covered => true,
            Reach::NotYet => false,
            Reach::Unknown(unknowns) => {
                self.flags.unknown = true;
                self.unknowns.extend(unknowns);
                false
            }
        }
    }
}

impl<'a> Case<'a> {
    /// Other events under the same circumstances.
    pub fn of<'b>(&self, events: &'b [Event]) -> Case<'b>
    where
        'a: 'b,
    {
        let Frontier {
            now, skew_millis, ..
        } = self.frontier;
        Case {
            events,
            causes: Causes::default(),
            frontier: Frontier::new(self.streams, now, skew_millis),
            ..*self
        }
    }

    pub fn orders(&self) -> Orders<'_> {
        Orders {
            events: self.events,
            causes: &self.causes,
            streams: self.streams,
            skew_millis: self.definition.clock.skew_millis,
        }
    }

    fn time(&self, event: usize) -> Millis {
        self.events[event].time
    }

    /// When a saga whose start is not among its events can have begun: it is at most so long, and a start before that
    /// would be another one's.
    fn earliest_start(&self) -> Millis {
        let limit = self.definition.limits.saga_millis;
        limit.map_or(Millis::MIN, |limit| self.time(0).saturating_add(-limit))
    }

    /// Whether nothing that arrived after `from` and is due by `due` can have been missed.
    fn reach(&self, watches: &[Watch], from: usize, due: Millis) -> Reach {
        let opened = &self.events[from];
        self.frontier
            .reach(watches, opened.arrival.max(opened.time), due)
    }

    /// The same from the saga's start on, wherever that is.
    fn reach_of_all(&self, facts: &Facts, watches: &[Watch], due: Millis) -> Reach {
        if facts.start().is_some() || self.definition.start.is_empty() {
            return self.reach(watches, facts.begin(), due);
        }
        self.frontier.reach(watches, self.earliest_start(), due)
    }
}

pub(crate) fn judge(case: &Case<'_>) -> Judgement {
    let mut draft = Draft::default();
    if case.events.len() > MAX_SAGA_EVENTS {
        draft.find(
            FindingKind::TooManyEvents {
                events: case.events.len(),
            },
            [],
        );
        return judgement(case, draft, None);
    }
    let effective = duplicates::effective(case, &mut draft);
    let facts = Facts::new(case.definition, case.events, effective);
    duplicates::logical(case, &facts, &mut draft);
    let unwinding = Unwinding::new(case, &facts, &mut draft);
    let obligations = deadlines::obligations(case, &facts, &unwinding, &mut draft);
    undos::check(case, &facts, &unwinding, &mut draft);
    zombies::check(case, &facts, &mut draft);
    sequence::check(case, &facts, &mut draft);
    hazards::check(case, &mut draft);
    beginning::check(case, &facts, &mut draft);
    let outcome = outcome::outcome(case, &facts, &unwinding, &mut draft);
    late::undos(case, &facts, &unwinding, &mut draft);
    if outcome.status.is_terminal() {
        late::outcome(case, &facts, &outcome, &mut draft);
    } else {
        silence::check(case, &facts, &obligations, &mut draft);
    }
    let steps = steps::states(case, &facts, &unwinding, &obligations, &outcome);
    judgement(
        case,
        draft,
        Some(Reached {
            facts,
            unwinding,
            obligations,
            outcome,
            steps,
        }),
    )
}

struct Reached {
    facts: Facts,
    unwinding: Unwinding,
    obligations: Vec<crate::verdict::Obligation>,
    outcome: outcome::Outcome,
    steps: Vec<crate::verdict::StepState>,
}

fn judgement(case: &Case<'_>, mut draft: Draft, reached: Option<Reached>) -> Judgement {
    draft.unknowns.sort();
    draft.unknowns.dedup();
    let times = case.events.iter().map(|event| event.time);
    let last = times.max().unwrap_or_default();
    let first = case.events.first().map_or(last, |event| event.time);
    let mut judgement = Judgement {
        status: Status::Running,
        flags: draft.flags,
        started: first,
        start_captured: false,
        last,
        ended: None,
        trigger: None,
        undone_in_order: false,
        in_doubt: Vec::new(),
        steps: Vec::new(),
        obligations: Vec::new(),
        unknowns: draft.unknowns,
        findings: draft.findings,
        effective: vec![true; case.events.len()],
        path: crate::verdict::Path::default(),
    };
    if let Some(reached) = reached {
        let facts = &reached.facts;
        judgement.path = way::path(case, facts);
        judgement.started = facts.start().map_or(first, |start| case.time(start));
        judgement.start_captured = facts.start().is_some();
        judgement.status = reached.outcome.status;
        judgement.ended = reached.outcome.ended.map(|event| case.time(event));
        judgement.trigger = reached.unwinding.trigger;
        judgement.undone_in_order = undos::are_in_order(case, facts);
        judgement.in_doubt = reached.outcome.in_doubt;
        judgement.steps = reached.steps;
        judgement.obligations = reached.obligations;
        judgement.effective = reached.facts.effective;
    }
    finished(judgement)
}

/// The worst findings first; and what completed with more than notes says so.
fn finished(mut judgement: Judgement) -> Judgement {
    judgement.findings.sort_by_key(|finding| {
        let first = finding.events.first().copied();
        (Reverse(finding.severity()), first, finding.kind.bit())
    });
    let mut findings = judgement.findings.iter();
    let is_flawed = findings.any(|finding| finding.severity() > Severity::Note);
    if judgement.status == Status::Completed && is_flawed {
        judgement.status = Status::CompletedWithFindings;
    }
    judgement
}

impl Definition {
    /// Whether the outcome is told by an event of its own.
    fn tells_completion(&self) -> bool {
        matches!(self.outcomes.completed, Completed::On(_))
    }
}
