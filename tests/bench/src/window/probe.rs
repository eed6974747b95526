//! Gestures timed by the page itself, from their own time stamps to the painted frame: `probe.js` in Rust's hands.

use crate::rounds::percentile;
use e2e::Window;
use serde_json::Value;

/// In a page of the app.
pub struct Probe<'a>(&'a Window);

/// Milliseconds, sorted.
pub struct Timed {
    /// From the gesture to the painted frame that shows its answer.
    pub latencies: Vec<f64>,
    /// What the page's thread did for the gesture and for the first frame after it.
    pub work: Vec<f64>,
}

impl<'a> Probe<'a> {
    pub async fn in_page(window: &'a Window) -> Self {
        window.script(include_str!("probe.js")).await;
        Self(window)
    }

    /// Times one gesture: an event such as `keydown`, until `seen`, a JavaScript expression, holds. `before` are statements that
    /// run now.
    pub async fn time(
        &self,
        event: &str,
        before: &str,
        seen: &str,
        gesture: impl Future<Output = ()>,
    ) {
        let arm = format!("{before} window.bench.arm('{event}', () => {{ {seen} }}); return true");
        self.0.script(&arm).await;
        gesture.await;
        self.0
            .wait_for(
                &format!("a frame answers the {event}"),
                "return !window.bench.waiting",
            )
            .await;
    }

    /// All that was timed; panics where nothing was, or the page's clock cannot be trusted.
    pub async fn taken(self) -> Timed {
        let told = self.0
            .script("const { latencies, work, fault } = window.bench; return { latencies, work, fault }")
            .await;
        assert!(told["fault"].is_null(), "not measured: {}", told["fault"]);
        let sorted = |name: &str| {
            let list = told[name].as_array().expect("a list of times");
            let mut millis: Vec<f64> = list.iter().filter_map(Value::as_f64).collect();
            millis.sort_by(f64::total_cmp);
            assert!(!millis.is_empty(), "no gesture was timed");
            millis
        };
        Timed {
            latencies: sorted("latencies"),
            work: sorted("work"),
        }
    }
}

impl Timed {
    /// Of several probes.
    pub fn together(parts: Vec<Self>) -> Self {
        let (mut latencies, mut work) = (Vec::new(), Vec::new());
        for part in parts {
            latencies.extend(part.latencies);
            work.extend(part.work);
        }
        latencies.sort_by(f64::total_cmp);
        work.sort_by(f64::total_cmp);
        Self { latencies, work }
    }
}

/// Median, 95th percentile and most, for a person to read.
pub fn spread(millis: &[f64]) -> String {
    format!(
        "median {:.0}, 95th percentile {:.0}, at most {:.0} ms",
        percentile(millis, 0.5),
        percentile(millis, 0.95),
        percentile(millis, 1.0)
    )
}

pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}
