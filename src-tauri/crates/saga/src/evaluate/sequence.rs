//! Steps that are out of order, and why: arrived late, really happened so, or cannot be told apart from clocks.

use super::{Case, Draft, facts::Facts};
use crate::{
    finding::{Confidence, Disorder, Finding, FindingKind},
    order::{Order, Orders},
};

pub(super) fn check(case: &Case<'_>, facts: &Facts, draft: &mut Draft) {
    let orders = case.orders();
    for (later, definition) in case.definition.steps.iter().enumerate() {
        for &earlier in &definition.after {
            let (Some(done_earlier), Some(done_later)) =
                (facts.steps[earlier].done, facts.steps[later].done)
            else {
                continue;
            };
            if let Some((disorder, confidence)) = disorder(&orders, done_earlier, done_later) {
                draft.findings.push(Finding {
                    kind: FindingKind::OutOfOrder {
                        earlier,
                        later,
                        disorder,
                    },
                    confidence: Some(confidence),
                    events: vec![done_later, done_earlier],
                });
            }
        }
    }
}

/// What is wrong between two events of which `first` should come first. The log says what arrived first, the events'
/// own times what happened first.
fn disorder(orders: &Orders<'_>, first: usize, then: usize) -> Option<(Disorder, Confidence)> {
    let log = match orders.by_log(first, then) {
        Order::Unordered => orders.by_arrival(first, then),
        log => log,
    };
    let time = orders.by_time(first, then);
    let is_own = orders.events[first].has_own_time && orders.events[then].has_own_time;
    match (log, time) {
        (Order::After(confidence), _) if orders.reaches(first, then) => {
            Some((Disorder::LateArrival, confidence))
        }
        (Order::After(confidence), Order::Before(_)) => Some((Disorder::LateArrival, confidence)),
        (Order::After(confidence), Order::After(_)) => Some((Disorder::LogicViolation, confidence)),
        (Order::After(confidence), Order::Unordered) => {
            let says_otherwise = is_own && orders.events[first].time < orders.events[then].time;
            let disorder = if says_otherwise {
                Disorder::ProducerReorder
            } else {
                Disorder::LogicViolation
            };
            Some((disorder, confidence))
        }
        (Order::Before(confidence), Order::After(_)) => Some((Disorder::ClockSkew, confidence)),
        (Order::Unordered, Order::After(confidence)) => {
            Some((Disorder::LogicViolation, confidence))
        }
        _ => None,
    }
}
