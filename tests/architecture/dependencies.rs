//! The dependency table of ARCHITECTURE.md: a new edge is a decision to record there and here.

use crate::root;
use serde_json::Value;
use std::collections::BTreeSet;

/// Small crates that every one of ours may name.
const EVERYWHERE: &[&str] = &["bytes", "serde", "thiserror"];

/// (crate, the ones of ours it may use, the third-party crates it may name)
const TABLE: &[(&str, &[&str], &[&str])] = &[
    ("record", &[], &["jiff", "md-5"]),
    (
        "decode",
        &["record"],
        &[
            "base64",
            "ciborium-ll",
            "flate2",
            "lz4_flex",
            "md-5",
            "memchr",
            "protox",
            "quick-xml",
            "rmp",
            "serde_json",
            "snap",
            "zstd",
        ],
    ),
    (
        "query",
        &["record", "decode"],
        &[
            "base64",
            "jiff",
            "memchr",
            "regex",
            "regex-automata",
            "regex-syntax",
        ],
    ),
    (
        "saga",
        &["record", "decode", "query"],
        &[
            "foldhash",
            "hashbrown",
            "indexmap",
            "jiff",
            "prost",
            "saphyr-parser",
            "serde_json",
            "sha2",
            "smallvec",
        ],
    ),
    (
        "kinesis",
        &["record", "mutants"],
        &["aws-*", "http-body-util", "serde_json", "tokio", "tracing"],
    ),
    (
        "store",
        &["record", "decode", "query", "mutants"],
        &[
            "aho-corasick",
            "memchr",
            "memmap2",
            "regex",
            "rusqlite",
            "tracing",
            "twox-hash",
            "zstd",
        ],
    ),
    (
        "capture",
        &["record", "kinesis", "store", "mutants"],
        &["rand", "tokio", "tracing"],
    ),
    (
        "publish",
        &["record", "decode", "kinesis", "store", "mutants"],
        &[
            "base64",
            "csv",
            "flate2",
            "jiff",
            "md-5",
            "rand",
            "serde_json",
            "tokio",
            "uuid",
            "zstd",
        ],
    ),
    // what the two ways out to another address than an endpoint's have in common
    (
        "outgoing",
        &[],
        &["hyper", "hyper-rustls", "hyper-util", "rustls"],
    ),
    (
        "registry",
        &["outgoing"],
        &[
            "base64",
            "http-body-util",
            "hyper",
            "hyper-util",
            "serde_json",
            "tokio",
        ],
    ),
    (
        "collector",
        &["outgoing"],
        &[
            "http-body-util",
            "hyper",
            "hyper-util",
            "prost",
            "serde_json",
            "tokio",
        ],
    ),
    ("exchange", &["record"], &["base64", "csv", "serde_json"]),
    (
        "replay",
        &[
            "record", "decode", "exchange", "kinesis", "publish", "query", "store", "mutants",
        ],
        &["jiff", "serde_json", "sha2", "tokio", "tracing"],
    ),
    (
        "emulator",
        &["record"],
        &[
            "axum",
            "base64",
            "ciborium",
            "ferrokinesis",
            "serde_json",
            "tokio",
            "tracing",
        ],
    ),
    // bugs for the suites to find, in builds for that only
    ("mutants", &[], &[]),
    // for tests: a dev-dependency of the others
    (
        "faults",
        &[],
        &[
            "http-body-util",
            "hyper",
            "hyper-util",
            "serde_json",
            "tokio",
        ],
    ),
    (
        "demo",
        &["record", "emulator"],
        &["rand", "serde_json", "tokio", "tracing"],
    ),
    (
        "engine",
        &[
            "record",
            "decode",
            "query",
            "saga",
            "exchange",
            "kinesis",
            "store",
            "capture",
            "collector",
            "registry",
            "emulator",
            "demo",
            "publish",
            "replay",
            "mutants",
        ],
        &[
            "base64",
            "directories",
            "jiff",
            "serde_json",
            "tokio",
            "tracing",
        ],
    ),
    (
        "kinescope",
        &["engine", "record", "query"],
        &[
            "base64",
            "bitflags",
            "foldhash",
            "getrandom",
            "gtk",
            "mimalloc",
            "regex-automata",
            "rfd",
            "serde_json",
            "specta",
            "specta-*",
            "stable_deref_trait",
            "sys-locale",
            "tauri",
            "tauri-*",
            "tokio",
            "tracing",
            "tracing-subscriber",
        ],
    ),
];

