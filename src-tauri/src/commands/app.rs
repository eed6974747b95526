//! The program itself, its pings, and the demo.

use super::Answer;
use crate::{
    app::App,
    wire::{AppInfo, DemoStatus, Number, Ping, SearchText},
};
use tauri::{State, ipc::Channel};

/// What this program is, and what it has open.
#[tauri::command]
#[specta::specta]
pub async fn app_info(app: State<'_, App>) -> Answer<AppInfo> {
    Ok(app.info().await?)
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
