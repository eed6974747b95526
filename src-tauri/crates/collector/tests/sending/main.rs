//! Batches over real HTTP to a server in the test: what arrives there, and what is told of its answers.

mod address;
mod answers;
mod endpoint;
mod tls;

use collector::{Address, Collector, Patience};
use std::time::Duration;

/// Long enough to never end a test that works, and no pause between attempts.
const PATIENT: Patience = Patience {
    attempt: Duration::from_secs(30),
    attempts: 3,
    pause: Duration::ZERO,
};

fn collector(address: &str) -> Collector {
    let address = Address::parse(address).expect("an address");
    Collector::new(address, PATIENT).expect("the system's certificates")
}
