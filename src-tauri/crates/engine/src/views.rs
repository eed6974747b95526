//! Views: some captures through one filter, asked in slots. The newest view of a slot replaces the one
//! before it, whose running questions then find it gone.

use crate::{
    Engine, EngineError, NamedShard,
    engine::{blocking, locked},
    shown,
};
use decode::{Cell, PathSet, Preview};
use query::Filter;
use record::Millis;
use std::{
    collections::HashMap,
    fmt,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use store::{Cancel, CaptureId, LaneCounts, Reading, RecordId, RecordRow, Scope, ShardKey, View};

/// How long one question may go on with a scan before it answers with what it has.
const SCAN_BUDGET: Duration = Duration::from_millis(40);
/// A page is cut there.
const MOST_ROWS: u32 = 1000;
/// More buckets than any screen has pixels.
const MOST_BUCKETS: u32 = 16_384;
/// Characters of a payload, or of one of its fields, that a row shows.
pub(crate) const PREVIEW_CHARS: usize = 256;
/// More columns than anybody reads side by side.
const MOST_PATHS: usize = 64;

/// One open view; never used again after it is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ViewId(pub u32);

impl fmt::Display for ViewId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "view {}", self.0)
    }
}

/// How a view stands.
#[derive(Clone, Debug)]
pub struct ViewOverview {
    pub id: ViewId,
    /// Grows when rows came or went.
    pub revision: u64,
    pub matched: u64,
    pub scanned: u64,
    pub total: u64,
    /// Of those that were looked at, the ones of which a part only could be searched.
    pub in_part: u64,
    /// Everything stored so far has been looked at.
    pub complete: bool,
    /// The first and the last arrival of what matched.
    pub extent: Option<(Millis, Millis)>,
    pub lanes: Vec<LaneOverview>,
    /// How long the step of the scan took that this question waited for.
    pub scan: Duration,
}

/// A shard that the view's captures touch.
#[derive(Clone, Debug)]
pub struct LaneOverview {
    pub shard: NamedShard,
    /// Records of this shard in the view.
    pub records: u64,
}

#[derive(Clone, Debug)]
pub struct Page {
    pub revision: u64,
    pub first: u64,
    pub total: u64,
    pub rows: Vec<PageRow>,
    /// For each row, a cell for each path that was asked for.
    pub cells: Vec<Vec<Cell>>,
}

/// A stored row with the names of where it lies, and its payload's first line as it may be shown.
#[derive(Clone, Debug)]
pub struct PageRow {
    pub row: RecordRow,
    pub stream: String,
    pub shard: String,
    pub preview: Preview,
    /// A replay of this workspace wrote it.
    pub is_replayed: bool,
}

#[derive(Default)]
pub(crate) struct Views(Mutex<Slots>);

#[derive(Default)]
struct Slots {
    opened_so_far: u32,
    open: HashMap<ViewId, OpenView>,
}

#[derive(Clone)]
struct OpenView {
    slot: Arc<str>,
    view: View,
    captures: Arc<[CaptureId]>,
    filter: Arc<Filter>,
    cancel: Cancel,
    seen: Arc<Mutex<Seen>>,
    /// One advance at a time: the others answer with what is there.
    advancing: Arc<AtomicBool>,
}

/// What the last status said, so that the next can tell whether anything moved.
#[derive(Default)]
struct Seen {
    revision: u64,
    matched: u64,
    total: u64,
    complete: bool,
    scanned: u64,
    in_part: u64,
}

impl Engine {
    /// Looks at `captures` (none: the whole workspace) through a filter, in a slot of the window's choice.
    ///
    /// # Errors
    /// [`EngineError::Filter`] where the text cannot be read; an unknown capture.
    pub async fn open_view(
        &self,
        slot: &str,
        captures: Vec<CaptureId>,
        filter: &str,
    ) -> Result<ViewOverview, EngineError> {
        let filter = self
            .check_filter(filter)
            .map_err(|error| EngineError::Filter {
                at: error.at,
                message: error.message,
            })?;
        let scope = Scope {
            captures: captures.clone(),
        };
        let filter = Arc::new(filter);
        let through = Arc::clone(&filter);
        let view = self.ask(move |store| store.view(scope, &through)).await?;
        let id = self.views().open(slot, view, (captures, filter));
        self.view_status(id).await
    }

