//! What a process asked of its files, in order, as strace recorded it; and faults in place of the answers.
//!
//! Linux only. strace is one of the system packages that `make` installs.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    process::Command,
};

/// The calls that change files or make them durable, and what is said on standard output.
const RECORDED: &str = "openat,lseek,pwrite64,write,fsync,fdatasync,ftruncate,unlink,rename";

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    Created(PathBuf),
    Written {
        path: PathBuf,
        at: u64,
        bytes: Vec<u8>,
    },
    Truncated {
        path: PathBuf,
        length: u64,
    },
    /// Of a file or of a folder. `is_done`: or the disk reported an error.
    Synced {
        path: PathBuf,
        is_done: bool,
    },
    Unlinked(PathBuf),
    Renamed {
        from: PathBuf,
        to: PathBuf,
    },
    Said(String),
}

/// `program` under strace, which writes to `log`; `inject` as strace's `-e inject=` takes it, for what happens to files
/// named by `only` where there are any.
pub fn traced(
    program: &Path,
    log: &Path,
    calls: &str,
    inject: Option<&str>,
    only: &[PathBuf],
) -> Command {
    let mut command = Command::new("strace");
    command
        .args(["-f", "-y", "-qq", "-xx", "-s", "2000000", "-o"])
        .arg(log);
    command.arg("-e").arg(format!("trace={calls}"));
    if let Some(inject) = inject {
        command.arg("-e").arg(format!("inject={inject}"));
    }
    for path in only {
        command.arg("-P").arg(path);
    }
    command.arg(program);
    command
}

/// The same, recording all that [`calls`] reads.
pub fn recorded(program: &Path, log: &Path, inject: Option<&str>) -> Command {
    traced(program, log, RECORDED, inject, &[])
}

/// How many calls were answered with a fault.
pub fn injected(log: &str) -> u64 {
    log.lines()
        .filter(|line| line.ends_with("(INJECTED)"))
        .count() as u64
}

/// The calls of a log, in the order in which they ended; what failed but for syncs is left out.
///
/// # Panics
/// On a log of another form.
pub fn calls(log: &str) -> Vec<Call> {
    let mut begun: HashMap<&str, &str> = HashMap::new();
    let mut places = HashMap::new();
    let mut found = Vec::new();
    for line in log.lines() {
        let (thread, rest) = line.split_once(' ').expect("a thread and its call");
        let rest = rest.trim_start();
        if let Some(head) = rest.strip_suffix(" <unfinished ...>") {
            begun.insert(thread, head);
        } else if let Some(resumed) = rest.strip_prefix("<... ") {
            let tail = resumed.split_once(" resumed>").expect("a call goes on").1;
            let head = begun.remove(thread).expect("it was begun");
            found.extend(call(&format!("{head}{tail}"), &mut places));
        } else {
            found.extend(call(rest, &mut places));
        }
    }
    found
}

/// `places` is where each open file was last sought to: what is written without a place goes there.
fn call(text: &str, places: &mut HashMap<String, u64>) -> Option<Call> {
    let (name, rest) = text.split_once('(')?;
    // strace fills up with blanks what is short, and the end of what was interrupted always is
    let (arguments, answer) = rest.rsplit_once(" = ")?;
    let arguments = arguments.trim_end().strip_suffix(')')?;
    let is_done = !answer.starts_with('-');
    let mut arguments = arguments.split(", ");
    let first = arguments.next()?;
    if name.ends_with("sync") {
        let path = path_of(first)?;
        return Some(Call::Synced { path, is_done });
    }
    if !is_done {
        return None;
    }
    let mut number = || arguments.next()?.parse().ok();
    match name {
        "ftruncate" => Some(Call::Truncated {
            path: path_of(first)?,
            length: number()?,
        }),
        "unlink" => Some(Call::Unlinked(text_path(first)?)),
        "rename" => Some(Call::Renamed {
            from: text_path(first)?,
            to: text_path(arguments.next()?)?,
        }),
        "openat" => {
            let _ = arguments.next();
            let is_made = arguments.next()?.contains("O_CREAT");
            is_made.then(|| path_of(answer).map(Call::Created))?
        }
        "pwrite64" => written(first, &mut arguments, answer),
        "write" if first.starts_with("1<") => {
            let said = unquoted(arguments.next()?)?;
            Some(Call::Said(String::from_utf8_lossy(&said).into_owned()))
        }
        "lseek" => {
            places.insert(first.to_owned(), answer.parse().ok()?);
            None
        }
        "write" => {
            let place = places.get_mut(first)?;
            let mut bytes = unquoted(arguments.next()?)?;
            bytes.truncate(answer.parse().ok()?);
            let at = *place;
            *place += bytes.len() as u64;
            Some(Call::Written {
                path: path_of(first)?,
                at,
                bytes,
            })
        }
        _ => None,
    }
}

fn written<'a>(
    file: &str,
    arguments: &mut impl Iterator<Item = &'a str>,
    answer: &str,
) -> Option<Call> {
    let mut bytes = unquoted(arguments.next()?)?;
    let at = arguments.nth(1)?.parse().ok()?;
    // a short write wrote the beginning
    bytes.truncate(answer.split(' ').next()?.parse().ok()?);
    Some(Call::Written {
        path: path_of(file)?,
        at,
        bytes,
    })
}

/// `7<\x2f…>`
fn path_of(file: &str) -> Option<PathBuf> {
    let name = file.split_once('<')?.1.split('>').next()?;
    path(&unescaped(name)?)
}

fn text_path(text: &str) -> Option<PathBuf> {
    path(&unquoted(text)?)
}

fn path(bytes: &[u8]) -> Option<PathBuf> {
    Some(PathBuf::from(std::str::from_utf8(bytes).ok()?))
}

fn unquoted(text: &str) -> Option<Vec<u8>> {
    unescaped(text.strip_prefix('"')?.strip_suffix('"')?)
}

/// `\x2f\x74`: everything is in hexadecimal.
fn unescaped(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    let byte = |escaped: &[u8]| match escaped {
        [b'\\', b'x', high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    };
    text.as_bytes().chunks(4).map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_read_also_where_two_threads_speak_at_once() {
        let file = r"7<\x2f\x61>";
        let log = format!(
            "11 openat(AT_FDCWD<\\x2f>, \"\\x2f\\x61\", O_RDWR|O_CREAT|O_CLOEXEC, 0600) = {file}\n\
             11 pwrite64({file}, \"\\x68\\x69\", 2, 3 <unfinished ...>\n\
             12 fdatasync({file}) = -1 EIO (Input/output error) (INJECTED)\n\
             11 <... pwrite64 resumed>)           = 1\n\
             11 lseek({file}, -5, SEEK_CUR) = 6\n\
             11 write({file}, \"\\x68\\x69\", 2) = 2\n\
             11 ftruncate({file}, 4) = 0\n\
             11 unlink(\"\\x2f\\x62\") = -1 ENOENT (No such file or directory)\n\
             11 write(1<\\x70>, \"\\x6f\\x6b\\x0a\", 3) = 3\n"
        );
        let path = PathBuf::from("/a");
        let expected = [
            Call::Created(path.clone()),
            Call::Synced {
                path: path.clone(),
                is_done: false,
            },
            Call::Written {
                path: path.clone(),
                at: 3,
                bytes: b"h".to_vec(),
            },
            Call::Written {
                path: path.clone(),
                at: 6,
                bytes: b"hi".to_vec(),
            },
            Call::Truncated { path, length: 4 },
            Call::Said("ok\n".into()),
        ];
        assert_eq!((calls(&log), injected(&log)), (expected.to_vec(), 1));
    }
}
