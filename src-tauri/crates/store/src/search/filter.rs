//! Which records of a block a filter can take, by what their search text must hold: for views and walks,
//! which have their own order and their own snapshots.
//!
//! What it leaves is still to be asked, unless the filter asks for texts alone. Conditions that are not on
//! the payload are not known here.

use super::{
    SAMPLE_BYTES,
    library::Holdings,
    needle::{Ends, Finder, Needle},
    segment::{Escapes, Opened, Piece},
    words::{Key, required_keys, required_keys_spelled},
};
use crate::StoreError;
use query::{Filter, Required, Spelled};
use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

pub(crate) struct TextFilter {
    wanted: Wanted,
    /// Texts are all that the filter asks for.
    pub is_exact: bool,
    /// By segment: what the index of words leaves there.
    told: Mutex<HashMap<PathBuf, Arc<Told>>>,
}

/// A record's place: its piece's, and its own in the piece.
type Place = (usize, usize);

/// Sorted places; nothing if the index cannot tell.
type Told = Option<Vec<Place>>;

enum Wanted {
    Text(Box<Text>),
    All(Vec<Wanted>),
    Any(Vec<Wanted>),
}

struct Text {
    finder: Finder,
    keys: Vec<Key>,
    is_escape: bool,
    spelled: Option<Box<OtherSpellings>>,
    /// Of some records, those that have it: what is rare is looked for first.
    percent: usize,
}

/// A text that JSON may spell otherwise, for texts that have a backslash.
struct OtherSpellings {
    spelled: Spelled,
    /// Of what is the same in every spelling.
    stretch: Option<Finder>,
    keys: Vec<Key>,
    /// Where a character may be written by its number.
    keys_with_numbers: Vec<Key>,
}

/// A text that more records have, such as the name of a field, is not worth looking for.
const COMMON_PERCENT: usize = 50;

/// How JSON begins a character that is not written as itself. Filters name it beside most texts.
pub(crate) const ESCAPE: &str = "\\u";

impl TextFilter {
    /// Nothing if the filter can take a payload without any certain text.
    ///
    /// # Errors
    /// [`StoreError::LongSearchText`].
    pub fn of(filter: &Filter, holdings: &Holdings) -> Result<Option<Self>, StoreError> {
        let mut making = Making {
            holdings,
            is_exact: true,
        };
        let wanted = making.of_filter(filter)?;
        Ok(wanted.map(|wanted| Self {
            wanted,
            is_exact: making.is_exact,
            told: Mutex::default(),
        }))
    }

    /// Places of records in a piece whose text holds what it must; sorted.
    pub fn rows(
        &self,
        holdings: &Holdings,
        opened: Opened,
        (at, piece): (usize, &Piece),
    ) -> Vec<usize> {
        let told = self.told(holdings, opened);
        let among = told.as_ref().as_ref().map(|told| {
            let start = told.partition_point(|place| place.0 < at);
            let here = told[start..].iter().take_while(|place| place.0 == at);
            here.map(|place| place.1).collect::<Vec<_>>()
        });
        self.wanted.rows(opened, piece, among.as_deref())
    }

    /// Whether the index of words tells that no record of the piece has it. No text is looked at.
    pub fn rules_out(&self, holdings: &Holdings, opened: Opened, piece: usize) -> bool {
        let told = self.told(holdings, opened);
        told.as_ref().as_ref().is_some_and(|told| {
            let start = told.partition_point(|place| place.0 < piece);
            told.get(start).is_none_or(|place| place.0 != piece)
        })
    }

    fn told(&self, holdings: &Holdings, opened: Opened) -> Arc<Told> {
        let path = &opened.segment.path;
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(told) = told.get(path) {
            return Arc::clone(told);
        }
        let fresh = Arc::new(self.wanted.told(opened));
        told.retain(|path, _| holdings.segments.iter().any(|kept| kept.path == *path));
        told.insert(path.clone(), Arc::clone(&fresh));
        fresh
    }
}

/// From a filter to what its texts must be.
struct Making<'h> {
    holdings: &'h Holdings,
    is_exact: bool,
}

