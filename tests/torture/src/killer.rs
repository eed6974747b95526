//! The engine as a process of its own, to be killed: the test program runs itself once more, with its job in the
//! environment.
//!
//! The kill is `SIGKILL`, at a time after the child was ready or at a [`Point`] that has a name. The child tells its
//! parent what it has done in lines ([`say`]); whatever else it prints is no line of its own.

use faults::{Action, Calls, Proxy, Rule};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{
    fmt::Display,
    io::{BufRead, BufReader, Write},
    os::unix::process::ExitStatusExt,
    process::{Child, ChildStdin, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use store::Store;
use tokio::sync::watch;

const JOB: &str = "KINESCOPE_TORTURE_JOB";
/// Before each line of a child's own: the test harness prints to the same output.
const MARK: &str = "@child ";
const SIGKILL: i32 = 9;
/// A point that is not reached by then will not be: the child is killed where it is.
const PATIENCE: Duration = Duration::from_secs(4);

/// The job of this process, if it is a child.
pub fn job<J: DeserializeOwned>() -> Option<J> {
    let text = std::env::var(JOB).ok()?;
    Some(serde_json::from_str(&text).expect("a job"))
}

/// Tells the parent.
pub fn say(line: impl Display) {
    let mut out = std::io::stdout().lock();
    // a parent that is gone has ended the test
    let _ = writeln!(out, "\n{MARK}{line}");
    let _ = out.flush();
}

/// When a child is killed.
#[derive(Clone, Copy, Debug)]
pub enum Point {
    /// So long after it was ready.
    After(Duration),
    /// The endpoint has answered this call of the operation, and the child has not heard it.
    Answered(&'static str, u64),
    /// Something happened within the child.
    Within(Halt),
}

/// Where a child stops by itself and waits to be killed.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub enum Halt {
    /// On the writer's thread, after so many commits: acknowledged or not, nothing more is written.
    Committed(u64),
    /// The database's log grew for the so-manyeth time: mostly, a commit is under way.
    LogGrew(u64),
}

impl Halt {
    /// Called once in the child, with its workspace.
    pub fn watch(self, store: &Store) {
        match self {
            Self::Committed(commits) => halt_at_commit(store, commits),
            Self::LogGrew(times) => halt_at_growth(store, times),
        }
    }
}

fn halt_at_commit(store: &Store, commits: u64) {
    let seen = Mutex::new(0);
    store.on_commit(Box::new(move |_| {
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        *seen += 1;
        if *seen == commits {
            wait_for_the_kill();
        }
    }));
}

fn halt_at_growth(store: &Store, times: u64) {
    let mut log = store.path().as_os_str().to_owned();
    log.push("-wal");
    let bytes = move || std::fs::metadata(&log).map_or(0, |file| file.len());
    std::thread::spawn(move || {
        let (mut before, mut grew) = (bytes(), 0);
        loop {
            let now = bytes();
            grew += u64::from(now > before);
            before = now;
            if grew == times {
                wait_for_the_kill();
            }
            std::thread::sleep(Duration::from_micros(20));
        }
    });
}

fn wait_for_the_kill() -> ! {
    say("halted");
    loop {
        std::thread::park();
    }
}

/// A child. It is killed with this value.
#[derive(Debug)]
pub struct Victim {
    child: Arc<Mutex<Child>>,
    stdin: Option<ChildStdin>,
    lines: watch::Receiver<Vec<String>>,
}

impl Victim {
    /// Runs the test of this name (as `cargo test -- --list` shows it) once more, with a job.
    pub fn begin(test: &str, job: &impl Serialize) -> Self {
        let job = serde_json::to_string(job).expect("a job in words");
        let mut child = Command::new(std::env::current_exe().expect("this test's own program"))
            .args(["--exact", test, "--nocapture", "--test-threads", "1"])
            .env(JOB, job)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a child");
        let output = child.stdout.take().expect("its output");
        let (told, lines) = watch::channel(Vec::new());
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if let Some(line) = line.strip_prefix(MARK) {
                    told.send_modify(|lines| lines.push(line.to_owned()));
                }
            }
        });
        Self {
            stdin: child.stdin.take(),
            child: Arc::new(Mutex::new(child)),
            lines,
        }
    }

    /// Waits until the child has said something that fits; `None` if it ends before.
    pub async fn said<T>(&mut self, fits: impl Fn(&str) -> Option<T>) -> Option<T> {
        let any = |lines: &Vec<String>| lines.iter().rev().find_map(|line| fits(line));
        let lines = self
            .lines
            .wait_for(|lines| any(lines).is_some())
            .await
            .ok()?;
        any(&lines)
    }

    /// All that it has said so far.
    pub fn lines(&self) -> Vec<String> {
        self.lines.borrow().clone()
    }

    /// Waits for the point and kills it there, or where it is when the point does not come; whether it was killed.
    pub async fn killed_at(&mut self, point: Point, proxy: &Proxy) -> bool {
        let halted = |line: &str| (line == "halted").then_some(());
        let rule = match point {
            Point::Answered(operation, nth) => Some(proxy.add(self.killing(operation, nth))),
            _ => None,
        };
        let ready = self.said(|line| (line == "ready").then_some(())).await;
        assert!(ready.is_some(), "the child never began");
        match point {
            Point::After(time) => tokio::time::sleep(time).await,
            // its last word is that its lines end
            Point::Answered(..) => drop(tokio::time::timeout(PATIENCE, self.said(never)).await),
            Point::Within(_) => drop(tokio::time::timeout(PATIENCE, self.said(halted)).await),
        }
        if let Some(rule) = rule {
            proxy.switch_off(rule);
        }
        kill(&self.child);
        self.end().await.signal() == Some(SIGKILL)
    }

    fn killing(&self, operation: &str, nth: u64) -> Rule {
        let child = Arc::clone(&self.child);
        let killing = Action::edit("the client is killed", move |_, _| kill(&child));
        Rule::on(operation, killing).calls(Calls::Nth(nth))
    }

    /// `SIGSTOP`: nothing of it runs until it [goes on](Self::go_on).
    pub fn stop(&self) {
        self.signal("-STOP");
    }

    pub fn go_on(&self) {
        self.signal("-CONT");
    }

    /// Asks it to end by itself, and waits for that; whether it ended well.
    pub async fn dismissed(mut self) -> bool {
        if let Some(mut stdin) = self.stdin.take() {
            // one that is gone has said so by its end
            let _ = writeln!(stdin, "end");
        }
        let well = tokio::time::timeout(Duration::from_secs(20), self.said(never)).await;
        if well.is_err() {
            return false;
        }
        self.end().await.success()
    }

    async fn end(&self) -> ExitStatus {
        let child = Arc::clone(&self.child);
        let waited = tokio::task::spawn_blocking(move || {
            let mut child = child.lock().unwrap_or_else(PoisonError::into_inner);
            child.wait().expect("an end")
        });
        waited.await.expect("an end")
    }

    fn signal(&self, name: &str) {
        let id = self
            .child
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .id();
        let sent = Command::new("kill").args([name, &id.to_string()]).status();
        assert!(sent.expect("kill runs").success(), "the child is gone");
    }
}

fn never(_: &str) -> Option<()> {
    None
}

fn kill(child: &Mutex<Child>) {
    let mut child = child.lock().unwrap_or_else(PoisonError::into_inner);
    // one that has ended by itself is judged by how it ended
    let _ = child.kill();
}

impl Drop for Victim {
    fn drop(&mut self) {
        kill(&self.child);
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        // reaped; how it ended was asked before
        let _ = child.wait();
    }
}
