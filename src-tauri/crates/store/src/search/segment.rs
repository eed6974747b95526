//! A finished file of search text: the texts of some sealed blocks one after the other, where each
//! record's ends, and the words' index.
//!
//! Everything in it is derived from the blocks. It is trusted for a block only while the block is
//! there and is the one that it was made from; what is torn or damaged is told by lengths and sums.
//!
//!     texts | ends of records | entries of words | directory of pieces | footer

use super::{
    filter::ESCAPE,
    map::MappedFile,
    needle::Ends,
    words::{Entries, Key, Told},
};
use crate::{
    ShardKey, StoreError,
    block::Numbers,
    blocks::BlockHeader,
    readings::ReadingVersion,
    varint::{self, Reader},
};
use memchr::{memchr, memmem};
use std::{
    io,
    ops::Range,
    path::{Path, PathBuf},
};
use twox_hash::XxHash3_64;

pub(super) const MAGIC: [u8; 8] = *b"KSCOTXT4";
pub(super) const FOOTER_BYTES: usize = 8 * FOOTER_NUMBERS + MAGIC.len();
const FOOTER_NUMBERS: usize = 6;

/// What is at the end of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Footer {
    pub text_bytes: u64,
    pub rows: u64,
    pub entries: u64,
    pub directory_bytes: u64,
    pub pieces: u64,
    /// Of everything between the texts and the footer.
    pub check: u64,
}

/// A block's part of a segment.
#[derive(Debug)]
pub(crate) struct Piece {
    pub block: i64,
    pub shard: ShardKey,
    /// Of the block's row in the database.
    pub fingerprint: u64,
    /// How its records were read.
    pub version: ReadingVersion,
    /// It may hold letters that fold to ASCII and are none.
    pub is_wide: bool,
    pub escapes: Escapes,
    pub rows: u32,
    /// Places of records whose text is not their payload, sorted.
    pub unlike: Box<[u32]>,
    /// Of those, the ones that must be decoded to be searched whole; sorted.
    pub in_part: Box<[u32]>,
    text: Range<usize>,
    /// Its first record's place among the segment's.
    first_row: usize,
    check: u64,
    numbers: Range<usize>,
}

/// Whether some characters may be written otherwise than they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Escapes {
    #[default]
    Nothing,
    /// There is a backslash.
    Some,
    /// There is a `\u`, by which JSON writes a character's number.
    Numbers,
}

#[derive(Debug)]
pub(crate) struct Segment {
    pub path: PathBuf,
    pub pieces: Vec<Piece>,
    pub file_bytes: u64,
    pub has_wide: bool,
    pub escapes: Escapes,
    map: MappedFile,
    footer: Footer,
}

/// A segment whose file is as long as it was: good for one search.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Opened<'a> {
    pub segment: &'a Segment,
    bytes: &'a [u8],
}

