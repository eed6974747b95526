//! The window over four shards that are written to as fast as AWS allows, for minutes or for a day (`make soak MINUTES=1440`):
//! what it takes of memory and of the disk, and how far it is behind, must not grow with time.

use super::watch::{Outcome, call};
use e2e::{Kin, Start, Window, until};
use serde_json::{Value, json};
use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

const MIB: f64 = 1_048_576.0;
/// Samples in all; the first fifth is the start, whose caches fill.
const SAMPLES: u32 = 100;
const START: usize = SAMPLES as usize / 5;
/// reliability: at most so much an hour, over a day.
const MEMORY_MIB_AN_HOUR: f64 = 2.0;
/// What comes and goes with caches and the allocator, over the whole run. Over a day it is less than the slope that is allowed.
const MEMORY_NOISE_MIB: f64 = 32.0;
const WAL_MIB: f64 = 64.0;
/// The endpoint's answers come once a second and shard.
const LAG_SECONDS: f64 = 2.0;
/// Between the first and the second half.
const DISK_GROWTH: f64 = 1.1;

/// The process that writes.
struct Endpoint {
    process: Child,
    address: String,
    written: Arc<AtomicU64>,
}

impl Endpoint {
    fn start(program: &str) -> Self {
        let mut process = Command::new(program)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the endpoint's program: make soak builds it");
        let mut lines = BufReader::new(process.stdout.take().expect("its output")).lines();
        let first = lines.next().expect("a line").expect("a text");
        let address = first.strip_prefix("endpoint ").expect("where it is");
        let written = Arc::new(AtomicU64::new(0));
        let counted = written.clone();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if let Some(count) = line.strip_prefix("written ").and_then(|n| n.parse().ok()) {
                    counted.store(count, Ordering::Release);
                }
            }
        });
        Self {
            address: address.to_owned(),
            process,
            written,
        }
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        // it may have ended by itself, and the test says so
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// One look.
#[derive(Clone, Copy, Debug)]
struct Sample {
    hours: f64,
    app_mib: f64,
    web_mib: f64,
    disk_mib: f64,
    wal_mib: f64,
    records: f64,
    lag_seconds: f64,
}

