//! A copy of a damaged workspace that may be worked in, with a header that SQLite accepts. The file itself is only read.

use crate::{
    StoreError, connect, files,
    schema::{APPLICATION_ID, MIGRATIONS},
};
use rusqlite::Connection;
use std::{
    fs::{self, OpenOptions},
    io::{Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

const MAGIC: &[u8; 16] = b"SQLite format 3\0";
const PAGE_BYTES: u64 = 8192;
const HEADER_BYTES: usize = 100;
/// Bytes 16 to 23 of every workspace: pages of 8 KiB, a write-ahead log, nothing reserved, and SQLite's own constants.
const LAYOUT: [u8; 8] = [0x20, 0, 2, 2, 0, 64, 32, 32];
/// The number of SQLite's newest format of tables, and the encoding of text: UTF-8.
const TABLES: u32 = 4;
const ENCODING: u32 = 1;

/// Gone with its folder when it is dropped.
pub(super) struct Copy {
    folder: PathBuf,
    connection: Option<Connection>,
}

impl Copy {
    /// Beside the new workspace, where there has to be room for both.
    pub fn of(damaged: &Path, into: &Path) -> Result<Self, StoreError> {
        let folder = files::beside(into, "-salvaging");
        files::create_private_folder(&folder)?;
        let mut copy = Self {
            folder,
            connection: None,
        };
        let path = copy.folder.join("copy");
        for suffix in ["", "-wal"] {
            let source = files::beside(damaged, suffix);
            if suffix.is_empty() || source.exists() {
                put_file(&source, &files::beside(&path, suffix))?;
            }
        }
        mend_header(&path, damaged)?;
        let opened = connect::open_writer(&path).map_err(|error| match error {
            StoreError::Statement(error) => StoreError::damaged(error.to_string()),
            other => other,
        });
        copy.connection = Some(opened?);
        Ok(copy)
    }

    pub fn connection(&self) -> Result<&Connection, StoreError> {
        self.connection.as_ref().ok_or(StoreError::Closed)
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        self.connection = None;
        // it is ours, and what it is a copy of is still there
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn put_file(from: &Path, to: &Path) -> Result<(), StoreError> {
    if to.exists() {
        // left behind by a salvage that was killed
        fs::remove_file(to).map_err(|error| files::failed_to_write(to, error))?;
    }
    let mut source = fs::File::open(from).map_err(|source| StoreError::File {
        path: from.to_owned(),
        source,
    })?;
    let mut target = files::create_private(to)?;
    std::io::copy(&mut source, &mut target)
        .map(drop)
        .map_err(|error| files::failed_to_write(to, error))
}

/// What every workspace has in the same places is put there; the number of pages is that of the file.
fn mend_header(path: &Path, damaged: &Path) -> Result<(), StoreError> {
    let failed = |error| files::failed_to_write(path, error);
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)
        .map_err(failed)?;
    let pages = file.metadata().map_err(failed)?.len() / PAGE_BYTES;
    let mut header = [0; HEADER_BYTES];
    if pages == 0 {
        return Err(StoreError::NotAWorkspace {
            path: damaged.to_owned(),
        });
    }
    file.read_exact(&mut header).map_err(failed)?;
    mend(&mut header, pages as u32);
    file.seek(SeekFrom::Start(0)).map_err(failed)?;
    file.write_all(&header).map_err(failed)
}

fn mend(header: &mut [u8; HEADER_BYTES], pages: u32) {
    let known = MIGRATIONS.len() as u32;
    let version = number_at(header, 60);
    let version = if (1..=known).contains(&version) {
        version
    } else {
        known
    };
    let changes = number_at(header, 24);
    let largest_root = number_at(header, 52).max(1);
    header[..16].copy_from_slice(MAGIC);
    header[16..24].copy_from_slice(&LAYOUT);
    for (at, number) in [
        (28, pages),
        (44, TABLES),
        (52, largest_root),
        (56, ENCODING),
        (60, version),
        (68, APPLICATION_ID),
        (92, changes),
    ] {
        header[at..at + 4].copy_from_slice(&number.to_be_bytes());
    }
}

fn number_at(bytes: &[u8], at: usize) -> u32 {
    bytes[at..]
        .first_chunk()
        .copied()
        .map_or(0, u32::from_be_bytes)
}
