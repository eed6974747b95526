//! Findings in words, without their confidence.

use super::{Confidence, Disorder, Finding, FindingKind, ZombieAfter};
use crate::{definition::Definition, span_text::span_text};

impl Finding {
    pub fn sentence(&self, definition: &Definition) -> String {
        let name = |step: usize| definition.steps[step].id.as_str();
        if let Some(sentence) = of_unordered(self, name) {
            return sentence;
        }
        let count = |step: usize| definition.steps[step].count;
        of_answers(&self.kind, name, count)
            .or_else(|| of_time(&self.kind, name))
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

/// What lacks answers: a step may count several.
fn of_answers<'d>(
    kind: &FindingKind,
    name: impl Fn(usize) -> &'d str,
    count: impl Fn(usize) -> u32,
) -> Option<String> {
    Some(match *kind {
        FindingKind::StepTimedOut { step, due, answers } => {
            let due = format!("{} was due by {due}", name(step));
            match (answers, count(step)) {
                (_, 0 | 1) => format!("{due} and was not answered"),
                (0, count) => format!("{due}, but none of its {count} answers came"),
                (some, count) => format!("{due}, but only {some} of its {count} answers came"),
            }
        }
        FindingKind::MissingStep { step, answers: 0 } => {
            format!("completed without {}", name(step))
        }
        FindingKind::MissingStep { step, answers } => {
            let (step, count) = (name(step), count(step));
            format!("completed with only {answers} of the {count} answers to {step}")
        }
        _ => return None,
    })
}

fn of_time<'d>(kind: &FindingKind, name: impl Fn(usize) -> &'d str) -> Option<String> {
    Some(match kind {
        FindingKind::Stuck { since } => {
            format!("nothing has happened since {since}, and no deadline explains it")
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

#[cfg(test)]
mod tests {
    use super::*;
    use record::Millis;

    /// Of a step that counts so many answers.
    fn said(count: u32, kinds: impl Fn(usize) -> FindingKind, answers: &[usize]) -> String {
        let mut definition = Definition::parse(crate::DEMO).expect("a definition");
        definition.steps[0].count = count;
        let said = |&answers: &usize| {
            let finding = Finding {
                kind: kinds(answers),
                confidence: None,
                events: Vec::new(),
            };
            finding.sentence(&definition)
        };
        answers.iter().map(said).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_step_that_is_late_says_how_many_of_its_answers_came() {
        let late = |answers| FindingKind::StepTimedOut {
            step: 0,
            due: Millis(1_761_825_605_060),
            answers,
        };
        insta::assert_snapshot!(said(1, late, &[0]), @"inventory was due by 2025-10-30T12:00:05.060Z and was not answered");
        insta::assert_snapshot!(said(2, late, &[0, 1]), @r"
        inventory was due by 2025-10-30T12:00:05.060Z, but none of its 2 answers came
        inventory was due by 2025-10-30T12:00:05.060Z, but only 1 of its 2 answers came
        ");
        insta::assert_snapshot!(said(7, late, &[6]), @"inventory was due by 2025-10-30T12:00:05.060Z, but only 6 of its 7 answers came");
    }

    #[test]
    fn a_step_that_is_missing_says_how_many_of_its_answers_came() {
        let missing = |answers| FindingKind::MissingStep { step: 0, answers };
        insta::assert_snapshot!(said(1, missing, &[0]), @"completed without inventory");
        insta::assert_snapshot!(said(3, missing, &[0, 1, 2]), @r"
        completed without inventory
        completed with only 1 of the 3 answers to inventory
        completed with only 2 of the 3 answers to inventory
        ");
    }
}
