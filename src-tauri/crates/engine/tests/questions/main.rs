//! Questions over a real workspace that the demo was captured into: what they answer is what pages of the same records
//! add up to, and each says what it searched. What the language means, the query crate's tests show.

mod sql;

use engine::{
    AnswerCell, AnswerOverview, AnswerState, CaptureFrom, CaptureId, Choice, ConnectionSource,
    Engine, EngineOptions, NewCapture, NewCaptureStream, PageRow, QuestionId, RecordField,
    TableFormat,
};
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

const PATIENCE: Duration = Duration::from_mins(1);
const TICK: Duration = Duration::from_millis(20);
const HISTORY_RECORDS: u64 = 2_000;

struct Captured {
    engine: Engine,
    capture: CaptureId,
    _folder: tempfile::TempDir,
}

/// Some thousand records of the demo, and nobody reads on.
async fn captured() -> Captured {
    let folder = tempfile::tempdir().expect("a folder");
    let workspace = folder.path().join("questions.kscope");
    let engine = Engine::open(EngineOptions { workspace })
        .await
        .expect("the engine opens");
    let demo = Choice {
        source: ConnectionSource::Demo,
        region: None,
        endpoint: None,
    };
    let connection = engine.open_connection(demo).await.expect("the demo").id;
    let stream = |name: &str| NewCaptureStream {
        stream: name.to_owned(),
        shards: None,
        start: CaptureFrom::TrimHorizon,
    };
    let wanted = NewCapture {
        connection,
        name: None,
        streams: ["order-commands", "order-events"].map(stream).into(),
        until: None,
    };
    let capture = engine.start_capture(wanted).await.expect("a capture");
    let capture = capture.stored.id;
    let begun = Instant::now();
    while engine.growth().await.expect("growth").records < HISTORY_RECORDS {
        assert!(begun.elapsed() < PATIENCE, "the demo has no history");
        tokio::time::sleep(TICK).await;
    }
    engine.stop_capture(capture).await.expect("stopped");
    Captured {
        engine,
        capture,
        _folder: folder,
    }
}

impl Captured {
    async fn ask(&self, text: &str) -> AnswerOverview {
        let asked = self.engine.ask_question("test", Vec::new(), text).await;
        self.finished(asked.expect("a question").id).await
    }

    async fn finished(&self, id: QuestionId) -> AnswerOverview {
        let begun = Instant::now();
        loop {
            let answer = self.engine.question_status(id).await.expect("a status");
            if answer.state != AnswerState::Running {
                return answer;
            }
            assert!(begun.elapsed() < PATIENCE, "{answer:?}");
            tokio::time::sleep(TICK).await;
        }
    }

    async fn cells(&self, answer: &AnswerOverview) -> Vec<Vec<String>> {
        let rows = self.engine.question_rows(answer.id, 0, 1_000).await;
        let rows = rows.expect("rows").into_iter();
        rows.map(|row| row.cells.iter().map(AnswerCell::to_string).collect())
            .collect()
    }

