//! Ids and words of texts as keys of eight bytes, and where they lie: what answers "which records hold
//! this id" without reading their text.
//!
//! A key is never missing where its word is, and may be there without it: whoever asks looks at the
//! text. Two kinds of words have keys. UUIDs have theirs wherever their shape stands, also within a
//! longer word. Other words, of at least six bytes, only as a whole: a text that is looked for gives
//! their keys only where it holds what stands before and after them too.

use super::needle::is_word_byte;
use memchr::memchr_iter;
use query::Spelled;
use std::ops::Range;
use twox_hash::XxHash3_64;

const MIN_WORD_BYTES: usize = 6;
const UUID_BYTES: usize = 36;
/// Longer words go by their beginning.
const MAX_WORD_BYTES: usize = 64;
/// A segment has no more records.
pub(crate) const MAX_ROWS: usize = (1 << ROW_BITS) - 1;
const ROW_BITS: u32 = 24;
/// In the place of a row: the word is in too many records for a list.
const COMMON: u64 = (1 << ROW_BITS) - 1;
/// A word in more than this share of a segment's records is common.
const COMMON_SHARE: usize = 64;
const MIN_COMMON: usize = 64;
/// In more records than this a word is common, whatever share they will be: a list of it would take 128 KiB.
const SURELY_COMMON: usize = 1 << 14;
/// Entries that are gathered before they are sorted: 8 MiB.
const LEAST_ROOM: usize = 1 << 20;

/// The high 40 bits of a hash. The low 24 are zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key(u64);

impl Key {
    fn of(word: &[u8]) -> Self {
        Self(XxHash3_64::oneshot(word) & !COMMON)
    }
}

/// The keys of a record's text, some of them twice.
pub(crate) fn each_key(text: &[u8], mut take: impl FnMut(Key)) {
    each_uuid(text, &mut take);
    each_word(text, |word| take(key_of_word(&text[word])));
}

