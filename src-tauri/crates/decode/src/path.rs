//! Paths into JSON: `customer.id`, `lines[0].sku`, `$['detail-type']`, and a lazy look along one.
//!
//! The subset of `JSONPath` (RFC 9535) that names exactly one value: members and indexes. No
//! wildcards, no filters, no descent.

use crate::{
    inside,
    json::{
        number,
        skim::Skim,
        string::{has_text, unescape},
    },
};
use std::{borrow::Cow, fmt, str::FromStr};

mod parse;

/// The way from the root of a document to one value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Path {
    segments: Vec<Segment>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Segment {
    Key(String),
    Index(usize),
}

/// What is wrong with the text of a path, and at which byte.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}")]
pub struct PathError {
    pub at: usize,
    pub expected: &'static str,
}

/// A value as far as it can be compared without building anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scalar<'a> {
    Null,
    Bool(bool),
    /// The number's own text.
    Number(&'a str),
    String(Cow<'a, str>),
    Object,
    Array,
}

impl Path {
    pub fn new(segments: Vec<Segment>) -> Self {
        Self { segments }
    }

    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// # Errors
    /// [`PathError`] where the text is more or less than a path.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        match Self::parse_prefix(text)? {
            (path, end) if end == text.len() => Ok(path),
            (_, end) => Err(PathError {
                at: end,
                expected: "`.`, `[` or the path's end",
            }),
        }
    }

    /// The path at the start of `text`, and where it ends: for languages that hold paths.
    ///
    /// # Errors
    /// [`PathError`] where no path starts, or one starts and breaks off.
    pub fn parse_prefix(text: &str) -> Result<(Self, usize), PathError> {
        parse::path(text)
    }
}

impl FromStr for Path {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        Self::parse(text)
    }
}

/// `JSONPath`, short where it can be: `$.customer['first name'][0]`.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("$")?;
        self.segments.iter().try_for_each(|segment| segment.fmt(f))
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Index(index) => write!(f, "[{index}]"),
            Self::Key(key) if is_short(key) => write!(f, ".{key}"),
            Self::Key(key) => parse::write_quoted(f, key),
        }
    }
}

/// RFC 9535's member-name-shorthand, ASCII only: other letters may be lookalikes.
fn is_short(key: &str) -> bool {
    let is_start = |c: char| c.is_ascii_alphabetic() || c == '_';
    key.starts_with(is_start) && key.chars().all(|c| is_start(c) || c.is_ascii_digit())
}

/// The value at `path`, read without building a tree and without reading past it. The first of
/// duplicate keys counts. A path goes on below a string that is an object or an array as a whole
/// (at most 256 KiB of source, four strings deep), but for the document itself. `None` where the
/// path leads nowhere, or the JSON breaks off before.
pub fn find<'a>(json: &'a [u8], path: &Path) -> Option<Scalar<'a>> {
    find_below(json, path.segments(), 0).map(|(value, _)| value)
}

/// The value, and at which byte it begins; within a string its token's source, if it has one there.
fn find_below<'a>(
    json: &'a [u8],
    segments: &[Segment],
    depth: usize,
) -> Option<(Scalar<'a>, usize)> {
    let (mut skim, below) = walk(json, segments)?;
    if below.is_empty() {
        skim.peek()?;
        let at = skim.at();
        return Some((scalar(&mut skim)?, at));
    }
    let (raw, text) = string_below(&mut skim, depth)?;
    let (value, at) = find_below(text.as_bytes(), below, depth + 1)?;
    let start = skim.at() - raw.len() - 1;
    let at = inside::SourcePlaces::new(raw).of(at);
    let value = inside::of_source(value, raw, at)?;
    Some((value, start + at))
}

/// The source of the string that starts here, and the document in it.
fn string_below<'a>(skim: &mut Skim<'a>, depth: usize) -> Option<(&'a [u8], Cow<'a, str>)> {
    let raw = skim.string().filter(|_| depth < inside::MAX_DEPTH)?;
    Some((raw, inside::document(raw)?))
}