    pub fn close_view(&self, id: ViewId) {
        self.views().close(id);
    }

    /// Takes in what was committed since the last question, for a bounded time.
    pub async fn view_status(&self, id: ViewId) -> Result<ViewOverview, EngineError> {
        let open = self.views().get(id)?;
        let engine = self.clone();
        blocking(move || engine.advance(id, &open)).await?
    }

    fn advance(&self, id: ViewId, open: &OpenView) -> Result<ViewOverview, EngineError> {
        let started = Instant::now();
        if !open.advancing.swap(true, Ordering::AcqRel) {
            let advanced = open.view.advance(&open.cancel, SCAN_BUDGET);
            open.advancing.store(false, Ordering::Release);
            locked(&open.seen).take_in(&advanced?);
        }
        let scan = started.elapsed();
        let extent = open.view.extent();
        let lanes = self.lanes(&open.view, extent)?;
        let seen = locked(&open.seen);
        Ok(ViewOverview {
            id,
            revision: seen.revision,
            matched: seen.matched,
            scanned: seen.scanned,
            total: seen.total,
            in_part: seen.in_part,
            complete: seen.complete,
            extent,
            lanes,
            scan,
        })
    }

    /// Every lane of the view with its records, in the order of streams and shards.
    fn lanes(
        &self,
        view: &View,
        extent: Option<(Millis, Millis)>,
    ) -> Result<Vec<LaneOverview>, EngineError> {
        let counted: HashMap<ShardKey, u32> = extent.map_or_else(HashMap::new, |(first, last)| {
            let counted = view.buckets(first, last.saturating_add(1), 1);
            counted.lanes.into_iter().zip(counted.counts).collect()
        });
        let names = self.read_shard_names()?;
        let lanes = view.lanes().into_iter().filter_map(|key| {
            let name = names.get(&key)?.clone();
            Some(LaneOverview {
                shard: name,
                records: counted.get(&key).copied().unwrap_or(0).into(),
            })
        });
        Ok(lanes.collect())
    }

    /// Rows in order of arrival, at most 1,000, and what some paths lead to in each.
    ///
    /// # Errors
    /// [`EngineError::Input`] for a text that is no path, or too many of them.
    pub async fn view_page(
        &self,
        id: ViewId,
        first: u64,
        count: u32,
        paths: &[String],
    ) -> Result<Page, EngineError> {
        let paths = read_paths(paths)?;
        let open = self.views().get(id)?;
        let engine = self.clone();
        blocking(move || {
            let look = |payload: &[u8], reading: &Reading| engine.cells(payload, reading, &paths);
            let rows = open
                .view
                .page_with(first, count.min(MOST_ROWS) as usize, look)?;
            let (rows, cells) = rows.into_iter().unzip();
            let rows = engine.page_rows(rows)?;
            let revision = locked(&open.seen).revision;
            Ok(Page {
                revision,
                first,
                total: open.view.len(),
                rows,
                cells,
            })
        })
        .await?
    }

    pub(crate) fn page_rows(&self, rows: Vec<RecordRow>) -> Result<Vec<PageRow>, EngineError> {
        let names = self.names_of(rows.iter().map(|row| row.shard))?;
        let replayed = self.replayed_rows(&rows)?;
        let masks = self.masks();
        let page_row = |row: RecordRow| {
            let (shard, row) = (names.get(&row.shard), masks.row(row));
            PageRow {
                stream: shard.map_or_else(String::new, |shard| shard.stream.to_string()),
                shard: shard.map_or_else(String::new, |shard| shard.stored.shard.id.to_string()),
                is_replayed: replayed.contains(&row.id),
                preview: decode::preview(&shown(&row.head, &masks), PREVIEW_CHARS),
                row,
            }
        };
        Ok(rows.into_iter().map(page_row).collect())
    }

