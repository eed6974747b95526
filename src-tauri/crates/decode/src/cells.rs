//! What some paths lead to in a record, as the cells of a table: short, safe to show, and honest about what was not
//! looked at.
//!
//! It reads JSON as it is written; other formats are turned into it elsewhere. It agrees with [`find`](crate::find),
//! except that it says "not read" where only the beginning of a document is known and the value may come later.

use crate::{PathSet, SaidEvent, Scalar, json::skim::Skim, preview, text};

/// An object or a list is looked at this far for its line.
const MAX_CONTAINER_BYTES: usize = 4 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CellKind {
    /// The path leads nowhere in this record.
    Missing,
    /// It may lead to something after the part that was looked at.
    NotRead,
    Null,
    Bool,
    Number,
    String,
    Object,
    Array,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    pub kind: CellKind,
    /// One line: a number as it is written, a string without quotes, a container without white space. Empty where
    /// nothing was found.
    pub text: String,
    /// The value goes on after the text.
    pub is_cut: bool,
    /// Further events of the record that have a value there; the text is the first one's.
    pub others: u32,
}

/// A cell for each path, in the paths' order. `is_cut` where `json` is only the beginning of the document.
pub fn cells(json: &[u8], is_cut: bool, paths: &PathSet, max_chars: usize) -> Vec<Cell> {
    let nothing = if is_cut {
        CellKind::NotRead
    } else {
        CellKind::Missing
    };
    let mut cells = vec![Cell::empty(nothing); paths.len()];
    paths.find_placed(json, |path, value, place| {
        // a number that ends where the known part does may go on
        let is_whole = match &value {
            Scalar::Number(digits) => {
                !is_cut || place.is_in_string || digits.len() < place.rest.len()
            }
            _ => true,
        };
        if is_whole {
            cells[path] = Cell::of(&value, place.rest, max_chars);
        }
    });
    cells
}

/// A cell for each path, of all events of a record. `is_cut` where there may be more of them, or of the last one.
pub fn cells_of_events<'e>(
    events: impl IntoIterator<Item = SaidEvent<'e>>,
    is_cut: bool,
    paths: &PathSet,
    max_chars: usize,
) -> Vec<Cell> {
    let mut all = vec![Cell::empty(CellKind::Missing); paths.len()];
    let mut take = |json: &[u8], is_event: bool| {
        for (known, cell) in all.iter_mut().zip(cells(json, is_cut, paths, max_chars)) {
            match (known.has_value(), cell.has_value()) {
                (false, true) => *known = cell,
                (true, true) => known.others += u32::from(is_event),
                (false, false) if cell.kind == CellKind::NotRead => *known = cell,
                _ => {}
            }
        }
    };
    for event in events {
        for json in event.documents() {
            take(json, true);
        }
        if let Some(envelope) = event.envelope {
            take(envelope, false);
        }
    }
    all
}

impl Cell {
    fn empty(kind: CellKind) -> Self {
        Self {
            kind,
            text: String::new(),
            is_cut: false,
            others: 0,
        }
    }

    fn has_value(&self) -> bool {
        !matches!(self.kind, CellKind::Missing | CellKind::NotRead)
    }

    /// `rest` is the document from the value's beginning.
    fn of(value: &Scalar<'_>, rest: &[u8], max_chars: usize) -> Self {
        let scalar = |kind, source: &str| {
            let (text, is_cut) = line(source, max_chars);
            Self {
                kind,
                text,
                is_cut,
                others: 0,
            }
        };
        match value {
            Scalar::Null => scalar(CellKind::Null, "null"),
            Scalar::Bool(true) => scalar(CellKind::Bool, "true"),
            Scalar::Bool(false) => scalar(CellKind::Bool, "false"),
            Scalar::Number(digits) => scalar(CellKind::Number, digits),
            Scalar::String(string) => scalar(CellKind::String, string),
            Scalar::Object => Self::container(CellKind::Object, rest, max_chars),
            Scalar::Array => Self::container(CellKind::Array, rest, max_chars),
        }
    }

