//! A second start with a link, beside the window that is open: the link is followed there, and one that leads nowhere is told there.

use crate::{
    flow::capture_everything,
    hands::{count_is, rows_are_all},
    trust::home::Home,
};
use e2e::{Group, Start, Window, app_binary, until};
use std::process::Command;

const FILTER: &str =
    "return document.querySelector('[data-testid=filter-input]')?.value === 'type:PAYMENT_FAILED'";

#[tokio::test]
async fn a_link_of_a_second_start_is_followed_in_the_window_that_is_open() {
    let home = Home::new();
    // where the first one listens
    let runtime = home.folder().display().to_string();
    let start = home.start().with("XDG_RUNTIME_DIR", &runtime);
    let window = Window::open(start.clone()).await;
    capture_everything(&window).await;
    follow(
        &window,
        &start,
        "kinescope://explore?in=work.kscope&filter=type%3APAYMENT_FAILED",
    )
    .await;
    count_is(&window, "tab", 2).await;
    window
        .wait_for("the filter of the link is asked", FILTER)
        .await;
    rows_are_all(&window, "PAYMENT_FAILED").await;
    window.screenshot("e2e-second-start").await;

    follow(&window, &start, "kinescope://explore?in=other.kscope").await;
    window
        .wait_for(
            "it is said where the link leads",
            "return document.querySelector('[data-testid=notices]')?.textContent.includes('other.kscope')",
        )
        .await;
    count_is(&window, "tab", 2).await;
    window.wait_for("the filter stays", FILTER).await;

    follow(&window, &start, "kinescope://captures").await;
    count_is(&window, "captures-view", 1).await;

    // as the desktop does it, which knows of no file
    let alone = Start {
        arguments: Vec::new(),
        ..start.clone()
    };
    follow(
        &window,
        &alone,
        "kinescope://explore?in=work.kscope&filter=type%3AORDER_CREATED",
    )
    .await;
    count_is(&window, "tab", 3).await;
    rows_are_all(&window, "ORDER_CREATED").await;
    window.close().await;
    assert_eq!(home.panics(), Vec::<String>::new());
}

/// As the desktop starts the program with a link, and waits until that start has ended.
async fn follow(window: &Window, start: &Start, link: &str) {
    let mut command = Command::new(app_binary());
    // the demo is the first one's
    command
        .args(start.arguments.iter().filter(|one| *one != "--demo"))
        .arg(link)
        .env("DISPLAY", window.desk.display())
        .env_remove("WAYLAND_DISPLAY")
        .env("GDK_BACKEND", "x11")
        .envs(start.environment.iter().map(|(name, value)| (name, value)))
        .stdout(std::process::Stdio::null());
    let mut second = Group::start(command);
    let ended = until("the second start has ended", || {
        let outcome = second.outcome();
        async move { outcome }
    })
    .await;
    assert!(ended.success(), "{ended}");
}
