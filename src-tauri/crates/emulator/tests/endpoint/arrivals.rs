//! Arrival times: milliseconds, positions by time, lag, retention and records with a past.

use crate::client::*;
use aws_sdk_kinesis::types::ShardIteratorType;
use emulator::{EmulatorOptions, NewRecord};
use record::{Millis, StreamName};
use std::time::Duration;

const HOUR_MILLIS: i64 = 3_600_000;

fn stream() -> StreamName {
    "orders".parse().expect("a stream name")
}

fn past(payload: &str, arrival: Millis) -> NewRecord {
    NewRecord {
        partition_key: "key".to_owned(),
        payload: payload.into(),
        arrival: Some(arrival),
    }
}

#[tokio::test]
async fn arrivals_have_milliseconds() {
    let emulator = start();
    let client = client(&emulator);
    create(&client, "orders", 1).await;
    let before = now();
    for number in 0..20 {
        put(&client, "orders", "key", format!("{number}")).await;
    }
    let after = now();
    let records = read_all(&client, "orders", SHARD).await;
    let arrivals: Vec<Millis> = records.iter().map(arrival).collect();
    assert!(
        arrivals
            .iter()
            .all(|&arrival| before <= arrival && arrival <= after),
        "{before} {arrivals:?} {after}"
    );
    assert!(arrivals.is_sorted());
}

#[tokio::test]
async fn a_time_is_a_position_between_records() {
    let emulator = start();
    let client = client(&emulator);
    let start = Millis(now().0 - 10_000);
    emulator
        .writer()
        .create_stream(&stream(), 1, start)
        .await
        .expect("a stream");
    let records: Vec<NewRecord> = (0..1_000)
        .map(|number| past(&number.to_string(), start.saturating_add(number * 7)))
        .collect();
    emulator
        .writer()
        .put(&stream(), &records)
        .await
        .expect("records");

    for (after_start_millis, first) in [
        (-5_000, "0"),
        (0, "0"),
        (1, "1"),
        (7, "1"),
        (3_500, "500"),
        (6_993, "999"),
    ] {
        let iterator =
            iterator_at(&client, "orders", start.saturating_add(after_start_millis)).await;
        let page = page(&client, &iterator.expect("an iterator")).await;
        assert_eq!(
            payloads(page.records()).first().map(String::as_str),
            Some(first),
            "{after_start_millis}"
        );
    }
}

#[tokio::test]
async fn a_time_after_the_last_record_is_the_tip() {
    let emulator = start();
    let client = client(&emulator);
    create(&client, "orders", 1).await;
    put(&client, "orders", "key", "early").await;
    let later = until(async || Some(now()).filter(|&time| time > Millis(0)))
        .await
        .saturating_add(1);
    until(async || (now() > later).then_some(())).await;
    let iterator = iterator_at(&client, "orders", later)
        .await
        .expect("an iterator");
    let tip = page(&client, &iterator).await;
    assert_eq!(payloads(tip.records()), [""; 0]);
    put(&client, "orders", "key", "late").await;
    let next = page(&client, tip.next_shard_iterator().expect("an open shard")).await;
    assert_eq!(payloads(next.records()), ["late"]);
}

#[tokio::test]
async fn a_future_time_is_refused() {
    let emulator = start();
    let client = client(&emulator);
    create(&client, "orders", 1).await;
    let refused = iterator_at(&client, "orders", now().saturating_add(60_000)).await;
    assert_eq!(refused, Err("InvalidArgumentException".to_owned()));
}

#[tokio::test]
async fn lag_falls_to_zero_at_the_tip() {
    let emulator = start();
    let client = client(&emulator);
    let start = Millis(now().0 - 60_000);
    emulator
        .writer()
        .create_stream(&stream(), 1, start)
        .await
        .expect("a stream");
    let records = [
        past("0", start),
        past("1", start.saturating_add(30_000)),
        past("2", start.saturating_add(59_000)),
    ];
    emulator
        .writer()
        .put(&stream(), &records)
        .await
        .expect("records");

    let mut iterator = iterator(&client, "orders", SHARD, ShardIteratorType::TrimHorizon).await;
    let mut lags = Vec::new();
    for _ in 0..4 {
        let page = client
            .get_records()
            .shard_iterator(&iterator)
            .limit(1)
            .send()
            .await
            .expect("a page");
        lags.push(page.millis_behind_latest().expect("a lag"));
        iterator = page
            .next_shard_iterator()
            .expect("an open shard")
            .to_owned();
    }
    assert!(
        lags[0] >= 60_000 && (30_000..60_000).contains(&lags[1]),
        "{lags:?}"
    );
    assert_eq!(lags[2..], [0, 0]);
}

