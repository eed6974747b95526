//! Sagas: boards, one saga, and what needs no definition.

use super::{Answer, captures::capture_ids, connections::ask_to_trust, id};
use crate::{
    app::App,
    dialog::{self, FileKind},
    wire::{
        FoldedEvent, FoldedState, Reducer, SagaAlias, SagaBoard, SagaComparison, SagaDetail,
        SagaExportFormat, SagaIdPlace, SagaName, SagaPage, SagaQuery, SagaScatter, SagaStateStep,
        SagaSubject, SagaVariant, SentTraces, UnansweredPage,
    },
};
use engine::{BoardId, EntityRule, RecordId, SagaFormat, TracedSagas};
use tauri::{State, WebviewWindow};

/// Judges some captures (none: all) by a definition. A slot holds one board: the one before is closed. While
/// `complete` is false, ask again.
#[tauri::command]
#[specta::specta]
pub async fn open_sagas(
    app: State<'_, App>,
    slot: String,
    subject: SagaSubject,
    captures: Vec<String>,
) -> Answer<SagaBoard> {
    let captures = capture_ids(&captures)?;
    Ok(app
        .engine()?
        .open_sagas(&slot, subject.into(), captures)
        .await?
        .into())
}

/// How a board stands: it takes in by itself what is captured.
#[tauri::command]
#[specta::specta]
pub async fn saga_board(app: State<'_, App>, board: u32) -> Answer<SagaBoard> {
    Ok(app.engine()?.saga_board(BoardId(board)).await?.into())
}

/// Closing what is closed already is no error.
#[tauri::command]
#[specta::specta]
pub async fn close_sagas(app: State<'_, App>, board: u32) -> Answer<()> {
    app.engine()?.close_sagas(BoardId(board));
    Ok(())
}

/// At most 1,000 rows.
#[tauri::command]
#[specta::specta]
pub async fn saga_rows(
    app: State<'_, App>,
    board: u32,
    query: SagaQuery,
    first: u32,
    count: u32,
) -> Answer<SagaPage> {
    let (filter, sort) = query.parts()?;
    let page =
        app.engine()?
            .saga_rows(BoardId(board), filter, sort, first as usize, count as usize);
    Ok(page.await?.into())
}

/// The ways that sagas took, the most frequent first.
#[tauri::command]
#[specta::specta]
pub async fn saga_variants(app: State<'_, App>, board: u32) -> Answer<Vec<SagaVariant>> {
    let variants = app.engine()?.saga_variants(BoardId(board)).await?;
    Ok(SagaVariant::all(variants))
}

/// Durations over starts.
#[tauri::command]
#[specta::specta]
pub async fn saga_scatter(
    app: State<'_, App>,
    board: u32,
    query: SagaQuery,
) -> Answer<SagaScatter> {
    let (filter, _) = query.parts()?;
    let points = app.engine()?.saga_points(BoardId(board), filter).await?;
    Ok(points.into())
}

/// One saga with everything that is said of it.
#[tauri::command]
#[specta::specta]
pub async fn open_saga(
    app: State<'_, App>,
    board: u32,
    key: String,
    life: u32,
) -> Answer<SagaDetail> {
    let name = engine::SagaName { key, life };
    Ok(app.engine()?.saga(BoardId(board), name).await?.into())
}

/// The saga that a record belongs to; nothing where none of the board holds it.
#[tauri::command]
#[specta::specta]
pub async fn saga_of_record(
    app: State<'_, App>,
    board: u32,
    record: String,
) -> Answer<Option<SagaName>> {
    let record = RecordId(id(&record)?);
    let name = app.engine()?.saga_of(BoardId(board), record).await?;
    Ok(name.map(Into::into))
}

/// What each event of a saga changed in the accumulated data.
#[tauri::command]
#[specta::specta]
pub async fn saga_state(
    app: State<'_, App>,
    board: u32,
    key: String,
    life: u32,
) -> Answer<Vec<SagaStateStep>> {
    let name = engine::SagaName { key, life };
    let steps = app.engine()?.saga_state(BoardId(board), name).await?;
    Ok(steps.into_iter().map(SagaStateStep::from).collect())
}

/// Two sagas side by side; without `b`, one beside the way that most take.
#[tauri::command]
#[specta::specta]
pub async fn compare_sagas(
    app: State<'_, App>,
    board: u32,
    a: SagaName,
    b: Option<SagaName>,
) -> Answer<SagaComparison> {
    let other = b.as_ref().map(|name| name.key.clone());
    let engine = app.engine()?;
    let compared = engine
        .compare_sagas(BoardId(board), a.into(), b.map(Into::into))
        .await?;
    Ok(SagaComparison::of(compared, other))
}

