//! Opening and closing connections.

use super::{Answer, id};
use crate::{
    app::App,
    dialog,
    wire::{
        CallPermissions, Connection, ConnectionChoices, EndpointCall, KnownConnection, Number,
        OpenConnection, ReadMeter, TrustedEndpoint,
    },
};
use engine::{Choice, ConnectionId, TrustQuestion};
use tauri::{State, WebviewWindow};

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
        engine.known_connections().await?,
    ))
}

/// Opens a connection, asks who we are there and what is offered.
#[tauri::command]
#[specta::specta]
pub async fn open_connection(
    app: State<'_, App>,
    window: WebviewWindow,
    request: OpenConnection,
) -> Answer<Connection> {
    let engine = app.engine()?;
    let asks = request.ask_trust;
    let choice = Choice::from(request);
    if asks {
        let question = engine.ask_to_trust(&choice).await?;
        ask_to_trust(&app, &window, question).await?;
    }
    Ok(engine.open_connection(choice).await?.into())
}

/// Asks in a native dialog, where there is something to ask. After a no what follows tells that nobody has confirmed it.
pub(super) async fn ask_to_trust(
    app: &App,
    window: &WebviewWindow,
    question: Option<TrustQuestion>,
) -> Answer<()> {
    let Some(question) = question else {
        return Ok(());
    };
    let _one_at_a_time = app.ask_alone()?;
    if let Some(yes) = dialog::ask_to_trust(window, &question).await? {
        app.engine()?.trust(question, yes).await?;
    }
    Ok(())
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

/// Keeps a choice under a name, in the place of what was kept of it.
#[tauri::command]
#[specta::specta]
pub async fn keep_connection(app: State<'_, App>, known: KnownConnection) -> Answer<()> {
    Ok(app.engine()?.keep_connection(known.into()).await?)
}

/// Keeps the choice no longer; what is open stays open.
#[tauri::command]
#[specta::specta]
pub async fn forget_connection(app: State<'_, App>, known: KnownConnection) -> Answer<()> {
    let known = engine::KnownConnection::from(known);
    Ok(app.engine()?.forget_known_connection(known.choice).await?)
}

/// How many milliseconds the endpoint takes to answer.
#[tauri::command]
#[specta::specta]
pub async fn test_connection(app: State<'_, App>, connection: String) -> Answer<Number> {
    let took = app
        .engine()?
        .test_connection(connection_id(&connection)?)
        .await?;
    Ok(Number::from_u64(
        u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
    ))
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
