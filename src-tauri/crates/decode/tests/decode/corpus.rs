//! The corpus of the fuzz targets, through what the targets check.

use crate::checks;
use std::{fs, path::Path};

#[track_caller]
fn replay(target: &str, check: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/corpus")
        .join(target);
    let files: Vec<_> = fs::read_dir(folder).expect("a corpus").collect();
    assert!(files.len() >= 5, "{target} has {} files", files.len());
    for file in files {
        check(&fs::read(file.expect("an entry").path()).expect("a file"));
    }
}

#[test]
fn the_corpus_is_sound() {
    replay("deaggregate", checks::deaggregate);
    replay("layers", checks::layers);
    replay("envelopes", checks::envelopes);
    replay("pinned", checks::pinned);
}
