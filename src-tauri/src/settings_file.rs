//! Small files among the person's settings that the shell itself keeps: of what the window looked like, never of data. Whatever
//! fails here costs a look and nothing else.

use serde::{Serialize, de::DeserializeOwned};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Of this name in the platform's folder for settings; `None` where there is none.
pub(crate) fn of_person(name: &str) -> Option<PathBuf> {
    let settings = engine::TrustedEndpoints::of_person();
    settings.folder().map(|folder| folder.join(name))
}

/// `None` where it is missing or damaged; `what` names it in the log.
pub(crate) fn read<T: DeserializeOwned>(file: &Path, what: &str) -> Option<T> {
    let held = fs::read(file).and_then(|text| Ok(serde_json::from_slice(&text)?));
    held.inspect_err(|error| {
        if error.kind() != io::ErrorKind::NotFound {
            tracing::warn!(path = %file.display(), %error, "{what} cannot be read");
        }
    })
    .ok()
}

/// Whole or not at all; `what` names it in the log.
pub(crate) fn keep(file: &Path, held: &impl Serialize, what: &str) {
    if let Err(error) = write(file, held) {
        tracing::warn!(path = %file.display(), %error, "{what} is not kept");
    }
}

fn write(file: &Path, held: &impl Serialize) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder)?;
    }
    let beside = file.with_extension(format!("{}.new", std::process::id()));
    let written = fs::write(&beside, serde_json::to_vec_pretty(held)?)
        .and_then(|()| fs::rename(&beside, file));
    if written.is_err() {
        // what could not be put in place is of no use
        let _ = fs::remove_file(&beside);
    }
    written
}
