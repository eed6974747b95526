//! A workspace is open once: a second start with the same one brings the first one's window to the front, and ends.
//!
//! The program that has the workspace listens at a socket in the person's runtime folder, which nobody else can enter.
//! Whatever fails here is no reason not to start: the workspace's own lock holds all the same.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io::{self, Read, Write},
    os::unix::net::{UnixListener, UnixStream},
    path::{Path, PathBuf},
    time::Duration,
};

const SHOW: &[u8] = b"show\n";
const SHOWN: &[u8] = b"shown\n";
/// Somebody who listens and says nothing is not waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// Where the program that has a workspace listens.
pub(crate) struct Place(PathBuf);

impl Place {
    /// `None` where the platform has no folder for it.
    pub fn of(workspace: &Path) -> Option<Self> {
        let folder = std::env::var_os("XDG_RUNTIME_DIR").filter(|folder| !folder.is_empty())?;
        Self::in_folder(Path::new(&folder), workspace)
    }

    fn in_folder(folder: &Path, workspace: &Path) -> Option<Self> {
        let mut hasher = DefaultHasher::new();
        whole(workspace)?.hash(&mut hasher);
        Some(Self(
            folder.join(format!("kinescope-{:016x}.sock", hasher.finish())),
        ))
    }

    /// Asks the program that has the workspace to show its window; whether one did.
    pub fn show_the_first(&self) -> bool {
        let asked = || -> io::Result<bool> {
            let mut stream = UnixStream::connect(&self.0)?;
            stream.set_read_timeout(Some(PATIENCE))?;
            stream.set_write_timeout(Some(PATIENCE))?;
            stream.write_all(SHOW)?;
            let mut answer = [0; SHOWN.len()];
            stream.read_exact(&mut answer)?;
            Ok(answer == SHOWN)
        };
        asked().unwrap_or(false)
    }

    /// Calls `show` for each later start, until the program ends. For who has opened the workspace: what another one
    /// left here is removed.
    pub fn listen(self, show: impl Fn() + Send + 'static) -> io::Result<Listening> {
        if let Err(error) = fs::remove_file(&self.0)
            && error.kind() != io::ErrorKind::NotFound
        {
            return Err(error);
        }
        let listener = UnixListener::bind(&self.0)?;
        std::thread::Builder::new()
            .name("later starts".to_owned())
            .spawn(move || {
                for stream in listener.incoming() {
                    if let Err(error) = stream.and_then(|stream| answer(stream, &show)) {
                        tracing::debug!(%error, "a later start was not answered");
                    }
                }
            })?;
        Ok(Listening(self.0))
    }
}

/// Removes the socket with the program.
pub(crate) struct Listening(PathBuf);

impl Drop for Listening {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn answer(mut stream: UnixStream, show: &impl Fn()) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut asked = [0; SHOW.len()];
    stream.read_exact(&mut asked)?;
    if asked == SHOW {
        show();
        stream.write_all(SHOWN)?;
    }
    Ok(())
}

/// The same for every way of naming the file, also before it exists.
fn whole(workspace: &Path) -> Option<PathBuf> {
    if let Ok(path) = fs::canonicalize(workspace) {
        return Some(path);
    }
    let folder = workspace
        .parent()
        .filter(|path| !path.as_os_str().is_empty());
    let folder = fs::canonicalize(folder.unwrap_or(Path::new("."))).ok()?;
    Some(folder.join(workspace.file_name()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    };

    #[test]
    fn a_second_start_shows_the_first_and_only_for_the_same_workspace() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| {
            let workspace = folder.path().join(name);
            Place::in_folder(folder.path(), &workspace).expect("a place")
        };
        assert!(!at("a.kscope").show_the_first(), "nobody is there yet");
        let shown = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&shown);
        let listening = at("a.kscope")
            .listen(move || {
                counted.fetch_add(1, SeqCst);
            })
            .expect("it listens");
        assert!(at("a.kscope").show_the_first());
        assert!(at("./a.kscope").show_the_first(), "named in another way");
        assert!(!at("b.kscope").show_the_first());
        assert_eq!(shown.load(SeqCst), 2);
        drop(listening);
        assert!(!at("a.kscope").show_the_first(), "it has ended");
    }

    #[test]
    fn what_a_killed_program_left_is_taken_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = folder.path().join("a.kscope");
        fs::write(&workspace, "").expect("it exists");
        let place = || Place::in_folder(folder.path(), &workspace).expect("a place");
        drop(UnixListener::bind(&place().0).expect("a socket that nobody removed"));
        assert!(!place().show_the_first());
        let _listening = place().listen(|| {}).expect("it listens");
        assert!(place().show_the_first());
    }

    #[test]
    fn a_link_and_its_file_are_one_workspace() {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, link) = (folder.path().join("a.kscope"), folder.path().join("l"));
        fs::write(&file, "").expect("it exists");
        std::os::unix::fs::symlink(&file, &link).expect("a link");
        let place = |path: &Path| Place::in_folder(folder.path(), path).expect("a place").0;
        assert_eq!(place(&file), place(&link));
    }
}
