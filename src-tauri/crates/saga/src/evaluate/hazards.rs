//! Where order matters and nothing keeps it: one saga's events in one stream under several partition keys.

use super::{Case, Draft, facts::MAX_COMPARED};
use crate::{
    event::{ShardKey, ShortHash, StreamKey},
    finding::FindingKind,
};
use smallvec::SmallVec;

pub(super) fn check(case: &Case<'_>, draft: &mut Draft) {
    let mut streams: SmallVec<[StreamKey; 4]> = SmallVec::new();
    for (place, event) in case.events.iter().enumerate() {
        let stream = case.streams.stream_of(event.shard);
        if has_role(case, place) && !streams.contains(&stream) {
            streams.push(stream);
        }
    }
    // in the order of their names: the same whatever was told first
    streams.sort_by_key(|&stream| (case.streams.name(stream), stream));
    for stream in streams {
        hazard(case, stream, draft);
    }
}

fn has_role(case: &Case<'_>, place: usize) -> bool {
    !case
        .definition
        .roles
        .of(case.events[place].kind.0)
        .is_empty()
}

fn hazard(case: &Case<'_>, stream: StreamKey, draft: &mut Draft) {
    let mut keys: SmallVec<[ShortHash; 4]> = SmallVec::new();
    let mut shards: SmallVec<[ShardKey; 4]> = SmallVec::new();
    let mut firsts: SmallVec<[usize; 4]> = SmallVec::new();
    for (place, event) in case.events.iter().enumerate() {
        if case.streams.stream_of(event.shard) != stream || !has_role(case, place) {
            continue;
        }
        if keys.len() >= MAX_COMPARED {
            break;
        }
        let is_new_key = event.partition_key != 0 && !keys.contains(&event.partition_key);
        if is_new_key {
            keys.push(event.partition_key);
        }
        let is_new_shard = !shards.contains(&event.shard);
        if is_new_shard {
            shards.push(event.shard);
        }
        if is_new_key || is_new_shard {
            firsts.push(place);
        }
    }
    if keys.len() > 1 || !are_one_line(case, &shards) {
        let stream = case.streams.name(stream).to_owned();
        draft.find(
            FindingKind::OrderingHazard {
                stream,
                keys: keys.len(),
                shards: shards.len(),
            },
            firsts,
        );
    }
}

/// A shard and its descendants keep the order across a reshard.
fn are_one_line(case: &Case<'_>, shards: &[ShardKey]) -> bool {
    let related =
        |a: ShardKey, b: ShardKey| case.streams.is_ancestor(a, b) || case.streams.is_ancestor(b, a);
    shards
        .iter()
        .enumerate()
        .all(|(index, &a)| shards[..index].iter().all(|&b| related(a, b)))
}
