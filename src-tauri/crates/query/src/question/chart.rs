//! An answer as a chart: groups along one axis, numbers up the other. It draws nothing.

use super::{table::Table, value::Value};
use std::collections::HashMap;

/// As many as the palette has colours that everybody can tell apart.
const MAX_SERIES: usize = 6;
/// More names than fit below each other.
const MAX_NAMES: usize = 40;
/// More times than a window has places for.
const MAX_TIMES: usize = 2_000;

#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// Whether the places are times, in their order; else they are names, in the order of the rows.
    pub is_over_time: bool,
    pub places: Vec<Value>,
    pub series: Vec<Series>,
    /// Places and series that are not shown.
    pub places_left_out: usize,
    pub series_left_out: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    pub name: String,
    /// One for each place; absent where no group has it.
    pub values: Vec<Option<f64>>,
}

impl Table {
    /// The chart of what is grouped: the first time among the groups is the axis, else the first
    /// group. Further groups are series of the first number; without them each number is one.
    /// Nothing where nothing is grouped or no number is shown.
    pub fn chart(&self) -> Option<Chart> {
        let groups: Vec<usize> = self.columns_of(|name| self.groups.iter().any(|by| by == name));
        let numbers: Vec<usize> = self
            .columns_of(|name| !self.groups.iter().any(|by| by == name))
            .into_iter()
            .filter(|&column| self.is_all(column, Value::is_number))
            .collect();
        let is_time = |&&column: &&usize| self.is_all(column, |v| matches!(v, Value::Time(_)));
        let over_time = groups.iter().find(is_time).copied();
        let axis = over_time.or_else(|| groups.first().copied())?;
        let places = self.places(axis, over_time.is_some());
        let most = if over_time.is_some() {
            MAX_TIMES
        } else {
            MAX_NAMES
        };
        let places_left_out = places.len().saturating_sub(most);
        // of times the latest, of names the first
        let kept = match over_time {
            Some(_) => places[places_left_out..].to_vec(),
            None => places[..places.len() - places_left_out].to_vec(),
        };
        // a group that is not shown has several rows at one place
        if groups.len() < self.groups.len() {
            return None;
        }
        let others: Vec<usize> = groups.into_iter().filter(|&group| group != axis).collect();
        let (series, found) = if others.is_empty() {
            let shown = &numbers[..numbers.len().min(MAX_SERIES)];
            (self.columns_as_series(axis, shown, &kept), numbers.len())
        } else {
            self.groups_as_series(axis, &others, *numbers.first()?, &kept)
        };
        let series_left_out = found.saturating_sub(MAX_SERIES);
        (!series.is_empty()).then_some(Chart {
            is_over_time: over_time.is_some(),
            places: kept,
            series,
            places_left_out,
            series_left_out,
        })
    }

    fn columns_of(&self, is_wanted: impl Fn(&str) -> bool) -> Vec<usize> {
        let columns = self.columns.iter().enumerate();
        columns
            .filter(|(_, name)| is_wanted(name))
            .map(|(column, _)| column)
            .collect()
    }

    /// Whether each cell that is there is of a kind, and there is one.
    fn is_all(&self, column: usize, is_kind: impl Fn(&Value) -> bool) -> bool {
        let mut there = self
            .rows
            .iter()
            .map(|row| &row.cells[column])
            .filter(|cell| cell.is_there())
            .peekable();
        there.peek().is_some() && there.all(is_kind)
    }

    fn places(&self, axis: usize, is_over_time: bool) -> Vec<Value> {
        let cells = self.rows.iter().map(|row| &row.cells[axis]);
        let mut places: Vec<Value> = Vec::new();
        let mut known = std::collections::HashSet::new();
        for cell in cells.filter(|cell| !is_over_time || cell.is_there()) {
            if known.insert(cell) {
                places.push(cell.clone());
            }
        }
        if is_over_time {
            places.sort_unstable();
        }
        places
    }

    fn columns_as_series(&self, axis: usize, columns: &[usize], places: &[Value]) -> Vec<Series> {
        let place_of = by_place(places);
        let series = columns.iter().map(|&column| {
            let mut values = vec![None; places.len()];
            for row in &self.rows {
                if let Some(&place) = place_of.get(&row.cells[axis]) {
                    values[place] = row.cells[column].as_f64();
                }
            }
            Series {
                name: self.columns[column].clone(),
                values,
            }
        });
        series.collect()
    }

    /// Those with the most first, and how many there are.
    fn groups_as_series(
        &self,
        axis: usize,
        others: &[usize],
        number: usize,
        places: &[Value],
    ) -> (Vec<Series>, usize) {
        let place_of = by_place(places);
        // as points: of thousands of groups with thousands of places a few are drawn
        let mut found: HashMap<String, Vec<(usize, f64)>> = HashMap::new();
        for row in &self.rows {
            let Some(&place) = place_of.get(&row.cells[axis]) else {
                continue;
            };
            let name = others.iter().map(|&column| match &row.cells[column] {
                Value::Missing => "–".to_owned(),
                cell => cell.to_string(),
            });
            let name = name.collect::<Vec<_>>().join(" · ");
            let points = found.entry(name).or_default();
            points.extend(row.cells[number].as_f64().map(|value| (place, value)));
        }
        let weight = |points: &[(usize, f64)]| points.iter().map(|(_, value)| value.abs()).sum();
        let mut heaviest: Vec<(f64, String)> = found
            .iter()
            .map(|(name, points)| (weight(points), name.clone()))
            .collect();
        heaviest.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        let drawn = heaviest.into_iter().take(MAX_SERIES).map(|(_, name)| {
            let mut values = vec![None; places.len()];
            for &(place, value) in &found[&name] {
                values[place] = Some(value);
            }
            Series { name, values }
        });
        (drawn.collect(), found.len())
    }
}

fn by_place(places: &[Value]) -> HashMap<&Value, usize> {
    places.iter().zip(0..).collect()
}
