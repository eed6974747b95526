//! Questions: pipelines and SQL over the records of some captures, answered while they run.

use super::{Answer, captures::capture_ids};
use crate::{
    app::App,
    convert::byte_at,
    dialog::{self, FileKind},
    wire::{
        AnswerChart, AnswerFormat, AnswerRow, FilterCompletion, QuestionAnswer, QuestionCheck,
        SqlWords,
    },
};
use engine::QuestionId;
use tauri::{State, WebviewWindow};

/// Whether a question can be read, where it cannot, and what its parts are.
#[tauri::command]
#[specta::specta]
pub async fn check_question(app: State<'_, App>, text: String) -> Answer<QuestionCheck> {
    Ok(QuestionCheck::of(&text, app.engine()?.read_question(&text)))
}

/// What may stand at a place of a question's text (in UTF-16 units), by some records of these captures (none: all).
#[tauri::command]
#[specta::specta]
pub async fn complete_question(
    app: State<'_, App>,
    captures: Vec<String>,
    text: String,
    cursor: u32,
) -> Answer<FilterCompletion> {
    let captures = capture_ids(&captures)?;
    let cursor = byte_at(&text, cursor);
    let completion = app
        .engine()?
        .complete_question(captures, text.clone(), cursor)
        .await?;
    Ok(FilterCompletion::of(&text, completion))
}

/// Asks about what is stored now of some captures (none: all). A slot holds one question: the one before is closed.
#[tauri::command]
#[specta::specta]
pub async fn ask_question(
    app: State<'_, App>,
    slot: String,
    captures: Vec<String>,
    text: String,
) -> Answer<QuestionAnswer> {
    let captures = capture_ids(&captures)?;
    let engine = app.engine()?;
    Ok(engine.ask_question(&slot, captures, &text).await?.into())
}

/// Runs one read-only SQL statement over what is stored now of some captures (none: all), in a slot as questions are.
#[tauri::command]
#[specta::specta]
pub async fn ask_sql(
    app: State<'_, App>,
    slot: String,
    captures: Vec<String>,
    text: String,
) -> Answer<QuestionAnswer> {
    let captures = capture_ids(&captures)?;
    let engine = app.engine()?;
    Ok(engine.ask_sql(&slot, captures, &text).await?.into())
}

/// The views, columns and functions that a statement may name.
#[tauri::command]
#[specta::specta]
pub async fn sql_words(app: State<'_, App>) -> Answer<SqlWords> {
    Ok(app.engine()?.sql_words().into())
}

#[tauri::command]
#[specta::specta]
pub async fn question_status(app: State<'_, App>, question: u32) -> Answer<QuestionAnswer> {
    let engine = app.engine()?;
    Ok(engine.question_status(QuestionId(question)).await?.into())
}

/// Rows of the answer as it is now; at most 1,000.
#[tauri::command]
#[specta::specta]
pub async fn question_rows(
    app: State<'_, App>,
    question: u32,
    first: u32,
    count: u32,
) -> Answer<Vec<AnswerRow>> {
    let rows = app
        .engine()?
        .question_rows(QuestionId(question), first as usize, count as usize);
    Ok(rows.await?.into_iter().map(AnswerRow::from).collect())
}

/// Absent where the answer has no groups to draw.
#[tauri::command]
#[specta::specta]
pub async fn question_chart(app: State<'_, App>, question: u32) -> Answer<Option<AnswerChart>> {
    let chart = app.engine()?.question_chart(QuestionId(question)).await?;
    Ok(chart.map(AnswerChart::from))
}

/// The question's text with a last step that keeps the rows with the value of a cell, or the others.
#[tauri::command]
#[specta::specta]
pub async fn narrow_question(
    app: State<'_, App>,
    question: u32,
    row: u32,
    column: u32,
    exclude: bool,
) -> Answer<String> {
    let cell = (row as usize, column as usize);
    let engine = app.engine()?;
    Ok(engine
        .narrow_question(QuestionId(question), cell, exclude)
        .await?)
}

/// What was found stays.
#[tauri::command]
#[specta::specta]
pub async fn stop_question(app: State<'_, App>, question: u32) -> Answer<()> {
    Ok(app.engine()?.stop_question(QuestionId(question))?)
}

/// Closing what is closed already is no error.
#[tauri::command]
#[specta::specta]
pub async fn close_question(app: State<'_, App>, question: u32) -> Answer<()> {
    app.engine()?.close_question(QuestionId(question));
    Ok(())
}

/// Writes the answer to a file that the platform's own chooser asks for; absent where that was left.
#[tauri::command]
#[specta::specta]
pub async fn export_answer(
    app: State<'_, App>,
    window: WebviewWindow,
    question: u32,
    format: AnswerFormat,
) -> Answer<Option<String>> {
    let (kind, name) = match format {
        AnswerFormat::Csv => (FileKind::Csv, "answer.csv"),
        AnswerFormat::Lines => (FileKind::Lines, "answer.ndjson"),
    };
    let engine = app.engine()?;
    // as it was when it was asked for, however long the chooser stays open
    let text = engine
        .question_text(QuestionId(question), format.into())
        .await?;
    let Some(file) = dialog::save_file(&window, kind, name).await? else {
        return Ok(None);
    };
    let shown = file.display().to_string();
    engine.write_export(file, text).await?;
    Ok(Some(shown))
}