impl Making<'_> {
    fn of_filter(&mut self, filter: &Filter) -> Result<Option<Wanted>, StoreError> {
        match filter {
            Filter::Everything => Ok(None),
            Filter::All(parts) => {
                let parts = parts.iter().map(|part| self.of_filter(part));
                Ok(all(parts.collect::<Result<_, _>>()?))
            }
            Filter::Any(parts) => {
                let parts = parts.iter().map(|part| self.of_filter(part));
                Ok(any(parts.collect::<Result<_, _>>()?))
            }
            Filter::Contains {
                text,
                case_sensitive,
            } if !text.is_empty() => {
                let spelled = self.spelled(text, *case_sensitive)?;
                let text = self.text(text, *case_sensitive)?;
                Ok(Some(Wanted::Text(Box::new(Text { spelled, ..text }))))
            }
            other => {
                self.is_exact = false;
                self.of_required(&other.required())
            }
        }
    }

    fn of_required(&self, required: &Required) -> Result<Option<Wanted>, StoreError> {
        let each = |parts: &[Required]| {
            let parts = parts.iter().map(|part| self.of_required(part));
            parts.collect::<Result<Vec<_>, _>>()
        };
        match required {
            Required::Anything => Ok(None),
            Required::All(parts) => Ok(all(each(parts)?)),
            Required::Any(parts) => Ok(any(each(parts)?)),
            Required::Bytes { bytes, any_case } => match std::str::from_utf8(bytes) {
                Ok(text) if !text.is_empty() => {
                    let text = self.text(text, !any_case)?;
                    let is_of_use = text.percent < COMMON_PERCENT;
                    Ok(is_of_use.then(|| Wanted::Text(Box::new(text))))
                }
                _ => Ok(None),
            },
        }
    }

    fn text(&self, text: &str, case_sensitive: bool) -> Result<Text, StoreError> {
        let needle = Needle {
            text: text.to_owned(),
            case_sensitive,
        };
        let finder = Finder::new(&needle, self.holdings.sample(SAMPLE_BYTES))?;
        Ok(Text {
            percent: self.percent_with(&finder),
            finder,
            keys: required_keys(text.as_bytes(), !case_sensitive),
            is_escape: case_sensitive && text == ESCAPE,
            spelled: None,
        })
    }

    fn spelled(
        &self,
        text: &str,
        case_sensitive: bool,
    ) -> Result<Option<Box<OtherSpellings>>, StoreError> {
        let Some(spelled) = Spelled::new(text, case_sensitive) else {
            return Ok(None);
        };
        let stretch = spelled.stretch().map(|stretch| {
            let needle = Needle {
                text: stretch.to_owned(),
                case_sensitive,
            };
            Finder::new(&needle, self.holdings.sample(SAMPLE_BYTES))
        });
        let keys = |has_numbers| required_keys_spelled(text, !case_sensitive, has_numbers);
        Ok(Some(Box::new(OtherSpellings {
            stretch: stretch.transpose()?,
            keys: keys(false),
            keys_with_numbers: keys(true),
            spelled,
        })))
    }

    /// Of the newest records.
    fn percent_with(&self, finder: &Finder) -> usize {
        self.holdings.newest().map_or(0, |(opened, piece)| {
            let mut rows = 0;
            let (text, ends) = (opened.text(piece), opened.ends(piece));
            finder.rows(text, ends, piece.is_wide, |_| rows += 1);
            100 * rows / ends.len().max(1)
        })
    }
}

fn all(parts: Vec<Option<Wanted>>) -> Option<Wanted> {
    let mut parts: Vec<_> = parts.into_iter().flatten().collect();
    parts.sort_by_key(Wanted::percent);
    (!parts.is_empty()).then_some(Wanted::All(parts))
}

fn any(parts: Vec<Option<Wanted>>) -> Option<Wanted> {
    parts
        .into_iter()
        .collect::<Option<Vec<_>>>()
        .map(Wanted::Any)
}

impl Wanted {
    fn percent(&self) -> usize {
        match self {
            Self::Text(text) => text.percent,
            Self::All(parts) => parts.iter().map(Self::percent).min().unwrap_or(100),
            Self::Any(parts) => parts.iter().map(Self::percent).sum(),
        }
    }