/// Writes one saga to a file that the platform's own chooser asks for; absent where that was left.
#[tauri::command]
#[specta::specta]
pub async fn export_saga(
    app: State<'_, App>,
    window: WebviewWindow,
    board: u32,
    key: String,
    life: u32,
    format: SagaExportFormat,
) -> Answer<Option<String>> {
    let (kind, ending) = match format {
        SagaExportFormat::Json => (FileKind::Json, "json"),
        SagaExportFormat::Mermaid => (FileKind::Mermaid, "mmd"),
        SagaExportFormat::Html | SagaExportFormat::HtmlMasked => (FileKind::Html, "html"),
    };
    let engine = app.engine()?;
    // a masked page's key is a fake: its file's name must not tell the real one
    let name = match format {
        SagaExportFormat::HtmlMasked => dialog::file_name("", ending),
        _ => dialog::file_name(&key, ending),
    };
    let (board, saga) = (BoardId(board), engine::SagaName { key, life });
    // as it was when it was asked for, however long the chooser stays open
    let text = match format {
        SagaExportFormat::Json => engine.saga_text(board, saga, SagaFormat::Json).await?,
        SagaExportFormat::Mermaid => engine.saga_text(board, saga, SagaFormat::Mermaid).await?,
        SagaExportFormat::Html => engine.saga_page(board, saga, false).await?,
        SagaExportFormat::HtmlMasked => engine.saga_page(board, saga, true).await?,
    };
    let Some(file) = dialog::save_file(&window, kind, &name).await? else {
        return Ok(None);
    };
    let shown = file.display().to_string();
    engine.write_export(file, text).await?;
    Ok(Some(shown))
}

/// Sends one saga, or all that a query finds, as traces to the typed address of a collector: OTLP over HTTP. Before one on
/// another machine is sent to for the first time, a native dialog asks.
#[tauri::command]
#[specta::specta]
pub async fn send_saga_traces(
    app: State<'_, App>,
    window: WebviewWindow,
    board: u32,
    saga: Option<SagaName>,
    query: SagaQuery,
    endpoint: String,
) -> Answer<SentTraces> {
    let which = match saga {
        Some(name) => TracedSagas::One(name.into()),
        None => TracedSagas::Listed(Box::new(query.parts()?.0)),
    };
    let engine = app.engine()?;
    let question = engine.ask_to_trust_collector(&endpoint).await?;
    ask_to_trust(&app, &window, question).await?;
    let sent = engine.send_saga_traces(BoardId(board), which, &endpoint);
    Ok(sent.await?.into())
}

/// Where one of the saga's aliases stands, or without one its key, to be followed from there; nothing where no event carries it.
#[tauri::command]
#[specta::specta]
pub async fn place_of_saga_id(
    app: State<'_, App>,
    board: u32,
    key: String,
    life: u32,
    alias: Option<SagaAlias>,
) -> Answer<Option<SagaIdPlace>> {
    let name = engine::SagaName { key, life };
    let alias = alias.map(Into::into);
    let place = app.engine()?.place_of_saga_id(BoardId(board), name, alias);
    Ok(place.await?.map(Into::into))
}

/// A board of one saga: every event that carries the value that the record has at the path, or as its partition
/// key for `@partitionKey`. `event`: which one of the record, from 0, where the record itself is not the event.
#[tauri::command]
#[specta::specta]
pub async fn follow_value(
    app: State<'_, App>,
    slot: String,
    record: String,
    event: Option<u32>,
    path: String,
    captures: Vec<String>,
) -> Answer<SagaBoard> {
    let (record, captures) = (RecordId(id(&record)?), capture_ids(&captures)?);
    // a record has fewer events than that, so that there is none of such a number
    let event = event.map(|event| u16::try_from(event).unwrap_or(u16::MAX));
    Ok(app
        .engine()?
        .follow_value(&slot, record, event, &path, captures)
        .await?
        .into())
}

/// Commands without an answer inside their time, the oldest first; at most 1,000 rows.
#[tauri::command]
#[specta::specta]
pub async fn unanswered_commands(
    app: State<'_, App>,
    board: u32,
    first: u32,
    count: u32,
) -> Answer<UnansweredPage> {
    let page = app
        .engine()?
        .unanswered_commands(BoardId(board), first as usize, count as usize);
    Ok(page.await?.into())
}

/// The state of an entity at each of its events.
#[tauri::command]
#[specta::specta]
pub async fn fold_state(
    app: State<'_, App>,
    captures: Vec<String>,
    key_path: String,
    key: String,
    reducers: Vec<Reducer>,
) -> Answer<FoldedState> {
    let rules = reducers.into_iter().map(EntityRule::from).collect();
    let folded = app
        .engine()?
        .fold_state(capture_ids(&captures)?, &key_path, &key, rules)
        .await?;
    Ok(FoldedState {
        truncated: folded.is_cut,
        events: folded.events.into_iter().map(FoldedEvent::from).collect(),
    })
}
