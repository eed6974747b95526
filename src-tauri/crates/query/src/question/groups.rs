//! Records in groups: what `stats` makes.

use super::{
    aggregate::{Aggregate, Tally},
    capped::Capped,
    formula::Formula,
    run::cut,
    value::Value,
};

/// Groups that are kept; of more, those that are left are told.
pub(super) const MAX_GROUPS: usize = 10_000;

#[derive(Clone, Debug)]
pub(super) struct Stats {
    pub by: Vec<Formula>,
    pub aggregates: Vec<(Aggregate, Option<Formula>)>,
    /// Of the columns: keys, then aggregates.
    pub names: Vec<String>,
}

#[derive(Clone, Debug)]
pub(super) struct Groups {
    stats: Stats,
    groups: Capped<Group>,
}

#[derive(Clone, Debug)]
struct Group {
    keys: Vec<Value>,
    tallies: Vec<Tally>,
}

impl Groups {
    pub fn new(stats: &Stats) -> Self {
        Self {
            stats: stats.clone(),
            groups: Capped::new(MAX_GROUPS),
        }
    }

    pub fn push(&mut self, cells: &[Value]) {
        let keys: Vec<Value> = self.stats.by.iter().map(|by| by.value(cells)).collect();
        let mut key = Vec::new();
        for value in &keys {
            value.write_key(&mut key);
        }
        let aggregates = &self.stats.aggregates;
        let make = || Group {
            keys: cut(keys),
            tallies: new_tallies(aggregates),
        };
        self.groups.update(key, make, |group| {
            for (tally, (_, of)) in group.tallies.iter_mut().zip(aggregates) {
                match of {
                    Some(Formula::Cell(slot)) => {
                        tally.add(Some(cells.get(*slot).unwrap_or(&Value::Missing)));
                    }
                    Some(formula) => tally.add(Some(&formula.value(cells))),
                    None => tally.add(None),
                }
            }
        });
    }

    pub fn merge(&mut self, other: Self) {
        self.groups.merge(other.groups, |ours, theirs| {
            for (ours, theirs) in ours.tallies.iter_mut().zip(theirs.tallies) {
                ours.merge(theirs);
            }
        });
    }

    /// A row per group, in the order of what they are grouped by: keys, then aggregates. Without
    /// `by` there is always one.
    pub fn rows(&self) -> Vec<Vec<Value>> {
        let row = |group: &Group| {
            let values = group.tallies.iter().map(Tally::value);
            group.keys.iter().cloned().chain(values).collect()
        };
        let mut rows: Vec<Vec<Value>> = self.groups.values().map(row).collect();
        rows.sort_unstable();
        if rows.is_empty() && self.stats.by.is_empty() {
            let tallies = new_tallies(&self.stats.aggregates);
            rows.push(tallies.iter().map(Tally::value).collect());
        }
        rows
    }

    /// The error to expect of each column that is estimated in some group.
    pub fn estimates(&self) -> Vec<(String, f64)> {
        let keys = self.stats.by.len();
        let error = |place: usize| {
            let mut tallies = self.groups.values().map(|group| &group.tallies[place]);
            tallies.find_map(Tally::error)
        };
        (0..self.stats.aggregates.len())
            .filter_map(|place| Some((self.stats.names.get(keys + place)?.clone(), error(place)?)))
            .collect()
    }

    /// How many groups are kept, and how many records are in none of them.
    pub fn left_out(&self) -> Option<(usize, u64)> {
        let left_out = self.groups.left_out();
        (left_out > 0).then(|| (self.groups.len(), left_out))
    }
}

fn new_tallies(aggregates: &[(Aggregate, Option<Formula>)]) -> Vec<Tally> {
    aggregates
        .iter()
        .map(|(aggregate, _)| Tally::new(*aggregate))
        .collect()
}
