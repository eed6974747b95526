//! Two sagas side by side, or one with the way that most take: what is the same, what only one has, and how long
//! each took to get there.

use crate::{
    engine::Engine,
    saga::Saga,
    views::{list::ListFilter, overview::variants},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    pub lines: Vec<Line>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub mark: String,
    /// `None` where this one has no such mark.
    pub left: Option<Reached>,
    pub right: Option<Reached>,
}

/// A mark that was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    /// Its place in the saga's list of events.
    pub event: usize,
    /// Milliseconds from the start; `None` for a mere way.
    pub after_millis: Option<i64>,
}

impl Comparison {
    /// The marks of the one at the right.
    pub fn right_way(&self) -> impl Iterator<Item = &str> {
        let right = self.lines.iter().filter(|line| line.right.is_some());
        right.map(|line| line.mark.as_str())
    }
}

type Mark = (String, Reached);

pub fn compare(left: &Saga<'_>, right: &Saga<'_>) -> Comparison {
    aligned(&timed(left), &timed(right))
}

/// With the most frequent way of all sagas; `None` where there is none.
pub fn compare_with_usual(engine: &Engine, saga: &Saga<'_>) -> Option<Comparison> {
    let usual = variants(engine, &ListFilter::default())
        .into_iter()
        .next()?;
    let example = engine.saga(usual.example)?;
    let way: Vec<Mark> = timed(&example)
        .into_iter()
        .map(|(mark, reached)| {
            let after_millis = None;
            (
                mark,
                Reached {
                    after_millis,
                    ..reached
                },
            )
        })
        .collect();
    Some(aligned(&timed(saga), &way))
}

fn timed(saga: &Saga<'_>) -> Vec<Mark> {
    let reached = saga.marks().into_iter().map(|(event, millis)| Reached {
        event,
        after_millis: Some(millis),
    });
    saga.judgement.path.0.iter().cloned().zip(reached).collect()
}

/// The longest common run of marks stands side by side.
fn aligned(left: &[Mark], right: &[Mark]) -> Comparison {
    // common[i][j]: how many marks the ends from i and from j have in common
    let mut common = vec![vec![0usize; right.len() + 1]; left.len() + 1];
    for i in (0..left.len()).rev() {
        for j in (0..right.len()).rev() {
            common[i][j] = if left[i].0 == right[j].0 {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut lines = Vec::new();
    while i < left.len() || j < right.len() {
        let is_both = i < left.len() && j < right.len() && left[i].0 == right[j].0;
        let is_left = !is_both
            && i < left.len()
            && (j == right.len() || common[i + 1][j] >= common[i][j + 1]);
        let takes_left = is_both || is_left;
        let takes_right = is_both || !is_left;
        let mark = if takes_left { &left[i] } else { &right[j] };
        lines.push(Line {
            mark: mark.0.clone(),
            left: takes_left.then(|| left[i].1),
            right: takes_right.then(|| right[j].1),
        });
        i += usize::from(takes_left);
        j += usize::from(takes_right);
    }
    Comparison { lines }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(left: &str, right: &str) -> String {
        let marks = |text: &str| {
            let reached = |event| Reached {
                event,
                after_millis: None,
            };
            text.chars()
                .enumerate()
                .map(|(event, c)| (c.to_string(), reached(event)))
                .collect::<Vec<Mark>>()
        };
        let side = |line: &Line| match (line.left, line.right) {
            (Some(_), Some(_)) => line.mark.clone(),
            (Some(_), None) => format!("-{}", line.mark),
            _ => format!("+{}", line.mark),
        };
        aligned(&marks(left), &marks(right))
            .lines
            .iter()
            .map(side)
            .collect()
    }

    #[test]
    fn what_is_common_stands_side_by_side() {
        assert_eq!(told("abc", "abc"), "abc");
        assert_eq!(told("abd", "acd"), "a-b+cd");
        assert_eq!(told("", "ab"), "+a+b");
        assert_eq!(told("ab", ""), "-a-b");
    }
}
