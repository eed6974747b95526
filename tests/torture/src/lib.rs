//! The bench that tries to break Kinescope: suites of many cases, each repeatable by its seed, each counting what it
//! tried, how often its fault fired, and what it broke.
//!
//! `cargo test --test torture` runs the short tier, `make torture` the full one. `KINESCOPE_SEED` changes the seed
//! of all; `KINESCOPE_CASE=17` repeats one case of each suite that is run, `100..200` a part of it.
//!
//! **Adding an invariant**: one function in `oracle.rs`, called by [`Oracle::sound`] for every image, or by
//! [`Oracle::complete`] for what must hold once everything was read. **Adding a fault**: see the crate `faults`.

#![expect(
    clippy::missing_panics_doc,
    reason = "what the bench itself cannot do fails the test that asked for it"
)]

mod aggregate;
pub mod children;
mod commits;
mod crowd;
mod figures;
mod image;
pub mod images;
mod killer;
pub mod lab;
pub mod ledger;
mod oracle;
mod suite;
pub mod syscalls;

pub use aggregate::aggregate;
pub use commits::Commits;
pub use crowd::Tried;
pub use figures::Figure;
pub use image::{Image, Row, ShardImage};
pub use killer::{Halt, Point, Victim, job, say};
pub use lab::Lab;
pub use oracle::{Oracle, Promise};
pub use suite::{Counts, Suite};
