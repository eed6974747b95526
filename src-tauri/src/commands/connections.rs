//! Opening and closing connections.

use super::{Answer, id};
use crate::{
    app::App,
    wire::{
        CallPermissions, Connection, ConnectionChoices, EndpointCall, Number, OpenConnection,
        ReadMeter, TrustedEndpoint,
    },
};
use engine::ConnectionId;
use tauri::State;

/// What can be opened, and what is open.
#[tauri::command]
#[specta::specta]
pub async fn list_connections(app: State<'_, App>) -> Answer<ConnectionChoices> {
    let engine = app.engine()?;
    Ok(ConnectionChoices::of(
        engine::presets().await,
        engine.profiles().await,
        engine.connections(),
        engine.trusted_endpoints().await?,
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

/// Asks again who we are there and what the endpoint offers.
#[tauri::command]
#[specta::specta]
pub async fn probe_connection(app: State<'_, App>, connection: String) -> Answer<Connection> {
    Ok(app
        .engine()?
        .probe_connection(connection_id(&connection)?)
        .await?
        .into())
}

/// Captures that run through it are stopped; what they read is kept.
#[tauri::command]
#[specta::specta]
pub async fn close_connection(app: State<'_, App>, connection: String) -> Answer<()> {
    Ok(app
        .engine()?
        .close_connection(connection_id(&connection)?)
        .await?)
}

/// The endpoint will be asked about again; connections to it are closed as by `close_connection`.
#[tauri::command]
#[specta::specta]
pub async fn withdraw_trust(app: State<'_, App>, endpoint: TrustedEndpoint) -> Answer<()> {
    Ok(app.engine()?.withdraw_trust(endpoint.into()).await?)
}

/// Asks which calls may be made there, about this stream or else about the first one listed. Nothing is written.
#[tauri::command]
#[specta::specta]
pub async fn connection_permissions(
    app: State<'_, App>,
    connection: String,
    stream: Option<String>,
) -> Answer<CallPermissions> {
    Ok(app
        .engine()?
        .permissions(connection_id(&connection)?, stream.as_deref())
        .await?
        .into())
}

/// What has been asked of the endpoint since it was opened.
#[tauri::command]
#[specta::specta]
pub async fn connection_meter(app: State<'_, App>, connection: String) -> Answer<ReadMeter> {
    Ok(app.engine()?.meter(connection_id(&connection)?)?.into())
}

/// The last attempts of its calls after this number, oldest first; at most 2,000.
#[tauri::command]
#[specta::specta]
pub async fn connection_calls(
    app: State<'_, App>,
    connection: String,
    after: Number,
) -> Answer<Vec<EndpointCall>> {
    let calls = app
        .engine()?
        .calls(connection_id(&connection)?, after.as_u64())?;
    Ok(calls.into_iter().map(EndpointCall::from).collect())
}

pub(super) fn connection_id(text: &str) -> Answer<ConnectionId> {
    Ok(ConnectionId(id(text)?.unsigned_abs()))
}
