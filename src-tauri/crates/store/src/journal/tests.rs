use super::*;
use crate::{ShardKey, StoreError};
use proptest::prelude::*;
use record::StreamIdentity;
use tempfile::TempDir;

const AT: Millis = Millis(1_700_000_000_000);

fn workspace() -> (TempDir, Store) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(&folder.path().join("w.kscope")).expect("a workspace");
    (folder, store)
}

fn number(n: u64) -> SequenceNumber {
    format!("49590338271490256608559692538361571095{n:018}")
        .parse()
        .expect("a number")
}

fn shard(n: u64) -> ShardId {
    format!("shardId-{n:012}").parse().expect("an id")
}

fn stream(created_at: i64) -> StreamIdentity {
    StreamIdentity {
        arn: "arn:aws:kinesis:us-east-1:000000000000:stream/test"
            .parse()
            .expect("an ARN"),
        created_at: Millis(created_at),
    }
}

fn new(token: &str) -> NewDelivery {
    NewDelivery {
        token: token.into(),
        kind: DeliveryKind::Replay,
        created_at: AT,
        caller: "arn:aws:sts::1:assumed-role/dev/me".into(),
        target: "test in us-east-1".into(),
        target_stream: Some(stream(5)),
        order: "keyed".into(),
        plan: "{}".into(),
        composed: None,
    }
}

fn begun(store: &Store, token: &str) -> DeliveryId {
    match store.begin_delivery(&new(token)).expect("begun") {
        Begun::New(id) => id,
        Begun::Before(id) => panic!("{id} is known"),
    }
}

fn captured(position: u64, shard: i64, n: u64) -> Intent {
    Intent {
        position,
        subject: Subject::Captured {
            record: RecordId(shard << 32 | n as i64),
            sequence: number(n),
            sub: 0,
        },
    }
}

fn acknowledged(position: u64, n: u64) -> (u64, AttemptResult) {
    let result = AttemptResult::Acknowledged {
        shard: shard(n % 2),
        sequence: number(1_000 + n),
    };
    (position, result)
}

fn unclear(position: u64) -> (u64, AttemptResult) {
    let cause = "HTTP 500".to_owned();
    (position, AttemptResult::Unclear { cause })
}

fn refused(position: u64) -> (u64, AttemptResult) {
    let result = AttemptResult::Refused {
        code: "ProvisionedThroughputExceededException".into(),
        message: "slow down".into(),
    };
    (position, result)
}

fn attempt(results: Vec<(u64, AttemptResult)>) -> Attempt {
    Attempt {
        at: Millis(AT.0 + 7),
        results,
    }
}

#[test]
fn a_request_is_delivered_once() {
    let (_folder, store) = workspace();
    let id = begun(&store, "token-1");
    assert_eq!(
        store.begin_delivery(&new("token-1")).expect("known"),
        Begun::Before(id)
    );
    assert_ne!(begun(&store, "token-2"), id);
    assert_eq!(store.delivery_heads().expect("a list").len(), 2);
}

#[test]
fn a_delivery_is_carried_out_by_one_at_a_time() {
    let (_folder, store) = workspace();
    let id = begun(&store, "t");
    let claim = store.claim_delivery(id).expect("the first");
    let refused = store.claim_delivery(id).expect_err("the second");
    assert!(matches!(refused, StoreError::DeliveryRuns(of) if of == id));
    drop(claim);
    assert_eq!(store.claim_delivery(id).expect("free again").id(), id);
}

#[test]
fn what_was_composed_comes_back_with_the_delivery() {
    let (_folder, store) = workspace();
    let composed = Composed {
        partition_key: "k".into(),
        explicit_hash_key: Some(record::HashKey::MAX),
        body: b"{{uuid}} \xff".to_vec(),
    };
    let delivery = NewDelivery {
        kind: DeliveryKind::Publish,
        composed: Some(composed),
        target_stream: None,
        ..new("t")
    };
    let Begun::New(id) = store.begin_delivery(&delivery).expect("begun") else {
        panic!("it is new")
    };
    let at = Millis(AT.0 + 1);
    store
        .note_delivery(id, at, DeliveryState::Stopped, Some("throttled"))
        .expect("noted");
    let stored = store.delivery(id).expect("stored");
    assert_eq!(stored.delivery, delivery);
    assert_eq!(
        (stored.state, stored.detail.as_deref(), stored.changed_at),
        (DeliveryState::Stopped, Some("throttled"), at)
    );
}

