//! An endpoint that is not the demo's: moto's server, through the door for a custom endpoint.

use crate::{flow::records_shown, live::Live};
use e2e::{Group, Start, Window, free_port, root, until};
use std::{net::TcpStream, process::Command};

const RECORDS: usize = 40;

/// moto's server on a port of its own, with a stream that holds records.
async fn moto() -> (Group, String) {
    let address = format!("127.0.0.1:{}", free_port());
    let (host, port) = address.split_once(':').expect("host and port");
    let mut command = Command::new(root().join("target/venv/bin/moto_server"));
    command.args(["-H", host, "-p", port]);
    command.current_dir(std::env::temp_dir());
    let server = Group::start(command);
    until("moto listens", || async {
        TcpStream::connect(&address).is_ok().then_some(())
    })
    .await;
    let live = Live::at(&address);
    live.create_stream("elsewhere", 2).await;
    let payloads: Vec<String> = (0..RECORDS)
        .map(|number| format!("{{\"type\":\"ELSEWHERE\",\"number\":{number}}}"))
        .collect();
    let keys: Vec<String> = (0..RECORDS).map(|number| format!("key-{number}")).collect();
    let records: Vec<(&str, &[u8])> = keys
        .iter()
        .zip(&payloads)
        .map(|(key, payload)| (key.as_str(), payload.as_bytes()))
        .collect();
    live.put_into("elsewhere", &records);
    (server, address)
}

#[tokio::test]
async fn a_custom_endpoint_is_opened_browsed_and_captured() {
    let (server, address) = moto().await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let workspace = folder.path().join("elsewhere.kscope");
    let window = Window::open(Start::workspace(&workspace)).await;
    window.click("activity-connections").await;
    for (field, text) in [
        ("custom-endpoint", format!("http://{address}")),
        ("custom-region", "eu-west-1".to_owned()),
    ] {
        let field = window.element(field).await;
        field.send_keys(text).await.expect("typed");
    }
    window.click("custom-open").await;
    // who it is, as this endpoint tells it
    window
        .wait_for(
            "the caller is told",
            "return document.body.textContent.includes('123456789012')",
        )
        .await;
    window.click("activity-explore").await;
    Live::capture_from_the_window(&window, "elsewhere").await;
    until("every record is captured", || async {
        (records_shown(&window).await == RECORDS as u64).then_some(())
    })
    .await;
    window.screenshot("e2e-elsewhere").await;
    drop(server);
    let said = "const capture = document.querySelector('[data-testid=capture]')?.closest('li');\
                return capture?.querySelectorAll('[data-testid=stream-trouble]').length === 1";
    window
        .wait_for("the capture says what it cannot reach", said)
        .await;
    window.screenshot("e2e-elsewhere-gone").await;
    window.close().await;
}
