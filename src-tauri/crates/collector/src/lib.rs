//! Traces to a collector: OTLP over HTTP, to the one address that somebody typed (opentelemetry.io/docs/specs/otlp).
//!
//! It sends what it is given and says what became of it. It follows no redirect, asks no proxy, reads no setting of
//! the environment but the system's certificates, and knows nothing of sagas. Unencrypted requests go to this machine
//! only.

mod address;
mod answer;
mod client;
mod error;

pub use address::Address;
pub use answer::Accepted;
pub use client::{Collector, Patience};
pub use error::CollectorError;
