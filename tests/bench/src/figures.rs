//! The figures: printed as a table, and written to target/bench/figures.json.

use serde::{Deserialize, Serialize};
use std::{io, path::Path};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Figure {
    pub name: String,
    /// In `unit`; NaN becomes null, which is no figure.
    pub value: f64,
    pub unit: String,
    /// What is asked for, and what is hoped for.
    pub goal: String,
    /// What it was measured beside, and how it scattered.
    pub beside: String,
}

impl Figure {
    pub fn new(name: &str, value: f64, unit: &str, goal: &str, beside: impl Into<String>) -> Self {
        Self {
            name: name.to_owned(),
            value,
            unit: unit.to_owned(),
            goal: goal.to_owned(),
            beside: beside.into(),
        }
    }
}

/// Keeps the figures of earlier runs that this one did not measure.
pub fn save(path: &Path, fresh: &[Figure]) -> io::Result<()> {
    let mut all: Vec<Figure> = std::fs::read(path)
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_default();
    all.retain(|old| fresh.iter().all(|figure| figure.name != old.name));
    all.extend_from_slice(fresh);
    all.sort_by(|a, b| a.name.cmp(&b.name));
    std::fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
    std::fs::write(path, serde_json::to_vec_pretty(&all)?)
}

pub fn print(figures: &[Figure]) {
    println!("\n| figure | value | asked for | measured beside |\n|---|---|---|---|");
    for Figure {
        name,
        value,
        unit,
        goal,
        beside,
    } in figures
    {
        println!("| `{name}` | {value:.3} {unit} | {goal} | {beside} |");
    }
}
