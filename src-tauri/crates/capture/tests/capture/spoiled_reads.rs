//! Captures through the fault proxy: whatever becomes of single reads, every record is stored once, in order,
//! and no gap is claimed.

use crate::lab::{Lab, suite};
use emulator::{Emulator, EmulatorOptions};
use faults::{Action, Calls, Proxy, Rule};
use std::{collections::BTreeMap, time::Duration};
use tokio::task::JoinSet;

/// Reads go on while every third fails so.
fn passing() -> Vec<Action> {
    vec![
        Action::throttled(),
        Action::limit_exceeded(),
        Action::expired_iterator(),
        Action::internal_failure(),
        Action::bare_status(500),
        Action::bare_status(503),
        Action::reset_before(),
        Action::reset_after(),
        Action::empty_page(),
        Action::repeated_page(),
        Action::stall_before(Duration::from_millis(100)),
        Action::stall_after(Duration::from_millis(100)),
    ]
}

/// What takes a capture seconds to get over is done to it once for each shard.
fn lasting() -> Vec<Action> {
    vec![
        Action::hang_before(),
        Action::hang_after(),
        Action::cut_body(),
        Action::access_denied(),
        Action::expired_credentials(),
        Action::stream_not_found(),
        Action::other_answer(200, "<html>maintenance</html>"),
        Action::other_answer(200, "{\"records\": 7}"),
        Action::end_without_children(),
        Action::with_children(&["shardId-000000000077"]),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_doubled_or_moved_by_reads_that_fail() {
    let mut labs = JoinSet::new();
    for action in passing() {
        labs.spawn(survives(action, Calls::Every(3)));
    }
    for action in lasting() {
        labs.spawn(survives(action, Calls::Nth(2)));
    }
    while let Some(survived) = labs.join_next().await {
        if let Err(panic) = survived {
            std::panic::resume_unwind(panic.into_panic());
        }
    }
}

async fn survives(action: Action, calls: Calls) {
    let name = format!("{action:?}");
    let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
    let proxy = Proxy::to(&emulator.endpoint()).await;
    let mut lab = Lab::at(emulator.endpoint()).await;
    lab.connection = crate::lab::connect(&proxy.endpoint()).await;
    lab.create_stream("orders", 2).await;
    lab.put("orders", "a", 300).await;
    let rules = [0, 1].map(|shard| {
        let rule = Rule::on("GetRecords", action.clone()).calls(calls);
        proxy.add(rule.shard(crate::lab::shard(shard).as_str()))
    });
    let (capture, run) = lab.capturing("orders", 300).await;
    for round in 0..4 {
        lab.put("orders", &format!("b{round}"), 50).await;
        lab.captured(&run, 350 + 50 * round).await;
    }
    crate::lab::until(&format!("{name} fires on both shards"), || async {
        rules.iter().all(|rule| proxy.fired(*rule) > 0)
    })
    .await;
    proxy.mend();
    lab.put("orders", "c", 50).await;
    lab.captured(&run, 550).await;
    run.stop().await;
    let gaps = lab.store.gaps(capture).expect("the gaps");
    assert!(gaps.is_empty(), "{name}: {gaps:?}");
    in_order(&lab, capture, &name);
}

/// Each partition key's records come as they were written: `a-7`, `b0-7`, `b1-7`, …
fn in_order(lab: &Lab, capture: store::CaptureId, name: &str) {
    let mut of_key: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (key, payload) in suite::stored_records(&lab.store, capture) {
        let payload = String::from_utf8(payload).expect("text");
        of_key.entry(key).or_default().push(payload);
    }
    assert_eq!(of_key.len(), 300, "{name}");
    for (key, payloads) in of_key {
        assert!(payloads.is_sorted(), "{name}: {key}: {payloads:?}");
    }
}
