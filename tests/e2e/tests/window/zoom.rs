//! How large the window is drawn: by its keys, in the inspector's own window as in the main one, and so again after a restart.

use crate::{flow::capture_everything, hands::count_is, screens::show, trust::home::Home};
use e2e::{Window, until};

const ESCAPE: &str = "\u{e00c}";
const MINUS: char = '-';
const PLUS: char = '=';
const USUAL: char = '0';
/// From the usual size to the largest, and from there to the smallest.
const STEPS_UP: usize = 5;
const STEPS_DOWN: usize = 7;

async fn width_px(window: &Window) -> f64 {
    let width = window.script("return innerWidth").await;
    width.as_f64().expect("a width")
}

/// The page has so much room, in its own pixels.
async fn has_room(window: &Window, when: &str, wanted_px: f64) {
    until(
        &format!("{when} the page is {wanted_px} px wide"),
        || async {
            let width = width_px(window).await;
            ((width - wanted_px).abs() <= 2.0).then_some(())
        },
    )
    .await;
}

async fn press(window: &Window, key: char, times: usize) {
    for _ in 0..times {
        window.control(key).await;
    }
}

#[tokio::test]
async fn both_windows_are_zoomed_by_key_and_so_again_after_a_restart() {
    let home = Home::new();
    let window = Window::open(home.start()).await;
    window.resize(1280, 800).await;
    capture_everything(&window).await;
    let usual = width_px(&window).await;
    press(&window, PLUS, STEPS_UP).await;
    has_room(&window, "at the largest", usual / 2.0).await;
    show(&window, "zoom-200").await;
    press(&window, MINUS, STEPS_DOWN).await;
    has_room(&window, "at the smallest", usual / 0.8).await;
    show(&window, "zoom-80").await;
    press(&window, USUAL, 1).await;
    has_room(&window, "at its usual size", usual).await;

    window.keys("k").await;
    count_is(&window, "inspector-type", 1).await;
    window.keys("o").await;
    let main = window.to_the_other().await;
    count_is(&window, "inspector-type", 1).await;
    let own = width_px(&window).await;
    press(&window, PLUS, STEPS_UP).await;
    has_room(&window, "in the inspector's window", own / 2.0).await;
    show(&window, "zoom-200-inspector").await;
    // one that is open would be opened again
    window.keys_that_close(ESCAPE).await;
    window.to(&main).await;
    has_room(&window, "in the main window, too,", usual / 2.0).await;
    window.close().await;

    let window = Window::open(home.start()).await;
    window
        .wait_for(
            "it is drawn at 200 % again",
            "return Math.abs(outerWidth / innerWidth - 2) < 0.1",
        )
        .await;
    press(&window, USUAL, 1).await;
    window
        .wait_for(
            "it is back at its usual size",
            "return Math.abs(outerWidth / innerWidth - 1) < 0.1",
        )
        .await;
    window.close().await;
    assert_eq!(home.panics(), Vec::<String>::new());
}
