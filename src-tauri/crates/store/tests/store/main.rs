//! The store on real SQLite files in temporary folders.

mod beside;
mod captures;
#[path = "../../fuzz/checks.rs"]
mod checks;
mod files;
mod fixture;
mod full_disk;
mod kill;
mod marks;
mod migrating;
mod model;
mod packed;
mod packed_types;
mod passing;
mod readings;
mod records;
mod salvaging;
mod search;
mod search_files;
mod sql;
mod sql_limits;
mod sql_moments;
mod statements;
mod stopping;
mod sweeps;
mod texts;
mod views;
mod walks;
