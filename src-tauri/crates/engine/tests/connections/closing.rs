//! Closing a connection ends what runs through it, which can be told before.

use crate::{demo, engine, local, until};
use emulator::{Emulator, EmulatorOptions, NewRecord};
use engine::{CaptureFrom, NewCapture, NewCaptureStream, RunState};
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread")]
async fn captures_name_their_connection_and_stop_with_it() {
    let (engine, _folder) = engine().await;
    let opened = engine
        .open_connection(demo())
        .await
        .expect("the demo opens");
    let mut captures = Vec::new();
    for stream in ["order-events", "user-events", "order-commands"] {
        let wanted = NewCapture {
            connection: opened.id,
            name: None,
            streams: vec![NewCaptureStream {
                stream: stream.to_owned(),
                shards: None,
                start: CaptureFrom::Latest,
            }],
            until: None,
        };
        let started = engine.start_capture(wanted).await.expect("it starts");
        assert_eq!(started.connection_id, Some(opened.id));
        captures.push(started.stored.id);
    }
    let [running, paused, stopped] = captures[..] else {
        panic!("three captures")
    };
    engine.pause_capture(paused).await.expect("it pauses");
    engine.stop_capture(stopped).await.expect("it stops");
    let state = async |capture| {
        let overview = engine.capture(capture).await.expect("it is known").overview;
        (overview.state, overview.connection_id)
    };
    assert_eq!(state(paused).await, (RunState::Paused, Some(opened.id)));
    assert_eq!(
        state(stopped).await,
        (RunState::Stopped, None),
        "nothing of it runs"
    );

    engine.close_connection(opened.id).await.expect("it closes");
    assert_eq!(state(running).await, (RunState::Stopped, None));
    assert_eq!(state(paused).await, (RunState::Paused, None));

    engine.resume_capture(paused).await.expect("it goes on");
    let reopened = engine.connections();
    assert_eq!(reopened.len(), 1, "through a connection of its own");
    assert_eq!(
        state(paused).await,
        (RunState::Running, Some(reopened[0].id))
    );
    engine.close().await;
}

/// A double click, or a click while the start revives what ran: one run, through one connection.
#[tokio::test(flavor = "multi_thread")]
async fn wishes_to_go_on_that_come_at_once_begin_one_run() {
    let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
    let writer = emulator.writer();
    let orders = "orders".parse().expect("a stream name");
    let made = writer.create_stream(&orders, 1, writer.now()).await;
    made.expect("a stream");
    let (engine, _folder) = engine().await;
    let opened = engine
        .open_connection(local(&emulator.endpoint()))
        .await
        .expect("it opens");
    let wanted = NewCapture {
        connection: opened.id,
        name: None,
        streams: vec![NewCaptureStream {
            stream: orders.to_string(),
            shards: None,
            start: CaptureFrom::TrimHorizon,
        }],
        until: None,
    };
    let capture = engine
        .start_capture(wanted)
        .await
        .expect("it starts")
        .stored
        .id;
    engine.close_connection(opened.id).await.expect("it closes");
    emulator.forget_requests();

    let mut wishes = JoinSet::new();
    for _ in 0..8 {
        let engine = engine.clone();
        wishes.spawn(async move { engine.resume_capture(capture).await });
    }
    for went_on in wishes.join_all().await {
        went_on.expect("it goes on");
    }
    assert_eq!(engine.connections().len(), 1);
    let record = NewRecord {
        partition_key: "a".to_owned(),
        payload: b"one".to_vec(),
        arrival: None,
    };
    writer.put(&orders, &[record]).await.expect("written");
    until("the record is captured", || async {
        let progress = engine.capture(capture).await.expect("it is known");
        progress.overview.stored.records == 1
    })
    .await;
    assert_eq!(emulator.requests().count("GetShardIterator"), 1);
    engine.close().await;
}
