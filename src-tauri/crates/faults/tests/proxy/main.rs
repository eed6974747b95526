//! Each fault of the catalogue through the real SDK, against the embedded endpoint: it fires, it does what its
//! name says, and the log tells what reached the endpoint and what the client got.

mod bench;
mod counting;
mod lines;
mod pages;
mod refusals;
mod streams;
mod writes;
