//! The shipped definition judges every kind of saga that the demo plays.

mod common;

use common::{Demo, Played, judged};
use demo::Kind;
use saga::{
    Confidence, Disorder, FindingKind, Saga, Severity, Status, StepState, views::header::usually,
};
use std::collections::BTreeMap;

fn each(
    played: &Played,
    demo: &Demo,
    mut check: impl FnMut(Kind, &Saga<'_>),
) -> BTreeMap<Kind, usize> {
    let mut counts = BTreeMap::new();
    // the last ones may still be under way
    for (id, kind) in &played.sagas[..played.sagas.len() - 3] {
        let found = demo.engine.find(id);
        assert_eq!(found.len(), 1, "{id}");
        check(*kind, &demo.engine.saga(found[0]).expect("a saga"));
        *counts.entry(*kind).or_default() += 1;
    }
    counts
}

fn codes(saga: &Saga<'_>) -> Vec<&'static str> {
    saga.judgement
        .findings
        .iter()
        .map(|finding| finding.kind.code())
        .collect()
}

#[test]
fn every_kind_gets_its_verdict() {
    let (played, demo) = judged(7, 900);
    let counts = each(&played, &demo, |kind, saga| {
        let judgement = &saga.judgement;
        let (status, expected): (Status, &[&str]) = match kind {
            Kind::Happy => (Status::Completed, &[]),
            Kind::PaymentFailed | Kind::ShippingFailed | Kind::Cancelled => {
                (Status::Compensated, &[])
            }
            Kind::Rejected => (Status::Failed, &[]),
            Kind::Stuck => (Status::Running, &["step-timed-out", "stuck"]),
            Kind::Redelivered => (Status::Completed, &["redelivery"]),
            Kind::ChargedTwice => (Status::CompletedWithFindings, &["logical-duplicate"]),
            Kind::LatePayment | Kind::ShippedUnpaid => {
                (Status::CompletedWithFindings, &["out-of-order"])
            }
        };
        let mut codes = codes(saga);
        codes.retain(|code| *code != "saga-timed-out");
        codes.sort_unstable();
        assert_eq!(
            (judgement.status, codes.as_slice()),
            (status, expected),
            "{kind:?}: {judgement:#?}"
        );
        assert!(!judgement.flags.unknown, "{kind:?}");
        assert_eq!(judgement.flags.stuck, kind == Kind::Stuck);
    });
    assert_eq!(counts.len(), Kind::ALL.len(), "{counts:?}");
}

#[test]
fn a_late_payment_and_an_unpaid_shipment_are_told_apart() {
    let (played, demo) = judged(11, 1_800);
    each(&played, &demo, |kind, saga| {
        let expected = match kind {
            Kind::LatePayment => Disorder::LateArrival,
            Kind::ShippedUnpaid => Disorder::LogicViolation,
            _ => return,
        };
        let finding = &saga.judgement.findings[0];
        assert!(
            matches!(finding.kind, FindingKind::OutOfOrder { disorder, .. } if disorder == expected),
            "{kind:?}: {finding:?}"
        );
        assert_eq!(
            finding.confidence,
            Some(Confidence::Certain),
            "one customer's events are on one shard"
        );
    });
}

#[test]
fn compensation_unwinds_in_reverse_order() {
    let (played, demo) = judged(13, 900);
    each(&played, &demo, |kind, saga| {
        if kind != Kind::ShippingFailed {
            return;
        }
        assert_eq!(
            saga.judgement.steps[..3],
            [StepState::Undone, StepState::Undone, StepState::Failed]
        );
        let undone: Vec<&str> = saga
            .judgement
            .path
            .0
            .iter()
            .filter(|mark| mark.ends_with('↺'))
            .map(String::as_str)
            .collect();
        assert_eq!(undone, ["payment ↺", "inventory ↺"]);
        assert!(
            saga.judgement
                .findings
                .iter()
                .all(|finding| finding.severity() == Severity::Note)
        );
    });
}

/// Steps of the demo answer within a second or so.
#[test]
fn a_stuck_saga_says_how_long_its_answer_usually_takes() {
    let (played, demo) = judged(7, 900);
    let counts = each(&played, &demo, |kind, saga| {
        let said = usually(saga);
        if kind != Kind::Stuck {
            assert_eq!(said, "", "{kind:?}");
            return;
        }
        let (p50, p99) = said
            .strip_prefix("; it usually takes ")
            .and_then(|times| times.split_once(", p99 "))
            .expect("how long");
        assert!(p50.ends_with(" ms") && p99.ends_with('s'), "{said}");
    });
    assert!(counts[&Kind::Stuck] > 0);
    let (_, few) = judged(7, 5);
    for id in few.engine.ids() {
        assert_eq!(usually(&few.engine.saga(id).expect("a saga")), "");
    }
}

#[test]
fn a_saga_is_found_by_its_order_as_well() {
    let (_, demo) = judged(3, 60);
    let id = demo.engine.find("ord-000001")[0];
    let saga = demo.engine.saga(id).expect("a saga");
    assert_eq!(saga.aliases[0].name, "orderId");
    assert_eq!(demo.engine.find(&saga.key.text), [id]);
}
