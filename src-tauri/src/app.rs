//! The window's life: opens the engine, forwards its notices as pings, closes both in order.
//!
//! A workspace that cannot be opened is told in the window, which can try again: a person who starts the
//! program from a menu sees no standard error.

#[cfg(unix)]
use crate::single_start::{Listening, Place};
use crate::{
    Options, ipc, locale, logging,
    window_place::{LEAST, WindowPlace, screens},
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
    Manager, RunEvent, WebviewUrl, WebviewWindowBuilder,
    async_runtime::{JoinHandle, block_on, spawn},
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
    /// Sends pings to the page; there is one page, however often it asks.
    pinging: Mutex<Option<JoinHandle<()>>>,
}

impl App {
    fn new(options: Options) -> Self {
        Self(Arc::new(Parts {
            options,
            locale: locale::from_system(),
            engine: OnceCell::new(),
            asking: tokio::sync::Mutex::default(),
            chosen: Mutex::default(),
            pinging: Mutex::default(),
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
            link: self.0.options.link.clone(),
        })
    }

    /// Turns the engine's notices into pings until the window is gone, or asks for them anew.
    pub fn forward(&self, pings: Channel<Ping>) -> Result<(), CommandError> {
        let engine = self.engine()?.clone();
        let pinging = spawn(async move {
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
        let mut current = self
            .0
            .pinging
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(earlier) = current.replace(pinging) {
            earlier.abort();
        }
        Ok(())
    }
}

fn workspace_of(options: &Options) -> PathBuf {
    let named = options.workspace.clone();
    named.unwrap_or_else(EngineOptions::default_workspace)
}

async fn open_engine(options: &Options) -> Result<Engine, EngineError> {
    let workspace = workspace_of(options);
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
    logging::start();
    #[cfg(unix)]
    let first = Place::of(&workspace_of(&options));
    #[cfg(unix)]
    if first.as_ref().is_some_and(Place::show_the_first) {
        println!("kinescope: the workspace is open already; its window is in front now");
        return Ok(());
    }
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
    #[cfg(unix)]
    let mut listening = first
        .filter(|_| shared.0.engine.get().is_some())
        .and_then(|place| listen(place, app.handle().clone()));
    app.run(move |_, event| {
        if !matches!(event, RunEvent::Exit) {
            return;
        }
        // the next start has the workspace to itself from here on
        #[cfg(unix)]
        drop(listening.take());
        if let Some(engine) = shared.0.engine.get() {
            block_on(engine.close());
        }
    });
    Ok(())
}

/// A later start with the same workspace brings this window to the front.
#[cfg(unix)]
fn listen(place: Place, app: tauri::AppHandle) -> Option<Listening> {
    let listening = place.listen(move || {
        for window in app.webview_windows().values() {
            // one that cannot be brought up is still there
            let _ = window.unminimize();
            let _ = window.show();
            let _ = window.set_focus();
        }
    });
    listening
        .inspect_err(|error| tracing::warn!(%error, "later starts cannot show this window"))
        .ok()
}

/// The page's proxy, where nothing listens (RFC 863's port). The page comes from within the program and needs no network, and the
/// content security policy knows no rule for looking a name up or for connecting ahead: either would carry what a hostile
/// script has read.
const NOWHERE: &str = "http://127.0.0.1:9";

fn open_window(app: &tauri::AppHandle, locale: &str) -> tauri::Result<()> {
    let developing = cfg!(not(feature = "custom-protocol"))
        .then(|| app.config().build.dev_url.clone())
        .flatten();
    let is_developing = developing.is_some();
    let kept = WindowPlace::of_person();
    let place = kept.get().on(&screens(app));
    let mut builder = WebviewWindowBuilder::new(app, "main", WebviewUrl::default())
        .title("Kinescope")
        .inner_size(place.size.width, place.size.height)
        .min_inner_size(LEAST.width, LEAST.height)
        .maximized(place.maximised)
        .initialization_script(locale::initialization_script(locale))
        .on_navigation(move |url| is_ours(url, developing.as_ref()));
    if let Some(corner) = place.corner {
        builder = builder.position(corner.x, corner.y);
    }
    if !is_developing {
        builder = builder.proxy_url(NOWHERE.parse().expect("an address"));
    }
    let window = builder.build()?;
    #[cfg(target_os = "linux")]
    crate::page_network::ask_for_nothing_ahead(&window)?;
    kept.watch(&window);
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
