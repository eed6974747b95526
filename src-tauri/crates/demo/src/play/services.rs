//! What each service says, and how long it takes to say it. Which of them speak is the play's.
//!
//! Answers come well within the 5 seconds that the demo's saga definition allows a step, except where none comes at all.

use super::{DISPATCH, Play, uuid};
use crate::{
    messages::{Message, fields},
    script::Stream,
};
use rand::Rng;
use std::ops::Range;

const SERVICE: Range<i64> = 90..600;
const BANK: Range<i64> = 200..900;

impl Play<'_> {
    pub(super) fn place(&mut self) {
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

    pub(super) fn reserve(&mut self) {
        self.ask_reservation();
        self.event(
            "INVENTORY_RESERVED",
            fields! {
                "reservationId": self.reservation_id, "warehouse": self.warehouse,
                "items": self.order.counted_items(), "service": "inventory-service",
            },
        );
    }

    pub(super) fn reject(&mut self) {
        self.ask_reservation();
        self.event("INVENTORY_REJECTED", fields! {
            "reservationId": self.reservation_id, "warehouse": self.warehouse, "reason": "out of stock",
            "missing": [self.order.first_sku()], "service": "inventory-service",
        });
    }

    pub(super) fn release(&mut self, reason: &str) {
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

    pub(super) fn ask_payment(&mut self) {
        self.command("PROCESS_PAYMENT", fields! {
            "paymentId": self.payment_id, "amount": self.order.total, "currency": "EUR", "method": "card",
            "email": self.order.email, "requestedBy": "order-orchestrator", "attempt": 1,
        });
        self.wait(&BANK);
    }

    pub(super) fn answer_payment(&mut self) {
        let authorization = format!("{:06}", self.rng.random_range(0..1_000_000));
        self.event("PAYMENT_PROCESSED", fields! {
            "paymentId": self.payment_id, "amount": self.order.total, "currency": "EUR", "method": "card",
            "authorization": authorization, "service": "payment-service",
        });
    }

    pub(super) fn pay(&mut self) {
        self.ask_payment();
        self.answer_payment();
    }

    pub(super) fn fail_payment(&mut self) {
        self.ask_payment();
        let code =
            ["card_declined", "insufficient_funds", "expired_card"][self.rng.random_range(0..3)];
        self.event("PAYMENT_FAILED", fields! {
            "paymentId": self.payment_id, "amount": self.order.total, "currency": "EUR", "method": "card",
            "code": code, "service": "payment-service",
        });
    }

    pub(super) fn refund(&mut self) {
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

    pub(super) fn ship_and_complete(&mut self) {
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

    pub(super) fn fail_shipping(&mut self) {
        self.ask_shipping();
        self.event(
            "SHIPPING_FAILED",
            fields! {
                "shipmentId": self.shipment_id, "warehouse": self.warehouse,
                "reason": "no carrier serves the address", "service": "shipping-service",
            },
        );
    }

    pub(super) fn cancel(&mut self) {
        self.wait(&SERVICE);
        self.event("ORDER_CANCELLED", fields! {
            "reason": "cancelled by the customer", "cancelledBy": self.order.email, "total": self.order.total,
            "currency": "EUR", "service": "order-service",
        });
    }

    pub(super) fn fail(&mut self, failed_step: &str, reason: &str) {
        self.wait(&DISPATCH);
        self.event("ORDER_FAILED", fields! {
            "failedStep": failed_step, "reason": reason, "total": self.order.total, "currency": "EUR",
            "service": "order-service",
        });
    }
}
