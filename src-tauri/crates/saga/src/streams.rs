//! The streams that a saga may use: their shards, which shard came from which, and what was captured of them.

use crate::event::{ShardKey, StreamKey};
use record::Millis;

/// A stretch of arrival time of which every record of a stream was captured, on all its shards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub from: Millis,
    pub until: Millis,
}

#[derive(Clone, Debug, Default)]
pub struct Streams {
    streams: Vec<Stream>,
    shards: Vec<Shard>,
}

#[derive(Clone, Debug)]
struct Stream {
    name: String,
    /// Sorted, with gaps between.
    spans: Vec<Span>,
}

#[derive(Clone, Debug)]
struct Shard {
    stream: StreamKey,
    id: String,
    parents: Vec<ShardKey>,
}

/// How a stream's coverage changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    Nothing,
    /// Only its end moved on.
    Extended {
        from: Millis,
        until: Millis,
    },
    Other,
}

impl Streams {
    /// One incarnation of a stream: two of the same name are two streams.
    pub fn add_stream(&mut self, name: &str) -> StreamKey {
        self.streams.push(Stream {
            name: name.to_owned(),
            spans: Vec::new(),
        });
        StreamKey((self.streams.len() - 1) as u32)
    }

    pub fn add_shard(&mut self, stream: StreamKey, id: &str) -> ShardKey {
        self.shards.push(Shard {
            stream,
            id: id.to_owned(),
            parents: Vec::new(),
        });
        ShardKey((self.shards.len() - 1) as u32)
    }

    /// All records of the parents come before all of the shard's.
    pub fn set_parents(&mut self, shard: ShardKey, parents: &[ShardKey]) {
        self.shards[shard.0 as usize].parents = parents.to_vec();
    }

    pub fn name(&self, stream: StreamKey) -> &str {
        &self.streams[stream.0 as usize].name
    }

    pub fn stream_of(&self, shard: ShardKey) -> StreamKey {
        self.shards[shard.0 as usize].stream
    }

    pub fn shard_id(&self, shard: ShardKey) -> &str {
        &self.shards[shard.0 as usize].id
    }

    pub fn spans(&self, stream: StreamKey) -> &[Span] {
        &self.streams[stream.0 as usize].spans
    }

    /// The streams of a name.
    pub(crate) fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = StreamKey> + 'a {
        self.all().filter(move |&stream| self.name(stream) == name)
    }

    pub fn all(&self) -> impl Iterator<Item = StreamKey> + use<> {
        (0..self.streams.len() as u32).map(StreamKey)
    }

    /// Says anew what was captured of a stream.
    pub(crate) fn cover(&mut self, stream: StreamKey, spans: &[Span]) -> Change {
        let spans = merged(spans);
        let old = std::mem::replace(&mut self.streams[stream.0 as usize].spans, spans);
        let new = &self.streams[stream.0 as usize].spans;
        match (old.split_last(), new.split_last()) {
            _ if old == *new => Change::Nothing,
            (Some((last, before)), Some((new_last, new_before)))
                if before == new_before
                    && last.from == new_last.from
                    && last.until < new_last.until =>
            {
                Change::Extended {
                    from: last.until,
                    until: new_last.until,
                }
            }
            _ => Change::Other,
        }
    }

    /// Whether every record of shard `a` came before every record of shard `b`.
    pub(crate) fn is_ancestor(&self, a: ShardKey, b: ShardKey) -> bool {
        let mut waiting = self.shards[b.0 as usize].parents.clone();
        let mut seen: Vec<ShardKey> = Vec::new();
        while let Some(shard) = waiting.pop() {
            if shard == a {
                return true;
            }
            if !seen.contains(&shard) {
                seen.push(shard);
                waiting.extend(&self.shards[shard.0 as usize].parents);
            }
        }
        false
    }
}

fn merged(spans: &[Span]) -> Vec<Span> {
    let mut sorted: Vec<Span> = spans
        .iter()
        .copied()
        .filter(|span| span.from <= span.until)
        .collect();
    sorted.sort_by_key(|span| (span.from, span.until));
    let mut merged: Vec<Span> = Vec::with_capacity(sorted.len());
    for span in sorted {
        match merged.last_mut() {
            Some(last) if span.from <= last.until => last.until = last.until.max(span.until),
            _ => merged.push(span),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: i64, until: i64) -> Span {
        Span {
            from: Millis(from),
            until: Millis(until),
        }
    }

    #[test]
    fn spans_that_touch_become_one() {
        assert_eq!(
            merged(&[span(5, 9), span(0, 5), span(20, 10), span(30, 40)]),
            [span(0, 9), span(30, 40)]
        );
    }

    #[test]
    fn only_a_later_end_is_an_extension() {
        let mut streams = Streams::default();
        let stream = streams.add_stream("orders");
        assert_eq!(streams.cover(stream, &[span(0, 10)]), Change::Other);
        assert_eq!(streams.cover(stream, &[span(0, 10)]), Change::Nothing);
        let extended = Change::Extended {
            from: Millis(10),
            until: Millis(12),
        };
        assert_eq!(streams.cover(stream, &[span(0, 12)]), extended);
        assert_eq!(
            streams.cover(stream, &[span(0, 12), span(20, 30)]),
            Change::Other
        );
        assert_eq!(streams.cover(stream, &[span(0, 12)]), Change::Other);
    }

    #[test]
    fn a_grandchild_comes_after_and_a_cousin_does_not() {
        let mut streams = Streams::default();
        let stream = streams.add_stream("orders");
        let [old, left, right, leaf] = ["0", "1", "2", "3"].map(|id| streams.add_shard(stream, id));
        streams.set_parents(left, &[old]);
        streams.set_parents(right, &[old]);
        streams.set_parents(leaf, &[left]);
        assert!(streams.is_ancestor(old, leaf) && streams.is_ancestor(left, leaf));
        assert!(!streams.is_ancestor(right, leaf) && !streams.is_ancestor(leaf, old));
        streams.set_parents(old, &[leaf]);
        assert!(
            !streams.is_ancestor(right, leaf),
            "a wrong lineage ends as well"
        );
    }
}
