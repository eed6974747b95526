//! The window that asks: how large its page is drawn.

use super::Answer;
use crate::wire::CommandError;
use std::ops::RangeInclusive;
use tauri::WebviewWindow;

/// In percent of the usual size: what every screen was made to hold at.
const ZOOM_PERCENT: RangeInclusive<u32> = 80..=200;

/// How large the page of the window that asks is drawn from now on, in percent.
#[tauri::command]
#[specta::specta]
pub async fn zoom_window(window: WebviewWindow, percent: u32) -> Answer<()> {
    let zoom = zoom_of(percent)?;
    window
        .set_zoom(zoom)
        .map_err(|error| CommandError::failed(format!("the window cannot be zoomed: {error}")))
}

fn zoom_of(percent: u32) -> Answer<f64> {
    if ZOOM_PERCENT.contains(&percent) {
        return Ok(f64::from(percent) / 100.0);
    }
    let (least, most) = (ZOOM_PERCENT.start(), ZOOM_PERCENT.end());
    Err(CommandError::invalid(format!(
        "a window is drawn at {least} to {most} percent, not at {percent}"
    )))
}

#[cfg(test)]
mod tests {
    use super::zoom_of;

    #[test]
    fn a_window_is_zoomed_as_far_as_its_screens_hold() {
        let zoom = |percent| zoom_of(percent).ok();
        assert_eq!(
            [80, 100, 125, 200].map(zoom),
            [Some(0.8), Some(1.0), Some(1.25), Some(2.0)]
        );
        assert_eq!([0, 79, 201, u32::MAX].map(zoom), [None; 4]);
    }
}
