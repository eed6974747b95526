//! Where the window stood and how large it was, kept for the next start in a small file among the person's settings.
//!
//! A place is taken back only where a screen still shows it: a window must never open where nobody can reach it.

use crate::settings_file;
use serde::{Deserialize, Serialize};
use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};
use tauri::{LogicalPosition, LogicalSize, WebviewWindow, WindowEvent};

pub(crate) const LEAST: Size = Size {
    width: 640.0,
    height: 420.0,
};
const USUAL: Size = Size {
    width: 1440.0,
    height: 900.0,
};
/// So much of the top must be on a screen, so that the window can be seen and moved.
const REACH: Size = Size {
    width: 160.0,
    height: 40.0,
};

/// In logical pixels.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Size {
    pub width: f64,
    pub height: f64,
}

/// In logical pixels, of the whole desktop.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Corner {
    pub x: f64,
    pub y: f64,
}

/// What is kept: of a window that fills its screen, where it was before.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Place {
    pub size: Size,
    /// Absent where the desktop does not tell it.
    pub corner: Option<Corner>,
    pub maximised: bool,
}

/// A screen's part of the desktop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Screen {
    pub corner: Corner,
    pub size: Size,
}

impl Default for Place {
    fn default() -> Self {
        Self {
            size: USUAL,
            corner: None,
            maximised: false,
        }
    }
}

impl Place {
    /// The usual one of the inspector's own window.
    pub fn of_inspector() -> Self {
        Self {
            size: Size {
                width: 780.0,
                height: 820.0,
            },
            ..Self::default()
        }
    }

    /// As it can be shown on these screens; with none known, wherever the desktop puts it.
    pub fn on(self, screens: &[Screen]) -> Self {
        let sane = |size: Size| size.width.is_finite() && size.height.is_finite();
        let kept = if sane(self.size) { self.size } else { USUAL };
        // no comparison holds for what is no number, and the lesser of it and a number is the number
        let finite = |corner: &Corner| corner.x.is_finite() && corner.y.is_finite();
        let corner = self
            .corner
            .filter(finite)
            .filter(|corner| screens.iter().any(|screen| screen.reaches(*corner, kept)));
        let room = |of: fn(&Screen) -> f64| screens.iter().map(of).fold(0.0, f64::max);
        let (widest, highest) = (
            room(|screen| screen.size.width),
            room(|screen| screen.size.height),
        );
        let within = |length: f64, least: f64, most: f64| {
            let length = if most > least {
                length.min(most)
            } else {
                length
            };
            length.max(least)
        };
        Self {
            size: Size {
                width: within(kept.width, LEAST.width, widest),
                height: within(kept.height, LEAST.height, highest),
            },
            corner,
            maximised: self.maximised,
        }
    }
}

impl Screen {
    /// Whether the top of a window there can be seen and taken hold of.
    fn reaches(&self, corner: Corner, window: Size) -> bool {
        let seen_width = (corner.x + window.width).min(self.corner.x + self.size.width)
            - corner.x.max(self.corner.x);
        let is_top_on = corner.y >= self.corner.y - 1.0
            && corner.y + REACH.height <= self.corner.y + self.size.height;
        seen_width >= REACH.width && is_top_on
    }
}

const WHAT: &str = "the window's place";

/// The place of one of the windows, and the file that keeps it.
#[derive(Clone)]
pub(crate) struct WindowPlace(Arc<Held>);

struct Held {
    /// `None` where there is no folder for settings: then it is kept for this run only.
    file: Option<PathBuf>,
    last: Mutex<Place>,
}

impl WindowPlace {
    /// What the file of this name says among the person's settings; the usual place where it is missing or damaged.
    pub fn of_person(name: &str, usual: Place) -> Self {
        Self::in_file(settings_file::of_person(name), usual)
    }

    fn in_file(file: Option<PathBuf>, usual: Place) -> Self {
        let kept = file
            .as_deref()
            .and_then(|file| settings_file::read(file, WHAT));
        let last = kept.unwrap_or(usual);
        Self(Arc::new(Held {
            file,
            last: Mutex::new(last),
        }))
    }

    pub fn get(&self) -> Place {
        *self.0.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, place: Place) {
        *self.0.last.lock().unwrap_or_else(PoisonError::into_inner) = place;
    }

    fn keep(&self) {
        if let Some(file) = &self.0.file {
            settings_file::keep(file, &self.get(), WHAT);
        }
    }

    /// Follows the window, and keeps its place when it closes.
    pub fn watch(&self, window: &WebviewWindow) {
        let (place, watched) = (self.clone(), window.clone());
        window.on_window_event(move |event| match event {
            WindowEvent::Moved(_) | WindowEvent::Resized(_) => place.note(&watched),
            WindowEvent::CloseRequested { .. } => {
                place.note(&watched);
                place.keep();
            }
            _ => {}
        });
    }

