//! Records that hold more than plain JSON, captured into a workspace's file and opened by the product: layers, events,
//! reasons, and the raw bytes.

mod backfill;
mod comparing;
mod desk;
mod events;
mod masking;
mod masking_kept;
mod opening;
mod pins;
mod registries;
mod related;
mod searched;
#[path = "../../../registry/tests/asking/server.rs"]
#[allow(dead_code, reason = "its methods are not looked at here")]
mod server;
mod vectors;