#[test]
fn the_journal_can_only_grow() {
    let (folder, store) = workspace();
    let id = begun(&store, "t");
    store
        .journal(id, AT, &[captured(0, 1, 1)], &[])
        .expect("journaled");
    store.close().expect("closed");
    let connection = rusqlite::Connection::open(folder.path().join("w.kscope")).expect("the file");
    let beside = "INSERT INTO delivery_capture (delivery, capture) VALUES (1, 1)";
    connection.execute(beside, []).expect("a line");
    for table in [
        "delivery",
        "delivery_event",
        "delivery_chunk",
        "delivery_capture",
    ] {
        for sql in [
            format!("DELETE FROM {table}"),
            format!("UPDATE {table} SET rowid = 9"),
        ] {
            let refused = connection.execute(&sql, []).expect_err("append-only");
            assert!(
                refused.to_string().contains("append-only"),
                "{sql}: {refused}"
            );
        }
    }
}

#[test]
fn progress_tells_settled_from_doubtful() {
    let (_folder, store) = workspace();
    let id = begun(&store, "t");
    let intents: Vec<Intent> = (0..8).map(|n| captured(n, 1, n)).collect();
    store.journal(id, AT, &intents, &[]).expect("journaled");
    let first = [
        attempt(vec![acknowledged(0, 0), unclear(1), refused(2), unclear(3)]),
        attempt(vec![acknowledged(1, 1), acknowledged(2, 2), refused(3)]),
        attempt(vec![
            (4, AttemptResult::Released),
            (3, AttemptResult::Released),
        ]),
    ];
    store.journal(id, AT, &[], &first).expect("journaled");
    let progress = store.delivery_progress(id).expect("progress");
    assert_eq!(progress.acknowledged(), 3);
    assert_eq!(
        progress.unsettled(),
        [3, 5, 6, 7],
        "3 was unclear, 5 to 7 may have been sent"
    );
    assert_eq!(progress.may_be_doubled(), [1]);
    // after a crash: what was unsettled is intended again, and what is acknowledged then is in doubt
    let again: Vec<Intent> = [3, 4, 5].map(|n| captured(n, 1, n)).to_vec();
    let second = [attempt(vec![
        acknowledged(3, 3),
        acknowledged(4, 4),
        acknowledged(5, 5),
    ])];
    store.journal(id, AT, &again, &[]).expect("journaled");
    store.journal(id, AT, &[], &second).expect("journaled");
    let progress = store.delivery_progress(id).expect("progress");
    assert_eq!(progress.unsettled(), [6, 7]);
    assert_eq!(progress.may_be_doubled(), [1, 3, 5], "4 had been let go of");
    assert!(
        progress.is_acknowledged(4)
            && !progress.is_acknowledged(6)
            && !progress.is_acknowledged(99)
    );
}

#[test]
fn what_fits_in_no_request_is_known_until_it_fits() {
    let (_folder, store) = workspace();
    let id = begun(&store, "t");
    let intents: Vec<Intent> = (0..3).map(|n| captured(n, 1, n)).collect();
    store.journal(id, AT, &intents, &[]).expect("journaled");
    let unfit = |position| (position, AttemptResult::unfit("too large".to_owned()));
    let released = |position| (position, AttemptResult::Released);
    let first = [attempt(vec![unfit(0), released(0), unfit(1), released(1)])];
    store.journal(id, AT, &[], &first).expect("journaled");
    let progress = store.delivery_progress(id).expect("progress");
    assert_eq!(
        (progress.unfit(), progress.unsettled()),
        (vec![0, 1], vec![2])
    );
    // the stream takes larger records by now
    store
        .journal(id, AT, &intents[..1], &[])
        .expect("journaled");
    let second = [attempt(vec![acknowledged(0, 0)])];
    store.journal(id, AT, &[], &second).expect("journaled");
    let progress = store.delivery_progress(id).expect("progress");
    assert_eq!(progress.unfit(), [1]);
    assert!(progress.is_acknowledged(0) && progress.may_be_doubled().is_empty());
}

