//! The shell: the window, its commands, and the conversions between them and the engine. The only crate
//! that names Tauri, and it decides nothing.

mod app;
mod commands;
mod convert;
mod dialog;
mod dropped;
mod ipc;
mod locale;
mod logging;
mod options;
#[cfg(target_os = "linux")]
mod page_network;
mod settings_file;
#[cfg(unix)]
mod single_start;
mod window_place;
mod windows;
pub mod wire;
mod words;
mod workspace;

pub use app::run;
pub use ipc::{COMMANDS, RAW_COMMANDS, ipc};
pub use options::{Asked, Options};
