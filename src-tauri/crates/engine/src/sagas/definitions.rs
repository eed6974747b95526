//! Definition files: those of a folder, and the one that ships with the program. Listed, read, checked, saved, and
//! looked at again while anybody uses sagas, so that what an editor saves counts at once.
//!
//! A file that cannot be used is listed with what is wrong, and nothing else suffers.

use super::folder::{self, File, Folders};
use crate::{
    Engine, EngineError, Notice,
    engine::{blocking, locked},
};
use saga::{Definition, DefinitionError};
use std::{
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

/// How often the folder is looked at. Asking for the times of a few files costs less than a watch of the platform,
/// which shared folders do not have.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// The definitions of the folder.
#[derive(Clone, Debug)]
pub struct SagaDefinitions {
    pub folder: PathBuf,
    pub definitions: Vec<DefinitionOverview>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefinitionOverview {
    pub name: String,
    /// `None` for one that ships with the program.
    pub file: Option<PathBuf>,
    pub problems: Vec<DefinitionProblem>,
    pub version: Option<u32>,
    pub streams: Vec<String>,
    pub steps: usize,
}

/// What is wrong with a definition, and where; places are from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefinitionProblem {
    pub line: Option<usize>,
    pub column: Option<usize>,
    pub message: String,
    pub hint: Option<String>,
}

impl From<DefinitionError> for DefinitionProblem {
    fn from(error: DefinitionError) -> Self {
        let place = error.place();
        Self {
            line: Some(place.line),
            column: Some(place.column),
            message: error.to_string(),
            hint: None,
        }
    }
}

impl DefinitionProblem {
    pub(super) fn of_file(message: String) -> Self {
        Self {
            line: None,
            column: None,
            message,
            hint: None,
        }
    }
}

/// What is known of the folder.
#[derive(Default)]
pub(crate) struct Definitions {
    folders: Folders,
    is_watched: AtomicBool,
    /// Grows when a file changed.
    revision: AtomicU64,
    seen: Mutex<Vec<folder::Mark>>,
}

impl Definitions {
    pub fn new(settings: Option<&Path>) -> Self {
        Self {
            folders: Folders::kept_in(settings),
            ..Self::default()
        }
    }
}

impl Engine {
    pub async fn saga_definitions(&self) -> Result<SagaDefinitions, EngineError> {
        self.watch_definitions();
        let engine = self.clone();
        blocking(move || {
            let folder = engine.saga_folder();
            let all = all_in(&folder);
            SagaDefinitions {
                definitions: all.iter().map(|one| one.overview.clone()).collect(),
                folder,
            }
        })
        .await
    }

    /// Grows when a definition file changed.
    pub fn definitions_revision(&self) -> u64 {
        self.definitions().revision.load(Ordering::Acquire)
    }

    /// Where the definitions are: the person's choice for this workspace, or `sagas` beside it.
    pub fn saga_folder(&self) -> PathBuf {
        self.definitions().folders.of(self.workspace())
    }

    /// Uses the definitions of another folder from now on.
    ///
    /// # Errors
    /// [`EngineError::File`] where the choice cannot be kept.
    pub async fn choose_saga_folder(&self, folder: PathBuf) -> Result<(), EngineError> {
        let engine = self.clone();
        blocking(move || {
            let kept = engine
                .definitions()
                .folders
                .choose(engine.workspace(), &folder);
            kept.map_err(|error| EngineError::File {
                path: folder,
                error,
            })?;
            engine.look_at_definitions();
            Ok(())
        })
        .await?
    }

    /// The text of a definition.
    ///
    /// # Errors
    /// [`EngineError::UnknownDefinition`]; a file that cannot be read.
    pub async fn saga_definition(&self, name: &str) -> Result<String, EngineError> {
        let (engine, name) = (self.clone(), name.to_owned());
        blocking(move || {
            let found = find(&engine.saga_folder(), &name);
            let found = found.ok_or(EngineError::UnknownDefinition(name))?;
            found
                .text
                .map_err(|problem| EngineError::Definition(problem.message))
        })
        .await?
    }

    /// What is wrong with a text; nothing for a sound definition.
    pub fn check_definition(&self, text: &str) -> Vec<DefinitionProblem> {
        let error = Definition::parse(text).err();
        error.into_iter().map(DefinitionProblem::from).collect()
    }

    /// Writes a definition to its file, or to a new one of the folder.
    ///
    /// # Errors
    /// [`EngineError::Definition`] for a name or a text that no file can have, and for one that ships with the
    /// program; [`EngineError::File`] where the file cannot be written.
    pub async fn save_definition(
        &self,
        name: &str,
        text: String,
    ) -> Result<DefinitionOverview, EngineError> {
        let (engine, name) = (self.clone(), name.to_owned());
        blocking(move || {
            let folder = engine.saga_folder();
            let known = find(&folder, &name);
            if known
                .as_ref()
                .is_some_and(|known| known.overview.file.is_none())
            {
                let why = format!("{name} ships with the program: save it under another name");
                return Err(EngineError::Definition(why));
            }
            if text.len() > saga::MAX_DEFINITION_BYTES {
                let bytes = text.len();
                let error = DefinitionError::TooLarge { bytes };
                return Err(EngineError::Definition(error.to_string()));
            }
            let file = known.and_then(|known| known.overview.file);
            let file = match file {
                Some(file) => file,
                None => folder::new_file(&folder, &name).ok_or_else(|| {
                    EngineError::Definition("give the saga a name of letters or digits".to_owned())
                })?,
            };
            folder::write(&file, &text).map_err(|error| EngineError::File {
                path: file.clone(),
                error,
            })?;
            engine.look_at_definitions();
            Ok(Known::of_text(Some(file), text).overview)
        })
        .await?
    }

    /// Looks at the folder from time to time, from the first question about sagas on.
    fn watch_definitions(&self) {
        let definitions = self.definitions();
        if definitions.is_watched.swap(true, Ordering::AcqRel) {
            return;
        }
        *locked(&definitions.seen) = folder::marks(&self.saga_folder());
        let engine = self.downgrade();
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(LOOK_EVERY).await;
                let Some(engine) = engine.upgrade() else {
                    return;
                };
                // the program is ending where this fails
                if blocking(move || engine.look_at_definitions())
                    .await
                    .is_err()
                {
                    return;
                }
            }
        });
    }

    /// Tells of changed files, and closes the boards of what they said before.
    fn look_at_definitions(&self) {
        let folder = self.saga_folder();
        let marks = folder::marks(&folder);
        {
            let mut seen = locked(&self.definitions().seen);
            if *seen == marks {
                return;
            }
            *seen = marks;
        }
        self.definitions().revision.fetch_add(1, Ordering::AcqRel);
        if !self.boards().is_empty() {
            let all = all_in(&folder);
            self.boards().close_changed(|name| {
                let found = all.iter().find(|known| known.overview.name == name);
                found.and_then(|known| known.text.clone().ok())
            });
        }
        self.notices().send(Notice::Sagas);
    }
}

