//! Limits: page size, read and write budgets, iterators that expire, memory.

use crate::client::*;
use aws_sdk_kinesis::{
    primitives::Blob,
    types::{PutRecordsRequestEntry, ShardIteratorType},
};
use emulator::{EmulatorOptions, NewRecord};
use record::StreamName;
use std::time::Duration;

const PAGE_BYTES_MAX: usize = 10 << 20;

fn record(payload: Vec<u8>) -> NewRecord {
    NewRecord {
        partition_key: "key".to_owned(),
        payload,
        arrival: None,
    }
}

#[tokio::test]
async fn a_page_ends_at_ten_mebibytes() {
    let emulator = start();
    let client = client(&emulator);
    create(&client, "orders", 1).await;
    let mut sizes = Vec::new();
    for batch in 0..5_u8 {
        let payloads = (0..5_u8)
            .map(|number| vec![batch * 5 + number; 1_000_000 - usize::from(number) * 1_000]);
        let entries = payloads.map(|payload| {
            sizes.push(payload.len());
            PutRecordsRequestEntry::builder()
                .partition_key("key")
                .data(Blob::new(payload))
                .build()
                .expect("an entry")
        });
        let put = client
            .put_records()
            .stream_name("orders")
            .set_records(Some(entries.collect()));
        assert_eq!(
            put.send()
                .await
                .expect("a batch of almost 5 MiB")
                .failed_record_count(),
            Some(0)
        );
    }
    let mut next = iterator(&client, "orders", SHARD, ShardIteratorType::TrimHorizon).await;
    let (mut pages, mut read) = (Vec::new(), Vec::new());
    while read.len() < sizes.len() {
        let page = page(&client, &next).await;
        let page_sizes: Vec<usize> = page
            .records()
            .iter()
            .map(|record| record.data().as_ref().len())
            .collect();
        pages.push(page_sizes.iter().sum::<usize>());
        read.extend(page_sizes);
        next = page
            .next_shard_iterator()
            .expect("an open shard")
            .to_owned();
    }
    assert_eq!(read, sizes);
    assert!(
        pages.iter().all(|&bytes| bytes <= PAGE_BYTES_MAX),
        "{pages:?}"
    );
    assert_eq!(pages.len(), 3, "{pages:?}");
}

#[tokio::test]
async fn small_records_fill_a_page_up_to_the_limit_that_was_asked() {
    let emulator = start();
    let client = client(&emulator);
    create(&client, "orders", 1).await;
    let stream: StreamName = "orders".parse().expect("a name");
    let records: Vec<NewRecord> = (0..12_000)
        .map(|number| record(number.to_string().into_bytes()))
        .collect();
    emulator
        .writer()
        .put(&stream, &records)
        .await
        .expect("records");
    let start = iterator(&client, "orders", SHARD, ShardIteratorType::TrimHorizon).await;
    let first = page(&client, &start).await;
    let second = page(&client, first.next_shard_iterator().expect("an open shard")).await;
    assert_eq!(
        (first.records().len(), second.records().len()),
        (10_000, 2_000)
    );
    let limited = client
        .get_records()
        .shard_iterator(&start)
        .limit(17)
        .send()
        .await
        .expect("a page");
    assert_eq!(
        payloads(limited.records()).last().map(String::as_str),
        Some("16")
    );
}

#[tokio::test]
async fn a_batch_over_five_mebibytes_is_refused() {
    let emulator = start();
    let client = client(&emulator);
    create(&client, "orders", 1).await;
    let entry = |_| {
        PutRecordsRequestEntry::builder()
            .partition_key("key")
            .data(Blob::new(vec![0; 900_000]))
            .build()
            .expect("an entry")
    };
    let put = client
        .put_records()
        .stream_name("orders")
        .set_records(Some((0..6).map(entry).collect()));
    assert_eq!(
        code(&put.send().await.expect_err("too much")),
        "InvalidArgumentException"
    );
    assert!(read_all(&client, "orders", SHARD).await.is_empty());
}

