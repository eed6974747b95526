//! What goes wrong outside the program, on purpose: for tests only.
//!
//! No crate of the product uses it but as a dev-dependency. It knows nothing of captures or replays: what
//! must hold while something fails is said by the tests that use it.

pub mod disk;
