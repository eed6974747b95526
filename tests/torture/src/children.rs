//! A test's own program once more, to be killed, starved or interfered with: the same test, told by a variable that it
//! is the child.

use std::{
    path::PathBuf,
    process::{Command, Stdio},
};

/// What the child is to do; `None` in the test itself.
pub fn task() -> Option<String> {
    std::env::var("KINESCOPE_TORTURE_CHILD").ok()
}

/// The arguments with which the test's program runs that test alone.
pub fn arguments(test: &str) -> [&str; 5] {
    ["--exact", test, "--nocapture", "--test-threads", "1"]
}

/// # Panics
/// If the test does not know its own program.
pub fn program() -> PathBuf {
    std::env::current_exe().expect("this test's program")
}

/// `command`, with `test` as its child, which is to do `task`; its output can be read.
pub fn prepared<'a>(command: &'a mut Command, test: &str, task: &str) -> &'a mut Command {
    command
        .args(arguments(test))
        .env("KINESCOPE_TORTURE_CHILD", task)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
}

/// A fast place for files that need no disk; the usual one where there is none.
///
/// # Panics
/// If no folder can be made.
pub fn folder() -> tempfile::TempDir {
    let memory = std::path::Path::new("/dev/shm");
    let builder = tempfile::Builder::new();
    builder
        .tempdir_in(memory)
        .or_else(|_| tempfile::tempdir())
        .expect("a folder")
}
