//! A suite: so many cases, each with a random source of its own.

use crate::Figure;
use rand::{SeedableRng, rngs::StdRng};
use std::{fmt::Display, ops::Range, path::PathBuf};

const SEED: u64 = 20_261_123;

/// Cases of the full tier (`make torture`) and of the short one (`make test`).
#[derive(Clone, Copy, Debug)]
pub struct Counts {
    pub full: u64,
    pub short: u64,
}

/// One suite while it runs; `end` tells and judges it.
#[derive(Debug)]
#[must_use = "a suite that is not ended tells nothing"]
pub struct Suite {
    name: &'static str,
    seed: u64,
    wanted: u64,
    only: Option<Range<u64>>,
    is_full: bool,
    tried: u64,
    fired: u64,
    broken: Vec<String>,
}

impl Suite {
    /// `name` as it stands in `figures.json`.
    pub fn begin(name: &'static str, counts: Counts) -> Self {
        let number = |name| std::env::var(name).ok().and_then(|text| text.parse().ok());
        let is_full = std::env::var("KINESCOPE_TORTURE").is_ok_and(|tier| tier == "full");
        let seed = number("KINESCOPE_SEED").unwrap_or(SEED);
        Self {
            name,
            seed,
            wanted: if is_full { counts.full } else { counts.short },
            only: std::env::var("KINESCOPE_CASE")
                .ok()
                .map(|text| named(&text)),
            is_full,
            tried: 0,
            fired: 0,
            broken: Vec::new(),
        }
    }

    /// The numbers of the cases of this tier, or those that were asked for.
    pub fn cases(&self) -> impl Iterator<Item = u64> + use<> {
        self.only.clone().unwrap_or(0..self.wanted)
    }

    /// The same for the same case and seed, whatever ran before it.
    pub fn random(&self, case: u64) -> StdRng {
        StdRng::seed_from_u64(self.seed ^ case.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    /// Counts a case with the faults that happened to it; `Err` says which invariant did not hold.
    pub fn tried(&mut self, case: u64, fired: u64, outcome: Result<(), impl Display>) {
        self.tried += 1;
        self.fired += fired;
        if let Err(what) = outcome {
            let line = format!("{} case {case} (seed {}): {what}", self.name, self.seed);
            println!("broken: {line}");
            self.broken.push(line);
        }
    }

    /// A seeded bug is looked for, and something broke.
    pub(crate) fn has_found_its_mutant(&self) -> bool {
        is_mutant() && !self.broken.is_empty()
    }

    #[cfg(test)]
    pub(crate) fn so_far(&self) -> (u64, u64, &[String]) {
        (self.tried, self.fired, &self.broken)
    }

    /// Prints the figure, writes it to `target/torture`, and fails where something broke, too little was tried, or no
    /// fault fired at all.
    pub fn end(self) {
        let figure = Figure {
            name: self.name.to_owned(),
            tried: self.tried,
            fired: self.fired,
            broken: self.broken.len() as u64,
        };
        let (name, seed) = (self.name, self.seed);
        println!(
            "{name}: {} tried, {} fired, {} broken (seed {seed})",
            figure.tried, figure.fired, figure.broken
        );
        if self.only.is_none() && !is_mutant() {
            figure.save(&self.file()).expect("the figures are written");
            assert!(figure.tried >= self.wanted, "{name} tried too little");
        }
        assert!(self.broken.is_empty(), "{}", self.broken.join("\n"));
        assert!(figure.fired > 0, "{name}: no fault fired");
    }

    /// The short tier does not replace the figures of the full one.
    fn file(&self) -> PathBuf {
        let target = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/torture"));
        let name = ["figures-short.json", "figures.json"][usize::from(self.is_full)];
        target.join(name)
    }
}

/// `17`, or `100..200` for a part of a suite that is run in parts.
fn named(text: &str) -> Range<u64> {
    let number = |text: &str| text.parse().expect("KINESCOPE_CASE is 17, or 100..200");
    match text.split_once("..") {
        Some((first, end)) => number(first)..number(end),
        None => number(text)..number(text) + 1,
    }
}

/// What such a run finds is no figure of the product.
fn is_mutant() -> bool {
    std::env::var_os("KINESCOPE_MUTANT").is_some()
}
