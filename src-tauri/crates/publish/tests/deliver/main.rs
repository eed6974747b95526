//! Deliveries to real endpoints: the embedded one, the same behind a proxy that spoils requests, and
//! two Python servers. What reached the stream is read back and judged against plan and journal.

mod embedded;
mod faulty;
mod lab;
mod made_again;
mod schedules;
#[path = "../../../capture/tests/lab/server.rs"]
mod server;
mod servers;
mod strictly;
mod suite;

use lab::{sdk, until};
