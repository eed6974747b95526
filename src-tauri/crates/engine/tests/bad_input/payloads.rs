//! Records that are unpleasant to show: kept byte for byte, shown safely, and opened in no time.

use crate::desk::{capture_all, close, emulator, fill, open, rows};
use engine::{Engine, EventPart, Expansion, Format, PageRow, Pretty, TreeWindow, safe_text};
use std::time::{Duration, Instant};

/// A payload may cost at most this to open, whatever is in it: once in [`TRIES`], for other tests run beside this one.
const OPENS_WITHIN: Duration = Duration::from_millis(500);
const TRIES: usize = 3;
const DEPTH: usize = 10_000;

struct Opened {
    row: PageRow,
    bytes: Vec<u8>,
    text: Pretty,
    raw: Pretty,
}

async fn in_no_time<T>(what: &str, opens: impl AsyncFn() -> T) -> T {
    let mut took = Duration::ZERO;
    for _ in 0..TRIES {
        let started = Instant::now();
        let opened = opens().await;
        took = started.elapsed();
        if took < OPENS_WITHIN {
            return opened;
        }
    }
    panic!("{what} took {took:?}")
}

/// Captures the records, and opens each with everything that the inspector asks for.
async fn through(records: &[(&str, Vec<u8>)]) -> (Engine, Vec<Opened>, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = open(&folder.path().join("payloads.kscope")).await;
    let emulator = emulator();
    fill(&emulator, records).await;
    capture_all(&engine, &emulator.endpoint()).await;
    let mut opened = Vec::new();
    for row in rows(&engine, records.len() as u64).await {
        let id = row.row.id;
        let (text, raw) = in_no_time(&format!("{:?}", row.preview), async || {
            engine.open_record(id).await.expect("the record opens");
            let text = engine.record_text(id, 0, EventPart::Content).await;
            let raw = engine.record_raw(id).await;
            (text.expect("its text"), raw.expect("its bytes as text"))
        })
        .await;
        let bytes = engine
            .record_bytes(id, None, 0, u32::MAX)
            .await
            .expect("bytes");
        opened.push(Opened {
            row,
            bytes,
            text,
            raw,
        });
    }
    for ((key, payload), opened) in records.iter().zip(&opened) {
        assert_eq!(opened.row.row.partition_key.as_deref(), Some(*key));
        assert!(opened.bytes == *payload, "{key:?} was changed");
    }
    (engine, opened, folder)
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_at_all_and_no_text() {
    let records = [
        ("empty", Vec::new()),
        ("latin 1", b"J\xFCrgen".to_vec()),
        ("half a character", b"{\"a\":\"\xE2\x82".to_vec()),
        ("json around it", b"{\"name\":\"J\xFCrgen\"}".to_vec()),
    ];
    let (engine, opened, _folder) = through(&records).await;
    let formats: Vec<Format> = opened.iter().map(|o| o.row.preview.format).collect();
    assert_eq!(
        formats,
        [Format::Empty, Format::Binary, Format::Binary, Format::Json]
    );
    let raw: Vec<&str> = opened.iter().map(|o| o.raw.text.as_str()).collect();
    assert_eq!(
        raw,
        [
            "",
            r"J\xFCrgen",
            r#"{"a":"\xE2\x82"#,
            r#"{"name":"J\xFCrgen"}"#
        ]
    );
    assert!(opened[3].text.text.contains(r"J\xFCrgen"));
    close(engine).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_and_text_that_would_mislead() {
    let records = [
        ("nul\0inside", b"{\"a\":\"\\u0000\"}".to_vec()),
        (
            "user\u{202E}gnp.exe",
            "{\"file\u{202E}\":\"\u{2066}x\u{200B}\"}"
                .as_bytes()
                .to_vec(),
        ),
        ("\u{1b}[31mred", b"plain \0 text\x1b[2J".to_vec()),
    ];
    let (engine, opened, _folder) = through(&records).await;
    let hidden = |text: &str| {
        text.chars()
            .any(|c| c != '\n' && safe_text(&c.to_string()) != c.to_string())
    };
    for opened in &opened {
        let shown = [
            &opened.row.preview.text,
            &opened.text.text,
            &opened.raw.text,
        ];
        for text in shown {
            assert!(!hidden(text), "{text:?}");
        }
    }
    assert_eq!(
        safe_text(opened[1].row.row.partition_key.as_deref().expect("a key")),
        r"user\u{202E}gnp.exe"
    );
    close(engine).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mebibyte_in_one_line() {
    let largest = (1 << 20) - "large".len();
    let text = [b"\"", "é".repeat((largest - 2) / 2).as_bytes(), b"\""].concat();
    let records = [("large", vec![b'x'; largest]), ("quoted", text)];
    let (engine, opened, _folder) = through(&records).await;
    for opened in &opened {
        assert!(opened.raw.truncated_at.is_none() && opened.text.truncated_at.is_none());
        assert!(opened.raw.is_wrapped, "no view takes it in one line");
        let longest = opened.raw.text.lines().map(str::len).max();
        assert!(
            longest.is_some_and(|longest| longest < 10_000),
            "{longest:?}"
        );
    }
    assert_eq!(opened[0].raw.text.replace('\n', "").len(), largest);
    close(engine).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn json_ten_thousand_levels_deep() {
    let objects = "{\"a\":".repeat(DEPTH) + "1" + &"}".repeat(DEPTH);
    let arrays = "[".repeat(DEPTH) + &"]".repeat(DEPTH);
    let records = [
        ("objects", objects.into_bytes()),
        ("arrays", arrays.into_bytes()),
    ];
    let (engine, opened, _folder) = through(&records).await;
    for (opened, total) in opened.iter().zip([DEPTH + 1, DEPTH]) {
        assert_eq!(opened.row.preview.format, Format::Json);
        for first in [0, DEPTH / 2, DEPTH - 100] {
            let tree = in_no_time("a part of a deep tree", async || {
                let window = TreeWindow {
                    expansion: Expansion::to_depth(100_000),
                    first,
                    count: 500,
                };
                let tree = engine.record_tree(opened.row.row.id, 0, window).await;
                tree.expect("its tree")
            })
            .await;
            assert_eq!((tree.total, tree.stop), (total, None));
            assert_eq!(tree.rows[0].depth, first);
        }
    }
    close(engine).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_of_400_digits() {
    let number = "1234567890".repeat(40);
    let json = format!("{{\"exact\":{number},\"tiny\":-0.{number}e-{number}}}");
    let records = [("number", json.into_bytes())];
    let (engine, opened, _folder) = through(&records).await;
    assert!(opened[0].text.text.contains(&format!("{number},\n")));
    let window = TreeWindow {
        expansion: Expansion::to_depth(2),
        first: 0,
        count: 10,
    };
    let tree = engine
        .record_tree(opened[0].row.row.id, 0, window)
        .await
        .expect("its tree");
    assert_eq!(tree.rows[1].text, number);
    assert!(!tree.rows[1].is_cut);
    // and the filter tells it from its neighbour, which no f64 does
    for (last, matches) in [('0', 1), ('1', 0)] {
        let wanted = format!("$.exact:{}{last}", &number[..399]);
        let view = engine
            .open_view("number", Vec::new(), &wanted)
            .await
            .expect("a filter");
        let view = engine.view_status(view.id).await.expect("its state");
        assert_eq!((view.complete, view.matched), (true, matches), "{wanted}");
    }
    close(engine).await;
}
