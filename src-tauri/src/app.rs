//! The window's life: opens the engine, forwards its notices as pings, closes both in order.

use crate::{
    Options, ipc, locale,
    wire::{AppInfo, Number, Ping},
};
use engine::{Choice, ConnectionSource, Engine, EngineOptions, Notice};
use tauri::{
    RunEvent, WebviewUrl, WebviewWindowBuilder,
    async_runtime::{block_on, spawn},
    ipc::Channel,
};
use tokio::sync::broadcast::error::RecvError;

/// What the commands share.
pub(crate) struct App {
    pub engine: Engine,
    locale: String,
    demo: bool,
}

impl App {
    pub fn info(&self) -> AppInfo {
        AppInfo {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            locale: self.locale.clone(),
            workspace_path: self.engine.workspace().display().to_string(),
            sqlite_version: engine::sqlite_version().to_owned(),
            demo: self.demo,
        }
    }

    /// Turns the engine's notices into pings until the window is gone.
    pub fn forward(&self, pings: Channel<Ping>) {
        let engine = self.engine.clone();
        spawn(async move {
            let mut notices = engine.subscribe();
            loop {
                let ping = match notices.recv().await {
                    Ok(Notice::Grew) | Err(RecvError::Lagged(_)) => grew(&engine).await,
                    Ok(Notice::Captures) => Some(Ping::Captures),
                    Ok(Notice::Connections) => Some(Ping::Connections),
                    Err(RecvError::Closed) => return,
                };
                let Some(ping) = ping else { continue };
                if pings.send(ping).is_err() {
                    return;
                }
            }
        });
    }
}

/// Nothing where the workspace does not answer: the window's own questions will say why.
async fn grew(engine: &Engine) -> Option<Ping> {
    let growth = engine.growth().await.ok()?;
    Some(Ping::Grew {
        revision: Number::from_u64(growth.revision),
        records: Number::from_u64(growth.records),
        lag_millis: growth.lag_millis.map(Number::from_u64),
    })
}

/// Opens the workspace and the window, and returns when the window is closed.
///
/// # Errors
/// A sentence for a person: why the workspace or the window could not be opened.
pub fn run(options: Options) -> Result<(), String> {
    start_logging();
    let workspace = options
        .workspace
        .unwrap_or_else(EngineOptions::default_workspace);
    let engine =
        block_on(Engine::open(EngineOptions { workspace })).map_err(|error| explain(&error))?;
    if options.demo {
        let demo = Choice {
            source: ConnectionSource::Demo,
            region: None,
            endpoint: None,
        };
        block_on(engine.open_connection(demo, false)).map_err(|error| explain(&error))?;
    }
    let locale = locale::from_system();
    let app = tauri::Builder::default()
        .manage(App {
            engine: engine.clone(),
            locale: locale.clone(),
            demo: options.demo,
        })
        .invoke_handler(ipc::handler())
        .setup(move |app| {
            open_window(app.handle(), &locale)?;
            Ok(())
        })
        .build(tauri::generate_context!())
        .map_err(|error| format!("the window cannot be opened: {error}"))?;
    app.run(move |_, event| {
        if let RunEvent::Exit = event {
            block_on(engine.close());
        }
    });
    Ok(())
}

fn open_window(app: &tauri::AppHandle, locale: &str) -> tauri::Result<()> {
    let window = WebviewWindowBuilder::new(app, "main", WebviewUrl::default())
        .title("Kinescope")
        .inner_size(1440.0, 900.0)
        .min_inner_size(640.0, 420.0)
        .initialization_script(locale::initialization_script(locale))
        .on_navigation(is_ours)
        .build()?;
    window.set_focus()
}

/// The app's own pages and, while developing, Vite's server; nothing else is ever navigated to.
fn is_ours(url: &tauri::Url) -> bool {
    match (url.scheme(), url.host_str()) {
        ("tauri", Some("localhost")) | ("http" | "https", Some("tauri.localhost")) => true,
        ("http", Some("localhost")) => {
            cfg!(not(feature = "custom-protocol")) && url.port() == Some(5173)
        }
        _ => false,
    }
}

fn explain(error: &engine::EngineError) -> String {
    match error.next_step() {
        Some(step) => format!("{error}\n{step}"),
        None => error.to_string(),
    }
}

/// The SDK and its HTTP client write requests and answers to their trace logs: never with credentials or
/// payloads in them, whatever the user asks for.
const HELD_AT_WARN: [&str; 6] = [
    "aws_config=warn",
    "aws_runtime=warn",
    "aws_sdk_kinesis=warn",
    "aws_smithy_http_client=warn",
    "aws_smithy_runtime=warn",
    "hyper=warn",
];

/// To standard error; nothing that is logged holds a payload or a secret.
fn start_logging() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("KINESCOPE_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    let filter = HELD_AT_WARN
        .iter()
        .filter_map(|directive| directive.parse().ok())
        .fold(filter, tracing_subscriber::EnvFilter::add_directive);
    // a second start in one process, as in tests, keeps the first one's logging
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
}

#[cfg(test)]
mod tests {
    use super::is_ours;

    #[test]
    fn only_the_app_itself_is_navigated_to() {
        let ours = |url: &str| url.parse().is_ok_and(|url| is_ours(&url));
        assert!(ours("tauri://localhost/index.html"));
        for elsewhere in [
            "https://example.com/",
            "http://localhost:8080/",
            "file:///etc/passwd",
            "data:text/html,hello",
            "tauri://elsewhere/",
            "http://tauri.localhost.example.com/",
        ] {
            assert!(!ours(elsewhere), "{elsewhere}");
        }
    }
}
