use super::*;
use crate::{parse, unless_stopped};
use decode::{LayerKind, Step};
use std::sync::Arc;

fn undecoded() -> Filter {
    parse("is:undecoded", Millis(0)).expect("a filter")
}

fn is_taken(payload: &[u8], pipeline: &Pipeline, schemas: &Schemas) -> bool {
    undecoded().matches(&Subject {
        payload,
        read_by: Some((pipeline, schemas)),
        ..tests::empty_subject()
    })
}

#[test]
fn what_cannot_be_read_is_a_matter_of_the_layers_that_are_pinned() {
    let none = Schemas::default();
    let pinned = |kind| Pipeline::Pinned(vec![Step::new(kind)]);
    // text that is taken for what it is, and that a pin says is something else
    assert!(!is_taken(b"just text", &Pipeline::Auto, &none));
    assert!(is_taken(b"just text", &pinned(LayerKind::Json), &none));
    assert!(is_taken(b"just text", &pinned(LayerKind::Gzip), &none));
    // the beginning of a gzip member, pinned as bytes
    let broken = b"\x1f\x8b\x08\0\0\0\0\0\0\x03broken";
    assert!(is_taken(broken, &Pipeline::Auto, &none));
    assert!(!is_taken(broken, &pinned(LayerKind::Binary), &none));
}

#[test]
fn a_look_at_records_that_may_take_long_ends_between_two_of_them() {
    let filter = undecoded();
    let subject = Subject {
        payload: b"just text",
        ..tests::empty_subject()
    };
    let ended: crate::Stop = Arc::new(|| true);
    assert_eq!(unless_stopped(&ended, || filter.matches(&subject)), None);
    let goes_on: crate::Stop = Arc::new(|| false);
    let looked = unless_stopped(&goes_on, || filter.matches(&subject));
    assert_eq!(looked, Some(false));
}