#[test]
fn the_way_leads_from_the_original_to_the_copy_and_back() {
    let (_folder, store) = workspace();
    let (one, two) = (begun(&store, "one"), begun(&store, "two"));
    for id in [one, two] {
        let intents: Vec<Intent> = (0..500).map(|n| captured(n, 1 + n as i64 % 3, n)).collect();
        store.journal(id, AT, &intents, &[]).expect("journaled");
        let shift = if id == one { 0 } else { 1_000 };
        for part in [0..250, 250..500] {
            let results = part.map(|n| acknowledged(n, n + shift)).collect();
            store
                .journal(id, AT, &[], &[attempt(results)])
                .expect("journaled");
        }
    }
    let found = store
        .deliveries_of_record(ShardKey(3), number(302), 0)
        .expect("found");
    let places: Vec<_> = found.iter().map(|d| (d.delivery, d.position)).collect();
    assert_eq!(places, [(two, 302), (one, 302)]);
    let (_, expected) = acknowledged(302, 302);
    assert_eq!(found[1].results, [(Millis(AT.0 + 7), expected)]);
    assert!(
        store
            .deliveries_of_record(ShardKey(3), number(302), 1)
            .expect("none")
            .is_empty()
    );

    let places = [
        (shard(0), number(1_302)),
        (shard(1), number(1_302)),
        (shard(0), number(2_302)),
    ];
    let origins = store
        .origins_of_delivered(&stream(5), &places)
        .expect("found");
    let of = |delivery| OriginFound {
        delivery,
        position: 302,
        subject: captured(302, 3, 302).subject,
    };
    assert_eq!(origins, [Some(of(one)), None, Some(of(two))]);
    let writers = store.writers_of(&stream(5), &places).expect("found");
    assert_eq!(writers, [Some(one), None, Some(two)]);
    let later = store
        .origins_of_delivered(&stream(6), &places)
        .expect("looked up");
    assert_eq!(later, [None, None, None], "another incarnation");
}

#[test]
fn the_log_is_read_page_by_page() {
    let (_folder, store) = workspace();
    let id = begun(&store, "t");
    for n in 0..40 {
        let intents = [captured(n, 1, n)];
        let came = [attempt(vec![acknowledged(n, n)])];
        store.journal(id, AT, &intents, &[]).expect("journaled");
        store.journal(id, AT, &[], &came).expect("journaled");
    }
    let (mut lines, mut next) = (Vec::new(), None);
    loop {
        let page = store.delivery_log(id, next).expect("a page");
        lines.extend(page.lines);
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    assert_eq!(lines.len(), 80);
    assert_eq!(
        lines[78].event,
        LogEvent::Intended(captured(39, 1, 39).subject)
    );
    assert_eq!(lines[79].event, LogEvent::Came(acknowledged(39, 39).1));
}

#[test]
fn an_unknown_delivery_is_named() {
    let (_folder, store) = workspace();
    let refused = store.journal(DeliveryId(7), AT, &[captured(0, 1, 1)], &[]);
    assert!(matches!(
        refused,
        Err(StoreError::UnknownDelivery(DeliveryId(7)))
    ));
}

fn results() -> impl Strategy<Value = AttemptResult> {
    prop_oneof![
        ("[a-z-]{1,20}", "0|[1-9][0-9]{0,60}").prop_map(|(shard, sequence)| {
            AttemptResult::Acknowledged {
                shard: shard.parse().expect("an id"),
                sequence: sequence.parse().expect("a number"),
            }
        }),
        (any::<String>(), any::<String>())
            .prop_map(|(code, message)| AttemptResult::Refused { code, message }),
        any::<String>().prop_map(|cause| AttemptResult::Unclear { cause }),
        Just(AttemptResult::Released),
    ]
}

fn subjects() -> impl Strategy<Value = Subject> {
    prop_oneof![
        (any::<i64>(), "0|[1-9][0-9]{0,60}", any::<u32>()).prop_map(|(record, sequence, sub)| {
            Subject::Captured {
                record: RecordId(record),
                sequence: sequence.parse().expect("a number"),
                sub,
            }
        }),
        (any::<[u8; 16]>(), any::<u64>())
            .prop_map(|(digest, size_bytes)| Subject::Composed { digest, size_bytes }),
    ]
}

proptest! {
    #[test]
    fn bodies_come_back(
        intents in prop::collection::vec((any::<u64>(), subjects()), 0..20),
        attempts in prop::collection::vec((0i64..1_000_000, prop::collection::vec((any::<u64>(), results()), 0..9)), 0..9),
    ) {
        let intents: Vec<Intent> = intents
            .into_iter()
            .map(|(position, subject)| Intent { position, subject })
            .collect();
        let attempts: Vec<Attempt> = attempts
            .into_iter()
            .map(|(at, results)| Attempt { at: Millis(at), results })
            .collect();
        let body = body::encode_intents(&intents);
        prop_assert_eq!(body::decode_intents(&body).expect("intents"), intents);
        let body = body::encode_attempts(Millis(77), &attempts);
        prop_assert_eq!(body::decode_attempts(Millis(77), &body).expect("attempts"), attempts);
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes: Vec<u8>) {
        let _ = body::decode_intents(&bytes);
        let _ = body::decode_attempts(AT, &bytes);
    }
}
