//! All suites that need no window, one program: linking it takes longer than most of them.

mod capture;
mod mask;
mod replay;
#[cfg(target_os = "linux")]
mod store;
