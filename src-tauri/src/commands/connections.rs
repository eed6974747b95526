//! Opening and closing connections.

use super::{Answer, id};
use crate::{
    app::App,
    wire::{Connection, ConnectionChoices, OpenConnection, ReadMeter},
};
use engine::ConnectionId;
use tauri::State;

/// What can be opened, and what is open.
#[tauri::command]
#[specta::specta]
pub async fn list_connections(app: State<'_, App>) -> Answer<ConnectionChoices> {
    let profiles = app.engine()?.profiles().await;
    Ok(ConnectionChoices::of(
        engine::presets(),
        profiles,
        app.engine()?.connections(),
    ))
}

/// Opens a connection, asks who we are there and what is offered.
#[tauri::command]
#[specta::specta]
pub async fn open_connection(app: State<'_, App>, request: OpenConnection) -> Answer<Connection> {
    let trusted = request.trusted;
    Ok(app
        .engine()?
        .open_connection(request.into(), trusted)
        .await?
        .into())
}

/// Captures that read through it go on; it is only gone from the list.
#[tauri::command]
#[specta::specta]
pub async fn close_connection(app: State<'_, App>, connection: String) -> Answer<()> {
    Ok(app
        .engine()?
        .close_connection(connection_id(&connection)?)?)
}

/// What has been asked of the endpoint since it was opened.
#[tauri::command]
#[specta::specta]
pub async fn connection_meter(app: State<'_, App>, connection: String) -> Answer<ReadMeter> {
    Ok(app.engine()?.meter(connection_id(&connection)?)?.into())
}

pub(super) fn connection_id(text: &str) -> Answer<ConnectionId> {
    Ok(ConnectionId(id(text)?.unsigned_abs()))
}
