//! The workspace that the window shows: the one that the program was started for, until a person salvaged it into another file.

use crate::Options;
use engine::{
    Choice, ConnectionSource, Engine, EngineError, EngineOptions, Salvaged, TrustedEndpoints,
};
use std::{
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Opened by the first question, and once more after a salvage.
pub(crate) struct Workspace {
    options: Options,
    /// One opening or salvage at a time.
    turn: tokio::sync::Mutex<()>,
    shown: Mutex<Shown>,
}

struct Shown {
    path: PathBuf,
    /// As long as the program lives, for commands borrow it: one for the workspace, and one more for each salvage.
    engine: Option<&'static Engine>,
}

impl Workspace {
    pub fn of(options: Options) -> Self {
        let shown = Shown {
            path: path_of(&options),
            engine: None,
        };
        Self {
            options,
            turn: tokio::sync::Mutex::default(),
            shown: Mutex::new(shown),
        }
    }

    pub fn options(&self) -> &Options {
        &self.options
    }

    /// What is open.
    pub fn engine(&self) -> Option<&'static Engine> {
        self.shown().engine
    }

    /// The file, open or not.
    pub fn path(&self) -> PathBuf {
        self.shown().path.clone()
    }

    /// Opens it, unless that is done.
    ///
    /// # Errors
    /// Why the workspace, or the demo, cannot be opened.
    pub async fn open(&self) -> Result<&'static Engine, EngineError> {
        let _turn = self.turn.lock().await;
        if let Some(engine) = self.engine() {
            return Ok(engine);
        }
        let engine: &'static Engine = Box::leak(Box::new(self.opened().await?));
        self.shown().engine = Some(engine);
        Ok(engine)
    }

    /// Closes it, if it is open, and takes what is whole in it over into a new file, which is the one to be opened from then
    /// on. The damaged one is only read.
    ///
    /// # Errors
    /// [`EngineError::Store`] with nothing left at `into`; the damaged one is then still the one to be opened.
    pub async fn salvage(&self, into: PathBuf) -> Result<Salvaged, EngineError> {
        let _turn = self.turn.lock().await;
        let open = self.shown().engine.take();
        if let Some(engine) = open {
            engine.close().await;
        }
        let salvaged = Engine::salvage(self.path(), into.clone()).await?;
        self.shown().path = into;
        Ok(salvaged)
    }

    fn shown(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn opened(&self) -> Result<Engine, EngineError> {
        let workspace = self.path();
        let trusted = TrustedEndpoints::of_person();
        let engine = Engine::open_trusting(EngineOptions { workspace }, trusted).await?;
        if self.options.demo {
            let demo = Choice {
                source: ConnectionSource::Demo,
                region: None,
                endpoint: None,
            };
            if let Err(error) = engine.open_connection(demo).await {
                engine.close().await;
                return Err(error);
            }
        }
        Ok(engine)
    }
}

/// The file that the program was started for.
pub(crate) fn path_of(options: &Options) -> PathBuf {
    let named = options.workspace.clone();
    named.unwrap_or_else(EngineOptions::default_workspace)
}
