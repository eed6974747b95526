//! The program's own dialogs in the person's language: asked and answered in Dutch, now and after a restart.

use crate::{
    flow::capture_everything,
    publishing::{STATE, compose},
    trust::home::Home,
};
use e2e::Window;
use std::fs;

const ENTER: &str = "\u{e007}";
const DUTCH: &str = "return document.documentElement.lang === 'nl'";
const PERMISSION: &str = "document.querySelector('[data-testid=permission]')?.textContent";

#[tokio::test]
async fn the_question_before_writing_is_asked_and_answered_in_dutch() {
    let home = Home::new();
    let window = Window::open(home.start()).await;
    capture_everything(&window).await;
    compose(&window).await;
    window.control('k').await;
    window.element("palette-search").await;
    window.keys("nederlands").await;
    window.keys(ENTER).await;
    window.wait_for("the window speaks Dutch", DUTCH).await;

    window.click("ask-grant").await;
    let dialog = window.dialog("Schrijven toestaan?").await;
    window.screenshot("e2e-dialog-nl").await;
    dialog.press(&["alt+n"]);
    dialog.gone().await;
    let no = format!("return {PERMISSION}.includes('Je zei nee')");
    window.wait_for("the no is told", &no).await;

    window.click("ask-grant").await;
    let dialog = window.dialog("Schrijven toestaan?").await;
    dialog.press(&["alt+t"]);
    dialog.gone().await;
    window
        .wait_for("the yes is told", &format!("{STATE} === 'granted'"))
        .await;
    window.close().await;

    // the first dialog of the next start may come before its page has said anything
    let kept = home.folder().join("config/kinescope/language.json");
    let kept = fs::read_to_string(&kept).expect("the language is kept");
    assert!(kept.contains("\"nl\""), "{kept}");
    let window = Window::open(home.start()).await;
    window.wait_for("it speaks Dutch again", DUTCH).await;
    window.keys("gc").await;
    window.click("import-capture").await;
    let dialog = window.dialog("Openen").await;
    window.screenshot("e2e-file-dialog-nl").await;
    dialog.press(&["Escape"]);
    dialog.gone().await;
    window.close().await;
    assert_eq!(home.panics(), Vec::<String>::new());
}
