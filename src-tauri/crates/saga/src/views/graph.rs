//! The definition as a graph, coloured by one saga: a node per step in the column of its depth, an edge per `after`.

use crate::{definition::Definition, saga::Saga, verdict::StepState};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Graph {
    pub nodes: Vec<Node>,
    pub edges: Vec<Edge>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    pub step: usize,
    pub label: String,
    pub state: StepState,
    pub is_optional: bool,
    pub can_be_undone: bool,
    /// How many steps lie before it on the longest way.
    pub column: usize,
    /// Its place among the nodes of its column.
    pub row: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    pub from: usize,
    pub to: usize,
    /// Both ends were done.
    pub is_taken: bool,
}

pub fn graph(saga: &Saga<'_>) -> Graph {
    let definition = saga.definition();
    let columns = columns(definition);
    let state = |step: usize| {
        saga.judgement
            .steps
            .get(step)
            .copied()
            .unwrap_or(StepState::NotReached)
    };
    let was_done = |step: usize| {
        matches!(
            state(step),
            StepState::Done | StepState::Held | StepState::Undone | StepState::UndoFailed
        )
    };
    let node = |(step, of_step): (usize, &crate::definition::Step)| Node {
        step,
        label: of_step.id.clone(),
        state: state(step),
        is_optional: of_step.optional,
        can_be_undone: of_step.undo.is_some(),
        column: columns[step],
        row: columns[..step]
            .iter()
            .filter(|&&column| column == columns[step])
            .count(),
    };
    let edges = definition
        .steps
        .iter()
        .enumerate()
        .flat_map(|(to, step)| step.after.iter().map(move |&from| (from, to)));
    Graph {
        nodes: definition.steps.iter().enumerate().map(node).collect(),
        edges: edges
            .map(|(from, to)| Edge {
                from,
                to,
                is_taken: was_done(from) && was_done(to),
            })
            .collect(),
    }
}

fn columns(definition: &Definition) -> Vec<usize> {
    let mut columns = vec![0; definition.steps.len()];
    // steps may be written in any order; a definition has no cycles
    for _ in 0..columns.len() {
        for (step, of_step) in definition.steps.iter().enumerate() {
            columns[step] = of_step
                .after
                .iter()
                .map(|&before| columns[before] + 1)
                .max()
                .unwrap_or(0);
        }
    }
    columns
}
