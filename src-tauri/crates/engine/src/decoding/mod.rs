//! How a stream's records are to be read: the layers that a person pinned for it, and the schemas that a person chose
//! files for.
//!
//! They are the person's and not the workspace's: a schema is often confidential, and a workspace is handed on; and a pin
//! holds for every capture of the stream. They are kept in one private file with what the chosen files said, so
//! that a file that is moved changes nothing. Pins are kept by the stream's ARN, which says the same of a stream that was
//! created again. A registry is asked only where a person chose it for the stream; what it said is kept here, too.

mod asking;
mod fetched;
mod fetching;
mod reading;
mod registries;
mod schemas;

pub use asking::{RegistryFault, SchemaFailure, SchemaStanding};
pub(crate) use fetching::Missing;
pub use fetching::SchemaReport;
pub(crate) use reading::{Reading, reading_of};
pub use registries::{RegistryQuestion, SchemaRegistry, WantedRegistry};
pub use schemas::{SchemaKind, SchemaOverview};

use crate::{
    Engine, EngineError,
    engine::{blocking, locked},
    private_file::Personal,
};
use asking::Asked;
use decode::{Pipeline, SchemaId, Step};
use fetched::Fetched;
use schemas::KeptSchema;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

const WHAT: &str = "the pinned layers and schemas";
const FILE_NAME: &str = "decoding.json";
const MOST_PINS: usize = 1_000;
/// As many as are looked for in a record (`decode::Budget`).
const MOST_STEPS: usize = 12;

/// How a stream is read, and what there is to choose from.
#[derive(Clone, Debug)]
pub struct StreamDecoding {
    pub pipeline: Pipeline,
    pub schemas: Vec<SchemaOverview>,
    /// Nothing: nobody is asked.
    pub registry: Option<SchemaRegistry>,
    /// It has no user, or its password was given in this run.
    pub is_signed_in: bool,
}

/// A password. It is written nowhere.
struct Secret(String);

/// The file, as it is written.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct Written {
    /// By the streams' ARNs.
    pins: BTreeMap<String, Vec<Step>>,
    schemas: Vec<KeptSchema>,
    /// By the streams' ARNs.
    registries: BTreeMap<String, SchemaRegistry>,
    fetched: Vec<Fetched>,
}

pub(crate) struct Decoding {
    kept: Personal<Written>,
    /// Nothing: not read yet.
    reading: Mutex<Option<Arc<Reading>>>,
    asked: Mutex<Asked>,
    /// By registry, for this run.
    passwords: Mutex<BTreeMap<String, Secret>>,
}

impl Decoding {
    pub fn new(folder: Option<&Path>) -> Self {
        Self {
            kept: Personal::new(folder, FILE_NAME, WHAT),
            reading: Mutex::default(),
            asked: Mutex::default(),
            passwords: Mutex::default(),
        }
    }

    fn sign_in(&self, registry: &str, password: Option<Secret>) {
        let mut passwords = locked(&self.passwords);
        match password {
            Some(password) => passwords.insert(registry.to_owned(), password),
            None => passwords.remove(registry),
        };
    }

    fn password(&self, registry: &str) -> Option<String> {
        let passwords = locked(&self.passwords);
        passwords.get(registry).map(|Secret(text)| text.clone())
    }

    fn overview(&self, stream_arn: &str) -> StreamDecoding {
        let reading = self.reading();
        let registry = reading.registry(stream_arn).cloned();
        let is_signed_in = registry.as_ref().is_none_or(|registry| {
            registry.user().is_none() || self.password(&registry.key()).is_some()
        });
        StreamDecoding {
            pipeline: reading.pipeline(stream_arn),
            schemas: reading.overviews(stream_arn),
            registry,
            is_signed_in,
        }
    }

    /// Reads a file, the first time.
    pub fn reading(&self) -> Arc<Reading> {
        let mut reading = locked(&self.reading);
        Arc::clone(reading.get_or_insert_with(|| Arc::new(Reading::new(self.kept.read(), 0))))
    }

    /// Another program of the same person may have written meanwhile: what is read afterwards is what was kept.
    fn change<T>(
        &self,
        change: impl FnOnce(&mut Written) -> Result<T, EngineError>,
    ) -> Result<T, EngineError> {
        let mut reading = locked(&self.reading);
        let (answer, written) = self.kept.change(|written| {
            let answer = change(written)?;
            Ok((answer, written.clone()))
        })?;
        let before = reading.as_ref().map_or(0, |reading| reading.revision);
        *reading = Some(Arc::new(Reading::new(written, before + 1)));
        Ok(answer)
    }
}

impl Engine {
    /// # Errors
    /// Never, while the engine runs.
    pub async fn stream_decoding(&self, stream_arn: String) -> Result<StreamDecoding, EngineError> {
        let engine = self.clone();
        blocking(move || engine.decoding().overview(&stream_arn)).await
    }

