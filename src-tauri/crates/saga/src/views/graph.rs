//! The definition as a graph, coloured by one saga: a node per step in the column of its depth, its undo in the row
//! below, an edge per `after`.

use crate::{definition::Definition, saga::Saga, verdict::StepState, views::told::undo};

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
    /// How many steps lie before it on the longest way.
    pub column: usize,
    /// Its place among the nodes of its column.
    pub row: usize,
    /// Of a step that can be undone; it lies in the next row.
    pub undo: Option<UndoNode>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UndoNode {
    /// What asks for it.
    pub label: String,
    pub state: StepState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    pub from: usize,
    pub to: usize,
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
    let node = |(step, of_step): (usize, &crate::definition::Step)| Node {
        step,
        label: of_step.id.clone(),
        state: state(step),
        is_optional: of_step.optional,
        column: columns[step],
        row: columns[..step]
            .iter()
            .zip(&definition.steps)
            .filter(|&(&column, _)| column == columns[step])
            .map(|(_, above)| 1 + usize::from(above.undo.is_some()))
            .sum(),
        undo: of_step.undo.as_ref().map(|of_undo| UndoNode {
            label: of_undo
                .request
                .first()
                .or(of_undo.success.first())
                .cloned()
                .unwrap_or_default(),
            state: undo(saga, step, state(step)).0,
        }),
    };
    let edges = definition
        .steps
        .iter()
        .enumerate()
        .flat_map(|(to, step)| step.after.iter().map(move |&from| (from, to)));
    Graph {
        nodes: definition.steps.iter().enumerate().map(node).collect(),
        edges: edges.map(|(from, to)| Edge { from, to }).collect(),
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
