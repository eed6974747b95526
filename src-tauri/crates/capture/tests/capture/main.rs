//! Captures over HTTP with the real SDK: the embedded endpoint, moto's and ministack's servers, and proxies that
//! spoil what they pass on. One program, for each costs a link with all of the SDK.

mod bad_days;
mod counts;
mod embedded;
mod expiring;
#[path = "../lab/mod.rs"]
mod lab;
mod ministack;
mod moto;
mod oversized;
mod reaching;
mod sharing;
mod spoiled_reads;
mod undated;
