//! A workspace is open once: a second start with the same one brings the first one's window to the front, hands it the link that it
//! was started with, and ends. A start with a link alone asks all that are open for the one whose workspace the link names.
//!
//! The program that has the workspace listens at a socket in the person's runtime folder, which nobody else can enter.
//! Whatever fails here is no reason not to start: the workspace's own lock holds all the same.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io::{self, BufRead, BufReader, Read, Write},
    os::unix::net::{UnixListener, UnixStream},
    path::{Path, PathBuf},
    time::Duration,
};

/// One line: this word alone, or with a link behind a space.
const SHOW: &str = "show";
/// One line: this word and a link, for the program that has the workspace which the link names.
const FOLLOW: &str = "follow";
/// The page takes no longer link than 16,384 UTF-16 units, of three bytes at most; no longer line is read.
const LONGEST_LINE: u64 = 3 * 16_384 + 16;
const SHOWN: &[u8] = b"shown\n";
/// Somebody who listens and says nothing is not waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// Where the program that has a workspace listens.
pub(crate) struct Place(PathBuf);

/// What a later start asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    /// The window, and a link to be followed there.
    Show(Option<String>),
    /// The same, if the workspace's file has this name.
    Follow { workspace: String, link: String },
}

impl Place {
    /// `None` where the platform has no folder for it.
    pub fn of(workspace: &Path) -> Option<Self> {
        Self::in_folder(&runtime_folder()?, workspace)
    }

    /// Asks every program that is open for the one whose workspace a link names; whether one followed it.
    pub fn follow_where_it_leads(link: &str) -> bool {
        runtime_folder().is_some_and(|folder| Self::follow_among(&folder, link))
    }

