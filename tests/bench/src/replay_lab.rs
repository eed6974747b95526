//! What the figures of replays share: records over keys, a workspace that holds them, a target stream.

use crate::{
    endpoint::SHARDS,
    workspace::{BATCH, Workspace, hash_range},
};
use aws_sdk_kinesis::{
    Client,
    config::{BehaviorVersion, Credentials, Region},
};
use emulator::{Emulator, EmulatorOptions};
use kinesis::{
    Connection, ConnectionSpec, DialogAnswer, Grant, ProductionPatterns, ShardSummary, Trust,
};
use publish::{Delivery, End, KinesisTarget, Limits, Order, OrderOptions, Request, ShardMap};
use query::Filter;
use rand::{Rng, SeedableRng, rngs::StdRng};
use record::{HashKey, KinesisRecord, Millis};
use replay::{
    Chosen, PaceDial, Pacing, Placement, Plan, Recipe, ReplayRequest, ReplaySource, RequestLimits,
    Selection, TargetShards,
    transform::{NamedRule, Seed},
};
use std::{
    path::Path,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use store::{DeliveryKind, NewDelivery};

const SIZE_BYTES: usize = 500;
pub const START: i64 = 1_760_000_000_000;

/// A record as it is put.
pub struct Put {
    pub key: String,
    pub data: Vec<u8>,
}

/// Records of 500 bytes over so many keys, the first ones the busiest (Zipf 1.0); with no keys, each has its own.
pub fn zipf(count: usize, keys: usize) -> Vec<Put> {
    let mut random = StdRng::seed_from_u64(7);
    let mut sum = 0.0;
    let sums: Vec<f64> = (1..=keys)
        .map(|rank| {
            sum += 1.0 / rank as f64;
            sum
        })
        .collect();
    let put = |n: usize| {
        let rank = if sums.is_empty() {
            n
        } else {
            let drawn = random.random_range(0.0..sum);
            sums.partition_point(|&upto| upto < drawn)
        };
        let start = format!("{{\"orderId\":\"ord-{rank}\",\"n\":{n},\"note\":\"");
        let note = "x".repeat(SIZE_BYTES - start.len() - 2);
        Put {
            key: format!("key-{rank}"),
            data: format!("{start}{note}\"}}").into_bytes(),
        }
    };
    (0..count).map(put).collect()
}

/// A workspace that captured these records from a stream of four shards.
pub fn captured(folder: &Path, puts: &[Put]) -> Workspace {
    let shards = SHARDS as usize;
    let workspace = Workspace::make(&folder.join("captured.kscope"), shards);
    let mut by_shard: Vec<Vec<KinesisRecord>> = (0..shards).map(|_| Vec::new()).collect();
    for (n, put) in puts.iter().enumerate() {
        let hash = HashKey::of_partition_key(&put.key);
        let shard = (0..shards).position(|shard| hash_range(shard, shards).contains(hash));
        by_shard[shard.expect("the shards cover all keys")].push(KinesisRecord {
            sequence: format!("4965{n:052}").parse().expect("a sequence number"),
            arrival: Millis(START + n as i64),
            partition_key: Some(put.key.clone()),
            payload: put.data.clone(),
        });
    }
    for (shard, records) in by_shard.into_iter().enumerate() {
        let range = hash_range(shard, shards);
        let batches = records.chunks(BATCH).map(|batch| {
            let prepare = |record: &KinesisRecord| store::prepare(record.clone(), Some(range));
            (shard, batch.iter().map(prepare).collect())
        });
        workspace.write(batches);
    }
    workspace
}

/// The embedded endpoint without its shim, with an empty stream.
pub async fn endpoint() -> (Emulator, Client) {
    let options = EmulatorOptions {
        retained_bytes_max: 4 << 30,
        ..EmulatorOptions::default()
    };
    let emulator = Emulator::start_bare(options).expect("the embedded endpoint");
    let config = aws_sdk_kinesis::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(emulator.endpoint())
        .credentials_provider(Credentials::new("test", "test", None, None, "bench"))
        .build();
    let client = Client::from_conf(config);
    let create = client.create_stream().stream_name(Lab::STREAM);
    let create = create.shard_count(SHARDS as i32).send().await;
    create.expect("a stream");
    loop {
        let described = client
            .describe_stream_summary()
            .stream_name(Lab::STREAM)
            .send()
            .await;
        let summary = described.expect("described").stream_description_summary;
        if summary.is_some_and(|summary| summary.stream_status.as_str() == "ACTIVE") {
            return (emulator, client);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A target stream at an endpoint of its own, with a grant for it.
pub struct Lab {
    target: KinesisTarget,
    shards: Vec<ShardSummary>,
    emulator: Emulator,
}

impl Lab {
    pub const STREAM: &str = "replayed";

    pub async fn open() -> Self {
        let (emulator, _) = endpoint().await;
        let spec = ConnectionSpec::local(emulator.endpoint());
        let connection = Connection::open(spec, Trust::default())
            .await
            .expect("a connection");
        let name = Self::STREAM.parse().expect("a name");
        let patterns = ProductionPatterns::default();
        let question = connection.ask_to_write(&name, &patterns).await;
        let answer = DialogAnswer::yes_in_native_dialog(None);
        let lasts = Duration::from_hours(1);
        let grant = Grant::confirm(question.expect("a target"), answer, now(), lasts);
        let shards = connection.shards(&name).await.expect("the shards");
        let target = KinesisTarget::open(connection, grant.expect("a grant"), &[]).await;
        Self {
            target: target.expect("a target"),
            shards,
            emulator,
        }
    }

    /// Everything, by key, as fast as the target takes it.
    pub fn plan(&self, captured: &Workspace) -> Plan {
        let open = self.shards.iter();
        let targets = TargetShards::new(open.map(|shard| (shard.id.clone(), shard.hash_range)));
        let request = everything(
            captured,
            Some(targets.expect("the whole space")),
            Vec::new(),
        );
        planned(captured, request)
    }

    /// The target by itself, with its shards and the endpoint that it lies at.
    pub fn into_target(self) -> (KinesisTarget, ShardMap, Emulator) {
        (self.target, ShardMap::new(&self.shards), self.emulator)
    }

    pub async fn replay(self, captured: &Workspace, plan: &Plan, requests_at_once: usize) {
        let new = delivery(plan);
        let Request::First(claim) = publish::begin(&captured.store, &new).expect("begun") else {
            panic!("a new workspace knows no delivery")
        };
        let options = OrderOptions {
            requests_at_once,
            ..OrderOptions::new(Order::Keyed, plan.request.limits.into())
        };
        let source = ReplaySource::open(&captured.store, plan).expect("a source");
        let pace = PaceDial::new(Pacing::AT_ONCE).pace();
        let map = ShardMap::new(&self.shards);
        let delivery = Delivery::start(claim, self.target, source, pace, options, map);
        let end = delivery.ended().await;
        assert!(matches!(end, End::Finished), "{end:?}");
    }
}

pub fn everything(
    captured: &Workspace,
    targets: Option<TargetShards>,
    rules: Vec<NamedRule>,
) -> ReplayRequest {
    let selection = Selection {
        captures: vec![captured.capture],
        chosen: Chosen::Filter(Filter::Everything),
    };
    ReplayRequest {
        selection: selection.pin(&captured.store).expect("pinned"),
        recipe: Recipe {
            rules,
            seed: Seed(1),
            placement: Placement::ByKey,
        },
        pacing: Pacing::AT_ONCE,
        targets,
        limits: RequestLimits::from(Limits::of_stream(None)),
    }
}

pub fn planned(captured: &Workspace, request: ReplayRequest) -> Plan {
    let plan = request.plan(&captured.store, || false).expect("a plan");
    plan.expect("not cancelled")
}

pub fn delivery(plan: &Plan) -> NewDelivery {
    NewDelivery {
        token: "bench".to_owned(),
        kind: DeliveryKind::Replay,
        created_at: now(),
        caller: String::new(),
        target: "bench".to_owned(),
        target_stream: None,
        order: "keyed".to_owned(),
        plan: plan.to_json().expect("JSON"),
        composed: None,
    }
}

#[expect(clippy::disallowed_methods, reason = "a grant begins now")]
fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    Millis(since.expect("after 1970").as_millis() as i64)
}