    fn container(kind: CellKind, rest: &[u8], max_chars: usize) -> Self {
        let look = &rest[..rest.len().min(MAX_CONTAINER_BYTES)];
        let mut skim = Skim::new(look);
        let end = skim.skip_value().map(|()| skim.at());
        let source = &look[..end.unwrap_or(look.len())];
        // one character more shows whether there was anything to cut
        let mut text = preview::json_line(source, max_chars.saturating_add(1));
        let is_long = preview::cut_to_chars(&mut text, max_chars);
        Self {
            kind,
            text,
            is_cut: is_long || end.is_none(),
            others: 0,
        }
    }
}

/// Safe to show, and whether it was cut. What is far beyond the cut is not looked at.
fn line(source: &str, max_chars: usize) -> (String, bool) {
    let end = source.char_indices().nth(max_chars).map(|(at, _)| at);
    let mut line = text::safe_text(&source[..end.unwrap_or(source.len())]).into_owned();
    let is_long = preview::cut_to_chars(&mut line, max_chars);
    (line, end.is_some() || is_long)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Path, find};
    use proptest::prelude::*;

    fn paths(texts: &[&str]) -> Vec<Path> {
        let path = |text: &&str| Path::parse(text).expect("a path");
        texts.iter().map(path).collect()
    }

    fn shown(json: &str, is_cut: bool, texts: &[&str]) -> String {
        let cells = cells(json.as_bytes(), is_cut, &PathSet::new(&paths(texts)), 12);
        let line = |(path, cell): (&&str, Cell)| {
            let more = if cell.is_cut { " …" } else { "" };
            format!("{path}: {:?} {}{more}", cell.kind, cell.text)
        };
        texts
            .iter()
            .zip(cells)
            .map(line)
            .collect::<Vec<_>>()
            .join("\n")
    }

    #[test]
    fn a_cell_shows_what_the_path_leads_to() {
        let json = r#"{"n":5129900000000000001,"huge":123456789012345678901234567890,"s":"a\u202Eb","e":"","z":null,
            "t":true,"o":{ "a" : [1, 2, 3, 4, 5] },"l":[],"d":1,"d":2,"lines":[{"sku":"x"}]}"#;
        insta::assert_snapshot!(
            shown(json, false, &["n", "huge", "s", "e", "z", "t", "o", "l", "d", "lines[0].sku", "lines[1]", "no", "$"]),
            @r#"
            n: Number 512990000000 …
            huge: Number 123456789012 …
            s: String a\u{202E}b
            e: String 
            z: Null null
            t: Bool true
            o: Object {"a":[1,2,3, …
            l: Array []
            d: Number 1
            lines[0].sku: String x
            lines[1]: Missing 
            no: Missing 
            $: Object {"n":5129900 …
            "#
        );
    }

    #[test]
    fn what_lies_beyond_the_known_part_is_not_called_missing() {
        let json = r#"{"a":1,"b":{"c":"x"},"n":12"#;
        insta::assert_snapshot!(shown(json, true, &["a", "b.c", "b.no", "n", "z"]), @r"
        a: Number 1
        b.c: String x
        b.no: NotRead 
        n: NotRead 
        z: NotRead
        ");
        insta::assert_snapshot!(shown("no JSON", true, &["a"]), @"a: NotRead");
        insta::assert_snapshot!(shown("no JSON", false, &["a", "$"]), @r"
        a: Missing 
        $: Missing
        ");
    }

    #[test]
    fn a_cell_shows_the_first_event_that_has_something_and_how_many_more_do() {
        let shown = |text: &str, is_cut: bool| {
            let set = PathSet::new(&paths(&["a", "b", "c"]));
            let cells = cells_of_events(crate::said_events(text.as_bytes()), is_cut, &set, 12);
            let cell = |cell: &Cell| format!("{:?} {} +{}", cell.kind, cell.text, cell.others);
            cells.iter().map(cell).collect::<Vec<_>>().join(", ")
        };
        let lines = "START\n{\"a\":1}\n{\"b\":\"x\",\"a\":2}\n{\"a\":3}";
        insta::assert_snapshot!(shown(lines, false), @"Number 1 +2, String x +0, Missing  +0");
        insta::assert_snapshot!(shown(lines, true), @"Number 1 +2, String x +0, NotRead  +0");
        insta::assert_snapshot!(shown("{\"a\":1}", false), @"Number 1 +0, Missing  +0, Missing  +0");
    }

    #[test]
    fn a_large_value_costs_little_and_says_that_it_goes_on() {
        let large = format!(
            r#"{{"s":"{0}","l":["{0}"],"n":{1}}}"#,
            "é".repeat(100_000),
            "7".repeat(100_000)
        );
        let cells = cells(
            large.as_bytes(),
            false,
            &PathSet::new(&paths(&["s", "l", "n"])),
            10,
        );
        for cell in cells {
            assert!(cell.is_cut && cell.text.chars().count() == 10, "{cell:?}");
        }
    }

    fn json() -> impl Strategy<Value = serde_json::Value> {
        use serde_json::Value;
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            ".{0,20}".prop_map(Value::from)
        ];
        leaf.prop_recursive(4, 40, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::btree_map("[abc]", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    const PATHS: [&str; 8] = ["a", "a.b", "a.b.c", "a[1]", "a[1].b", "b", "c[0]", "$"];

    /// The cell that the whole document asks for.
    fn expected(json: &[u8], path: &Path) -> (CellKind, Option<String>) {
        match find(json, path) {
            None => (CellKind::Missing, Some(String::new())),
            Some(Scalar::Null) => (CellKind::Null, Some("null".to_owned())),
            Some(Scalar::Bool(value)) => (CellKind::Bool, Some(value.to_string())),
            Some(Scalar::Number(digits)) => (CellKind::Number, Some(digits.to_owned())),
            Some(Scalar::String(string)) => (
                CellKind::String,
                Some(text::safe_text(&string).into_owned()),
            ),
            Some(Scalar::Object) => (CellKind::Object, None),
            Some(Scalar::Array) => (CellKind::Array, None),
        }
    }

    proptest! {
        #[test]
        fn a_cell_is_what_a_look_along_the_path_finds(json in json(), cut in 0usize..400) {
            let text = json.to_string();
            let whole = text.as_bytes();
            let known = &whole[..whole.len().min(cut)];
            let is_cut = known.len() < whole.len();
            let paths = paths(&PATHS);
            let set = PathSet::new(&paths);
            let all = cells(whole, false, &set, usize::MAX);
            let some = cells(known, is_cut, &set, usize::MAX);
            for ((path, all), some) in paths.iter().zip(all).zip(some) {
                let (kind, text) = expected(whole, path);
                prop_assert_eq!(all.kind, kind, "{}", path);
                if let Some(text) = text {
                    prop_assert_eq!(&all.text, &text, "{}", path);
                }
                // of the beginning only, it is the same or not read
                prop_assert!(some.kind == CellKind::NotRead && is_cut || some.kind == kind, "{} {:?}", path, some);
                if some.kind == kind && !matches!(kind, CellKind::Object | CellKind::Array) {
                    prop_assert_eq!(some, all);
                }
            }
        }

        #[test]
        fn no_bytes_make_it_panic_and_every_cell_is_one_safe_line(bytes in any::<Vec<u8>>(), is_cut in any::<bool>(), max_chars in 0usize..30) {
            let set = PathSet::new(&paths(&PATHS));
            for text in [&bytes[..], &[b"{\"a\":\"", &bytes[..]].concat(), &[b"{\"a\":[", &bytes[..], b"]}"].concat()] {
                for cell in cells(text, is_cut, &set, max_chars) {
                    prop_assert!(cell.text.chars().count() <= max_chars);
                    prop_assert!(!cell.text.contains(crate::is_hidden));
                }
            }
        }
    }
}