#[tokio::test]
#[ignore = "make soak"]
async fn soak() {
    let minutes: f64 = std::env::var("KINESCOPE_SOAK_MINUTES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(5.0);
    let program = std::env::var("KINESCOPE_SOAK_ENDPOINT").expect("make soak names it");
    let endpoint = Endpoint::start(&program);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let workspace = folder.path().join("soak.kscope");
    let start = Start::workspace(&workspace).with("XDG_CONFIG_HOME", &text(folder.path()));
    let window = Window::open(start).await;
    let capture = capture(&window, &endpoint.address).await;
    let begun = Instant::now();
    let every = Duration::from_secs_f64(minutes * 60.0 / f64::from(SAMPLES));
    let mut samples = Vec::new();
    for n in 1..=SAMPLES {
        tokio::time::sleep((every * n).saturating_sub(begun.elapsed())).await;
        samples.push(look(&window, &workspace, &capture, begun).await);
    }
    window.screenshot("soak").await;
    let status = status(&window, &capture).await;
    let written = endpoint.written.load(Ordering::Acquire);
    window.close().await;
    let stored = number(&status["capture"]["records"]);
    println!("{minutes} minutes: {written} written, {stored} stored at the last look");
    let broken = broken(&samples);
    save(minutes, &samples, &broken);
    assert_eq!(status["gaps"], json!([]), "nothing is missing");
    assert_eq!(broken, Vec::<String>::new());
}

/// All of the stream, watched in the Explorer as it comes.
async fn capture(window: &Window, address: &str) -> String {
    let request = json!({"source": {"kind": "local"}, "region": "us-east-1", "endpoint": address, "askTrust": false});
    let opened = answer(window, "open_connection", json!({"request": request})).await;
    let new = json!({
        "connection": opened["id"], "name": "soak", "untilTime": null, "untilCount": null,
        "streams": [{"stream": "soak", "shards": null, "start": {"kind": "trimHorizon"}}],
    });
    let started = answer(window, "start_capture", json!({"capture": new})).await;
    window
        .wait_for(
            "records are shown as they come",
            "return document.querySelectorAll('[data-testid=record-row]').length > 5",
        )
        .await;
    text_of(&started["id"])
}

async fn look(window: &Window, workspace: &Path, capture: &str, begun: Instant) -> Sample {
    let status = status(window, capture).await;
    let kin: Kin = window.kin();
    let mib = |bytes: u64| bytes as f64 / MIB;
    let size = |suffix: &str| {
        let path = format!("{}{suffix}", workspace.display());
        fs::metadata(path).map_or(0.0, |file| mib(file.len()))
    };
    let lag = number(&status["capture"]["lagMillis"]);
    Sample {
        hours: begun.elapsed().as_secs_f64() / 3_600.0,
        app_mib: mib(kin.app.anonymous_bytes()),
        web_mib: kin.web.iter().map(|one| mib(one.anonymous_bytes())).sum(),
        disk_mib: size(""),
        wal_mib: size("-wal"),
        records: number(&status["capture"]["records"]),
        lag_seconds: lag / 1_000.0,
    }
}

/// What is not as it has to be, in words; each line of the table is printed.
fn broken(samples: &[Sample]) -> Vec<String> {
    let steady = &samples[START..];
    let (first, last) = (steady[0], steady[steady.len() - 1]);
    let hours = last.hours - first.hours;
    let half = steady.len() / 2;
    let mut gates: Vec<(&str, f64, f64, &str)> = Vec::new();
    let allowed = MEMORY_MIB_AN_HOUR.max(MEMORY_NOISE_MIB / hours);
    let slope = |of: fn(&Sample) -> f64| slope(steady, of);
    gates.push(("memory of the app", slope(|s| s.app_mib), allowed, "MiB/h"));
    gates.push(("memory of the page", slope(|s| s.web_mib), allowed, "MiB/h"));
    let wal = samples.iter().map(|s| s.wal_mib).fold(0.0, f64::max);
    gates.push(("write-ahead log, at most", wal, WAL_MIB, "MiB"));
    let per_record = |from: Sample, until: Sample| {
        (until.disk_mib - from.disk_mib) / (until.records - from.records).max(1.0)
    };
    let early = per_record(first, steady[half]);
    let late = per_record(steady[half], last);
    gates.push((
        "disk a record, second half to first",
        late / early,
        DISK_GROWTH,
        "times",
    ));
    let mut lags: Vec<f64> = steady.iter().map(|s| s.lag_seconds).collect();
    lags.sort_by(f64::total_cmp);
    let p95 = lags[lags.len() * 95 / 100];
    gates.push(("behind, 95 of 100 looks", p95, LAG_SECONDS, "s"));
    let lag_rise = slope(|s| s.lag_seconds) * hours;
    gates.push(("behind, more at the end", lag_rise, LAG_SECONDS / 2.0, "s"));
    let mut broken = Vec::new();
    for (what, is, most, unit) in gates {
        println!("{what:<40} {is:>10.3} of {most:.3} {unit}");
        // what is no number is no proof either
        if is.is_nan() || is > most {
            broken.push(format!("{what}: {is:.3} {unit}, and at most {most:.3}"));
        }
    }
    if last.records <= first.records {
        broken.push("nothing was stored".to_owned());
    }
    broken
}

/// Least squares, an hour.
fn slope(samples: &[Sample], of: fn(&Sample) -> f64) -> f64 {
    let count = samples.len() as f64;
    let (x, y) = samples.iter().fold((0.0, 0.0), |(x, y), s| {
        (x + s.hours / count, y + of(s) / count)
    });
    let (up, down) = samples.iter().fold((0.0, 0.0), |(up, down), s| {
        let away = s.hours - x;
        (up + away * (of(s) - y), down + away * away)
    });
    up / down
}

/// Every look, for whoever wants to draw it.
fn save(minutes: f64, samples: &[Sample], broken: &[String]) {
    let rows: Vec<Value> = samples
        .iter()
        .map(|s| {
            json!([
                s.hours,
                s.app_mib,
                s.web_mib,
                s.disk_mib,
                s.wal_mib,
                s.records,
                s.lag_seconds
            ])
        })
        .collect();
    let told = json!({
        "minutes": minutes, "broken": broken, "samples": rows,
        "columns": ["hours", "app MiB", "page MiB", "workspace MiB", "write-ahead log MiB", "records", "seconds behind"],
    });
    let folder = e2e::root().join("target/torture");
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("soak.json"), told.to_string()).expect("it is written");
}

async fn status(window: &Window, capture: &str) -> Value {
    answer(window, "capture_status", json!({"capture": capture})).await
}

/// It may take a moment while the workspace is busy.
async fn answer(window: &Window, command: &str, arguments: Value) -> Value {
    until(command, || async {
        match call(window, command, arguments.clone()).await {
            Outcome::Answered(value) => Some(value),
            Outcome::Refused(error) => panic!("{command}: {error}"),
            Outcome::Silent => None,
        }
    })
    .await
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or(f64::NAN)
}

fn text_of(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

#[test]
fn a_rise_is_found_and_noise_is_none() {
    let sample = |n: u32, rise: f64| Sample {
        hours: f64::from(n) * 0.24,
        app_mib: 300.0 + f64::from(n % 7) + rise * f64::from(n) * 0.24,
        web_mib: 200.0,
        disk_mib: f64::from(n) * 10.0,
        wal_mib: 8.0,
        records: f64::from(n) * 1_000.0,
        lag_seconds: 0.4 + f64::from(n % 3) * 0.3,
    };
    let run = |rise: f64| -> Vec<Sample> { (0..SAMPLES).map(|n| sample(n, rise)).collect() };
    assert_eq!(broken(&run(0.0)), Vec::<String>::new());
    assert_eq!(broken(&run(3.0)).len(), 1, "3 MiB an hour over a day");
    let mut behind = run(0.0);
    for (n, sample) in behind.iter_mut().enumerate() {
        sample.lag_seconds += n as f64 / 20.0;
        sample.disk_mib *= 1.0 + n as f64 / 100.0;
        sample.wal_mib = n as f64;
    }
    assert_eq!(broken(&behind).len(), 4, "{:?}", broken(&behind));
}
