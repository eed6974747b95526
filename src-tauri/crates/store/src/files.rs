//! The workspace's files before SQLite sees them: permissions, the lock, the header.
//!
//! The database file is only read here before SQLite opens it: closing any other descriptor of an
//! open database would drop SQLite's own locks (POSIX advisory locks belong to the process).

use crate::{
    StoreError,
    schema::{APPLICATION_ID, MIGRATIONS},
};
use mutants::Mutant;
use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read, Seek, Write},
    path::{Path, PathBuf},
};

const SQLITE_MAGIC: &[u8; 16] = b"SQLite format 3\0";
const HEADER_BYTES: usize = 100;
const WRITTEN_AGAIN_BYTES: usize = 1 << 20;
const USER_VERSION_AT: usize = 60;
const APPLICATION_ID_AT: usize = 68;

/// Held as long as the workspace is open. The operating system lets go of it when the process ends,
/// however it ends; the file that stays behind means nothing.
#[derive(Debug)]
pub(crate) struct WorkspaceLock {
    file: File,
}

impl Drop for WorkspaceLock {
    /// Closing is not enough: between its fork and its exec, a child that this process starts has the file open too.
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}

/// Makes the folder, takes the lock, looks at the header. Gives the path without links: two names of one file must meet
/// at one lock.
pub(crate) fn claim(path: &Path) -> Result<(PathBuf, WorkspaceLock, Found), StoreError> {
    if let Some(folder) = folder_of(path) {
        create_private_folder(folder)?;
    }
    let path = real_path(path)?;
    let lock = lock(&path)?;
    let found = check_header(&path)?;
    if found != Found::Nothing {
        require_writable(&path)?;
    }
    Ok((path, lock, found))
}

fn folder_of(path: &Path) -> Option<&Path> {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
}

fn real_path(path: &Path) -> Result<PathBuf, StoreError> {
    let real = |path: &Path| {
        path.canonicalize().map_err(|source| StoreError::File {
            path: path.to_owned(),
            source,
        })
    };
    if path.exists() {
        return real(path);
    }
    match path.file_name() {
        Some(name) => Ok(real(folder_of(path).unwrap_or(Path::new(".")))?.join(name)),
        None => Err(StoreError::NotAWorkspace {
            path: path.to_owned(),
        }),
    }
}

pub(crate) fn lock(path: &Path) -> Result<WorkspaceLock, StoreError> {
    let lock_path = beside(path, "-lock");
    let file = private_options()
        .open(&lock_path)
        .map_err(|e| failed_to_write(path, e))?;
    if mutants::is_on(Mutant::LockNotTaken) {
        return Ok(WorkspaceLock { file });
    }
    match file.try_lock() {
        Ok(()) => Ok(WorkspaceLock { file }),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse {
            path: path.to_owned(),
        }),
        Err(TryLockError::Error(source)) => Err(StoreError::File {
            path: lock_path,
            source,
        }),
    }
}

/// What is at a workspace's path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Nothing,
    /// Nothing yet, in a file.
    Empty,
    Workspace,
}

/// A file of a newer version is refused here, before anything could change it.
fn check_header(path: &Path) -> Result<Found, StoreError> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(source) => {
            return Err(StoreError::File {
                path: path.to_owned(),
                source,
            });
        }
    };
    let mut header = Vec::with_capacity(HEADER_BYTES);
    Read::by_ref(&mut file)
        .take(HEADER_BYTES as u64)
        .read_to_end(&mut header)
        .map_err(|source| StoreError::File {
            path: path.to_owned(),
            source,
        })?;
    if header.is_empty() {
        return Ok(Found::Empty);
    }
    let number_at = |at: usize| {
        header
            .get(at..at + 4)
            .and_then(|b| b.try_into().ok())
            .map(u32::from_be_bytes)
    };
    let (version, application) = (number_at(USER_VERSION_AT), number_at(APPLICATION_ID_AT));
    match (header.starts_with(SQLITE_MAGIC), version, application) {
        (true, Some(found), Some(APPLICATION_ID)) if found as usize > MIGRATIONS.len() => {
            Err(StoreError::NewerVersion {
                path: path.to_owned(),
                found,
                known: MIGRATIONS.len() as u32,
            })
        }
        (true, Some(_), Some(APPLICATION_ID)) => Ok(Found::Workspace),
        _ => Err(StoreError::NotAWorkspace {
            path: path.to_owned(),
        }),
    }
}

