//! The window's life: opens the engine, forwards its notices as pings, closes both in order.
//!
//! A workspace that cannot be opened is told in the window, which can try again: a person who starts the
//! program from a menu sees no standard error.

#[cfg(unix)]
use crate::single_start::{Call, Listening, Place};
use crate::{
    Options, ipc, locale, logging, windows,
    wire::{AppInfo, CommandError, InspectedRecord, InspectorWord, Number, Ping},
    words::Spoken,
    workspace::{self, Workspace},
};
use engine::{Engine, EngineError, Notice};
#[cfg(unix)]
use std::ffi::OsStr;
use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard as Held, PoisonError},
};
#[cfg(unix)]
use tauri::Manager;
use tauri::{
    RunEvent,
    async_runtime::{JoinHandle, block_on, spawn},
    ipc::Channel,
};
use tokio::sync::{MutexGuard, broadcast::error::RecvError};

/// What the commands share; clones are the same app.
#[derive(Clone)]
pub(crate) struct App(Arc<Parts>);

struct Parts {
    workspace: Workspace,
    locale: String,
    spoken: Spoken,
    asking: tokio::sync::Mutex<()>,
    /// Files that the user chose in the program's own dialog.
    chosen: Mutex<HashSet<PathBuf>>,
    /// Sends pings to the page; there is one page, however often it asks.
    pinging: Mutex<Option<(Channel<Ping>, JoinHandle<()>)>>,
    inspected: Mutex<Inspected>,
    /// The one that the program was started with, or the last that came while no page was there to follow it.
    link: Mutex<Option<String>>,
}

/// What the inspector's own window shows, and who hears of it.
#[derive(Default)]
struct Inspected {
    record: Option<String>,
    /// That window's page.
    page: Option<Channel<InspectedRecord>>,
    /// The main window's page: whether that window is open, and what is asked for there.
    opener: Option<Channel<InspectorWord>>,
}

impl App {
    fn new(options: Options) -> Self {
        let locale = locale::from_system();
        let link = Mutex::new(options.link.clone());
        Self(Arc::new(Parts {
            workspace: Workspace::of(options),
            spoken: Spoken::of_person(&locale),
            locale,
            asking: tokio::sync::Mutex::default(),
            chosen: Mutex::default(),
            pinging: Mutex::default(),
            inspected: Mutex::default(),
            link,
        }))
    }

    /// Opens what the program was started for, unless that is done; each call is another try.
    ///
    /// # Errors
    /// Why the workspace, or the demo, cannot be opened.
    pub async fn open(&self) -> Result<&Engine, EngineError> {
        self.0.workspace.open().await
    }

    /// # Errors
    /// While nothing is open: [`open`](Self::open) says why.
    pub fn engine(&self) -> Result<&Engine, CommandError> {
        let opened = self.0.workspace.engine();
        opened.ok_or_else(|| CommandError::invalid("the workspace is not open".to_owned()))
    }

    pub fn workspace(&self) -> &Workspace {
        &self.0.workspace
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

    pub fn locale(&self) -> &str {
        &self.0.locale
    }

    /// The language of the native dialogs.
    pub fn spoken(&self) -> &Spoken {
        &self.0.spoken
    }

    fn inspected(&self) -> Held<'_, Inspected> {
        let inspected = self.0.inspected.lock();
        inspected.unwrap_or_else(PoisonError::into_inner)
    }

    /// The record that the inspector's own window shows from now on; `None` while none is selected.
    pub fn inspect(&self, record: Option<String>) {
        let mut inspected = self.inspected();
        inspected.record = record;
        inspected.tell_page();
    }

    /// That window's page is there.
    pub fn watch_inspected(&self, page: Channel<InspectedRecord>) {
        let mut inspected = self.inspected();
        inspected.page = Some(page);
        inspected.tell_page();
    }

    pub fn inspector_opened(&self, opener: Channel<InspectorWord>) {
        let mut inspected = self.inspected();
        inspected.opener = Some(opener);
        inspected.tell_opener(InspectorWord::Opened);
    }

    pub fn inspector_closed(&self) {
        std::mem::take(&mut *self.inspected()).tell_opener(InspectorWord::Closed);
    }

    /// The main window closes, and the other one with it: nobody closed that one, which the next start opens again.
    pub fn forget_opener(&self) {
        self.inspected().opener = None;
    }

    /// Another record is asked for in the inspector's own window.
    pub fn step_inspected(&self, word: InspectorWord) {
        self.inspected().tell_opener(word);
    }

    pub async fn info(&self) -> Result<AppInfo, EngineError> {
        let engine = self.open().await?;
        Ok(AppInfo {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            locale: self.0.locale.clone(),
            workspace_path: engine.workspace().display().to_string(),
            sqlite_version: engine::sqlite_version().to_owned(),
            demo: self.0.workspace.options().demo,
            link: self.waiting_link(),
        })
    }

