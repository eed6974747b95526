//! A function in a runtime interface emulator as a target: one address on this machine, no identity, one event at a
//! time. The server here answers as the emulator does (its `http.go` and `handlers.go`).

use super::lab::{EVERYTHING, Lab, STEPS, saga, until, wanted};
use emulator::{Emulator, EmulatorOptions};
use engine::{
    DialogAnswer, EngineError, KinesisError, Order, Permission, ReplayInto, ReplayState,
    ReplayedWhich,
};
use record::SequenceNumber;
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

const LINE: &str = "POST /2015-03-31/functions/function/invocations HTTP/1.1";

/// What the handler answers to the event of each invocation, counted from 0.
type Handler = fn(usize, &serde_json::Value) -> String;

#[derive(Default)]
struct Seen {
    events: Mutex<Vec<serde_json::Value>>,
    running: AtomicUsize,
    at_once: AtomicUsize,
    signed: AtomicUsize,
}

struct RuntimeEmulator {
    address: String,
    seen: Arc<Seen>,
}

impl RuntimeEmulator {
    async fn running(handler: Handler) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("its address"));
        let seen = Arc::new(Seen::default());
        let all = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let all = Arc::clone(&all);
                // a client that went away needs no answer
                tokio::spawn(async move { serve(stream, &all, handler).await.ok() });
            }
        });
        Self { address, seen }
    }

    /// Records of all events, in their order.
    fn records(&self) -> Vec<serde_json::Value> {
        let events = self.seen.events.lock().expect("the events");
        let records = events.iter().map(|event| event["Records"].as_array());
        records.flatten().flatten().cloned().collect()
    }

    fn as_target(&self) -> ReplayInto {
        ReplayInto::LocalFunction {
            address: self.address.clone(),
        }
    }
}

async fn serve(mut stream: TcpStream, seen: &Seen, handler: Handler) -> std::io::Result<()> {
    let mut request = Vec::new();
    let (head, body) = loop {
        if stream.read_buf(&mut request).await? == 0 {
            return Ok(());
        }
        if let Some(whole) = whole(&request) {
            break whole;
        }
    };
    let at_once = seen.running.fetch_add(1, Ordering::SeqCst) + 1;
    seen.at_once.fetch_max(at_once, Ordering::SeqCst);
    let is_signed = head.to_lowercase().contains("\nauthorization:");
    seen.signed.fetch_add(is_signed.into(), Ordering::SeqCst);
    let (status, answer) = if head.lines().next() != Some(LINE) {
        (404, "404 page not found\n".to_owned())
    } else if at_once > 1 {
        (400, String::new())
    } else {
        // so that a second one would meet it
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        let event = serde_json::from_slice(&body).expect("an event");
        let mut events = seen.events.lock().expect("the events");
        let answer = handler(events.len(), &event);
        events.push(event);
        (200, answer)
    };
    seen.running.fetch_sub(1, Ordering::SeqCst);
    let head = format!(
        "HTTP/1.1 {status} -\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        answer.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(answer.as_bytes()).await
}

fn whole(request: &[u8]) -> Option<(String, Vec<u8>)> {
    let end = request.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&request[..end]).into_owned();
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let is_length = name.eq_ignore_ascii_case("content-length");
        is_length.then(|| value.trim().parse().expect("a length"))
    });
    let body = &request[end + 4..];
    (body.len() >= length.unwrap_or(0)).then(|| (head, body.to_vec()))
}

async fn captured() -> (Emulator, Lab) {
    let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
    let lab = Lab::at(&emulator.endpoint()).await;
    lab.capture_orders(10).await;
    (emulator, lab)
}

