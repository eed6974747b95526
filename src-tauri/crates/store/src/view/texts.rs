//! What the search text says of a filter: which records of a block can hold the texts that it asks
//! for, so that most blocks are never unpacked.
//!
//! It knows texts that every matching payload must hold, and nothing else of the filter.

use crate::{
    ShardKey,
    blocks::BlockHeader,
    search::{Library, TextFilter},
};
use query::Filter;
use std::sync::Arc;

/// The texts of a filter, ready to be looked for.
pub(super) struct Texts {
    library: Arc<Library>,
    wanted: TextFilter,
    /// A record that holds them matches: nothing else is asked.
    decide_alone: bool,
}

/// Of a block that has search text.
pub(super) struct Candidates {
    /// Sorted; no other record can match.
    pub places: Vec<usize>,
    /// All of them do.
    pub are_matches: bool,
}

impl Texts {
    /// Nothing if the filter asks for no text, or for more than a search takes.
    pub fn of(filter: &Filter, library: &Arc<Library>) -> Option<Self> {
        let (mut texts, mut others) = (Vec::new(), 0);
        collect(filter, &mut texts, &mut others);
        if texts.is_empty() {
            return None;
        }
        Some(Self {
            wanted: TextFilter::new(&texts, &library.holdings()).ok()?,
            library: Arc::clone(library),
            decide_alone: others == 0,
        })
    }

    /// Nothing if the block has no search text yet.
    pub fn candidates(&self, shard: ShardKey, block: &BlockHeader) -> Option<Candidates> {
        let found = self.wanted.places(&self.library.holdings(), shard, block)?;
        Some(Candidates {
            are_matches: self.decide_alone && found.are_as_written,
            places: found.places,
        })
    }
}

/// The texts that every payload must hold which the filter takes; how many of its conditions are of
/// another kind.
fn collect<'a>(filter: &'a Filter, texts: &mut Vec<(&'a str, bool)>, others: &mut usize) {
    match filter {
        Filter::All(parts) => parts.iter().for_each(|part| collect(part, texts, others)),
        Filter::Contains {
            text,
            case_sensitive,
        } if !text.is_empty() => texts.push((text, *case_sensitive)),
        Filter::Everything => {}
        _ => *others += 1,
    }
}