/// The place before the value at a path, or before the string below which the rest of it leads.
fn walk<'a, 's>(json: &'a [u8], segments: &'s [Segment]) -> Option<(Skim<'a>, &'s [Segment])> {
    let mut skim = Skim::new(json);
    for (place, segment) in segments.iter().enumerate() {
        if place > 0 && skim.peek()? == b'"' {
            return Some((skim, &segments[place..]));
        }
        match segment {
            Segment::Key(key) => {
                skim.enter(b'{')?;
                while !has_text(skim.next_key()?, key) {
                    skim.skip_value()?;
                }
            }
            Segment::Index(index) => {
                skim.enter(b'[')?;
                skim.next_element()?;
                for _ in 0..*index {
                    skim.skip_value()?;
                    skim.next_element()?;
                }
            }
        }
    }
    Some((skim, &[]))
}

/// The value of a member whose key ends before `at`: for whoever found the key by searching. `None`
/// where no value follows, as after a key's text within a string.
pub fn member_value(json: &[u8], at: usize) -> Option<Scalar<'_>> {
    let mut skim = Skim::starting_at(json, at);
    skim.enter(b':')?;
    scalar(&mut skim)
}

/// The source of the value at `path`, as it is written there; below a string, as it is written in the document in it.
pub fn find_source<'a>(json: &'a [u8], path: &Path) -> Option<Cow<'a, [u8]>> {
    source_below(json, path.segments(), 0)
}

fn source_below<'a>(json: &'a [u8], segments: &[Segment], depth: usize) -> Option<Cow<'a, [u8]>> {
    let (mut skim, below) = walk(json, segments)?;
    if below.is_empty() {
        skim.peek()?;
        let start = skim.at();
        skim.skip_value()?;
        return json.get(start..skim.at()).map(Cow::Borrowed);
    }
    let (_, text) = string_below(&mut skim, depth)?;
    let source = source_below(text.as_bytes(), below, depth + 1)?;
    Some(Cow::Owned(source.into_owned()))
}

