//! The window's life: opens the engine, forwards its notices as pings, closes both in order.
//!
//! A workspace that cannot be opened is told in the window, which can try again: a person who starts the
//! program from a menu sees no standard error.

use crate::{
    Options, ipc, locale,
    wire::{AppInfo, CommandError, Number, Ping},
};
use engine::{
    Choice, ConnectionSource, Engine, EngineError, EngineOptions, Notice, TrustedEndpoints,
};
use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};
use tauri::{
    RunEvent, WebviewUrl, WebviewWindowBuilder,
    async_runtime::{block_on, spawn},
    ipc::Channel,
};
use tokio::sync::{MutexGuard, OnceCell, broadcast::error::RecvError};

/// What the commands share; clones are the same app.
#[derive(Clone)]
pub(crate) struct App(Arc<Parts>);

struct Parts {
    options: Options,
    locale: String,
    engine: OnceCell<Engine>,
    asking: tokio::sync::Mutex<()>,
    /// Files that the user chose in the program's own dialog.
    chosen: Mutex<HashSet<PathBuf>>,
}

impl App {
    fn new(options: Options) -> Self {
        Self(Arc::new(Parts {
            options,
            locale: locale::from_system(),
            engine: OnceCell::new(),
            asking: tokio::sync::Mutex::default(),
            chosen: Mutex::default(),
        }))
    }

    /// Opens what the program was started for, unless that is done; each call is another try.
    ///
    /// # Errors
    /// Why the workspace, or the demo, cannot be opened.
    pub async fn open(&self) -> Result<&Engine, EngineError> {
        self.0
            .engine
            .get_or_try_init(|| open_engine(&self.0.options))
            .await
    }

    /// # Errors
    /// While nothing is open: [`open`](Self::open) says why.
    pub fn engine(&self) -> Result<&Engine, CommandError> {
        let opened = self.0.engine.get();
        opened.ok_or_else(|| CommandError::invalid("the workspace is not open".to_owned()))
    }

    /// For a question to the person: held as long as its dialog is open.
    ///
    /// # Errors
    /// While another one is open.
    pub fn ask_alone(&self) -> Result<MutexGuard<'_, ()>, CommandError> {
        self.0
            .asking
            .try_lock()
            .map_err(|_| CommandError::invalid("another dialog is open already".to_owned()))
    }

    pub fn allow_reading(&self, path: PathBuf) {
        let chosen = self.0.chosen.lock();
        chosen.unwrap_or_else(PoisonError::into_inner).insert(path);
    }

    pub fn may_read(&self, path: &Path) -> bool {
        let chosen = self.0.chosen.lock();
        chosen
            .unwrap_or_else(PoisonError::into_inner)
            .contains(path)
    }

    pub async fn info(&self) -> Result<AppInfo, EngineError> {
        let engine = self.open().await?;
        Ok(AppInfo {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            locale: self.0.locale.clone(),
            workspace_path: engine.workspace().display().to_string(),
            sqlite_version: engine::sqlite_version().to_owned(),
            demo: self.0.options.demo,
        })
    }

    /// Turns the engine's notices into pings until the window is gone.
    pub fn forward(&self, pings: Channel<Ping>) -> Result<(), CommandError> {
        let engine = self.engine()?.clone();
        spawn(async move {
            let mut notices = engine.subscribe();
            loop {
                let said = match notices.recv().await {
                    Ok(notice) => vec![notice],
                    // any of them may be among what was missed
                    Err(RecvError::Lagged(_)) => Notice::ALL.to_vec(),
                    Err(RecvError::Closed) => return,
                };
                for notice in said {
                    let ping = match notice {
                        Notice::Grew => grew(&engine).await,
                        Notice::Captures => Some(Ping::Captures),
                        Notice::Connections => Some(Ping::Connections),
                        Notice::Sagas => Some(Ping::Sagas {
                            definitions: Number::from_u64(engine.definitions_revision()),
                        }),
                        Notice::Writes => Some(Ping::Writes),
                    };
                    let Some(ping) = ping else { continue };
                    if pings.send(ping).is_err() {
                        return;
                    }
                }
            }
        });
        Ok(())
    }
}

async fn open_engine(options: &Options) -> Result<Engine, EngineError> {
    let workspace = options.workspace.clone();
    let workspace = workspace.unwrap_or_else(EngineOptions::default_workspace);
    let trusted = TrustedEndpoints::of_person();
    let engine = Engine::open_trusting(EngineOptions { workspace }, trusted).await?;
    if options.demo {
        let demo = Choice {
            source: ConnectionSource::Demo,
            region: None,
            endpoint: None,
        };
        if let Err(error) = engine.open_connection(demo, false).await {
            engine.close().await;
            return Err(error);
        }
    }
    Ok(engine)
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
/// A sentence for a person: why there is no window.
pub fn run(options: Options) -> Result<(), String> {
    start_logging();
    let shared = App::new(options);
    if let Err(error) = block_on(shared.open()) {
        // the window says it too, with another try
        eprintln!("kinescope: {}", explain(&error));
    }
    let (managed, locale) = (shared.clone(), shared.0.locale.clone());
    let app = tauri::Builder::default()
        .manage(managed)
        .invoke_handler(ipc::handler())
        .setup(move |app| {
            open_window(app.handle(), &locale)?;
            Ok(())
        })
        .build(tauri::generate_context!())
        .map_err(|error| format!("the window cannot be opened: {error}"))?;
    app.run(move |_, event| {
        if let (RunEvent::Exit, Some(engine)) = (event, shared.0.engine.get()) {
            block_on(engine.close());
        }
    });
    Ok(())
}

fn open_window(app: &tauri::AppHandle, locale: &str) -> tauri::Result<()> {
    let developing = cfg!(not(feature = "custom-protocol"))
        .then(|| app.config().build.dev_url.clone())
        .flatten();
    let window = WebviewWindowBuilder::new(app, "main", WebviewUrl::default())
        .title("Kinescope")
        .inner_size(1440.0, 900.0)
        .min_inner_size(640.0, 420.0)
        .initialization_script(locale::initialization_script(locale))
        .on_navigation(move |url| is_ours(url, developing.as_ref()))
        .build()?;
    window.set_focus()
}

/// The app's own pages and, while developing, those of Vite's server; nothing else is ever navigated to.
fn is_ours(url: &tauri::Url, developing: Option<&tauri::Url>) -> bool {
    match (url.scheme(), url.host_str()) {
        ("tauri", Some("localhost")) | ("http" | "https", Some("tauri.localhost")) => true,
        _ => developing.is_some_and(|server| server.origin() == url.origin()),
    }
}

fn explain(error: &EngineError) -> String {
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
