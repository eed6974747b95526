//! Values under masking rules, in records of many shapes: no rule of 50 lets one out by any of 12 ways, and without the
//! rule every way shows some. One more way is one more variant of [`Sink`].

mod desk;
mod records;
mod rules;
mod sinks;

use desk::Desk;
use rules::{Rule, rules};
use sinks::Sink;
use std::collections::BTreeSet;
use torture::{Counts, Suite};

#[tokio::test(flavor = "multi_thread")]
async fn mask() {
    let rules = rules();
    let all = (Sink::ALL.len() * rules.len()) as u64;
    let counts = Counts {
        full: all,
        short: all,
    };
    let mut suite = Suite::begin("mask", counts);
    let desk = Desk::open(&mut suite.random(0)).await;
    let mut bare = Vec::new();
    for sink in Sink::ALL {
        bare.push(desk.told_by(sink).await);
    }
    let mut in_force = None;
    for case in suite.cases() {
        let (at, way) = split(case, Sink::ALL.len());
        let rule = &rules[at % rules.len()];
        if in_force != Some(at) {
            desk.only(rule).await;
            in_force = Some(at);
        }
        let outcome = judge(&desk, rule, Sink::ALL[way], &bare[way]).await;
        suite.tried(case, bare[way].len() as u64, outcome);
    }
    desk.close().await;
    suite.end();
}

fn split(case: u64, ways: usize) -> (usize, usize) {
    let case = usize::try_from(case).expect("a small number");
    (case / ways, case % ways)
}

async fn judge(
    desk: &Desk,
    rule: &Rule,
    sink: Sink,
    bare: &BTreeSet<String>,
) -> Result<(), String> {
    if bare.is_empty() {
        return Err(format!("{sink:?} tells nothing without a rule, either"));
    }
    let told = desk.told_by(sink).await;
    let told: Vec<&String> = told.iter().filter(|what| rule.hides(what)).collect();
    if !told.is_empty() {
        return Err(format!("{sink:?} under {rule:?} tells {told:?}"));
    }
    // who hides everything leaks nothing
    if sink == Sink::Tree && rule.keeps_the_rest && !desk.shows_the_rest().await {
        return Err(format!("{rule:?} hides what it does not name"));
    }
    Ok(())
}
