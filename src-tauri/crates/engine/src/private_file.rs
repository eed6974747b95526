//! Small files of a person's own settings: nobody else can read or change them, and one that is damaged is put aside
//! and counts as empty. It does not know what is in them.

use serde::{Serialize, de::DeserializeOwned};
use std::{
    fs,
    io::{self, Write},
    path::Path,
};

/// What the file holds, for who only looks: the default where it cannot be read. `what` names it in the log.
pub(crate) fn read<T: DeserializeOwned + Default>(path: &Path, what: &str) -> T {
    read_to_change(path, what).unwrap_or_else(|error| {
        tracing::warn!(path = %path.display(), %error, "{what} cannot be read: there are none");
        T::default()
    })
}

/// What the file holds, for who writes it again: the default where there is none. One that is damaged is kept beside
/// it, as `.damaged`.
pub(crate) fn read_to_change<T: DeserializeOwned + Default>(
    path: &Path,
    what: &str,
) -> io::Result<T> {
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(T::default()),
        Err(error) => return Err(error),
    };
    match serde_json::from_slice(&text) {
        Ok(held) => Ok(held),
        Err(error) => {
            tracing::warn!(path = %path.display(), %error, "{what} are damaged: they are put aside");
            fs::rename(path, path.with_extension("damaged"))?;
            Ok(T::default())
        }
    }
}

/// Whole or not at all: a new file takes the old one's place. Its folder is made.
pub(crate) fn write<T: Serialize>(path: &Path, what: &T) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        make_private_folder(folder)?;
    }
    let beside = path.with_extension(format!("{}.new", std::process::id()));
    let text = serde_json::to_vec_pretty(what)?;
    let written = private_file(&beside)
        .and_then(|mut file| {
            file.write_all(&text)?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // what could not be put in place is of no use
        let _ = fs::remove_file(&beside);
    }
    written
}

fn private_file(path: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn make_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
