//! Records with texts that are hard to find, and what looking at every one of them finds.

use crate::fixture::{advance, aggregate, everything, record};
use query::Filter;
use record::Millis;
use regex::{Regex, RegexBuilder};
use std::cmp::Reverse;
use store::{FullRecord, Payloads, PreparedRecord, RecordId, Scope, Store};

const UUIDS: [&str; 3] = [
    "550e8400-e29b-41d4-a716-446655440000",
    "0b8f7a1c-1234-4d6e-8f00-00000000000a",
    "ffffffff-ffff-4fff-bfff-ffffffffffff",
];

/// One of few payloads, so that needles are in many of them, at their ends too.
fn payload(n: u64) -> Vec<u8> {
    let uuid = UUIDS[(n % 3) as usize];
    let text = match n % 11 {
        0 => format!("ab{n}"),
        1 => String::new(),
        2 => format!("{{\"id\":\"{uuid}\",\"status\":\"PAID\",\"n\":{n}}}"),
        3 => format!(
            "{{\"name\":\"Stra\u{df}e \u{212A}elvin\",\"\u{17F}tatus\":\"late\",\"n\":{n}}}"
        ),
        4 => format!("x{}9 Order-{}", uuid.to_uppercase(), n / 50),
        5 if n.is_multiple_of(2) => {
            format!("{{\"escaped\":\"\\u00e9\\\"{n}\\\"\",\"a\":\"M\\u00fcller-street\"}}")
        }
        5 => format!(
            "{{\"body\":\"{{\\\"status\\\":\\\"paid-order-{n}\\\"}}\",\"url\":\"https:\\/\\/x/{n}\"}}"
        ),
        6 => format!("b{}a", "c".repeat((n % 7) as usize)),
        7 => return zstd::bulk::compress(packed(n).as_bytes(), 1).expect("packed"),
        8 => return vec![0xFF, 0xFE, n as u8, 0, 1],
        _ => format!(
            "{{\"type\":\"Order\",\"number\":{n},\"word\":\"order-{}\"}}",
            n / 100
        ),
    };
    text.into_bytes()
}

fn packed(n: u64) -> String {
    format!(
        "{{\"packed\":\"paid-{n}\",\"id\":\"{}\"}}",
        UUIDS[(n % 3) as usize]
    )
}

/// What is searched of it, if it can be.
fn shown(payload: &[u8]) -> Option<String> {
    match String::from_utf8(payload.to_vec()) {
        Ok(text) => Some(text),
        Err(_) => zstd::bulk::decompress(payload, 1 << 20)
            .ok()
            .map(|text| String::from_utf8(text).expect("text")),
    }
}

pub fn stored(n: u64) -> PreparedRecord {
    let arrival = 1_000_000 + (n * 10) as i64 - (n % 5 * 30) as i64;
    if n % 37 == 5 {
        let parts = [("a", payload(n)), ("b", payload(n + 1))];
        let parts: Vec<_> = parts
            .iter()
            .map(|(key, data)| (*key, data.as_slice()))
            .collect();
        return record(n, arrival, "outer", &aggregate(&parts));
    }
    record(n, arrival, "k", &payload(n))
}

/// What is looked for.
#[derive(Clone, Debug)]
pub struct Needle {
    pub text: String,
    pub case_sensitive: bool,
}

impl Needle {
    pub fn filter(&self) -> Filter {
        Filter::Contains {
            text: self.text.clone(),
            case_sensitive: self.case_sensitive,
        }
    }

    fn pattern(&self) -> Regex {
        let spellings: String = self.text.chars().map(|c| self.spellings(c)).collect();
        RegexBuilder::new(&spellings)
            .case_insensitive(!self.case_sensitive)
            .build()
            .expect("a pattern")
    }

    /// How an encoder of JSON may write it.
    fn spellings(&self, c: char) -> String {
        match c {
            '\\' => r"\\+".to_owned(),
            '"' | '/' => format!(r"\\*{c}"),
            c if c.is_ascii() => regex::escape(&c.to_string()),
            c => {
                let cases = c.to_lowercase().chain(c.to_uppercase());
                let same = cases.filter(|&one| one == c || !self.case_sensitive);
                let numbers: Vec<String> = same
                    .map(|one| format!(r"|\\+u(?i:{:04x})", u32::from(one)))
                    .collect();
                let numbers = numbers.concat();
                format!("(?:{c}{numbers})")
            }
        }
    }
}

/// Every record of a scope, looked at.
pub struct Looked {
    /// The newest first.
    records: Vec<LookedAt>,
}

