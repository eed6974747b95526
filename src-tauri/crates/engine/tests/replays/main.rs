//! Replays through the engine, over HTTP: planned without a Put, carried out under a grant, gone on with after
//! a crash, compared with their target. At the embedded endpoint, and at moto's and ministack's servers.

mod beside;
mod boards;
mod crash;
mod dry_run;
mod emulated;
mod ended;
mod everywhere;
mod exports;
mod files;
mod function;
mod further;
mod lab;
mod order;
mod saved;
mod server;
mod servers;
mod sharded;
mod starts;
mod times;
