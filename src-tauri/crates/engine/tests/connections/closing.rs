//! Closing a connection ends what runs through it, which can be told before.

use crate::{demo, engine};
use engine::{CaptureFrom, NewCapture, NewCaptureStream, RunState};

#[tokio::test(flavor = "multi_thread")]
async fn captures_name_their_connection_and_stop_with_it() {
    let (engine, _folder) = engine().await;
    let opened = engine
        .open_connection(demo(), false)
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

    engine
        .resume_capture(paused, false)
        .await
        .expect("it goes on");
    let reopened = engine.connections();
    assert_eq!(reopened.len(), 1, "through a connection of its own");
    assert_eq!(
        state(paused).await,
        (RunState::Running, Some(reopened[0].id))
    );
    engine.close().await;
}
