//! Changed copies of what locks the window: the lint refuses each.

use crate::configuration::{CONTENT_SECURITY_POLICY, Locks};
use serde_json::{Value, json};

/// At least so many ways to weaken it are known.
const FEWEST: usize = 25;

#[test]
fn each_weaker_configuration_is_caught() {
    let weaker: Vec<(String, Locks)> = [policies(), settings(), capabilities(), sources()].concat();
    assert!(weaker.len() >= FEWEST, "{}", weaker.len());
    let sound = Locks::of_the_product();
    for (what, locks) in &weaker {
        assert_ne!(
            format!("{locks:?}"),
            format!("{sound:?}"),
            "{what} changes nothing"
        );
        assert_ne!(
            locks.weaknesses(),
            Vec::<String>::new(),
            "{what} was not caught"
        );
    }
    println!(
        "configuration lint: {} changed copies, all caught",
        weaker.len()
    );
}

/// A directive of the policy with something else in its place.
fn policies() -> Vec<(String, Locks)> {
    let policy = |what: &str, by: &str| {
        assert!(CONTENT_SECURITY_POLICY.contains(what), "{what}");
        json!(CONTENT_SECURITY_POLICY.replace(what, by))
    };
    let weaker = [
        Value::Null,
        json!("default-src 'self' 'unsafe-inline'"),
        policy("script-src 'self'", "script-src 'self' blob:"),
        policy("script-src 'self'", "script-src 'self' data:"),
        policy("script-src 'self'", "script-src 'self' 'unsafe-inline'"),
        policy("script-src 'self'", "script-src 'self' 'unsafe-eval'"),
        policy("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'"),
        policy("connect-src ipc:", "connect-src https: ipc:"),
        policy("img-src 'self' data:", "img-src * data:"),
        policy("worker-src 'self'", "worker-src 'self' blob:"),
        policy("object-src 'none'; ", ""),
        policy("base-uri 'none'", "base-uri 'self'"),
        policy("form-action 'none'; ", ""),
        policy("; frame-ancestors 'none'", ""),
    ];
    weaker
        .map(|value| configured("/app/security", "csp", value))
        .into()
}

fn settings() -> Vec<(String, Locks)> {
    vec![
        configured("/app/security", "freezePrototype", json!(false)),
        configured(
            "/app/security",
            "capabilities",
            json!(["main", "inspector", "other"]),
        ),
        configured(
            "/app/security",
            "dangerousDisableAssetCspModification",
            json!(true),
        ),
        configured(
            "/app/security",
            "dangerousDisableAssetCspModification",
            json!(["script-src"]),
        ),
        configured("/app/security", "devCsp", json!("default-src *")),
        configured(
            "/app/security",
            "assetProtocol",
            json!({"enable": true, "scope": ["**"]}),
        ),
        configured(
            "/app/security",
            "headers",
            json!({"Access-Control-Allow-Origin": "*"}),
        ),
        configured("/app", "withGlobalTauri", json!(true)),
        configured(
            "/app",
            "windows",
            json!([{"label": "main", "url": "https://example.com"}]),
        ),
        configured("/app", "macOSPrivateApi", json!(true)),
        configured(
            "",
            "plugins",
            json!({"updater": {"endpoints": ["https://example.com"]}}),
        ),
        configured("/bundle", "createUpdaterArtifacts", json!(true)),
        configured("/build", "frontendDist", json!("https://example.com")),
        configured("/build", "devUrl", json!("http://0.0.0.0:1420")),
    ]
}