struct LookedAt {
    place: (Millis, RecordId),
    /// Nothing where there is none to be had.
    text: Option<String>,
    record: FullRecord,
}

pub fn look(store: &Store, scope: &Scope) -> Looked {
    let rows = everything(store, scope).into_iter();
    let mut records: Vec<_> = rows
        .map(|row| {
            let record = store.record(row.id).expect("read").expect("there");
            LookedAt {
                place: (row.arrival, row.id),
                text: shown(&record.payload),
                record,
            }
        })
        .collect();
    records.sort_unstable_by_key(|looked| Reverse(looked.place));
    Looked { records }
}

impl Looked {
    /// What is expected of the text itself, and of the filter.
    pub fn check(&self, store: &Store, scope: &Scope, needle: &Needle) {
        let pattern = needle.pattern();
        let holding = self.records.iter().filter(|looked| match &looked.text {
            Some(text) => pattern.is_match(text),
            None => false,
        });
        let expected: Vec<RecordId> = holding.map(|looked| looked.place.1).collect();
        let opaque: Vec<RecordId> = self
            .records
            .iter()
            .filter(|looked| looked.text.is_none())
            .map(|looked| looked.place.1)
            .collect();
        let view = store.view(scope.clone(), &needle.filter()).expect("a view");
        advance(&view);
        let rows = view.page(0, self.records.len()).expect("rows");
        let found = rows.iter().rev().map(|row| row.id);
        let found: Vec<RecordId> = found.filter(|id| !opaque.contains(id)).collect();
        assert_eq!(found, expected, "{needle:?}");
        self.check_view(store, scope, &needle.filter());
    }

    /// A view against its filter asked about every record.
    pub fn check_view(&self, store: &Store, scope: &Scope, filter: &Filter) {
        let view = store.view(scope.clone(), filter).expect("a view");
        advance(&view);
        let rows = view.page(0, self.records.len()).expect("rows");
        let found: Vec<RecordId> = rows.iter().map(|row| row.id).collect();
        let matcher = filter.compile();
        let passes = |record: &FullRecord| {
            let text = store::searched_text(&record.payload, &store::Reading::default());
            matcher.matches(&query::Subject {
                arrival: record.row.arrival,
                stream: "orders",
                shard: &"shardId-000000000000".parse().expect("a shard id"),
                partition_key: record.row.partition_key.as_deref(),
                event_type: record.row.event_type.as_deref(),
                size_bytes: record.row.size_bytes,
                sequence: &record.row.sequence,
                marks: query::Marks::NONE,
                payload: &record.payload,
                text: text.as_deref(),
                read_by: None,
            })
        };
        let oldest_first = self.records.iter().rev();
        let expected = oldest_first.filter(|looked| passes(&looked.record));
        let expected: Vec<RecordId> = expected.map(|looked| looked.place.1).collect();
        assert_eq!(found, expected, "{filter}");
        let mut walked = walked(store, scope, filter);
        let mut expected = expected;
        walked.sort_unstable();
        expected.sort_unstable();
        assert_eq!(walked, expected, "{filter}");
    }
}

pub fn check(store: &Store, scope: &Scope, needle: &Needle) {
    look(store, scope).check(store, scope, needle);
}

const TEXTS: [&str; 26] = [
    "paid",
    "PAID",
    "order-1",
    "\"order-1\"",
    "b",
    "ba",
    "abb",
    "}{",
    "\"status\":\"PAID\"",
    "status",
    "\u{17F}tatus",
    "stra\u{df}e",
    "kelvin",
    "\\u00e9",
    "absent-word",
    "",
    "\u{e9}",
    "\u{c9}\"",
    "M\u{fc}ller-street",
    "\"M\u{dc}LLER-street\"",
    "\"status\":\"paid-order-",
    "\"paid-order-5\"",
    "https://x/",
    "//x/16",
    "\\",
    "{\"status\"",
];

pub fn needles() -> Vec<Needle> {
    let texts = TEXTS.iter().chain(&UUIDS).map(|text| (*text).to_owned());
    let texts = texts.chain([format!("\"{}\"", UUIDS[1]), UUIDS[0][..30].to_owned()]);
    let each = |text: String| {
        [true, false].map(|case_sensitive| Needle {
            text: text.clone(),
            case_sensitive,
        })
    };
    texts.flat_map(each).collect()
}

fn walked(store: &Store, scope: &Scope, filter: &Filter) -> Vec<RecordId> {
    let mut found = Vec::new();
    for mut walk in store.walks(scope, filter).expect("walks") {
        while let Some(page) = walk.next_page(Payloads::Without).expect("a page") {
            found.extend(page.iter().map(|record| record.id));
        }
    }
    found
}
