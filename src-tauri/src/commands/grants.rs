//! The permission to write: a person gives it in the program's own dialog.

use super::{Answer, connections::connection_id, id};
use crate::{
    app::App,
    dialog,
    wire::{Grant, TargetFacts, WriteTarget},
};
use engine::GrantId;
use tauri::{State, WebviewWindow};

/// What a target is, and what speaks against writing to it.
#[tauri::command]
#[specta::specta]
pub async fn target_facts(app: State<'_, App>, target: WriteTarget) -> Answer<TargetFacts> {
    let connection = connection_id(&target.connection)?;
    let facts = app.engine()?.target_facts(connection, &target.stream);
    Ok(facts.await?.into())
}

/// Asks in a native dialog; absent: the person said no.
#[tauri::command]
#[specta::specta]
pub async fn request_grant(
    app: State<'_, App>,
    window: WebviewWindow,
    target: WriteTarget,
    typed_name: Option<String>,
) -> Answer<Option<Grant>> {
    let engine = app.engine()?;
    let _one_at_a_time = app.ask_alone()?;
    let connection = connection_id(&target.connection)?;
    let question = engine.ask_to_write(connection, &target.stream).await?;
    question.require_name(typed_name.as_deref())?;
    match dialog::ask_to_write(&window, &question, typed_name).await? {
        Some(answer) => Ok(Some(engine.grant(question, answer)?.into())),
        None => Ok(None),
    }
}

/// The permissions that hold now.
#[tauri::command]
#[specta::specta]
pub async fn list_grants(app: State<'_, App>) -> Answer<Vec<Grant>> {
    Ok(app
        .engine()?
        .grants()
        .into_iter()
        .map(Grant::from)
        .collect())
}

/// What is written with it stops after the request that is under way.
#[tauri::command]
#[specta::specta]
pub async fn revoke_grant(app: State<'_, App>, grant: String) -> Answer<()> {
    app.engine()?.revoke_grant(grant_id(&grant)?);
    Ok(())
}

pub(super) fn grant_id(text: &str) -> Answer<GrantId> {
    Ok(GrantId(id(text)?.unsigned_abs()))
}
