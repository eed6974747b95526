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
    /// Milliseconds from the start; `None` where this one has no such mark, or is a mere way.
    pub left_millis: Option<i64>,
    pub right_millis: Option<i64>,
    pub side: Side,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Both,
    Left,
    Right,
}

/// A mark of a way, and when it was reached.
type Mark = (String, Option<i64>);

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
        .map(|(mark, _)| (mark, None))
        .collect();
    Some(aligned(&timed(saga), &way))
}

fn timed(saga: &Saga<'_>) -> Vec<Mark> {
    let after = saga.mark_times();
    saga.judgement
        .path
        .0
        .iter()
        .cloned()
        .zip(after.into_iter().map(Some))
        .collect()
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
        let side = match (is_both, is_left) {
            (true, _) => Side::Both,
            (false, true) => Side::Left,
            (false, false) => Side::Right,
        };
        let mark = if side == Side::Right {
            &right[j]
        } else {
            &left[i]
        };
        lines.push(Line {
            mark: mark.0.clone(),
            left_millis: if side == Side::Right { None } else { left[i].1 },
            right_millis: if side == Side::Left { None } else { right[j].1 },
            side,
        });
        i += usize::from(side != Side::Right);
        j += usize::from(side != Side::Left);
    }
    Comparison { lines }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(left: &str, right: &str) -> String {
        let marks = |text: &str| {
            text.chars()
                .map(|c| (c.to_string(), None))
                .collect::<Vec<Mark>>()
        };
        let side = |line: &Line| match line.side {
            Side::Both => line.mark.clone(),
            Side::Left => format!("-{}", line.mark),
            Side::Right => format!("+{}", line.mark),
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
