//! What the window is trusted with, and whether it deserves it: hostile contents, a hostile script in the page, hostile arguments,
//! secrets, and what leaves the machine. Each test has a network of its own that leads nowhere.

mod arguments;
mod attacker;
pub mod home;
mod ipc_fuzz;
mod liar;
mod payloads;
mod recovery;
mod secrets;
mod shapes;
mod sinks;
mod soak;
mod trusting;
mod watch;
mod xss;
