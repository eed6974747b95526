//! What a person feels of the window, in the real webview: `window-start`, `open-2m`, `jump-anywhere`, `timeline-redraw`,
//! `live-5k-input`, `idle-cpu`, `tail-30min-growth`, `inspector-1m`, `inspector-10m`.
//!
//! A latency begins with the gesture's own time stamp, which the webview's process gives it, and ends when the page has done
//! its work for the first frame that shows the answer; what the compositor does with that frame is not seen from there.
//! Processor time and memory are the kernel's, of the app's processes.

pub mod large;
pub mod live;
pub mod opening;
mod probe;
pub mod quiet;
pub mod redraw;
pub mod starting;

use e2e::{Start, Window};
use std::path::Path;

/// How large a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// The one that gives figures.
    Full,
    /// Over few records and for seconds: it shows that a measurement works, and gives no figure.
    Small,
}

impl Size {
    pub fn of<T>(self, full: T, small: T) -> T {
        match self {
            Self::Full => full,
            Self::Small => small,
        }
    }
}

/// A person without settings of their own, whose folders last as long as `home`.
fn at_home(start: Start, home: &Path) -> Start {
    let at = |name: &str| home.join(name).display().to_string();
    start
        .with("HOME", &at(""))
        .with("XDG_CONFIG_HOME", &at("config"))
        .with("XDG_DATA_HOME", &at("data"))
        .with("XDG_CACHE_HOME", &at("cache"))
}

/// Every row in sight says its time: `seen` of a script.
const ROWS_FILLED: &str = "const rows = [...document.querySelectorAll('[data-testid=record-row]')];\
     const filled = rows.length > 5 && rows.every(row => row.querySelector('[data-column=time]')?.textContent.includes(':'));";

async fn until_rows(window: &Window) {
    window
        .wait_for("records are shown", &format!("{ROWS_FILLED} return filled"))
        .await;
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Runtime::new().expect("a runtime")
}
