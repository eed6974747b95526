//! What only shows between fields: names that lead nowhere, ids and types used twice, steps that wait for each
//! other.

use super::{
    DefinitionError, Step, Undo, error::one_of, fields::Name, parse::texts, steps::WrittenStep,
    yaml::shortened,
};
use std::collections::HashMap;

/// Steps with their `after` resolved, if the ids are unique and no steps wait for each other.
pub(super) fn steps(written: Vec<WrittenStep>) -> Result<Vec<Step>, DefinitionError> {
    let mut places: HashMap<String, usize> = HashMap::new();
    for (place, step) in written.iter().enumerate() {
        if let Some(first) = places.insert(step.id.text.clone(), place) {
            let first = written[first].id.place;
            return Err(DefinitionError::duplicate(
                step.id.place,
                "the step",
                &step.id.text,
                first,
            ));
        }
    }
    let ids: Vec<&str> = written.iter().map(|step| step.id.text.as_str()).collect();
    let resolve = |names: &[Name]| {
        names
            .iter()
            .map(|name| resolved(name, &places, &ids))
            .collect::<Result<Vec<_>, _>>()
    };
    let mut after = Vec::new();
    let mut undone_after = Vec::new();
    for step in &written {
        after.push(resolve(&step.after)?);
        undone_after.push(
            step.undo
                .as_ref()
                .map_or(Ok(Vec::new()), |undo| resolve(&undo.after))?,
        );
    }
    for order in [&after, &undone_after] {
        if let Some(cycle) = cycle(order) {
            let names: Vec<&str> = cycle.iter().map(|&step| ids[step]).collect();
            return Err(DefinitionError::Cycle {
                place: written[cycle[0]].id.place,
                cycle: shortened(&names.join(" after ")),
            });
        }
    }
    Ok(written
        .into_iter()
        .zip(after)
        .zip(undone_after)
        .map(|((step, after), undone_after)| finished(step, after, undone_after))
        .collect())
}

fn finished(step: WrittenStep, after: Vec<usize>, undone_after: Vec<usize>) -> Step {
    let undo = step.undo.map(|undo| Undo {
        request: texts(undo.request),
        success: texts(undo.success),
        failure: texts(undo.failure),
        timeout_millis: undo.timeout_millis,
        after: undone_after,
        streams: texts(undo.streams),
    });
    Step {
        id: step.id.text,
        after,
        request: texts(step.request),
        success: texts(step.success),
        failure: texts(step.failure),
        timeout_millis: step.timeout_millis,
        retries: step.retries,
        count: step.count,
        optional: step.optional,
        streams: texts(step.streams),
        undo,
    }
}

fn resolved(
    name: &Name,
    places: &HashMap<String, usize>,
    ids: &[&str],
) -> Result<usize, DefinitionError> {
    places
        .get(&name.text)
        .copied()
        .ok_or_else(|| DefinitionError::UnknownStep {
            place: name.place,
            step: shortened(&name.text),
            expected: one_of(&name.text, ids),
        })
}

/// Some steps that wait for each other: the first one again at the end.
fn cycle(after: &[Vec<usize>]) -> Option<Vec<usize>> {
    let mut done = vec![false; after.len()];
    // a step is done once all that it waits for are; what is never done is in a cycle, or waits for one
    while let Some(next) =
        (0..after.len()).find(|&step| !done[step] && after[step].iter().all(|&before| done[before]))
    {
        done[next] = true;
    }
    let mut step = done.iter().position(|done| !done)?;
    let mut way = Vec::new();
    while !way.contains(&step) {
        way.push(step);
        step = after[step].iter().copied().find(|&before| !done[before])?;
    }
    let start = way.iter().position(|&visited| visited == step)?;
    way.drain(..start);
    way.push(step);
    Some(way)
}

/// A type that says two things would make every verdict ambiguous.
pub(super) fn types(
    steps: &[WrittenStep],
    start: &[Name],
    abort: &[Name],
    completed: Option<&[Name]>,
    failed: &[Name],
) -> Result<(), DefinitionError> {
    let mut said: HashMap<&str, &Name> = HashMap::new();
    let of_steps = steps.iter().flat_map(|step| {
        let undo = step
            .undo
            .iter()
            .flat_map(|undo| [&undo.request, &undo.success, &undo.failure]);
        [&step.request, &step.success, &step.failure]
            .into_iter()
            .chain(undo)
            .flatten()
    });
    // an abort or a failed outcome may be a step's failure as well: both say that it ends badly
    let ends = start.iter().chain(completed.unwrap_or_default());
    for name in of_steps.chain(ends) {
        if let Some(first) = said.insert(&name.text, name) {
            return Err(DefinitionError::duplicate(
                name.place,
                "the event type",
                &name.text,
                first.place,
            ));
        }
    }
    let failures: Vec<&str> = steps
        .iter()
        .flat_map(|step| &step.failure)
        .map(|name| name.text.as_str())
        .collect();
    for name in abort.iter().chain(failed) {
        if let Some(first) = said
            .get(name.text.as_str())
            .filter(|_| !failures.contains(&name.text.as_str()))
        {
            return Err(DefinitionError::duplicate(
                name.place,
                "the event type",
                &name.text,
                first.place,
            ));
        }
    }
    Ok(())
}

/// A step's stream is one of the saga's.
pub(super) fn streams(steps: &[WrittenStep], streams: &[String]) -> Result<(), DefinitionError> {
    let known: Vec<&str> = streams.iter().map(String::as_str).collect();
    let named = steps.iter().flat_map(|step| {
        step.streams
            .iter()
            .chain(step.undo.iter().flat_map(|undo| &undo.streams))
    });
    for name in named.filter(|_| !streams.is_empty()) {
        if !known.contains(&name.text.as_str()) {
            let expected = format!("a stream of this saga: {}", one_of(&name.text, &known));
            return Err(DefinitionError::expected(name.place, expected));
        }
    }
    Ok(())
}
