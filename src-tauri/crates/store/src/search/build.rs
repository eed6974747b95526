//! Writing a segment: blocks are read, their texts laid one after the other, their words indexed.
//!
//! The file gets its name when it is finished. A crash leaves a `.part` that the next opening removes;
//! nothing is synced, because sums tell what did not reach the disk.

use super::{
    needle::{Ends, has_wide_letter},
    segment::{Escapes, Footer, NewPiece},
    text::{self, Shown},
    words::Collector,
};
use crate::{
    Reading, ShardKey, StoreError, block::DecodedBlock, blocks::BlockHeader, files,
    readings::ReadingVersion,
};
use std::{
    fs::{self, File},
    hash::Hasher as _,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};
use twox_hash::XxHash3_64;

/// The name of a file that is not finished.
pub(super) const UNFINISHED: &str = "part";
/// Entries that are written at once: 64 KiB.
const ENTRIES_AT_ONCE: usize = 8192;

/// The texts of a block's records, as they are searched.
#[derive(Debug, Default)]
pub(crate) struct BlockText {
    pub text: Vec<u8>,
    pub ends: Vec<[u8; 4]>,
    pub unlike: Vec<u32>,
    pub in_part: Vec<u32>,
    pub is_wide: bool,
    pub escapes: Escapes,
}

impl BlockText {
    pub fn push(&mut self, payload: &[u8], reading: &Reading) {
        let (text, shown) = text::of(payload, reading);
        if shown != Shown::AsWritten {
            self.unlike.push(self.ends.len() as u32);
        }
        if shown == Shown::InPart {
            self.in_part.push(self.ends.len() as u32);
        }
        self.text.extend_from_slice(&text);
        self.ends.push((self.text.len() as u32).to_le_bytes());
    }

    pub fn finish(&mut self) {
        self.is_wide = has_wide_letter(&self.text);
        self.escapes = Escapes::of(&self.text);
    }

    pub fn of_block(block: &DecodedBlock, reading: &Reading) -> Self {
        let mut found = Self::default();
        for place in 0..block.columns.len() {
            found.push(block.payload(place), reading);
        }
        found.finish();
        found
    }

    pub fn ends(&self) -> Ends<'_> {
        Ends(&self.ends)
    }
}

/// A segment in the making; its file is removed unless it is finished.
pub(super) struct NewSegment {
    path: PathBuf,
    unfinished: PathBuf,
    file: BufWriter<File>,
    ends: Vec<[u8; 4]>,
    words: Collector,
    directory: Vec<u8>,
    pieces: u64,
    text_bytes: u64,
}

impl NewSegment {
    pub fn begin(path: &Path) -> Result<Self, StoreError> {
        let unfinished = path.with_extension(UNFINISHED);
        let _ = fs::remove_file(&unfinished);
        let file = files::create_private(&unfinished)?;
        Ok(Self {
            path: path.to_owned(),
            unfinished,
            file: BufWriter::with_capacity(1 << 20, file),
            ends: Vec::new(),
            words: Collector::default(),
            directory: Vec::new(),
            pieces: 0,
            text_bytes: 0,
        })
    }

    pub fn add(
        &mut self,
        (shard, version): (ShardKey, ReadingVersion),
        block: &BlockHeader,
        text: &BlockText,
    ) -> io::Result<()> {
        let first = self.ends.len();
        for row in 0..text.ends.len() {
            self.words
                .add(first + row, &text.text[text.ends().range(row)]);
        }
        self.ends.extend_from_slice(&text.ends);
        let piece = NewPiece {
            shard,
            version,
            block,
            text: &text.text,
            is_wide: text.is_wide,
            escapes: text.escapes,
            unlike: &text.unlike,
            in_part: &text.in_part,
        };
        piece.put(&mut self.directory);
        self.pieces += 1;
        self.text_bytes += text.text.len() as u64;
        self.file.write_all(&text.text)
    }

    pub fn text_bytes(&self) -> u64 {
        self.text_bytes
    }

    pub fn finish(mut self) -> io::Result<()> {
        let rows = self.ends.len();
        let entries = std::mem::take(&mut self.words).finish(rows);
        let mut sum = XxHash3_64::default();
        let mut put = |bytes: &[u8]| {
            sum.write(bytes);
            self.file.write_all(bytes)
        };
        put(self.ends.as_flattened())?;
        let mut part = Vec::with_capacity(8 * ENTRIES_AT_ONCE);
        for entries in entries.chunks(ENTRIES_AT_ONCE) {
            part.clear();
            part.extend(entries.iter().flat_map(|entry| entry.to_le_bytes()));
            put(&part)?;
        }
        put(&self.directory)?;
        let footer = Footer {
            text_bytes: self.text_bytes,
            rows: rows as u64,
            entries: entries.len() as u64,
            directory_bytes: self.directory.len() as u64,
            pieces: self.pieces,
            check: sum.finish(),
        };
        self.file.write_all(&footer.to_bytes())?;
        self.file.flush()?;
        fs::rename(&self.unfinished, &self.path)
    }
}

impl Drop for NewSegment {
    fn drop(&mut self) {
        // gone under this name if it was finished
        let _ = fs::remove_file(&self.unfinished);
    }
}
