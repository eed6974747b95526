//! Streams are made and removed on this machine's endpoints, by a name that is typed; and what may be called is told.

use crate::{demo, engine, local};
use emulator::{Emulator, EmulatorOptions};
use engine::{Allowed, ConnectionSource, EngineError, Operation, StreamStatus};

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_is_made_seen_and_removed_by_its_typed_name() {
    let (engine, _folder) = engine().await;
    let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
    let opened = engine
        .open_connection(local(&emulator.endpoint()))
        .await
        .expect("it opens");
    let made = engine
        .create_stream(opened.id, "payments", 3)
        .await
        .expect("a stream");
    assert_eq!((made.status, made.open_shards), (StreamStatus::Active, 3));
    for typed in ["", "Payments", " payments", "payment"] {
        let refused = engine.delete_stream(opened.id, "payments", typed).await;
        assert!(
            matches!(refused, Err(EngineError::Input(_))),
            "{typed:?}: {refused:?}"
        );
    }
    let streams = engine.streams(opened.id).await.expect("they are listed");
    assert_eq!(streams.len(), 1, "it is still there");
    engine
        .delete_stream(opened.id, "payments", "payments")
        .await
        .expect("it goes");
    let streams = engine.streams(opened.id).await.expect("they are listed");
    assert_eq!(streams.len(), 0, "{streams:?}");
    for shards in [0, 70_000] {
        let refused = engine.create_stream(opened.id, "payments", shards).await;
        assert!(matches!(refused, Err(EngineError::Input(_))), "{shards}");
    }
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demos_own_streams_stay() {
    let (engine, _folder) = engine().await;
    let opened = engine.open_connection(demo()).await.expect("it opens");
    assert_eq!(opened.choice.source, ConnectionSource::Demo);
    assert!(opened.kept_streams().contains(&"order-events"));
    let refused = engine
        .delete_stream(opened.id, "order-events", "order-events")
        .await;
    assert!(matches!(refused, Err(EngineError::Input(_))), "{refused:?}");
    let streams = engine.streams(opened.id).await.expect("they are listed");
    assert_eq!(streams.len(), 3);
    engine
        .create_stream(opened.id, "mine", 1)
        .await
        .expect("a stream");
    engine
        .delete_stream(opened.id, "mine", "mine")
        .await
        .expect("it goes");
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_be_called_is_told_of_a_named_stream() {
    let (engine, _folder) = engine().await;
    let opened = engine.open_connection(demo()).await.expect("it opens");
    let told = engine
        .permissions(opened.id, Some("user-events"))
        .await
        .expect("it is asked");
    assert_eq!(told.stream.expect("named").as_str(), "user-events");
    let read = told
        .operations
        .iter()
        .find(|one| one.operation == Operation::GetRecords);
    assert_eq!(read.map(|one| one.allowed), Some(Allowed::Yes));
    let no_name = engine.permissions(opened.id, Some("no name")).await;
    assert!(matches!(no_name, Err(EngineError::Input(_))));
    engine.close().await;
}
