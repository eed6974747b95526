//! What is logged: to standard error, as `KINESCOPE_LOG` asks. Nothing that is logged holds a payload or a secret, whatever is
//! asked for: only our own crates, which a test looks at, say more than warnings.

use tracing::{Level, Metadata};
use tracing_subscriber::{
    EnvFilter, Layer, filter::filter_fn, fmt, layer::SubscriberExt, util::SubscriberInitExt,
};

/// Others write requests, answers and parts of credentials at lower levels: the SDK's signer names the access key.
const OURS: [&str; 17] = [
    "capture",
    "collector",
    "decode",
    "demo",
    "emulator",
    "engine",
    "exchange",
    "kinescope",
    "kinesis",
    "outgoing",
    "publish",
    "query",
    "record",
    "registry",
    "replay",
    "saga",
    "store",
];

pub fn start() {
    let asked = EnvFilter::try_from_env("KINESCOPE_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    let said = fmt::layer()
        .with_writer(std::io::stderr)
        .with_filter(asked)
        .with_filter(filter_fn(may_be_said));
    // a second start in one process, as in tests, keeps the first one's logging
    let _ = tracing_subscriber::registry().with(said).try_init();
}

fn may_be_said(event: &Metadata<'_>) -> bool {
    *event.level() <= Level::WARN || is_ours(event.target())
}

fn is_ours(target: &str) -> bool {
    let name = target.split("::").next().unwrap_or(target);
    OURS.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::{OURS, is_ours};
    use std::collections::BTreeSet;

    #[test]
    fn only_our_own_crates_say_more_than_warnings() {
        assert!(is_ours("engine::captures") && is_ours("kinescope"));
        for target in [
            "aws_sigv4::http_request::sign",
            "hyper_util",
            "ferrokinesis",
            "storekeeper",
            "",
            "tauri::ipc",
        ] {
            assert!(!is_ours(target), "{target}");
        }
    }

    #[test]
    fn our_crates_are_those_of_the_workspace() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src-tauri/crates");
        let folders = std::fs::read_dir(folder).expect("the crates");
        let mut crates: BTreeSet<String> = folders
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        // for tests
        for absent in ["faults", "mutants"] {
            assert!(crates.remove(absent));
        }
        crates.insert("kinescope".to_owned());
        assert_eq!(crates, OURS.map(str::to_owned).into());
    }
}
