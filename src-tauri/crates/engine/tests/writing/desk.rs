//! What every test here needs: an engine, an endpoint behind a proxy, and a person who says yes.

use aws_sdk_kinesis::{
    config::{BehaviorVersion, Credentials, Region},
    primitives::Blob,
    types::ShardIteratorType,
};
use emulator::{Emulator, EmulatorOptions};
use engine::{
    Choice, ConnectionId, ConnectionSource, DeliveryId, DialogAnswer, Draft, Encoding, Engine,
    EngineError, EngineOptions, Granted, Message, MessageFormat, Order, PublishState, Published,
};
use faults::{Exchange, Proxy};
use record::{Millis, SequenceNumber, ShardId, StreamName};
use std::{
    collections::HashMap,
    future::Future,
    time::{Duration, Instant},
};
use store::{AttemptResult, DeliveryEvent, LogEvent, NewDelivery, Store, Subject};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_mins(1);

pub const CREATED: Millis = Millis(1_700_000_000_000);

pub struct Desk {
    pub emulator: Emulator,
    pub proxy: Proxy,
    pub engine: Engine,
    pub connection: ConnectionId,
    folder: TempDir,
}

pub fn name(text: &str) -> StreamName {
    text.parse().expect("a stream's name")
}

pub fn local(endpoint: String) -> Choice {
    Choice {
        source: ConnectionSource::Local,
        region: Some("us-east-1".to_owned()),
        endpoint: Some(endpoint),
    }
}

/// A record of a stream.
pub struct Written {
    pub shard: ShardId,
    pub sequence: SequenceNumber,
    pub key: String,
    pub data: Vec<u8>,
}

/// What the journal says of a delivery.
#[derive(Debug)]
pub struct Logged {
    pub delivery: NewDelivery,
    pub events: Vec<DeliveryEvent>,
    /// What was acknowledged: its place, with when and with the digest of what was sent.
    pub records: HashMap<(ShardId, SequenceNumber), (Millis, [u8; 16])>,
}

/// A message that is published once, in order.
pub fn draft(desk: &Desk, stream: &str, text: &str, key: &str) -> Draft {
    Draft {
        connection: desk.connection,
        stream: stream.to_owned(),
        message: Message {
            text: text.to_owned(),
            format: MessageFormat::Json,
            key: key.to_owned(),
            explicit_hash_key: None,
            is_literal: false,
            encoding: Encoding::None,
        },
        repeat: 1,
        every_millis: None,
        aggregate: false,
        order: Order::Keyed,
        moment: None,
    }
}

