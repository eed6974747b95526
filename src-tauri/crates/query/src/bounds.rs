//! What of a filter an index can answer: a window, and lists of names.

use crate::{Filter, Subject, TextMatch, matcher::is_shard};
use record::{Millis, SequenceNumber, ShardId};

/// Limits that every matching record keeps. A record may keep them and still not match, unless
/// they are [`exact`](Self::exact). An absent limit admits everything, an empty list nothing; a
/// list may name something twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The first arrival.
    pub from: Option<Millis>,
    /// The arrival after the last.
    pub until: Option<Millis>,
    /// Full names or numbers, as in [`Filter::Shard`].
    pub shards: Option<Vec<String>>,
    pub streams: Option<Vec<String>>,
    pub keys: Option<Vec<String>>,
    pub types: Option<Vec<String>>,
    pub sequences: Option<Vec<SequenceNumber>>,
    /// Every record within the limits matches: nothing else need be looked at.
    pub exact: bool,
}

impl Filter {
    pub fn bounds(&self) -> Bounds {
        let one = |text: &TextMatch| match text {
            TextMatch::Is(text) => Some(vec![text.clone()]),
            TextMatch::Like(_) | TextMatch::Regex(_) => None,
        };
        let free = Bounds::EVERYTHING;
        match self {
            Self::Everything => free,
            Self::All(parts) => parts.iter().map(Self::bounds).fold(free, Bounds::and),
            Self::Any(parts) => parts
                .iter()
                .map(Self::bounds)
                .fold(Bounds::nothing(), Bounds::or),
            Self::Time { from, until } => Bounds {
                from: *from,
                until: *until,
                ..free
            },
            Self::Shard(names) => Bounds {
                shards: Some(names.clone()),
                ..free
            },
            Self::Stream(text) => Bounds {
                streams: one(text),
                ..free
            }
            .if_limited(),
            Self::Key(text) => Bounds {
                keys: one(text),
                ..free
            }
            .if_limited(),
            // what is packed in a record may name another
            Self::Type(text) => Bounds {
                types: one(text),
                exact: false,
                ..free
            },
            Self::Sequence(sequence) => Bounds {
                sequences: Some(vec![*sequence]),
                ..free
            },
            Self::Not(_)
            | Self::Compare { .. }
            | Self::Exists(_)
            | Self::Contains { .. }
            | Self::Matches(_)
            | Self::Is(_)
            | Self::Size { .. } => Bounds {
                exact: false,
                ..free
            },
        }
    }
}

impl Bounds {
    const EVERYTHING: Self = Self {
        from: None,
        until: None,
        shards: None,
        streams: None,
        keys: None,
        types: None,
        sequences: None,
        exact: true,
    };

    fn nothing() -> Self {
        Self {
            sequences: Some(Vec::new()),
            ..Self::EVERYTHING
        }
    }

    /// Whether no record can keep them.
    pub fn is_empty(&self) -> bool {
        let is_none = |list: &Option<Vec<String>>| list.as_ref().is_some_and(Vec::is_empty);
        [&self.shards, &self.streams, &self.keys]
            .into_iter()
            .any(is_none)
            || self.sequences.as_ref().is_some_and(Vec::is_empty)
            || self
                .from
                .zip(self.until)
                .is_some_and(|(from, until)| from >= until)
    }

    /// Whether a record of this shard may keep them.
    pub fn may_be_in(&self, stream: &str, shard: &ShardId) -> bool {
        let (streams, shards) = (self.streams.as_ref(), self.shards.as_ref());
        streams.is_none_or(|names| names.iter().any(|name| name == stream))
            && shards.is_none_or(|names| names.iter().any(|name| is_shard(name, shard)))
    }

    /// Whether a record keeps them.
    pub fn admits(&self, subject: &Subject<'_>) -> bool {
        let holds = |list: &Option<Vec<String>>, text: Option<&str>| match list {
            None => true,
            Some(list) => text.is_some_and(|text| list.iter().any(|name| name == text)),
        };
        self.from.is_none_or(|from| subject.arrival >= from)
            && self.until.is_none_or(|until| subject.arrival < until)
            && self.may_be_in(subject.stream, subject.shard)
            && holds(&self.keys, subject.partition_key)
            && (subject.event_type.is_none() || holds(&self.types, subject.event_type))
            && self
                .sequences
                .as_ref()
                .is_none_or(|list| list.contains(subject.sequence))
    }

    /// A condition that gave no limit says nothing about what is within it.
    fn if_limited(self) -> Self {
        let exact = self != Self::EVERYTHING;
        Self { exact, ..self }
    }

