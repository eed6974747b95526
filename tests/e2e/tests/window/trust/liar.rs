//! An endpoint that lies: its streams, its caller and its errors are hostile texts. It answers as an AWS service would.

use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// Of a payload's token, with which it begins.
const TOKEN_BYTES: usize = 8;

/// Goes on until the test ends.
pub struct Server {
    pub port: u16,
    /// Each request: its first line and its headers.
    pub asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Counts who asks, and answers with nothing.
    pub fn trap() -> Self {
        Self::serving(|_, _| (204, String::new()))
    }

    pub fn liar(texts: Vec<String>) -> Self {
        let errors = AtomicUsize::new(0);
        Self::serving(move |head, body| {
            if body.contains("GetCallerIdentity") {
                return (200, caller(&texts[0]));
            }
            let operation = head.to_ascii_lowercase();
            if operation.contains(".liststreams\r") {
                return (200, streams(&texts).to_string());
            }
            let text = &texts[errors.fetch_add(1, Ordering::Relaxed) % texts.len()];
            if operation.contains(".listtagsforstream") {
                let tags = json!({"Tags": [{"Key": text, "Value": text}], "HasMoreTags": false});
                return (200, tags.to_string());
            }
            (400, refusal(text).to_string())
        })
    }

    fn serving(answer: impl Fn(&str, &str) -> (u16, String) + Send + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = asked.clone();
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                // who hangs up early asked all the same
                let _ = serve(&connection, &answer, &seen);
            }
        });
        Self { port, asked }
    }
}

/// By hostile names, which no stream can have, and by sound ones with hostile facts.
fn streams(texts: &[String]) -> Value {
    let sound = texts.iter().map(|text| text[..TOKEN_BYTES].to_owned());
    let names: Vec<String> = texts.iter().cloned().chain(sound.clone()).collect();
    let summaries: Vec<Value> = sound
        .zip(texts)
        .map(|(name, text)| {
            json!({
                "StreamName": name, "StreamARN": text, "StreamStatus": text,
                "StreamModeDetails": {"StreamMode": text}, "StreamCreationTimestamp": 1_700_000_000,
            })
        })
        .collect();
    json!({"StreamNames": names, "StreamSummaries": summaries, "HasMoreStreams": false})
}

fn refusal(text: &str) -> Value {
    json!({"__type": "InvalidArgumentException", "message": text})
}

/// As STS answers, with text that XML can hold.
fn caller(text: &str) -> String {
    let shown = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('\0', "");
    format!(
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
         <Arn>{shown}</Arn><UserId>{shown}</UserId><Account>{shown}</Account></GetCallerIdentityResult>\
         <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></GetCallerIdentityResponse>"
    )
}

fn serve(
    mut connection: &TcpStream,
    answer: impl Fn(&str, &str) -> (u16, String),
    seen: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(connection);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        // what is no text, and who says nothing, asked all the same
        if reader.read_line(&mut head).unwrap_or(0) == 0 {
            break;
        }
    }
    seen.lock().expect("nobody panicked").push(head.clone());
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        (name.eq_ignore_ascii_case("content-length")).then(|| value.trim().parse::<usize>().ok())?
    });
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body)?;
    let (status, told) = answer(&head, &String::from_utf8_lossy(&body));
    write!(
        connection,
        "HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: {}\r\n\r\n{told}",
        told.len()
    )
}
