//! The workspace's file: power cuts, errors and fullness of the disk, damage, kills, two at once.

mod corruption;
mod disk_full;
mod io_error;
mod migrate_kill;
mod power_cut;
mod two_instances;
mod writing;
