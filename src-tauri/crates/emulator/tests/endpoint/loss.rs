//! Eight writers at once and a reader at the tip: the reader sees every record.

use crate::client::{client, create, iterator, start};
use aws_sdk_kinesis::{
    Client,
    primitives::Blob,
    types::{PutRecordsRequestEntry, ShardIteratorType},
};
use emulator::{Emulator, EmulatorOptions};
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

const WRITERS: usize = 8;
const BATCHES: usize = 40;
const BATCH_RECORDS: usize = 50;

#[tokio::test(flavor = "multi_thread")]
async fn eight_writers_and_a_reader_at_the_tip_lose_nothing() {
    let emulator = start();
    for round in 0..3 {
        let lost = lost(&emulator, &format!("orders-{round}")).await;
        assert_eq!(lost, BTreeSet::new(), "round {round}");
    }
}

/// Shows that the test above can fail: ferrokinesis alone lost 50 to 1,118 of 16,000 records in
/// each of 20 rounds. The first round that loses any is enough.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_shim_records_are_lost() {
    let emulator = Emulator::start_bare(EmulatorOptions::default()).expect("an emulator");
    for round in 0..20 {
        if !lost(&emulator, &format!("orders-{round}")).await.is_empty() {
            return;
        }
    }
    panic!("ferrokinesis lost nothing in 20 rounds: the shim's gate may not be needed any more");
}

/// The records that were written and not read.
async fn lost(emulator: &Emulator, stream: &str) -> BTreeSet<String> {
    let client = client(emulator);
    create(&client, stream, 1).await;
    let tip = iterator(
        &client,
        stream,
        crate::client::SHARD,
        ShardIteratorType::Latest,
    )
    .await;
    let written_all = Arc::new(AtomicBool::new(false));
    let reader = tokio::spawn(read_until(client.clone(), tip, written_all.clone()));

    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| tokio::spawn(write(client.clone(), stream.to_owned(), writer)))
        .collect();
    let mut written = BTreeSet::new();
    for writer in writers {
        written.extend(writer.await.expect("a writer"));
    }
    written_all.store(true, Ordering::SeqCst);
    let read = reader.await.expect("the reader");
    assert_eq!(
        read.len(),
        read.iter().collect::<BTreeSet<_>>().len(),
        "no record comes twice"
    );
    let read: BTreeSet<String> = read.into_iter().collect();
    written.difference(&read).cloned().collect()
}

async fn write(client: Client, stream: String, writer: usize) -> Vec<String> {
    let mut written = Vec::new();
    for batch in 0..BATCHES {
        let names = (0..BATCH_RECORDS).map(|record| format!("{writer}-{batch}-{record}"));
        let entries = names.map(|name| {
            written.push(name.clone());
            let entry = PutRecordsRequestEntry::builder()
                .partition_key(&name)
                .data(Blob::new(name));
            entry.build().expect("an entry")
        });
        let put = client
            .put_records()
            .stream_name(&stream)
            .set_records(Some(entries.collect()));
        assert_eq!(
            put.send().await.expect("a batch put").failed_record_count(),
            Some(0)
        );
    }
    written
}

async fn read_until(
    client: Client,
    mut iterator: String,
    written_all: Arc<AtomicBool>,
) -> Vec<String> {
    let mut read = Vec::new();
    loop {
        // asked before the page: what was written until then is on it or before it
        let is_last = written_all.load(Ordering::SeqCst);
        let page = client
            .get_records()
            .shard_iterator(&iterator)
            .send()
            .await
            .expect("a page");
        let is_empty = page.records().is_empty();
        read.extend(crate::client::payloads(page.records()));
        iterator = page.next_shard_iterator.expect("an open shard");
        if is_last && is_empty {
            return read;
        }
    }
}
