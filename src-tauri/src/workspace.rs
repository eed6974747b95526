//! The workspace that the window shows: the one that the program was started for, until a person salvaged it into another file.

use crate::{Options, settings_file};
use engine::{
    Choice, ConnectionSource, Engine, EngineError, EngineOptions, Salvaged, TrustedEndpoints,
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
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
        let damaged = self.path();
        let salvaged = Engine::salvage(damaged.clone(), into.clone()).await?;
        remember(
            settings_file::of_person(FILE_NAME).as_deref(),
            &damaged,
            &into,
        );
        self.shown().path = into;
        Ok(salvaged)
    }

    /// The file that what was whole in this one was salvaged into before: whoever starts the program as ever has the damaged
    /// one again.
    pub fn salvaged_before(&self) -> Option<PathBuf> {
        remembered(settings_file::of_person(FILE_NAME).as_deref(), &self.path())
    }

    /// That file is the one to be opened from now on; an open one is closed. Nothing happens where there is none.
    pub async fn go_to_salvaged(&self) -> Option<()> {
        let _turn = self.turn.lock().await;
        let salvaged = self.salvaged_before()?;
        let open = self.shown().engine.take();
        if let Some(engine) = open {
            engine.close().await;
        }
        self.shown().path = salvaged;
        Some(())
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

const FILE_NAME: &str = "salvaged.json";
const WHAT: &str = "what was salvaged";
/// The path of a damaged workspace, and that of the file which what was whole in it is in.
type SalvagedFiles = BTreeMap<PathBuf, PathBuf>;

fn remember(file: Option<&Path>, damaged: &Path, into: &Path) {
    let Some(file) = file else { return };
    let mut all: SalvagedFiles = settings_file::read(file, WHAT).unwrap_or_default();
    // what is gone needs no memory
    all.retain(|_, salvaged| salvaged.is_file());
    all.insert(whole(damaged), whole(into));
    settings_file::keep(file, &all, WHAT);
}

fn remembered(file: Option<&Path>, damaged: &Path) -> Option<PathBuf> {
    let mut all: SalvagedFiles = settings_file::read(file?, WHAT)?;
    all.remove(&whole(damaged)).filter(|path| path.is_file())
}

/// The same for every way of naming a file that is there.
fn whole(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// The file that the program was started for.
pub(crate) fn path_of(options: &Options) -> PathBuf {
    let named = options.workspace.clone();
    named.unwrap_or_else(EngineOptions::default_workspace)
}

#[cfg(test)]
mod tests {
    use super::{remember, remembered};
    use std::fs;

    #[test]
    fn where_the_rest_of_a_damaged_workspace_is_is_known_at_the_next_start() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        let kept = at("salvaged.json");
        let (damaged, other) = (at("work.kscope"), at("other.kscope"));
        let (first, second) = (at("first.kscope"), at("second.kscope"));
        for path in [&damaged, &other, &first, &second] {
            fs::write(path, "").expect("a file");
        }
        assert_eq!(remembered(Some(&kept), &damaged), None);
        remember(Some(&kept), &damaged, &first);
        remember(Some(&kept), &damaged, &second);
        let before = remembered(Some(&kept), &folder.path().join("./work.kscope"));
        assert_eq!(before, second.canonicalize().ok());
        assert_eq!(remembered(Some(&kept), &other), None);

        fs::remove_file(&second).expect("it was moved");
        assert_eq!(remembered(Some(&kept), &damaged), None, "it is gone");
        remember(None, &damaged, &first);
        assert_eq!(remembered(None, &damaged), None);
    }
}
