use super::*;
use proptest::prelude::*;

fn pacing(tempo: Tempo, longest_wait_millis: Option<u64>) -> Pacing {
    Pacing {
        tempo,
        longest_wait_millis,
    }
}

fn times(factor: f64) -> Tempo {
    Tempo::Original(Speed::try_from(factor).expect("a speed"))
}

fn rate(per_second: f64) -> Tempo {
    Tempo::Fixed(Rate::try_from(per_second).expect("a rate"))
}

fn dues(pacing: Pacing, at: &[i64]) -> Vec<u128> {
    let mut schedule = Schedule::new(pacing);
    at.iter().map(|&at| schedule.pass(at).as_millis()).collect()
}

#[test]
fn distances_are_kept_scaled_and_capped() {
    let at = [5_000, 5_000, 5_100, 65_100, 65_000, 65_200];
    assert_eq!(
        dues(pacing(times(1.0), None), &at),
        [0, 0, 100, 60_100, 60_100, 60_300]
    );
    assert_eq!(
        dues(pacing(times(10.0), None), &at),
        [0, 0, 10, 6_010, 6_010, 6_030]
    );
    assert_eq!(
        dues(pacing(times(0.1), Some(2_000)), &at),
        [0, 0, 1_000, 3_000, 3_000, 5_000]
    );
    assert_eq!(
        dues(pacing(rate(4.0), None), &at),
        [0, 250, 500, 750, 1_000, 1_250]
    );
    assert_eq!(dues(pacing(rate(0.5), Some(100)), &at[..3]), [0, 100, 200]);
    assert_eq!(dues(Pacing::AT_ONCE, &at), [0; 6]);
}

