//! The program's other windows, such as the inspector's own.

use crate::{Window, dialog::xdotool, window::until};
use thirtyfour::WindowHandle;

impl Window {
    /// Waits until the program has so many windows.
    pub async fn has_windows(&self, count: usize) -> Vec<WindowHandle> {
        until(&format!("there are {count} windows"), || async {
            let handles = self.driver.windows().await.ok()?;
            (handles.len() == count).then_some(handles)
        })
        .await
    }

    /// Waits for a second window, and goes there once it is ready; answers the way back.
    pub async fn to_the_other(&self) -> WindowHandle {
        let here = self.driver.window().await.expect("a window is driven");
        let handles = self.has_windows(2).await;
        let there = handles.iter().find(|handle| **handle != here);
        self.to(there.expect("two windows have two names")).await;
        self.wait_for(
            "the other window is ready",
            "return document.documentElement.hasAttribute('data-ready')",
        )
        .await;
        here
    }

    /// What is asked and typed from here on goes to that window.
    pub async fn to(&self, handle: &WindowHandle) {
        let switched = self.driver.switch_to_window(handle.clone()).await;
        switched.expect("the window is there");
    }

    /// Keys at which this window closes, before the driver can say that it pressed them.
    pub async fn keys_that_close(&self, keys: &str) {
        let before = self.driver.windows().await.expect("the windows").len();
        // the window that they were for is gone
        let _ = self.driver.action_chain().send_keys(keys).perform().await;
        self.has_windows(before - 1).await;
    }

    /// As the desk shows them, by their titles.
    pub fn titles(&self) -> Vec<String> {
        let shown = xdotool(&self.desk, &["search", "--onlyvisible", "--name", ".+"]);
        let shown = shown.unwrap_or_default();
        let titles = shown
            .lines()
            .filter_map(|id| xdotool(&self.desk, &["getwindowname", id]));
        let mut titles: Vec<String> = titles.map(|title| title.trim().to_owned()).collect();
        titles.sort();
        titles
    }
}
