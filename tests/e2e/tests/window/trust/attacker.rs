//! A hostile script in the page, whatever let it in: it may call what is declared and nothing else, is told no credential, writes
//! nothing that no person allowed in the program's own dialog, and leads the page nowhere.

use super::{
    home::Home,
    liar::Server,
    secrets::CANARIES,
    shapes::Interface,
    watch::{Outcome, Seen, call, call_all, watch},
};
use crate::{flow::capture_everything, live::Live};
use e2e::{Alone, Window, dismiss_dialogs, until};
use serde_json::{Value, json};

/// What Tauri and its plugins would offer, and tricks with names.
const UNDECLARED: &[&str] = &[
    "plugin:app|version",
    "plugin:app|app_hide",
    "plugin:event|listen",
    "plugin:event|emit",
    "plugin:event|emit_to",
    "plugin:image|from_path",
    "plugin:menu|new",
    "plugin:menu|popup",
    "plugin:path|resolve_directory",
    "plugin:path|resolve",
    "plugin:resources|close",
    "plugin:tray|new",
    "plugin:webview|create_webview",
    "plugin:webview|create_webview_window",
    "plugin:webview|internal_toggle_devtools",
    "plugin:webview|print",
    "plugin:webview|clear_all_browsing_data",
    "plugin:webview|set_webview_zoom",
    "plugin:webview|get_all_webviews",
    "plugin:window|create",
    "plugin:window|close",
    "plugin:window|destroy",
    "plugin:window|set_title",
    "plugin:window|internal_toggle_maximize",
    "plugin:window|get_all_windows",
    "plugin:window|set_icon",
    "plugin:shell|execute",
    "plugin:shell|open",
    "plugin:shell|spawn",
    "plugin:fs|read_file",
    "plugin:fs|write_file",
    "plugin:fs|read_dir",
    "plugin:fs|remove",
    "plugin:http|fetch",
    "plugin:http|fetch_send",
    "plugin:dialog|open",
    "plugin:dialog|save",
    "plugin:dialog|message",
    "plugin:clipboard-manager|read_text",
    "plugin:opener|open_url",
    "plugin:opener|open_path",
    "plugin:process|exit",
    "plugin:process|restart",
    "plugin:os|hostname",
    "plugin:updater|check",
    "plugin:updater|download_and_install",
    "plugin:store|load",
    "plugin:sql|execute",
    "plugin:global-shortcut|register",
    "plugin:__TAURI_CHANNEL__|fetch",
    "plugin:|app_info",
    "core:default",
    "core:window:create",
    "core:webview:allow-print",
    "tauri",
    "eval",
    "",
    " ",
    "app_info ",
    " app_info",
    "APP_INFO",
    "app-info",
    "appInfo",
    "app_info\0",
    "app_info/../x",
    "../app_info",
    "__proto__",
    "constructor",
    "publish",
    "put_record",
    "put_records",
    "create_stream",
    "delete_stream",
    "grant",
    "allow_reading",
    "read_file",
    "write_file",
    "write_export",
    "open_workspace",
    "exec",
    "credentials",
];

#[tokio::test]
async fn a_hostile_script_reaches_declared_commands_only_and_no_credential() {
    let name = "trust::attacker::a_hostile_script_reaches_declared_commands_only_and_no_credential";
    let Some(alone) = Alone::of_test(name) else {
        return;
    };
    let home = Home::new();
    let window = Window::open(home.start_with_canaries()).await;
    watch(&window).await;
    let undeclared: Vec<(String, Value)> = UNDECLARED
        .iter()
        .map(|name| ((*name).to_owned(), json!({"path": "/etc/passwd", "url": "http://127.0.0.1:1", "label": "x", "options": {"label": "x"}})))
        .collect();
    for ((name, _), outcome) in undeclared.iter().zip(call_all(&window, &undeclared).await) {
        assert!(
            matches!(outcome, Outcome::Refused(_)),
            "{name}: {outcome:?}"
        );
    }
    // what Tauri hands to a page stays as it was
    let kept = "try { Object.prototype.polluted = 1 } catch { /* frozen */ } return [typeof window.__TAURI__, ({}).polluted ?? null]";
    assert_eq!(window.script(kept).await, json!(["undefined", null]));

    let answers = answers_of_all(&window).await;
    assert!(answers.len() > 100, "{}", answers.len());
    for canary in CANARIES {
        let found: Vec<&String> = answers
            .iter()
            .filter(|answer| answer.contains(canary))
            .collect();
        assert!(found.is_empty(), "{canary}: {found:?}");
    }
    lead_away(&window).await;
    let told = Seen::of(&window).await;
    assert!(told.told() > 0, "the policy told of the tries");
    assert_eq!(alone.packets_without_a_route(), 0, "something left");
    assert_eq!(home.panics(), Vec::<String>::new());
    window.close().await;
}

/// Every declared command with nothing, and the ones that tell of connections with everything they take. The endpoint of both
/// credentials is on this machine.
async fn answers_of_all(window: &Window) -> Vec<String> {
    let endpoint = Server::liar(vec!["kx00000z".to_owned()]);
    let mut calls = Vec::new();
    for source in [
        json!({"kind": "environment"}),
        json!({"kind": "profile", "name": "canary"}),
    ] {
        let address = format!("http://127.0.0.1:{}", endpoint.port);
        let request =
            json!({"source": source, "region": "eu-west-1", "endpoint": address, "askTrust": true});
        calls.push(("open_connection".to_owned(), json!({"request": request})));
    }
    for connection in 0..6 {
        for command in ["probe_connection", "connection_meter", "list_streams"] {
            calls.push((
                command.to_owned(),
                json!({"connection": connection.to_string()}),
            ));
        }
    }
    let of_none = Interface::of_the_window()
        .commands
        .into_iter()
        .map(|command| (command.name, json!({})));
    // a channel that is no channel would be no question
    calls.extend(of_none.filter(|(name, _)| name != "subscribe"));
    let asked = async {
        let mut answers = call_all(window, &calls[..2]).await;
        answers.extend(call_all(window, &calls[2..]).await);
        answers
    };
    let dismissed = async {
        loop {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            dismiss_dialogs(&window.desk);
        }
    };
    let answers = tokio::select! {
        answers = asked => answers,
        () = dismissed => unreachable!("it goes on for ever"),
    };
    assert!(
        answers[0].is_answered() && answers[1].is_answered(),
        "both credentials are in use: {:?}",
        &answers[..2]
    );
    answers.iter().map(|answer| format!("{answer:?}")).collect()
}

