//! Avro as JSON text (<https://avro.apache.org/docs/1.12.0/specification/>): schemas, data and containers.
//!
//! By our own code: the `apache-avro` crate builds values, recurses as deep as the data says, and
//! trusts counts of items that take no bytes; a payload of a few bytes could end the process.

mod canonical;
pub(crate) mod container;
mod datum;
mod schema;

pub(crate) use canonical::fingerprint;
pub(crate) use datum::write;
pub use schema::AvroFault;
pub(crate) use schema::Schema;
