//! Replays: set up, planned, carried out, compared.

use super::{Answer, grants::grant_id, id};
use crate::{
    app::App,
    dialog::{self, FileKind},
    wire::{
        CommandError, ExportedCapture, ImportedCapture, LoadedPlan, Number, RecordReplays,
        ReplayFileFormat, ReplayPacing, ReplayPlan, ReplayPreview, ReplayRequest, ReplayRow,
        ReplayVerdict, ReplayedPage, ReplayedWhich, ReportFormat,
    },
};
use engine::{DeliveryId, Engine, Permission, PlanId, RecordId, ReplayInto};
use std::path::Path;
use tauri::{State, WebviewWindow};

/// Sends no Put. A newer plan in the slot ends this one as superseded.
#[tauri::command]
#[specta::specta]
pub async fn plan_replay(
    app: State<'_, App>,
    slot: String,
    request: ReplayRequest,
) -> Answer<ReplayPlan> {
    let planned = app.engine()?.plan_replay(&slot, request.try_into()?);
    Ok(planned.await?.into())
}

/// One record before and after the rules.
#[tauri::command]
#[specta::specta]
pub async fn preview_replay(
    app: State<'_, App>,
    request: ReplayRequest,
    position: Number,
) -> Answer<ReplayPreview> {
    let engine = app.engine()?;
    let preview = engine.preview_replay(request.try_into()?, position.as_u64());
    Ok(preview.await?.into())
}

/// Asks where to, in a native dialog; absent: the person left it.
#[tauri::command]
#[specta::specta]
pub async fn save_plan(
    app: State<'_, App>,
    window: WebviewWindow,
    plan: String,
) -> Answer<Option<String>> {
    let _one_at_a_time = app.ask_alone()?;
    let Some(path) = dialog::save_file(&window, FileKind::Plan, "replay.plan.json").await? else {
        return Ok(None);
    };
    app.engine()?.save_plan(&plan_id(&plan), &path).await?;
    Ok(Some(shown(&path)))
}

/// Asks for the file in a native dialog; absent: the person left it.
#[tauri::command]
#[specta::specta]
pub async fn load_plan(app: State<'_, App>, window: WebviewWindow) -> Answer<Option<LoadedPlan>> {
    let _one_at_a_time = app.ask_alone()?;
    match dialog::open_file(&window, FileKind::Plan).await? {
        Some(path) => Ok(Some(app.engine()?.load_plan(&path).await?.into())),
        None => Ok(None),
    }
}

/// Asks where a replay is to be written, in a native dialog; only such files are written.
#[tauri::command]
#[specta::specta]
pub async fn pick_replay_file(
    app: State<'_, App>,
    window: WebviewWindow,
    format: ReplayFileFormat,
) -> Answer<Option<String>> {
    let _one_at_a_time = app.ask_alone()?;
    let name = match format {
        ReplayFileFormat::Ndjson => "replay.ndjson",
        ReplayFileFormat::Ferrokinesis => "replay.ferro.ndjson",
    };
    let Some(path) = dialog::save_file(&window, FileKind::Lines, name).await? else {
        return Ok(None);
    };
    app.engine()?.allow_replay_file(&path);
    Ok(Some(shown(&path)))
}

/// Starts a plan once; asked again, it answers with the same replay. A function is asked about in a native
/// dialog.
#[tauri::command]
#[specta::specta]
pub async fn start_replay(
    app: State<'_, App>,
    window: WebviewWindow,
    plan: String,
    grant: Option<String>,
) -> Answer<ReplayRow> {
    let (engine, plan) = (app.engine()?, plan_id(&plan));
    let into = engine.plan_target(&plan)?;
    let permission = permission(&app, &window, into, grant).await?;
    Ok(engine.start_replay(&plan, permission).await?.into())
}

/// The newest first.
#[tauri::command]
#[specta::specta]
pub async fn list_replays(app: State<'_, App>) -> Answer<Vec<ReplayRow>> {
    let replays = app.engine()?.replay_list().await?;
    Ok(replays.into_iter().map(ReplayRow::from).collect())
}

/// How one replay stands.
#[tauri::command]
#[specta::specta]
pub async fn replay_status(app: State<'_, App>, id: String) -> Answer<ReplayRow> {
    Ok(app.engine()?.replay(replay_id(&id)?).await?.into())
}

