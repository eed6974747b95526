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
mod related;
mod vectors;