    /// Counts per lane and bucket for `[from, until)` cut into even parts.
    ///
    /// # Errors
    /// [`EngineError::Input`] for no bucket, too many, or a window that is empty.
    pub async fn view_buckets(
        &self,
        id: ViewId,
        from: Millis,
        until: Millis,
        buckets: u32,
    ) -> Result<LaneCounts, EngineError> {
        if buckets == 0 || buckets > MOST_BUCKETS || from >= until {
            return Err(EngineError::Input(format!(
                "1 to {MOST_BUCKETS} buckets of a window that is not empty"
            )));
        }
        let open = self.views().get(id)?;
        blocking(move || open.view.buckets(from, until, buckets as usize)).await
    }

    /// How many rows lie before a time.
    pub async fn view_row_at(&self, id: ViewId, time: Millis) -> Result<u64, EngineError> {
        let open = self.views().get(id)?;
        blocking(move || open.view.row_at(time)).await
    }

    /// `None` where the filter hides the record.
    pub async fn view_row_of(
        &self,
        id: ViewId,
        record: RecordId,
    ) -> Result<Option<u64>, EngineError> {
        let open = self.views().get(id)?;
        Ok(blocking(move || open.view.row_of(record)).await??)
    }
}

fn read_paths(texts: &[String]) -> Result<PathSet, EngineError> {
    if texts.len() > MOST_PATHS {
        return Err(EngineError::Input(format!("at most {MOST_PATHS} columns")));
    }
    let path = |text: &String| {
        decode::Path::parse(text)
            .map_err(|error| EngineError::Input(format!("{text} is no path: {error}")))
    };
    let paths = texts.iter().map(path).collect::<Result<Vec<_>, _>>()?;
    Ok(PathSet::new(&paths))
}

impl Seen {
    fn take_in(&mut self, progress: &store::Progress) {
        if (progress.matched, progress.total) != (self.matched, self.total) {
            self.revision += 1;
        }
        self.matched = progress.matched;
        self.total = progress.total;
        self.scanned = progress.scanned;
        self.in_part = progress.in_part;
        self.complete = progress.complete;
    }
}

impl Views {
    fn open(
        &self,
        slot: &str,
        view: View,
        (captures, filter): (Vec<CaptureId>, Arc<Filter>),
    ) -> ViewId {
        let mut slots = locked(&self.0);
        slots.open.retain(|_, open| {
            let stays = *open.slot != *slot;
            if !stays {
                open.cancel.cancel();
            }
            stays
        });
        slots.opened_so_far += 1;
        let id = ViewId(slots.opened_so_far);
        let open = OpenView {
            slot: slot.into(),
            view,
            captures: captures.into(),
            filter,
            cancel: Cancel::default(),
            seen: Arc::default(),
            advancing: Arc::default(),
        };
        slots.open.insert(id, open);
        id
    }

    fn close(&self, id: ViewId) {
        if let Some(open) = locked(&self.0).open.remove(&id) {
            open.cancel.cancel();
        }
    }

    /// What the view was opened on; none is the whole workspace.
    pub(crate) fn captures_of(&self, id: ViewId) -> Result<Arc<[CaptureId]>, EngineError> {
        Ok(self.get(id)?.captures)
    }

    /// The view for a longer look, and what tells it that the view was closed.
    pub(crate) fn looked_at(&self, id: ViewId) -> Result<(View, Cancel), EngineError> {
        let open = self.get(id)?;
        Ok((open.view, open.cancel))
    }

    /// What the view was opened with, for a look of its own at its records.
    pub(crate) fn asked_of(&self, id: ViewId) -> Result<(Scope, Arc<Filter>), EngineError> {
        let OpenView {
            captures, filter, ..
        } = self.get(id)?;
        let captures = captures.to_vec();
        Ok((Scope { captures }, filter))
    }

    pub(crate) fn lanes_of(&self, id: ViewId) -> Result<Vec<ShardKey>, EngineError> {
        Ok(self.get(id)?.view.lanes())
    }

    fn get(&self, id: ViewId) -> Result<OpenView, EngineError> {
        locked(&self.0)
            .open
            .get(&id)
            .cloned()
            .ok_or(EngineError::UnknownView(id))
    }
}
