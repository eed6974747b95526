//! A screen of its own for each test: an X server on a free display, with a small window manager.

use crate::{dialog::xdotool, processes::Group};
use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

const STARTS_WITHIN: Duration = Duration::from_mins(1);

pub struct Desk {
    display: String,
    _window_manager: Group,
    _server: Group,
}

impl Desk {
    pub fn open(width: u32, height: u32) -> Self {
        let mut command = Command::new("Xvfb");
        command
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                &format!("{width}x{height}x24"),
                "-nolisten",
                "tcp",
                "-noreset",
            ])
            .stdout(Stdio::piped());
        let mut server = Group::start(command);
        let stdout = server
            .take_stdout()
            .expect("the display's number comes on standard output");
        let mut number = String::new();
        // the line comes once the server takes connections
        BufReader::new(stdout)
            .read_line(&mut number)
            .expect("Xvfb says which display it took");
        let display = format!(":{}", number.trim());
        assert!(
            display.len() > 1,
            "Xvfb did not start; is it installed? (make set-up)"
        );
        let mut window_manager = Command::new("openbox");
        // it misses its own menu at each start, which says nothing of a test
        window_manager
            .env("DISPLAY", &display)
            .stdout(Stdio::null());
        let desk = Self {
            _window_manager: Group::start(window_manager),
            _server: server,
            display,
        };
        desk.wait_for_window_manager();
        desk
    }

    /// A window that comes before it is not placed, and not drawn until it was found again.
    fn wait_for_window_manager(&self) {
        let begun = Instant::now();
        while xdotool(self, &["get_num_desktops"]).is_none() {
            assert!(begun.elapsed() < STARTS_WITHIN, "openbox did not start");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn display(&self) -> &str {
        &self.display
    }
}
