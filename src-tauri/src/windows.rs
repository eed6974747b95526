//! The windows: the main one, and the inspector's own beside it. Both show the program's own page and reach nothing else; what
//! each may call stands in a capability file of its own.

#[cfg(target_os = "linux")]
use crate::page_network;
use crate::{
    app::App,
    dropped, locale,
    window_place::{LEAST, Place, WindowPlace, screens},
};
use std::time::{Duration, Instant};
use tauri::{
    AppHandle, DragDropEvent, Manager, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent,
};

const MAIN: &str = "main";
const INSPECTOR: &str = "inspector";

/// The page's proxy, where nothing listens (RFC 863's port). The page comes from within the program and needs no network, and the
/// content security policy knows no rule for looking a name up or for connecting ahead: either would carry what a hostile
/// script has read.
const NOWHERE: &str = "http://127.0.0.1:9";

/// The program ends with it: the inspector's window closes, too.
pub(crate) fn open_main(app: &AppHandle) -> tauri::Result<()> {
    let kept = WindowPlace::of_person("window.json", Place::default());
    let window = open(app, MAIN, ("index.html", "Kinescope"), &kept)?;
    let handle = app.clone();
    window.on_window_event(move |event| match event {
        WindowEvent::CloseRequested { .. } | WindowEvent::Destroyed => {
            handle.state::<App>().forget_opener();
            close_inspector(&handle);
        }
        WindowEvent::DragDrop(DragDropEvent::Drop { paths, .. }) => dropped::take(&handle, paths),
        _ => {}
    });
    window.set_focus()
}

/// Opens the inspector's own window, or brings it to the front.
pub(crate) fn open_inspector(app: &AppHandle) -> tauri::Result<()> {
    if let Some(window) = app.get_webview_window(INSPECTOR) {
        return show(&window);
    }
    let kept = WindowPlace::of_person("inspector.json", Place::of_inspector());
    let title = app.state::<App>().spoken().words().inspector_title;
    let window = open(app, INSPECTOR, ("index.html#inspector", title), &kept)?;
    let handle = app.clone();
    window.on_window_event(move |event| {
        if matches!(event, WindowEvent::Destroyed) {
            handle.state::<App>().inspector_closed();
        }
    });
    window.set_focus()
}

pub(crate) fn close_inspector(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(INSPECTOR) {
        // one that is closing already needs no more
        let _ = window.close();
    }
}

/// Closes it, and waits until it is gone: what it showed is on no screen any more.
pub(crate) async fn inspector_gone(app: &AppHandle) {
    const PATIENCE: Duration = Duration::from_secs(2);
    const REST: Duration = Duration::from_millis(20);
    close_inspector(app);
    let begun = Instant::now();
    while app.get_webview_window(INSPECTOR).is_some() && begun.elapsed() < PATIENCE {
        tokio::time::sleep(REST).await;
    }
}

/// All of them, the main one foremost.
#[cfg(unix)]
pub(crate) fn bring_to_front(app: &AppHandle) {
    for label in [INSPECTOR, MAIN] {
        if let Some(window) = app.get_webview_window(label) {
            // one that cannot be brought up is still there
            let _ = show(&window);
        }
    }
}

fn show(window: &WebviewWindow) -> tauri::Result<()> {
    window.unminimize()?;
    window.show()?;
    window.set_focus()
}

fn open(
    app: &AppHandle,
    label: &str,
    (page, title): (&str, &str),
    kept: &WindowPlace,
) -> tauri::Result<WebviewWindow> {
    let developing = cfg!(not(feature = "custom-protocol"))
        .then(|| app.config().build.dev_url.clone())
        .flatten();
    let is_developing = developing.is_some();
    let place = kept.get().on(&screens(app));
    let locale = app.state::<App>().locale().to_owned();
    let mut builder = WebviewWindowBuilder::new(app, label, WebviewUrl::App(page.into()))
        .title(title)
        .inner_size(place.size.width, place.size.height)
        .min_inner_size(LEAST.width, LEAST.height)
        .maximized(place.maximised)
        .initialization_script(locale::initialization_script(&locale))
        // the page knows the person's language
        .on_document_title_changed(|window, title| {
            if window.label() == INSPECTOR {
                // a title that cannot be set stays as it was
                let _ = window.set_title(&title);
            }
        })
        .on_navigation(move |url| is_ours(url, developing.as_ref()));
    if let Some(corner) = place.corner {
        builder = builder.position(corner.x, corner.y);
    }
    if !is_developing {
        builder = builder.proxy_url(NOWHERE.parse().expect("an address"));
    }
    let window = builder.build()?;
    #[cfg(target_os = "linux")]
    page_network::ask_for_nothing_ahead(&window)?;
    kept.watch(&window);
    Ok(window)
}

/// The app's own pages and, while developing, those of Vite's server; nothing else is ever navigated to.
fn is_ours(url: &tauri::Url, developing: Option<&tauri::Url>) -> bool {
    match (url.scheme(), url.host_str()) {
        ("tauri", Some("localhost")) | ("http" | "https", Some("tauri.localhost")) => true,
        _ => developing.is_some_and(|server| server.origin() == url.origin()),
    }
}

#[cfg(test)]
mod tests {
    use super::is_ours;

    #[test]
    fn only_the_app_itself_is_navigated_to() {
        let ours = |url: &str| url.parse().is_ok_and(|url| is_ours(&url, None));
        assert!(ours("tauri://localhost/index.html"));
        for elsewhere in [
            "https://example.com/",
            "http://127.0.0.1:1420/",
            "file:///etc/passwd",
            "data:text/html,hello",
            "tauri://elsewhere/",
            "http://tauri.localhost.example.com/",
        ] {
            assert!(!ours(elsewhere), "{elsewhere}");
        }
    }

    #[test]
    fn while_developing_the_one_server_is_navigated_to_as_well() {
        let server: tauri::Url = "http://127.0.0.1:1420".parse().expect("an address");
        let ours = |url: &str| url.parse().is_ok_and(|url| is_ours(&url, Some(&server)));
        assert!(ours("http://127.0.0.1:1420/index.html"));
        assert!(!ours("http://127.0.0.1:1421/"));
        assert!(!ours("https://127.0.0.1:1420/"));
    }
}
