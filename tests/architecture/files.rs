//! File length as a ratchet: a file may be at most 400 lines, or what it is listed with here. The list may
//! only shrink.

use crate::{read, sources};

const MOST_LINES: usize = 400;

/// Longer files, each with what it may be at most.
const LONGER: &[(&str, usize)] = &[];

/// Written by programs, not by people.
const GENERATED: &[&str] = &["ui/src/backend/bindings.ts"];

#[test]
fn files_stay_short() {
    let mut long = Vec::new();
    for path in sources(&[".rs", ".ts", ".svelte", ".css", ".py", ".sql"]) {
        let name = path.to_string_lossy().into_owned();
        if GENERATED.contains(&name.as_str()) {
            continue;
        }
        let lines = read(&path).lines().count();
        let most = LONGER
            .iter()
            .find(|(listed, _)| *listed == name)
            .map_or(MOST_LINES, |(_, most)| *most);
        if lines > most {
            long.push(format!(
                "{name} has {lines} lines; {most} are allowed: split it along an idea"
            ));
        }
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn the_list_of_longer_files_only_shrinks() {
    for (name, most) in LONGER {
        let lines = read(name).lines().count();
        assert!(
            lines > MOST_LINES,
            "{name} is short now: take it off the list"
        );
        assert!(
            lines >= most.saturating_sub(20),
            "{name} has {lines} lines now: lower its entry to that"
        );
    }
}

#[test]
fn unsafe_code_stands_only_where_it_is_defended() {
    /// The environment before any thread, the store's mappings of its own sealed files, and its views.
    const ALLOWED: &[&str] = &[
        "src-tauri/src/preflight.rs",
        // switches of WebKit's that its bindings do not know yet
        "src-tauri/src/page_network.rs",
        "src-tauri/crates/store/src/search/map.rs",
        // SQLite's interface of virtual tables
        "src-tauri/crates/store/src/console/table.rs",
    ];
    for path in sources(&[".rs"]) {
        let name = path.to_string_lossy().into_owned();
        if name.starts_with("tests/") {
            continue;
        }
        let text = read(&path);
        let blocks = text.matches("unsafe {").count() + text.matches("unsafe impl").count();
        if ALLOWED.contains(&name.as_str()) {
            let reasons = text.matches("// SAFETY:").count();
            assert_eq!(
                blocks, reasons,
                "{name}: each unsafe block needs its SAFETY line"
            );
        } else {
            assert_eq!(blocks, 0, "{name} has unsafe code and is not on the list");
        }
    }
}