#[tokio::test]
async fn the_sixth_read_in_a_second_is_refused_and_counted() {
    let emulator = start_with(EmulatorOptions {
        enforces_read_limits: true,
        ..EmulatorOptions::default()
    });
    let client = client(&emulator);
    create(&client, "orders", 2).await;
    let iterator = iterator(&client, "orders", SHARD, ShardIteratorType::Latest).await;
    emulator.forget_requests();
    let refused = until(async || {
        client
            .get_records()
            .shard_iterator(&iterator)
            .send()
            .await
            .err()
    })
    .await;
    assert_eq!(code(&refused), "ProvisionedThroughputExceededException");
    let log = emulator.requests();
    assert_eq!(log.errors("ProvisionedThroughputExceededException"), 1);
    assert!(log.count("GetRecords") >= 6);
    assert!(log.busiest("GetRecords", Duration::from_secs(1)) >= 6);
    let last = log.requests.back().expect("a request");
    assert_eq!(
        (last.stream.as_deref(), last.shard.as_deref(), last.status),
        (Some("orders"), Some(SHARD), 400)
    );
}

#[tokio::test]
async fn a_full_shard_takes_a_part_of_a_batch() {
    let emulator = start_with(EmulatorOptions {
        enforces_write_limits: true,
        ..EmulatorOptions::default()
    });
    let client = client(&emulator);
    create(&client, "orders", 1).await;
    let entry = |number: i32| {
        let entry = PutRecordsRequestEntry::builder()
            .partition_key("key")
            .data(Blob::new(number.to_string()));
        entry.build().expect("an entry")
    };
    let mut written = 0;
    let put = until(async || {
        let put = client
            .put_records()
            .stream_name("orders")
            .set_records(Some((0..400).map(entry).collect()));
        let put = put.send().await.expect("an answer");
        written += put
            .records()
            .iter()
            .filter(|record| record.error_code().is_none())
            .count();
        (put.failed_record_count() != Some(0)).then_some(put)
    })
    .await;
    let failed = put
        .records()
        .iter()
        .filter(|record| record.error_code() == Some("ProvisionedThroughputExceededException"));
    assert_eq!(
        Some(i32::try_from(failed.count()).expect("a count")),
        put.failed_record_count()
    );
    assert_eq!(read_all(&client, "orders", SHARD).await.len(), written);
}

#[tokio::test]
async fn iterators_expire() {
    let iterator_ttl = Duration::from_millis(100);
    let emulator = start_with(EmulatorOptions {
        iterator_ttl,
        ..EmulatorOptions::default()
    });
    let client = client(&emulator);
    create(&client, "orders", 1).await;
    let iterator = iterator(&client, "orders", SHARD, ShardIteratorType::TrimHorizon).await;
    let refused = until(async || {
        client
            .get_records()
            .shard_iterator(&iterator)
            .send()
            .await
            .err()
    })
    .await;
    assert_eq!(code(&refused), "ExpiredIteratorException");
    let nonsense = client.get_records().shard_iterator("nonsense").send().await;
    assert_eq!(
        code(&nonsense.expect_err("no iterator")),
        "InvalidArgumentException"
    );
}

#[tokio::test]
async fn the_oldest_records_make_room_for_new_ones() {
    let max = 1 << 20;
    let emulator = start_with(EmulatorOptions {
        retained_bytes_max: max,
        ..EmulatorOptions::default()
    });
    let client = client(&emulator);
    create(&client, "orders", 1).await;
    create(&client, "other", 1).await;
    put(&client, "other", "key", "as old as the rest").await;
    let stream: StreamName = "orders".parse().expect("a name");
    let last = 20_000;
    let numbered: Vec<NewRecord> = (0..=last)
        .map(|number| record(format!("{number:0500}").into_bytes()))
        .collect();
    for batch in numbered.chunks(300) {
        emulator
            .writer()
            .put(&stream, batch)
            .await
            .expect("there is always room");
        assert!(
            emulator.retained_bytes() <= max,
            "{}",
            emulator.retained_bytes()
        );
    }
    let kept: Vec<i32> = payloads(&read_all(&client, "orders", SHARD).await)
        .iter()
        .map(|payload| payload.parse().expect("a number"))
        .collect();
    let first = *kept.first().expect("records");
    assert_eq!(kept, (first..=last).collect::<Vec<_>>());
    assert!((1_000..=1_600).contains(&kept.len()), "{}", kept.len());
    assert!(
        read_all(&client, "other", SHARD).await.is_empty(),
        "it was older than all that is kept"
    );
}
