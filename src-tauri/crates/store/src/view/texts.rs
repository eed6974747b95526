//! What the search text says of a filter: which records of a block can match, so that most blocks are
//! never unpacked, and the payloads of those that can.
//!
//! It decides nothing but where texts are all that the filter asks for.

use super::{column::Entry, passing::Passing, scope::ShardName};
use crate::{
    StoreError, block,
    blocks::BlockHeader,
    search::{Holdings, Library, Opened, Piece, TextFilter, fingerprint},
};
use query::Filter;
use std::{ops::Range, sync::Arc};

/// For a filter that looks at payloads.
pub(super) struct Texts {
    library: Arc<Library>,
    /// Nothing if any payload may match.
    wanted: Option<TextFilter>,
    /// The filter asks for nothing but payloads.
    decides_alone: bool,
}

/// What conditions on a payload are asked about.
#[derive(Clone, Copy)]
pub(crate) struct Said<'a> {
    /// As it is stored; empty where it is packed and nothing asks for its bytes.
    pub payload: &'a [u8],
    /// Of what is packed in it.
    pub text: Option<&'a [u8]>,
}

/// The search text of one block.
pub(super) struct BlockTexts<'h> {
    opened: Opened<'h>,
    piece: &'h Piece,
    /// Sorted; no other record can match.
    places: Option<Vec<usize>>,
    is_exact: bool,
}

impl Texts {
    /// Nothing if no payload is looked at, nor what is packed in some.
    pub fn of(filter: &Filter, library: &Arc<Library>) -> Option<Self> {
        let is_asked = filter.needs_payload() || filter.asks_for_types();
        is_asked.then(|| Self {
            // a text that is too long to be looked for is asked of each payload
            wanted: TextFilter::of(filter, &library.holdings()).ok().flatten(),
            library: Arc::clone(library),
            decides_alone: is_of_payloads(filter),
        })
    }

    /// For who looks at payloads whatever the filter asks for.
    pub fn of_all(library: &Arc<Library>) -> Self {
        Self {
            wanted: None,
            library: Arc::clone(library),
            decides_alone: false,
        }
    }

    pub fn decides_alone(&self) -> bool {
        self.decides_alone
    }

    pub fn holdings(&self) -> Arc<Holdings> {
        self.library.holdings()
    }

    /// Nothing if the filter wants no certain text.
    pub fn passing(&self) -> Option<Passing<'_>> {
        let wanted = self.wanted.as_ref()?;
        Some(Passing::new(wanted, &self.library))
    }

    /// Nothing if the block has no search text yet, or none of how its records are read now.
    pub fn of_block<'h>(
        &self,
        holdings: &'h Holdings,
        shard: &ShardName,
        block: &BlockHeader,
    ) -> Option<BlockTexts<'h>> {
        let fingerprint = fingerprint(shard.key, block);
        let place = holdings.place_of(block.key, shard.key, fingerprint)?;
        // what was read otherwise is not what the records say
        let is_right = holdings.piece(place).is_read_by(shard.reading.version);
        let opened = holdings.segments[place.0].opened().filter(|_| is_right)?;
        let piece = holdings.piece(place);
        let wanted = self.wanted.as_ref();
        let places = wanted.map(|wanted| wanted.rows(holdings, opened, (place.1, piece)));
        Some(BlockTexts {
            opened,
            piece,
            places,
            is_exact: wanted.is_some_and(|wanted| wanted.is_exact),
        })
    }
}

impl BlockTexts<'_> {
    pub fn may_match(&self, place: usize) -> bool {
        self.places
            .as_ref()
            .is_none_or(|places| places.binary_search(&place).is_ok())
    }

    pub fn rules_out_all(&self) -> bool {
        self.places.as_ref().is_some_and(Vec::is_empty)
    }

    /// The records that match, where the texts decide alone.
    pub fn matches(&self) -> Option<&[usize]> {
        self.places.as_deref().filter(|_| self.is_exact)
    }

    /// Places of records that have a part of their text only; sorted.
    pub fn in_part(&self) -> &[u32] {
        &self.piece.in_part
    }

    /// What is packed in a record, if something is.
    pub fn packed(&self, place: usize) -> Option<&[u8]> {
        self.said(place).text
    }

    /// What the record says: its payload, or the text of what is packed in it.
    pub fn said(&self, place: usize) -> Said<'_> {
        let text = &self.opened.text(self.piece)[self.opened.ends(self.piece).range(place)];
        match self.piece.unlike.binary_search(&(place as u32)) {
            Ok(_) => Said {
                payload: &[],
                text: Some(text),
            },
            Err(_) => Said {
                payload: text,
                text: None,
            },
        }
    }
}

/// The records at these places of a block that have a number in `numbers`.
pub(super) fn by_place(
    block: &BlockHeader,
    numbers: &Range<u64>,
    places: &[usize],
) -> Result<Vec<Entry>, StoreError> {
    let arrivals = block::arrivals(&block.arrivals, block.rows as usize)?;
    let all: Vec<u32> = block.numbers.iter().collect();
    let entries = places.iter().map(|&place| Entry {
        arrival: arrivals[place],
        number: all[place],
    });
    Ok(entries
        .filter(|entry| numbers.contains(&u64::from(entry.number)))
        .collect())
}

/// Whether a payload is all that the filter needs to know of a record.
fn is_of_payloads(filter: &Filter) -> bool {
    match filter {
        Filter::All(parts) | Filter::Any(parts) => parts.iter().all(is_of_payloads),
        Filter::Not(inner) => is_of_payloads(inner),
        Filter::Everything
        | Filter::Compare { .. }
        | Filter::Exists(_)
        | Filter::Contains { .. }
        | Filter::Matches(_) => true,
        Filter::Time { .. }
        | Filter::Shard(_)
        | Filter::Stream(_)
        | Filter::Key(_)
        | Filter::Type(_)
        | Filter::Size { .. }
        | Filter::Sequence(_)
        | Filter::Is(_) => false,
    }
}
