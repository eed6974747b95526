//! What every delivery test needs: a workspace, a stream, a grant, a plan, and a judge that reads the
//! stream back.

use aws_sdk_kinesis::{
    Client,
    config::{BehaviorVersion, Credentials, Region},
};
use bytes::Bytes;
use kinesis::{
    AwsSurroundings, Connection, ConnectionSpec, DialogAnswer, Grant, ProductionPatterns, Start,
    Timeouts, Trust,
};
use publish::{
    AtOnce, Delivery, End, Entries, Entry, KinesisTarget, Order, OrderOptions, Origin, Request,
    ShardMap, Target,
};
use record::{Millis, StreamName};
use std::{
    collections::{HashMap, HashSet},
    future::Future,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use store::{DeliveryClaim, DeliveryId, DeliveryKind, NewDelivery, RecordId, Store};
use tempfile::TempDir;

/// Nothing in these tests takes longer unless it is broken.
const PATIENCE: Duration = Duration::from_mins(2);

pub struct Lab {
    pub connection: Connection,
    pub client: Client,
    pub store: Store,
    _folder: TempDir,
}

pub fn name(text: &str) -> StreamName {
    text.parse().expect("a stream name")
}

pub fn sdk(endpoint: &str) -> Client {
    let config = aws_sdk_kinesis::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(endpoint)
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .build();
    Client::from_conf(config)
}

pub async fn connect(endpoint: &str) -> Connection {
    let timeouts = Timeouts {
        connect: Duration::from_secs(2),
        read: Duration::from_millis(700),
        attempt: Duration::from_secs(10),
        operation: Duration::from_secs(20),
    };
    let spec = ConnectionSpec {
        region: Some("us-east-1".into()),
        ..ConnectionSpec::local(endpoint)
    };
    let surroundings = AwsSurroundings::default();
    let opened = Connection::open_in(&surroundings, spec, Trust::default(), timeouts).await;
    opened.expect("a connection")
}

pub async fn until<F: Future<Output = bool>>(what: &str, condition: impl Fn() -> F) {
    let started = Instant::now();
    while !condition().await {
        assert!(started.elapsed() < PATIENCE, "never: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[expect(clippy::disallowed_methods, reason = "a grant begins now")]
fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    Millis(since.expect("after 1970").as_millis() as i64)
}

/// `count` records over `keys` keys, the first of them hot: every second record is its.
pub fn plan(count: u64, keys: u64) -> Vec<Entry> {
    let entry = |n: u64| Entry {
        key: if n.is_multiple_of(2) {
            "hot".into()
        } else {
            format!("key-{}", n / 2 % keys)
        },
        explicit_hash_key: None,
        data: Bytes::from(format!("{n}")),
        origin: Some(Origin {
            record: RecordId((1 + n as i64 % 3) << 32 | n as i64),
            sequence: format!("49{n:054}").parse().expect("a number"),
            sub: 0,
            arrival: Millis(n as i64),
        }),
    };
    (0..count).map(entry).collect()
}

pub fn options(order: Order, target: &impl Target) -> OrderOptions {
    OrderOptions {
        requests_at_once: 4,
        ..OrderOptions::new(order, target.limits())
    }
}

impl Lab {
    pub async fn at(endpoint: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self {
            connection: connect(endpoint).await,
            client: sdk(endpoint),
            store: Store::open(&folder.path().join("lab.kscope")).expect("a workspace"),
            _folder: folder,
        }
    }

    pub async fn create_stream(&self, stream: &str, shards: i32) {
        let create = self.client.create_stream().stream_name(stream);
        create.shard_count(shards).send().await.expect("a stream");
        until("the stream is active", || async {
            let described = self.connection.stream(&name(stream)).await;
            described.is_ok_and(|summary| summary.status == kinesis::StreamStatus::Active)
        })
        .await;
    }

    pub async fn grant(&self, connection: &Connection, stream: &str) -> Grant {
        let patterns = ProductionPatterns::default();
        let question = connection.ask_to_write(&name(stream), &patterns).await;
        let answer = DialogAnswer::yes_in_native_dialog(None);
        let hour = Duration::from_hours(1);
        Grant::confirm(question.expect("a target"), answer, now(), hour).expect("a grant")
    }

    pub async fn target(&self, connection: &Connection, stream: &str) -> KinesisTarget {
        let grant = self.grant(connection, stream).await;
        let opened = KinesisTarget::open(connection.clone(), grant, &[]).await;
        opened.expect("a target")
    }

    pub async fn map(&self, stream: &str) -> ShardMap {
        let shards = self.connection.shards(&name(stream)).await;
        ShardMap::new(&shards.expect("the shards"))
    }

    pub fn new_delivery(token: &str, target: &KinesisTarget) -> NewDelivery {
        let granted = target.grant().target();
        NewDelivery {
            token: token.into(),
            kind: DeliveryKind::Replay,
            created_at: now(),
            caller: format!("{:?}", granted.caller()),
            target: granted.name().to_string(),
            target_stream: Some(granted.stream().clone()),
            order: "keyed".into(),
            plan: "{}".into(),
            composed: None,
        }
    }

    pub fn begin(&self, token: &str, target: &KinesisTarget) -> DeliveryClaim {
        let new = Self::new_delivery(token, target);
        match publish::begin(&self.store, &new).expect("begun") {
            Request::First(claim) => claim,
            Request::Again(id) => panic!("{id} was begun before"),
        }
    }

    /// Delivers a plan through `connection` and waits for the end.
    pub async fn deliver(
        &self,
        connection: &Connection,
        stream: &str,
        order: Order,
        plan: Vec<Entry>,
    ) -> (DeliveryId, End) {
        let target = self.target(connection, stream).await;
        let claim = self.begin(stream, &target);
        let options = options(order, &target);
        let map = self.map(stream).await;
        let delivery = Delivery::start(claim, target, Entries::new(plan), AtOnce, options, map);
        let id = delivery.id();
        let end = tokio::time::timeout(PATIENCE, delivery.ended()).await;
        (id, end.expect("it ends"))
    }

    /// Everything in the stream: per shard the positions in their order, with their keys.
    pub async fn written(&self, stream: &str) -> Vec<Vec<(String, u64)>> {
        let stream = name(stream);
        let mut all = Vec::new();
        for shard in self.connection.shards(&stream).await.expect("the shards") {
            let start = Start::TrimHorizon;
            let iterator = self.connection.iterator(&stream, &shard.id, &start).await;
            let mut iterator = iterator.expect("an iterator");
            let mut found = Vec::new();
            let mut empty = 0;
            while empty < 3 {
                let page = self
                    .connection
                    .records(&iterator, 10_000)
                    .await
                    .expect("a page");
                empty = if page.records.is_empty() {
                    empty + 1
                } else {
                    0
                };
                found.extend(page.records.into_iter().map(|record| {
                    let text = String::from_utf8(record.payload).expect("a number");
                    let key = record.partition_key.expect("a key");
                    (key, text.trim_end().parse().expect("a number"))
                }));
                match page.next {
                    Some(next) => iterator = next,
                    None => break,
                }
            }
            all.push(found);
        }
        all
    }

    /// All of the plan is there, in order per key, or per source shard in the strict order; and what is
    /// there twice is listed. Answers with how many were doubled.
    pub async fn judge(&self, stream: &str, id: DeliveryId, order: Order, plan: &[Entry]) -> usize {
        let progress = self.store.delivery_progress(id).expect("progress");
        assert_eq!(progress.acknowledged(), plan.len());
        assert_eq!(progress.unsettled(), Vec::<u64>::new());
        let listed: HashSet<u64> = progress.may_be_doubled().into_iter().collect();
        let (doubled, faults) = self.found(stream, order, plan, &listed).await;
        assert!(faults.is_empty(), "{faults:#?}");
        doubled
    }

    /// How many records are there twice, and everything that is wrong, in words.
    pub async fn found(
        &self,
        stream: &str,
        order: Order,
        plan: &[Entry],
        listed: &HashSet<u64>,
    ) -> (usize, Vec<String>) {
        let (mut seen, mut doubled, mut faults) = (HashSet::new(), 0, Vec::new());
        for shard in self.written(stream).await {
            let mut last: HashMap<String, u64> = HashMap::new();
            for (key, position) in shard {
                assert_eq!(key, plan[position as usize].key);
                if !seen.insert(position) {
                    if !listed.contains(&position) {
                        faults.push(format!("{position} is doubled and not listed"));
                    }
                    doubled += 1;
                    continue;
                }
                let lane = match order {
                    Order::Keyed => key,
                    Order::Strict => {
                        format!("{:?}", plan[position as usize].origin.map(|o| o.shard()))
                    }
                    Order::Fast => continue,
                };
                if let Some(before) = last.insert(lane, position).filter(|&b| b > position) {
                    faults.push(format!("{position} came after {before}"));
                }
            }
        }
        if seen.len() != plan.len() {
            faults.push(format!("{} of {} are there", seen.len(), plan.len()));
        }
        (doubled, faults)
    }
}