/// What is under way is awaited, what is not stays.
#[tauri::command]
#[specta::specta]
pub async fn pause_replay(app: State<'_, App>, id: String) -> Answer<()> {
    Ok(app.engine()?.pause_replay(replay_id(&id)?).await?)
}

/// Goes on with what is not settled, also after a restart of the program.
#[tauri::command]
#[specta::specta]
pub async fn resume_replay(
    app: State<'_, App>,
    window: WebviewWindow,
    id: String,
    grant: Option<String>,
) -> Answer<()> {
    let (engine, id) = (app.engine()?, replay_id(&id)?);
    let permission = match engine.resume_target(id).await? {
        Some(ReplayInto::File { path, .. }) => {
            choose_again(&app, &window, &path).await?;
            Permission::Nothing
        }
        Some(into) => permission(&app, &window, into, grant).await?,
        None => Permission::Nothing,
    };
    Ok(engine.resume_replay(id, permission).await?)
}

/// Lets one record through, while paused.
#[tauri::command]
#[specta::specta]
pub async fn step_replay(app: State<'_, App>, id: String) -> Answer<()> {
    Ok(app.engine()?.step_replay(replay_id(&id)?).await?)
}

/// Ends it; what was sent stays.
#[tauri::command]
#[specta::specta]
pub async fn cancel_replay(app: State<'_, App>, id: String) -> Answer<()> {
    Ok(app.engine()?.cancel_replay(replay_id(&id)?).await?)
}

/// Another pace for what is not sent yet.
#[tauri::command]
#[specta::specta]
pub async fn set_replay_pace(app: State<'_, App>, id: String, pacing: ReplayPacing) -> Answer<()> {
    let (id, pacing) = (replay_id(&id)?, pacing.try_into()?);
    Ok(app.engine()?.set_replay_pace(id, pacing).await?)
}

/// Records of a replay in the order of its plan; `count` is at most 500.
#[tauri::command]
#[specta::specta]
pub async fn replay_records(
    app: State<'_, App>,
    id: String,
    which: ReplayedWhich,
    first: Number,
    count: u32,
) -> Answer<ReplayedPage> {
    let engine = app.engine()?;
    let (id, first) = (replay_id(&id)?, first.as_u64());
    let page = engine.replay_records(id, which.into(), first, count as usize);
    Ok(page.await?.into())
}

/// Asks where to, in a native dialog; absent: the person left it.
#[tauri::command]
#[specta::specta]
pub async fn export_replay_report(
    app: State<'_, App>,
    window: WebviewWindow,
    id: String,
    format: ReportFormat,
) -> Answer<Option<String>> {
    let _one_at_a_time = app.ask_alone()?;
    let id = replay_id(&id)?;
    let (kind, name) = match format {
        ReportFormat::Json => (FileKind::Json, format!("replay-{id}.report.json")),
        ReportFormat::Csv => (FileKind::Csv, format!("replay-{id}.report.csv")),
    };
    let Some(path) = dialog::save_file(&window, kind, &name).await? else {
        return Ok(None);
    };
    let engine = app.engine()?;
    engine
        .export_replay_report(id, format.into(), &path)
        .await?;
    Ok(Some(shown(&path)))
}

/// Compares a replay with what a capture of its target holds; captures it where none does.
#[tauri::command]
#[specta::specta]
pub async fn verify_replay(app: State<'_, App>, id: String) -> Answer<ReplayVerdict> {
    Ok(app.engine()?.verify_replay(replay_id(&id)?).await?.into())
}

/// Where a record came from, and what was made of it.
#[tauri::command]
#[specta::specta]
pub async fn record_replays(app: State<'_, App>, record: String) -> Answer<RecordReplays> {
    let found = app.engine()?.record_replays(RecordId(id(&record)?));
    Ok(found.await?.into())
}

/// Makes a capture of a file in the format of ferrokinesis; absent: the person left the dialog.
#[tauri::command]
#[specta::specta]
pub async fn import_capture(
    app: State<'_, App>,
    window: WebviewWindow,
) -> Answer<Option<ImportedCapture>> {
    let _one_at_a_time = app.ask_alone()?;
    let Some(path) = dialog::open_file(&window, FileKind::Lines).await? else {
        return Ok(None);
    };
    let imported = app.engine()?.import_capture(&path).await?;
    Ok(Some(ImportedCapture::of(&path, imported)))
}

