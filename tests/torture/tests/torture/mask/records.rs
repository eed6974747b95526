//! Records that hold a value each, all at `$.customer.card` of what they say, in the shapes that streams have.

use base64::{Engine, engine::general_purpose::STANDARD};
use flate2::{Compression, write::GzEncoder};
use rand::{Rng, rngs::StdRng};
use std::io::Write;

/// What every value begins with, and what partition keys hold.
pub const VALUE: &str = "c4n4ry";
/// How the partition keys' values go on.
pub const OF_KEY: &str = "c4n4ry-k-";
/// It stands beside the values, and no rule names it.
pub const REST: &str = "bystander";

pub struct Shaped {
    pub value: String,
    pub payload: Vec<u8>,
}

type Shape = fn(&str) -> Vec<u8>;

const SHAPES: [Shape; 13] = [
    |value| document(value).into_bytes(),
    escaped,
    nested,
    |value| STANDARD.encode(document(value)).into_bytes(),
    |value| format!(r#"{{"data":"{}"}}"#, STANDARD.encode(document(value))).into_bytes(),
    |value| gzip(document(value).as_bytes()),
    |value| torture::aggregate(&[("part".to_owned(), document(value).into_bytes())]),
    change,
    bridge,
    |value| format!("{}\n{}\n", document("none"), document(value)).into_bytes(),
    logs,
    message_pack,
    |value| format!("INFO {VALUE} card {value} was read").into_bytes(),
];

pub fn records(random: &mut StdRng) -> Vec<Shaped> {
    let shaped = |(shape, letter): (&Shape, char)| {
        let value = format!("{VALUE}-{letter}-{:016x}", random.random::<u64>());
        Shaped {
            payload: shape(&value),
            value,
        }
    };
    SHAPES.iter().zip('a'..='z').map(shaped).collect()
}

fn document(value: &str) -> String {
    format!(
        r#"{{"eventType":"PAID","eventId":"evt-1","rest":"{REST}","timestamp":"2026-04-11T09:00:00Z","customer":{{"n":1,"card":"{value}"}}}}"#
    )
}

/// With its first letter as JSON may write it.
fn escaped(value: &str) -> Vec<u8> {
    let rest = &value[1..];
    document("?")
        .replace("\"?\"", &format!("\"\\u0063{rest}\""))
        .into_bytes()
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("JSON")
}

fn nested(value: &str) -> Vec<u8> {
    format!(
        r#"{{"Type":"Notification","MessageId":"m-1","TopicArn":"arn:aws:sns:eu-west-1:1:t","Message":{}}}"#,
        quoted(&document(value))
    )
    .into_bytes()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("packed");
    encoder.finish().expect("packed")
}

fn change(value: &str) -> Vec<u8> {
    format!(
        r#"{{"eventName":"MODIFY","eventID":"1","tableName":"t","dynamodb":{{"Keys":{{"id":{{"S":"1"}}}},"OldImage":{{"customer":{{"M":{{"card":{{"S":"{value}"}}}}}}}},"NewImage":{{"customer":{{"M":{{"card":{{"S":"{value}"}}}}}}}}}}}}"#
    )
    .into_bytes()
}

fn bridge(value: &str) -> Vec<u8> {
    format!(
        r#"{{"id":"1","detail-type":"PAID","source":"s","region":"eu-west-1","time":"2026-04-11T09:00:00Z","detail":{}}}"#,
        document(value)
    )
    .into_bytes()
}

fn logs(value: &str) -> Vec<u8> {
    let text = format!(
        r#"{{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"g","logStream":"s","logEvents":[{{"id":"1","timestamp":1,"message":{}}}]}}"#,
        quoted(&document(value))
    );
    gzip(text.as_bytes())
}

/// Maps of one member, and short texts.
fn message_pack(value: &str) -> Vec<u8> {
    let mut bytes = vec![0x81];
    for (name, is_last) in [("customer", false), ("card", true)] {
        bytes.push(0xa0 | name.len() as u8);
        bytes.extend_from_slice(name.as_bytes());
        if !is_last {
            bytes.push(0x81);
        }
    }
    bytes.extend_from_slice(&[0xd9, value.len() as u8]);
    bytes.extend_from_slice(value.as_bytes());
    bytes
}