/// Keys that every record must have that holds `needle`; without any, the index cannot tell.
pub(crate) fn required_keys(needle: &[u8], any_case: bool) -> Vec<Key> {
    let mut keys = Vec::new();
    each_uuid(needle, &mut |key| keys.push(key));
    each_word(needle, |word| {
        let is_whole = word.start > 0 && word.end < needle.len();
        let folds_to_ascii = needle[word.clone()].is_ascii();
        if is_whole && (!any_case || folds_to_ascii) {
            keys.push(key_of_word(&needle[word]));
        }
    });
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The same where JSON may spell some of the needle's characters otherwise; by their numbers, which end in what may be
/// part of a word, or not.
pub(crate) fn required_keys_spelled(needle: &str, any_case: bool, has_numbers: bool) -> Vec<Key> {
    let ends_in_word = |c: char| c.is_ascii_control() || (has_numbers && Spelled::is_numbered(c));
    let parts = needle.split(ends_in_word);
    parts
        .flat_map(|part| required_keys(part.as_bytes(), any_case))
        .collect()
}

fn each_word(text: &[u8], mut take: impl FnMut(Range<usize>)) {
    let mut start = 0;
    while start < text.len() {
        if !is_word_byte(text[start]) {
            start += 1;
            continue;
        }
        let rest = &text[start..];
        let len = rest
            .iter()
            .position(|&byte| !is_word_byte(byte))
            .unwrap_or(rest.len());
        if len >= MIN_WORD_BYTES && !(len == UUID_BYTES && uuid_at(text, start).is_some()) {
            take(start..start + len);
        }
        start += len;
    }
}

fn key_of_word(word: &[u8]) -> Key {
    let mut lower = [0; MAX_WORD_BYTES];
    let len = word.len().min(MAX_WORD_BYTES);
    lower[..len].copy_from_slice(&word[..len]);
    lower[..len].make_ascii_lowercase();
    Key::of(&lower[..len])
}

fn each_uuid(text: &[u8], take: &mut impl FnMut(Key)) {
    for hyphen in memchr_iter(b'-', text) {
        if let Some(key) = hyphen.checked_sub(8).and_then(|start| uuid_at(text, start)) {
            take(key);
        }
    }
}

/// 8-4-4-4-12 hexadecimal digits, whatever stands around them.
fn uuid_at(text: &[u8], start: usize) -> Option<Key> {
    let shape: &[u8; UUID_BYTES] = text.get(start..start + UUID_BYTES)?.first_chunk()?;
    if [8, 13, 18, 23].iter().any(|&at| shape[at] != b'-') {
        return None;
    }
    let mut value = 0u128;
    for (at, &byte) in shape.iter().enumerate() {
        if !matches!(at, 8 | 13 | 18 | 23) {
            value = value << 4 | u128::from(char::from(byte).to_digit(16)?);
        }
    }
    Some(Key::of(&value.to_be_bytes()))
}

/// Collects the keys of a segment. It is sorted now and then on the way: what is common by then takes one entry,
/// and most of what a text repeats in every record is.
#[derive(Debug)]
pub(crate) struct Collector {
    entries: Vec<u64>,
    /// It is sorted when it has so many.
    room: usize,
    least_room: usize,
}

impl Default for Collector {
    fn default() -> Self {
        Self::with_room(LEAST_ROOM)
    }
}

impl Collector {
    fn with_room(least_room: usize) -> Self {
        Self {
            entries: Vec::new(),
            room: least_room,
            least_room,
        }
    }

    pub fn add(&mut self, row: usize, text: &[u8]) {
        each_key(text, |key| self.entries.push(key.0 | row as u64));
        if self.entries.len() >= self.room {
            self.settle(SURELY_COMMON);
            self.room = self.least_room.max(2 * self.entries.len());
        }
    }

    /// Sorted; words that are common have one entry.
    pub fn finish(mut self, rows: usize) -> Vec<u64> {
        self.settle((rows / COMMON_SHARE).max(MIN_COMMON));
        self.entries
    }

    /// Sorts, and leaves one entry of each word that is in more than `most` records, or was before.
    fn settle(&mut self, most: usize) {
        self.entries.sort_unstable();
        self.entries.dedup();
        let entries = &mut self.entries;
        let (mut kept, mut at) = (0, 0);
        while let Some(&first) = entries.get(at) {
            let key = first & !COMMON;
            let same = entries[at..]
                .iter()
                .take_while(|&&entry| entry & !COMMON == key);
            let end = at + same.count();
            if end - at > most || entries[end - 1] & COMMON == COMMON {
                entries[kept] = key | COMMON;
                kept += 1;
            } else {
                entries.copy_within(at..end, kept);
                kept += end - at;
            }
            at = end;
        }
        entries.truncate(kept);
    }
}

/// What a segment's index says of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// Whatever it is, the text must be looked at.
    Nothing,
    /// No other rows; sorted.
    Only(Vec<u32>),
}

/// A segment's sorted entries, eight bytes each, little-endian.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entries<'a>(pub &'a [[u8; 8]]);

