//! End to end: the real window, on the running demo and on endpoints that a test plays.

mod asking;
mod bad_input;
mod columns;
mod elsewhere;
mod flow;
mod live;
mod publishing;
mod replays;
mod saga_ways;
mod sagas;
mod screens;
mod statements;
mod tour;
