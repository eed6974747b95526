//! Traces as another implementation reads them: OpenTelemetry's own package for Python, behind a collector of its own.

use crate::common::{Bench, PATIENCE};
use engine::{ListFilter, SagaDetail, SagaName, SagaStatus, StepState, TracedSagas};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, sync_channel},
    thread,
};

struct Reader {
    address: String,
    said: Receiver<String>,
    process: Child,
}

impl Drop for Reader {
    fn drop(&mut self) {
        // it may have ended by itself
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Reader {
    fn start() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
        let python = root.join("target/venv/bin/python");
        assert!(
            python.exists(),
            "Python's packages are not installed. Type: make test-rust  (or: python3 -m venv target/venv && \
             target/venv/bin/pip install -r tests/endpoints/requirements.txt)"
        );
        let mut process = Command::new(python)
            .arg(root.join("tests/endpoints/otlp_reader.py"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python starts");
        let output = BufReader::new(process.stdout.take().expect("its output"));
        let (sender, said) = sync_channel(16);
        thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let mut reader = Self {
            address: String::new(),
            said,
            process,
        };
        reader.address = reader.line();
        reader
    }

    /// What the next request said.
    fn read(&self) -> Value {
        serde_json::from_str(&self.line()).expect("JSON")
    }

    fn line(&self) -> String {
        let line = tokio::task::block_in_place(|| self.said.recv_timeout(PATIENCE));
        line.expect("the reader answers: its errors stand above")
    }
}

fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    value[field]
        .as_str()
        .unwrap_or_else(|| panic!("{field} in {value}"))
}

fn list<'v>(value: &'v Value, field: &str) -> &'v [Value] {
    value[field].as_array().map_or(&[], Vec::as_slice)
}

fn nanos(millis: record::Millis) -> u64 {
    u64::try_from(millis.0).expect("after 1970") * 1_000_000
}

/// What stands under a saga's trace: each event of it in one span, at its time, with its place in the log.
fn events_are_those_of(saga: &SagaDetail, spans: &[Value]) {
    type Place = (String, u64, String, String, String);
    let told: BTreeSet<Place> = spans
        .iter()
        .flat_map(|span| list(span, "events"))
        .filter(|event| event["name"] != "finding")
        .map(|event| {
            let said = &event["attributes"];
            (
                text(event, "name").to_owned(),
                event["at"].as_u64().expect("nanoseconds"),
                text(said, "aws.kinesis.stream_name").to_owned(),
                text(said, "aws.kinesis.shard_id").to_owned(),
                text(said, "aws.kinesis.sequence_number").to_owned(),
            )
        })
        .collect();
    let events = saga.events.iter();
    let expected = events.map(|event| {
        (
            event.kind.clone(),
            nanos(event.at),
            event.stream.clone(),
            event.shard.clone(),
            event.sequence.clone(),
        )
    });
    assert_eq!(told, expected.collect());
}

/// Ids, parents, times and links of one trace, and what its root says of the saga.
fn check(saga: &SagaDetail, spans: &[Value]) {
    let root = &spans[0];
    let trace = text(root, "trace");
    let names: BTreeMap<&str, &str> = spans
        .iter()
        .map(|span| (text(span, "span"), text(span, "name")))
        .collect();
    assert_eq!(names.len(), spans.len(), "each span has an id of its own");
    assert_eq!(text(root, "parent"), "");
    for span in spans {
        assert_eq!((text(span, "trace"), trace.len()), (trace, 32));
        assert_eq!(text(span, "span").len(), 16);
        assert_eq!(text(span, "kind"), "SPAN_KIND_INTERNAL");
        assert!(span["start"].as_u64() <= span["end"].as_u64(), "{span}");
    }
    for span in &spans[1..] {
        assert_eq!(text(span, "parent"), text(root, "span"));
        let undone = text(span, "name").strip_prefix("undo ");
        let links = list(span, "links");
        let linked: Vec<_> = links.iter().map(|link| names[text(link, "span")]).collect();
        assert_eq!(linked, undone.into_iter().collect::<Vec<_>>());
        assert!(links.iter().all(|link| text(link, "trace") == trace));
    }
    assert_eq!(root["start"].as_u64(), Some(nanos(saga.row.started)));
    let ended = saga.row.ended.unwrap_or(saga.row.last);
    assert_eq!(root["end"].as_u64(), Some(nanos(ended)));
    let said = &root["attributes"];
    assert_eq!(text(said, "kinescope.saga.key"), saga.row.key.text);
    assert_eq!(text(said, "kinescope.saga.sentence"), saga.sentence);
    assert_eq!(text(said, "kinescope.saga.status"), saga.row.status.word());
    for alias in &saga.aliases {
        let ids = list(said, &format!("kinescope.saga.alias.{}", alias.name));
        assert!(ids.contains(&Value::from(alias.text.clone())), "{said}");
    }
    events_are_those_of(saga, spans);
}

