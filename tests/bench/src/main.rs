//! `make bench`: the figures of BENCHMARKS.md, measured beside what they are compared with, in one run.
//!
//! `bench` measures all, `bench --only NAME` one; `bench --small NAME` tries one of the window's over little, and gives no
//! figure. `bench --memory PATH` and `bench --saga-memory` are its second processes. Prints a table and writes
//! target/bench/figures.json.

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
mod window;
mod workspace;
mod writer;

use figures::Figure;
use std::{path::Path, process::ExitCode};
use window::Size;

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

/// Those of the window, which can also be tried small.
type OfTheWindow = (&'static [&'static str], fn(Size) -> Vec<Figure>);
const OF_THE_WINDOW: &[OfTheWindow] = &[
    (&["window-start"], window::starting::figures),
    (&["open-2m", "jump-anywhere"], window::opening::figures),
    (&["timeline-redraw"], window::redraw::figures),
    (&["live-5k-input"], window::live::figures),
    (&["idle-cpu"], window::quiet::idle),
    (&["tail-30min-growth"], window::quiet::tail),
    (&["inspector-1m", "inspector-10m"], window::large::figures),
];

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let only = match (arguments.next().as_deref(), arguments.next()) {
        (None, _) => None,
        (Some("--only"), Some(name)) => Some(name),
        (Some("--small"), Some(name)) => return try_small(&name),
        (Some("--saga-memory"), None) => {
            saga_memory::report();
            return ExitCode::SUCCESS;
        }
        (Some("--memory"), Some(path)) => {
            memory::report(Path::new(&path));
            return ExitCode::SUCCESS;
        }
        _ => return usage("bench [--only NAME | --small NAME]"),
    };
    if let Some(only) = &only
        && !every_name().any(|name| name == only)
    {
        let names: Vec<&str> = every_name().collect();
        return usage(&format!(
            "there is no such figure; there are {}",
            names.join(", ")
        ));
    }
    println!("load {:.1}", rounds::load_average());
    let measured = measure(only.as_deref());
    figures::print(&measured);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/bench/figures.json");
    match figures::save(&path, &measured) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => usage(&format!("{}: {error}", path.display())),
    }
}

fn every_name() -> impl Iterator<Item = &'static str> {
    let plain = MEASUREMENTS.iter().flat_map(|(names, _)| *names);
    let of_the_window = OF_THE_WINDOW.iter().flat_map(|(names, _)| *names);
    plain.chain(of_the_window).copied()
}

/// One after the other: each has the machine to itself.
fn measure(only: Option<&str>) -> Vec<Figure> {
    let is_wanted = |names: &[&str]| {
        let wanted = only.is_none_or(|only| names.contains(&only));
        if wanted {
            eprintln!("{}", names.join(", "));
        }
        wanted
    };
    let mut measured = Vec::new();
    for (names, measure) in MEASUREMENTS {
        if is_wanted(names) {
            measured.extend(measure());
        }
    }
    for (names, measure) in OF_THE_WINDOW {
        if is_wanted(names) {
            measured.extend(measure(Size::Full));
        }
    }
    measured
}

/// Whether a measurement works, also in a debug build. What it prints is no figure, and is not kept.
fn try_small(name: &str) -> ExitCode {
    let found = OF_THE_WINDOW
        .iter()
        .find(|(names, _)| names.contains(&name));
    let Some((_, measure)) = found else {
        return usage("only the window's figures can be tried small");
    };
    println!("\nNo figures: a small try.");
    figures::print(&measure(Size::Small));
    ExitCode::SUCCESS
}

fn usage(message: &str) -> ExitCode {
    eprintln!("{message}");
    ExitCode::from(2)
}