pub(crate) fn scalar<'a>(skim: &mut Skim<'a>) -> Option<Scalar<'a>> {
    match skim.peek()? {
        b'{' => Some(Scalar::Object),
        b'[' => Some(Scalar::Array),
        b'"' => skim.string().map(|raw| Scalar::String(unescape(raw))),
        _ => match skim.token()? {
            b"null" => Some(Scalar::Null),
            b"true" => Some(Scalar::Bool(true)),
            b"false" => Some(Scalar::Bool(false)),
            token if number::is_number(token) => {
                std::str::from_utf8(token).ok().map(Scalar::Number)
            }
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found<'a>(json: &'a str, path: &str) -> Option<Scalar<'a>> {
        find(json.as_bytes(), &Path::parse(path).expect("a path"))
    }

    #[test]
    fn finds_members_and_elements() {
        let json =
            r#" { "a" : { "b" : [ 1 , {"c":"x\ty"} , [] ], "detail-type":true }, "n": null } "#;
        assert_eq!(found(json, "a.b[0]"), Some(Scalar::Number("1")));
        assert_eq!(
            found(json, "$.a.b[1].c"),
            Some(Scalar::String("x\ty".into()))
        );
        assert_eq!(found(json, "a['detail-type']"), Some(Scalar::Bool(true)));
        assert_eq!(found(json, "a.detail-type"), Some(Scalar::Bool(true)));
        assert_eq!(found(json, "a.b"), Some(Scalar::Array));
        assert_eq!(found(json, "$"), Some(Scalar::Object));
        assert_eq!(found(json, "n"), Some(Scalar::Null));
    }

    #[test]
    fn finds_nothing_where_there_is_nothing() {
        for path in [
            "x",
            "a.x",
            "a.b[3]",
            "a.b[99]",
            "a.b.c",
            "a[0]",
            "n.x",
            "a.b[2][0]",
        ] {
            let json = r#"{"a":{"b":[1,{"c":2},[]]},"n":null}"#;
            assert_eq!(found(json, path), None, "{path}");
        }
        assert_eq!(found("", "a"), None);
        assert_eq!(found(r#"{"a":"#, "a"), None);
        assert_eq!(found(r#"{"a":01}"#, "a"), None);
        assert_eq!(found(r#"{"a":nul}"#, "a"), None);
    }

    #[test]
    fn a_number_keeps_its_text() {
        let digits = "123456789".repeat(50);
        assert_eq!(
            found(&format!(r#"{{"n":-{digits}.5e+10}}"#), "n"),
            Some(Scalar::Number(&format!("-{digits}.5e+10")))
        );
    }

    #[test]
    fn a_member_is_read_from_where_its_key_ends() {
        let json = r#"{"a" : [1, {"b":"x"}], "c":"b\":2" }"#;
        let at = |text: &str| json.find(text).map_or(0, |at| at + text.len());
        let value = |text: &str| member_value(json.as_bytes(), at(text));
        assert_eq!(value("\"a\""), Some(Scalar::Array));
        assert_eq!(value("\"b\""), Some(Scalar::String("x".into())));
        assert_eq!(value("[1"), None);
        assert_eq!(member_value(b"", 9), None);
        let source = |path: &str| find_source(json.as_bytes(), &Path::parse(path).expect("a path"));
        assert_eq!(source("a").as_deref(), Some(&br#"[1, {"b":"x"}]"#[..]));
        assert_eq!(source("a[1].b").as_deref(), Some(&br#""x""#[..]));
        assert_eq!(source("a[2]"), None);
    }

    #[test]
    fn the_first_of_duplicate_keys_counts_and_escaped_keys_are_keys() {
        assert_eq!(found(r#"{"a":1,"a":2}"#, "a"), Some(Scalar::Number("1")));
        assert_eq!(found(r#"{"\u0061":1}"#, "a"), Some(Scalar::Number("1")));
    }

    #[test]
    fn paths_are_shown_as_jsonpath() {
        let shown = |text: &str| Path::parse(text).map(|path| path.to_string());
        insta::assert_debug_snapshot!(
            ["a.b[0]", "$", "$.a['b']", r#"["first name"].x"#, r"['it\'s']", "naïve", "detail-type", "a['\u{202E}']"].map(shown),
            @r#"
        [
            Ok(
                "$.a.b[0]",
            ),
            Ok(
                "$",
            ),
            Ok(
                "$.a.b",
            ),
            Ok(
                "$['first name'].x",
            ),
            Ok(
                "$['it\\'s']",
            ),
            Ok(
                "$['naïve']",
            ),
            Ok(
                "$['detail-type']",
            ),
            Ok(
                "$.a['\\u202e']",
            ),
        ]
        "#
        );
    }

    #[test]
    fn broken_paths_say_where_and_what() {
        let refused = |text: &str| match Path::parse(text) {
            Err(error) => format!("{}: {error}", error.at),
            Ok(path) => format!("read as {path}"),
        };
        insta::assert_snapshot!(refused(""), @"0: expected a field name");
        insta::assert_snapshot!(refused("a..b"), @"2: expected a field name");
        insta::assert_snapshot!(refused("a[x]"), @"2: expected a number or a quoted name");
        insta::assert_snapshot!(refused("a[1"), @"3: expected `]`");
        insta::assert_snapshot!(refused("a['b"), @"2: expected a closing quote");
        insta::assert_snapshot!(refused("a b"), @"1: expected `.`, `[` or the path's end");
        insta::assert_snapshot!(refused(r"a['\q']"), @r"3: expected one of the escapes \b \t \n \f \r \/ \\ \' \uXXXX");
        insta::assert_snapshot!(refused("a[99999999999999999999]"), @"2: expected a smaller number");
    }

    fn any_segment() -> impl Strategy<Value = Segment> {
        prop_oneof![
            any::<String>().prop_map(Segment::Key),
            "[a-z]{1,5}".prop_map(Segment::Key),
            any::<usize>().prop_map(Segment::Index),
        ]
    }

    proptest! {
        #[test]
        fn the_shown_text_is_the_same_path(segments in proptest::collection::vec(any_segment(), 0..6)) {
            let path = Path::new(segments);
            prop_assert_eq!(Path::parse(&path.to_string()), Ok(path));
        }

        #[test]
        fn no_text_makes_it_panic(text in any::<String>(), json in any::<Vec<u8>>()) {
            if let Ok(path) = Path::parse(&text) {
                let _ = find(&json, &path);
            }
        }

        #[test]
        fn finds_what_serde_finds(key in any::<String>(), value in any::<String>(), at in 0usize..4) {
            let mut list = vec![serde_json::json!({"other": [1, {}]}); 4];
            list[at] = serde_json::json!({"before": "x", key.clone(): value});
            let json = serde_json::to_vec(&list).expect("JSON");
            let path = Path::new(vec![Segment::Index(at), Segment::Key(key.clone())]);
            let expected = if key == "before" && value.is_empty() { "x" } else { &value };
            let found = find(&json, &path);
            prop_assert_eq!(found, Some(Scalar::String(Cow::Borrowed(list[at][&key].as_str().unwrap_or(expected)))));
        }
    }
}
