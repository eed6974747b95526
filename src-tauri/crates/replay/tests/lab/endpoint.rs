//! A target stream at an endpoint: made, granted, read back.

use aws_sdk_kinesis::{
    Client,
    config::{BehaviorVersion, Credentials, Region},
    types::ShardIteratorType,
};
use kinesis::{
    AwsSurroundings, Connection, ConnectionSpec, DialogAnswer, Grant, ProductionPatterns, Timeouts,
    Trust,
};
use publish::{KinesisTarget, ShardMap};
use record::{Millis, StreamName};
use replay::TargetShards;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub async fn connect(endpoint: &str) -> Connection {
    let spec = ConnectionSpec {
        region: Some("us-east-1".into()),
        ..ConnectionSpec::local(endpoint)
    };
    let surroundings = AwsSurroundings::default();
    Connection::open_in(&surroundings, spec, Trust::default(), Timeouts::default())
        .await
        .expect("a connection")
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

#[expect(
    clippy::disallowed_methods,
    reason = "the endpoint's grants are by the real time"
)]
pub fn now() -> Millis {
    let since_epoch = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Millis(since_epoch.as_millis() as i64)
}

/// As if a person had said yes.
pub async fn target(connection: &Connection, stream: &StreamName) -> KinesisTarget {
    let question = connection
        .ask_to_write(stream, &ProductionPatterns::default())
        .await
        .expect("a question");
    let answer = DialogAnswer::yes_in_native_dialog(None);
    let grant = Grant::confirm(question, answer, now(), Duration::from_mins(10)).expect("a grant");
    KinesisTarget::open(connection.clone(), grant, &[])
        .await
        .expect("a target")
}

/// The target's shards for a plan and for the delivery.
pub async fn shards(connection: &Connection, stream: &StreamName) -> (TargetShards, ShardMap) {
    let shards = connection.shards(stream).await.expect("the shards");
    let open = shards.iter().filter(|shard| shard.is_open());
    let open = open.map(|shard| (shard.id.clone(), shard.hash_range));
    let targets = TargetShards::new(open).expect("the whole space");
    (targets, ShardMap::new(&shards))
}

/// A record as it lies in the target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Landed {
    pub shard: String,
    pub sequence: String,
    pub key: String,
    pub data: Vec<u8>,
}

/// All records, each shard in its order.
pub async fn read(client: &Client, stream: &StreamName) -> Vec<Landed> {
    let shards = client
        .list_shards()
        .stream_name(stream.as_str())
        .send()
        .await
        .expect("the shards")
        .shards
        .unwrap_or_default();
    let mut landed = Vec::new();
    for shard in shards {
        let iterator = client
            .get_shard_iterator()
            .stream_name(stream.as_str())
            .shard_id(&shard.shard_id)
            .shard_iterator_type(ShardIteratorType::TrimHorizon);
        let mut next = iterator.send().await.expect("an iterator").shard_iterator;
        while let Some(iterator) = next {
            let page = client.get_records().shard_iterator(iterator).send();
            let page = page.await.expect("records");
            if page.records.is_empty() {
                break;
            }
            landed.extend(page.records.into_iter().map(|record| Landed {
                shard: shard.shard_id.clone(),
                sequence: record.sequence_number,
                key: record.partition_key.unwrap_or_default(),
                data: record.data.into_inner(),
            }));
            next = page.next_shard_iterator;
        }
    }
    landed
}