/// What of a block's row tells it from any other block, also of another copy of the workspace.
pub(crate) fn fingerprint(shard: ShardKey, block: &BlockHeader) -> u64 {
    let mut bytes = Vec::with_capacity(128 + block.arrivals.len());
    for number in [
        shard.0,
        block.arrival_min,
        block.arrival_max,
        block.size_bytes as i64,
        block.blob_bytes as i64,
        i64::from(block.rows),
    ] {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    bytes.extend_from_slice(block.first.as_key());
    bytes.extend_from_slice(block.last.as_key());
    bytes.extend_from_slice(&block.numbers.to_bytes());
    bytes.extend_from_slice(&block.arrivals);
    XxHash3_64::oneshot(&bytes)
}

impl Footer {
    pub fn to_bytes(self) -> Vec<u8> {
        let numbers = [
            self.text_bytes,
            self.rows,
            self.entries,
            self.directory_bytes,
            self.pieces,
            self.check,
        ];
        let mut bytes: Vec<u8> = numbers.iter().flat_map(|n| n.to_le_bytes()).collect();
        bytes.extend_from_slice(&MAGIC);
        bytes
    }

    fn read(file: &[u8]) -> Option<Self> {
        let footer = file.last_chunk::<FOOTER_BYTES>()?;
        let (numbers, magic) = footer.split_at(8 * FOOTER_NUMBERS);
        let mut numbers = numbers.as_chunks().0.iter().map(|n| u64::from_le_bytes(*n));
        let mut next = || numbers.next();
        let footer = Self {
            text_bytes: next()?,
            rows: next()?,
            entries: next()?,
            directory_bytes: next()?,
            pieces: next()?,
            check: next()?,
        };
        (magic == MAGIC && footer.file_bytes()? == file.len() as u64).then_some(footer)
    }

    /// What the file's length must be.
    fn file_bytes(self) -> Option<u64> {
        self.text_bytes
            .checked_add(self.rows.checked_mul(4)?)?
            .checked_add(self.entries.checked_mul(8)?)?
            .checked_add(self.directory_bytes)?
            .checked_add(FOOTER_BYTES as u64)
    }

    fn ends_at(self) -> usize {
        self.text_bytes as usize
    }

    fn entries_at(self) -> usize {
        self.ends_at() + 4 * self.rows as usize
    }

    fn directory_at(self) -> usize {
        self.entries_at() + 8 * self.entries as usize
    }
}

/// One piece as the directory has it.
pub(super) struct NewPiece<'a> {
    pub shard: ShardKey,
    pub version: ReadingVersion,
    pub block: &'a BlockHeader,
    pub text: &'a [u8],
    pub is_wide: bool,
    pub escapes: Escapes,
    pub unlike: &'a [u32],
    pub in_part: &'a [u32],
}

impl NewPiece<'_> {
    pub fn put(&self, directory: &mut Vec<u8>) {
        let numbers = self.block.numbers.to_bytes();
        for number in [
            self.block.key as u64,
            self.shard.0 as u64,
            fingerprint(self.shard, self.block),
            self.version.pipeline,
            self.version.schemas,
            u64::from(self.is_wide),
            self.escapes as u64,
            u64::from(self.block.rows),
            self.text.len() as u64,
            XxHash3_64::oneshot(self.text),
        ] {
            varint::put(directory, number);
        }
        for places in [self.in_part, self.unlike] {
            varint::put(directory, places.len() as u64);
            for &place in places {
                varint::put(directory, place.into());
            }
        }
        varint::put(directory, numbers.len() as u64);
        directory.extend_from_slice(&numbers);
    }
}

fn torn(what: &str) -> StoreError {
    StoreError::damaged(format!("a file of search text {what}"))
}

impl Segment {
    /// Reads and checks all but the texts. Those are checked piece by piece: [`Opened::is_sound`].
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let failed = |source: io::Error| StoreError::File {
            path: path.to_owned(),
            source,
        };
        let map = MappedFile::open(path).map_err(failed)?;
        let file = map.bytes().ok_or_else(|| torn("became shorter"))?;
        let footer = Footer::read(file).ok_or_else(|| torn("is torn"))?;
        let derived = &file[footer.ends_at()..file.len() - FOOTER_BYTES];
        if XxHash3_64::oneshot(derived) != footer.check {
            return Err(torn("does not match its sum"));
        }
        let at = footer.directory_at();
        let directory = &file[at..at + footer.directory_bytes as usize];
        let pieces = read_directory(directory, at, footer)?;
        Ok(Self {
            path: path.to_owned(),
            file_bytes: file.len() as u64,
            has_wide: pieces.iter().any(|piece| piece.is_wide),
            escapes: pieces
                .iter()
                .map(|piece| piece.escapes)
                .max()
                .unwrap_or_default(),
            pieces,
            footer,
            map,
        })
    }

    /// Also those of blocks that are gone.
    pub fn rows(&self) -> u64 {
        self.footer.rows
    }

    pub fn opened(&self) -> Option<Opened<'_>> {
        self.map.bytes().map(|bytes| Opened {
            segment: self,
            bytes,
        })
    }
}

impl Escapes {
    pub fn of(text: &[u8]) -> Self {
        match memchr(b'\\', text) {
            None => Self::Nothing,
            Some(first) if memmem::find(&text[first..], ESCAPE.as_bytes()).is_some() => {
                Self::Numbers
            }
            Some(_) => Self::Some,
        }
    }

