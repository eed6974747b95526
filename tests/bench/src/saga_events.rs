//! The events of many sagas, as the saga figures are measured on: ten each, of four kinds, about 400 bytes.

use record::{KinesisRecord, Millis};

pub const EACH: usize = 10;
pub const START: Millis = Millis(1_761_825_600_000);

/// Seven of ten sagas.
const HAPPY: [&str; EACH] = [
    "ORDER_CREATED",
    "RESERVE_INVENTORY",
    "INVENTORY_RESERVED",
    "PROCESS_PAYMENT",
    "PAYMENT_PROCESSED",
    "SHIP_ORDER",
    "ORDER_SHIPPED",
    "CUSTOMER_NOTIFIED",
    "ORDER_COMPLETED",
    "LOYALTY_POINTS_ADDED",
];
const UNWOUND: [&str; EACH] = [
    "ORDER_CREATED",
    "RESERVE_INVENTORY",
    "INVENTORY_RESERVED",
    "PROCESS_PAYMENT",
    "PAYMENT_FAILED",
    "RELEASE_INVENTORY",
    "INVENTORY_RELEASED",
    "ORDER_FAILED",
    "CUSTOMER_INFORMED",
    "CART_RESTORED",
];
const REJECTED: [&str; EACH] = [
    "ORDER_CREATED",
    "CART_CLOSED",
    "PRICE_CHECKED",
    "RESERVE_INVENTORY",
    "INVENTORY_REJECTED",
    "ORDER_FAILED",
    "CUSTOMER_INFORMED",
    "CART_RESTORED",
    "SUPPLIER_INFORMED",
    "REPORT_WRITTEN",
];
const STUCK: [&str; EACH] = [
    "ORDER_CREATED",
    "CART_CLOSED",
    "PRICE_CHECKED",
    "RESERVE_INVENTORY",
    "INVENTORY_RESERVED",
    "INVOICE_DRAFTED",
    "FRAUD_CHECKED",
    "LIMIT_CHECKED",
    "CARD_CHECKED",
    "PROCESS_PAYMENT",
];
/// Every so many sagas, the last event is the one before it once more.
const REDELIVERED_EVERY: usize = 50;

pub fn key(saga: usize) -> String {
    format!("{saga:08x}-1f3c-4e4e-aa5b-db6a88071026")
}

/// When a saga's event happens; a thousand sagas are told in turns.
pub fn time(saga: usize, turn: usize) -> Millis {
    START.saturating_add((saga / 10) as i64 + turn as i64 * 150)
}

/// A saga that waits for its payment gets no further than `turn` 3.
pub fn open_event(saga: usize, turn: usize, at: Millis) -> KinesisRecord {
    event(saga, turn, HAPPY[turn], at)
}

/// The `number`th event of all, in the order of arrival.
pub fn numbered(number: usize) -> (usize, KinesisRecord) {
    let turn = number / 1_000 % EACH;
    let saga = number / 1_000 / EACH * 1_000 + number % 1_000;
    let is_again = saga.is_multiple_of(REDELIVERED_EVERY) && turn + 1 == EACH;
    let told = if is_again { turn - 1 } else { turn };
    let kinds = match saga % 10 {
        7 => UNWOUND,
        8 => REJECTED,
        9 => STUCK,
        _ => HAPPY,
    };
    let mut record = event(saga, told, kinds[told], time(saga, told));
    record.arrival = time(saga, turn);
    record.sequence = sequence(number);
    (saga, record)
}

fn sequence(number: usize) -> record::SequenceNumber {
    let digits = format!("49590338271490256608559692538361571095{number:018}");
    digits.parse().expect("56 digits are a sequence number")
}

fn event(saga: usize, turn: usize, kind: &str, at: Millis) -> KinesisRecord {
    let is_command = [
        "RESERVE_INVENTORY",
        "PROCESS_PAYMENT",
        "SHIP_ORDER",
        "RELEASE_INVENTORY",
    ]
    .contains(&kind);
    let (saga_id, order, user) = (
        key(saga),
        format!("ord-{saga:07}"),
        format!("usr-{:05}", saga % 50_000),
    );
    let items = r#"[{"sku":"HM-3307","name":"Desk lamp, brass","quantity":1,"unitPrice":89.0},{"sku":"CF-2210","name":"Espresso beans 1 kg","quantity":2,"unitPrice":24.5}]"#;
    let payload = if is_command {
        format!(
            r#"{{"commandType":"{kind}","sagaId":"{saga_id}","orderId":"{order}","userId":"{user}","timestamp":"{at}","items":{items},"requestedBy":"order-orchestrator","attempt":1}}"#
        )
    } else {
        format!(
            r#"{{"eventId":"{saga:08x}-{turn:04x}-43cc-a2b3-05c9ecbfbc85","eventType":"{kind}","timestamp":"{at}","sagaId":"{saga_id}","payload":{{"orderId":"{order}","userId":"{user}","items":{items},"total":138.0,"currency":"EUR","service":"order-service"}}}}"#
        )
    };
    KinesisRecord {
        sequence: sequence(saga * EACH + turn),
        arrival: at,
        partition_key: Some(order),
        payload: payload.into_bytes(),
    }
}