    fn and(self, other: Self) -> Self {
        // A shard has two names, so two lists may mean the same shard: the shorter one stands for
        // both, and the matcher decides.
        let one_list_of_shards = self.shards.is_none() || other.shards.is_none();
        Self {
            from: self.from.max(other.from),
            until: [self.until, other.until].into_iter().flatten().min(),
            shards: [self.shards, other.shards]
                .into_iter()
                .flatten()
                .min_by_key(Vec::len),
            streams: both(self.streams, other.streams),
            keys: both(self.keys, other.keys),
            types: both(self.types, other.types),
            sequences: both(self.sequences, other.sequences),
            exact: self.exact && other.exact && one_list_of_shards,
        }
    }

    fn or(self, other: Self) -> Self {
        if self.is_empty() {
            return other;
        }
        if other.is_empty() {
            return self;
        }
        let exact = self.exact && other.exact && self.is_list_like(&other);
        Self {
            from: self.from.zip(other.from).map(|(a, b)| a.min(b)),
            until: self.until.zip(other.until).map(|(a, b)| a.max(b)),
            shards: either(self.shards, other.shards),
            streams: either(self.streams, other.streams),
            keys: either(self.keys, other.keys),
            types: either(self.types, other.types),
            sequences: either(self.sequences, other.sequences),
            exact,
        }
    }

    /// Whether both limit one and the same list and nothing else, so that joining loses nothing.
    fn is_list_like(&self, other: &Self) -> bool {
        let limits = |bounds: &Self| {
            [
                bounds.from.is_some() || bounds.until.is_some(),
                bounds.shards.is_some(),
                bounds.streams.is_some(),
                bounds.keys.is_some(),
                bounds.types.is_some(),
                bounds.sequences.is_some(),
            ]
        };
        let ours = limits(self);
        let no_window = !ours[0];
        no_window && ours == limits(other) && ours.iter().filter(|&&limited| limited).count() == 1
    }
}

fn both<T: PartialEq>(a: Option<Vec<T>>, b: Option<Vec<T>>) -> Option<Vec<T>> {
    match (a, b) {
        (Some(mut a), Some(b)) => {
            a.retain(|item| b.contains(item));
            Some(a)
        }
        (a, b) => a.or(b),
    }
}

/// What is in both comes twice: harmless, and linear for a filter of thousands of names.
fn either<T>(a: Option<Vec<T>>, b: Option<Vec<T>>) -> Option<Vec<T>> {
    let (mut a, b) = a.zip(b)?;
    a.extend(b);
    Some(a)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{arbitrary, parse};
    use proptest::prelude::*;

    fn bounds(text: &str) -> Bounds {
        parse(text, Millis(0)).expect("a filter").bounds()
    }

    #[test]
    fn all_narrows_and_any_widens() {
        let window = bounds("after:10 before:90 (after:20 or after:30)");
        assert_eq!(
            (window.from, window.until),
            (Some(Millis(20)), Some(Millis(90)))
        );
        assert_eq!(bounds("after:10 or type:A").from, None);
        assert_eq!(
            bounds("type:A or type:B").types,
            Some(vec!["A".into(), "B".into()])
        );
        assert_eq!(bounds("type:A type:B").types, Some(vec![]));
        // events that are packed in one record may be of both
        assert!(!bounds("type:A type:B").is_empty() && bounds("time:9..9").is_empty());
        assert!(bounds("key:a key:b").is_empty());
        assert_eq!(bounds("key:a or key:b*").keys, None);
    }

    #[test]
    fn exact_is_what_an_index_can_answer_alone() {
        for text in [
            "",
            "after:1 key:A",
            "key:A or key:B",
            "shard:0,1 key:k",
            "seq:7",
            "-*",
        ] {
            let expected = text != "-*";
            assert_eq!(bounds(text).exact, expected, "{text}");
        }
        for text in [
            "type:A",
            "type:A or type:B",
            "key:A*",
            "x",
            "a:1",
            "size:>1",
            "-type:A",
            "type:A or key:B",
            "shard:0 shard:1",
        ] {
            assert!(!bounds(text).exact, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_matching_record_is_outside(filter in arbitrary::filter(), record in arbitrary::record()) {
            let (bounds, subject) = (filter.bounds(), record.subject());
            let (matches, admits) = (filter.matches(&subject), bounds.admits(&subject));
            prop_assert!(admits || !matches, "{} outside {:?}", filter, bounds);
            prop_assert!(matches || !(admits && bounds.exact), "{} is not exactly {:?}", filter, bounds);
            prop_assert!(!(admits && bounds.is_empty()), "{:?} is not empty", bounds);
        }
    }
}
