//! Which fields tie events together: their values are shared by events of several types, and few share one.

use super::fields::Sampled;
use decode::{Path, Segment};
use std::collections::{BTreeSet, HashMap, HashSet};

/// A field that may correlate, under all the paths at which it occurs.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    pub name: String,
    pub paths: Vec<Path>,
    /// Events that carry it.
    pub events: usize,
    /// Event types that carry it.
    pub kinds: usize,
    /// Different values.
    pub values: usize,
    /// The share of its values that occur in two or more types.
    pub shared: f64,
    /// Whether each of its values goes with one value of the best candidate.
    pub is_alias: bool,
}

/// Of values, at least so many must tie two types together.
const LEAST_SHARED: f64 = 0.5;
/// A field that has as much as this of another's events says as much.
const AS_MANY: f64 = 0.9;

/// The best first, then its aliases, then the others.
pub(crate) fn candidates(sampled: &Sampled) -> Vec<Candidate> {
    let fields = by_name(sampled);
    let mut found: Vec<(Candidate, Values)> = fields
        .into_iter()
        .filter_map(|(name, paths)| candidate(sampled, name, &paths))
        .collect();
    let Some(best) = best(&found) else {
        return Vec::new();
    };
    let best_values = found[best].1.clone();
    for (place, (candidate, values)) in found.iter_mut().enumerate() {
        candidate.is_alias = place != best && leads_to_one(values, &best_values);
    }
    let best_name = found[best].0.name.clone();
    found.sort_by(|(a, _), (b, _)| {
        let rank = |one: &Candidate| {
            (
                one.name != best_name,
                !one.is_alias,
                std::cmp::Reverse(one.events),
            )
        };
        rank(a).cmp(&rank(b)).then_with(|| a.name.cmp(&b.name))
    });
    found.into_iter().map(|(candidate, _)| candidate).collect()
}

/// Per event its value, where it has one.
type Values = HashMap<usize, String>;

/// `$.orderId` and `$.payload.orderId` are one field.
fn by_name(sampled: &Sampled) -> Vec<(String, Vec<usize>)> {
    let mut names: Vec<(String, Vec<usize>)> = Vec::new();
    for (number, path) in sampled.paths.iter().enumerate() {
        let Some(Segment::Key(name)) = path.segments().last() else {
            continue;
        };
        match names.iter_mut().find(|(known, _)| known == name) {
            Some((_, paths)) => paths.push(number),
            None => names.push((name.clone(), vec![number])),
        }
    }
    names
}

fn candidate(sampled: &Sampled, name: String, paths: &[usize]) -> Option<(Candidate, Values)> {
    let mut values = Values::new();
    let mut kinds_of: HashMap<&str, HashSet<usize>> = HashMap::new();
    let mut kinds = HashSet::new();
    let mut used = BTreeSet::new();
    for (number, event) in sampled.events.iter().enumerate() {
        if let Some((path, text)) = event.fields.iter().find(|(path, _)| paths.contains(path)) {
            values.insert(number, text.clone());
            kinds_of.entry(text).or_default().insert(event.kind);
            kinds.insert(event.kind);
            used.insert(*path);
        }
    }
    let shared = kinds_of.values().filter(|kinds| kinds.len() > 1).count() as f64
        / kinds_of.len().max(1) as f64;
    // a value that half of the events share says what they are, and not whose
    let is_broad = kinds_of.len() * 2 < kinds.len().max(4) && sampled.events.len() > 40;
    if kinds.len() < 2 || shared < LEAST_SHARED || is_broad {
        return None;
    }
    let candidate = Candidate {
        name,
        paths: used
            .into_iter()
            .map(|path| sampled.paths[path].clone())
            .collect(),
        events: values.len(),
        kinds: kinds.len(),
        values: kinds_of.len(),
        shared,
        is_alias: false,
    };
    Some((candidate, values))
}

/// The one that most types carry; of those that say as much the finest, by its number of values.
fn best(found: &[(Candidate, Values)]) -> Option<usize> {
    let most_kinds = found.iter().map(|(candidate, _)| candidate.kinds).max()? as f64;
    let most_events = found.iter().map(|(candidate, _)| candidate.events).max()? as f64;
    let says_enough = |candidate: &Candidate| {
        candidate.kinds as f64 >= most_kinds * AS_MANY
            && candidate.events as f64 >= most_events * AS_MANY
    };
    (0..found.len())
        .filter(|&place| says_enough(&found[place].0))
        .max_by_key(|&place| {
            (
                found[place].0.values,
                named_as_key(&found[place].0.name),
                std::cmp::Reverse(place),
            )
        })
}

fn named_as_key(name: &str) -> bool {
    const WORDS: [&str; 5] = ["saga", "correlation", "workflow", "process", "transaction"];
    let name = name.to_lowercase();
    WORDS.iter().any(|word| name.contains(word))
}

/// Each value occurs beside one value of the other only, and in more than one event.
fn leads_to_one(values: &Values, others: &Values) -> bool {
    let mut led: HashMap<&str, &str> = HashMap::new();
    let mut events = 0usize;
    for (event, value) in values {
        if let Some(other) = others.get(event) {
            events += 1;
            if *led.entry(value).or_insert(other) != other {
                return false;
            }
        }
    }
    !led.is_empty() && events > led.len()
}