#[test]
fn each_crate_uses_only_what_the_table_allows() {
    let packages = packages();
    let mut broken = Vec::new();
    for (name, ours, theirs) in TABLE {
        let Some(package) = packages.iter().find(|package| package["name"] == *name) else {
            broken.push(format!(
                "the table names {name}, which is no crate of the workspace"
            ));
            continue;
        };
        for dependency in dependencies(package) {
            let is_ours = TABLE
                .iter()
                .any(|(crate_name, ..)| *crate_name == dependency);
            let allowed = if is_ours {
                ours.contains(&dependency.as_str())
            } else {
                is_allowed(&dependency, theirs)
            };
            if !allowed {
                broken.push(format!("{name} uses {dependency}"));
            }
        }
    }
    assert!(
        broken.is_empty(),
        "against the dependency table:\n{}",
        broken.join("\n")
    );
}

#[test]
fn the_table_names_every_crate() {
    let tabled: BTreeSet<&str> = TABLE.iter().map(|(name, ..)| *name).collect();
    let packages = packages();
    let untabled: Vec<&str> = packages
        .iter()
        .filter_map(|package| package["name"].as_str())
        // the benches may measure anything
        .filter(|name| !["bench", "e2e", "torture"].contains(name) && !tabled.contains(name))
        .collect();
    assert!(untabled.is_empty(), "not in the table: {untabled:?}");
}

/// Seeded bugs are in no build but the one that proves the suites.
#[test]
fn only_the_torture_bench_may_seed_bugs() {
    for package in packages() {
        let name = package["name"].as_str().unwrap_or_default();
        if name == "torture" || name == "mutants" {
            continue;
        }
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let seeds = dependency["name"] == "mutants"
                && dependency["features"]
                    .as_array()
                    .is_some_and(|f| !f.is_empty());
            assert!(!seeds, "{name} turns seeded bugs on");
        }
        let features = package["features"].to_string();
        assert!(
            !features.contains("mutants/"),
            "{name} can turn seeded bugs on"
        );
    }
}

#[test]
fn the_rule_sees_a_forbidden_edge() {
    assert!(is_allowed("aws-config", &["aws-*"]));
    assert!(!is_allowed("rusqlite", &["aws-*", "tokio"]));
    assert!(!is_allowed("tokio-util", &["tokio"]));
}

fn is_allowed(dependency: &str, theirs: &[&str]) -> bool {
    EVERYWHERE.contains(&dependency)
        || theirs
            .iter()
            .any(|allowed| match allowed.strip_suffix('*') {
                Some(prefix) => dependency.starts_with(prefix),
                None => dependency == *allowed,
            })
}

/// What the crate itself uses: build scripts and tests may use more.
fn dependencies(package: &Value) -> Vec<String> {
    let all = package["dependencies"]
        .as_array()
        .expect("a package has dependencies");
    all.iter()
        .filter(|dependency| dependency["kind"].is_null())
        .filter_map(|dependency| dependency["name"].as_str().map(str::to_owned))
        .collect()
}

fn packages() -> Vec<Value> {
    let output = std::process::Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--no-deps",
            "--offline",
        ])
        .current_dir(root())
        .output()
        .expect("cargo metadata runs");
    let metadata: Value =
        serde_json::from_slice(&output.stdout).expect("cargo metadata answers JSON");
    metadata["packages"]
        .as_array()
        .expect("the workspace has packages")
        .clone()
}
