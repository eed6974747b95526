//! Finding a text in the texts of many records that lie one after the other.
//!
//! A match lies within one record; what would straddle two is none. Every record that holds the text
//! is given, once. Which texts lie where is not known here.

use crate::StoreError;
use aho_corasick::{Span, packed};
use memchr::{memchr2, memmem};
use regex::bytes::{Regex, RegexBuilder};
use std::ops::Range;

/// What is looked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Needle {
    pub text: String,
    /// Else by Unicode's simple case folding, as `query` does.
    pub case_sensitive: bool,
}

/// A needle made ready. Cheap to use, not to make.
#[derive(Debug)]
pub(crate) struct Finder {
    search: Search,
}

#[derive(Debug)]
enum Search {
    Exact(memmem::Finder<'static>),
    /// `wide` where it holds `k` or `s`, which are also characters outside ASCII.
    AnyCase {
        ascii: AnyCase,
        wide: Option<Regex>,
    },
    Folded(Regex),
}

/// The characters outside ASCII that fold to letters inside it: U+017F and U+212A.
const WIDE: [&str; 2] = ["\u{17F}", "\u{212A}"];

/// Where the records of a text end, counted from its beginning; four bytes each, little-endian.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ends<'a>(pub &'a [[u8; 4]]);

impl Ends<'_> {
    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn get(&self, row: usize) -> usize {
        u32::from_le_bytes(self.0[row]) as usize
    }

    pub fn range(&self, row: usize) -> Range<usize> {
        let start = row.checked_sub(1).map_or(0, |before| self.get(before));
        start..self.get(row)
    }

    /// The first row from `row` on that ends after `place`.
    fn row_at(&self, row: usize, place: usize) -> usize {
        row + self.0[row..].partition_point(|end| u32::from_le_bytes(*end) as usize <= place)
    }
}

/// Letters, digits and what holds ids together; every byte outside ASCII.
pub(crate) fn is_word_byte(byte: u8) -> bool {
    const IS_WORD: [bool; 256] = {
        let mut table = [false; 256];
        let mut byte = 0;
        while byte < 256 {
            let value = byte as u8;
            table[byte] =
                value.is_ascii_alphanumeric() || matches!(value, b'_' | b'-') || !value.is_ascii();
            byte += 1;
        }
        table
    };
    IS_WORD[usize::from(byte)]
}

pub(crate) fn has_wide_letter(text: &[u8]) -> bool {
    !text.is_ascii()
        && WIDE
            .iter()
            .any(|c| memmem::find(text, c.as_bytes()).is_some())
}

impl Finder {
    /// `sample` is some of the text that will be searched: what is rare in it is looked for first.
    ///
    /// # Errors
    /// [`StoreError::LongSearchText`] where letters outside ASCII make an expression of it that is too large.
    pub fn new(needle: &Needle, sample: &[u8]) -> Result<Self, StoreError> {
        let text = needle.text.as_str();
        let search = if needle.case_sensitive || text.is_empty() {
            Search::Exact(memmem::Finder::new(text).into_owned())
        } else if text.is_ascii() {
            let has_wide = text.contains(['k', 'K', 's', 'S']);
            Search::AnyCase {
                ascii: AnyCase::new(text, sample),
                wide: has_wide.then(|| folded(text)).transpose()?,
            }
        } else {
            Search::Folded(folded(text)?)
        };
        Ok(Self { search })
    }

    /// Whether letters outside ASCII may match a text of ASCII.
    pub fn folds_beyond_ascii(&self) -> bool {
        matches!(
            self.search,
            Search::AnyCase { wide: Some(_), .. } | Search::Folded(_)
        )
    }

    /// Gives each row that holds the text, in order. `is_wide` where the text may hold a
    /// [wide letter](has_wide_letter).
    pub fn rows(&self, text: &[u8], ends: Ends<'_>, is_wide: bool, mut found: impl FnMut(usize)) {
        let (mut at, mut row) = (0, 0);
        while row < ends.len() {
            let Some(hit) = self.find(text, at, is_wide) else {
                return;
            };
            // an empty text is in empty records too
            if !hit.is_empty() {
                row = ends.row_at(row, hit.start);
            }
            if row >= ends.len() {
                return;
            }
            let range = ends.range(row);
            if hit.start >= range.start && hit.end <= range.end {
                found(row);
                at = range.end;
                row += 1;
            } else {
                at = hit.start + 1;
            }
        }
    }

    pub fn is_in(&self, text: &[u8], is_wide: bool) -> bool {
        let mut is_found = false;
        let Ok(end) = u32::try_from(text.len()) else {
            return false;
        };
        self.rows(text, Ends(&[end.to_le_bytes()]), is_wide, |_| {
            is_found = true;
        });
        is_found
    }

    fn find(&self, text: &[u8], at: usize, is_wide: bool) -> Option<Range<usize>> {
        match &self.search {
            Search::Exact(finder) => {
                let start = at + finder.find(text.get(at..)?)?;
                Some(start..start + finder.needle().len())
            }
            Search::AnyCase {
                wide: Some(regex), ..
            } if is_wide => regex.find_at(text, at).map(|found| found.range()),
            Search::AnyCase { ascii, .. } => ascii.find(text, at),
            Search::Folded(regex) => (at <= text.len())
                .then(|| regex.find_at(text, at))?
                .map(|found| found.range()),
        }
    }
}

fn folded(text: &str) -> Result<Regex, StoreError> {
    RegexBuilder::new(&regex::escape(text))
        .case_insensitive(true)
        .build()
        .map_err(|_| StoreError::LongSearchText(text.len()))
}

