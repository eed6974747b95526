//! Conditions on fields over a million records: `field-scan-1m`, `predicate-1m` and `predicate-vs-jaq`, the last
//! beside jaq over the same payloads as lines, in the same run.
//!
//! Everything is warm, and each question is a view of its own, so that nothing is left of the one before. Both sides'
//! counts must be equal. Without jaq its figure is missing, and that is said.

use crate::{
    figures::Figure,
    rounds::{Cost, Ratios, measure, percentile},
    search,
};
use record::Millis;
use std::{path::Path, process::Command, time::Duration};
use store::{Cancel, Scope, Store};

const RECORDS: usize = 1_000_000;
const ROUNDS: usize = 7;

/// `field = value` on any path: in all records, in some, in hardly any, in none, and on a path that none has.
const FIELDS: [&str; 8] = [
    "status:accepted",
    "eventType:PAYMENT_FAILED",
    "payload.items[0].sku:SKU-0003",
    "payload.items[0].quantity:7",
    "payload.total:123.45",
    "version:3",
    "payload.currency:USD",
    "payload.shipping.city:Berlin",
];

/// Three terms, and the same for jaq. The first and the last have a term that few records hold; all records hold the
/// texts of the second.
const PREDICATES: [(&str, &str); 3] = [
    (
        "eventType:PAYMENT_FAILED payload.currency:EUR payload.total>900",
        r#".eventType == "PAYMENT_FAILED" and .payload.currency == "EUR" and .payload.total > 900"#,
    ),
    (
        "status:accepted payload.items[0].quantity>=5 payload.total<100.5",
        r#".status == "accepted" and .payload.items[0].quantity >= 5 and .payload.total < 100.5"#,
    ),
    (
        "-attempt:2 payload.items[0].sku:SKU-0003 payload.total>=500",
        r#".attempt != 2 and .payload.items[0].sku == "SKU-0003" and .payload.total >= 500"#,
    ),
];

pub fn figures() -> Vec<Figure> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (path, lines) = (
        folder.path().join("fields.kscope"),
        folder.path().join("fields.ndjson"),
    );
    search::fill(&path, &lines, RECORDS);
    let store = Store::open(&path).expect("the workspace opens again");
    search::indexed(&store);
    let mut figures = vec![scan(&store)];
    figures.extend(predicates(&store, &lines));
    figures
}

/// How many records match; the view is looked through to its end.
fn matched(store: &Store, text: &str) -> u64 {
    let filter = query::parse(text, Millis(0)).expect(text);
    let view = store.view(Scope::default(), &filter).expect("a view");
    let progress = view
        .advance(&Cancel::new(), Duration::MAX)
        .expect("the view is looked through");
    assert!(progress.complete && progress.total == RECORDS as u64);
    progress.matched
}

fn scan(store: &Store) -> Figure {
    let mut millis = Vec::new();
    let mut counts = Vec::new();
    for round in 0..=ROUNDS {
        for text in FIELDS {
            let (cost, count) = measure(|| matched(store, text));
            if round == 0 {
                counts.push(count);
            } else {
                millis.push(cost.wall.as_secs_f64() * 1000.0);
            }
        }
    }
    assert_eq!((counts[0], counts[7]), (RECORDS as u64, 0));
    times(
        "field-scan-1m",
        millis,
        "at most 200",
        &format!(
            "{} conditions of one field, matching {counts:?}",
            FIELDS.len()
        ),
    )
}

fn times(name: &str, mut millis: Vec<f64>, goal: &str, what: &str) -> Figure {
    millis.sort_by(f64::total_cmp);
    let beside = format!(
        "{what}; 95th percentile of {}, median {:.1}, most {:.1}",
        millis.len(),
        percentile(&millis, 0.5),
        percentile(&millis, 1.0),
    );
    Figure::new(name, percentile(&millis, 0.95), "ms", goal, beside)
}

fn predicates(store: &Store, lines: &Path) -> [Figure; 2] {
    let (mut millis, mut rounds, mut counts) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        for (text, program) in PREDICATES {
            let (ours, count) = measure(|| matched(store, text));
            let theirs = jaq(lines, program);
            if let Some((_, counted)) = theirs {
                assert_eq!(count, counted, "{text}");
            }
            if round == 0 {
                counts.push(count);
                continue;
            }
            millis.push(ours.wall.as_secs_f64() * 1000.0);
            rounds.extend(theirs.map(|(theirs, _)| (ours, theirs)));
        }
    }
    let what = format!(
        "{} predicates of three terms, matching {counts:?}",
        PREDICATES.len()
    );
    [
        times("predicate-1m", millis, "at most 200 (goal 50)", &what),
        beside_jaq(&rounds),
    ]
}

fn beside_jaq(rounds: &[(Cost, Cost)]) -> Figure {
    let (name, goal) = ("predicate-vs-jaq", "at least 25 (goal 90)");
    if rounds.is_empty() {
        return Figure::new(name, f64::NAN, "x", goal, "jaq is missing: not measured");
    }
    // more cores are part of it: the clock, not processor time
    let ratios = Ratios::by_clock(rounds);
    let beside = format!(
        "jaq counting the same over the payloads as lines; {}",
        ratios.describe()
    );
    Figure::new(name, ratios.median(), "x", goal, beside)
}

/// jaq, which `make bench` installs, and what it counts; it keeps no value.
fn jaq(lines: &Path, condition: &str) -> Option<(Cost, u64)> {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tools/bin/jaq");
    let count = format!("reduce (inputs | select({condition})) as $each (0; . + 1)");
    let (cost, output) = measure(|| {
        Command::new(program)
            .args(["-n", &count])
            .arg(lines)
            .output()
    });
    let output = output.ok()?;
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let printed = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    Some((cost, printed.parse().expect("a count")))
}
