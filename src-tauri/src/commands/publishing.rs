//! Publishing: composing, sending under a grant, and what became of it.

use super::{Answer, grants::grant_id, id, imports::file_again, records::record_id};
use crate::{
    app::App,
    wire::{
        CommandError, Draft, DraftPreview, Number, PublishPage, PublishRow, RecordDraft, Template,
    },
};
use engine::{DeliveryId, Moment};
use tauri::{State, WebviewWindow};

/// What a draft would become; nothing is sent.
#[tauri::command]
#[specta::specta]
pub async fn preview_draft(app: State<'_, App>, draft: Draft) -> Answer<DraftPreview> {
    Ok(app.engine()?.preview_draft(draft.try_into()?).await?.into())
}

/// Sends a draft as the preview of this moment showed it. The same token twice is sent once, with the same answer.
#[tauri::command]
#[specta::specta]
pub async fn publish_draft(
    app: State<'_, App>,
    draft: Draft,
    moment: String,
    grant: String,
    token: String,
) -> Answer<PublishRow> {
    let draft = of_moment(draft, &moment)?;
    let sent = app.engine()?.publish_draft(draft, grant_id(&grant)?, token);
    Ok(sent.await?.into())
}

/// The record that the preview of this moment showed, as an AWS CLI command. Nothing is sent.
#[tauri::command]
#[specta::specta]
pub async fn draft_command(app: State<'_, App>, draft: Draft, moment: String) -> Answer<String> {
    let draft = of_moment(draft, &moment)?;
    Ok(app.engine()?.draft_command(draft).await?)
}

fn of_moment(draft: Draft, moment: &str) -> Answer<engine::Draft> {
    let moment = moment.parse::<Moment>();
    let moment = moment.map_err(|error| CommandError::invalid(error.to_string()))?;
    Ok(engine::Draft {
        moment: Some(moment),
        ..draft.try_into()?
    })
}

/// The newest first.
#[tauri::command]
#[specta::specta]
pub async fn publish_history(
    app: State<'_, App>,
    first: Number,
    count: Number,
) -> Answer<PublishPage> {
    let (first, count) = (first.as_u64() as usize, count.as_u64() as usize);
    Ok(PublishPage::of(
        app.engine()?.publish_history(first, count).await?,
    ))
}

/// One publishing with what became of its first records.
#[tauri::command]
#[specta::specta]
pub async fn publish_status(app: State<'_, App>, id: String) -> Answer<PublishRow> {
    Ok(app.engine()?.published(delivery_id(&id)?).await?.into())
}

/// A captured record as a message that can be sent again.
#[tauri::command]
#[specta::specta]
pub async fn draft_of(app: State<'_, App>, record: String) -> Answer<RecordDraft> {
    Ok(app.engine()?.draft_of(record_id(&record)?).await?.into())
}

/// A message of the history as it was composed; absent for imports. Its connection is empty where none is open.
#[tauri::command]
#[specta::specta]
pub async fn draft_of_published(app: State<'_, App>, id: String) -> Answer<Option<Draft>> {
    let draft = app.engine()?.draft_of_published(delivery_id(&id)?).await?;
    Ok(draft.map(Draft::from))
}

/// What is under way is awaited; the rest waits.
#[tauri::command]
#[specta::specta]
pub async fn pause_publish(app: State<'_, App>, id: String) -> Answer<()> {
    Ok(app.engine()?.pause_publishing_of(delivery_id(&id)?).await?)
}

/// Goes on, once the target was confirmed again.
#[tauri::command]
#[specta::specta]
pub async fn resume_publish(app: State<'_, App>, id: String) -> Answer<()> {
    Ok(app.engine()?.resume_publishing(delivery_id(&id)?).await?)
}

/// Goes on with one that was cut off, under a permission that holds now. Its file is chosen again where it is not known
/// in this run, or not there any more, or `elsewhere`; absent: the user left that dialog.
#[tauri::command]
#[specta::specta]
pub async fn go_on_publish(
    app: State<'_, App>,
    window: WebviewWindow,
    id: String,
    grant: String,
    elsewhere: bool,
) -> Answer<Option<PublishRow>> {
    let (engine, id, grant) = (app.engine()?, delivery_id(&id)?, grant_id(&grant)?);
    let file = match engine.file_of_publishing(id).await? {
        None => None,
        Some(path) => match file_again(&app, &window, path, elsewhere).await? {
            Some(path) => Some(path),
            None => return Ok(None),
        },
    };
    let gone_on = engine.go_on_publishing(id, grant, file).await?;
    Ok(Some(gone_on.into()))
}

/// What was sent stays; the rest is not sent.
#[tauri::command]
#[specta::specta]
pub async fn cancel_publish(app: State<'_, App>, id: String) -> Answer<()> {
    Ok(app.engine()?.cancel_publishing(delivery_id(&id)?).await?)
}

/// By name.
#[tauri::command]
#[specta::specta]
pub async fn list_templates(app: State<'_, App>) -> Answer<Vec<Template>> {
    let templates = app.engine()?.templates().await?;
    Ok(templates.into_iter().map(Template::from).collect())
}

/// An earlier one of its name is replaced.
#[tauri::command]
#[specta::specta]
pub async fn save_template(app: State<'_, App>, template: Template) -> Answer<()> {
    Ok(app.engine()?.save_template(template.into()).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn delete_template(app: State<'_, App>, name: String) -> Answer<()> {
    Ok(app.engine()?.delete_template(name).await?)
}

fn delivery_id(text: &str) -> Answer<DeliveryId> {
    Ok(DeliveryId(id(text)?))
}
