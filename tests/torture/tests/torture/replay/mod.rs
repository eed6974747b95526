//! Replays that are killed, and writes to what was not granted.

mod kill_replay;
mod wrong_target;