    /// For the page, if there is one.
    pub fn ping(&self, ping: Ping) {
        let current = self.0.pinging.lock();
        if let Some((page, _)) = &*current.unwrap_or_else(PoisonError::into_inner) {
            // a page that is gone needs no word
            let _ = page.send(ping);
        }
    }

    /// Told once: a page that begins anew is not led away.
    fn waiting_link(&self) -> Option<String> {
        let waiting = self.0.link.lock();
        waiting.unwrap_or_else(PoisonError::into_inner).take()
    }

    /// A link from a later start: the page follows it, at once or as soon as it asks for pings.
    #[cfg(unix)]
    pub fn follow(&self, link: String) {
        let current = self.0.pinging.lock();
        match &*current.unwrap_or_else(PoisonError::into_inner) {
            Some((page, _)) if page.send(Ping::Link { link: link.clone() }).is_ok() => {}
            _ => {
                let waiting = self.0.link.lock();
                *waiting.unwrap_or_else(PoisonError::into_inner) = Some(link);
            }
        }
    }

    /// Turns the engine's notices into pings until the window is gone, or asks for them anew.
    pub fn forward(&self, pings: Channel<Ping>) -> Result<(), CommandError> {
        let engine = self.engine()?.clone();
        let page = pings.clone();
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
        if let Some(link) = self.waiting_link() {
            // a page that is gone needs no word
            let _ = page.send(Ping::Link { link });
        }
        if let Some((_, earlier)) = current.replace((page, pinging)) {
            earlier.abort();
        }
        Ok(())
    }
}

impl Inspected {
    fn tell_opener(&self, word: InspectorWord) {
        if let Some(opener) = &self.opener {
            // a page that is gone needs no word
            let _ = opener.send(word);
        }
    }

    fn tell_page(&self) {
        if let Some(page) = &self.page {
            // a page that is gone needs no word
            let _ = page.send(InspectedRecord {
                record: self.record.clone(),
            });
        }
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
/// A sentence for a person: why there is no window.
pub fn run(options: Options) -> Result<(), String> {
    logging::start();
    #[cfg(unix)]
    let first = Place::of(&workspace::path_of(&options));
    #[cfg(unix)]
    if is_led_elsewhere(&options)
        || first
            .as_ref()
            .is_some_and(|place| place.show_the_first(options.link.as_deref()))
    {
        println!("kinescope: the workspace is open already; its window is in front now");
        return Ok(());
    }
    let shared = App::new(options);
    if let Err(error) = block_on(shared.open()) {
        // the window says it too, with another try
        eprintln!("kinescope: {}", explain(&error));
    }
    let managed = shared.clone();
    let app = tauri::Builder::default()
        .manage(managed)
        .invoke_handler(ipc::handler())
        .setup(|app| {
            windows::open_main(app.handle())?;
            Ok(())
        })
        .build(tauri::generate_context!())
        .map_err(|error| format!("the window cannot be opened: {error}"))?;
    #[cfg(unix)]
    let mut listening = first
        .filter(|_| shared.0.workspace.engine().is_some())
        .and_then(|place| listen(place, app.handle().clone()));
    app.run(move |_, event| {
        if !matches!(event, RunEvent::Exit) {
            return;
        }
        // the next start has the workspace to itself from here on
        #[cfg(unix)]
        drop(listening.take());
        if let Some(engine) = shared.0.workspace.engine() {
            block_on(engine.close());
        }
    });
    Ok(())
}

/// Started with a link alone, as the desktop does: a window of the workspace that the link names has it.
#[cfg(unix)]
fn is_led_elsewhere(options: &Options) -> bool {
    let link = options.link.as_deref();
    let is_alone = options.workspace.is_none() && !options.demo;
    link.is_some_and(|link| is_alone && Place::follow_where_it_leads(link))
}

/// A later start with the same workspace brings this one's windows to the front, and has its link followed there.
#[cfg(unix)]
fn listen(place: Place, app: tauri::AppHandle) -> Option<Listening> {
    let show = move |call: Call| {
        let shared = app.state::<App>();
        let link = match call {
            Call::Show(link) => link,
            Call::Follow { workspace, link } => {
                let own = shared.workspace().path();
                if own.file_name() != Some(OsStr::new(&workspace)) {
                    return false;
                }
                Some(link)
            }
        };
        windows::bring_to_front(&app);
        if let Some(link) = link {
            shared.follow(link);
        }
        true
    };
    place
        .listen(show)
        .inspect_err(|error| tracing::warn!(%error, "later starts cannot show this window"))
        .ok()
}

fn explain(error: &EngineError) -> String {
    match error.next_step() {
        Some(step) => format!("{error}\n{step}"),
        None => error.to_string(),
    }
}
