//! `index-bytes-per-record`: what the views of a big workspace hold in memory.
//!
//! Measured in a process of its own (`bench --memory PATH`), because filling the workspace leaves memory behind
//! that a program which only opens it never had.

use crate::{
    figures::Figure,
    timeline::{RECORDS, advance, everything, time_pages},
};
use query::Filter;
use record::Millis;
use std::{ffi::OsStr, path::Path, process::Command};
use store::{Scope, Store};

const PAGES: usize = 100;
const PIXELS: usize = 1600;

/// Asks a fresh process about the workspace at `path`.
pub fn figure(path: &Path) -> Figure {
    let bytes = asked_of_fresh_process(&["--memory".as_ref(), path.as_os_str()]);
    Figure::new(
        "index-bytes-per-record",
        bytes / RECORDS as f64,
        "bytes",
        "at most 16",
        "anonymous memory of a fresh process after opening, the full timeline, 100 pages and one filter, less the \
         same on an empty workspace",
    )
}

/// The number of bytes that this program prints when it is started with these arguments.
pub fn asked_of_fresh_process(arguments: &[&OsStr]) -> f64 {
    let program = std::env::current_exe().expect("this program's file");
    let output = Command::new(program)
        .args(arguments)
        .output()
        .expect("a second process runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let printed = String::from_utf8_lossy(&output.stdout);
    printed.trim().parse().expect("a number of bytes")
}

/// In the second process: prints the bytes that the workspace at `path` takes beyond an empty one.
pub fn report(path: &Path) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let empty = used_by(&folder.path().join("empty.kscope"));
    println!("{}", used_by(path).saturating_sub(empty));
}

/// Anonymous bytes after opening a workspace and looking at all of it.
fn used_by(path: &Path) -> u64 {
    let store = Store::open(path).expect("the workspace opens");
    let view = everything(&store);
    if let Some((from, until)) = view.extent() {
        view.buckets(from, until.saturating_add(1), PIXELS);
        time_pages(&view, PAGES);
    }
    let filter: Filter = query::parse("type:PAYMENT_FAILED", Millis(0)).expect("a filter");
    let scope = Scope {
        captures: Vec::new(),
    };
    let filtered = store.view(scope, &filter).expect("a filtered view");
    while !advance(&filtered) {}
    let bytes = anonymous_bytes();
    drop((view, filtered));
    store.close().expect("the workspace closes");
    bytes
}

/// `RssAnon` of this process: memory that no file backs.
pub fn anonymous_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find(|line| line.starts_with("RssAnon:"))
        .unwrap_or_default();
    line.split_whitespace()
        .nth(1)
        .and_then(|kib| kib.parse::<u64>().ok())
        .unwrap_or(0)
        * 1024
}
