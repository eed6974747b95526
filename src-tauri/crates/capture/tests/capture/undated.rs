//! An endpoint that sends no `Date`, as some imitations and the proxies before them do.

use crate::lab::{Lab, name};
use capture::{From, RunState};
use emulator::{Emulator, EmulatorOptions};
use record::Millis;
use store::Until;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// Passes everything on but that header.
async fn without_dates(endpoint: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address");
    let server = endpoint.replace("http://", "");
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = server.clone();
            // either side may end it
            tokio::spawn(async move { drop(pass(client, &server).await) });
        }
    });
    format!("http://{address}")
}

async fn pass(client: TcpStream, server: &str) -> std::io::Result<()> {
    let (mut from_server, mut to_server) = TcpStream::connect(server).await?.into_split();
    let (mut from_client, mut to_client) = client.into_split();
    let answering = async {
        let mut bytes = vec![0; 0x10000];
        loop {
            let count = from_server.read(&mut bytes).await?;
            if count == 0 {
                return to_client.shutdown().await;
            }
            let date = b"\r\ndate:";
            let found = bytes[..count]
                .windows(date.len())
                .position(|window| window.eq_ignore_ascii_case(date));
            if let Some(at) = found {
                // another header of the same length
                bytes[at + 2..at + 6].copy_from_slice(b"xate");
            }
            to_client.write_all(&bytes[..count]).await?;
        }
    };
    let asking = tokio::io::copy(&mut from_client, &mut to_server);
    tokio::try_join!(asking, answering).map(drop)
}

/// Nothing is covered without the server's time, so that an end in time is not seen in the coverage.
#[tokio::test(flavor = "multi_thread")]
async fn a_capture_with_an_end_in_time_ends() {
    let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
    let mut lab = Lab::at(emulator.endpoint()).await;
    lab.create_stream("orders", 2).await;
    let now = lab.connection.stream(&name("orders")).await;
    let now = now.expect("a stream").server_time.expect("its time");
    lab.connection = crate::lab::connect(&without_dates(&emulator.endpoint()).await).await;
    let undated = lab.connection.stream(&name("orders")).await;
    assert_eq!(undated.expect("a stream").server_time, None);

    let end = Until::Time(Millis(now.0 - 70_000));
    let capture = lab.create("orders", From::TrimHorizon, Some(end)).await;
    let run = lab.start(capture).await;
    lab.status(&run, "the capture is over", |status| {
        status.state == RunState::Finished
    })
    .await;
    // what this machine's clock says is no proof of what arrived
    let shards = run.status().shards;
    assert!(
        shards.iter().all(|shard| shard.covered_through.is_none()),
        "{shards:?}"
    );
}
