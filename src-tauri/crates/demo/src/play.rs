//! Plays a saga through: what each service says, and how long it takes to say it.
//!
//! Answers come well within the 5 seconds that the demo's saga definition allows a step, except
//! where none comes at all. The texts are written here; when they are published is the schedule's.

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

const DISPATCH: Range<i64> = 15..70;
const SERVICE: Range<i64> = 90..600;
const BANK: Range<i64> = 200..900;

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

    fn place(&mut self) {
        if self.order.is_first {
            let payload = fields! {
                "userId": self.order.user_id, "email": self.order.email, "address": self.order.address,
                "locale": "en-GB", "marketingConsent": false, "source": "web",
            };
            let message = Message::Event {
                id: uuid(self.rng),
                kind: "USER_REGISTERED",
                origin: None,
                payload,
            };
            self.publish(Stream::UserEvents, message);
            self.wait(&(200..900));
        }
        self.event(
            "ORDER_CREATED",
            fields! {
                "items": self.order.priced_items(), "total": self.order.total, "currency": "EUR",
                "shippingAddress": self.order.address,
            },
        );
    }

    fn ask_reservation(&mut self) {
        self.command("RESERVE_INVENTORY", fields! {
            "reservationId": self.reservation_id, "warehouse": self.warehouse,
            "items": self.order.counted_items(), "requestedBy": "order-orchestrator", "attempt": 1,
        });
        self.wait(&SERVICE);
    }

    fn reserve(&mut self) {
        self.ask_reservation();
        self.event(
            "INVENTORY_RESERVED",
            fields! {
                "reservationId": self.reservation_id, "warehouse": self.warehouse,
                "items": self.order.counted_items(), "service": "inventory-service",
            },
        );
    }

    fn reject(&mut self) {
        self.ask_reservation();
        self.event("INVENTORY_REJECTED", fields! {
            "reservationId": self.reservation_id, "warehouse": self.warehouse, "reason": "out of stock",
            "missing": [self.order.first_sku()], "service": "inventory-service",
        });
    }

    fn release(&mut self, reason: &str) {
        self.command("RELEASE_INVENTORY", fields! {
            "reservationId": self.reservation_id, "warehouse": self.warehouse, "items": self.order.counted_items(),
            "reason": reason, "requestedBy": "order-orchestrator",
        });
        self.wait(&SERVICE);
        self.event("INVENTORY_RELEASED", fields! {
            "reservationId": self.reservation_id, "warehouse": self.warehouse,
            "items": self.order.counted_items(), "reason": reason, "service": "inventory-service",
        });
    }

    fn ask_payment(&mut self) {
        self.command("PROCESS_PAYMENT", fields! {
            "paymentId": self.payment_id, "amount": self.order.total, "currency": "EUR", "method": "card",
            "email": self.order.email, "requestedBy": "order-orchestrator", "attempt": 1,
        });
        self.wait(&BANK);
    }

    fn answer_payment(&mut self) {
        let authorization = format!("{:06}", self.rng.random_range(0..1_000_000));
        self.event("PAYMENT_PROCESSED", fields! {
            "paymentId": self.payment_id, "amount": self.order.total, "currency": "EUR", "method": "card",
            "authorization": authorization, "service": "payment-service",
        });
    }

    fn pay(&mut self) {
        self.ask_payment();
        self.answer_payment();
    }

    fn fail_payment(&mut self) {
        self.ask_payment();
        let code =
            ["card_declined", "insufficient_funds", "expired_card"][self.rng.random_range(0..3)];
        self.event("PAYMENT_FAILED", fields! {
            "paymentId": self.payment_id, "amount": self.order.total, "currency": "EUR", "method": "card",
            "code": code, "service": "payment-service",
        });
    }

    fn refund(&mut self) {
        self.command("REFUND_PAYMENT", fields! {
            "paymentId": self.payment_id, "amount": self.order.total, "currency": "EUR", "reason": "shipping failed",
            "email": self.order.email, "requestedBy": "order-orchestrator",
        });
        self.wait(&BANK);
        self.event(
            "PAYMENT_REFUNDED",
            fields! {
                "paymentId": self.payment_id, "amount": self.order.total, "currency": "EUR",
                "reason": "shipping failed", "service": "payment-service",
            },
        );
    }

    fn ask_shipping(&mut self) {
        self.command("SHIP_ORDER", fields! {
            "shipmentId": self.shipment_id, "warehouse": self.warehouse, "items": self.order.counted_items(),
            "address": self.order.address, "requestedBy": "order-orchestrator",
        });
        self.wait(&SERVICE);
    }

    fn ship_and_complete(&mut self) {
        self.ask_shipping();
        let tracking = format!("KX{:010}EU", self.rng.random_range(0..10_000_000_000_u64));
        self.event(
            "ORDER_SHIPPED",
            fields! {
                "shipmentId": self.shipment_id, "warehouse": self.warehouse, "carrier": "Nordpost",
                "trackingNumber": tracking, "service": "shipping-service",
            },
        );
        self.wait(&(40..180));
        self.event(
            "CUSTOMER_NOTIFIED",
            fields! {
                "channel": "email", "template": "order-shipped", "email": self.order.email,
                "trackingNumber": tracking, "service": "notification-service",
            },
        );
        self.wait(&DISPATCH);
        self.event("ORDER_COMPLETED", fields! {
            "total": self.order.total, "currency": "EUR", "items": self.order.items.len(),
            "paymentId": self.payment_id, "shipmentId": self.shipment_id, "service": "order-service",
        });
    }

    fn fail_shipping(&mut self) {
        self.ask_shipping();
        self.event(
            "SHIPPING_FAILED",
            fields! {
                "shipmentId": self.shipment_id, "warehouse": self.warehouse,
                "reason": "no carrier serves the address", "service": "shipping-service",
            },
        );
    }

    fn cancel(&mut self) {
        self.wait(&SERVICE);
        self.event("ORDER_CANCELLED", fields! {
            "reason": "cancelled by the customer", "cancelledBy": self.order.email, "total": self.order.total,
            "currency": "EUR", "service": "order-service",
        });
    }

    fn fail(&mut self, failed_step: &str, reason: &str) {
        self.wait(&DISPATCH);
        self.event("ORDER_FAILED", fields! {
            "failedStep": failed_step, "reason": reason, "total": self.order.total, "currency": "EUR",
            "service": "order-service",
        });
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
