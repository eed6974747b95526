//! The corpus of the fuzz target of SQL statements, and statements of words that mean something to SQLite.

use crate::checks;
use proptest::prelude::*;
use std::{fs, path::Path};

#[test]
fn the_corpus_is_sound() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/statements");
    let files: Vec<_> = fs::read_dir(folder).expect("a corpus").collect();
    assert!(files.len() >= 15, "{} files", files.len());
    for file in files {
        checks::statement(&fs::read(file.expect("an entry").path()).expect("a file"));
    }
}

const WORDS: &str = r#"((SELECT|FROM|WHERE|WITH|VALUES|EXPLAIN|PRAGMA|INSERT INTO|DELETE|UPDATE|SET|CREATE|ATTACH|AS|JOIN|GROUP BY|ORDER BY|LIMIT|UNION ALL|CAST\(|count\(|replace\(|json_text\(|json_each\(|records|events|shards|sqlite_schema|pragma_table_info|id|payload|arrival|\*|\(|\)|,|;|=|<|\|\||->>|'a'|'\$\.n'|x'ff'|"n"|NULL|1|9e99|\?|--) ){1,14}"#;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn words_in_any_order(words in WORDS, selects in any::<bool>()) {
        let start = if selects { "SELECT " } else { "" };
        checks::statement(format!("{start}{words}").as_bytes());
    }
}
