//! Payload text leaves Rust through one door, `engine::shown`.

use crate::{read, sources};

/// Who reads payloads in order to show them. All ask `shown` for the bytes.
const READERS: &[&str] = &[
    "src-tauri/crates/engine/src/copies.rs",
    "src-tauri/crates/engine/src/fields.rs",
    "src-tauri/crates/engine/src/filters.rs",
    "src-tauri/crates/engine/src/layers.rs",
    "src-tauri/crates/engine/src/questions/mod.rs",
    "src-tauri/crates/engine/src/questions/table.rs",
    "src-tauri/crates/engine/src/records.rs",
    "src-tauri/crates/engine/src/related.rs",
    "src-tauri/crates/engine/src/replays/exports.rs",
    "src-tauri/crates/engine/src/replays/files.rs",
    "src-tauri/crates/engine/src/replays/previewing.rs",
    "src-tauri/crates/engine/src/sagas/reading.rs",
    "src-tauri/crates/engine/src/sagas/unpacking.rs",
    "src-tauri/crates/engine/src/shown.rs",
    "src-tauri/crates/engine/src/views.rs",
];

#[test]
fn only_the_known_readers_show_payloads() {
    let engine_and_shell = sources(&[".rs"]).into_iter().filter(|path| {
        path.starts_with("src-tauri/src") || path.starts_with("src-tauri/crates/engine/src")
    });
    for path in engine_and_shell {
        let name = path.to_string_lossy().into_owned();
        let text = read(&path);
        // what is unpacked of a payload is one, too
        let reads = text.contains(".payload") || text.contains("decode::decode(");
        let asks = text.contains("shown(");
        if READERS.contains(&name.as_str()) {
            assert!(asks, "{name} reads payloads without asking `shown`");
        } else {
            assert!(
                !reads,
                "{name} reads a payload: it must go through `shown`, in one of {READERS:?}"
            );
        }
    }
}