impl Entries<'_> {
    /// The rows that have all the keys.
    pub fn rows_with(self, keys: &[Key]) -> Told {
        let mut told = Told::Nothing;
        for &key in keys {
            let Told::Only(rows) = self.rows_of(key) else {
                continue;
            };
            told = Told::Only(match told {
                Told::Nothing => rows,
                Told::Only(mut both) => {
                    both.retain(|row| rows.binary_search(row).is_ok());
                    both
                }
            });
        }
        told
    }

    fn rows_of(self, key: Key) -> Told {
        let value = |entry: &[u8; 8]| u64::from_le_bytes(*entry);
        let first = self.0.partition_point(|entry| value(entry) < key.0);
        let entries = self.0[first..]
            .iter()
            .map(value)
            .take_while(|entry| entry & !COMMON == key.0);
        let rows: Vec<u32> = entries.map(|entry| (entry & COMMON) as u32).collect();
        if rows == [COMMON as u32] {
            Told::Nothing
        } else {
            Told::Only(rows)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const UUID: &str = "550e8400-e29b-41d4-a716-446655440000";

    fn keys(text: &str) -> Vec<Key> {
        let mut keys = Vec::new();
        each_key(text.as_bytes(), |key| keys.push(key));
        keys
    }

    fn required(needle: &str) -> usize {
        required_keys(needle.as_bytes(), true).len()
    }

    #[test]
    fn words_need_both_their_ends_and_uuids_do_not() {
        assert_eq!(
            (required("paid-in-full"), required("\"paid-in-full\"")),
            (0, 1)
        );
        assert_eq!(required_keys(b" paid-in-full ", false).len(), 1);
        assert_eq!((required(UUID), required(&format!("x{UUID}9"))), (1, 1));
        assert_eq!(
            (required("\"short\""), required("\"stra\u{df}en\"")),
            (0, 0)
        );
        assert_eq!(keys(UUID), keys(&UUID.to_uppercase()));
    }

    #[test]
    fn a_common_word_has_no_list() {
        let mut collector = Collector::default();
        for row in 0..1_000 {
            collector.add(row, format!("common-word number-{row:04}").as_bytes());
        }
        let entries: Vec<[u8; 8]> = collector
            .finish(1_000)
            .iter()
            .map(|e| e.to_le_bytes())
            .collect();
        let ask = |text: &str| {
            Entries(&entries).rows_with(&required_keys(format!(" {text} ").as_bytes(), false))
        };
        assert_eq!(entries.len(), 1_001);
        assert_eq!(ask("common-word"), Told::Nothing);
        assert_eq!(ask("number-0007"), Told::Only(vec![7]));
        assert_eq!(ask("common-word number-0007"), Told::Only(vec![7]));
        assert_eq!(ask("number-9999"), Told::Only(vec![]));
    }

    #[test]
    fn what_is_in_every_record_takes_no_room() {
        let mut collector = Collector::with_room(1 << 12);
        for row in 0..100_000 {
            let text = format!(
                "eventType customer orderId occurredAt number-{:02}",
                row % 50
            );
            collector.add(row, text.as_bytes());
        }
        // fifty lists of two thousand rows, which are no part of it
        let lists = 100_000;
        assert!(
            collector.entries.capacity() < 5 * lists,
            "{}",
            collector.entries.capacity()
        );
        let entries = collector.finish(100_000);
        assert_eq!(entries.len(), 54, "all of them are in more than one of 64");
    }

    proptest! {
        #[test]
        fn sorting_on_the_way_changes_nothing(
            texts in prop::collection::vec(prop::collection::vec(0u32..40, 0..6), 0..400),
        ) {
            let [on_the_way, at_the_end] = [8, usize::MAX].map(|room| {
                let mut collector = Collector::with_room(room);
                for (row, words) in texts.iter().enumerate() {
                    let words: Vec<_> = words.iter().map(|word| format!("word-{word:03}")).collect();
                    let text = words.join(" ");
                    collector.add(row, text.as_bytes());
                }
                collector.finish(texts.len())
            });
            prop_assert_eq!(on_the_way, at_the_end);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn whoever_holds_the_text_has_its_keys(
            parts in prop::collection::vec(prop_oneof![
                "[a-zA-Z0-9_é]{1,9}", "[ \",:{-]{1,3}", Just(UUID.to_owned()), Just(UUID.to_uppercase()),
            ], 1..8),
            cut in any::<(prop::sample::Index, prop::sample::Index)>(),
            any_case: bool,
        ) {
            let text = parts.concat();
            let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let (a, b) = (*cut.0.get(&starts), *cut.1.get(&starts));
            let mut needle = text[a.min(b)..a.max(b)].to_owned();
            if any_case {
                needle.make_ascii_uppercase();
            }
            let held = keys(&text);
            for key in required_keys(needle.as_bytes(), any_case) {
                prop_assert!(held.contains(&key), "{needle} in {text}");
            }
        }
    }
}
