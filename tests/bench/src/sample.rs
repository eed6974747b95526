//! Records as the figures are measured on: saga events of about 500 bytes with four random ids, 56-digit
//! sequence numbers, a 16-character partition key.

use rand::{Rng, RngCore, SeedableRng, rngs::StdRng};
use record::{KinesisRecord, Millis};
use std::fmt::Write;

const TYPES: [&str; 12] = [
    "ORDER_CREATED",
    "INVENTORY_RESERVED",
    "INVENTORY_REJECTED",
    "INVENTORY_RELEASED",
    "PAYMENT_PROCESSED",
    "PAYMENT_FAILED",
    "PAYMENT_REFUNDED",
    "ORDER_SHIPPED",
    "SHIPPING_FAILED",
    "CUSTOMER_NOTIFIED",
    "ORDER_COMPLETED",
    "ORDER_CANCELLED",
];

/// The time of the first record.
pub const START: Millis = Millis(1_760_000_000_000);

pub struct Sample {
    random: StdRng,
    made: u64,
}

impl Sample {
    pub fn seeded(seed: u64) -> Self {
        Self {
            random: StdRng::seed_from_u64(seed),
            made: 0,
        }
    }

    /// The next record of a shard, `interval_micros` after the last one made.
    pub fn record(&mut self, shard: usize, interval_micros: u64) -> KinesisRecord {
        self.made += 1;
        let sequence = format!("4965{shard:04}{:048}", self.made);
        let arrival = START.saturating_add((self.made * interval_micros / 1000) as i64);
        KinesisRecord {
            sequence: sequence.parse().expect("56 digits are a sequence number"),
            arrival,
            partition_key: Some(format!(
                "user-{:011}",
                self.random.random_range(0..100_000u64)
            )),
            payload: self.payload(arrival),
        }
    }

    pub fn payload(&mut self, arrival: Millis) -> Vec<u8> {
        let kind = TYPES[self.random.random_range(0..TYPES.len())];
        let (event, saga, order, user) = (self.uuid(), self.uuid(), self.uuid(), self.uuid());
        let amount = self.random.random_range(100..99_999);
        let quantity = self.random.random_range(1..9);
        format!(
            "{{\"eventId\":\"{event}\",\"eventType\":\"{kind}\",\"timestamp\":\"{arrival}\",\"sagaId\":\"{saga}\",\
             \"source\":\"order-service\",\"version\":3,\"region\":\"eu-west-1\",\"attempt\":1,\"status\":\"accepted\",\
             \"payload\":{{\"orderId\":\"{order}\",\"userId\":\"{user}\",\"currency\":\"EUR\",\
             \"items\":[{{\"sku\":\"SKU-{quantity:04}\",\"quantity\":{quantity}}}],\"total\":{}.{:02},\
             \"note\":\"leave at the door of the neighbours if nobody is in\"}}}}",
            amount / 100,
            amount % 100,
        )
        .into_bytes()
    }

    fn uuid(&mut self) -> String {
        let mut bytes = [0u8; 16];
        self.random.fill_bytes(&mut bytes);
        let mut text = String::with_capacity(36);
        for (at, byte) in bytes.iter().enumerate() {
            if matches!(at, 4 | 6 | 8 | 10) {
                text.push('-');
            }
            let _ = write!(text, "{byte:02x}");
        }
        text
    }
}
