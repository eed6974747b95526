//! The app's processes as `/proc` tells of them: what they take of the processor and of memory, and how old they are.

use std::{collections::HashMap, fs, time::Duration};

/// `sysconf(_SC_CLK_TCK)` on every Linux.
const TICKS_PER_SECOND: f64 = 100.0;
/// Names in `/proc` end after 15 bytes.
const WEB: &str = "WebKitWebProces";

/// One process, for as long as it lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Process(u32);

/// The app's own process and those of its pages.
#[derive(Clone, Debug)]
pub struct Kin {
    pub app: Process,
    pub web: Vec<Process>,
    /// These two kinds, and whatever else the app started, such as `WebKit`'s network process.
    pub all: Vec<Process>,
}

impl Kin {
    /// Panics where the app or its web process is not among them.
    pub(crate) fn among(driver: &[u32]) -> Self {
        let of = |wanted: &str| {
            driver
                .iter()
                .find(|id| name(**id).as_deref() == Some(wanted))
        };
        let app = *of("kinescope").expect("the app's process is the driver's");
        let mut all = descendants(app);
        let web: Vec<Process> = all
            .iter()
            .filter(|id| name(**id).as_deref() == Some(WEB))
            .map(|id| Process(*id))
            .collect();
        assert!(!web.is_empty(), "the app has no web process");
        all.insert(0, app);
        Self {
            app: Process(app),
            web,
            all: all.into_iter().map(Process).collect(),
        }
    }

    /// Of the processor, by all of them, ended threads included; to 10 ms each.
    pub fn processor_time(&self) -> Duration {
        self.all.iter().map(|one| one.processor_time()).sum()
    }
}

impl Process {
    fn processor_time(self) -> Duration {
        let fields = fields_after_name(self.0);
        let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok());
        // `utime` and `stime`
        let used = ticks(11).unwrap_or(0.0) + ticks(12).unwrap_or(0.0);
        Duration::from_secs_f64(used / TICKS_PER_SECOND)
    }

    /// What its first thread, a page's own, has had of the processor.
    pub fn first_thread_time(self) -> Duration {
        let path = format!("/proc/{0}/task/{0}/schedstat", self.0);
        let nanos = fs::read_to_string(path)
            .ok()
            .and_then(|text| text.split(' ').next()?.parse().ok());
        Duration::from_nanos(nanos.expect("the kernel tells how long a thread ran"))
    }

    /// Since it was started, to 10 ms.
    pub fn age(self) -> Duration {
        let fields = fields_after_name(self.0);
        let started: f64 = fields
            .get(19)
            .and_then(|field| field.parse().ok())
            .expect("the kernel tells when a process started");
        let uptime = fs::read_to_string("/proc/uptime").expect("the kernel tells its age");
        let now: f64 = uptime
            .split(' ')
            .next()
            .and_then(|field| field.parse().ok())
            .expect("a number of seconds");
        Duration::from_secs_f64((now - started / TICKS_PER_SECOND).max(0.0))
    }

    /// Memory that no file backs (`RssAnon`).
    pub fn anonymous_bytes(self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0)).unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("RssAnon:"));
        let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
        kib.expect("the process still runs") * 1024
    }
}

/// All that it started, directly or not.
pub(crate) fn descendants(of: u32) -> Vec<u32> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    let all = fs::read_dir("/proc").expect("/proc is there");
    let ids = all
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    for id in ids {
        let parent = fields_after_name(id)
            .get(1)
            .and_then(|field| field.parse().ok());
        // one that has just ended has none
        children.entry(parent.unwrap_or(0)).or_default().push(id);
    }
    let mut found = Vec::new();
    let mut next = vec![of];
    while let Some(one) = next.pop() {
        let born = children.remove(&one).unwrap_or_default();
        found.extend(&born);
        next.extend(born);
    }
    found
}

fn name(id: u32) -> Option<String> {
    let name = fs::read_to_string(format!("/proc/{id}/comm")).ok()?;
    Some(name.trim_end().to_owned())
}

/// Of `/proc/ID/stat`, from the state on; the name before may hold spaces.
fn fields_after_name(id: u32) -> Vec<String> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    let after = stat.rsplit(')').next().unwrap_or_default();
    after.split_whitespace().map(str::to_owned).collect()
}
