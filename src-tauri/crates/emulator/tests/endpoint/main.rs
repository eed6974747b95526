//! The emulator over real HTTP with the real SDK.

mod arrivals;
mod client;
mod limits;
mod listing;
mod loss;
mod resharding;
mod serving;
mod streams;