    /// Reads the stream's records by these layers from now on, or each by its content.
    ///
    /// # Errors
    /// [`EngineError::Input`] for no layer, too many, or one behind a format, which is the last.
    pub async fn pin_decoding(
        &self,
        stream_arn: String,
        pipeline: Pipeline,
    ) -> Result<StreamDecoding, EngineError> {
        if let Pipeline::Pinned(steps) = &pipeline {
            check(steps)?;
        }
        self.change_decoding(stream_arn.clone(), move |written| match pipeline {
            Pipeline::Auto => {
                written.pins.remove(&stream_arn);
                Ok(())
            }
            Pipeline::Pinned(steps) => {
                written.pins.insert(stream_arn, steps);
                if written.pins.len() > MOST_PINS {
                    let message = format!("{MOST_PINS} streams have pins: take one away first");
                    return Err(EngineError::Input(message));
                }
                Ok(())
            }
        })
        .await
    }

    /// Keeps what these files say as one schema, in the place of one of the same name: an Avro schema, an encoded
    /// descriptor set, or .proto files that may import each other. It is known by `id`, or else by its file.
    ///
    /// The caller answers for that a person chose the files.
    ///
    /// # Errors
    /// [`EngineError::File`] where one cannot be read; [`EngineError::Input`] where it is no schema.
    pub async fn add_schema(
        &self,
        files: Vec<PathBuf>,
        id: Option<SchemaId>,
    ) -> Result<SchemaOverview, EngineError> {
        let engine = self.clone();
        blocking(move || {
            let schema = KeptSchema::from_files(&files, id)?;
            let overview = schema.overview();
            engine.decoding().change(|written| {
                written.schemas.retain(|known| known.id != schema.id);
                schemas::require_room(&written.schemas, &schema)?;
                written.schemas.push(schema);
                written.schemas.sort_by(|a, b| a.id.cmp(&b.id));
                Ok(())
            })?;
            engine.read_anew();
            Ok(overview)
        })
        .await?
    }

    /// What a registry said is asked for again when a record names it. Forgetting what is not there is no error. A pin that names it says so where a record is opened.
    pub async fn forget_schema(
        &self,
        stream_arn: String,
        id: SchemaId,
    ) -> Result<StreamDecoding, EngineError> {
        self.change_decoding(stream_arn.clone(), move |written| {
            let key = written.registries.get(&stream_arn).map(SchemaRegistry::key);
            let is_it = |fetched: &Fetched| {
                fetched.schema.id == id && key.as_deref() == Some(&*fetched.registry)
            };
            written.schemas.retain(|known| known.id != id);
            written.fetched.retain(|fetched| !is_it(fetched));
            Ok(())
        })
        .await
    }

    /// What was judged of records as they were read before is not what they say now.
    fn read_anew(&self) {
        self.store().read_anew();
        self.notices().grew();
        self.boards().close_all();
        self.notices().sagas();
    }

    async fn change_decoding(
        &self,
        stream_arn: String,
        change: impl FnOnce(&mut Written) -> Result<(), EngineError> + Send + 'static,
    ) -> Result<StreamDecoding, EngineError> {
        let engine = self.clone();
        blocking(move || {
            engine.decoding().change(change)?;
            engine.read_anew();
            Ok(engine.decoding().overview(&stream_arn))
        })
        .await?
    }
}

fn check(steps: &[Step]) -> Result<(), EngineError> {
    let refused = |message: String| Err(EngineError::Input(message));
    if steps.is_empty() || steps.len() > MOST_STEPS {
        return refused(format!("1 to {MOST_STEPS} layers can be pinned"));
    }
    let (_, before) = steps.split_last().unwrap_or((&steps[0], &[]));
    if before.iter().any(|step| step.layer.is_format()) {
        return refused("a format is the last layer".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use decode::LayerKind;

    #[test]
    fn a_format_is_last_and_there_is_a_layer() {
        let steps = |kinds: &[LayerKind]| -> Vec<Step> {
            kinds.iter().map(|kind| Step::new(*kind)).collect()
        };
        assert!(check(&steps(&[LayerKind::Gzip, LayerKind::Json])).is_ok());
        assert!(check(&steps(&[LayerKind::Gzip])).is_ok());
        assert!(check(&steps(&[])).is_err());
        assert!(check(&steps(&[LayerKind::Json, LayerKind::Gzip])).is_err());
        assert!(check(&steps(&[LayerKind::Gzip; MOST_STEPS + 1])).is_err());
    }

    #[test]
    fn two_programs_of_one_person_lose_nothing_of_each_other() {
        let folder = tempfile::tempdir().expect("a folder");
        let pin = |decoding: &Decoding, arn: &str| {
            decoding
                .change(|written| {
                    let steps = vec![Step::new(LayerKind::Gzip)];
                    written.pins.insert(arn.to_owned(), steps);
                    Ok(())
                })
                .expect("kept");
        };
        let (one, other) = (
            Decoding::new(Some(folder.path())),
            Decoding::new(Some(folder.path())),
        );
        assert_eq!(other.reading().pipeline("arn:a"), Pipeline::Auto);
        pin(&one, "arn:a");
        pin(&other, "arn:b");
        assert_ne!(other.reading().pipeline("arn:a"), Pipeline::Auto);
        let later = Decoding::new(Some(folder.path()));
        assert_ne!(later.reading().pipeline("arn:b"), Pipeline::Auto);
        std::fs::write(folder.path().join(FILE_NAME), "[1").expect("damaged");
        let damaged = Decoding::new(Some(folder.path()));
        assert_eq!(damaged.reading().pipeline("arn:b"), Pipeline::Auto);
    }
}
