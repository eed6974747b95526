//! The capture of its target that runs beside a delivery: the last one counts, and a deleted one is none.

use crate::fixture::{Workspace, workspace};
use record::Millis;
use store::{Begun, CaptureId, DeliveryId, DeliveryKind, NewDelivery, StoreError};

fn delivery(space: &Workspace, token: &str) -> DeliveryId {
    let new = NewDelivery {
        token: token.into(),
        kind: DeliveryKind::Replay,
        created_at: Millis(1_700_000_000_000),
        caller: String::new(),
        target: "orders".into(),
        target_stream: None,
        order: "keyed".into(),
        plan: "{}".into(),
        composed: None,
    };
    match space.store.begin_delivery(&new).expect("begun") {
        Begun::New(id) => id,
        Begun::Before(id) => panic!("{id} is known"),
    }
}

#[test]
fn the_last_capture_counts_until_it_is_deleted() {
    let space = workspace(1);
    let (one, other) = (delivery(&space, "one"), delivery(&space, "other"));
    let (first, second) = (space.capture("first"), space.capture("second"));
    for (delivery, capture) in [(one, first), (one, second), (other, first)] {
        let noted = space.store.capture_beside(delivery, capture);
        noted.expect("noted");
    }
    let space = space.reopen();
    let pairs = || space.store.captures_beside().expect("pairs");
    let beside = |delivery| {
        let found = space.store.delivery_capture(delivery).expect("read");
        found.map(|capture| capture.id)
    };
    assert_eq!((beside(one), beside(other)), (Some(second), Some(first)));
    assert_eq!(pairs(), [(one, second), (other, first)]);
    space.store.delete_capture(second).expect("deleted");
    assert_eq!(
        beside(one),
        None,
        "an earlier one does not come in its place"
    );
    assert_eq!(pairs(), [(other, first)]);
}

#[test]
fn only_what_is_there_runs_beside() {
    let space = workspace(1);
    let capture = space.capture("a capture");
    let none = space.store.capture_beside(DeliveryId(7), capture);
    assert!(
        matches!(none, Err(StoreError::UnknownDelivery(DeliveryId(7)))),
        "{none:?}"
    );
    let delivery = delivery(&space, "token");
    let none = space.store.capture_beside(delivery, CaptureId(99));
    assert!(
        matches!(none, Err(StoreError::UnknownCapture(CaptureId(99)))),
        "{none:?}"
    );
    assert!(space.store.captures_beside().expect("pairs").is_empty());
}
