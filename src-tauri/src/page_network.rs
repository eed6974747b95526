//! What `WebKitGTK` would do for a page without being asked for anything that the content security policy knows: connecting ahead
//! (`<link rel=preconnect>`) and looking names up ahead (`dns-prefetch`). A hostile script could tell by names what it read.
//!
//! `WebKit` has a switch for each (`WebKitFeature`, since 2.42); its bindings for Rust end at 2.40.

use gtk::glib::{self, prelude::*};
use std::ffi::{CStr, c_char, c_int, c_void};
use tauri::WebviewWindow;

/// As `webkit_feature_get_identifier` names them.
const AHEAD: [&str; 4] = [
    "LinkDNSPrefetch",
    "LinkPreconnect",
    "LinkPreconnectEarlyHints",
    "LinkPrefetch",
];

// <https://webkitgtk.org/reference/webkit2gtk/stable/class.Settings.html>
#[allow(unsafe_code)]
unsafe extern "C" {
    fn webkit_web_view_get_settings(view: *mut c_void) -> *mut c_void;
    fn webkit_settings_get_all_features() -> *mut c_void;
    fn webkit_feature_list_get_length(list: *mut c_void) -> usize;
    fn webkit_feature_list_get(list: *mut c_void, index: usize) -> *mut c_void;
    fn webkit_feature_list_unref(list: *mut c_void);
    fn webkit_feature_get_identifier(feature: *mut c_void) -> *const c_char;
    fn webkit_settings_set_feature_enabled(
        settings: *mut c_void,
        feature: *mut c_void,
        enabled: c_int,
    );
}

/// # Errors
/// While the window's thread is gone.
pub fn ask_for_nothing_ahead(window: &WebviewWindow) -> tauri::Result<()> {
    window.with_webview(|view| turn_off(view.inner().upcast_ref()))
}

/// `view` is a `WebKitWebView`.
#[allow(unsafe_code)]
fn turn_off(view: &glib::Object) {
    // SAFETY: the settings are the view's own, which it keeps, and both outlive the call; the list is owned here and let go once, after
    // the last use of the features and identifiers that it lends, none of which is null below its length.
    unsafe {
        let settings = webkit_web_view_get_settings(view.as_ptr().cast());
        let list = webkit_settings_get_all_features();
        for index in 0..webkit_feature_list_get_length(list) {
            let feature = webkit_feature_list_get(list, index);
            let name = CStr::from_ptr(webkit_feature_get_identifier(feature));
            if name.to_str().is_ok_and(|name| AHEAD.contains(&name)) {
                webkit_settings_set_feature_enabled(settings, feature, 0);
            }
        }
        webkit_feature_list_unref(list);
    }
}
