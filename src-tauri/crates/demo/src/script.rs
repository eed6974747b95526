//! One order's saga as a script: what is published when, on which stream, under which key.
//!
//! Pure: a kind, an order, randomness and a time make a script. Who says what is in `play`.

use crate::{orders::Order, play};
use rand::rngs::StdRng;
use record::Millis;

/// How a saga goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Reserved, paid, shipped, completed.
    Happy,
    /// The payment fails: the inventory is released.
    PaymentFailed,
    /// The shipping fails: the payment is refunded, then the inventory released.
    ShippingFailed,
    /// The inventory is rejected: there is nothing to undo.
    Rejected,
    /// The customer cancels after the reservation: the inventory is released.
    Cancelled,
    /// The payment is never answered.
    Stuck,
    /// An event is delivered twice, byte for byte.
    Redelivered,
    /// The payment is processed twice: two events of their own.
    ChargedTwice,
    /// The payment's answer arrives after the shipment's, though it happened before it.
    LatePayment,
    /// The order is shipped before it is paid.
    ShippedUnpaid,
}

impl Kind {
    pub const ALL: [Self; 10] = [
        Self::Happy,
        Self::PaymentFailed,
        Self::ShippingFailed,
        Self::Rejected,
        Self::Cancelled,
        Self::Stuck,
        Self::Redelivered,
        Self::ChargedTwice,
        Self::LatePayment,
        Self::ShippedUnpaid,
    ];
}

/// The demo's streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stream {
    OrderCommands,
    OrderEvents,
    UserEvents,
}

impl Stream {
    pub const ALL: [Self; 3] = [Self::OrderCommands, Self::OrderEvents, Self::UserEvents];

    pub fn name(self) -> &'static str {
        match self {
            Self::OrderCommands => "order-commands",
            Self::OrderEvents => "order-events",
            Self::UserEvents => "user-events",
        }
    }

    pub fn shards(self) -> u32 {
        match self {
            Self::OrderCommands | Self::OrderEvents => 4,
            Self::UserEvents => 1,
        }
    }
}

/// One record to be published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// From the saga's start.
    pub offset_millis: i64,
    pub stream: Stream,
    pub partition_key: String,
    pub json: String,
}

/// A saga's records, in the order in which they are published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    pub kind: Kind,
    pub steps: Vec<Step>,
}

impl Script {
    pub(crate) fn new(kind: Kind, order: Order, rng: &mut StdRng, started_at: Millis) -> Self {
        let mut drafts = play::drafts(kind, order, rng);
        drafts.sort_by_key(|draft| draft.published_millis);
        let steps = drafts
            .into_iter()
            .map(|draft| draft.step(started_at))
            .collect();
        Self { kind, steps }
    }
}

#[cfg(test)]
mod tests;