fn yes(lab: &Lab, address: &str) -> Permission {
    let answer = DialogAnswer::yes_in_native_dialog(None);
    let permitted = lab.engine.permit_invoking_emulated(address, answer);
    permitted.expect("a permission")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_events_of_an_order_reach_it_one_at_a_time_and_unsigned() {
    let (_kinesis, lab) = captured().await;
    let function = RuntimeEmulator::running(|_, _| r#"{"batchItemFailures":[]}"#.to_owned()).await;
    let plan = lab
        .engine
        .plan_replay("test", wanted(saga(4), function.as_target(), Vec::new()))
        .await
        .expect("a plan");
    let refused = lab.engine.start_replay(&plan.id, Permission::Nothing).await;
    assert!(
        matches!(refused, Err(EngineError::NotGranted)),
        "{refused:?}"
    );
    assert_eq!(function.records().len(), 0);

    let started = lab
        .engine
        .start_replay(&plan.id, yes(&lab, &function.address))
        .await;
    let replay = lab.finished(started.expect("it starts").id).await;
    assert_eq!(replay.counts.acknowledged, STEPS);
    assert_eq!(replay.target, function.address);
    let records = function.records();
    assert_eq!(records.len() as u64, STEPS);
    for record in &records {
        assert_eq!(record["eventSource"], "aws:kinesis");
        assert_eq!(record["kinesis"]["partitionKey"], "ord-4");
    }
    let count = |of: &AtomicUsize| of.load(Ordering::SeqCst);
    assert_eq!(
        (count(&function.seen.at_once), count(&function.seen.signed)),
        (1, 0)
    );
    lab.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_asks_for_again_comes_again_and_a_failure_is_unclear() {
    let (_kinesis, lab) = captured().await;
    let function = RuntimeEmulator::running(|number, event| {
        let first = event["Records"][0]["kinesis"]["sequenceNumber"].clone();
        match number {
            0 => format!(r#"{{"batchItemFailures":[{{"itemIdentifier":{first}}}]}}"#),
            1 => r#"{"errorMessage":"no","errorType":"ValueError","stackTrace":[]}"#.to_owned(),
            2 => "Task timed out after 3.00 seconds".to_owned(),
            _ => "null".to_owned(),
        }
    })
    .await;
    let plan = lab
        .engine
        .plan_replay("test", wanted(saga(7), function.as_target(), Vec::new()))
        .await
        .expect("a plan");
    let started = lab
        .engine
        .start_replay(&plan.id, yes(&lab, &function.address))
        .await;
    let replay = lab.finished(started.expect("it starts").id).await;
    assert_eq!(replay.counts.acknowledged, STEPS);
    assert_eq!(
        (replay.counts.may_be_doubled, replay.counts.retries),
        (1, 3),
        "the first record: asked for again, and twice unclear"
    );
    assert_eq!(function.records().len() as u64, STEPS + 3);
    let doubled = lab
        .engine
        .replay_records(replay.id, ReplayedWhich::MayBeDoubled, 0, 10)
        .await
        .expect("a page");
    assert_eq!(doubled.rows.len(), 1);
    lab.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_it_cannot_take_fails_alone() {
    let (_kinesis, lab) = captured().await;
    let function = RuntimeEmulator::running(|_, event| {
        let records = event["Records"].as_array().expect("records");
        let is_bad = |record: &serde_json::Value| record["kinesis"]["partitionKey"] == "ord-3";
        if records.iter().any(is_bad) {
            r#"{"errorMessage":"no","errorType":"ValueError","stackTrace":[]}"#.to_owned()
        } else {
            "null".to_owned()
        }
    })
    .await;
    let mut all = wanted(EVERYTHING, function.as_target(), Vec::new());
    all.setup.order = Order::Fast;
    let plan = lab.engine.plan_replay("test", all).await.expect("a plan");
    let started = lab
        .engine
        .start_replay(&plan.id, yes(&lab, &function.address))
        .await;
    let id = started.expect("it starts").id;
    let healthy = 9 * STEPS;
    until("all others are taken", async || {
        let replay = lab.engine.replay(id).await.expect("a replay");
        replay.counts.acknowledged == healthy
    })
    .await;
    lab.engine.cancel_replay(id).await.expect("cancelled");
    let mut times: HashMap<String, u64> = HashMap::new();
    for record in function.records() {
        if record["kinesis"]["partitionKey"] != "ord-3" {
            // numbers of two streams may be the same
            let name = format!("{} {}", record["eventSourceARN"], record["eventID"]);
            *times.entry(name).or_default() += 1;
        }
    }
    assert_eq!(times.len() as u64, healthy);
    assert!(times.values().all(|&times| times <= 2), "{times:?}");
    let events = function.seen.events.lock().expect("the events").clone();
    for event in events {
        let records = event["Records"].as_array().expect("records").iter();
        let numbers = records.map(|record| {
            let number = record["kinesis"]["sequenceNumber"].as_str();
            let number: SequenceNumber = number.expect("a text").parse().expect("a number");
            number
        });
        assert!(numbers.is_sorted(), "{event}");
    }
    lab.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_elsewhere_is_refused_and_one_where_nobody_answers_waits() {
    let (_kinesis, lab) = captured().await;
    let into = |address: &str| ReplayInto::LocalFunction {
        address: address.to_owned(),
    };
    for address in [
        "http://10.0.0.1:9000",
        "https://example.com",
        "localhost:9000",
    ] {
        let refused = lab
            .engine
            .plan_replay("test", wanted(saga(1), into(address), Vec::new()))
            .await;
        assert!(
            matches!(
                refused,
                Err(EngineError::Kinesis(KinesisError::InvalidEndpoint { .. }))
            ),
            "{address}: {refused:?}"
        );
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let free = format!("http://{}", listener.local_addr().expect("its address"));
    drop(listener);
    let plan = lab
        .engine
        .plan_replay("test", wanted(saga(1), into(&free), Vec::new()))
        .await
        .expect("a plan");
    let started = lab.engine.start_replay(&plan.id, yes(&lab, &free)).await;
    let id = started.expect("it starts").id;
    until("nobody answers", async || {
        let now = lab.engine.replay(id).await.expect("a replay");
        now.message.is_some_and(|why| why.contains("Unreachable"))
    })
    .await;
    let now = lab.engine.replay(id).await.expect("a replay");
    assert_eq!(
        (now.state, now.counts.unclear, now.counts.acknowledged),
        (ReplayState::Running, 0, 0)
    );
    lab.engine.cancel_replay(id).await.expect("cancelled");
    lab.engine.close().await;
}
