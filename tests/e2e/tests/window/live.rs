//! A stream of a test's own at the app's demo endpoint or at another, written to over plain HTTP: with the SDK, this package
//! would build another copy of half the product.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use e2e::{Window, until};
use serde_json::{Value, json};
use std::{
    io::{Read, Write},
    net::TcpStream,
};

pub const STREAM: &str = "hostile";

/// `HOST:PORT` of the endpoint.
pub struct Live(String);

impl Live {
    /// Makes the stream, with one shard, and captures it from the window from its beginning on.
    pub async fn capturing(window: &Window) -> Self {
        let live = Self::at_the_demo(window).await;
        live.create_stream(STREAM, 1).await;
        Self::capture_from_the_window(window, STREAM).await;
        live
    }

    /// From its beginning on, by its menu in the side bar.
    pub async fn capture_from_the_window(window: &Window, stream: &str) {
        window
            .wait_for(
                "the stream is listed",
                &format!(
                    "document.querySelector('[aria-label=\"Ask for the streams again\"]')?.click();\
                     return [...document.querySelectorAll('[data-testid=stream]')].some(s => s.textContent === '{stream}')"
                ),
            )
            .await;
        // the driver takes the button, which is shown where the pointer is, for hidden
        let press = format!(
            "const start = document.querySelector('[data-testid=capture-stream][aria-label*=\"{stream}\"]');\
             start?.dispatchEvent(new PointerEvent('pointerdown', {{ bubbles: true, cancelable: true, pointerType: 'mouse' }}));\
             return Boolean(start)"
        );
        window.wait_for("its menu can be opened", &press).await;
        window.click("capture-stream-oldest").await;
        window
            .wait_for(
                "the capture runs",
                "return document.querySelector('[data-testid=capture]')?.dataset.state === 'running'",
            )
            .await;
    }

    pub async fn at_the_demo(window: &Window) -> Self {
        let heading = "return document.querySelector('[data-testid=side-bar] .heading[title]')?.title.split('//')[1] ?? null";
        let address = until("the side bar names the demo's endpoint", || async {
            window.script(heading).await.as_str().map(str::to_owned)
        })
        .await;
        Self(address)
    }

    pub fn at(address: &str) -> Self {
        Self(address.to_owned())
    }

    /// `HOST:PORT`.
    pub fn address(&self) -> &str {
        &self.0
    }

    pub async fn create_stream(&self, name: &str, shards: u32) {
        self.ask(
            "CreateStream",
            &json!({"StreamName": name, "ShardCount": shards}),
        );
        until("the stream is active", || async {
            let described = self.ask("DescribeStreamSummary", &json!({"StreamName": name}));
            (described["StreamDescriptionSummary"]["StreamStatus"] == "ACTIVE").then_some(())
        })
        .await;
    }

    /// The payloads of a stream, each shard from its beginning to its first empty page.
    pub fn read(&self, stream: &str) -> Vec<Value> {
        let shards = self.ask("ListShards", &json!({"StreamName": stream}));
        let mut read = Vec::new();
        for shard in shards["Shards"].as_array().expect("shards") {
            let from = json!({
                "StreamName": stream,
                "ShardId": shard["ShardId"],
                "ShardIteratorType": "TRIM_HORIZON",
            });
            let mut iterator = self.ask("GetShardIterator", &from)["ShardIterator"].take();
            while !iterator.is_null() {
                let mut page = self.ask("GetRecords", &json!({"ShardIterator": iterator}));
                let records = page["Records"].as_array().expect("records");
                if records.is_empty() {
                    break;
                }
                read.extend(records.iter().map(payload));
                iterator = page["NextShardIterator"].take();
            }
        }
        read
    }

    /// In this order.
    pub fn put(&self, records: &[(&str, &[u8])]) {
        self.put_into(STREAM, records);
    }

    pub fn put_into(&self, stream: &str, records: &[(&str, &[u8])]) {
        let entries: Vec<Value> = records
            .iter()
            .map(|(key, payload)| json!({"PartitionKey": key, "Data": STANDARD.encode(payload)}))
            .collect();
        let told = self.ask(
            "PutRecords",
            &json!({"StreamName": stream, "Records": entries}),
        );
        assert_eq!(told["FailedRecordCount"], 0, "{told}");
    }

    pub fn delete_stream(&self) {
        self.ask("DeleteStream", &json!({"StreamName": STREAM}));
    }

    /// The endpoints check no signature, but want one; moto finds the service and the region in it.
    fn ask(&self, operation: &str, body: &Value) -> Value {
        let body = body.to_string();
        let mut connection = TcpStream::connect(&self.0).expect("the demo listens");
        write!(
            connection,
            "POST / HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\
             Content-Type: application/x-amz-json-1.1\r\nX-Amz-Target: Kinesis_20131202.{operation}\r\n\
             X-Amz-Date: 20250101T000000Z\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential=a/20250101/eu-west-1/kinesis/aws4_request, SignedHeaders=b, Signature=c\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.0,
            body.len()
        )
        .expect("a request sent");
        let mut answer = String::new();
        connection
            .read_to_string(&mut answer)
            .expect("an answer in text");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        assert!(head.starts_with("HTTP/1.1 200"), "{operation}: {answer}");
        serde_json::from_str(body).unwrap_or(Value::Null)
    }
}

fn payload(record: &Value) -> Value {
    let data = STANDARD.decode(record["Data"].as_str().expect("base64"));
    serde_json::from_slice(&data.expect("base64")).unwrap_or(Value::Null)
}

/// 100 KB that no compression makes smaller.
pub fn noise(seed: u64) -> Vec<u8> {
    // xorshift64 (Marsaglia, 2003)
    let mut state = seed * 2 + 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    (0..12_500).flat_map(|_| next()).collect()
}
