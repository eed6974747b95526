//! The thread that keeps the search text: behind the writer, which it never makes wait.
//!
//! It reads blocks that are sealed and durable, and writes files that may be deleted at any time. Where it fails
//! the blocks are searched without it.

use super::{
    build::{BlockText, NewSegment, UNFINISHED},
    catalog::LiveBlock,
    gone::Gone,
    library::{Holdings, Library},
    plan::{self, Block, FILE_PERCENT, Next, SearchLimits, Size},
    segment::Segment,
    words::MAX_ROWS,
};
use crate::{
    StoreError,
    blocks::{self, RawBlock},
    connect::Readers,
    files,
    readings::Readings,
    writer::queue::Queue,
};
use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

const FINISHED: &str = "text";
/// While the writer has work, this thread rests so many times as long as it worked.
const RESTS: u32 = 7;
/// After a failure, such as a full disk.
const AFTER_FAILURE: Duration = Duration::from_mins(1);
/// Commits come many times a second: it looks at what several did.
const GATHERING: Duration = Duration::from_millis(250);
/// Blocks are read in small groups: a long reading would keep the write-ahead log from being put away.
const BLOCKS_PER_SNAPSHOT: usize = 8;

/// The running thread; stops when it is dropped.
#[derive(Debug)]
pub(crate) struct Indexer {
    wake: SyncSender<()>,
    is_stopping: Arc<AtomicBool>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// Tells the indexer that there are new blocks. Never waits.
pub(crate) type Wake = Box<dyn Fn() + Send>;

impl Indexer {
    pub fn start(
        workspace: &Path,
        (library, readings): (Arc<Library>, Arc<Readings>),
        queue: Arc<Queue>,
        limits: SearchLimits,
    ) -> std::io::Result<Self> {
        let (wake, woken) = sync_channel(1);
        let is_stopping = Arc::new(AtomicBool::new(false));
        let work = Work {
            folder: files::beside(workspace, "-search"),
            readers: Readers::new(workspace),
            library,
            readings,
            queue,
            limits,
            is_stopping: Arc::clone(&is_stopping),
            file_percent: FILE_PERCENT,
            next_file: 0,
            unreadable: HashSet::new(),
            gone: Gone::default(),
        };
        let thread = thread::Builder::new()
            .name("store-search".into())
            .spawn(move || work.run(&woken))?;
        Ok(Self {
            wake,
            is_stopping,
            thread: Mutex::new(Some(thread)),
        })
    }

    pub fn waker(&self) -> Wake {
        let wake = self.wake.clone();
        Box::new(move || {
            let _ = wake.try_send(());
        })
    }

    /// Ends the thread, with its connection to the database.
    pub fn stop(&self) {
        self.is_stopping.store(true, Ordering::Release);
        let _ = self.wake.try_send(());
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread.filter(|thread| thread.thread().id() != thread::current().id())
        {
            let _ = thread.join();
        }
    }
}

impl Drop for Indexer {
    fn drop(&mut self) {
        self.stop();
    }
}

struct Work {
    folder: PathBuf,
    readers: Readers,
    library: Arc<Library>,
    readings: Arc<Readings>,
    queue: Arc<Queue>,
    limits: SearchLimits,
    is_stopping: Arc<AtomicBool>,
    file_percent: u64,
    next_file: u64,
    /// Blocks that are damaged: a search that comes to them says so.
    unreadable: HashSet<i64>,
    gone: Gone,
}

impl Work {
    fn run(mut self, woken: &Receiver<()>) {
        self.load(woken);
        while !self.is_stopping() {
            match self.step(woken) {
                Ok(true) => {}
                Ok(false) => {
                    if woken.recv().is_err() {
                        return;
                    }
                    self.pause(woken, GATHERING);
                }
                Err(error) => {
                    tracing::warn!(%error, "search text is not kept up to date; searches read the records instead");
                    self.pause(woken, AFTER_FAILURE);
                }
            }
        }
    }

    fn is_stopping(&self) -> bool {
        self.is_stopping.load(Ordering::Acquire)
    }

