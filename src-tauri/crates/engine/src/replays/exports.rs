//! Records into a file that a person chose, in the background: how far it is can be asked, and it can be cancelled. The file
//! appears once it is whole; one that was there before stays as it was until then.

use super::{WantedRecords, setup::pin};
use crate::{
    Engine, EngineError, Masks,
    engine::{blocking, locked},
    shown,
};
use exchange::{
    CapturedPut, ExportedRecord, PutOperation, record_head, record_line, record_row,
    write_captured_put,
};
use record::{Millis, ShardId, StreamName};
use replay::{PinnedSelection, ReplayError, shard_names};
use std::{
    collections::BTreeMap,
    fs, io,
    io::Write,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};
use store::{Payloads, Store, WalkedRecord};
use tokio::task::JoinHandle;

/// Of those that ended, so many are remembered.
const MOST_ENDED: usize = 32;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordFormat {
    /// An object a line.
    Lines,
    Csv,
    /// As captures are written, so that it can be imported again.
    Capture,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExportId(pub u32);

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExportState {
    Running,
    Written,
    Cancelled,
    /// Why.
    Failed(String),
}

/// How an export stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportOverview {
    pub id: ExportId,
    pub path: PathBuf,
    /// Records that are written so far.
    pub records: u64,
    pub state: ExportState,
}

#[derive(Default)]
pub(crate) struct Exports(Mutex<Begun>);

#[derive(Default)]
struct Begun {
    so_far: u32,
    jobs: BTreeMap<ExportId, Arc<Job>>,
}

struct Job {
    id: ExportId,
    path: PathBuf,
    records: AtomicU64,
    is_cancelled: AtomicBool,
    state: Mutex<ExportState>,
    work: Mutex<Option<JoinHandle<()>>>,
}

/// What a file is made of.
struct Source {
    store: Store,
    selection: PinnedSelection,
    format: RecordFormat,
    masks: Masks,
}

impl Engine {
    /// Begins to write the records to a file, as they may be shown now. What arrives later is not among them.
    ///
    /// # Errors
    /// A filter that cannot be read; an unknown capture. What goes wrong later is told by [`Self::export`].
    pub async fn start_export(
        &self,
        wanted: WantedRecords,
        format: RecordFormat,
        path: PathBuf,
    ) -> Result<ExportOverview, EngineError> {
        let (store, clock) = (self.store().clone(), self.clock());
        let selection = blocking(move || pin(&store, &wanted, clock)).await??;
        let source = Source {
            store: self.store().clone(),
            selection,
            format,
            masks: self.masks(),
        };
        let job = self.replays().exports.begin(path);
        let working = Arc::clone(&job);
        let work = tokio::task::spawn_blocking(move || working.run(&source));
        *locked(&job.work) = Some(work);
        Ok(job.overview())
    }

    /// # Errors
    /// [`EngineError::UnknownExport`] where it ended long ago.
    pub fn export(&self, id: ExportId) -> Result<ExportOverview, EngineError> {
        Ok(self.replays().exports.get(id)?.overview())
    }

    /// Nothing is left of the file. One that is written already stays.
    ///
    /// # Errors
    /// As [`Self::export`].
    pub fn cancel_export(&self, id: ExportId) -> Result<(), EngineError> {
        self.replays().exports.get(id)?.cancel();
        Ok(())
    }
}

impl Exports {
    fn begin(&self, path: PathBuf) -> Arc<Job> {
        let mut begun = locked(&self.0);
        begun.so_far += 1;
        let job = Arc::new(Job::new(ExportId(begun.so_far), path));
        begun.jobs.insert(job.id, Arc::clone(&job));
        let ended = begun.jobs.values().filter(|job| !job.is_running());
        let ended: Vec<ExportId> = ended.map(|job| job.id).collect();
        for id in ended.iter().take(ended.len().saturating_sub(MOST_ENDED)) {
            begun.jobs.remove(id);
        }
        job
    }

