//! The words of a capture, for who writes a definition: event types with their counts, and paths with the share of
//! events that have a short value there.

use super::{
    Sample,
    fields::{Sampled, kind_paths},
};
use decode::Path;
use std::cmp::Reverse;

/// More are of no help.
const MAX_WORDS: usize = 500;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seen {
    /// The most frequent first.
    pub kinds: Vec<(String, usize)>,
    /// With their shares, from 0 to 1, the largest first.
    pub paths: Vec<(Path, f64)>,
}

pub fn seen(samples: &[Sample<'_>]) -> Seen {
    let found = Sampled::new(samples, &kind_paths(samples));
    let mut kinds = vec![0usize; found.kinds.len()];
    let mut paths = vec![0usize; found.paths.len()];
    for event in &found.events {
        kinds[event.kind] += 1;
        for (path, _) in &event.fields {
            paths[*path] += 1;
        }
    }
    let all = found.events.len().max(1) as f64;
    let mut kinds: Vec<(String, usize)> = found.kinds.into_iter().zip(kinds).collect();
    kinds.sort_by(|a, b| (Reverse(a.1), &a.0).cmp(&(Reverse(b.1), &b.0)));
    kinds.truncate(MAX_WORDS);
    let mut paths: Vec<(usize, String, Path)> = paths
        .into_iter()
        .zip(found.paths)
        .map(|(count, path)| (count, path.to_string(), path))
        .collect();
    paths.sort_by(|a, b| (Reverse(a.0), &a.1).cmp(&(Reverse(b.0), &b.1)));
    paths.truncate(MAX_WORDS);
    Seen {
        kinds,
        paths: paths
            .into_iter()
            .map(|(count, _, path)| (path, count as f64 / all))
            .collect(),
    }
}