/// The state of each step as its span says it: attribute and status.
fn steps_are_those_of(saga: &SagaDetail, spans: &[Value]) {
    let by_name: BTreeMap<&str, &Value> = spans
        .iter()
        .map(|span| (text(span, "name"), span))
        .collect();
    let mut met = 0;
    for step in &saga.steps {
        let Some(span) = by_name.get(step.id.as_str()) else {
            continue;
        };
        met += 1;
        let expected = match step.state {
            StepState::Done | StepState::Held | StepState::Undone => "STATUS_CODE_OK",
            StepState::Failed | StepState::Overdue => "STATUS_CODE_ERROR",
            _ => continue,
        };
        assert_eq!(text(span, "status"), expected, "{}", step.id);
    }
    assert_eq!(
        met,
        by_name
            .keys()
            .filter(|name| !name.starts_with("undo "))
            .count()
            - 1,
        "each span but the saga's own is one of its steps"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_is_read_alike_by_opentelemetrys_own_package() {
    let (bench, capture) = Bench::of_history().await;
    let board = bench.open("test", vec![capture]).await.id;
    bench.history(board).await;
    let reader = Reader::start();
    for (status, code) in [
        (SagaStatus::Compensated, "STATUS_CODE_ERROR"),
        (SagaStatus::Completed, "STATUS_CODE_OK"),
        (SagaStatus::Failed, "STATUS_CODE_ERROR"),
    ] {
        let filter = ListFilter {
            statuses: vec![status],
            ..ListFilter::default()
        };
        let rows = bench.rows(board, filter).await;
        let row = rows.iter().max_by_key(|row| row.events).expect("a saga");
        let saga = bench.detail(board, row).await;
        let name = SagaName {
            key: row.key.text.clone(),
            life: row.life,
        };
        let which = TracedSagas::One(name);
        let sent = bench.engine.send_saga_traces(board, which, &reader.address);
        let sent = sent.await.expect("sent");
        assert_eq!((sent.sagas, sent.rejected_spans), (1, 0));
        assert_eq!(sent.message.as_deref(), Some("read by opentelemetry-proto"));

        let read = reader.read();
        assert_eq!(text(&read, "path"), "/v1/traces");
        assert_eq!(text(&read, "type"), "application/x-protobuf");
        assert_eq!(
            read["whole"], true,
            "nothing was sent that it does not know"
        );
        assert_eq!(read["resource"]["service.name"], "order-fulfilment");
        assert_eq!(read["scope"][0], "kinescope");
        let spans = list(&read, "spans");
        assert_eq!(text(&spans[0], "status"), code);
        let says = text(&spans[0], "says");
        assert_eq!(says.is_empty(), code == "STATUS_CODE_OK");
        check(&saga, spans);
        steps_are_those_of(&saga, spans);
        let undos = spans.iter().filter(|span| !list(span, "links").is_empty());
        assert_eq!(undos.count() > 0, status == SagaStatus::Compensated);
    }
    every_saga_of_a_list_is_a_trace(&bench, board, &reader).await;
    bench.close().await;
}

async fn every_saga_of_a_list_is_a_trace(bench: &Bench, board: engine::BoardId, reader: &Reader) {
    let filter = ListFilter {
        statuses: vec![SagaStatus::Compensated],
        ..ListFilter::default()
    };
    let rows = bench.rows(board, filter.clone()).await;
    let listed = TracedSagas::Listed(Box::new(filter.into()));
    let sent = bench
        .engine
        .send_saga_traces(board, listed, &reader.address);
    let sent = sent.await.expect("sent");
    let mut keys = BTreeSet::new();
    while keys.len() < sent.sagas {
        let read = reader.read();
        assert_eq!(read["whole"], true);
        let roots = list(&read, "spans")
            .iter()
            .filter(|span| span["parent"] == "");
        let before = keys.len();
        keys.extend(roots.map(|root| text(&root["attributes"], "kinescope.saga.key").to_owned()));
        assert!(keys.len() > before, "each request has sagas of its own");
    }
    let expected = rows.iter().map(|row| row.key.text.clone());
    assert_eq!(keys, expected.collect());
}
