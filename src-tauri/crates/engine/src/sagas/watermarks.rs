//! Up to when each stream was captured, on all its shards: what a saga's "it did not happen" needs.
//!
//! Pure: what the store knows of captures and shards comes in, stretches of arrival time come out.

use record::Millis;
use saga::Span;
use store::{
    Anchor, CaptureStream, CoverageInterval, Position, ShardCheckpoint, StoredCapture, StoredGap,
    StoredShard,
};

/// Streams keep their records at least so long (`DecreaseStreamRetentionPeriod`, API reference), so a capture from
/// the trim horizon misses nothing that is younger.
const RETENTION_MILLIS: i64 = 24 * 3_600_000;

/// What one capture knows of its shards.
pub(super) struct Captured {
    pub capture: StoredCapture,
    pub intervals: Vec<CoverageInterval>,
    pub gaps: Vec<StoredGap>,
    pub checkpoints: Vec<ShardCheckpoint>,
}

/// One shard of a stream, as far as all captures together read it.
#[derive(Clone, Debug, Default, PartialEq)]
struct ReadShard {
    /// Sorted and apart from each other.
    spans: Vec<Span>,
    /// Places among the stream's shards.
    parents: Vec<usize>,
    /// Closed, and read to its end.
    is_over: bool,
}

/// The stretches of which every record of the stream was captured.
pub(super) fn stream_spans(captured: &[Captured], shards: &[StoredShard]) -> Vec<Span> {
    let place = |id: &record::ShardId| shards.iter().position(|other| other.shard.id == *id);
    let read = |shard: &StoredShard| {
        let of_captures = captured.iter().flat_map(|one| one.spans_of(shard));
        let is_done = captured.iter().any(|one| one.is_done(shard));
        ReadShard {
            spans: merged(of_captures.collect()),
            parents: shard.shard.parents.iter().filter_map(place).collect(),
            is_over: shard.shard.closed && is_done,
        }
    };
    let read: Vec<ReadShard> = shards.iter().map(read).collect();
    all_of(&read)
}

impl Captured {
    fn stream_of(&self, shard: &StoredShard) -> Option<&CaptureStream> {
        let mut streams = self.capture.streams.iter();
        streams.find(|chosen| chosen.stream == shard.stream)
    }

    fn spans_of(&self, shard: &StoredShard) -> Vec<Span> {
        let mut spans: Vec<Span> = self.read_times(shard).collect();
        if let (Some(first), Some(chosen)) = (spans.first_mut(), self.stream_of(shard))
            && !self.misses_the_beginning(shard)
        {
            first.from = first.from.min(self.begin(chosen, first.from));
        }
        spans
    }

    fn read_times(&self, shard: &StoredShard) -> impl Iterator<Item = Span> {
        let here = self.intervals.iter().filter(|one| one.shard == shard.key);
        here.filter_map(|one| {
            Some(Span {
                from: one.from?,
                until: one.through?,
            })
        })
    }

    /// There is a gap before the first record.
    fn misses_the_beginning(&self, shard: &StoredShard) -> bool {
        let mut gaps = self.gaps.iter();
        gaps.any(|stored| stored.shard == shard.key && stored.gap.after.is_none())
    }

    /// From when on a shard that was read from its anchor has everything, though its first record came later.
    fn begin(&self, chosen: &CaptureStream, first: Millis) -> Millis {
        match chosen.anchor {
            Anchor::AtTimestamp(time) => time,
            Anchor::TrimHorizon => {
                let kept = self.capture.created_at.saturating_add(-RETENTION_MILLIS);
                self.earliest().unwrap_or(first).max(kept)
            }
            Anchor::AtSequence(_) | Anchor::AfterSequence(_) => first,
        }
    }

    /// The first arrival on any stream that was read from the trim horizon.
    fn earliest(&self) -> Option<Millis> {
        self.intervals.iter().filter_map(|one| one.from).min()
    }

