//! A link to a view: copied by key, followed in the palette, and followed by a program that is started with it.

use crate::{
    flow::capture_everything,
    hands::{ask, rows_are_all},
    trust::home::Home,
};
use e2e::{Window, until};

const ENTER: &str = "\u{e007}";
const FILTER: &str = "type:PAYMENT_FAILED";

async fn stands_at(window: &Window, arrived: &str) {
    let seen = format!(
        "return document.querySelector('[data-testid=filter-input]')?.value === '{FILTER}' &&\
         (document.querySelector('[data-testid=inspector] .facts')?.textContent ?? '').startsWith({arrived:?})"
    );
    window
        .wait_for("the view is there with its filter and its record", &seen)
        .await;
}

#[tokio::test]
async fn a_link_reopens_a_view_here_and_at_the_next_start() {
    let home = Home::new();
    let window = Window::open(home.start()).await;
    capture_everything(&window).await;
    ask(&window, FILTER).await;
    rows_are_all(&window, "PAYMENT_FAILED").await;
    window.keys("kk").await;
    let arrived = until("a record is inspected", || async {
        let time = "return document.querySelector('[data-testid=inspector] .facts span')?.textContent ?? null";
        window.script(time).await.as_str().map(str::to_owned)
    })
    .await;
    window.keys("yu").await;
    window
        .wait_for(
            "the link is said to be copied",
            "return document.querySelector('[data-testid=notices]')?.textContent.includes('the link')",
        )
        .await;
    // a tab of everything, from which the link leads back
    window.control('t').await;
    window
        .wait_for(
            "a new tab is in front",
            "return document.querySelector('[data-testid=filter-input]')?.value === '' &&\
             document.querySelectorAll('[data-testid=tab]').length === 2",
        )
        .await;
    window.control('k').await;
    window
        .wait_for(
            "the palette has the keyboard",
            "return document.activeElement?.dataset.testid === 'palette-search'",
        )
        .await;
    window.control('v').await;
    let link = until("the link is pasted", || async {
        let typed = "return document.querySelector('[data-testid=palette-search]').value";
        let typed = window.script(typed).await;
        typed
            .as_str()
            .filter(|text| text.starts_with("kinescope:"))
            .map(str::to_owned)
    })
    .await;
    assert!(!link.contains("://127."), "no connection is named: {link}");
    window.keys(ENTER).await;
    stands_at(&window, &arrived).await;
    window
        .wait_for(
            "it has a tab of its own",
            "return document.querySelectorAll('[data-testid=tab]').length === 3",
        )
        .await;
    window.screenshot("e2e-link").await;
    window.close().await;

    // another person's program over the same workspace, started with the link
    let elsewhere = Home::new();
    let mut start = elsewhere.start();
    start.arguments = vec![
        home.folder().join("work.kscope").display().to_string(),
        link,
    ];
    let window = Window::open(start).await;
    stands_at(&window, &arrived).await;
    window.close().await;
}