    fn get(&self, id: ExportId) -> Result<Arc<Job>, EngineError> {
        let job = locked(&self.0).jobs.get(&id).cloned();
        job.ok_or(EngineError::UnknownExport)
    }

    /// Ends all of them, and waits until nothing is left of their files.
    pub async fn end_all(&self) {
        self.cancel_all();
        let works: Vec<_> = {
            let begun = locked(&self.0);
            let jobs = begun.jobs.values();
            jobs.filter_map(|job| locked(&job.work).take()).collect()
        };
        for work in works {
            // what it has to say it said by its state
            let _ = work.await;
        }
    }

    /// Nothing goes on that nobody can ask for any more.
    fn cancel_all(&self) {
        for job in locked(&self.0).jobs.values() {
            job.cancel();
        }
    }
}

impl Drop for Exports {
    fn drop(&mut self) {
        self.cancel_all();
    }
}

impl Job {
    fn new(id: ExportId, path: PathBuf) -> Self {
        Self {
            id,
            path,
            records: AtomicU64::new(0),
            is_cancelled: AtomicBool::new(false),
            state: Mutex::new(ExportState::Running),
            work: Mutex::new(None),
        }
    }

    fn cancel(&self) {
        self.is_cancelled.store(true, Ordering::Relaxed);
    }

    fn is_running(&self) -> bool {
        *locked(&self.state) == ExportState::Running
    }

    fn overview(&self) -> ExportOverview {
        ExportOverview {
            id: self.id,
            path: self.path.clone(),
            records: self.records.load(Ordering::Relaxed),
            state: locked(&self.state).clone(),
        }
    }

    fn run(&self, source: &Source) {
        let ending = Ending(self);
        let end = match self.fill(source) {
            Ok(true) => ExportState::Written,
            Ok(false) => ExportState::Cancelled,
            Err(error) => ExportState::Failed(error.to_string()),
        };
        ending.with(end);
    }

    /// Whether it came to its end.
    fn fill(&self, source: &Source) -> Result<bool, EngineError> {
        let failed = |error| EngineError::File {
            path: self.path.clone(),
            error,
        };
        let names = shard_names(&source.store)?;
        let mut reader = source.selection.read(&source.store, Payloads::With)?;
        let mut file = Beside::make(&self.path, self.id).map_err(failed)?;
        if source.format == RecordFormat::Csv {
            let head = record_head().map_err(ReplayError::from)?;
            file.out.write_all(head.as_bytes()).map_err(failed)?;
        }
        while !self.is_cancelled.load(Ordering::Relaxed) {
            let Some(selected) = reader.next_record()? else {
                file.put_in_place().map_err(failed)?;
                return Ok(true);
            };
            let shard = selected.record.id.shard();
            let place = names.get(&shard).ok_or(ReplayError::UnknownShard(shard))?;
            let line = source.line(&selected.record, place)?;
            file.out.write_all(line.as_bytes()).map_err(failed)?;
            self.records.fetch_add(1, Ordering::Relaxed);
        }
        Ok(false)
    }
}

/// Says how a job ended, also where a fault of the program ended it.
struct Ending<'a>(&'a Job);

impl Ending<'_> {
    fn with(self, state: ExportState) {
        *locked(&self.0.state) = state;
    }
}

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        let mut state = locked(&self.0.state);
        if *state == ExportState::Running {
            *state = ExportState::Failed("a fault of the program ended it".to_owned());
        }
    }
}

/// A file beside the one that was chosen, until it is whole: nothing is left of it where it does not get that far.
struct Beside {
    path: PathBuf,
    goes_to: PathBuf,
    out: io::BufWriter<fs::File>,
}

