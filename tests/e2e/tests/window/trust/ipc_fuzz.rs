//! Fuzzed arguments for every declared command, sent as a script in the page would send them: none panics, each is answered
//! or refused, no file appears where none was asked for, and the window goes on answering.

use super::{
    arguments::{self, Known},
    home::{Home, files_below},
    shapes::Interface,
    watch::{Outcome, call, call_all},
};
use crate::{
    flow::capture_everything,
    suite::{Counts, Suite},
};
use e2e::{Alone, Window, dismiss_dialogs};
use serde_json::{Value, json};
use std::path::Path;

/// Handed to the page at once.
const BATCH: usize = 500;
/// After so many batches the window gets back what the calls closed and deleted.
const BATCHES_PER_STAND: usize = 2;

#[tokio::test]
async fn ipc_fuzz() {
    let Some(_alone) = Alone::of_test("trust::ipc_fuzz::ipc_fuzz") else {
        return;
    };
    let mut suite = Suite::begin(
        "ipc-fuzz",
        Counts {
            full: 100_000,
            short: 1_000,
        },
    );
    let interface = Interface::of_the_window();
    let home = Home::new();
    let window = Window::open(home.start()).await;
    capture_everything(&window).await;
    let outside = files_below(Path::new("/tmp/kinescope-out"));
    let cases: Vec<u64> = suite.cases().collect();
    let mut known = Known::new();
    for (batch, cases) in cases.chunks(BATCH).enumerate() {
        if batch % BATCHES_PER_STAND == 0 {
            known = stand(&window).await;
        }
        let calls: Vec<(String, Value)> = cases
            .iter()
            .map(|case| arguments::call(&interface, &known, &mut suite.random(*case)))
            .collect();
        let panics = home.panics().len();
        let outcomes = answered(&window, &calls).await;
        let panicked = home.panics().split_off(panics);
        for ((case, call), outcome) in cases.iter().zip(&calls).zip(&outcomes) {
            suite.tried(*case, 1, judge(call, outcome, &panicked));
        }
        if !panicked.is_empty() && !outcomes.contains(&Outcome::Silent) {
            let told: Result<(), String> = Err(format!("among these calls: {panicked:?}"));
            suite.tried(cases[0], 0, told);
        }
    }
    let info = call(&window, "app_info", json!({})).await;
    assert!(
        matches!(info, Outcome::Answered(_)),
        "the window answers no more: {info:?}"
    );
    assert_eq!(
        call(&window, "list_grants", json!({})).await,
        Outcome::Answered(json!([])),
        "nobody allowed writing"
    );
    let Outcome::Answered(choices) = call(&window, "list_connections", json!({})).await else {
        panic!("the connections are told");
    };
    assert_eq!(
        choices["trusted"],
        json!([]),
        "nobody confirmed an endpoint"
    );
    assert_eq!(files_below(Path::new("/tmp/kinescope-out")), outside);
    let stray: Vec<_> = home
        .files()
        .into_iter()
        .filter(|file| !is_ours(home.folder(), file))
        .collect();
    assert!(stray.is_empty(), "{stray:?}");
    window.close().await;
    assert_eq!(home.panics(), Vec::<String>::new(), "at its end");
    suite.end();
}

fn judge(
    (command, arguments): &(String, Value),
    outcome: &Outcome,
    panicked: &[String],
) -> Result<(), String> {
    if *outcome != Outcome::Silent {
        return Ok(());
    }
    let arguments: String = arguments.to_string().chars().take(400).collect();
    Err(format!(
        "{command} {arguments} was never answered; {panicked:?}"
    ))
}

/// Dialogs that the calls open are answered with Escape meanwhile, as a person would who wants none of it.
async fn answered(window: &Window, calls: &[(String, Value)]) -> Vec<Outcome> {
    let dismiss = async {
        loop {
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            dismiss_dialogs(&window.desk);
        }
    };
    tokio::select! {
        outcomes = call_all(window, calls) => outcomes,
        () = dismiss => unreachable!("it goes on for ever"),
    }
}

/// The demo, a slow flow, a capture, a view: opened again where a call closed it. Answers what exists now, by the names of arguments.
async fn stand(window: &Window) -> Known {
    let ask = async |command: &str, arguments: Value| match call(window, command, arguments).await {
        Outcome::Answered(value) => value,
        other => panic!("{command}: {other:?}"),
    };
    let demo =
        json!({"source": {"kind": "demo"}, "region": null, "endpoint": null, "askTrust": false});
    let connection = ask("open_connection", json!({"request": demo})).await["id"].clone();
    ask("set_demo_rate", json!({"eventsPerSecond": 20})).await;
    let streams = ask("list_streams", json!({"connection": connection})).await;
    let names: Vec<Value> = each(&streams, "name");
    let capture = json!({
        "connection": connection, "name": "fuzzed", "untilTime": null, "untilCount": null,
        "streams": [{"stream": names[0], "shards": null, "start": {"kind": "trimHorizon"}}],
    });
    ask("start_capture", json!({"capture": capture})).await;
    let captures = ask("list_captures", json!({})).await;
    let view = ask(
        "open_view",
        json!({"slot": "fuzz", "captures": [], "filter": ""}),
    )
    .await["view"]
        .clone();
    ask("view_status", json!({"view": view})).await;
    let page = ask(
        "view_page",
        json!({"view": view, "first": 0, "count": 20, "paths": []}),
    )
    .await;
    let mut known = Known::new();
    for (name, values) in [
        ("connection", vec![connection]),
        ("stream", names.clone()),
        ("capture", each(&captures, "id")),
        ("view", vec![view]),
        ("record", each(&page["rows"], "id")),
    ] {
        known.insert(name.to_owned(), values.into());
    }
    known
}

fn each(rows: &Value, name: &str) -> Vec<Value> {
    rows.as_array()
        .into_iter()
        .flatten()
        .map(|row| row[name].clone())
        .collect()
}

/// The workspace with the folder of its sagas, the settings, and what the webview keeps.
fn is_ours(home: &Path, file: &Path) -> bool {
    let path = file.strip_prefix(home).unwrap_or(file);
    let text = path.to_string_lossy();
    [
        "config/",
        "data/",
        "cache/",
        "sagas/",
        ".config/",
        ".local/",
        ".cache/",
        ".dbus/",
        "work.kscope",
        "app.",
    ]
    .iter()
    .any(|ours| text.starts_with(ours))
}