/// Waits for a condition, never for a time.
pub async fn until<F: Future<Output = bool>>(what: &str, condition: impl Fn() -> F) {
    let started = Instant::now();
    while !condition().await {
        assert!(started.elapsed() < PATIENCE, "never: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Waits for the end of a publishing.
pub async fn done(desk: &Desk, id: DeliveryId) -> Published {
    let status = || async { desk.engine.published(id).await.expect("a row") };
    until("it is over", || async {
        !matches!(
            status().await.state,
            PublishState::Running | PublishState::Paused
        )
    })
    .await;
    status().await
}

/// Another client than the program's.
pub fn client(endpoint: &str) -> aws_sdk_kinesis::Client {
    let config = aws_sdk_kinesis::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(endpoint)
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .build();
    aws_sdk_kinesis::Client::from_conf(config)
}

/// Everything in a stream, shard by shard.
pub async fn written(client: &aws_sdk_kinesis::Client, stream: &str) -> Vec<Written> {
    let shards = client
        .list_shards()
        .stream_name(stream)
        .send()
        .await
        .expect("the shards");
    let mut all = Vec::new();
    for shard in shards.shards() {
        let id = shard.shard_id();
        let first = client.get_shard_iterator().stream_name(stream).shard_id(id);
        let first = first
            .shard_iterator_type(ShardIteratorType::TrimHorizon)
            .send()
            .await;
        let mut iterator = first.expect("an iterator").shard_iterator;
        while let Some(next) = iterator {
            let page = client
                .get_records()
                .shard_iterator(next)
                .send()
                .await
                .expect("a page");
            iterator = page
                .next_shard_iterator
                .filter(|_| !page.records.is_empty());
            all.extend(page.records.into_iter().map(|record| Written {
                shard: id.parse().expect("a shard"),
                sequence: record.sequence_number.parse().expect("a number"),
                key: record.partition_key.expect("a key"),
                data: record.data.into_inner(),
            }));
        }
    }
    all
}

impl Desk {
    /// With these streams of four shards.
    pub async fn with(streams: &[&str]) -> Self {
        let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
        let proxy = Proxy::to(&emulator.endpoint()).await;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let workspace = folder.path().join("test.kscope");
        let engine = Engine::open(EngineOptions { workspace })
            .await
            .expect("the engine opens");
        let choice = local(proxy.endpoint());
        let opened = engine.open_connection(choice).await;
        let desk = Self {
            connection: opened.expect("a connection").id,
            emulator,
            proxy,
            engine,
            folder,
        };
        for stream in streams {
            desk.create(stream, CREATED).await;
        }
        desk
    }

    pub async fn create(&self, stream: &str, created_at: Millis) {
        let made = self.emulator.writer();
        let made = made.create_stream(&name(stream), 4, created_at).await;
        assert!(made.expect("a stream"), "{stream} is there already");
    }

    fn client(&self) -> aws_sdk_kinesis::Client {
        client(&self.emulator.endpoint())
    }

    /// Records that some other program writes.
    pub async fn put(&self, stream: &str, records: &[(&str, &[u8])]) {
        for (key, data) in records {
            let put = self.client().put_record().stream_name(stream);
            let put = put.partition_key(*key).data(Blob::new(*data));
            put.send().await.expect("written");
        }
    }

    /// Returns when it is gone.
    pub async fn delete(&self, stream: &str) {
        let client = self.client();
        let delete = client.delete_stream().stream_name(stream).send();
        delete.await.expect("the stream is deleted");
        let describe = || client.describe_stream_summary().stream_name(stream).send();
        while describe().await.is_ok() {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    }

    pub async fn tag(&self, stream: &str, key: &str, value: &str) {
        let tag = self
            .client()
            .add_tags_to_stream()
            .stream_name(stream)
            .tags(key, value)
            .send();
        tag.await.expect("a tag");
    }

    /// The person says yes to whatever is asked.
    pub async fn grant(&self, stream: &str) -> Granted {
        self.answer(stream, None).await.expect("a grant")
    }

    pub async fn answer(&self, stream: &str, typed: Option<&str>) -> Result<Granted, EngineError> {
        let question = self.engine.ask_to_write(self.connection, stream).await?;
        let answer = DialogAnswer::yes_in_native_dialog(typed.map(str::to_owned));
        self.engine.grant(question, answer)
    }

    /// Everything in the stream, read from the endpoint itself.
    pub async fn written(&self, stream: &str) -> Vec<Written> {
        written(&self.client(), stream).await
    }

    pub fn user_records(data: &[u8]) -> usize {
        match decode::deaggregate(data) {
            decode::Aggregation::Aggregated(records) => records.len(),
            decode::Aggregation::Single | decode::Aggregation::Damaged(_) => 1,
        }
    }

    /// Ends the program and starts it again on its workspace.
    pub async fn restarted(self) -> Self {
        self.engine.close().await;
        let Self {
            emulator,
            proxy,
            engine,
            folder,
            ..
        } = self;
        drop(engine);
        let workspace = folder.path().join("test.kscope");
        let engine = Engine::open(EngineOptions { workspace })
            .await
            .expect("it opens again");
        let opened = engine.open_connection(local(proxy.endpoint())).await;
        Self {
            connection: opened.expect("a connection").id,
            emulator,
            proxy,
            engine,
            folder,
        }
    }

    /// What the journal on the disk says of a delivery.
    pub async fn logged(&self, id: DeliveryId) -> Logged {
        self.engine.close().await;
        let store = Store::open(&self.folder.path().join("test.kscope")).expect("the workspace");
        let (mut digests, mut records, mut from) = (HashMap::new(), HashMap::new(), None);
        loop {
            let page = store.delivery_log(id, from).expect("the log");
            for line in page.lines {
                match line.event {
                    LogEvent::Intended(Subject::Composed { digest, .. }) => {
                        digests.insert(line.position, digest);
                    }
                    LogEvent::Came(AttemptResult::Acknowledged { shard, sequence }) => {
                        let digest = digests[&line.position];
                        records.insert((shard, sequence), (line.at, digest));
                    }
                    _ => {}
                }
            }
            from = page.next;
            if from.is_none() {
                break;
            }
        }
        Logged {
            delivery: store.delivery(id).expect("the delivery").delivery,
            events: store.delivery_events(id).expect("its events"),
            records,
        }
    }

    /// The puts that the proxy saw.
    pub fn puts(&self) -> Vec<Exchange> {
        let all = self.proxy.log().into_iter();
        all.filter(|exchange| exchange.operation.starts_with("Put"))
            .collect()
    }
}
