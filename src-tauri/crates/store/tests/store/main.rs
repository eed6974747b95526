//! The store on real SQLite files in temporary folders.

mod beside;
mod captures;
mod files;
mod fixture;
mod full_disk;
mod kill;
mod marks;
mod migrating;
mod model;
mod records;
mod search;
mod search_files;
mod sql;
mod sql_moments;
mod sweeps;
mod texts;
mod views;
mod walks;
