//! Findings in words, without their confidence.

use super::{Confidence, Disorder, Finding, FindingKind, ZombieAfter};
use crate::{definition::Definition, span_text::span_text};

impl Finding {
    pub fn sentence(&self, definition: &Definition) -> String {
        let name = |step: usize| definition.steps[step].id.as_str();
        if let Some(sentence) = of_unordered(self, name) {
            return sentence;
        }
        of_time(&self.kind, name)
            .or_else(|| of_undo(&self.kind, name))
            .or_else(|| of_order(&self.kind, name))
            .unwrap_or_else(|| of_events(&self.kind, name))
    }
}

/// What must not say what came first.
fn of_unordered<'d>(finding: &Finding, name: impl Fn(usize) -> &'d str) -> Option<String> {
    match finding.kind {
        FindingKind::WrongOrderCompensation {
            undone_first,
            undone_later,
        } if finding.confidence == Some(Confidence::Unordered) => Some(format!(
            "it is not known whether {} was undone before {}, as it should be",
            name(undone_later),
            name(undone_first)
        )),
        _ => None,
    }
}

fn of_time<'d>(kind: &FindingKind, name: impl Fn(usize) -> &'d str) -> Option<String> {
    Some(match kind {
        FindingKind::Stuck { since } => {
            format!("nothing has happened since {since}, and no deadline explains it")
        }
        FindingKind::StepTimedOut { step, due } => {
            format!("{} was due by {due} and was not answered", name(*step))
        }
        FindingKind::LateStep { step, by_millis } => {
            format!("{} came late by {}", name(*step), span_text(*by_millis))
        }
        FindingKind::LateUndo { step, by_millis } => {
            let by = span_text(*by_millis);
            format!("the answer to undoing {} came late by {by}", name(*step))
        }
        FindingKind::LateOutcome {
            by_millis,
            lower_bound,
        } => {
            let least = if *lower_bound { "at least " } else { "" };
            format!("the saga ended late by {least}{}", span_text(*by_millis))
        }
        FindingKind::SagaTimedOut {
            due,
            lower_bound: false,
        } => format!("no outcome by {due}"),
        FindingKind::SagaTimedOut {
            due,
            lower_bound: true,
        } => {
            format!("no outcome by {due} at the latest, as its start was not captured")
        }
        _ => return None,
    })
}

fn of_undo<'d>(kind: &FindingKind, name: impl Fn(usize) -> &'d str) -> Option<String> {
    Some(match kind {
        FindingKind::UndoAfterPivot { step, pivot } => {
            let (step, pivot) = (name(*step), name(*pivot));
            format!("{step} was undone although {pivot}, which cannot be undone, was done")
        }
        FindingKind::PartiallyCompensated { held } => {
            let held: Vec<&str> = held.iter().map(|&step| name(step)).collect();
            format!("not undone: {}", held.join(", "))
        }
        FindingKind::CompensationFailed { step } => format!("undoing {} failed", name(*step)),
        FindingKind::WrongOrderCompensation {
            undone_first,
            undone_later,
        } => {
            format!(
                "{} was undone before {}",
                name(*undone_first),
                name(*undone_later)
            )
        }
        FindingKind::PrematureUndo { step } => {
            format!("{} was undone before there was a reason to", name(*step))
        }
        FindingKind::PhantomUndo {
            step,
            in_doubt: true,
        } => {
            format!("{} was undone although it never answered", name(*step))
        }
        FindingKind::PhantomUndo {
            step,
            in_doubt: false,
        } => {
            format!("{} was undone although it was never done", name(*step))
        }
        FindingKind::UnexplainedUndo { step } => {
            let step = name(*step);
            format!("{step} was undone; the reason may lie where nothing was captured")
        }
        _ => return None,
    })
}

fn of_order<'d>(kind: &FindingKind, name: impl Fn(usize) -> &'d str) -> Option<String> {
    Some(match kind {
        FindingKind::Zombie {
            step,
            after: ZombieAfter::Undo,
        } => {
            format!(
                "{} was done after it was undone; it must be undone again",
                name(*step)
            )
        }
        FindingKind::Zombie {
            step,
            after: ZombieAfter::End,
        } => {
            format!("{} was done after the saga's end", name(*step))
        }
        FindingKind::OutOfOrder {
            earlier,
            later,
            disorder,
        } => {
            let how = match disorder {
                Disorder::LateArrival => "it arrived late",
                Disorder::LogicViolation => "the order of the steps was broken",
                Disorder::ProducerReorder => "reordered by the producer, or by its clock",
                Disorder::ClockSkew => "by its own time only; a clock is wrong",
            };
            format!("{} came before {}: {how}", name(*later), name(*earlier))
        }
        FindingKind::OrderingHazard {
            stream,
            keys,
            shards,
        } => format!(
            "its events on {stream} have {keys} partition keys on {shards} shards: their order is not kept"
        ),
        _ => return None,
    })
}

fn of_events<'d>(kind: &FindingKind, name: impl Fn(usize) -> &'d str) -> String {
    match kind {
        FindingKind::MissingStep { step } => format!("completed without {}", name(*step)),
        FindingKind::Redelivery { times } => format!("the same event was delivered {times} times"),
        FindingKind::LogicalDuplicate {
            step,
            times,
            requests: true,
        } => {
            format!("{} was asked for {times} times", name(*step))
        }
        FindingKind::LogicalDuplicate {
            step,
            times,
            requests: false,
        } => {
            format!("{} was done {times} times", name(*step))
        }
        FindingKind::TooManyEvents { events } => {
            format!("{events} events carry this id: too many for one saga, so it is not judged")
        }
        FindingKind::ConflictingDuplicate => "two events have one id and differ".to_owned(),
        FindingKind::ProducerRetry => {
            "the producer wrote the same record twice within seconds".to_owned()
        }
        FindingKind::Replayed => "a replay of ours wrote it again".to_owned(),
        FindingKind::Orphan => "it has no start".to_owned(),
        FindingKind::StartNotCaptured => "its start was not captured".to_owned(),
        FindingKind::ConflictingOutcomes => "it both completed and failed".to_owned(),
        other => other.code().to_owned(),
    }
}
