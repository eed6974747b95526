//! `idle-cpu`: what the app and its web processes take of the processor while nothing is live and nobody does anything.
//! `tail-30min-growth`: how the page's memory grows while it follows a stream.
//!
//! Nothing is asked of the page meanwhile: a question of the driver's would be work of its own.

use super::{Size, at_home, live, probe::mean, runtime, until_rows};
use crate::{figures::Figure, start};
use e2e::{Kin, Start, Window};
use std::{
    path::Path,
    time::{Duration, Instant},
};

const RECORDS: usize = 200_000;
const SHARDS: usize = 4;
const HALF_HOUR_SECONDS: f64 = 1_800.0;
const SAMPLE_EVERY: Duration = Duration::from_secs(5);
/// Minutes that the tail is followed, when a person wants the long one.
const MINUTES: &str = "KINESCOPE_TAIL_MINUTES";
const MIB: f64 = 1_048_576.0;

pub fn idle(size: Size) -> Vec<Figure> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("idle.kscope");
    start::fill_with(&path, size.of(RECORDS, 10_000), SHARDS);
    let (settling, watched) = size.of((30, 60), (8, 5));
    let home = folder.path().join("home");
    vec![runtime().block_on(rested(&path, &home, settling, watched))]
}

/// `settling` and `watched` in seconds.
async fn rested(path: &Path, home: &Path, settling: u64, watched: u64) -> Figure {
    let window = Window::open(at_home(Start::workspace(path), home)).await;
    until_rows(&window).await;
    // what is left to do after a start, such as the search text
    tokio::time::sleep(Duration::from_secs(settling)).await;
    let kin = window.kin();
    let (before, since) = (kin.processor_time(), Instant::now());
    tokio::time::sleep(Duration::from_secs(watched)).await;
    let share =
        kin.processor_time().saturating_sub(before).as_secs_f64() / since.elapsed().as_secs_f64();
    let processes = kin.all.len();
    window.close().await;
    let beside = format!(
        "of one core over {watched} s, {settling} s after the start: the app and all it started, {processes} processes, the window in \
         front"
    );
    Figure::new("idle-cpu", share * 100.0, "%", "at most 1", beside)
}

pub fn tail(size: Size) -> Vec<Figure> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let minutes = std::env::var(MINUTES).ok().map(|text| {
        let minutes: f64 = text
            .parse()
            .unwrap_or_else(|_| panic!("{MINUTES}={text} is no number of minutes"));
        minutes
    });
    let rate = size.of(1_000, 20);
    let warm = Duration::from_secs(size.of(90, 10));
    let length =
        Duration::from_secs_f64(minutes.map_or(size.of(420.0, 20.0), |minutes| minutes * 60.0));
    vec![runtime().block_on(followed(folder.path(), rate, warm, length))]
}

async fn followed(folder: &Path, rate: u32, warm: Duration, length: Duration) -> Figure {
    let window = live::open_demo(folder, rate).await;
    tokio::time::sleep(warm).await;
    let kin = window.kin();
    let (mut seconds, mut mib) = (Vec::new(), Vec::new());
    let since = Instant::now();
    while since.elapsed() < length {
        seconds.push(since.elapsed().as_secs_f64());
        mib.push(page_mib(&kin));
        tokio::time::sleep(SAMPLE_EVERY.min(length / 4)).await;
    }
    window.close().await;
    let (slope, error) = line(&seconds, &mib);
    let (first, last) = (mib[0], mib[mib.len() - 1]);
    let beside = format!(
        "MiB in 30 min, as {} samples over {:.1} min rise at {rate} records a second, {:.0} s after the start: {:.2} MiB a minute, \
         standard error of the figure {:.0} MiB; {first:.0} MiB at first, {last:.0} at last, {:.0} at most",
        mib.len(),
        since.elapsed().as_secs_f64() / 60.0,
        warm.as_secs_f64(),
        slope * 60.0,
        error * HALF_HOUR_SECONDS,
        mib.iter().copied().fold(0.0, f64::max),
    );
    Figure::new(
        "tail-30min-growth",
        slope * HALF_HOUR_SECONDS,
        "MiB",
        "at most 50",
        beside,
    )
}

fn page_mib(kin: &Kin) -> f64 {
    let bytes: u64 = kin.web.iter().map(|page| page.anonymous_bytes()).sum();
    bytes as f64 / MIB
}

/// Least squares: how much `y` rises with `x`, and the standard error of that.
fn line(x: &[f64], y: &[f64]) -> (f64, f64) {
    assert!(x.len() > 2, "not measured: {} samples are no line", x.len());
    let (middle_x, middle_y) = (mean(x), mean(y));
    let spread: f64 = x.iter().map(|x| (x - middle_x).powi(2)).sum();
    let both = x.iter().zip(y);
    let slope = both
        .clone()
        .map(|(x, y)| (x - middle_x) * (y - middle_y))
        .sum::<f64>()
        / spread;
    let left: f64 = both
        .map(|(x, y)| (y - middle_y - slope * (x - middle_x)).powi(2))
        .sum();
    let error = (left / (x.len() - 2) as f64 / spread).sqrt();
    (slope, error)
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn a_line_is_found_with_its_error() {
        let x = [0.0, 1.0, 2.0, 3.0];
        let (slope, error) = line(&x, &[5.0, 7.0, 9.0, 11.0]);
        assert!((slope - 2.0).abs() < 1e-9 && error < 1e-9);
        let (slope, error) = line(&x, &[0.0, 1.0, 0.0, 1.0]);
        assert!((slope - 0.2).abs() < 1e-9, "{slope}");
        assert!((error - 0.282_842_712).abs() < 1e-6, "{error}");
    }
}
