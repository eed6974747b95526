//! Endpoints that answer more than memory is given for, without saying how much it will be.

use crate::lab::{Lab, emulator};
use capture::{From, Phase};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// In front of an endpoint: `GetRecords` for more than `most` records is answered without an end.
struct Flood {
    endpoint: String,
    floods: Arc<AtomicUsize>,
}

impl Flood {
    async fn before(endpoint: &str, most: u32) -> Self {
        let target = endpoint.trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let floods = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&floods);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (target, counted) = (target.clone(), Arc::clone(&counted));
                tokio::spawn(async move {
                    // the client went away, as it should from a flood
                    let _ = answer(stream, &target, most, &counted).await;
                });
            }
        });
        Self {
            endpoint: format!("http://{address}"),
            floods,
        }
    }
}

async fn answer(
    mut near: TcpStream,
    target: &str,
    most: u32,
    floods: &AtomicUsize,
) -> std::io::Result<()> {
    let request = read_request(&mut near).await?;
    let text = String::from_utf8_lossy(&request);
    let asks_for = |limit: &str| limit.parse::<u32>().is_ok_and(|limit| limit > most);
    let limit = text.split_once("\"Limit\":").map(|(_, rest)| {
        let end = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        &rest[..end]
    });
    if text.contains("Kinesis_20131202.GetRecords") && limit.is_some_and(asks_for) {
        floods.fetch_add(1, Ordering::Relaxed);
        near.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
            .await?;
        let chunk = [b"10000\r\n", vec![b' '; 0x10000].as_slice(), b"\r\n"].concat();
        loop {
            near.write_all(&chunk).await?;
        }
    }
    let closing = text.replacen("\r\n", "\r\nconnection: close\r\n", 1);
    let mut far = TcpStream::connect(target).await?;
    far.write_all(closing.as_bytes()).await?;
    tokio::io::copy(&mut far, &mut near).await?;
    Ok(())
}

/// One request with its body; the API's requests are text.
async fn read_request(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut request = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&request).to_lowercase();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.split_once("content-length: ").map_or(0, |(_, rest)| {
                let digits = rest.split("\r\n").next().unwrap_or_default();
                digits.parse().expect("a length")
            });
            if body.len() >= length {
                return Ok(request);
            }
        }
        if stream.read_buf(&mut request).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_too_large_is_asked_for_in_smaller_pieces() {
    let emulator = emulator();
    let flood = Flood::before(&emulator.endpoint(), 40).await;
    let lab = Lab::at(flood.endpoint).await;
    lab.create_stream("orders", 1).await;
    lab.put("orders", "a", 200).await;
    let capture = lab.create("orders", From::TrimHorizon, None).await;
    let run = lab.start(capture).await;
    lab.captured(&run, 200).await;
    assert!(
        flood.floods.load(Ordering::Relaxed) > 0,
        "nothing was too large"
    );
    assert!(lab.store.gaps(capture).expect("the gaps").is_empty());
    run.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_minds_no_limit_is_told_to_a_person() {
    let emulator = emulator();
    let flood = Flood::before(&emulator.endpoint(), 0).await;
    let lab = Lab::at(flood.endpoint).await;
    lab.create_stream("orders", 1).await;
    let capture = lab.create("orders", From::TrimHorizon, None).await;
    let run = lab.start(capture).await;
    lab.status(&run, "blocked", |status| {
        status.shards.iter().any(|shard| {
            let said = shard
                .last_error
                .as_ref()
                .map(|error| error.message.as_str());
            shard.phase == Phase::Blocked
                && said.is_some_and(|said| said.ends_with("takes up to 32 MiB at once"))
        })
    })
    .await;
    run.stop().await;
}
