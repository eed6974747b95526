//! `make bench`: the figures of BENCHMARKS.md, measured beside what they are compared with, in one run.
//!
//! `bench` measures all, `bench --only NAME` one; `bench --memory PATH` and
//! `bench --saga-memory` are its second processes. Prints a table and writes target/bench/figures.json.

mod endpoint;
mod fields;
mod figures;
mod kpl;
mod memory;
mod reading;
mod replay_lab;
mod replay_pacing;
mod replay_plan;
mod replaying;
mod rounds;
mod saga_events;
mod saga_live;
mod saga_memory;
mod sagas;
mod sample;
mod search;
mod start;
mod timeline;
mod typing;
mod workspace;
mod writer;

use figures::Figure;
use std::{path::Path, process::ExitCode};

/// The program's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Measurement = fn() -> Vec<Figure>;

/// What is measured together, with the figures it gives.
const MEASUREMENTS: &[(&[&str], Measurement)] = &[
    (&["writer-vs-rusqlite", "disk-vs-rusqlite"], writer::figures),
    (
        &["capture-vs-sdk-read", "capture-vs-boto3-read"],
        reading::throughput,
    ),
    (&["polling-calls"], reading::politeness),
    (
        &[
            "timeline-10m-median",
            "page-10m-median",
            "index-bytes-per-record",
        ],
        timeline::figures,
    ),
    (
        &[
            "search-first-5m",
            "search-any-5m",
            "search-count-vs-ripgrep",
            "search-count-ci-vs-ripgrep",
            "id-trace-5m",
            "disk-canonical-vs-payload",
            "disk-vs-payload",
        ],
        search::figures,
    ),
    (&["capture-with-search-vs-without"], search::capture),
    (
        &["field-scan-1m", "predicate-1m", "predicate-vs-jaq"],
        fields::figures,
    ),
    (
        &[
            "kpl-vs-md5",
            "kpl-vs-node",
            "kpl-vs-python",
            "kpl-vs-md5-60",
            "kpl-vs-node-60",
            "kpl-vs-python-60",
        ],
        kpl::figures,
    ),
    (&["cold-start-1m"], start::figures),
    (&["typing-worst-frame"], typing::figures),
    (
        &["replay-vs-bare-put", "replay-vs-serial"],
        replaying::figures,
    ),
    (&["replay-plan-1m"], replay_plan::planning),
    (
        &["replay-pacing-p99", "replay-pacing-http-p99"],
        replay_pacing::figures,
    ),
    (
        &[
            "saga-1m-seconds",
            "saga-vs-python",
            "saga-incremental-core-share",
            "saga-open-median",
            "saga-list-median",
            "saga-bytes-each",
        ],
        sagas::figures,
    ),
];

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let only = match (arguments.next().as_deref(), arguments.next()) {
        (None, _) => None,
        (Some("--only"), Some(name)) => Some(name),
        (Some("--saga-memory"), None) => {
            saga_memory::report();
            return ExitCode::SUCCESS;
        }
        (Some("--memory"), Some(path)) => {
            memory::report(Path::new(&path));
            return ExitCode::SUCCESS;
        }
        _ => return usage("bench [--only NAME]"),
    };
    let wanted = |names: &[&str]| only.as_deref().is_none_or(|only| names.contains(&only));
    if !MEASUREMENTS.iter().any(|(names, _)| wanted(names)) {
        let names: Vec<&str> = MEASUREMENTS
            .iter()
            .flat_map(|(names, _)| *names)
            .copied()
            .collect();
        return usage(&format!(
            "there is no such figure; there are {}",
            names.join(", ")
        ));
    }
    println!("load {:.1}", rounds::load_average());
    let mut measured = Vec::new();
    for (names, measure) in MEASUREMENTS.iter().filter(|(names, _)| wanted(names)) {
        eprintln!("{}", names.join(", "));
        measured.extend(measure());
    }
    figures::print(&measured);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/bench/figures.json");
    match figures::save(&path, &measured) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => usage(&format!("{}: {error}", path.display())),
    }
}

fn usage(message: &str) -> ExitCode {
    eprintln!("{message}");
    ExitCode::from(2)
}
