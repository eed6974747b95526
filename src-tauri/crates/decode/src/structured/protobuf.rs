//! Protobuf as JSON text, by a schema (<https://protobuf.dev/programming-guides/encoding/>).
//!
//! Schemas are read by `protox` (.proto texts) and `prost-reflect` (descriptor sets). The wire is
//! walked by us: fields stay in the order in which they were sent, and nothing is built, so that a
//! packed list of a million booleans does not become a million values.

mod fields;
mod schema;
mod walk;

pub(crate) use schema::ProtoSchema;
pub use schema::{ProtoFault, ProtoFile};
pub(crate) use walk::{Fit, write};
