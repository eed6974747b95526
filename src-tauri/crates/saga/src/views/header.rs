//! A saga's status as a sentence, and what was captured of it.

use crate::{
    definition::{Definition, UndoOrder},
    event::{Event, StreamKey},
    finding::{Finding, FindingKind, Severity},
    saga::{NamedId, Saga},
    span_text::span_text,
    streams::Span,
    verdict::{Awaited, Flags, Obligation, Status, StepState, Trigger},
    views::usual::usual,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    pub saga: String,
    pub key: NamedId,
    pub aliases: Vec<NamedId>,
    pub status: Status,
    pub flags: Flags,
    pub sentence: String,
    /// What was captured of the streams that it uses.
    pub captured: Vec<Captured>,
    /// One line for each thing that cannot be said.
    pub unknown: Vec<String>,
    pub findings: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Captured {
    pub stream: String,
    pub spans: Vec<Span>,
}

pub fn header(saga: &Saga<'_>) -> Header {
    Header {
        saga: saga.definition().name.clone(),
        key: saga.key.clone(),
        aliases: saga.aliases.clone(),
        status: saga.judgement.status,
        flags: saga.judgement.flags,
        sentence: sentence(saga),
        captured: captured(saga),
        unknown: saga
            .judgement
            .unknowns
            .iter()
            .map(crate::Unknown::sentence)
            .collect(),
        findings: saga.judgement.findings.len(),
    }
}

fn captured(saga: &Saga<'_>) -> Vec<Captured> {
    let streams = saga.streams();
    let named = &saga.definition().streams;
    let is_used = |stream: &StreamKey| {
        let mut events = saga.events().iter();
        let is_named = named.iter().any(|name| name == streams.name(*stream));
        is_named || events.any(|event| streams.stream_of(event.shard) == *stream)
    };
    let captured = |stream| Captured {
        stream: streams.name(stream).to_owned(),
        spans: streams.spans(stream).to_vec(),
    };
    streams.all().filter(is_used).map(captured).collect()
}

fn sentence(saga: &Saga<'_>) -> String {
    let judgement = &saga.judgement;
    if !saga.definition().judges() {
        let took = span_text(judgement.last.since(judgement.started));
        return format!("{} events over {took}", saga.events().len());
    }
    let mut sentence = match judgement.status {
        Status::Running => running(saga),
        Status::Completed | Status::CompletedWithFindings => completed(saga),
        _ => unwound(saga) + &in_doubt(saga),
    };
    if misses_start(saga) {
        sentence.push_str("; its start is not among the records");
    }
    sentence
}

/// What it took is a lower bound then.
fn misses_start(saga: &Saga<'_>) -> bool {
    !saga.judgement.start_captured && !saga.definition().start.is_empty()
}

fn completed(saga: &Saga<'_>) -> String {
    let judgement = &saga.judgement;
    let ended = judgement.ended.unwrap_or(judgement.last);
    let mut took = span_text(ended.since(judgement.started));
    if misses_start(saga) {
        took.insert_str(0, "at least ");
    }
    let is_flaw = |finding: &&Finding| finding.severity() > Severity::Note;
    match judgement.findings.iter().filter(is_flaw).count() {
        0 => format!("Completed {took} after its start"),
        flaws => format!(
            "Completed {took} after its start, with {}",
            counted(flaws, "finding")
        ),
    }
}

fn unwound(saga: &Saga<'_>) -> String {
    let (because, progress) = (because(saga), progress(saga));
    let still_held = || format!("{because}: {progress}, still held: {}", held(saga));
    match saga.judgement.status {
        Status::Failed if saga.judgement.in_doubt.is_empty() => {
            format!("Failed{because}: nothing was done that had to be undone")
        }
        Status::Failed => {
            format!("Failed{because}: nothing is known to have been done that had to be undone")
        }
        Status::Compensating => format!("Compensating{because}: {progress}"),
        Status::PartiallyCompensated => format!("Partially compensated{}", still_held()),
        Status::CompensationFailed => format!("Compensation failed{}", still_held()),
        _ => format!(
            "Compensated: {progress}{}{}",
            in_order(saga),
            after_trigger(saga)
        ),
    }
}

fn running(saga: &Saga<'_>) -> String {
    let judgement = &saga.judgement;
    let open = awaited(saga);
    let waiting = open.and_then(|open| {
        let awaited = *open.types(saga.definition()).first()?;
        let since = format!("waiting for {awaited} since {}", open.opened);
        Some(match open.due.filter(|_| open.overdue) {
            Some(due) => format!("{since}, due by {due}"),
            None => since,
        })
    });
    let waiting = waiting.unwrap_or_else(|| "nothing is awaited".to_owned());
    if judgement.flags.stuck {
        format!("Stuck: silent since {}, {waiting}", judgement.last)
    } else {
        format!("Running: {waiting}")
    }
}

/// What a saga waits for first.
fn awaited<'s>(saga: &'s Saga<'_>) -> Option<&'s Obligation> {
    let open = saga.judgement.obligations.iter();
    open.filter(|open| !open.optional)
        .min_by_key(|open| (!open.overdue, open.due))
}

/// `; it usually takes 1.2 s, p99 9.0 s`, of the answer that a stuck saga waits for: nothing where too few others tell
/// it. Hundreds of them are judged for it.
pub fn usually(saga: &Saga<'_>) -> String {
    let open = awaited(saga).filter(|open| open.awaited == Awaited::Answer);
    let step = open.and_then(|open| open.step);
    let step = step.filter(|_| saga.judgement.flags.stuck);
    match step.and_then(|step| usual(saga.engine(), step)) {
        Some(took) => format!(
            "; it usually takes {}, p99 {}",
            span_text(took.p50),
            span_text(took.p99)
        ),
        None => String::new(),
    }
}

/// `; whether inventory was done is not known, as not all was captured`.
fn in_doubt(saga: &Saga<'_>) -> String {
    let steps = saga.judgement.in_doubt.iter();
    let steps: Vec<&str> = steps
        .map(|&step| step_id(saga.definition(), step))
        .collect();
    match steps.as_slice() {
        [] => String::new(),
        [one] => format!("; whether {one} was done is not known, as not all was captured"),
        several => format!(
            "; whether {} were done is not known, as not all was captured",
            several.join(", ")
        ),
    }
}

/// ` after PAYMENT_FAILED`.
fn because(saga: &Saga<'_>) -> String {
    match saga.judgement.trigger {
        Some(Trigger::Event(event)) => format!(" after {}", saga.kind(&saga.events()[event])),
        Some(Trigger::Deadline { step, .. }) => format!(
            " as {} did not answer in time",
            step_id(saga.definition(), step)
        ),
        Some(Trigger::Unseen { .. }) => " for a reason that was not captured".to_owned(),
        None => String::new(),
    }
}

/// `2 of 3 completed steps undone`.
fn progress(saga: &Saga<'_>) -> String {
    let undone = count(saga, |state| state == StepState::Undone);
    let held = count(saga, |state| {
        matches!(state, StepState::Held | StepState::UndoFailed)
    });
    format!(
        "{undone} of {} undone",
        counted(undone + held, "completed step")
    )
}

/// `, in reverse order` where there is an order to keep, and it is known to be kept.
fn in_order(saga: &Saga<'_>) -> &'static str {
    let is_wrong = saga.judgement.findings.iter().any(|finding| {
        matches!(finding.kind, FindingKind::WrongOrderCompensation { .. })
            && finding.severity() > Severity::Note
    });
    match saga.definition().compensation {
        _ if is_wrong => ", in the wrong order",
        _ if !saga.judgement.undone_in_order => "",
        UndoOrder::Declared => ", in the declared order",
        _ => ", in reverse order",
    }
}

/// `, 4.2 s after PAYMENT_FAILED`.
fn after_trigger(saga: &Saga<'_>) -> String {
    let (Some(Trigger::Event(event)), Some(ended)) = (saga.judgement.trigger, saga.judgement.ended)
    else {
        return because(saga);
    };
    let trigger: &Event = &saga.events()[event];
    format!(
        ", {} after {}",
        span_text(ended.since(trigger.time)),
        saga.kind(trigger)
    )
}

fn held(saga: &Saga<'_>) -> String {
    let steps = saga.definition().steps.iter().zip(&saga.judgement.steps);
    let held = steps.filter(|(_, state)| matches!(state, StepState::Held | StepState::UndoFailed));
    held.map(|(step, _)| step.id.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}

fn count(saga: &Saga<'_>, is: impl Fn(StepState) -> bool) -> usize {
    saga.judgement
        .steps
        .iter()
        .filter(|state| is(**state))
        .count()
}

fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

fn step_id(definition: &Definition, step: usize) -> &str {
    &definition.steps[step].id
}
