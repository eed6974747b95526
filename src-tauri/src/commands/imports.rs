//! Imports: the program reads a file only if its user chose it in the program's own dialog.

use super::{Answer, grants::grant_id};
use crate::{
    app::App,
    dialog::{self, FileKind},
    wire::{CommandError, ImportPreview, ImportRequest, ImportSource, PublishRow},
};
use std::path::{Path, PathBuf};
use tauri::{State, WebviewWindow};

/// Opens the native dialog; absent: the user left it.
#[tauri::command]
#[specta::specta]
pub async fn pick_import_file(
    app: State<'_, App>,
    window: WebviewWindow,
) -> Answer<Option<String>> {
    let _one_at_a_time = app.ask_alone()?;
    let Some(path) = dialog::open_file(&window, FileKind::Records).await? else {
        return Ok(None);
    };
    let shown = path.to_string_lossy().into_owned();
    app.allow_reading(path);
    Ok(Some(shown))
}

/// A file that is read once more: this one where it was chosen in this run of the program and is still there, else one
/// that is chosen now, as also where the user wants to; absent: the user left the dialog. Whether it holds what it
/// held is the engine's to say.
pub(super) async fn file_again(
    app: &App,
    window: &WebviewWindow,
    path: PathBuf,
    elsewhere: bool,
) -> Answer<Option<PathBuf>> {
    if !must_choose(app.may_read(&path), path.is_file(), elsewhere) {
        return Ok(Some(path));
    }
    let _one_at_a_time = app.ask_alone()?;
    let chosen = dialog::open_file_again(window, FileKind::Records, &path).await?;
    if let Some(path) = &chosen {
        app.allow_reading(path.clone());
    }
    Ok(chosen)
}

/// What would be sent, and the lines that cannot be read.
#[tauri::command]
#[specta::specta]
pub async fn preview_import(app: State<'_, App>, request: ImportRequest) -> Answer<ImportPreview> {
    require_chosen(&app, &request.source)?;
    let source = request.source.clone();
    let preview = app.engine()?.preview_import(request.try_into()?).await?;
    Ok(ImportPreview::of(source, preview))
}

/// Sends what can be read. The same token twice is sent once, with the same answer.
#[tauri::command]
#[specta::specta]
pub async fn start_import(
    app: State<'_, App>,
    request: ImportRequest,
    grant: String,
    token: String,
) -> Answer<PublishRow> {
    require_chosen(&app, &request.source)?;
    let started = app
        .engine()?
        .start_import(request.try_into()?, grant_id(&grant)?, token);
    Ok(started.await?.into())
}

fn require_chosen(app: &App, source: &ImportSource) -> Answer<()> {
    match source {
        ImportSource::File { path } if !app.may_read(Path::new(path)) => {
            let message = format!("{path} was not chosen in the program's own dialog");
            Err(CommandError::invalid(message))
        }
        ImportSource::File { .. } | ImportSource::Pasted { .. } => Ok(()),
    }
}

fn must_choose(is_allowed: bool, is_there: bool, elsewhere: bool) -> bool {
    elsewhere || !is_allowed || !is_there
}

#[cfg(test)]
mod tests {
    use super::must_choose;

    #[test]
    fn a_file_that_moved_is_chosen_again() {
        assert!(!must_choose(true, true, false), "it is known and there");
        assert!(must_choose(true, false, false), "it moved in this run");
        assert!(must_choose(false, true, false), "an earlier run's");
        assert!(must_choose(true, true, true), "another one lies there now");
    }
}
