//! Definition files of sagas.

use super::{Answer, captures::capture_ids};
use crate::{
    app::App,
    dialog,
    wire::{DefinitionProblem, DefinitionRow, LearnedDefinition, SagaDefinitions, SagaWords},
};
use tauri::{State, WebviewWindow};

/// The files of the folder, and what ships with the program. A ping says when they changed.
#[tauri::command]
#[specta::specta]
pub async fn saga_definitions(app: State<'_, App>) -> Answer<SagaDefinitions> {
    Ok(app.engine()?.saga_definitions().await?.into())
}

/// Asks for a folder of definitions in the platform's own chooser, and uses it from now on; absent where that was
/// left.
#[tauri::command]
#[specta::specta]
pub async fn choose_saga_folder(
    app: State<'_, App>,
    window: WebviewWindow,
) -> Answer<Option<String>> {
    let engine = app.engine()?;
    let Some(folder) = dialog::choose_folder(&window).await? else {
        return Ok(None);
    };
    let shown = folder.display().to_string();
    engine.choose_saga_folder(folder).await?;
    Ok(Some(shown))
}

/// The text of a definition.
#[tauri::command]
#[specta::specta]
pub async fn read_saga_definition(app: State<'_, App>, name: String) -> Answer<String> {
    Ok(app.engine()?.saga_definition(&name).await?)
}

/// What is wrong with a text; nothing for a sound definition.
#[tauri::command]
#[specta::specta]
pub async fn check_saga_definition(
    app: State<'_, App>,
    text: String,
) -> Answer<Vec<DefinitionProblem>> {
    let problems = app.engine()?.check_definition(&text).into_iter();
    Ok(problems.map(DefinitionProblem::from).collect())
}

/// Writes a definition to its file, or to a new one of the folder.
#[tauri::command]
#[specta::specta]
pub async fn save_saga_definition(
    app: State<'_, App>,
    name: String,
    text: String,
) -> Answer<DefinitionRow> {
    Ok(app.engine()?.save_definition(&name, text).await?.into())
}

/// Event types and paths that some captures (none: all) hold.
#[tauri::command]
#[specta::specta]
pub async fn saga_words(app: State<'_, App>, captures: Vec<String>) -> Answer<SagaWords> {
    let captures = capture_ids(&captures)?;
    Ok(app.engine()?.saga_words(captures).await?.into())
}

/// A definition for what some captures (none: all) hold, to be accepted or changed.
#[tauri::command]
#[specta::specta]
pub async fn learn_saga_definition(
    app: State<'_, App>,
    captures: Vec<String>,
) -> Answer<LearnedDefinition> {
    let captures = capture_ids(&captures)?;
    Ok(app.engine()?.learn_definition(captures).await?.into())
}
