//! The app in its real webview, on a display of its own, driven as a user would drive it. The tests are under
//! `tests/`; the bench uses it too.

#![allow(clippy::missing_panics_doc)] // each step panics with what it missed: that is how a test fails

mod alone;
mod desk;
mod dialog;
mod kin;
mod others;
mod processes;
mod window;

pub use alone::Alone;
pub use desk::Desk;
pub use dialog::{NativeDialog, dismiss_dialogs};
pub use kin::{Kin, Process};
pub use processes::Group;
pub use window::{Prepared, Start, Window, app_binary, free_port, root, until};
