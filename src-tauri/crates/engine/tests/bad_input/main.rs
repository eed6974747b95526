//! What a person, an endpoint, a producer or a disk may hand the product, end to end but for the window: each
//! gets a message with its cause and a next step, loses nothing, and holds nothing up.

mod desk;
mod endpoints;
mod full_disk;
mod payloads;
mod workspaces;
