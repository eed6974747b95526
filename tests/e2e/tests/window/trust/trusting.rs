//! Trust in an endpoint, and in a collector of traces, is a person's: a script in the page can have the program ask for it, and
//! nothing goes there before the program's own dialog was answered with yes.

use super::{
    attacker::press_everything,
    home::Home,
    watch::{Outcome, call, watch},
};
use e2e::{Alone, Window, dismiss_dialogs, until};
use serde_json::{Value, json};
use std::{
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

const TITLE: &str = "Trust this endpoint?";

/// A host that is none of this machine's by its looks, and yet leads nowhere else.
struct Elsewhere {
    address: String,
    knocks: Arc<AtomicUsize>,
}

impl Elsewhere {
    /// Takes connections, counts them and hangs up.
    fn listening() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let knocks = Arc::new(AtomicUsize::new(0));
        let counted = knocks.clone();
        thread::spawn(move || {
            for _ in listener.incoming().flatten() {
                counted.fetch_add(1, Ordering::Relaxed);
            }
        });
        Self {
            address: format!("https://[::ffff:127.0.0.1]:{port}"),
            knocks,
        }
    }

    fn knocks(&self) -> usize {
        self.knocks.load(Ordering::Relaxed)
    }
}

#[tokio::test]
async fn a_hostile_script_is_trusted_with_no_endpoint_without_the_dialog() {
    let name = "trust::trusting::a_hostile_script_is_trusted_with_no_endpoint_without_the_dialog";
    let Some(alone) = Alone::of_test(name) else {
        return;
    };
    let home = Home::new();
    let window = Window::open(home.start()).await;
    watch(&window).await;
    let elsewhere = Elsewhere::listening();
    let collector = Elsewhere::listening();
    let source = json!({"kind": "local"});
    let opened = |ask: bool| {
        let request = json!({"source": source, "region": "eu-west-1", "endpoint": elsewhere.address, "askTrust": ask});
        ("open_connection", json!({"request": request}))
    };
    let unasked = call(&window, opened(false).0, opened(false).1).await;
    assert_eq!(code(&unasked), "untrustedEndpoint", "{unasked:?}");
    let query = json!({
        "search": "", "records": "", "status": [], "flags": [], "findings": [], "variant": null, "waitingFor": null, "stream": null,
        "minEvents": null, "minDurationMillis": null, "startedFrom": null, "startedUntil": null, "sort": "started", "descending": true,
    });
    let saga = json!({"key": "k", "life": 0});
    let sent = (
        "send_saga_traces",
        json!({"board": 0, "saga": saga, "query": query, "endpoint": collector.address}),
    );
    for (asked, place) in [(opened(true), &elsewhere), (sent.clone(), &collector)] {
        begin(&window, &asked).await;
        window.dialog(TITLE).await;
        press_everything(&window).await;
        let second = call(&window, asked.0, asked.1.clone()).await;
        assert_eq!(code(&second), "invalid", "one dialog at a time: {second:?}");
        assert_eq!(ended(&window).await, Value::Null, "nobody answered it yet");
        until("the dialog is dismissed", || async {
            dismiss_dialogs(&window.desk);
            (ended(&window).await != Value::Null).then_some(())
        })
        .await;
        let outcome = ended(&window).await;
        assert_eq!(
            (&outcome[0], &outcome[1]["code"]),
            (&json!("refused"), &json!("untrustedEndpoint")),
            "{outcome}"
        );
        assert_eq!(trusted(&window).await, json!([]));
        assert_eq!(place.knocks(), 0, "something went there");
    }
    // a person's yes is what lets it through
    for (asked, place) in [(opened(true), &elsewhere), (sent, &collector)] {
        begin(&window, &asked).await;
        let dialog = window.dialog(TITLE).await;
        window.screenshot(&format!("e2e-trust-{}", asked.0)).await;
        // the first button, which has the focus, says no
        dialog.press(&["Tab", "Return"]);
        dialog.gone().await;
        until("the answer came", || async {
            (ended(&window).await != Value::Null).then_some(())
        })
        .await;
        if asked.0 == "open_connection" {
            assert!(place.knocks() > 0, "it was not even tried");
        }
    }
    let kept = trusted(&window).await;
    assert_eq!(kept.as_array().map(Vec::len), Some(2), "{kept}");
    assert_eq!(alone.packets_without_a_route(), 0, "something left");
    assert_eq!(home.panics(), Vec::<String>::new());
    window.close().await;
}

/// Calls it, and lets the page go on.
async fn begin(window: &Window, (command, arguments): &(&str, Value)) {
    let script = "window.asked = null; window.__TAURI_INTERNALS__.invoke(arguments[0], arguments[1])\
                  .then((answer) => { window.asked = ['answered', answer] }, (error) => { window.asked = ['refused', error] })";
    window
        .script_with(script, vec![json!(command), arguments.clone()])
        .await;
}

async fn ended(window: &Window) -> Value {
    window.script("return window.asked").await
}

async fn trusted(window: &Window) -> Value {
    match call(window, "list_connections", json!({})).await {
        Outcome::Answered(mut choices) => choices["trusted"].take(),
        other => panic!("the connections are told: {other:?}"),
    }
}

fn code(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Refused(error) => error["code"].as_str().unwrap_or(""),
        _ => "",
    }
}