    fn numbered(number: u64) -> Self {
        match number {
            0 => Self::Nothing,
            1 => Self::Some,
            _ => Self::Numbers,
        }
    }
}

impl Piece {
    pub fn text_bytes(&self) -> u64 {
        self.text.len() as u64
    }

    /// Whether it says what records say that are read so.
    pub fn is_read_by(&self, version: ReadingVersion) -> bool {
        version.finds_the_same(self.version, self.unlike.is_empty())
    }
}

fn read_directory(directory: &[u8], at: usize, footer: Footer) -> Result<Vec<Piece>, StoreError> {
    let mut reader = Reader::new(directory);
    let (mut text_at, mut first_row) = (0usize, 0usize);
    let mut pieces = Vec::new();
    for _ in 0..footer.pieces {
        let (block, shard) = (reader.number()? as i64, ShardKey(reader.number()? as i64));
        let fingerprint = reader.number()?;
        let version = ReadingVersion {
            pipeline: reader.number()?,
            schemas: reader.number()?,
        };
        let is_wide = reader.number()? != 0;
        let escapes = Escapes::numbered(reader.number()?);
        let rows = reader.u32()?;
        let text_bytes = reader.number()? as usize;
        let check = reader.number()?;
        let (in_part, unlike) = (read_places(&mut reader)?, read_places(&mut reader)?);
        let len = reader.u32()? as usize;
        let start = at + reader.at();
        reader.take(len)?;
        let numbers = start..start + len;
        let text = text_at..text_at.saturating_add(text_bytes);
        pieces.push(Piece {
            block,
            shard,
            fingerprint,
            version,
            is_wide,
            escapes,
            rows,
            unlike,
            in_part,
            text: text.clone(),
            first_row,
            check,
            numbers,
        });
        text_at = text.end;
        first_row += rows as usize;
    }
    reader.finish()?;
    if text_at as u64 != footer.text_bytes || first_row as u64 != footer.rows {
        return Err(torn("does not add up"));
    }
    Ok(pieces)
}

fn read_places(reader: &mut Reader<'_>) -> Result<Box<[u32]>, StoreError> {
    (0..reader.u32()?).map(|_| reader.u32()).collect()
}

impl<'a> Opened<'a> {
    /// Whether a piece's text is what was written. It is read from the disk for it.
    pub fn is_sound(self, piece: &Piece) -> bool {
        let text = self.text(piece);
        let ends = self.ends(piece);
        let rising = (1..ends.len()).all(|row| ends.get(row - 1) <= ends.get(row));
        let last = ends.len().checked_sub(1).map_or(0, |last| ends.get(last));
        rising && last == text.len() && XxHash3_64::oneshot(text) == piece.check
    }

    pub fn text(self, piece: &Piece) -> &'a [u8] {
        &self.bytes[piece.text.clone()]
    }

    pub fn ends(self, piece: &Piece) -> Ends<'a> {
        let start = self.segment.footer.ends_at() + 4 * piece.first_row;
        let bytes = &self.bytes[start..start + 4 * piece.rows as usize];
        Ends(bytes.as_chunks().0)
    }

    pub fn numbers(self, piece: &Piece) -> Result<Numbers, StoreError> {
        Numbers::from_bytes(&self.bytes[piece.numbers.clone()], piece.rows as usize)
    }

    /// The records that hold all the words, by piece and place.
    pub fn rows_with(self, keys: &[Key]) -> Option<Vec<(usize, usize)>> {
        let footer = self.segment.footer;
        let entries = &self.bytes[footer.entries_at()..footer.directory_at()];
        let Told::Only(rows) = Entries(entries.as_chunks().0).rows_with(keys) else {
            return None;
        };
        let pieces = &self.segment.pieces;
        let place = |row: u32| {
            let row = row as usize;
            let piece =
                pieces.partition_point(|piece| piece.first_row + piece.rows as usize <= row);
            pieces
                .get(piece)
                .map(|found| (piece, row - found.first_row))
        };
        Some(rows.into_iter().filter_map(place).collect())
    }
}
