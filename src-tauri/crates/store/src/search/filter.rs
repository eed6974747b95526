//! Texts that a record's payload must hold, looked for in one block at a time: for views, which have
//! their own order and their own snapshots.

use super::{
    SAMPLE_BYTES,
    library::Holdings,
    needle::{Finder, Needle},
    segment::{Opened, Piece, fingerprint},
    words::{Key, required_keys},
};
use crate::{ShardKey, StoreError, blocks::BlockHeader};

pub(crate) struct TextFilter(Vec<Wanted>);

struct Wanted {
    finder: Finder,
    keys: Vec<Key>,
}

/// Of one block.
pub(crate) struct Places {
    /// Those of records that hold all texts, and of those whose payload is not their text; sorted.
    pub places: Vec<usize>,
    /// There are none of the second kind.
    pub are_as_written: bool,
}

impl TextFilter {
    /// Each text with whether its case counts.
    pub fn new(texts: &[(&str, bool)], holdings: &Holdings) -> Result<Self, StoreError> {
        let sample = holdings.sample(SAMPLE_BYTES);
        let wanted = texts.iter().map(|&(text, case_sensitive)| {
            let needle = Needle {
                text: text.to_owned(),
                case_sensitive,
                whole_word: false,
            };
            Ok::<_, StoreError>(Wanted {
                finder: Finder::new(&needle, &sample)?,
                keys: required_keys(text.as_bytes(), !case_sensitive, false),
            })
        });
        Ok(Self(wanted.collect::<Result<_, _>>()?))
    }

    /// Nothing if the block has no search text.
    pub fn places(
        &self,
        holdings: &Holdings,
        shard: ShardKey,
        block: &BlockHeader,
    ) -> Option<Places> {
        let place = holdings.place_of(block.key, shard, fingerprint(shard, block))?;
        let opened = holdings.segments[place.0].opened()?;
        let piece = holdings.piece(place);
        let mut rows: Option<Vec<usize>> = None;
        for wanted in &self.0 {
            rows = Some(wanted.rows(opened, piece, place.1, rows.as_deref()));
        }
        let mut places = rows.unwrap_or_default();
        places.extend(piece.unlike.iter().map(|&place| place as usize));
        places.sort_unstable();
        places.dedup();
        Some(Places {
            are_as_written: piece.unlike.is_empty(),
            places,
        })
    }
}

impl Wanted {
    /// Those of `among` that hold the text.
    fn rows(
        &self,
        opened: Opened,
        piece: &Piece,
        at: usize,
        among: Option<&[usize]>,
    ) -> Vec<usize> {
        let (text, ends) = (opened.text(piece), opened.ends(piece));
        let told = among
            .map(<[usize]>::to_vec)
            .or_else(|| self.told(opened, at));
        if let Some(mut rows) = told {
            rows.retain(|&row| self.finder.is_in(&text[ends.range(row)], piece.is_wide));
            return rows;
        }
        let mut rows = Vec::new();
        self.finder
            .rows(text, ends, piece.is_wide, |row| rows.push(row));
        rows
    }

    /// What the index of words leaves, if it can tell.
    fn told(&self, opened: Opened, at: usize) -> Option<Vec<usize>> {
        let folds_beyond = opened.segment.has_wide && self.finder.folds_beyond_ascii();
        if self.keys.is_empty() || folds_beyond {
            return None;
        }
        let rows = opened.rows_with(&self.keys)?.into_iter();
        Some(
            rows.filter(|&(piece, _)| piece == at)
                .map(|(_, row)| row)
                .collect(),
        )
    }
}
