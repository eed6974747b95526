//! Schemas from a registry that speaks Confluent's API (docs.confluent.io, "Schema Registry API Reference"), at the one
//! address that somebody chose.
//!
//! It asks for schemas and changes nothing there. It follows no redirect, asks no proxy, reads no setting of the
//! environment but the system's certificates, and knows nothing of records. Unencrypted requests go to this machine only.

mod address;
mod answer;
mod client;
mod error;

pub use address::Address;
pub use client::{Found, Login, Reference, Registry, SchemaFormat};
pub use error::RegistryError;
