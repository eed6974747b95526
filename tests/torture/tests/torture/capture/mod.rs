//! What can go wrong while a stream is captured.

mod child;
mod errors;
mod gaps;
mod kill;
mod matrix;
mod politeness;
mod recreate;
mod reshard;
mod sigstop;
mod starts;
mod throttle;
mod upstream;
