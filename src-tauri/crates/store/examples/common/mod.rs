//! Records for measuring: events of sagas as JSON of about 500 bytes, 56-digit sequence numbers.

use rand::{Rng, SeedableRng, rngs::StdRng};
use record::{HashKey, HashKeyRange, KinesisRecord, Millis, StreamIdentity};
use store::{
    Anchor, CaptureId, CaptureStream, NewCapture, ShardKey, ShardRecord, Store, StreamRecord,
};

pub const START: i64 = 1_760_000_000_000;
const TYPES: [&str; 8] = [
    "OrderPlaced",
    "InventoryReserved",
    "PaymentProcessed",
    "OrderShipped",
    "CustomerNotified",
    "OrderCompleted",
    "PaymentFailed",
    "InventoryReleased",
];

pub struct Events {
    random: StdRng,
}

impl Events {
    pub fn new(seed: u64) -> Self {
        Self {
            random: StdRng::seed_from_u64(seed),
        }
    }

    fn uuid(&mut self) -> String {
        let n: u128 = self.random.random();
        let hex = format!("{n:032x}");
        format!(
            "{}-{}-{}-{}-{}",
            &hex[..8],
            &hex[8..12],
            &hex[12..16],
            &hex[16..20],
            &hex[20..]
        )
    }

    pub fn record(&mut self, n: u64, shard: usize, arrival: i64) -> KinesisRecord {
        let (event, saga, order, user) = (self.uuid(), self.uuid(), self.uuid(), self.uuid());
        let kind = TYPES[self.random.random_range(0..TYPES.len())];
        let cents: u32 = self.random.random_range(100..100_000);
        let time = Millis(arrival);
        let payload = format!(
            "{{\"eventId\":\"{event}\",\"eventType\":\"{kind}\",\"timestamp\":\"{time}\",\"sagaId\":\"{saga}\",\
             \"version\":1,\"source\":\"order-service\",\"region\":\"eu-west-1\",\"attempt\":1,\"status\":\"ok\",\
             \"correlationId\":\"{order}\",\"payload\":{{\"orderId\":\"{order}\",\"userId\":\"{user}\",\"amount\":{}.{:02},\
             \"currency\":\"EUR\",\"items\":[{{\"sku\":\"SKU-{}\",\"quantity\":{}}}]}}}}",
            cents / 100,
            cents % 100,
            self.random.random_range(10_000..99_999),
            self.random.random_range(1..9),
        );
        KinesisRecord {
            sequence: format!("4959033827149025660855969253836157{shard:02}{n:020}")
                .parse()
                .expect("digits"),
            arrival: time,
            partition_key: Some(format!("user-{}", &user[..11])),
            payload: payload.into_bytes(),
        }
    }
}

/// A workspace with shards and a capture over them.
pub fn capture(store: &Store, shards: usize) -> (CaptureId, Vec<ShardKey>) {
    let stream = StreamRecord {
        identity: StreamIdentity {
            arn: "arn:aws:kinesis:eu-west-1:000000000000:stream/orders"
                .parse()
                .expect("an ARN"),
            created_at: Millis(START),
        },
        name: "orders".parse().expect("a name"),
        region: "eu-west-1".into(),
        account: "000000000000".into(),
    };
    let stream = store.put_stream(&stream).expect("a stream");
    let width = u128::MAX / shards as u128;
    let records: Vec<_> = (0..shards as u128)
        .map(|n| ShardRecord {
            id: format!("shardId-{n:012}").parse().expect("a shard id"),
            parents: Vec::new(),
            hash_range: HashKeyRange {
                start: HashKey(n * width),
                end: HashKey((n + 1) * width - 1),
            },
            starting_sequence: "0".parse().expect("digits"),
            closed: false,
        })
        .collect();
    let keys = store.put_shards(stream, &records).expect("shards");
    let chosen = CaptureStream {
        stream,
        shards: None,
        anchor: Anchor::TrimHorizon,
        until: None,
    };
    let new = NewCapture {
        name: "measured".into(),
        connection: "{}".into(),
        created_at: Millis(START),
        streams: vec![chosen],
    };
    (store.create_capture(&new).expect("a capture"), keys)
}

/// User and system time of this process, in seconds (Linux).
#[allow(dead_code)] // each example takes what it needs
pub fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    let ticks = |at: usize| {
        fields
            .get(at)
            .and_then(|t| t.parse::<f64>().ok())
            .unwrap_or(0.0)
    };
    (ticks(11) + ticks(12)) / 100.0
}
