//! The client over HTTP: what it reads and writes, its settings, and how it tells what goes wrong. One program, for
//! each costs a link with all of the SDK.

mod common;
mod embedded;
mod failures;
mod invoking;
mod local_streams;
mod paging;
mod permissions;
mod settings;
mod writing;
