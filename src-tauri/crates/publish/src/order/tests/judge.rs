//! What a run must not do, found in what it left behind. Knows nothing of any machine.

use super::{LIMITS, world::Trace};
use crate::{Order, Planned};
use std::collections::{HashMap, HashSet};

/// Everything that is wrong, in words; nothing for a run as it should be.
pub fn faults(order: Order, plan: &[Planned], trace: &Trace) -> Vec<String> {
    let lanes: HashMap<u64, String> = plan
        .iter()
        .map(|planned| (planned.position, lane(order, planned)))
        .collect();
    let mut faults = Vec::new();
    if !trace.ended {
        faults.push("it does not come to an end".to_owned());
    }
    requests(order, trace, &lanes, &mut faults);
    copies(plan, trace, &mut faults);
    order_of_writes(trace, &lanes, &mut faults);
    faults
}

fn lane(order: Order, planned: &Planned) -> String {
    match order {
        Order::Keyed => planned.entry.key.clone(),
        Order::Strict => planned
            .entry
            .origin
            .map_or_else(String::new, |origin| origin.shard().to_string()),
        Order::Fast => planned.position.to_string(),
    }
}

fn requests(order: Order, trace: &Trace, lanes: &HashMap<u64, String>, faults: &mut Vec<String>) {
    for (number, batch) in trace.batches.iter().enumerate() {
        let bytes: usize = batch.iter().map(|(_, size)| size).sum();
        let most = if order == Order::Strict {
            1
        } else {
            LIMITS.request_records
        };
        if batch.is_empty() || batch.len() > most || bytes > LIMITS.request_bytes {
            faults.push(format!(
                "batch {number}: {} records, {bytes} bytes",
                batch.len()
            ));
        }
    }
    for (number, (beside, own)) in trace.beside.iter().enumerate() {
        let mut taken: HashSet<&str> = beside.iter().map(|p| lanes[p].as_str()).collect();
        if let Some(position) = own.iter().find(|p| !taken.insert(&lanes[p])) {
            faults.push(format!(
                "batch {number}: {position} leaves beside one of its lane"
            ));
        }
    }
}

/// Everything is there; what is there twice is listed.
fn copies(plan: &[Planned], trace: &Trace, faults: &mut Vec<String>) {
    let mut copies: HashMap<u64, usize> = HashMap::new();
    for written in &trace.written {
        *copies.entry(written.position).or_default() += 1;
    }
    let listed: HashSet<u64> = trace.unclear.iter().copied().collect();
    for planned in plan {
        match copies.get(&planned.position) {
            None => faults.push(format!("{} is missing", planned.position)),
            Some(1) => {}
            Some(n) if listed.contains(&planned.position) => {
                // one copy more than the unclear attempts is explained; how many there were is not kept
                if *n > 50 {
                    faults.push(format!("{} is there {n} times", planned.position));
                }
            }
            Some(n) => faults.push(format!(
                "{} is there {n} times and not listed",
                planned.position
            )),
        }
    }
}

/// The first copies of each lane's records are in the order of the plan.
fn order_of_writes(trace: &Trace, lanes: &HashMap<u64, String>, faults: &mut Vec<String>) {
    let mut seen = HashSet::new();
    let mut last: HashMap<&str, u64> = HashMap::new();
    for written in &trace.written {
        if !seen.insert(written.position) {
            continue;
        }
        let before = last.insert(&lanes[&written.position], written.position);
        if let Some(before) = before.filter(|&before| before > written.position) {
            faults.push(format!("{} was written after {before}", written.position));
        }
    }
}
