//! The corpus of the fuzz targets, and the same checks on texts that look like the languages.

use crate::checks;
use proptest::prelude::*;
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
    replay("filter", checks::filter);
    replay("question", checks::question);
    replay("matching", checks::matching);
}

const FILTER: &str = r#"((type|a\.b|\$\.type|size|time|after|last|is|has|ispresent\(|like|in|-|not|or|and|\(|\)|\[|\]|"|:|>|!=|=~|=|\*|\\|/|/i|x|é|1|5m|1k|\.\.|,|a/b|replayed|now-5m|2026-04-11|\n| ){1,2}){0,14}"#;
const QUESTION: &str = r#"((fields|display|filter|stats|sort|limit|dedup|parse|count\(|pct\(|bin\(|as|by|desc|a|b\.a|@message|\$\.type|`a-b`|"|'|\*|/|\(|\)|,|\||#|\n|\+|-|=|>|1|99|5m|é) ?){0,16}"#;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]
    #[test]
    fn filters(text in FILTER) {
        checks::filter(text.as_bytes());
    }

    #[test]
    fn questions(text in QUESTION) {
        checks::question(text.as_bytes());
    }

    #[test]
    fn matches(filter in FILTER, payload in r#"(\{|\}|\[|\]|"|:|,|\\|\\u0061|a|b|x|1|null|true| |é){0,20}"#) {
        checks::matching(format!("{}\n{payload}", filter.replace('\n', " ")).as_bytes());
    }

    #[test]
    fn arbitrary_texts(text in any::<String>(), bytes in any::<Vec<u8>>()) {
        checks::filter(text.as_bytes());
        checks::question(text.as_bytes());
        checks::matching(&bytes);
    }
}
