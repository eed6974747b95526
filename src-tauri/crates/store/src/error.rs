//! What can go wrong with a workspace, named by what it means for the person in front of it.
//!
//! Every message says what happened and what to do next. None suggests deleting anything.

use crate::{CaptureId, DeliveryId, ShardKey, StreamKey};
use rusqlite::ffi;
use std::{io, path::PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error(
        "{} was written by a newer version of Kinescope (format {found}; this version knows formats up to {known}). \
         It was left untouched. Update Kinescope to open it", path.display()
    )]
    NewerVersion {
        path: PathBuf,
        found: u32,
        known: u32,
    },
    #[error(
        "{} cannot be written. Give your user write permission for it, or copy the workspace to a folder of your own \
         and open the copy", path.display()
    )]
    ReadOnlyFolder { path: PathBuf },
    #[error(
        "the workspace cannot be written any more: its file or its folder is read-only now. Everything stored so far is \
         safe and can still be read. Make both writable, then resume"
    )]
    ReadOnly,
    #[error(
        "another program has locked the workspace's file. What was being written was not stored. End that program's \
         transaction, then resume"
    )]
    Locked,
    #[error(
        "the disk that holds the workspace is full. Everything stored so far is safe and can still be read. Free some \
         space on that disk, then resume"
    )]
    DiskFull,
    #[error("{} is no Kinescope workspace. Choose a .kscope file, or a new name", path.display())]
    NotAWorkspace { path: PathBuf },
    #[error(
        "the workspace is damaged: {what}. Keep the file, make a copy of it, and go on in a new workspace; what is \
         intact in this one can still be read"
    )]
    Damaged { what: String },
    #[error(
        "{} is open in another Kinescope. Go on in that window, or close it and try again", path.display()
    )]
    InUse { path: PathBuf },
    #[error(
        "the workspace's disk reported an error: {source}. What was being written was not stored. Check the disk and \
         its connection; the next write opens the file again"
    )]
    Disk { source: rusqlite::Error },
    #[error("{} cannot be used: {source}. Check that the path is right and reachable", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error(
        "this build carries SQLite {found}, and versions before 3.51.3 can damage a workspace. Install an official build"
    )]
    OldSqlite { found: String },
    #[error(
        "SQLite did not take the setting {pragma} = {wanted} (it says {found}). The file system may not support it: \
         move the workspace to a local disk"
    )]
    Setting {
        pragma: &'static str,
        wanted: String,
        found: String,
    },
    #[error("capture {0} is not in this workspace. It may have been deleted; refresh the list")]
    UnknownCapture(CaptureId),
    #[error("shard {0} is not in this workspace. Refresh the stream's shards and try again")]
    UnknownShard(ShardKey),
    #[error("stream {0} is not in this workspace. Refresh the streams and try again")]
    UnknownStream(StreamKey),
    #[error("delivery {0} is not in this workspace. Refresh the list")]
    UnknownDelivery(DeliveryId),
    #[error("delivery {0} is being carried out already")]
    DeliveryRuns(DeliveryId),
    #[error(
        "the records handed over for shard {0} are not in sequence order. Nothing of that batch was stored; read it again"
    )]
    OutOfOrder(ShardKey),
    #[error(
        "shard {0} holds 4,294,967,296 records, the most that one workspace takes. Go on in a new workspace"
    )]
    ShardFull(ShardKey),
    #[error(
        "the record has {0} bytes, and a workspace takes at most 67,108,864 for one. It was not stored"
    )]
    TooLarge(usize),
    #[error(
        "a block of records could not be compressed: {0}. Nothing of that batch was stored; free some memory and read it again"
    )]
    Compression(#[source] io::Error),
    #[error("a text of {0} bytes is more than a search takes. Look for a part of it")]
    LongSearchText(usize),
    /// What is wrong with a statement of the console, and at which byte where SQLite knows it.
    #[error("{message}")]
    Sql { message: String, at: Option<usize> },
    #[error("records were deleted while this ran. Run it again")]
    RecordsDeleted,
    #[error("the workspace is closed. Open it again")]
    Closed,
    #[error("SQLite refused a statement: {0}. This is a fault of Kinescope: please report it")]
    Statement(#[source] rusqlite::Error),
}

impl StoreError {
    pub(crate) fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged { what: what.into() }
    }

    /// Errors after which nobody knows what the disk holds: the connection must not be used again.
    pub(crate) fn loses_the_connection(&self) -> bool {
        matches!(self, Self::Disk { .. } | Self::Damaged { .. })
    }
}

/// Shared memory for the write-ahead log could not be made or grown: how a full disk shows beside
/// `SQLITE_FULL`.
const FULL_AS_IO_ERROR: [i32; 2] = [ffi::SQLITE_IOERR_SHMSIZE, ffi::SQLITE_IOERR_SHMOPEN];

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let Some(code) = error.sqlite_error().map(|e| e.extended_code) else {
            return match error {
                rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::IntegralValueOutOfRange(..) => Self::damaged(error.to_string()),
                _ => Self::Statement(error),
            };
        };
        match code & 0xff {
            // every statement is tried on every format: a table that is not there is one that was
            ffi::SQLITE_ERROR if error.to_string().starts_with("no such ") => {
                Self::damaged(error.to_string())
            }
            ffi::SQLITE_FULL => Self::DiskFull,
            ffi::SQLITE_READONLY => Self::ReadOnly,
            ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED => Self::Locked,
            _ if FULL_AS_IO_ERROR.contains(&code) => Self::DiskFull,
            ffi::SQLITE_IOERR | ffi::SQLITE_CANTOPEN | ffi::SQLITE_PROTOCOL => {
                Self::Disk { source: error }
            }
            // also what SQLite makes of a disk that fails to read (SQLITE_IOERR_CORRUPTFS)
            ffi::SQLITE_CORRUPT => Self::damaged(format!(
                "a part of its file is not what was written, or cannot be read from the disk ({error})"
            )),
            ffi::SQLITE_NOTADB | ffi::SQLITE_MISMATCH => Self::damaged(error.to_string()),
            _ => Self::Statement(error),
        }
    }
}