#[test]
fn speeds_and_rates_have_bounds() {
    for factor in [0.0, 0.09, 100.1, -1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(Speed::try_from(factor), Err(PaceError::Speed));
    }
    for per_second in [0.0, -1.0, 1e7, f64::NAN] {
        assert_eq!(Rate::try_from(per_second), Err(PaceError::Rate));
    }
    let saved = serde_json::to_string(&pacing(times(2.5), Some(7))).expect("JSON");
    assert_eq!(saved, r#"{"tempo":{"original":2.5},"longestWaitMillis":7}"#);
    assert!(serde_json::from_str::<Pacing>(&saved.replace("2.5", "0")).is_err());
}

#[test]
fn a_turn_of_the_dial_holds_from_the_record_in_line() {
    let dial = PaceDial::new(pacing(times(1.0), None));
    let mut pace = dial.pace();
    assert_eq!(due(&mut pace, 0, 0, 0), 0);
    assert_eq!(due(&mut pace, 1, 1_000, 0), 1_000);
    assert_eq!(due(&mut pace, 2, 61_000, 1_000), 61_000, "a minute to wait");
    dial.turn_to(pacing(times(100.0), None));
    pace.turn(Duration::from_millis(1_100), Some(left(1_000, 1_000)));
    assert_eq!(
        due(&mut pace, 2, 61_000, 1_100),
        1_600,
        "asked again, the same record"
    );
    assert_eq!(due(&mut pace, 2, 61_000, 1_200), 1_600);
    assert_eq!(due(&mut pace, 3, 61_001, 1_600), 1_600);
    dial.turn_to(pacing(rate(10.0), None));
    pace.turn(Duration::from_millis(1_600), Some(left(61_000, 1_600)));
    assert_eq!(due(&mut pace, 3, 61_001, 1_600), 1_700);
    assert_eq!(due(&mut pace, 4, 61_002, 1_600), 1_800);
}

fn left(at_millis: i64, clock_millis: u64) -> Left {
    let clock = Duration::from_millis(clock_millis);
    Left { at_millis, clock }
}

fn due(pace: &mut DialedPace, position: u64, at_millis: i64, clock_millis: u64) -> u128 {
    let entry = publish::Entry {
        key: "k".into(),
        explicit_hash_key: None,
        data: bytes::Bytes::new(),
        origin: None,
    };
    let next = Planned {
        position,
        at_millis,
        entry,
    };
    pace.due(&next, Duration::from_millis(clock_millis))
        .as_millis()
}

#[test]
fn a_slower_pace_catches_up_with_nothing() {
    for (slower, last, dues) in [
        (
            rate(10.0),
            Some(left(999_000, 59_940)),
            [60_040, 60_140, 60_240],
        ),
        (
            times(1.0),
            Some(left(999_000, 59_940)),
            [60_940, 61_940, 62_940],
        ),
        // what was due, and was taken back, leaves now
        (rate(10.0), None, [60_000, 60_100, 60_200]),
        (times(1.0), None, [60_000, 61_000, 62_000]),
    ] {
        let dial = PaceDial::new(Pacing::AT_ONCE);
        let mut pace = dial.pace();
        for n in 0..=1_000 {
            assert_eq!(due(&mut pace, n, n as i64 * 1_000, n * 60), 0);
        }
        dial.turn_to(pacing(slower, None));
        pace.turn(Duration::from_mins(1), last);
        let found = [1_000, 1_001, 1_002].map(|n| due(&mut pace, n, n as i64 * 1_000, 60_000));
        assert_eq!(found, dues, "{slower:?}");
    }
}

#[test]
fn a_wait_goes_on_however_often_the_pace_is_turned() {
    let mut pace = PaceDial::new(pacing(rate(0.5), None)).pace();
    assert_eq!(due(&mut pace, 0, 0, 0), 0);
    assert_eq!(due(&mut pace, 1, 0, 0), 2_000);
    for turned_at in [500, 1_000, 1_900] {
        pace.turn(Duration::from_millis(turned_at), Some(left(0, 0)));
        assert_eq!(due(&mut pace, 1, 0, turned_at), 2_000);
    }
    pace.turn(Duration::from_millis(2_500), Some(left(0, 0)));
    assert_eq!(due(&mut pace, 1, 0, 2_500), 2_500, "its time has passed");
    assert_eq!(due(&mut pace, 2, 0, 2_500), 4_500);
}

#[test]
fn what_left_before_a_turn_is_not_waited_for_after_it() {
    let mut pace = PaceDial::new(Pacing::AT_ONCE).pace();
    assert_eq!(due(&mut pace, 0, 0, 0), 0);
    // ten minutes after the one before it, and gone at once
    assert_eq!(due(&mut pace, 1, 600_000, 0), 0);
    pace.dial.turn_to(pacing(times(1.0), None));
    pace.turn(Duration::from_secs(2), Some(left(600_000, 0)));
    assert_eq!(due(&mut pace, 2, 601_000, 2_000), 2_000);
    assert_eq!(due(&mut pace, 3, 603_000, 2_000), 4_000);
}

#[test]
fn what_is_stepped_is_not_waited_for_again() {
    let mut pace = PaceDial::new(pacing(times(1.0), None)).pace();
    assert_eq!(due(&mut pace, 0, 0, 0), 0);
    assert_eq!(due(&mut pace, 1, 300_000, 50), 300_000);
    // two steps of five minutes each, while the clock stands still
    for at_millis in [300_000, 600_000] {
        pace.count_from(left(at_millis, 50));
    }
    assert_eq!(due(&mut pace, 3, 601_000, 50), 1_050);
    assert_eq!(due(&mut pace, 4, 602_000, 50), 2_050);
}

#[test]
fn the_end_is_known_from_the_record_in_line() {
    let dial = PaceDial::new(pacing(times(10.0), None));
    let end = |dial: &PaceDial| dial.due_at(600_000).map(|due| due.as_millis());
    assert_eq!(end(&dial), None, "nothing is in line yet");
    let mut pace = dial.pace();
    due(&mut pace, 0, 0, 0);
    assert_eq!(end(&dial), Some(60_000));
    assert_eq!(due(&mut pace, 1, 300_000, 0), 30_000);
    assert_eq!(end(&dial), Some(60_000), "the same, from the middle");
    dial.turn_to(pacing(times(1.0), None));
    pace.turn(Duration::from_secs(10), Some(left(0, 0)));
    assert_eq!(due(&mut pace, 1, 300_000, 10_000), 300_000);
    assert_eq!(end(&dial), Some(600_000));
    for unknown in [
        pacing(times(1.0), Some(1_000)),
        pacing(rate(5.0), None),
        Pacing::AT_ONCE,
    ] {
        dial.turn_to(unknown);
        assert_eq!(end(&dial), None, "{unknown:?}");
    }
}

proptest! {
    #[test]
    fn nothing_is_due_before_what_came_before(
        at in prop::collection::vec(any::<i64>(), 1..50), factor in 0.1f64..100.0, cap in prop::option::of(0u64..10_000), turn in 0usize..50, is_due: bool,
    ) {
        let mut schedule = Schedule::new(pacing(times(factor), cap));
        let (mut before, mut before_turn) = (Duration::ZERO, None);
        for (place, at) in at.into_iter().enumerate() {
            if place == turn {
                let last = before_turn.filter(|_| !is_due);
                schedule.change(pacing(rate(factor), cap), before, last);
            }
            let due = schedule.pass(at);
            prop_assert!(due >= before);
            if let Some(cap) = cap {
                prop_assert!(due <= before + Duration::from_millis(cap));
            }
            before = due;
            before_turn = Some(Left { at_millis: at, clock: due });
        }
    }
}
