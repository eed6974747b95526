//! The program itself, its pings, and the demo.

use super::Answer;
use crate::{
    app::App,
    dialog::{self, FileKind},
    wire::{
        AppInfo, CommandError, DemoStatus, LanguageChoice, Number, Ping, SalvagedWorkspace,
        SearchText,
    },
};
use tauri::{State, WebviewWindow, ipc::Channel};

/// What this program is, and what it has open.
#[tauri::command]
#[specta::specta]
pub async fn app_info(app: State<'_, App>) -> Answer<AppInfo> {
    Ok(app.info().await?)
}

/// Takes what is whole in the workspace over into a new file, which a native dialog asks for, and which is opened from then
/// on. The damaged one is only read; an open one is closed. Absent: the person left the dialog.
#[tauri::command]
#[specta::specta]
pub async fn salvage_workspace(
    app: State<'_, App>,
    window: WebviewWindow,
) -> Answer<Option<SalvagedWorkspace>> {
    let _one_at_a_time = app.ask_alone()?;
    let workspace = app.workspace();
    let stem = workspace.path();
    let stem = stem.file_stem().unwrap_or_default().to_string_lossy();
    let name = format!("{stem}-salvaged.kscope");
    let Some(into) = dialog::save_file(&window, FileKind::Workspace, &name).await? else {
        return Ok(None);
    };
    let salvaged = workspace.salvage(into.clone()).await?;
    Ok(Some(SalvagedWorkspace {
        path: into.display().to_string(),
        records: Number::from_u64(salvaged.records),
        lost_records: Number::from_u64(salvaged.lost_records),
        gaps: Number::from_u64(salvaged.gaps),
    }))
}

/// The file that what was whole in this workspace was salvaged into before, if it was and that file is still there.
#[tauri::command]
#[specta::specta]
pub async fn salvaged_before(app: State<'_, App>) -> Answer<Option<String>> {
    let before = app.workspace().salvaged_before();
    Ok(before.map(|path| path.display().to_string()))
}

/// From now on that file is the workspace; an open one is closed.
#[tauri::command]
#[specta::specta]
pub async fn open_salvaged(app: State<'_, App>) -> Answer<()> {
    let gone = || CommandError::invalid("it was not salvaged before".to_owned());
    app.workspace().go_to_salvaged().await.ok_or_else(gone)
}

/// The program's own dialogs speak this language from now on, and at the next start.
#[tauri::command]
#[specta::specta]
pub async fn speak_language(app: State<'_, App>, choice: LanguageChoice) -> Answer<()> {
    app.spoken().choose(choice.language());
    Ok(())
}

/// Pings at most ten times a second, for as long as the window lives.
#[tauri::command]
#[specta::specta]
pub async fn subscribe(app: State<'_, App>, pings: Channel<Ping>) -> Answer<()> {
    app.forward(pings)
}

/// How far the search text beside the workspace is built.
#[tauri::command]
#[specta::specta]
pub async fn search_text(app: State<'_, App>) -> Answer<SearchText> {
    let text = app.engine()?.search_text().await?;
    Ok(SearchText {
        records: Number::from_u64(text.records),
        total: Number::from_u64(text.sealed),
        size_bytes: Number::from_u64(text.file_bytes),
    })
}

/// How the order flow stands; absent while it does not run.
#[tauri::command]
#[specta::specta]
pub async fn demo_status(app: State<'_, App>) -> Answer<Option<DemoStatus>> {
    let engine = app.engine()?;
    let demo = engine.demo().await;
    Ok(demo.map(|demo| DemoStatus::of(demo, engine)))
}

/// 1 to 5,000 events a second.
#[tauri::command]
#[specta::specta]
pub async fn set_demo_rate(app: State<'_, App>, events_per_second: Number) -> Answer<DemoStatus> {
    let engine = app.engine()?;
    let demo = engine.set_demo_rate(events_per_second.as_f64()).await?;
    Ok(DemoStatus::of(demo, engine))
}