    fn pause(&self, woken: &Receiver<()>, pause: Duration) {
        let until = Instant::now() + pause;
        while !self.is_stopping() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() || woken.recv_timeout(left) == Err(RecvTimeoutError::Disconnected) {
                return;
            }
        }
    }

    /// Lets the writer go first.
    fn rest(&self, worked_since: Instant, woken: &Receiver<()>) {
        if self.queue.is_busy() {
            self.pause(woken, worked_since.elapsed() * RESTS);
        }
    }

    /// Takes in what an earlier run left: whole files; the others are removed.
    fn load(&mut self, woken: &Receiver<()>) {
        let Ok(entries) = fs::read_dir(&self.folder) else {
            return;
        };
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        let mut found: Vec<PathBuf> = paths.collect();
        found.sort_unstable_by(|a, b| b.cmp(a));
        for path in found {
            if path
                .extension()
                .is_some_and(|extension| extension == UNFINISHED)
            {
                let _ = fs::remove_file(&path);
            }
            let Some(number) = number_of(&path) else {
                continue;
            };
            self.next_file = self.next_file.max(number + 1);
            match self.verified(&path, woken) {
                Ok(segment) => {
                    self.library.change(segment, &[]);
                }
                Err(error) => {
                    tracing::warn!(%error, "search text is made again");
                    let _ = fs::remove_file(&path);
                }
            }
        }
    }

    /// Nothing if the thread is to stop.
    fn verified(&self, path: &Path, woken: &Receiver<()>) -> Result<Option<Segment>, StoreError> {
        let segment = Segment::open(path)?;
        let torn = || StoreError::damaged("a file of search text does not match its sums");
        let opened = segment.opened().ok_or_else(torn)?;
        for piece in &segment.pieces {
            if self.is_stopping() {
                return Ok(None);
            }
            let started = Instant::now();
            if !opened.is_sound(piece) {
                return Err(torn());
            }
            self.rest(started, woken);
        }
        Ok(Some(segment))
    }

    /// Does one thing; says whether there may be more.
    fn step(&mut self, woken: &Receiver<()>) -> Result<bool, StoreError> {
        let holdings = self.library.holdings();
        let snapshot = self.readers.snapshot()?;
        let catalog = self.library.catalog(&snapshot)?;
        self.gone.look(&snapshot)?;
        let sizes = holdings.segments.iter().map(|segment| {
            Ok(Size {
                file_bytes: segment.file_bytes,
                rows: segment.rows(),
                has_deleted: self.gone.is_in(segment, &catalog, &snapshot)?,
            })
        });
        let sizes: Vec<Size> = sizes.collect::<Result<_, StoreError>>()?;
        drop(snapshot);
        let known = catalog.blocks.iter().filter(|block| {
            !self.unreadable.contains(&block.key) && block.rows as usize <= MAX_ROWS
        });
        let blocks: Vec<Block> = known
            .map(|block| {
                let place = self.place(&holdings, block);
                Block {
                    key: block.key,
                    bytes: place
                        .map_or(block.size_bytes, |place| holdings.piece(place).text_bytes()),
                    rows: block.rows.into(),
                    segment: place.map(|(segment, _)| segment),
                }
            })
            .collect();
        let named = |at: &[usize]| {
            at.iter()
                .map(|&at| Arc::clone(&holdings.segments[at]))
                .collect::<Vec<_>>()
        };
        match plan::next(&blocks, &sizes, self.file_percent, self.limits) {
            Next::Nothing => return Ok(false),
            Next::Drop(at) => self.replace(None, &named(&[at])),
            Next::Build { blocks, replaces } => {
                if let Some(segment) = self.build(&blocks, woken)? {
                    self.replace(Some(segment), &named(&replaces));
                }
            }
        }
        Ok(true)
    }

    /// Where a block's text is. Before anybody said how records are read, any text may be right.
    fn place(&self, holdings: &Holdings, block: &LiveBlock) -> Option<(usize, usize)> {
        let place = holdings.place(block)?;
        let version = self.readings.of(block.shard).version;
        let is_right = holdings.piece(place).is_read_by(version) || !self.readings.are_told();
        is_right.then_some(place)
    }

