//! The views of the demo's sagas, as a person would read them.

mod common;

use common::{Demo, Played, judged};
use demo::Kind;
use saga::{
    Saga, SagaId, Status,
    commands::{AnswerState, pairs, unanswered},
    export,
    fold::{Reducer, State},
    views::{
        compare::compare_with_usual,
        findings::findings,
        graph::graph,
        header::header,
        list::{ListFilter, SortBy, list},
        overview::{overview, points, variants},
        sequence::sequence,
        state::rows,
        timeline::timeline,
    },
};
use std::{fmt::Write, sync::LazyLock};

static JUDGED: LazyLock<(Played, Demo)> = LazyLock::new(|| judged(7, 900));

fn first(kind: Kind) -> Saga<'static> {
    let (played, demo) = &*JUDGED;
    let (id, _) = played
        .sagas
        .iter()
        .find(|(_, other)| *other == kind)
        .expect("one of each kind");
    demo.engine.saga(demo.engine.find(id)[0]).expect("a saga")
}

#[test]
fn the_status_is_a_sentence() {
    let mut told = String::new();
    for kind in Kind::ALL {
        writeln!(told, "{kind:?}: {}", header(&first(kind)).sentence).expect("text");
    }
    insta::assert_snapshot!(told, @r"
    Happy: Completed 1.7 s after its start
    PaymentFailed: Compensated: 1 of 1 completed step undone, 611 ms after PAYMENT_FAILED
    ShippingFailed: Compensated: 2 of 2 completed steps undone, in reverse order, 887 ms after SHIPPING_FAILED
    Rejected: Failed after INVENTORY_REJECTED: nothing was done that had to be undone
    Cancelled: Compensated: 1 of 1 completed step undone, 565 ms after ORDER_CANCELLED
    Stuck: Stuck: silent since 2025-10-30T12:02:24.553Z, waiting for PAYMENT_PROCESSED since 2025-10-30T12:02:24.553Z, due by 2025-10-30T12:02:29.553Z
    Redelivered: Completed 1.7 s after its start
    ChargedTwice: Completed 1.2 s after its start, with 1 finding
    LatePayment: Completed 1.7 s after its start, with 1 finding
    ShippedUnpaid: Completed 1.7 s after its start, with 1 finding
    ");
}

#[test]
fn findings_are_sentences_with_their_records() {
    let mut told = String::new();
    for kind in Kind::ALL {
        for finding in findings(&first(kind)) {
            assert_eq!(finding.events.len(), finding.records.len());
            let confidence = finding
                .confidence
                .map_or(String::new(), |confidence| format!(", {confidence:?}"));
            writeln!(
                told,
                "{kind:?}: {:?}{confidence}: {} ({})",
                finding.severity,
                finding.sentence,
                finding.records.len()
            )
            .expect("text");
        }
    }
    insta::assert_snapshot!(told, @r"
    Stuck: Warning: no outcome by 2025-10-30T12:03:24.000Z (1)
    Stuck: Warning: nothing has happened since 2025-10-30T12:02:24.553Z, and no deadline explains it (1)
    Stuck: Warning: payment was due by 2025-10-30T12:02:29.553Z and was not answered (1)
    Redelivered: Note: the same event was delivered 2 times (2)
    ChargedTwice: Error: payment was done 2 times (2)
    LatePayment: Warning, Certain: shipping came before payment: it arrived late (2)
    ShippedUnpaid: Error, Certain: shipping came before payment: the order of the steps was broken (2)
    ");
}

#[test]
fn the_timeline_mirrors_undos_under_their_steps() {
    let saga = first(Kind::ShippingFailed);
    let timeline = timeline(&saga);
    let mut told = String::new();
    for row in &timeline.rows {
        let at = |time: record::Millis| time.since(timeline.from);
        let bar = row.bar.map(|bar| (at(bar.from), bar.until.map(at)));
        let kinds: Vec<&str> = row.dots.iter().map(|dot| dot.kind.as_str()).collect();
        writeln!(
            told,
            "{} {:?} {bar:?} due {:?} {kinds:?}",
            row.label,
            row.state,
            row.deadline.map(at)
        )
        .expect("text");
    }
    insta::assert_snapshot!(told, @r#"
    order-fulfilment None None due None ["ORDER_CREATED", "ORDER_FAILED"]
    inventory Some(Undone) Some((60, Some(493))) due Some(5060) ["RESERVE_INVENTORY", "INVENTORY_RESERVED"]
    undo inventory None Some((2191, Some(2700))) due Some(7191) ["RELEASE_INVENTORY", "INVENTORY_RELEASED"]
    payment Some(Undone) Some((551, Some(1215))) due Some(5551) ["PROCESS_PAYMENT", "PAYMENT_PROCESSED"]
    undo payment None Some((1879, Some(2131))) due Some(6879) ["REFUND_PAYMENT", "PAYMENT_REFUNDED"]
    shipping Some(Failed) Some((1258, Some(1833))) due Some(6258) ["SHIP_ORDER", "SHIPPING_FAILED"]
    notify Some(Skipped) None due None []
    "#);
}

#[test]
fn the_graph_shows_where_each_step_stands() {
    let graph = graph(&first(Kind::ShippingFailed));
    let nodes: Vec<String> = graph
        .nodes
        .iter()
        .map(|node| {
            format!(
                "{}:{} {} {:?}",
                node.column, node.row, node.label, node.state
            )
        })
        .collect();
    insta::assert_snapshot!(nodes.join("\n"), @r"
    0:0 inventory Undone
    1:0 payment Undone
    2:0 shipping Failed
    3:0 notify Skipped
    ");
    let edges: Vec<(usize, usize)> = graph
        .edges
        .iter()
        .map(|edge| (edge.from, edge.to))
        .collect();
    assert_eq!(edges, [(0, 1), (1, 2), (2, 3)]);
    let undos: Vec<String> = graph
        .nodes
        .iter()
        .filter_map(|node| node.undo.as_ref())
        .map(|undo| format!("{} {:?}", undo.label, undo.state))
        .collect();
    assert_eq!(undos, ["RELEASE_INVENTORY Undone", "REFUND_PAYMENT Undone"]);
}

#[test]
fn mermaid_tells_who_said_what() {
    let saga = first(Kind::PaymentFailed);
    assert_eq!(sequence(&saga).messages.len(), saga.events().len());
    insta::assert_snapshot!(export::mermaid(&saga), @r"
    sequenceDiagram
        participant p0 as order-events
        participant p1 as order-orchestrator
        participant p2 as inventory-service
        participant p3 as payment-service
        participant p4 as order-service
        p0-->>p0: ORDER_CREATED
        p1->>p2: RESERVE_INVENTORY
        p2-->>p1: INVENTORY_RESERVED
        p1->>p3: PROCESS_PAYMENT
        p3--xp1: PAYMENT_FAILED
        p1-)p2: RELEASE_INVENTORY
        p2-)p1: INVENTORY_RELEASED
        p4--xp1: ORDER_FAILED
    ");
}

#[test]
fn the_json_export_has_the_verdict_and_no_payload() {
    let (played, _) = &*JUDGED;
    let saga = first(Kind::ShippingFailed);
    let json = export::json(&saga);
    assert_eq!(json["status"], "compensated");
    assert_eq!(
        json["events"].as_array().map(Vec::len),
        Some(saga.events().len())
    );
    assert_eq!(json["steps"][1]["state"], "undone");
    let text = json.to_string();
    assert!(!text.contains("no carrier serves"), "a payload's text");
    let record = &played.records[saga.events()[0].record.0 as usize];
    assert!(text.contains(&record.sequence.to_string()));
}

#[test]
fn the_state_grows_event_by_event() {
    let (played, _) = &*JUDGED;
    let saga = first(Kind::Rejected);
    let mut state = State::default();
    let mut rows = rows(&saga);
    for row in &mut rows {
        let payload = &played.records[row.record.0 as usize].payload;
        row.fold(&mut state, &Reducer::default(), payload);
    }
    let end = state.value;
    assert_eq!(rows.len(), saga.events().len());
    let last = rows.last().expect("rows");
    let changed: Vec<String> = last
        .changes
        .iter()
        .map(|change| change.path.to_string())
        .collect();
    assert!(changed.contains(&"$.failedStep".to_owned()), "{changed:?}");
    assert!(end.get("items").is_some() && end.get("reason").is_some());
}

#[test]
fn the_list_filters_searches_and_sorts() {
    let (_, demo) = &*JUDGED;
    let engine = &demo.engine;
    let all = list(engine, &ListFilter::default(), SortBy::Started, true, 0..10);
    assert_eq!((all.total, all.rows.len()), (engine.len(), 10));
    assert!(
        all.rows
            .windows(2)
            .all(|pair| pair[0].started >= pair[1].started)
    );

    let compensated = ListFilter {
        statuses: vec![Status::Compensated],
        ..ListFilter::default()
    };
    let page = list(engine, &compensated, SortBy::Duration, false, 0..1_000);
    assert_eq!(page.total, page.rows.len());
    assert!(
        page.rows
            .iter()
            .all(|row| row.status == Status::Compensated && row.steps.len() == 4)
    );
    assert!(
        page.rows
            .windows(2)
            .all(|pair| pair[0].duration_millis <= pair[1].duration_millis)
    );

    let one = ListFilter {
        text: "ord-000012".to_owned(),
        ..ListFilter::default()
    };
    assert_eq!(list(engine, &one, SortBy::Key, false, 0..10).total, 1);
    let twice = ListFilter {
        findings: vec!["logical-duplicate".to_owned()],
        ..ListFilter::default()
    };
    assert!(
        list(engine, &twice, SortBy::Findings, true, 0..10)
            .rows
            .iter()
            .all(|row| row.findings > 0)
    );
    let waiting = ListFilter {
        waiting_for: Some("PAYMENT_PROCESSED".to_owned()),
        ..ListFilter::default()
    };
    let waiting = list(engine, &waiting, SortBy::Last, false, 0..10);
    assert!(
        waiting.total > 0
            && waiting
                .rows
                .iter()
                .all(|row| row.waiting_for.as_deref() == Some("PAYMENT_PROCESSED"))
    );
    // each awaited text that the overview counts lists as many
    let awaited = overview(engine, &ListFilter::default()).waiting;
    assert!(awaited.iter().any(|(text, _)| text == "PAYMENT_PROCESSED"));
    for (text, sagas) in awaited {
        let filter = ListFilter {
            waiting_for: Some(text.clone()),
            ..ListFilter::default()
        };
        let page = list(engine, &filter, SortBy::Key, false, 0..10);
        assert_eq!(page.total, sagas, "{text}");
    }
    let long = ListFilter {
        min_events: Some(9),
        min_duration_millis: Some(1),
        ..ListFilter::default()
    };
    let long = list(engine, &long, SortBy::Events, false, 0..1_000);
    assert!(long.total > 0 && long.total < engine.len());
    assert!(
        long.rows
            .iter()
            .all(|row| row.events >= 9 && row.duration_millis >= 1)
    );
    let nowhere = ListFilter {
        stream: Some("none".to_owned()),
        ..ListFilter::default()
    };
    assert_eq!(
        list(engine, &nowhere, SortBy::Status, false, 0..10).total,
        0
    );
    assert!(
        list(
            engine,
            &ListFilter::default(),
            SortBy::Events,
            false,
            50_000..60_000
        )
        .rows
        .is_empty()
    );
}

#[test]
fn the_overview_adds_up() {
    let (_, demo) = &*JUDGED;
    let everything = ListFilter::default();
    let overview = overview(&demo.engine, &everything);
    assert_eq!(overview.sagas, demo.engine.len());
    assert_eq!(overview.statuses.values().sum::<usize>(), overview.sagas);
    assert!(
        overview.stuck > 0
            && overview
                .durations
                .is_some_and(|durations| durations.p50 <= durations.p99)
    );
    let places = points(&demo.engine, &everything, 1_000_000);
    assert_eq!(
        (places.points.len(), places.total),
        (overview.sagas, overview.sagas)
    );
    let sampled = points(&demo.engine, &everything, 20);
    assert!((11..=20).contains(&sampled.points.len()) && sampled.total == overview.sagas);
    let variants = variants(&demo.engine, &everything);
    assert_eq!(
        variants.iter().map(|variant| variant.sagas).sum::<usize>(),
        overview.sagas
    );
    insta::assert_snapshot!(variants[0].path.0.join(" → "), @"inventory → payment → shipping → notify → completed");
    let filter = ListFilter {
        variant: Some(variants[1].variant),
        ..ListFilter::default()
    };
    assert_eq!(
        list(&demo.engine, &filter, SortBy::Started, false, 0..1).total,
        variants[1].sagas
    );
}

#[test]
fn a_saga_is_compared_with_the_usual_way() {
    let (_, demo) = &*JUDGED;
    let comparison =
        compare_with_usual(&demo.engine, &first(Kind::PaymentFailed)).expect("a usual way");
    let told: Vec<String> = comparison
        .lines
        .iter()
        .map(|line| match (line.left, line.right) {
            (Some(_), Some(_)) => format!("  {}", line.mark),
            (Some(_), None) => format!("- {}", line.mark),
            _ => format!("+ {}", line.mark),
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r"
      inventory
    - payment ✕
    - inventory ↺
    - failed
    + payment
    + shipping
    + notify
    + completed
    ");
}

#[test]
fn commands_without_an_answer_are_listed() {
    let (played, demo) = &*JUDGED;
    let rows = unanswered(&demo.engine, &pairs(demo.engine.definition()));
    let stuck: Vec<SagaId> = played
        .sagas
        .iter()
        .filter(|(_, kind)| *kind == Kind::Stuck)
        .flat_map(|(id, _)| demo.engine.find(id))
        .collect();
    let unanswered: Vec<&saga::commands::CommandRow> = rows
        .iter()
        .filter(|row| row.state == AnswerState::Unanswered)
        .collect();
    let mut found: Vec<SagaId> = unanswered.iter().map(|row| row.saga).collect();
    found.retain(|id| stuck.contains(id));
    assert!(
        stuck.iter().all(|id| found.contains(id)),
        "every stuck order waits for its payment"
    );
    assert!(unanswered.iter().all(|row| row.stream == "order-commands"));
}
