//! Browsing streams and shards.

use super::{Answer, connections::connection_id};
use crate::{
    app::App,
    wire::{Consumer, KeyPlacement, Number, Shard, StreamDetails, StreamRow, Tag},
};
use tauri::State;

/// All streams of the connection's account and region.
#[tauri::command]
#[specta::specta]
pub async fn list_streams(app: State<'_, App>, connection: String) -> Answer<Vec<StreamRow>> {
    let streams = app.engine()?.streams(connection_id(&connection)?).await?;
    Ok(streams.into_iter().map(StreamRow::from).collect())
}

/// One stream, as `DescribeStreamSummary` tells it.
#[tauri::command]
#[specta::specta]
pub async fn stream_details(
    app: State<'_, App>,
    connection: String,
    stream: String,
) -> Answer<StreamDetails> {
    Ok(app
        .engine()?
        .stream(connection_id(&connection)?, &stream)
        .await?
        .into())
}

/// All shards, open and closed, as `ListShards` tells them.
#[tauri::command]
#[specta::specta]
pub async fn stream_shards(
    app: State<'_, App>,
    connection: String,
    stream: String,
) -> Answer<Vec<Shard>> {
    let shards = app
        .engine()?
        .shards(connection_id(&connection)?, &stream)
        .await?;
    Ok(shards.into_iter().map(Shard::from).collect())
}

/// Consumers registered for enhanced fan-out.
#[tauri::command]
#[specta::specta]
pub async fn stream_consumers(
    app: State<'_, App>,
    connection: String,
    stream: String,
) -> Answer<Vec<Consumer>> {
    let consumers = app
        .engine()?
        .consumers(connection_id(&connection)?, &stream)
        .await?;
    Ok(consumers.into_iter().map(Consumer::from).collect())
}

/// The stream's tags.
#[tauri::command]
#[specta::specta]
pub async fn stream_tags(
    app: State<'_, App>,
    connection: String,
    stream: String,
) -> Answer<Vec<Tag>> {
    let tags = app
        .engine()?
        .tags(connection_id(&connection)?, &stream)
        .await?;
    Ok(tags.into_iter().map(Tag::from).collect())
}

/// Makes a stream where the endpoint is on this machine, and waits until it can be used.
#[tauri::command]
#[specta::specta]
pub async fn create_stream(
    app: State<'_, App>,
    connection: String,
    stream: String,
    shards: Number,
) -> Answer<StreamDetails> {
    Ok(app
        .engine()?
        .create_stream(connection_id(&connection)?, &stream, shards.as_u64())
        .await?
        .into())
}

/// Removes a stream and its records where the endpoint is on this machine and its name was typed. It cannot be undone.
#[tauri::command]
#[specta::specta]
pub async fn delete_stream(
    app: State<'_, App>,
    connection: String,
    stream: String,
    typed: String,
) -> Answer<()> {
    Ok(app
        .engine()?
        .delete_stream(connection_id(&connection)?, &stream, &typed)
        .await?)
}

/// The hash key of a partition key, and the open shard that holds it.
#[tauri::command]
#[specta::specta]
pub async fn shard_of_key(
    app: State<'_, App>,
    connection: String,
    stream: String,
    partition_key: String,
) -> Answer<KeyPlacement> {
    Ok(app
        .engine()?
        .shard_of_key(connection_id(&connection)?, &stream, &partition_key)
        .await?
        .into())
}
