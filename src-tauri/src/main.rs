//! The program's entry: start-up options and the environment that the webview needs, then the window.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod preflight;

use kinescope::{Asked, Options, run};
use std::process::ExitCode;

/// Records and events come in small pieces from several threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let options = match Options::from_args(std::env::args_os().skip(1)) {
        Ok(Asked::Run(options)) => options,
        Ok(Asked::Usage) => return say(Options::USAGE),
        Ok(Asked::Version) => return say(Options::VERSION),
        Err(message) => {
            eprintln!("kinescope: {message}\n\n{}", Options::USAGE);
            return ExitCode::from(2);
        }
    };
    preflight::prepare_rendering(options.safe_rendering);
    match run(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("kinescope: {message}");
            ExitCode::FAILURE
        }
    }
}

fn say(text: &str) -> ExitCode {
    println!("{text}");
    ExitCode::SUCCESS
}