    fn note(&self, window: &WebviewWindow) {
        if let Some(place) = seen(window, self.get()) {
            self.set(place);
        }
    }
}

/// As the window stands now; nothing while it is minimised or the desktop does not tell.
fn seen(window: &WebviewWindow, before: Place) -> Option<Place> {
    if window.is_minimized().ok()? {
        return None;
    }
    if window.is_maximized().ok()? || window.is_fullscreen().ok()? {
        return Some(Place {
            maximised: true,
            ..before
        });
    }
    let scale = window.scale_factor().ok()?;
    let size: LogicalSize<f64> = window.inner_size().ok()?.to_logical(scale);
    let corner = window.outer_position().ok();
    let corner = corner.map(|corner| corner.to_logical(scale));
    Some(Place {
        size: Size {
            width: size.width,
            height: size.height,
        },
        corner: corner.map(|LogicalPosition { x, y }| Corner { x, y }),
        maximised: false,
    })
}

/// The screens of the desktop, as this window's program sees them.
pub(crate) fn screens(app: &tauri::AppHandle) -> Vec<Screen> {
    let monitors = app.available_monitors().unwrap_or_default();
    let screen = |monitor: &tauri::Monitor| {
        let scale = monitor.scale_factor();
        let corner: LogicalPosition<f64> = monitor.position().to_logical(scale);
        let size: LogicalSize<f64> = monitor.size().to_logical(scale);
        Screen {
            corner: Corner {
                x: corner.x,
                y: corner.y,
            },
            size: Size {
                width: size.width,
                height: size.height,
            },
        }
    };
    monitors.iter().map(screen).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    const fn screen(x: f64, y: f64, width: f64, height: f64) -> Screen {
        Screen {
            corner: Corner { x, y },
            size: Size { width, height },
        }
    }

    fn place(x: f64, y: f64, width: f64, height: f64) -> Place {
        Place {
            size: Size { width, height },
            corner: Some(Corner { x, y }),
            maximised: false,
        }
    }

    #[test]
    fn a_place_that_a_screen_shows_is_taken_back_as_it_was() {
        let screens = [
            screen(0.0, 0.0, 1920.0, 1080.0),
            screen(1920.0, 0.0, 2560.0, 1440.0),
        ];
        for kept in [
            place(100.0, 60.0, 1200.0, 800.0),
            place(2400.0, 200.0, 2000.0, 1200.0),
            place(-900.0, 0.0, 1100.0, 700.0),
        ] {
            assert_eq!(kept.on(&screens), kept);
        }
    }

    #[test]
    fn where_no_screen_shows_it_the_desktop_puts_it() {
        let only = [screen(0.0, 0.0, 1920.0, 1080.0)];
        for kept in [
            place(2400.0, 200.0, 1200.0, 800.0),
            place(-1150.0, 0.0, 1200.0, 800.0),
            place(100.0, 1060.0, 1200.0, 800.0),
            place(100.0, -400.0, 1200.0, 800.0),
            place(f64::NAN, 0.0, 1200.0, 800.0),
        ] {
            let shown = kept.on(&only);
            assert_eq!((shown.corner, shown.size), (None, kept.size), "{kept:?}");
        }
    }

    #[test]
    fn a_size_is_never_beyond_the_largest_screen_or_below_the_least() {
        let only = [screen(0.0, 0.0, 1280.0, 800.0)];
        let large = place(0.0, 0.0, 3000.0, 2000.0).on(&only).size;
        assert_eq!((large.width, large.height), (1280.0, 800.0));
        let small = place(0.0, 0.0, 1.0, 1.0).on(&only).size;
        assert_eq!(small, LEAST);
        let unknown = place(5.0, 5.0, 3000.0, 2000.0).on(&[]);
        assert_eq!((unknown.size.width, unknown.corner), (3000.0, None));
        let damaged = place(0.0, 0.0, f64::NAN, 1.0).on(&only).size;
        assert_eq!((damaged.width, damaged.height), (1280.0, 800.0));
    }

    #[test]
    fn what_is_kept_comes_back_and_what_is_damaged_is_the_usual() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("settings").join("window.json");
        let in_file = || WindowPlace::in_file(Some(file.clone()), Place::of_inspector());
        let first = in_file();
        assert_eq!(first.get(), Place::of_inspector());
        let kept = Place {
            maximised: true,
            ..place(7.0, 8.0, 900.0, 700.0)
        };
        first.set(kept);
        first.keep();
        assert_eq!(in_file().get(), kept);
        fs::write(&file, "{\"size\":").expect("damaged");
        assert_eq!(in_file().get(), Place::of_inspector());
    }
}