    /// Every record that a filter lets through, page by page.
    async fn rows(&self, filter: &str) -> Vec<PageRow> {
        let opened = self.engine.open_view("pages", Vec::new(), filter).await;
        let mut view = opened.expect("a view");
        while !view.complete {
            view = self.engine.view_status(view.id).await.expect("a status");
        }
        let mut rows = Vec::new();
        while (rows.len() as u64) < view.matched {
            let page = self
                .engine
                .view_page(view.id, rows.len() as u64, 1_000, &[])
                .await;
            rows.extend(page.expect("a page").rows);
        }
        rows
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_what_the_records_add_up_to_and_says_what_it_searched() {
    let captured = captured().await;
    let rows = captured.rows("").await;
    let mut expected: BTreeMap<String, (u64, u64, u64)> = BTreeMap::new();
    for PageRow { row, .. } in &rows {
        let name = row.event_type.clone().unwrap_or_default();
        let group = expected.entry(name).or_default();
        *group = (
            group.0 + 1,
            group.1 + row.size_bytes,
            group.2.max(row.size_bytes),
        );
    }
    let question = "stats count(*), sum(@size), max(@size) by type";
    let answer = captured.ask(question).await;
    assert_eq!(answer.state, AnswerState::Complete);
    assert_eq!(
        (answer.searched, answer.total, answer.matched),
        (rows.len() as u64, rows.len() as u64, rows.len() as u64)
    );
    let expected: Vec<Vec<String>> = expected
        .into_iter()
        .map(|(name, (count, sum, max))| {
            vec![name, count.to_string(), sum.to_string(), max.to_string()]
        })
        .collect();
    assert_eq!(captured.cells(&answer).await, expected);
    assert!(expected.len() > 5, "{expected:?}");

    // with payloads, and only some of the records
    let filter = "type:ORDER_* -type:ORDER_CREATED";
    let some = captured.rows(filter).await;
    let answer = captured
        .ask(&format!(
            "filter {filter} | fields @message, @key | limit 7"
        ))
        .await;
    assert_eq!((answer.matched, answer.rows), (some.len() as u64, 7));
    let newest = some.iter().rev().take(7);
    let newest: Vec<_> = newest.map(|row| row.row.partition_key.clone()).collect();
    let shown = captured
        .engine
        .question_rows(answer.id, 0, 10)
        .await
        .expect("rows");
    let keys: Vec<_> = shown
        .iter()
        .map(|row| Some(row.cells[1].to_string()))
        .collect();
    assert_eq!(keys, newest, "the newest, with the records that they are");
    let record = shown[0].record.expect("a record").cast_signed();
    assert_eq!(record, some.last().expect("a record").row.id.0);

    let chart = captured.ask("stats count(*) as n by bin(1m), type").await;
    let chart = captured
        .engine
        .question_chart(chart.id)
        .await
        .expect("asked");
    let chart = chart.expect("a chart");
    let drawn: f64 = chart
        .series
        .iter()
        .flat_map(|one| one.values.iter().flatten())
        .sum();
    assert!(chart.is_over_time && chart.places.len() > 3, "{chart:?}");
    assert!(drawn > 0.0 && drawn <= rows.len() as f64, "{drawn}");
    captured.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_exported_replaced_stopped_and_refused_with_its_place() {
    let captured = captured().await;
    let engine = &captured.engine;
    let answer = captured
        .ask("stats count(*) as n by type | sort n desc | limit 3")
        .await;
    let table = captured.cells(&answer).await;
    let csv = engine
        .question_text(answer.id, TableFormat::Csv)
        .await
        .expect("CSV");
    let rows: Vec<String> = table.iter().map(|row| row.join(",")).collect();
    assert_eq!(csv, format!("type,n\n{}\n", rows.join("\n")));
    let lines = engine
        .question_text(answer.id, TableFormat::Lines)
        .await
        .expect("lines");
    assert!(lines.starts_with(&format!(
        "{{\"type\":\"{}\",\"n\":{}}}\n",
        table[0][0], table[0][1]
    )));

    let only = engine.narrow_question(answer.id, (0, 0), false).await;
    let only = captured.ask(&only.expect("a question")).await;
    assert_eq!(captured.cells(&only).await, table[..1]);
    assert!(engine.narrow_question(only.id, (9, 0), true).await.is_err());

    let next = engine
        .ask_question("test", Vec::new(), "limit 1")
        .await
        .expect("asked");
    let gone = engine.question_status(only.id).await;
    assert!(gone.is_err(), "a slot holds one question: {gone:?}");
    engine.stop_question(next.id).expect("stopped");
    let ended = captured.finished(next.id).await;
    assert!(matches!(
        ended.state,
        AnswerState::Stopped | AnswerState::Complete
    ));
    assert!(ended.searched <= ended.total);

    let refused = engine
        .ask_question("test", Vec::new(), "stats cnt(*)")
        .await;
    let refused = refused.expect_err("no such function").to_string();
    assert!(refused.contains("expected one of count"), "{refused}");
    assert!(
        engine
            .ask_question("test", vec![CaptureId(99)], "limit 1")
            .await
            .is_err()
    );
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn time_of_which_nothing_was_captured_is_named() {
    let captured = captured().await;
    let of = |text: &'static str| {
        captured
            .engine
            .ask_question("gaps", vec![captured.capture], text)
    };
    assert_eq!(of("stats count(*)").await.expect("asked").gaps, []);
    let before = "filter stream:order-events time:2020-01-01T00:00:00Z..2020-01-02T00:00:00Z | stats count(*)";
    let answer = of(before).await.expect("asked");
    assert!(!answer.gaps.is_empty());
    let view = captured
        .engine
        .open_view("gaps", vec![captured.capture], "type:a");
    let view = view.await.expect("a view").id;
    let gaps = captured.engine.view_gaps(view).await;
    assert_eq!(gaps.expect("no time is asked about"), []);
    for gap in &answer.gaps {
        assert_eq!(
            (gap.stream.as_str(), gap.until.since(gap.from)),
            ("order-events", 86_400_000)
        );
    }
    captured.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_is_narrowed_to_what_a_record_has() {
    let captured = captured().await;
    let engine = &captured.engine;
    let all = captured.rows("type:ORDER_CREATED").await;
    let row = &all[all.len() / 2].row;
    let narrow = |text: &str, field: &str, is_excluded| {
        let by = RecordField {
            record: row.id,
            event: None,
            field: field.to_owned(),
        };
        engine.narrow_filter(text.to_owned(), by, is_excluded)
    };
    let key = row.partition_key.clone().expect("a key");
    let text = narrow("", "@type", false).await.expect("a filter");
    assert_eq!(text, "type:ORDER_CREATED");
    let text = narrow(&text, "@key", false).await.expect("a filter");
    let with = captured.rows(&text).await;
    assert!(
        !with.is_empty()
            && with
                .iter()
                .all(|row| row.row.partition_key.as_ref() == Some(&key))
    );
    let without = narrow("type:ORDER_CREATED", "@key", true)
        .await
        .expect("a filter");
    let without = captured.rows(&without).await;
    assert_eq!(with.len() + without.len(), all.len());
    for (field, text) in [("@size", "size:"), ("@time", "time")] {
        let only = narrow("", field, false).await.expect("a filter");
        let not = narrow("", field, true).await.expect("a filter");
        assert!(only.starts_with(text), "{only}");
        let [only, not, every] = [&*only, &*not, ""].map(|text| captured.rows(text));
        let (only, not) = (only.await, not.await);
        assert!(only.iter().any(|found| found.row.id == row.id), "{field}");
        assert_eq!(only.len() + not.len(), every.await.len(), "{field}");
        let same = |other: &&PageRow| match field {
            "@size" => other.row.size_bytes == row.size_bytes,
            _ => other.row.arrival == row.arrival,
        };
        assert_eq!(only.iter().filter(same).count(), only.len(), "{field}");
    }
    for field in ["@shard", "@stream", "$.eventType"] {
        let text = narrow("", field, false).await.expect("a filter");
        let rows = captured.rows(&text).await;
        assert!(rows.iter().any(|found| found.row.id == row.id), "{text}");
    }
    // what a record lacks is narrowed to those that lack it, too
    let text = narrow("", "$.nothing.here", false).await.expect("a filter");
    let lacking = captured.rows(&text).await;
    assert!(lacking.iter().any(|found| found.row.id == row.id), "{text}");
    assert!(narrow("type:(", "@key", false).await.is_err());
    captured.engine.close().await;
}
