//! Marked credentials and marked payloads, with everything logged that can be: neither stands where it has no business.

use super::{
    home::Home,
    watch::{call, watch},
};
use crate::{flow::records_shown, live::Live};
use e2e::{Alone, Start, Window, until};
use serde_json::json;
use std::{fs, path::Path};

/// Parts of credentials, each of its own kind; none is anybody's.
pub const CANARIES: [&str; 6] = [
    "AKIACANARYENV0000001",
    "canarySecretOfTheEnvironment0000000000001",
    "canaryTokenOfTheEnvironment//0001==",
    "AKIACANARYPRO0000002",
    "canarySecretOfTheProfile00000000000000002",
    "canaryTokenOfTheProfile//0002==",
];
/// In a payload, beside its key.
const PAYLOAD: &str = "canary-payload-4f1c";
const KEY: &str = "canary-key-93ab";

impl Home {
    /// With credentials in the environment and in a profile, and every log there is.
    pub fn start_with_canaries(&self) -> Start {
        let [
            id,
            secret,
            session,
            profile_id,
            profile_secret,
            profile_session,
        ] = CANARIES;
        let credentials = self.folder().join("aws-credentials");
        let text = format!(
            "[canary]\naws_access_key_id = {profile_id}\naws_secret_access_key = {profile_secret}\naws_session_token = {profile_session}\n"
        );
        fs::write(&credentials, text).expect("credentials are written");
        let config = self.folder().join("aws-config");
        fs::write(&config, "[profile canary]\nregion = eu-west-1\n").expect("a profile is written");
        self.start()
            .with("AWS_ACCESS_KEY_ID", id)
            .with("AWS_SECRET_ACCESS_KEY", secret)
            .with("AWS_SESSION_TOKEN", session)
            .with(
                "AWS_SHARED_CREDENTIALS_FILE",
                &credentials.display().to_string(),
            )
            .with("AWS_CONFIG_FILE", &config.display().to_string())
            .with("KINESCOPE_LOG", "trace")
    }
}

#[tokio::test]
async fn no_credential_and_no_payload_stands_where_it_has_no_business() {
    let name = "trust::secrets::no_credential_and_no_payload_stands_where_it_has_no_business";
    let Some(alone) = Alone::of_test(name) else {
        return;
    };
    let home = Home::new();
    let window = Window::open(home.start_with_canaries()).await;
    watch(&window).await;
    let keep = "window.answers = []; const ask = window.fetch;\
        window.fetch = async (...asked) => { const answer = await ask(...asked); answer.clone().text().then((text) => window.answers.push(text)); return answer }";
    window.script(keep).await;
    let live = Live::capturing(&window).await;
    let data = json!({"type": "CANARY", "note": PAYLOAD}).to_string();
    live.put(&[(KEY, data.as_bytes())]);
    until("it is captured", || async {
        (records_shown(&window).await == 1).then_some(())
    })
    .await;
    use_the_credentials(&window, &live).await;
    look_around(&window).await;

    let page = window
        .script("return document.documentElement.outerHTML")
        .await
        .to_string();
    let answers = window
        .script("return window.answers.join('\\n')")
        .await
        .to_string();
    assert!(
        answers.contains(PAYLOAD),
        "what the page was told is looked at"
    );
    window.close().await;

    let log = home.logged();
    assert!(log.contains("DEBUG"), "what may be logged is logged");
    for canary in CANARIES {
        for (place, text) in [
            ("the page", &page),
            ("an answer", &answers),
            ("the log", &log),
        ] {
            assert!(
                !text.contains(canary),
                "{canary} is in {place}: {}",
                around(text, canary)
            );
        }
    }
    for canary in [PAYLOAD, KEY] {
        assert!(
            !log.contains(canary),
            "{canary} is in the log: {}",
            around(&log, canary)
        );
    }
    let mut searched = 0;
    for file in home.files() {
        let is_persons_own = file
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with("aws-"));
        if !is_persons_own {
            holds_none(&file);
            searched += 1;
        }
    }
    assert!(
        searched > 2,
        "the workspace, its log and the settings are looked at"
    );
    assert_eq!(
        alone.packets_without_a_route(),
        0,
        "something was asked for elsewhere than at the endpoint"
    );
}

/// A connection through each, to an endpoint on this machine; a capture through the second.
async fn use_the_credentials(window: &Window, live: &Live) {
    let endpoint = format!("http://{}", live.address());
    let sources = [
        json!({"kind": "environment"}),
        json!({"kind": "profile", "name": "canary"}),
    ];
    let mut last = json!(null);
    for source in sources {
        let request = json!({"source": source, "region": "eu-west-1", "endpoint": endpoint, "askTrust": true});
        let opened = call(window, "open_connection", json!({"request": request})).await;
        let super::watch::Outcome::Answered(connection) = opened else {
            panic!("{opened:?}");
        };
        last = connection["id"].clone();
        for command in ["list_streams", "probe_connection", "connection_meter"] {
            let answered = call(window, command, json!({"connection": last})).await;
            assert!(answered.is_answered(), "{command}: {answered:?}");
        }
    }
    let capture = json!({
        "connection": last, "name": "through the profile", "untilTime": null, "untilCount": null,
        "streams": [{"stream": crate::live::STREAM, "shards": null, "start": {"kind": "trimHorizon"}}],
    });
    let started = call(window, "start_capture", json!({"capture": capture})).await;
    assert!(started.is_answered(), "{started:?}");
}

/// Every screen, and the record in each of its tabs and as a command to copy.
async fn look_around(window: &Window) {
    for screen in [
        "streams",
        "questions",
        "sagas",
        "publish",
        "replays",
        "captures",
        "connections",
        "explore",
    ] {
        window.click(&format!("activity-{screen}")).await;
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    window.click_at("[data-testid=record-row]").await;
    let row = "return document.querySelector('[data-testid=record-row]') !== null";
    window.wait_for("the record is listed", row).await;
    let super::watch::Outcome::Answered(view) = call(
        window,
        "open_view",
        json!({"slot": "canary", "captures": [], "filter": ""}),
    )
    .await
    else {
        panic!("a view is opened");
    };
    call(window, "view_status", json!({"view": view["view"]})).await;
    let page = call(
        window,
        "view_page",
        json!({"view": view["view"], "first": 0, "count": 1, "paths": []}),
    )
    .await;
    let super::watch::Outcome::Answered(page) = page else {
        panic!("{page:?}");
    };
    let record = page["rows"][0]["id"].clone();
    for form in ["json", "awsCommand", "curl", "boto3", "lambdaEvent"] {
        let copied = call(
            window,
            "record_copy",
            json!({"record": record, "form": form}),
        )
        .await;
        assert!(copied.is_answered(), "{form}: {copied:?}");
    }
}

fn holds_none(file: &Path) {
    let bytes = fs::read(file).unwrap_or_default();
    for canary in CANARIES {
        let found = bytes
            .windows(canary.len())
            .any(|window| window == canary.as_bytes());
        assert!(!found, "{canary} is in {}", file.display());
    }
}

fn around(text: &str, found: &str) -> String {
    let at = text.find(found).unwrap_or(0);
    let line = text[..at].rfind('\n').map_or(0, |at| at + 1);
    text[line..].chars().take(300).collect()
}