    fn is_done(&self, shard: &StoredShard) -> bool {
        self.checkpoints.iter().any(|checkpoint| {
            checkpoint.shard == shard.key
                && matches!(checkpoint.position, Position::Finished { .. })
        })
    }
}

/// Where all shards were read. A shard whose children are read as well has no end of its own; one that waits for its
/// parents has no beginning.
fn all_of(shards: &[ReadShard]) -> Vec<Span> {
    let was_read = |place: usize| !shards[place].spans.is_empty();
    let mut common = vec![EVER];
    for (place, shard) in shards.iter().enumerate() {
        let mut children =
            (0..shards.len()).filter(|&other| shards[other].parents.contains(&place));
        let has_children = children.clone().next().is_some();
        let is_succeeded = shard.is_over && has_children && children.all(was_read);
        let spans = match (shard.spans.split_last(), is_succeeded) {
            (Some((last, before)), true) => {
                let last = Span {
                    until: Millis::MAX,
                    ..*last
                };
                before.iter().copied().chain([last]).collect()
            }
            (Some(_), false) => shard.spans.clone(),
            (None, true) => vec![EVER],
            // its parents end where they were read: nothing can be here before that
            (None, false) if shard.parents.iter().any(|&parent| was_read(parent)) => vec![EVER],
            (None, false) => Vec::new(),
        };
        common = both(&common, &spans);
    }
    if shards.is_empty() {
        Vec::new()
    } else {
        common
    }
}

const EVER: Span = Span {
    from: Millis::MIN,
    until: Millis::MAX,
};

fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_by_key(|span| (span.from, span.until));
    let mut apart: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match apart.last_mut() {
            Some(last) if span.from <= last.until => last.until = last.until.max(span.until),
            _ => apart.push(span),
        }
    }
    apart
}

fn both(a: &[Span], b: &[Span]) -> Vec<Span> {
    let pairs = a.iter().flat_map(|a| b.iter().map(move |b| (a, b)));
    pairs
        .map(|(a, b)| Span {
            from: a.from.max(b.from),
            until: a.until.min(b.until),
        })
        .filter(|span| span.from <= span.until)
        .collect()
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

    fn shard(spans: &[Span], parents: &[usize], is_over: bool) -> ReadShard {
        ReadShard {
            spans: spans.to_vec(),
            parents: parents.to_vec(),
            is_over,
        }
    }

    #[test]
    fn a_stream_is_captured_where_all_its_shards_are() {
        let left = shard(&[span(0, 50), span(60, 100)], &[], false);
        let right = shard(&[span(10, 90)], &[], false);
        let expected = [span(10, 50), span(60, 90)];
        assert_eq!(all_of(&[left.clone(), right]), expected);
        let unread = shard(&[], &[], false);
        assert_eq!(all_of(&[left, unread]), []);
        assert_eq!(all_of(&[]), []);
    }

    #[test]
    fn a_parent_ends_only_once_its_children_are_read() {
        let parent = shard(&[span(0, 50)], &[], true);
        let unread = shard(&[], &[0], false);
        let read = shard(&[span(0, 80)], &[0], false);
        let alone = all_of(std::slice::from_ref(&parent));
        assert_eq!(alone, [span(0, 50)], "its children are not known yet");
        let waiting = all_of(&[parent.clone(), unread.clone(), read.clone()]);
        assert_eq!(waiting, [span(0, 50)]);
        assert_eq!(all_of(&[parent, read.clone(), read]), [span(0, 80)]);
    }

    #[test]
    fn an_old_parent_without_records_is_no_hole() {
        let old = shard(&[], &[], true);
        let child = shard(&[span(5, 80)], &[0], false);
        assert_eq!(all_of(&[old, child]), [span(5, 80)]);
    }

    #[test]
    fn stretches_that_touch_are_one() {
        let spans = vec![span(5, 9), span(0, 5), span(20, 30)];
        assert_eq!(merged(spans), [span(0, 9), span(20, 30)]);
    }
}