/// A definition as it was found.
struct Known {
    overview: DefinitionOverview,
    text: Result<String, DefinitionProblem>,
}

impl Known {
    fn of_text(file: Option<PathBuf>, text: String) -> Self {
        let overview = match Definition::parse(&text) {
            Ok(definition) => DefinitionOverview {
                name: definition.name.clone(),
                file,
                problems: Vec::new(),
                version: Some(definition.version),
                streams: definition.streams.clone(),
                steps: definition.steps.len(),
            },
            Err(error) => broken(file, error.into()),
        };
        Self {
            overview,
            text: Ok(text),
        }
    }

    fn of_file(File { path, text }: File) -> Self {
        match text {
            Ok(text) => Self::of_text(Some(path), text),
            Err(problem) => Self {
                overview: broken(Some(path), problem.clone()),
                text: Err(problem),
            },
        }
    }
}

/// One that cannot be used goes by its file's name.
fn broken(file: Option<PathBuf>, problem: DefinitionProblem) -> DefinitionOverview {
    DefinitionOverview {
        name: file.as_deref().map_or_else(String::new, folder::name_of),
        file,
        problems: vec![problem],
        version: None,
        streams: Vec::new(),
        steps: 0,
    }
}

/// The shipped one first, then those of the folder by their files' names. Of several with one name, the first counts
/// and the others go by their files.
fn all_in(folder: &Path) -> Vec<Known> {
    let mut all = vec![Known::of_text(None, saga::DEMO.to_owned())];
    for file in folder::files(folder) {
        let mut known = Known::of_file(file);
        let is_taken = |name: &str| all.iter().any(|other| other.overview.name == name);
        if is_taken(&known.overview.name) {
            let name = std::mem::take(&mut known.overview.name);
            known
                .overview
                .problems
                .push(DefinitionProblem::of_file(format!(
                    "another definition has the name {name}; give this one a name of its own"
                )));
            let file = known.overview.file.as_deref();
            let by_file = file.map_or_else(String::new, folder::name_of);
            known.overview.name = if is_taken(&by_file) {
                file.map_or_else(String::new, |file| file.display().to_string())
            } else {
                by_file
            };
        }
        all.push(known);
    }
    all
}

fn find(folder: &Path, name: &str) -> Option<Known> {
    let mut all = all_in(folder).into_iter();
    all.find(|known| known.overview.name == name)
}