fn require_writable(path: &Path) -> Result<(), StoreError> {
    OpenOptions::new()
        .write(true)
        .open(path)
        .map(drop)
        .map_err(|e| failed_to_write(path, e))
}

/// A workspace appears at its path whole or not at all: `make` lays it down beside, in a private file of its own, and it
/// takes its name once it is durable. What an earlier attempt left is ours and holds nothing that was acknowledged.
pub(crate) fn appear(
    path: &Path,
    make: impl FnOnce(&Path) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let failed = |error| failed_to_write(path, error);
    let new = beside(path, "-new");
    for suffix in ["", "-journal", "-wal", "-shm"] {
        remove_if_there(&beside(&new, suffix)).map_err(failed)?;
    }
    create_private_file(&new)?;
    make(&new)?;
    // a log that lost its database would be taken for the new one's
    for suffix in ["-wal", "-journal"] {
        let orphan = beside(path, suffix);
        if orphan.exists() {
            fs::rename(&orphan, beside(&orphan, ".left")).map_err(failed)?;
        }
    }
    fs::rename(&new, path).map_err(failed)?;
    sync_folder(folder_of(path).unwrap_or(Path::new("."))).map_err(failed)
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// A new name is durable once its folder is.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// Readable and writable by the user alone from the first moment. SQLite gives `-wal` and `-shm`
/// the mode of the database.
pub(crate) fn create_private_file(path: &Path) -> Result<(), StoreError> {
    create_private(path).map(drop)
}

/// The same, open.
pub(crate) fn create_private(path: &Path) -> Result<File, StoreError> {
    private_options()
        .create_new(true)
        .open(path)
        .map_err(|e| failed_to_write(path, e))
}

fn private_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options
}

/// Only what is missing is made, and private; a folder that is there keeps its permissions.
pub(crate) fn create_private_folder(folder: &Path) -> Result<(), StoreError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder
        .create(folder)
        .map_err(|e| failed_to_write(folder, e))
}

pub(crate) fn failed_to_write(path: &Path, source: io::Error) -> StoreError {
    let path = path.to_owned();
    match source.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            StoreError::ReadOnlyFolder { path }
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::DiskFull,
        _ => StoreError::File { path, source },
    }
}

/// The log of the workspace at `path`, where there is one, before SQLite goes on behind what stands in it.
pub(crate) fn write_log_again(path: &Path) -> Result<(), StoreError> {
    if mutants::is_on(Mutant::LogTrustedAfterError) {
        return Ok(());
    }
    write_again(&beside(path, "-wal"))
}

/// Puts a file's bytes into its place once more, and waits for the disk. A failed sync leaves pages that look written and
/// are not, and Linux tells that once: only what is written again is tried again.
fn write_again(path: &Path) -> Result<(), StoreError> {
    let again = || -> io::Result<()> {
        let mut file = OpenOptions::new().read(true).write(true).open(path)?;
        let mut bytes = vec![0; WRITTEN_AGAIN_BYTES];
        loop {
            let read = file.read(&mut bytes)?;
            if read == 0 {
                return file.sync_data();
            }
            file.seek(io::SeekFrom::Current(-(read as i64)))?;
            file.write_all(&bytes[..read])?;
        }
    };
    match again() {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed_to_write(path, error)),
        _ => Ok(()),
    }
}

pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_goes_also_where_a_child_has_its_file_open() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("test.kscope");
        let held = lock(&path).expect("free");
        assert!(matches!(lock(&path), Err(StoreError::InUse { .. })));
        let of_child = held.file.try_clone().expect("what a fork gives");
        drop(held);
        lock(&path).expect("free again");
        drop(of_child);
    }
}
