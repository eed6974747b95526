//! Plays a saga through: which services say something, and in which order. What each says is in [`services`]; when it is
//! published is the schedule's.

mod services;

use crate::{
    messages::{Fields, Message, Origin, fields},
    orders::Order,
    script::{Kind, Step, Stream},
};
use rand::{Rng, rngs::StdRng};
use record::Millis;
use std::ops::Range;

/// A saga's records, in the order in which its services thought of them.
pub(crate) fn drafts(kind: Kind, order: Order, rng: &mut StdRng) -> Vec<Draft> {
    let mut play = Play::new(order, rng);
    play.act(kind);
    play.drafts
}

pub(crate) struct Draft {
    stream: Stream,
    partition_key: String,
    message: Message,
    happened_millis: i64,
    pub published_millis: i64,
}

impl Draft {
    pub fn step(self, started_at: Millis) -> Step {
        Step {
            offset_millis: self.published_millis,
            stream: self.stream,
            partition_key: self.partition_key,
            json: self
                .message
                .json(started_at.saturating_add(self.happened_millis)),
        }
    }

    fn is(&self, event: &str) -> bool {
        matches!(self.message, Message::Event { kind, .. } if kind == event)
    }
}

/// A saga while it is being written.
struct Play<'a> {
    rng: &'a mut StdRng,
    order: Order,
    origin: Origin,
    warehouse: &'static str,
    reservation_id: String,
    payment_id: String,
    shipment_id: String,
    clock_millis: i64,
    drafts: Vec<Draft>,
}

/// From a decision to its message.
const DISPATCH: Range<i64> = 15..70;

impl<'a> Play<'a> {
    fn new(order: Order, rng: &'a mut StdRng) -> Self {
        let traceparent = rng.random_bool(0.5).then(|| {
            format!(
                "00-{:032x}-{:016x}-01",
                rng.random::<u128>(),
                rng.random::<u64>()
            )
        });
        Self {
            origin: Origin {
                saga_id: uuid(rng),
                traceparent,
            },
            warehouse: ["porto-1", "leipzig-2", "lyon-1"][rng.random_range(0..3)],
            reservation_id: format!("res-{:08x}", rng.random::<u32>()),
            payment_id: format!("pay-{:08x}", rng.random::<u32>()),
            shipment_id: format!("shp-{:08x}", rng.random::<u32>()),
            rng,
            order,
            clock_millis: 0,
            drafts: Vec::new(),
        }
    }

    fn act(&mut self, kind: Kind) {
        self.place();
        match kind {
            Kind::Happy => self.fulfil(),
            Kind::PaymentFailed => self.undo_from_payment(),
            Kind::ShippingFailed => self.undo_from_shipping(),
            Kind::Rejected => {
                self.reject();
                self.fail("inventory", "out of stock");
            }
            Kind::Cancelled => {
                self.reserve();
                self.cancel();
                self.release("order cancelled");
            }
            Kind::Stuck => {
                self.reserve();
                self.ask_payment();
            }
            Kind::Redelivered => {
                self.fulfil();
                self.redeliver();
            }
            Kind::ChargedTwice => {
                self.reserve();
                self.pay();
                self.wait(&(60..240));
                self.answer_payment();
                self.ship_and_complete();
            }
            Kind::LatePayment => {
                self.fulfil();
                self.publish_payment_after_shipment(false);
            }
            Kind::ShippedUnpaid => {
                self.fulfil();
                self.publish_payment_after_shipment(true);
            }
        }
    }

    fn fulfil(&mut self) {
        self.reserve();
        self.pay();
        self.ship_and_complete();
    }

    fn undo_from_payment(&mut self) {
        self.reserve();
        self.fail_payment();
        self.release("payment declined");
        self.fail("payment", "payment declined");
    }

    fn undo_from_shipping(&mut self) {
        self.reserve();
        self.pay();
        self.fail_shipping();
        self.refund();
        self.release("shipping failed");
        self.fail("shipping", "no carrier serves the address");
    }

    /// Delivers one of the saga's answers again.
    fn redeliver(&mut self) {
        let event = ["INVENTORY_RESERVED", "PAYMENT_PROCESSED", "ORDER_SHIPPED"]
            [self.rng.random_range(0..3)];
        let pause = self.rng.random_range(150..700);
        if let Some(original) = self.drafts.iter().find(|draft| draft.is(event)) {
            let again = Draft {
                stream: original.stream,
                partition_key: original.partition_key.clone(),
                message: original.message.clone(),
                happened_millis: original.happened_millis,
                published_millis: original.published_millis + pause,
            };
            self.drafts.push(again);
        }
    }

    fn publish_payment_after_shipment(&mut self, it_happened_then: bool) {
        let pause = self.rng.random_range(10..40);
        let shipped = self
            .drafts
            .iter()
            .find(|draft| draft.is("ORDER_SHIPPED"))
            .map(|draft| draft.published_millis);
        let payment = self
            .drafts
            .iter_mut()
            .find(|draft| draft.is("PAYMENT_PROCESSED"));
        if let (Some(shipped), Some(payment)) = (shipped, payment) {
            payment.published_millis = shipped + pause;
            if it_happened_then {
                payment.happened_millis = payment.published_millis;
            }
        }
    }

    fn command(&mut self, kind: &'static str, details: Fields) {
        self.wait(&DISPATCH);
        let message = Message::Command {
            kind,
            origin: self.origin.clone(),
            order_id: self.order.id.clone(),
            user_id: self.order.user_id.clone(),
            details,
        };
        self.publish(Stream::OrderCommands, message);
    }

    fn event(&mut self, kind: &'static str, details: Fields) {
        let mut payload = fields! { "orderId": self.order.id, "userId": self.order.user_id };
        payload.0.extend(details.0);
        let message = Message::Event {
            id: uuid(self.rng),
            kind,
            origin: Some(self.origin.clone()),
            payload,
        };
        self.publish(Stream::OrderEvents, message);
    }

    fn publish(&mut self, stream: Stream, message: Message) {
        let partition_key = match stream {
            Stream::OrderCommands => self.order.id.clone(),
            Stream::OrderEvents | Stream::UserEvents => self.order.user_id.clone(),
        };
        let at = self.clock_millis;
        self.drafts.push(Draft {
            stream,
            partition_key,
            message,
            happened_millis: at,
            published_millis: at,
        });
    }

    fn wait(&mut self, range: &Range<i64>) {
        self.clock_millis += self.rng.random_range(range.clone());
    }
}

/// A version 4 UUID of the generator's own randomness: the same seed makes the same ids.
pub(crate) fn uuid(rng: &mut StdRng) -> String {
    let bits = rng.random::<u128>() & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62);
    let hex = format!("{bits:032x}");
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}