    fn replace(&self, fresh: Option<Segment>, gone: &[Arc<Segment>]) {
        self.library.change(fresh, gone);
        for segment in gone {
            let _ = fs::remove_file(&segment.path);
        }
    }

    /// Nothing if the thread is to stop. May hold fewer blocks: texts may be larger than payloads.
    fn build(&mut self, keys: &[i64], woken: &Receiver<()>) -> Result<Option<Segment>, StoreError> {
        let path = self
            .folder
            .join(format!("{:08}.{FINISHED}", self.next_file));
        self.next_file += 1;
        files::create_private_folder(&self.folder)?;
        let failed = |source| files::failed_to_write(&path, source);
        let mut new = NewSegment::begin(&path)?;
        let mut payload_bytes = 0;
        // the newest first, so that they are in it if it is cut short
        'blocks: for keys in keys.rchunks(BLOCKS_PER_SNAPSHOT) {
            for raw in self.read(keys)? {
                if self.is_stopping() {
                    return Ok(None);
                }
                let reading = self.readings.of(raw.header.shard);
                let started = Instant::now();
                match raw.decode() {
                    Ok(block) => {
                        let text = BlockText::of_block(&block, &reading.by);
                        let shard = (raw.header.shard, reading.version);
                        new.add(shard, &raw.header, &text).map_err(failed)?;
                    }
                    Err(error) => leave_out(&mut self.unreadable, raw.header.key, error)?,
                }
                payload_bytes += raw.header.size_bytes;
                self.rest(started, woken);
                if new.text_bytes() > self.limits.most_bytes {
                    break 'blocks;
                }
            }
        }
        new.finish().map_err(failed)?;
        let segment = Segment::open(&path).inspect_err(|_| {
            let _ = fs::remove_file(&path);
        })?;
        // a small file is mostly its directory
        if payload_bytes >= self.limits.least_bytes.max(1) {
            let percent = (segment.file_bytes * 100).div_ceil(payload_bytes);
            self.file_percent = self.file_percent.max(percent);
        }
        Ok(Some(segment))
    }

    /// The newest first. What is damaged is not asked for again.
    fn read(&mut self, keys: &[i64]) -> Result<Vec<RawBlock>, StoreError> {
        let Self {
            readers,
            unreadable,
            ..
        } = self;
        let snapshot = readers.snapshot()?;
        let mut found = Vec::with_capacity(keys.len());
        for &key in keys.iter().rev() {
            match blocks::raw(&snapshot, key) {
                Ok(Some(raw)) => found.push(raw),
                // deleted meanwhile, or without its data
                Ok(None) => {
                    unreadable.insert(key);
                }
                Err(error) => leave_out(unreadable, key, error)?,
            }
        }
        Ok(found)
    }
}

/// For good, where the block is damaged. What else went wrong may be over the next time.
fn leave_out(
    unreadable: &mut HashSet<i64>,
    block: i64,
    error: StoreError,
) -> Result<(), StoreError> {
    if !matches!(error, StoreError::Damaged { .. }) {
        return Err(error);
    }
    tracing::warn!(%error, block, "a block has no search text");
    unreadable.insert(block);
    Ok(())
}

fn number_of(path: &Path) -> Option<u64> {
    let is_ours = path
        .extension()
        .is_some_and(|extension| extension == FINISHED);
    path.file_stem().filter(|_| is_ours)?.to_str()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_damaged_block_is_left_out_for_good() {
        let mut unreadable = HashSet::new();
        let disk = || rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_IOERR);
        for passing in [
            StoreError::Closed,
            StoreError::from(rusqlite::Error::SqliteFailure(disk(), None)),
        ] {
            assert!(leave_out(&mut unreadable, 7, passing).is_err());
            assert!(unreadable.is_empty());
        }
        leave_out(&mut unreadable, 7, StoreError::damaged("a block")).expect("it is left out");
        assert_eq!(unreadable, HashSet::from([7]));
    }
}