    fn follow_among(folder: &Path, link: &str) -> bool {
        let is_ours = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("kinescope-") && name.ends_with(".sock")
        };
        workspace_of(link).is_some()
            && fs::read_dir(folder)
                .into_iter()
                .flatten()
                .filter_map(|entry| Some(entry.ok()?.path()))
                .filter(is_ours)
                .any(|path| Self(path).ask(&line(FOLLOW, Some(link))))
    }

    fn in_folder(folder: &Path, workspace: &Path) -> Option<Self> {
        let mut hasher = DefaultHasher::new();
        whole(workspace)?.hash(&mut hasher);
        Some(Self(
            folder.join(format!("kinescope-{:016x}.sock", hasher.finish())),
        ))
    }

    /// Asks the program that has the workspace to show its window and to follow a link there; whether one did the first. Where
    /// the link leads is that window's to find out and to say.
    pub fn show_the_first(&self, link: Option<&str>) -> bool {
        self.ask(&line(SHOW, link))
    }

    fn ask(&self, line: &str) -> bool {
        let asked = || -> io::Result<bool> {
            let mut stream = UnixStream::connect(&self.0)?;
            stream.set_read_timeout(Some(PATIENCE))?;
            stream.set_write_timeout(Some(PATIENCE))?;
            stream.write_all(line.as_bytes())?;
            let mut answer = [0; SHOWN.len()];
            stream.read_exact(&mut answer)?;
            Ok(answer == SHOWN)
        };
        asked().unwrap_or(false)
    }

    /// Calls `show` for each later start, until the program ends; it answers whether it did what was asked for. For who has
    /// opened the workspace: what another one left here is removed.
    pub fn listen(self, show: impl Fn(Call) -> bool + Send + 'static) -> io::Result<Listening> {
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

/// A link that is none, such as one with a line's end in it, is not passed on.
fn line(word: &str, link: Option<&str>) -> String {
    let fits = |link: &&str| {
        !link.contains(char::is_control) && (link.len() + word.len() + 2) as u64 <= LONGEST_LINE
    };
    match link.map(str::trim).filter(fits) {
        Some(link) => format!("{word} {link}\n"),
        None => format!("{word}\n"),
    }
}

fn runtime_folder() -> Option<PathBuf> {
    let folder = std::env::var_os("XDG_RUNTIME_DIR").filter(|folder| !folder.is_empty());
    folder.map(PathBuf::from)
}

/// The name of the file that a link is about.
fn workspace_of(link: &str) -> Option<String> {
    let link = tauri::Url::parse(link).ok()?;
    let mut parts = link.query_pairs();
    let (_, name) = parts.find(|(name, _)| name == "in")?;
    Some(name.into_owned()).filter(|name| !name.is_empty())
}

/// What a line asks for; `None` for anything else.
fn call(said: &str) -> Option<Call> {
    let (word, link) = said.split_once(' ').unwrap_or((said, ""));
    let link = Some(link.to_owned()).filter(|link| !link.is_empty());
    match word {
        SHOW => Some(Call::Show(link)),
        FOLLOW => {
            let link = link?;
            let workspace = workspace_of(&link)?;
            Some(Call::Follow { workspace, link })
        }
        _ => None,
    }
}

fn answer(mut stream: UnixStream, show: &impl Fn(Call) -> bool) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut asked = String::new();
    BufReader::new(&stream)
        .take(LONGEST_LINE)
        .read_line(&mut asked)?;
    let asked = asked.strip_suffix('\n').unwrap_or_default();
    if call(asked).is_some_and(show) {
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
    use std::sync::{Arc, Mutex};

    const LINK: &str = "kinescope://explore?in=a.kscope&filter=type%3AA";

    /// What later starts brought, one after the other.
    fn heard(place: Place) -> (Listening, impl Fn() -> Vec<Option<String>>) {
        let links = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&links);
        let listening = place.listen(move |call| {
            let Call::Show(link) = call else { return false };
            kept.lock().expect("no panic").push(link);
            true
        });
        let all = move || links.lock().expect("no panic").clone();
        (listening.expect("it listens"), all)
    }

    #[test]
    fn a_second_start_shows_the_first_and_only_for_the_same_workspace() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| {
            let workspace = folder.path().join(name);
            Place::in_folder(folder.path(), &workspace).expect("a place")
        };
        assert!(!at("a.kscope").show_the_first(None), "nobody is there yet");
        let (listening, links) = heard(at("a.kscope"));
        assert!(at("a.kscope").show_the_first(None));
        assert!(
            at("./a.kscope").show_the_first(Some(LINK)),
            "named in another way"
        );
        assert!(!at("b.kscope").show_the_first(Some(LINK)));
        assert_eq!(links(), [None, Some(LINK.to_owned())]);
        drop(listening);
        assert!(!at("a.kscope").show_the_first(None), "it has ended");
    }

    #[test]
    fn what_is_no_one_line_is_no_link_and_shows_the_window_all_the_same() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = || Place::in_folder(folder.path(), &folder.path().join("a")).expect("a place");
        let (_listening, links) = heard(place());
        let long = |letters: usize| format!("kinescope:{}", "é".repeat(letters));
        let longest = long(16_374);
        assert!(place().show_the_first(Some("kinescope:a\nshow kinescope:b")));
        assert!(place().show_the_first(Some(&long(30_000))));
        assert!(place().show_the_first(Some(&longest)));
        assert_eq!(links(), [None, None, Some(longest)]);
        let endless = "x".repeat(99_999);
        // who writes something else is not answered
        for said in [
            "hide\n",
            "show",
            "follow\n",
            "follow kinescope:x\n",
            endless.as_str(),
        ] {
            let mut stream = UnixStream::connect(place().0).expect("somebody listens");
            // it may have been hung up on
            let _ = stream.write_all(said.as_bytes());
            let _ = stream.shutdown(std::net::Shutdown::Write);
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer);
            assert_eq!(answer, b"", "{}", said.len());
        }
        assert_eq!(links().len(), 3);
    }

    #[test]
    fn what_a_killed_program_left_is_taken_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = folder.path().join("a.kscope");
        fs::write(&workspace, "").expect("it exists");
        let place = || Place::in_folder(folder.path(), &workspace).expect("a place");
        drop(UnixListener::bind(&place().0).expect("a socket that nobody removed"));
        assert!(!place().show_the_first(None));
        let _listening = place().listen(|_| true).expect("it listens");
        assert!(place().show_the_first(None));
    }

    #[test]
    fn a_link_alone_finds_the_program_that_has_its_workspace() {
        let folder = tempfile::tempdir().expect("a folder");
        let follow = |link: &str| Place::follow_among(folder.path(), link);
        let to = |name: &str| format!("kinescope://explore?filter=x&in={name}");
        assert!(!follow(&to("a.kscope")), "nobody is there yet");
        let followed = Arc::new(Mutex::new(Vec::new()));
        let open = |own: &'static str| {
            let place = Place::in_folder(folder.path(), &folder.path().join(own));
            let followed = Arc::clone(&followed);
            let listening = place.expect("a place").listen(move |call| match call {
                Call::Follow { workspace, link } if workspace == own => {
                    followed.lock().expect("no panic").push((own, link));
                    true
                }
                _ => false,
            });
            listening.expect("it listens")
        };
        let _both = (open("a.kscope"), open("é b.kscope"));
        // one that has ended, and somebody else's
        drop(UnixListener::bind(folder.path().join("kinescope-0.sock")).expect("a socket"));
        fs::write(folder.path().join("kinescope-1.sock"), "").expect("a file");
        let (first, second) = (to("a.kscope"), to("%C3%A9+b.kscope"));
        assert!(follow(&first) && follow(&second));
        assert!(!follow(&to("c.kscope")));
        for of_none in [
            "kinescope://captures",
            "kinescope:",
            "kinescope://explore?in=",
        ] {
            assert!(!follow(of_none), "{of_none}");
        }
        let followed = followed.lock().expect("no panic").clone();
        assert_eq!(followed, [("a.kscope", first), ("é b.kscope", second)]);
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
