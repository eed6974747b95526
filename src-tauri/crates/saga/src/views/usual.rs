//! How long a step usually takes: from the sagas of the same engine that completed.

use super::{
    overview::{Percentiles, percentiles},
    told::steps,
};
use crate::{engine::Engine, saga::SagaId, summary::Summary, verdict::Status};

/// So many, evenly chosen, say it well enough, and are judged in a few milliseconds.
const MOST_SAGAS: usize = 300;
/// Fewer say nothing.
const LEAST_SAGAS: usize = 5;

/// From what asked for the step, or what it comes after, to its answer; `None` where too few sagas tell it.
pub fn usual(engine: &Engine, step: usize) -> Option<Percentiles> {
    let has_completed = |(_, summary): &(SagaId, &Summary)| {
        matches!(
            summary.status,
            Status::Completed | Status::CompletedWithFindings
        )
    };
    let completed = engine.summaries().filter(has_completed).count();
    let every = completed.div_ceil(MOST_SAGAS).max(1);
    let chosen = engine.summaries().filter(has_completed).step_by(every);
    let durations: Vec<i64> = chosen
        .filter_map(|(id, _)| took(engine, id, step))
        .collect();
    let told = durations.len();
    percentiles(durations).filter(|_| told >= LEAST_SAGAS)
}

fn took(engine: &Engine, id: SagaId, step: usize) -> Option<i64> {
    let saga = engine.saga(id)?;
    let rows = steps(&saga);
    let asked = rows.get(step)?.asked;
    let before = engine.definition().steps[step].after.iter();
    let before = before
        .filter_map(|&before| rows[before].asked.answered)
        .max();
    let begun = asked.requested.or(before);
    let begun = begun.unwrap_or(saga.judgement.started);
    Some(asked.answered?.since(begun).max(0))
}