/// Each way to another page, or to a server; the page is still the same after all of them.
async fn lead_away(window: &Window) {
    let trap = Server::trap();
    let here = format!("http://127.0.0.1:{}", trap.port);
    for url in [
        here.as_str(),
        "https://192.0.2.7/",
        "file:///etc/passwd",
        "data:text/html,x",
        "tauri://elsewhere/",
        "about:blank",
        "http://canary.example.org/",
    ] {
        let script = include_str!("lead_away.js");
        window.script_with(script, vec![json!(url)]).await;
        tokio::time::sleep(std::time::Duration::from_millis(150)).await;
        Seen::of(window).await;
    }
    assert_eq!(
        *trap.asked.lock().expect("nobody panicked"),
        Vec::<String>::new()
    );
    let windows = window
        .driver
        .windows()
        .await
        .expect("the windows are known");
    assert_eq!(windows.len(), 1, "no second window");
}

#[tokio::test]
async fn a_hostile_script_writes_nothing_without_the_dialog() {
    let Some(_alone) =
        Alone::of_test("trust::attacker::a_hostile_script_writes_nothing_without_the_dialog")
    else {
        return;
    };
    let home = Home::new();
    let window = Window::open(home.start()).await;
    watch(&window).await;
    capture_everything(&window).await;
    let live = Live::at_the_demo(&window).await;
    live.create_stream("target", 1).await;
    let Outcome::Answered(choices) = call(&window, "list_connections", json!({})).await else {
        panic!("the connections are told");
    };
    let target = json!({"connection": choices["open"][0]["id"], "stream": "target"});
    let asked = "window.granted = null; window.__TAURI_INTERNALS__.invoke('request_grant', { target: arguments[0], typedName: 'target' })\
                 .then((grant) => { window.granted = ['answered', grant] }, (error) => { window.granted = ['refused', error] })";
    window.script_with(asked, vec![target.clone()]).await;
    // the page cannot answer it; a second one is refused while it waits
    window.dialog("Allow writing?").await;
    press_everything(&window).await;
    let second = call(
        &window,
        "request_grant",
        json!({"target": target, "typedName": "target"}),
    )
    .await;
    assert!(matches!(second, Outcome::Refused(_)), "{second:?}");
    assert_eq!(
        window.script("return window.granted").await,
        Value::Null,
        "nobody answered it yet"
    );
    until("the dialog is dismissed", || async {
        dismiss_dialogs(&window.desk);
        (window.script("return window.granted").await == json!(["answered", null])).then_some(())
    })
    .await;

    let draft = json!({
        "target": target, "text": "{\"a\":1}", "format": "json", "key": "k", "explicitHashKey": null, "asItIs": true, "repeat": 1,
        "everyMillis": null, "encoding": "none", "aggregate": false, "order": "keyed",
    });
    // of a real preview: what refuses is that nobody allowed it
    let previewed = call(&window, "preview_draft", json!({"draft": draft})).await;
    let Outcome::Answered(preview) = previewed else {
        panic!("{previewed:?}");
    };
    let grants = ["0", "1", "2", "3", "-1", "18446744073709551615", ""].map(|grant| json!(grant));
    let mut calls = Vec::new();
    for command in Interface::of_the_window().commands {
        if !command.takes.iter().any(|(name, _)| name == "grant") || command.name == "revoke_grant"
        {
            continue;
        }
        for grant in &grants {
            let import = json!({
                "target": target, "source": {"kind": "pasted", "text": "{\"a\":1}"}, "format": "detect", "key": "k", "payloadColumn": null,
                "recordsPerSecond": null, "order": "keyed", "aggregate": false,
            });
            let arguments = json!({
                "grant": grant, "draft": draft, "request": import, "token": "t", "moment": preview["moment"], "id": "1", "plan": "1",
                "elsewhere": false,
            });
            calls.push((command.name.clone(), arguments));
        }
    }
    assert!(calls.len() >= 4 * grants.len(), "{calls:?}");
    for ((command, arguments), outcome) in calls.iter().zip(call_all(&window, &calls).await) {
        assert!(
            matches!(outcome, Outcome::Refused(_)),
            "{command} {arguments}: {outcome:?}"
        );
    }
    assert_eq!(
        live.read("target"),
        Vec::<Value>::new(),
        "nothing was written"
    );
    assert_eq!(
        call(&window, "list_grants", json!({})).await,
        Outcome::Answered(json!([]))
    );
    window.close().await;
}

/// What a script can do in place of a person: keys and clicks, wherever the page can send them.
pub async fn press_everything(window: &Window) {
    let script = "for (const target of [document, document.body, window])\
                    for (const key of ['Enter', 'a', 'y', 'Escape'])\
                      target.dispatchEvent(new KeyboardEvent('keydown', { key, altKey: key === 'a', bubbles: true }));\
                  return true";
    window.script(script).await;
}
