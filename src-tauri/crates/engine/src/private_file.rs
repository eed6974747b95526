//! Small files of a person's own settings: nobody else can read or change them, and one that is damaged counts as empty
//! and is put aside before another takes its place. It does not know what is in them.

use crate::{EngineError, engine::locked};
use serde::{Serialize, de::DeserializeOwned};
use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Mutex,
};

const PRIVATE: u32 = 0o600;
/// For everybody whom the person's own mask lets.
pub(crate) const SHARED: u32 = 0o666;

/// What a person keeps, in one file, or for this run only where there is no folder for settings. A lock, as two changes
/// at once would lose one.
pub(crate) struct Personal<T> {
    what: &'static str,
    held: Mutex<Held<T>>,
}

enum Held<T> {
    ThisRun(Box<T>),
    File(PathBuf),
}

impl<T: Clone + Default + Serialize + DeserializeOwned> Personal<T> {
    /// `what` names it in the log.
    pub fn new(folder: Option<&Path>, file_name: &str, what: &'static str) -> Self {
        let held = match folder {
            None => Held::ThisRun(Box::default()),
            Some(folder) => Held::File(folder.join(file_name)),
        };
        Self {
            what,
            held: Mutex::new(held),
        }
    }

    pub fn read(&self) -> T {
        match &*locked(&self.held) {
            Held::ThisRun(held) => (**held).clone(),
            Held::File(path) => read(path, self.what),
        }
    }

    /// What is held, where it must not be mistaken for nothing: a file that is there and cannot be read is an error.
    pub fn read_strictly(&self) -> io::Result<T> {
        match &*locked(&self.held) {
            Held::ThisRun(held) => Ok((**held).clone()),
            Held::File(path) => match fs::read(path) {
                Ok(text) => Ok(serde_json::from_slice(&text)?),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(T::default()),
                Err(error) => Err(error),
            },
        }
    }

    /// Kept before it answers; a change that is refused leaves all as it was.
    pub fn change<R>(
        &self,
        change: impl FnOnce(&mut T) -> Result<R, EngineError>,
    ) -> Result<R, EngineError> {
        match &mut *locked(&self.held) {
            Held::ThisRun(held) => {
                let mut changed = held.clone();
                let answer = change(&mut changed)?;
                *held = changed;
                Ok(answer)
            }
            Held::File(path) => {
                let path = &*path;
                let failed = |error| EngineError::File {
                    path: path.clone(),
                    error,
                };
                let mut held: T = read_to_change(path, self.what).map_err(failed)?;
                let answer = change(&mut held)?;
                write(path, &held).map_err(failed)?;
                Ok(answer)
            }
        }
    }
}

/// What the file holds, for who only looks: the default where it cannot be read. It stays as it is. `what` names it in
/// the log.
pub(crate) fn read<T: DeserializeOwned + Default>(path: &Path, what: &str) -> T {
    let held = fs::read(path).and_then(|text| Ok(serde_json::from_slice(&text)?));
    held.unwrap_or_else(|error| {
        if error.kind() != io::ErrorKind::NotFound {
            tracing::warn!(path = %path.display(), %error, "{what} cannot be read: there are none");
        }
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

/// Whole or not at all. Its folder is made.
pub(crate) fn write<T: Serialize>(path: &Path, what: &T) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        make_private_folder(folder)?;
    }
    replace(path, &serde_json::to_vec_pretty(what)?, PRIVATE)
}

/// Whole or not at all: a new file with these permissions takes the old one's place once it is durable.
pub(crate) fn replace(path: &Path, text: &[u8], unix_mode: u32) -> io::Result<()> {
    /// Two at once would write one new file.
    static WRITING: Mutex<()> = Mutex::new(());
    let _alone = locked(&WRITING);
    let beside = path.with_extension(format!("{}.new", std::process::id()));
    // left by a process of this number that died: nobody else's file is called so. A link is not followed
    let _ = fs::remove_file(&beside);
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, unix_mode);
    #[cfg(not(unix))]
    let _ = unix_mode;
    let written = options
        .open(&beside)
        .and_then(|mut file| {
            file.write_all(text)?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // what could not be put in place is of no use
        let _ = fs::remove_file(&beside);
    }
    written
}

fn make_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_change_leaves_all_as_it_was() {
        let folder = tempfile::tempdir().expect("a folder");
        for kept in [None, Some(folder.path())] {
            let names: Personal<Vec<String>> = Personal::new(kept, "names.json", "the names");
            let add = |name: &str, refuse: bool| {
                names.change(|names| {
                    names.push(name.to_owned());
                    if refuse {
                        return Err(EngineError::Input("one too many".to_owned()));
                    }
                    Ok(names.len())
                })
            };
            assert_eq!(add("a", false).expect("kept"), 1);
            assert!(matches!(add("b", true), Err(EngineError::Input(_))));
            assert_eq!(names.read(), ["a"]);
            assert_eq!(add("c", false).expect("kept"), 2);
            assert_eq!(names.read(), ["a", "c"]);
        }
    }
}