    /// Those of `among`, or of all, that hold it; sorted.
    fn rows(&self, opened: Opened, piece: &Piece, among: Option<&[usize]>) -> Vec<usize> {
        match self {
            Self::Text(text) => text.rows(opened, piece, among),
            Self::All(parts) => {
                let mut rows: Option<Vec<usize>> = among.map(<[usize]>::to_vec);
                for part in parts {
                    rows = Some(part.rows(opened, piece, rows.as_deref()));
                }
                rows.unwrap_or_default()
            }
            Self::Any(parts) => {
                let rows = parts.iter().map(|part| part.rows(opened, piece, among));
                let mut rows: Vec<usize> = rows.flatten().collect();
                rows.sort_unstable();
                rows.dedup();
                rows
            }
        }
    }

    fn told(&self, opened: Opened) -> Told {
        match self {
            Self::Text(text) => text.told(opened),
            Self::All(parts) => {
                let told = parts.iter().filter_map(|part| part.told(opened));
                told.reduce(|mut both, other| {
                    both.retain(|place| other.binary_search(place).is_ok());
                    both
                })
            }
            Self::Any(parts) => {
                let told = parts.iter().map(|part| part.told(opened));
                let mut places = told.collect::<Option<Vec<_>>>()?.concat();
                places.sort_unstable();
                places.dedup();
                Some(places)
            }
        }
    }
}

impl Text {
    fn rows(&self, opened: Opened, piece: &Piece, among: Option<&[usize]>) -> Vec<usize> {
        if self.is_escape && piece.escapes != Escapes::Numbers {
            return Vec::new();
        }
        let (text, ends) = (opened.text(piece), opened.ends(piece));
        let other = self.spelled.as_ref();
        if let Some(other) = other.filter(|other| other.may_be_in(piece.escapes)) {
            return other.rows((text, ends, piece.is_wide), among, &self.finder);
        }
        rows_with(&self.finder, (text, ends, piece.is_wide), among)
    }

    fn told(&self, opened: Opened) -> Told {
        let segment = opened.segment;
        if self.is_escape && segment.escapes != Escapes::Numbers {
            return Some(Vec::new());
        }
        let other = self.spelled.as_ref();
        let keys = match other.filter(|other| other.may_be_in(segment.escapes)) {
            Some(other) if segment.escapes == Escapes::Numbers => &other.keys_with_numbers,
            Some(other) => &other.keys,
            None => &self.keys,
        };
        let folds_beyond = segment.has_wide && self.finder.folds_beyond_ascii();
        if keys.is_empty() || folds_beyond {
            return None;
        }
        opened.rows_with(keys)
    }
}

/// A text, where its records end, and whether it may hold wide letters.
type Texts<'t> = (&'t [u8], Ends<'t>, bool);

/// Those of `among`, or of all, that hold a text.
fn rows_with(finder: &Finder, (text, ends, is_wide): Texts, among: Option<&[usize]>) -> Vec<usize> {
    let mut rows = Vec::new();
    match among {
        Some(among) => {
            let holds = |row: &usize| finder.is_in(&text[ends.range(*row)], is_wide);
            rows.extend(among.iter().copied().filter(holds));
        }
        None => finder.rows(text, ends, is_wide, |row| rows.push(row)),
    }
    rows
}

impl OtherSpellings {
    fn may_be_in(&self, escapes: Escapes) -> bool {
        match escapes {
            Escapes::Nothing => false,
            Escapes::Some => !self.spelled.is_by_number_only(),
            Escapes::Numbers => true,
        }
    }

    /// Those that hold it as it is, too.
    fn rows(&self, texts: Texts, among: Option<&[usize]>, as_it_is: &Finder) -> Vec<usize> {
        let (text, ends, is_wide) = texts;
        let mut rows = match &self.stretch {
            Some(stretch) => rows_with(stretch, texts, among),
            None => among.map_or_else(|| (0..ends.len()).collect(), <[usize]>::to_vec),
        };
        rows.retain(|&row| {
            let text = &text[ends.range(row)];
            self.spelled.is_in(text) || as_it_is.is_in(text, is_wide)
        });
        rows
    }
}
