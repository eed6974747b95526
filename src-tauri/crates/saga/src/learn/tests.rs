//! Small samples in other fashions than the demo's, which has its own test.

use super::*;

fn learned(events: &[(&str, &str)]) -> Result<Proposal, LearnError> {
    let samples: Vec<Sample<'_>> = events
        .iter()
        .zip(0..)
        .map(|(&(stream, payload), time)| Sample {
            stream,
            arrival: Millis(time * 100),
            payload: payload.as_bytes(),
        })
        .collect();
    learn(&samples)
}

#[test]
fn other_names_are_understood() {
    let mut events = Vec::new();
    for booking in ["b-1", "b-2", "b-3"] {
        for kind in [
            "TripRequested",
            "BookHotel",
            "HotelBooked",
            "LockSeat",
            "SeatLocked",
            "TripCompleted",
        ] {
            events.push(format!(
                r#"{{"type":"{kind}","ref":"{booking}","tenant":"acme"}}"#
            ));
        }
    }
    for kind in [
        "TripRequested",
        "BookHotel",
        "HotelBooked",
        "LockSeat",
        "SeatFailed",
        "CancelHotel",
        "HotelCancelled",
        "TripFailed",
    ] {
        events.push(format!(
            r#"{{"type":"{kind}","ref":"b-4","tenant":"acme"}}"#
        ));
    }
    let events: Vec<(&str, &str)> = events
        .iter()
        .map(|event| ("trips", event.as_str()))
        .collect();
    insta::assert_snapshot!(learned(&events).expect("a proposal").yaml, @r#"
    # Proposed from 4 sagas. Deadlines are 3 times what was usual.
    apiVersion: kinescope/v1
    saga: "trip"
    version: 1
    streams: ["trips"]
    clock: { time: event, skew: 100ms }
    event:
      type: ["$.type"]
      source: ["@stream"]
    correlate:
      key: "ref"
      paths: [{ at: ["$.ref"] }]
      reuse: new-after-terminal
    start: { on: "TripRequested" }
    steps:
      - id: "hotel"
        request: "BookHotel"
        success: "HotelBooked"
        timeout: 1s
        undo: { request: "CancelHotel", success: "HotelCancelled", timeout: 1s }
      - id: "seat"
        after: ["hotel"]
        request: "LockSeat"
        success: "SeatLocked"
        failure: ["SeatFailed"]
        timeout: 1s
    outcomes:
      completed: { on: "TripCompleted" }
      failed: { on: ["TripFailed"] }
    compensation: { order: reverse-completion, covers: completed }
    limits: { saga: 12s, stuckAfter: 6s }
    "#);
}

#[test]
fn nothing_is_made_of_nothing() {
    assert_eq!(learned(&[]), Err(LearnError::NoTypes));
    assert_eq!(
        learned(&[("s", "{}"), ("s", "x")]),
        Err(LearnError::NoTypes)
    );
    assert_eq!(
        learned(&[
            ("s", r#"{"type":"A","id":"11"}"#),
            ("s", r#"{"type":"B","id":"22"}"#)
        ]),
        Err(LearnError::NoKey)
    );
}

#[test]
fn hostile_names_make_a_valid_definition() {
    let event = |kind: &str| serde_json::json!({ "type": kind, "id'\"": "order-1" }).to_string();
    let kinds = ["A\n- x: [", "B'\"}: #", "C\u{202E}ed"];
    let events: Vec<String> = kinds.iter().chain(&kinds).map(|kind| event(kind)).collect();
    let events: Vec<(&str, &str)> = events
        .iter()
        .map(|event| ("s: *x", event.as_str()))
        .collect();
    assert!(learned(&events).is_ok(), "{:?}", learned(&events));
}
