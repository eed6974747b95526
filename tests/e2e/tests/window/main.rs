//! End to end: the real window, on the running demo and on endpoints that a test plays.

mod apart;
mod around;
mod asking;
mod bad_input;
mod chores;
mod columns;
mod comparing;
mod elsewhere;
#[path = "../../../torture/src/figures.rs"]
mod figures;
mod flow;
mod hands;
mod links;
mod live;
mod publishing;
mod replays;
mod saga_ways;
mod sagas;
mod screens;
mod second;
mod speaking;
mod statements;
#[allow(dead_code, reason = "seeded bugs are looked for there only")]
#[path = "../../../torture/src/suite.rs"]
mod suite;
mod tour;
mod trust;
mod zoom;

// the bench's own suites, without the product that it brings with it
use figures::Figure;
