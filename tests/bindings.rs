//! The generated bindings are up to date, and every command is declared.
//!
//! `KINESCOPE_WRITE_BINDINGS=1 cargo test --test bindings` writes them anew.

use specta_typescript::Typescript;
use std::collections::BTreeSet;

const BINDINGS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/ui/src/backend/bindings.ts");

#[test]
fn the_bindings_are_up_to_date() {
    if std::env::var_os("KINESCOPE_WRITE_BINDINGS").is_some() {
        kinescope::ipc()
            .export(Typescript::default(), BINDINGS)
            .expect("the bindings can be written");
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let fresh = folder.path().join("bindings.ts");
    kinescope::ipc()
        .export(Typescript::default(), &fresh)
        .expect("the bindings can be written");
    let fresh = std::fs::read_to_string(fresh).expect("the bindings were written");
    let committed = std::fs::read_to_string(BINDINGS).expect("ui/src/backend/bindings.ts is there");
    assert!(
        fresh == committed,
        "ui/src/backend/bindings.ts is old. Run: KINESCOPE_WRITE_BINDINGS=1 cargo test --test bindings"
    );
}

#[test]
fn every_command_is_declared_to_the_access_control() {
    let bindings = std::fs::read_to_string(BINDINGS).expect("ui/src/backend/bindings.ts is there");
    let typed = bindings
        .split("__TAURI_INVOKE(\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next());
    let served: BTreeSet<&str> = typed
        .chain(kinescope::RAW_COMMANDS.iter().copied())
        .collect();
    let declared: BTreeSet<&str> = kinescope::COMMANDS.iter().copied().collect();
    assert_eq!(served, declared);
}
