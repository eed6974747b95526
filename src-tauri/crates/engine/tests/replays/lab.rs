//! An engine, an endpoint, and a flow of orders that was captured there.

use aws_sdk_kinesis::{
    Client,
    config::{BehaviorVersion, Credentials, Region},
    primitives::Blob,
    types::{PutRecordsRequestEntry, ShardIteratorType},
};
use engine::{
    AfterUnclear, CaptureFrom, CaptureId, Choice, ConnectionId, ConnectionSource, DeliveryId,
    DialogAnswer, Engine, EngineOptions, NewCapture, NewCaptureStream, Order, Permission,
    Placement, ReplayInto, ReplayOverview, ReplaySetup, ReplayState, WantedChoice, WantedPacing,
    WantedRecords, WantedReplay, WantedRule,
};
use std::{
    path::Path,
    time::{Duration, Instant},
};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_mins(2);
/// Events of one order.
pub const STEPS: u64 = 6;
pub const EVENTS: &str = "order-events";
pub const COMMANDS: &str = "order-commands";

pub struct Lab {
    pub engine: Engine,
    pub folder: TempDir,
    pub client: Client,
    pub connection: ConnectionId,
}

/// A record as it lies in a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Landed {
    pub shard: String,
    pub key: String,
    pub data: Vec<u8>,
}

pub async fn open(workspace: &Path) -> Engine {
    let workspace = workspace.to_owned();
    Engine::open(EngineOptions { workspace })
        .await
        .expect("the engine opens")
}

pub async fn connect(engine: &Engine, endpoint: &str) -> ConnectionId {
    let choice = Choice {
        source: ConnectionSource::Local,
        region: Some("us-east-1".to_owned()),
        endpoint: Some(endpoint.to_owned()),
    };
    let opened = engine.open_connection(choice).await;
    opened.expect("the endpoint answers").id
}

pub fn client(endpoint: &str) -> Client {
    let config = aws_sdk_kinesis::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(endpoint)
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .build();
    Client::from_conf(config)
}

impl Lab {
    pub async fn at(endpoint: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let engine = open(&folder.path().join("replays.kscope")).await;
        Self {
            connection: connect(&engine, endpoint).await,
            client: client(endpoint),
            engine,
            folder,
        }
    }

    pub async fn create_stream(&self, name: &str, shards: i32) {
        create_stream(&self.client, name, shards).await;
    }

