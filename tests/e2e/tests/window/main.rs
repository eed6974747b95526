//! End to end: the window on the running demo.

mod flow;
mod tour;