impl Beside {
    fn make(chosen: &Path, id: ExportId) -> io::Result<Self> {
        // a link to a file stays one
        let goes_to = fs::canonicalize(chosen).unwrap_or_else(|_| chosen.to_owned());
        let mut name = goes_to.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}-{}.new", std::process::id(), id.0));
        let path = goes_to.with_file_name(name);
        let out = io::BufWriter::new(fs::File::create_new(&path)?);
        Ok(Self { path, goes_to, out })
    }

    /// Whoever could read the file that was there can read this one, and nobody else.
    fn put_in_place(mut self) -> io::Result<()> {
        self.out.flush()?;
        let file = self.out.get_ref();
        if let Ok(before) = fs::metadata(&self.goes_to) {
            file.set_permissions(before.permissions())?;
        }
        file.sync_all()?;
        fs::rename(&self.path, &self.goes_to)
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        // it is not there any more once it was put in its place
        let _ = fs::remove_file(&self.path);
    }
}

impl Source {
    fn line(
        &self,
        record: &WalkedRecord,
        (stream, shard): &(StreamName, ShardId),
    ) -> Result<String, EngineError> {
        let data = shown(&record.payload, &self.masks);
        let key = record.partition_key.as_deref().unwrap_or_default();
        let key = self.masks.key(key);
        let sequence = record.sequence.to_string();
        let plain = ExportedRecord {
            arrival: &time(record.arrival),
            stream: stream.as_str(),
            shard: shard.as_str(),
            sequence: &sequence,
            sub: record.sub,
            partition_key: &key,
            data: &data,
        };
        let line = match self.format {
            RecordFormat::Lines => record_line(&plain),
            RecordFormat::Csv => record_row(&plain),
            RecordFormat::Capture => write_captured_put(&CapturedPut {
                operation: PutOperation::PutRecords,
                arrival: record.arrival,
                stream: stream.to_string(),
                partition_key: key.into_owned(),
                data: data.into_owned(),
                explicit_hash_key: record.explicit_hash_key,
                sequence_number: sequence,
                shard_id: shard.to_string(),
            }),
        };
        Ok(line.map_err(ReplayError::from)?)
    }
}

/// To the millisecond.
fn time(at: Millis) -> String {
    jiff::Timestamp::from_millisecond(at.0)
        .map_or_else(|_| at.0.to_string(), |at| format!("{at:.3}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use query::Clock;

    #[test]
    fn one_that_is_cancelled_leaves_the_file_as_it_was_and_nothing_beside_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("work.kscope")).expect("a workspace");
        let everything = WantedRecords {
            captures: Vec::new(),
            chosen: super::super::WantedChoice::Time {
                from: None,
                until: None,
            },
        };
        let clock = Clock::from(Millis(0));
        let source = Source {
            selection: pin(&store, &everything, clock).expect("a selection"),
            store,
            format: RecordFormat::Csv,
            masks: Masks::default(),
        };
        let made = tempfile::tempdir().expect("a folder");
        let path = made.path().join("records.csv");
        fs::write(&path, "of before").expect("written");
        let job = Job::new(ExportId(1), path.clone());
        job.cancel();
        job.run(&source);
        assert_eq!(job.overview().state, ExportState::Cancelled);
        assert_eq!(fs::read_to_string(&path).expect("the file"), "of before");

        let job = Job::new(ExportId(2), path.clone());
        job.run(&source);
        assert_eq!(job.overview().state, ExportState::Written);
        let text = fs::read_to_string(&path).expect("the file");
        assert!(text.starts_with("arrival,"), "{text}");
        assert_eq!(fs::read_dir(made.path()).expect("a folder").count(), 1);
    }

    #[test]
    fn those_that_run_are_remembered_and_of_the_others_the_last() {
        let exports = Exports::default();
        let running = exports.begin(PathBuf::from("running.csv"));
        for _ in 0..2 * MOST_ENDED {
            let job = exports.begin(PathBuf::from("ended.csv"));
            *locked(&job.state) = ExportState::Written;
        }
        assert!(exports.get(running.id).is_ok());
        assert!(matches!(
            exports.get(ExportId(2)),
            Err(EngineError::UnknownExport)
        ));
        assert!(exports.get(ExportId(2 * MOST_ENDED as u32 + 1)).is_ok());
        exports.cancel_all();
        assert!(running.is_cancelled.load(Ordering::Relaxed));
    }
}