/// A text of ASCII in any case. Three neighbouring bytes that are rare are looked for in all their
/// cases, many bytes at a time, and the rest is compared where they stand.
#[derive(Debug)]
struct AnyCase {
    lower: Vec<u8>,
    /// Where the rare bytes begin in it.
    rare_at: usize,
    rare: Rare,
}

#[derive(Debug)]
enum Rare {
    Many(packed::Searcher),
    /// Where the processor lacks what `Many` takes: one byte in its two cases.
    One(u8, u8),
}

/// More windows than this are not compared: their differences would not pay.
const MAX_WINDOWS: usize = 64;
const WINDOW_BYTES: usize = 3;

impl AnyCase {
    fn new(text: &str, sample: &[u8]) -> Self {
        let lower = text.to_ascii_lowercase().into_bytes();
        let sample = sample.to_ascii_lowercase();
        let width = lower.len().min(WINDOW_BYTES);
        let cost = |window: &[u8]| {
            let letters = window
                .iter()
                .filter(|byte| byte.is_ascii_alphabetic())
                .count();
            (memmem::find_iter(&sample, window).count(), letters)
        };
        let windows = lower.windows(width).take(MAX_WINDOWS).enumerate();
        let (rare_at, window) = windows
            .min_by_key(|(_, window)| cost(window))
            .unwrap_or((0, &[]));
        let rare = packed::Searcher::new(cases(window)).map_or_else(
            || Rare::One(window[0], window[0].to_ascii_uppercase()),
            Rare::Many,
        );
        Self {
            lower,
            rare_at,
            rare,
        }
    }

    fn find(&self, text: &[u8], from: usize) -> Option<Range<usize>> {
        let mut at = from + self.rare_at;
        loop {
            let rare = self.rare.find(text, at)?;
            let start = rare - self.rare_at;
            let end = start + self.lower.len();
            if text.get(start..end)?.eq_ignore_ascii_case(&self.lower) {
                return Some(start..end);
            }
            at = rare + 1;
        }
    }
}

impl Rare {
    fn find(&self, text: &[u8], at: usize) -> Option<usize> {
        if at > text.len() {
            return None;
        }
        match self {
            Self::Many(searcher) => {
                let span = Span {
                    start: at,
                    end: text.len(),
                };
                searcher.find_in(text, span).map(|found| found.start())
            }
            Self::One(lower, upper) => memchr2(*lower, *upper, &text[at..]).map(|found| at + found),
        }
    }
}

/// Every way to write it in capitals and small letters.
fn cases(window: &[u8]) -> Vec<Vec<u8>> {
    let mut all = vec![Vec::new()];
    for &byte in window {
        let mut spellings = vec![byte];
        if byte.is_ascii_lowercase() {
            spellings.push(byte.to_ascii_uppercase());
        }
        all = all
            .iter()
            .flat_map(|start| {
                spellings
                    .iter()
                    .map(|&next| [start.as_slice(), &[next]].concat())
            })
            .collect();
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn needle(text: &str, case_sensitive: bool) -> Needle {
        Needle {
            text: text.to_owned(),
            case_sensitive,
        }
    }

    fn found(needle: &Needle, records: &[&[u8]], sample: &[u8]) -> Vec<usize> {
        let text = records.concat();
        let mut end = 0u32;
        let ends: Vec<[u8; 4]> = records
            .iter()
            .map(|record| {
                end += record.len() as u32;
                end.to_le_bytes()
            })
            .collect();
        let mut rows = Vec::new();
        Finder::new(needle, sample).expect("a short text").rows(
            &text,
            Ends(&ends),
            has_wide_letter(&text),
            |row| rows.push(row),
        );
        rows
    }

    #[test]
    fn a_match_lies_within_one_record() {
        let records: [&[u8]; 4] = [b"ab", b"cabc", b"", b"abcabc"];
        assert_eq!(found(&needle("abc", true), &records, b""), [1, 3]);
        assert_eq!(found(&needle("ABC", false), &records, b"abc"), [1, 3]);
        assert_eq!(found(&needle("", true), &records, b""), [0, 1, 2, 3]);
    }

    /// What a regular expression says of one record: `query` folds as it does.
    fn is_in(needle: &Needle, record: &[u8]) -> bool {
        RegexBuilder::new(&regex::escape(&needle.text))
            .case_insensitive(!needle.case_sensitive)
            .build()
            .expect("a pattern")
            .is_match(record)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn agrees_with_looking_at_each_record(
            text in "[abAkKsSſ\u{212A}éÉ\"]{0,5}",
            records in prop::collection::vec("[abAkKsSſ\u{212A}éÉ\"]{0,9}", 0..12),
            case_sensitive: bool,
            sample in "[abks\"]{0,40}",
        ) {
            let records: Vec<&[u8]> = records.iter().map(String::as_bytes).collect();
            let needle = needle(&text, case_sensitive);
            let expected: Vec<usize> = (0..records.len()).filter(|&row| is_in(&needle, records[row])).collect();
            prop_assert_eq!(found(&needle, &records, sample.as_bytes()), expected);
        }

        #[test]
        fn no_bytes_make_it_panic(
            text: String,
            case_sensitive: bool,
            records in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..6),
        ) {
            let records: Vec<&[u8]> = records.iter().map(Vec::as_slice).collect();
            found(&needle(&text, case_sensitive), &records, b"sample");
        }
    }
}
