//! A network of its own that leads nowhere: the loopback interface, and no route to anything else.
//!
//! Such a network takes rights that a test has not got, so the test runs itself once more in a namespace of its own
//! (`unshare`, util-linux). There the kernel counts each packet that found no route: none may leave, and none may try to.

use std::process::Command;

/// Set in the second run.
const ALONE: &str = "KINESCOPE_ALONE";

/// This process and its children see the loopback interface only, for the rest of their lives.
#[derive(Clone, Copy, Debug)]
pub struct Alone {
    /// Not where this machine gives no rights for it, as some containers do not.
    is_watched: bool,
}

impl Alone {
    /// Within the second run of the test; in the first, `None` once that has passed.
    ///
    /// `test` is the test's full name, as `cargo test -- --list` shows it.
    pub fn of_test(test: &str) -> Option<Self> {
        if std::env::var_os(ALONE).is_some() {
            return Some(Self { is_watched: true });
        }
        let probe = Command::new("unshare")
            .args(["--map-root-user", "--net", "true"])
            .status();
        if !probe.is_ok_and(|status| status.success()) {
            println!("no rights for a network of its own: packets are not counted");
            return Some(Self { is_watched: false });
        }
        let this = std::env::current_exe().expect("this test's own program");
        let output = Command::new("unshare")
            .args(["--map-root-user", "--net", "sh", "-c"])
            .args(["ip link set lo up && exec \"$@\"", "sh"])
            .arg(this)
            .args(["--exact", test, "--nocapture", "--test-threads", "1"])
            .env(ALONE, "yes")
            .output()
            .expect("unshare runs; it is part of util-linux");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && said.contains("1 passed"),
            "the test without a network failed:\n{said}\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        // its figures
        print!("{said}");
        None
    }

    /// Whether packets are counted.
    pub fn is_watched(self) -> bool {
        self.is_watched
    }

    /// Packets, of whatever program in here, that would have gone elsewhere than to this machine.
    pub fn packets_without_a_route(self) -> u64 {
        if !self.is_watched {
            return 0;
        }
        let of_ip = std::fs::read_to_string("/proc/net/snmp").expect("the kernel's counters");
        let mut lines = of_ip.lines().filter_map(|line| line.strip_prefix("Ip: "));
        let (names, counts) = (lines.next().unwrap_or(""), lines.next().unwrap_or(""));
        let ip = names
            .split(' ')
            .zip(counts.split(' '))
            .find_map(|(name, count)| (name == "OutNoRoutes").then(|| count.parse::<u64>()));
        let of_ip6 = std::fs::read_to_string("/proc/net/snmp6").unwrap_or_default();
        let ip6 = of_ip6
            .lines()
            .find_map(|line| line.strip_prefix("Ip6OutNoRoutes"));
        ip.expect("the kernel counts them").expect("a number")
            + ip6
                .and_then(|count| count.trim().parse::<u64>().ok())
                .unwrap_or(0)
    }
}