    /// So many orders, their events and commands in two streams, captured from the beginning.
    pub async fn capture_orders(&self, orders: u64) -> CaptureId {
        self.create_stream(EVENTS, 2).await;
        self.create_stream(COMMANDS, 1).await;
        for step in 0..STEPS {
            let of = |order: u64| (format!("ord-{order}"), event(order, step));
            let stream = if step % 2 == 0 { COMMANDS } else { EVENTS };
            put(&self.client, stream, (0..orders).map(of).collect()).await;
            // steps of one millisecond in two streams would have no order
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let capture = self.capture(&[EVENTS, COMMANDS]).await;
        self.until_captured(capture, orders * STEPS).await;
        capture
    }

    pub async fn capture(&self, streams: &[&str]) -> CaptureId {
        let stream = |name: &&str| NewCaptureStream {
            stream: (*name).to_owned(),
            shards: None,
            start: CaptureFrom::TrimHorizon,
        };
        let wanted = NewCapture {
            connection: self.connection,
            name: None,
            streams: streams.iter().map(stream).collect(),
            until: None,
        };
        let started = self.engine.start_capture(wanted).await;
        started.expect("a capture").stored.id
    }

    pub async fn until_captured(&self, capture: CaptureId, records: u64) {
        until("everything is captured", async || {
            let captured = self.engine.capture(capture).await.expect("a capture");
            captured.overview.stored.records >= records
        })
        .await;
    }

    pub fn to_stream(&self, stream: &str) -> ReplayInto {
        ReplayInto::Stream {
            connection: self.connection,
            stream: stream.to_owned(),
        }
    }

    /// As if a person had said yes.
    pub async fn permission(&self, stream: &str) -> Permission {
        permission(&self.engine, self.connection, stream).await
    }

    pub async fn replay(&self, wanted: WantedReplay) -> ReplayOverview {
        let permission = match &wanted.into {
            ReplayInto::Stream { stream, .. } => self.permission(stream).await,
            _ => Permission::Nothing,
        };
        let plan = self.engine.plan_replay("test", wanted).await;
        let plan = plan.expect("a plan");
        let started = self.engine.start_replay(&plan.id, permission).await;
        self.finished(started.expect("it starts").id).await
    }

    pub async fn finished(&self, id: DeliveryId) -> ReplayOverview {
        finished(&self.engine, id).await
    }

    /// Everything that lies in a stream, each shard in its order.
    pub async fn landed(&self, stream: &str) -> Vec<Landed> {
        landed(&self.client, stream).await
    }
}

pub async fn finished(engine: &Engine, id: DeliveryId) -> ReplayOverview {
    let mut last = None;
    until("the replay ends", async || {
        let replay = engine.replay(id).await.expect("a replay");
        let is_over = !matches!(replay.state, ReplayState::Running | ReplayState::Paused);
        last = Some(replay);
        is_over
    })
    .await;
    let replay = last.expect("it was asked");
    assert_eq!(replay.state, ReplayState::Finished, "{replay:?}");
    replay
}

pub async fn permission(engine: &Engine, connection: ConnectionId, stream: &str) -> Permission {
    let question = engine.ask_to_write(connection, stream).await;
    let answer = DialogAnswer::yes_in_native_dialog(None);
    let granted = engine.grant(question.expect("a question"), answer);
    Permission::Write(granted.expect("a grant").grant)
}

pub async fn until(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let started = Instant::now();
    while !condition().await {
        assert!(started.elapsed() < PATIENCE, "never: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

pub fn event(order: u64, step: u64) -> Vec<u8> {
    format!(
        "{{\"eventId\":\"evt-{}\",\"sagaId\":\"saga-{order}\",\"eventType\":\"STEP_{step}\",\"timestamp\":\"2026-04-11T09:{:02}:{step:02}.250Z\",\
         \"payload\":{{\"orderId\":\"ord-{order}\",\"amount\":1{step}.50,\"note\":\"é\"}}}}",
        order * STEPS + step,
        order % 60
    )
    .into_bytes()
}

pub fn wanted(chosen: WantedChoice, into: ReplayInto, rules: Vec<WantedRule>) -> WantedReplay {
    WantedReplay {
        into,
        setup: ReplaySetup {
            name: None,
            source: WantedRecords {
                captures: Vec::new(),
                chosen,
            },
            rules,
            order: Order::Keyed,
            placement: Placement::ByKey,
            pacing: WantedPacing::AtOnce,
            after_unclear: AfterUnclear::Retry,
            seed: None,
            capture_target: false,
        },
    }
}

pub fn saga(order: u64) -> WantedChoice {
    WantedChoice::Carrying {
        path: "$.sagaId".to_owned(),
        value: format!("saga-{order}"),
    }
}

pub const EVERYTHING: WantedChoice = WantedChoice::Time {
    from: None,
    until: None,
};

pub async fn create_stream(client: &Client, name: &str, shards: i32) {
    let created = client.create_stream().stream_name(name).shard_count(shards);
    created.send().await.expect("a stream");
    until("the stream is active", async || {
        let summary = client.describe_stream_summary().stream_name(name).send();
        let summary = summary.await.expect("a summary");
        let summary = summary.stream_description_summary.expect("a description");
        summary.stream_status.as_str() == "ACTIVE"
    })
    .await;
}

pub async fn put(client: &Client, stream: &str, records: Vec<(String, Vec<u8>)>) {
    for batch in records.chunks(400) {
        let entry = |(key, data): &(String, Vec<u8>)| {
            PutRecordsRequestEntry::builder()
                .partition_key(key)
                .data(Blob::new(data.clone()))
                .build()
                .expect("an entry")
        };
        let entries = batch.iter().map(entry).collect();
        let put = client.put_records().stream_name(stream);
        let answer = put.set_records(Some(entries)).send().await;
        let failed = answer.expect("an answer").failed_record_count;
        assert_eq!(failed.unwrap_or_default(), 0);
    }
}

pub async fn landed(client: &Client, stream: &str) -> Vec<Landed> {
    let shards = client.list_shards().stream_name(stream).send().await;
    let shards = shards.expect("the shards").shards.unwrap_or_default();
    let mut found = Vec::new();
    for shard in shards {
        let iterator = client
            .get_shard_iterator()
            .stream_name(stream)
            .shard_id(&shard.shard_id)
            .shard_iterator_type(ShardIteratorType::TrimHorizon);
        let mut next = iterator.send().await.expect("an iterator").shard_iterator;
        while let Some(iterator) = next {
            let page = client.get_records().shard_iterator(iterator).send();
            let page = page.await.expect("records");
            if page.records.is_empty() {
                break;
            }
            found.extend(page.records.into_iter().map(|record| Landed {
                shard: shard.shard_id.clone(),
                key: record.partition_key.unwrap_or_default(),
                data: record.data.into_inner(),
            }));
            next = page.next_shard_iterator;
        }
    }
    found
}