#[tokio::test]
async fn the_past_comes_before_the_present_and_never_runs_backwards() {
    let emulator = start();
    let client = client(&emulator);
    let hour_ago = Millis(now().0 - HOUR_MILLIS);
    let writer = emulator.writer();
    assert!(
        writer
            .create_stream(&stream(), 1, hour_ago)
            .await
            .expect("a stream")
    );
    assert!(
        !writer
            .create_stream(&stream(), 1, hour_ago)
            .await
            .expect("the same stream"),
        "the second time it is there"
    );
    let records = [
        past("a", hour_ago.saturating_add(500)),
        past("b", hour_ago.saturating_add(250)),
    ];
    let placed = writer.put(&stream(), &records).await.expect("records");
    put(&client, "orders", "key", "c").await;

    let records = read_all(&client, "orders", SHARD).await;
    assert_eq!(payloads(&records), ["a", "b", "c"]);
    let arrivals: Vec<i64> = records[..2]
        .iter()
        .map(|record| arrival(record).since(hour_ago))
        .collect();
    assert_eq!(arrivals, [500, 500]);
    assert!(arrival(&records[2]).since(hour_ago) >= HOUR_MILLIS);
    let sequences: Vec<String> = placed
        .iter()
        .map(|(_, sequence)| sequence.to_string())
        .collect();
    assert_eq!(
        sequences,
        [records[0].sequence_number(), records[1].sequence_number()]
    );
    let created = described(&client, "orders").await.stream_creation_timestamp;
    assert_eq!(Millis::from_secs_f64(created.as_secs_f64()), hour_ago);
}

#[tokio::test]
async fn what_is_older_than_the_retention_is_not_read() {
    let retention = Some(Duration::from_mins(10));
    let emulator = start_with(EmulatorOptions {
        retention,
        ..EmulatorOptions::default()
    });
    let client = client(&emulator);
    let hour_ago = Millis(now().0 - HOUR_MILLIS);
    emulator
        .writer()
        .create_stream(&stream(), 1, hour_ago)
        .await
        .expect("a stream");
    let recent = Millis(now().0 - 60_000);
    let records = [
        past("gone", hour_ago),
        past("gone too", hour_ago),
        past("kept", recent),
    ];
    emulator
        .writer()
        .put(&stream(), &records)
        .await
        .expect("records");
    assert_eq!(
        payloads(&read_all(&client, "orders", SHARD).await),
        ["kept"]
    );
}

#[tokio::test]
async fn records_that_no_stream_takes_are_refused_with_the_reason() {
    let emulator = start();
    let writer = emulator.writer();
    let nowhere = writer
        .put(&stream(), &[past("a", now())])
        .await
        .expect_err("there is no stream");
    assert!(
        nowhere.to_string().contains("ResourceNotFoundException"),
        "{nowhere}"
    );
    writer
        .create_stream(&stream(), 1, now())
        .await
        .expect("a stream");
    let keyless = NewRecord {
        partition_key: String::new(),
        ..past("a", now())
    };
    let keyless = writer
        .put(&stream(), &[keyless])
        .await
        .expect_err("a record without a key");
    assert_eq!(
        keyless.to_string(),
        "a partition key has 1 to 256 characters, and this has 0"
    );
    let large = NewRecord {
        payload: vec![0; 1 << 20],
        ..past("", now())
    };
    let large = writer
        .put(&stream(), &[large])
        .await
        .expect_err("a record over a mebibyte");
    assert_eq!(
        large.to_string(),
        "a record has at most 1048576 bytes with its key, and this has 1048579"
    );
}
