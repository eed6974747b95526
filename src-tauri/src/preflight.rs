//! What must be set in the environment before GTK starts.
//!
//! `WebKitGTK` without a GPU draws twice as fast with its DMA-BUF renderer off (24 against 48 frames a
//! second, measured), and shows a blank window with it on under NVIDIA's own driver on X11
//! (tauri-apps/tauri#9304). What the user has set is left alone.

use std::path::Path;

const DMABUF_OFF: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
const COMPOSITING_OFF: &str = "WEBKIT_DISABLE_COMPOSITING_MODE";

/// Must be called before any thread is started.
pub fn prepare_rendering(safe: bool) {
    if !cfg!(target_os = "linux") {
        return;
    }
    if safe || needs_software_path() {
        set_where_unset(DMABUF_OFF);
    }
    if safe {
        set_where_unset(COMPOSITING_OFF);
    }
}

fn needs_software_path() -> bool {
    let render_node = std::fs::read_dir("/dev/dri").is_ok_and(|mut nodes| {
        nodes.any(|node| {
            node.is_ok_and(|node| node.file_name().to_string_lossy().starts_with("renderD"))
        })
    });
    let nvidia_on_x11 = Path::new("/proc/driver/nvidia/version").exists()
        && std::env::var_os("WAYLAND_DISPLAY").is_none();
    !render_node || nvidia_on_x11 || std::env::var_os("APPIMAGE").is_some()
}

#[allow(unsafe_code)]
fn set_where_unset(name: &str) {
    if std::env::var_os(name).is_none() {
        // SAFETY: called from `main` before any thread exists, so nothing reads the environment meanwhile.
        unsafe { std::env::set_var(name, "1") };
    }
}
