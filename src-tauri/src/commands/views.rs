//! Views: what the table, the lanes and the timeline ask.

use super::{Answer, captures::capture_ids, id};
use crate::{
    app::App,
    convert::byte_at,
    wire::{
        FilterCheck, FilterCompletion, LaneCoverage, Number, RecordPage, TimeSpanRead, ViewGaps,
        ViewStatus,
    },
};
use engine::{RecordField, RecordId, ViewId};
use tauri::{State, ipc::Response};

/// In filters and questions, times that name no zone are this machine's, or UTC's: as the window shows them.
#[tauri::command]
#[specta::specta]
pub async fn use_local_time(app: State<'_, App>, local: bool) -> Answer<()> {
    app.engine()?.use_local_time(local);
    Ok(())
}

/// The stretch of time that a person's words mean, in the zone that the window shows; null where they name no time.
#[tauri::command]
#[specta::specta]
pub async fn read_time_range(app: State<'_, App>, text: String) -> Answer<Option<TimeSpanRead>> {
    Ok(app.engine()?.read_time_range(&text).map(Into::into))
}

/// Whether a filter can be read, where it cannot, and what its parts are.
#[tauri::command]
#[specta::specta]
pub async fn check_filter(app: State<'_, App>, text: String) -> Answer<FilterCheck> {
    Ok(FilterCheck::of(&text, app.engine()?.read_filter(&text)))
}

/// What may stand at a place of a filter's text (in UTF-16 units), by the newest records of some captures
/// (none: all).
#[tauri::command]
#[specta::specta]
pub async fn complete_filter(
    app: State<'_, App>,
    captures: Vec<String>,
    text: String,
    cursor: u32,
) -> Answer<FilterCompletion> {
    let captures = capture_ids(&captures)?;
    let cursor = byte_at(&text, cursor);
    let engine = app.engine()?;
    let completion = engine
        .complete_filter(captures, text.clone(), cursor)
        .await?;
    Ok(FilterCompletion::of(&text, completion))
}

/// The filter with one more condition: that a field of this record (`@type`, `@key`, `@stream`, `@shard`, `@size`, `@time`, or a path)
/// has the value that it has there, or that it has not. Of several events in the record, `event` is the one that is meant;
/// else it is the first that has something there.
#[tauri::command]
#[specta::specta]
pub async fn narrow_filter(
    app: State<'_, App>,
    text: String,
    record: String,
    event: Option<u32>,
    field: String,
    exclude: bool,
) -> Answer<String> {
    let by = RecordField {
        record: RecordId(id(&record)?),
        event,
        field,
    };
    Ok(app.engine()?.narrow_filter(text, by, exclude).await?)
}

/// The filter without some conditions where all of them must hold in it, else with those that are missing.
#[tauri::command]
#[specta::specta]
pub async fn toggle_filter(
    app: State<'_, App>,
    text: String,
    conditions: String,
) -> Answer<String> {
    Ok(app.engine()?.toggle_filter(&text, &conditions)?)
}

/// Looks at some captures (none: all) through a filter. A slot holds one view: the one before is closed
/// and its running questions end as superseded.
#[tauri::command]
#[specta::specta]
pub async fn open_view(
    app: State<'_, App>,
    slot: String,
    captures: Vec<String>,
    filter: String,
) -> Answer<ViewStatus> {
    let captures = capture_ids(&captures)?;
    Ok(app
        .engine()?
        .open_view(&slot, captures, &filter)
        .await?
        .into())
}

/// Closing what is closed already is no error.
#[tauri::command]
#[specta::specta]
pub async fn close_view(app: State<'_, App>, view: u32) -> Answer<()> {
    app.engine()?.close_view(ViewId(view));
    Ok(())
}

/// Takes in what was committed since, for a few milliseconds, and says how far it came. While `complete`
/// is false, ask again.
#[tauri::command]
#[specta::specta]
pub async fn view_status(app: State<'_, App>, view: u32) -> Answer<ViewStatus> {
    Ok(app.engine()?.view_status(ViewId(view)).await?.into())
}

/// Rows in order of arrival, and what some paths lead to in each; `count` is at most 1,000.
#[tauri::command]
#[specta::specta]
pub async fn view_page(
    app: State<'_, App>,
    view: u32,
    first: Number,
    count: u32,
    paths: Vec<String>,
) -> Answer<RecordPage> {
    Ok(app
        .engine()?
        .view_page(ViewId(view), first.as_u64(), count, &paths)
        .await?
        .into())
}

/// The row of the first record at or after a time.
#[tauri::command]
#[specta::specta]
pub async fn view_row_at(app: State<'_, App>, view: u32, time: Number) -> Answer<Number> {
    let time = record::Millis(time.as_i64());
    Ok(Number::from_u64(
        app.engine()?.view_row_at(ViewId(view), time).await?,
    ))
}

/// The row that a record stands in; absent where the filter hides it.
#[tauri::command]
#[specta::specta]
pub async fn view_row_of(app: State<'_, App>, view: u32, record: String) -> Answer<Option<Number>> {
    let row = app
        .engine()?
        .view_row_of(ViewId(view), RecordId(id(&record)?))
        .await?;
    Ok(row.map(Number::from_u64))
}

/// What the view's captures cover, per lane, and from where on it is still read: elsewhere nothing is known.
#[tauri::command]
#[specta::specta]
pub async fn view_coverage(app: State<'_, App>, view: u32) -> Answer<Vec<LaneCoverage>> {
    let lanes = app.engine()?.view_coverage(ViewId(view)).await?;
    Ok(lanes.into_iter().map(LaneCoverage::from).collect())
}

/// Where the view shows nothing because nothing was captured, as far as its filter asks about that.
#[tauri::command]
#[specta::specta]
pub async fn view_gaps(app: State<'_, App>, view: u32) -> Answer<ViewGaps> {
    Ok(app.engine()?.view_gaps(ViewId(view)).await?.into())
}

/// Counts of records per lane and bucket of time, for `[from, until)` cut into `buckets` even parts.
///
/// The answer is raw bytes, little-endian `u32`s: the number of lanes, the number of buckets, each lane's
/// key, then the counts, lane by lane.
#[tauri::command]
pub async fn view_buckets(
    app: State<'_, App>,
    view: u32,
    from: Number,
    until: Number,
    buckets: u32,
) -> Answer<Response> {
    let (from, until) = (
        record::Millis(from.as_i64()),
        record::Millis(until.as_i64()),
    );
    let counts = app
        .engine()?
        .view_buckets(ViewId(view), from, until, buckets)
        .await?;
    let words = [counts.lanes.len() as u32, buckets];
    let lanes = counts.lanes.iter().map(|lane| lane.0 as u32);
    let bytes: Vec<u8> = words
        .into_iter()
        .chain(lanes)
        .chain(counts.counts)
        .flat_map(u32::to_le_bytes)
        .collect();
    Ok(Response::new(bytes))
}