/// Writes a capture in the format of ferrokinesis; absent: the person left the dialog.
#[tauri::command]
#[specta::specta]
pub async fn export_capture(
    app: State<'_, App>,
    window: WebviewWindow,
    capture: String,
) -> Answer<Option<ExportedCapture>> {
    let _one_at_a_time = app.ask_alone()?;
    let capture = super::captures::capture_id(&capture)?;
    let name = format!("capture-{capture}.ferro.ndjson");
    let Some(path) = dialog::save_file(&window, FileKind::Lines, &name).await? else {
        return Ok(None);
    };
    let records = app.engine()?.export_capture(capture, &path).await?;
    Ok(Some(ExportedCapture {
        path: shown(&path),
        records: Number::from_u64(records),
    }))
}

/// A file that was not chosen in this run of the program is chosen again, in a native dialog: the workspace that
/// names it may be somebody else's. It allows to go on in the file, and not to replace it.
async fn choose_again(app: &App, window: &WebviewWindow, path: &Path) -> Answer<()> {
    if app.engine()?.may_go_on_in_file(path) {
        return Ok(());
    }
    let _one_at_a_time = app.ask_alone()?;
    let chosen = if path.exists() {
        dialog::open_file(window, FileKind::Lines).await?
    } else {
        // the program ended before it made the file
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        dialog::save_file(window, FileKind::Lines, &name).await?
    };
    require_same(chosen.as_deref(), path)?;
    app.engine()?.allow_going_on_in_file(path);
    Ok(())
}

fn require_same(chosen: Option<&Path>, path: &Path) -> Answer<()> {
    let path_shown = shown(path);
    match chosen {
        Some(chosen) if chosen == path => Ok(()),
        Some(other) => Err(CommandError::invalid(format!(
            "this replay goes on in {path_shown}, and {} was chosen",
            shown(other)
        ))),
        None => Err(CommandError::invalid(format!(
            "no file was chosen: this replay goes on in {path_shown}"
        ))),
    }
}

/// What the target needs: a grant for a stream, a dialog for a function, nothing more for a file.
async fn permission(
    app: &App,
    window: &WebviewWindow,
    into: ReplayInto,
    grant: Option<String>,
) -> Answer<Permission> {
    let engine: &Engine = app.engine()?;
    match (into, grant) {
        (ReplayInto::Stream { .. }, Some(grant)) => {
            let granted = engine.granted(grant_id(&grant)?)?;
            Ok(Permission::Write(granted.grant))
        }
        (ReplayInto::Stream { .. } | ReplayInto::File { .. }, _) => Ok(Permission::Nothing),
        (
            ReplayInto::Function {
                connection,
                function,
            },
            _,
        ) => {
            let _one_at_a_time = app.ask_alone()?;
            let asked = engine.ask_to_invoke(connection, &function).await?;
            let answer = dialog::ask_to_invoke(window, &asked).await?;
            Ok(engine.permit_invoking(asked, answer.ok_or_else(not_allowed)?)?)
        }
        (ReplayInto::LocalFunction { address }, _) => {
            let _one_at_a_time = app.ask_alone()?;
            let answer = dialog::ask_to_invoke_emulated(window, &address).await?;
            let answer = answer.ok_or_else(not_allowed)?;
            Ok(engine.permit_invoking_emulated(&address, answer)?)
        }
    }
}

fn not_allowed() -> CommandError {
    CommandError::invalid("the function may not be invoked".to_owned())
}

fn plan_id(text: &str) -> PlanId {
    PlanId::from(text)
}

fn replay_id(text: &str) -> Answer<DeliveryId> {
    Ok(DeliveryId(id(text)?))
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replay_goes_on_in_its_own_file_only() {
        let path = Path::new("/home/me/replay.ndjson");
        assert!(require_same(Some(path), path).is_ok());
        let refused = |chosen: Option<&Path>| {
            let error = require_same(chosen, path).expect_err("it is another");
            error.message
        };
        assert_eq!(
            refused(Some(Path::new("/home/me/other.ndjson"))),
            "this replay goes on in /home/me/replay.ndjson, and /home/me/other.ndjson was chosen"
        );
        assert_eq!(
            refused(None),
            "no file was chosen: this replay goes on in /home/me/replay.ndjson"
        );
    }
}