fn capabilities() -> Vec<(String, Locks)> {
    type Place = fn(&mut Locks) -> &mut Value;
    let windows: [(&str, Place); 2] = [
        ("main", |locks| &mut locks.capability),
        ("inspector", |locks| &mut locks.inspector),
    ];
    let mut all = Vec::new();
    let mut weaker = |what: String, place: Place, change: &dyn Fn(&mut Value)| {
        let mut locks = Locks::of_the_product();
        change(place(&mut locks));
        all.push((what, locks));
    };
    for (window, place) in windows {
        for (name, value) in [
            ("local", json!(false)),
            ("remote", json!({"urls": ["https://*"]})),
            ("windows", json!(["*"])),
            ("webviews", json!(["*"])),
            ("permissions", json!(["core:default"])),
        ] {
            weaker(format!("{window}'s {name} = {value}"), place, &|file| {
                file[name] = value.clone();
            });
        }
        for permission in [
            "shell:default",
            "fs:default",
            "http:default",
            "core:webview:allow-create-webview",
        ] {
            weaker(
                format!("{window}'s permission {permission}"),
                place,
                &|file| {
                    permissions_of(file).push(permission.into());
                },
            );
        }
        weaker(
            format!("{window}'s command without its permission"),
            place,
            &|file| {
                permissions_of(file).pop();
            },
        );
    }
    for command in [
        "allow-pin-decoding",
        "allow-request-grant",
        "allow-open-view",
    ] {
        weaker(
            format!("the inspector's {command}"),
            windows[1].1,
            &|file| {
                permissions_of(file).push(command.into());
            },
        );
    }
    all
}

fn permissions_of(capability: &mut Value) -> &mut Vec<Value> {
    capability["permissions"].as_array_mut().expect("a list")
}

/// A change of one place in a source.
fn sources() -> Vec<(String, Locks)> {
    type Place = fn(&mut Locks) -> &mut String;
    let (build, shell, cargo): (Place, Place, Place) = (
        |locks| &mut locks.build,
        |locks| &mut locks.shell,
        |locks| &mut locks.cargo,
    );
    let changes: [(Place, &str, &str); 12] = [
        (build, ".commands(COMMANDS)", ""),
        (build, "include!(\"src/commands/names.rs\")", "[]"),
        (
            shell,
            ".on_navigation(move |url| is_ours(url, developing.as_ref()))",
            "",
        ),
        (
            shell,
            "_ => developing.is_some_and(|server| server.origin() == url.origin()),",
            "_ => true,",
        ),
        (
            shell,
            ".manage(managed)",
            ".manage(managed).plugin(tauri_plugin_shell::init())",
        ),
        (shell, "http://127.0.0.1:9", "http://127.0.0.1:8080"),
        (shell, "page_network::ask_for_nothing_ahead(&window)?;", ""),
        (
            shell,
            "WebviewUrl::App(page.into())",
            "WebviewUrl::External(url)",
        ),
        (shell, ".title(title)", ".title(title).devtools(true)"),
        (
            cargo,
            "tauri = { version = \"2.12.5\" }",
            "tauri = { version = \"2.12.5\", features = [\"devtools\"] }",
        ),
        (
            cargo,
            "tauri-build = {",
            "tauri-plugin-shell = \"2\"\ntauri-build = {",
        ),
        (
            cargo,
            "tauri-build = {",
            "tauri-plugin-fs = \"2\"\ntauri-build = {",
        ),
    ];
    let mut all: Vec<(String, Locks)> = changes
        .into_iter()
        .map(|(place, what, by)| {
            let mut locks = Locks::of_the_product();
            let text = place(&mut locks);
            *text = text.replace(what, by);
            (format!("{what} -> {by}"), locks)
        })
        .collect();
    let mut page = Locks::of_the_product();
    page.packages["devDependencies"]["@tauri-apps/plugin-fs"] = json!("2.0.0");
    all.push(("a plugin for the page".to_owned(), page));
    all
}

fn configured(parent: &str, name: &str, value: Value) -> (String, Locks) {
    let mut locks = Locks::of_the_product();
    let what = format!("{parent}/{name} = {value}");
    locks
        .configuration
        .pointer_mut(parent)
        .expect("the place exists")[name] = value;
    (what, locks)
}
