//! Events as no service should publish them, in any order and any portions: the same sagas, and no panic.

use proptest::prelude::*;
use record::{Millis, SequenceNumber};
use saga::{DEMO, Definition, Engine, Judgement, Record, RecordHandle, ShardKey, Span};
use std::collections::BTreeMap;

const KINDS: [&str; 15] = [
    "ORDER_CREATED",
    "RESERVE_INVENTORY",
    "INVENTORY_RESERVED",
    "INVENTORY_REJECTED",
    "RELEASE_INVENTORY",
    "INVENTORY_RELEASED",
    "PROCESS_PAYMENT",
    "PAYMENT_PROCESSED",
    "PAYMENT_FAILED",
    "REFUND_PAYMENT",
    "PAYMENT_REFUNDED",
    "ORDER_SHIPPED",
    "ORDER_CANCELLED",
    "ORDER_COMPLETED",
    "ORDER_FAILED",
];
const SECOND: i64 = 1_000;

#[derive(Clone, Debug)]
struct Wild {
    kind: usize,
    /// 0 for none.
    saga: u8,
    order: u8,
    id: u8,
    cause: u8,
    shard: usize,
    key: u8,
    happened: i64,
    arrived: i64,
}

prop_compose! {
    fn wild()(
        kind in 0..KINDS.len(), saga in 0u8..4, order in 0u8..4, id in 0u8..40, cause in 0u8..40,
        shard in 0usize..3, key in 0u8..3, happened in 0i64..90, delay in -1i64..4,
    ) -> Wild {
        let happened = happened * SECOND / 2;
        Wild { kind, saga, order, id, cause, shard, key, happened, arrived: (happened + delay * 200).max(0) }
    }
}

impl Wild {
    fn payload(&self) -> String {
        let mut payload = serde_json::json!({ "eventType": KINDS[self.kind], "timestamp": START + self.happened });
        for (name, value) in [
            ("sagaId", self.saga),
            ("orderId", self.order),
            ("eventId", self.id),
            ("causationId", self.cause),
        ] {
            if value > 0 {
                payload[name] = format!("{name}-{value}").into();
            }
        }
        payload.to_string()
    }
}

const START: i64 = 1_761_825_600_000;

struct Told {
    engine: Engine,
    shards: [ShardKey; 3],
}

impl Told {
    fn new() -> Self {
        let mut engine = Engine::new(Definition::parse(DEMO).expect("the shipped definition"));
        let commands = engine.add_stream("order-commands");
        let events = engine.add_stream("order-events");
        for (stream, until) in [(commands, 70), (events, 60)] {
            engine.cover(
                stream,
                &[Span {
                    from: Millis(START),
                    until: Millis(START + until * SECOND),
                }],
            );
        }
        let shards = [
            engine.add_shard(commands, "0"),
            engine.add_shard(events, "0"),
            engine.add_shard(events, "1"),
        ];
        engine.set_parents(shards[2], &[shards[1]]);
        engine.advance(Millis(START + 80 * SECOND));
        Self { engine, shards }
    }

    fn take(&mut self, events: &[Wild], places: &[usize]) {
        let extractor = self.engine.extractor().clone();
        for &place in places {
            let wild = &events[place];
            let (payload, key) = (wild.payload(), format!("key-{}", wild.key));
            let sequence: SequenceNumber = (place + 1).to_string().parse().expect("a number");
            let record = Record {
                handle: RecordHandle(place as u64),
                shard: self.shards[wild.shard],
                sequence: &sequence,
                sub: 0,
                arrival: Millis(START + wild.arrived),
                partition_key: Some(&key),
                payload: payload.as_bytes(),
                replayed: wild.key == 2 && wild.id % 7 == 1,
            };
            self.engine.ingest(extractor.read(&record));
        }
    }

    /// By their first events: what belongs together, and the verdict on it.
    fn sagas(&mut self) -> BTreeMap<Vec<u64>, (String, u32, Judgement)> {
        self.engine.settle();
        let told = |id| {
            let saga = self.engine.saga(id).expect("a saga");
            let records = saga.events().iter().map(|event| event.record.0).collect();
            (records, (saga.key.text.clone(), saga.life, saga.judgement))
        };
        self.engine.ids().map(told).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn order_and_portions_do_not_matter(
        (events, order) in proptest::collection::vec(wild(), 1..60)
            .prop_flat_map(|events| {
                let order: Vec<usize> = (0..events.len()).collect();
                (Just(events), Just(order).prop_shuffle())
            }),
        portion in 1usize..12,
    ) {
        let mut at_once = Told::new();
        at_once.take(&events, &(0..events.len()).collect::<Vec<_>>());
        let mut bit_by_bit = Told::new();
        for portion in order.chunks(portion) {
            bit_by_bit.take(&events, portion);
            bit_by_bit.engine.settle();
        }
        prop_assert_eq!(bit_by_bit.sagas(), at_once.sagas());
    }
}
