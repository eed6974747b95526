//! A server that answers each operation as a test wants, one request a connection.

use std::sync::Arc;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// Status and body.
pub type Answer = (u16, String);

pub struct Imitation {
    pub endpoint: String,
    pub port: u16,
}

impl Imitation {
    /// `answer` gets the operation, or the whole request where it names none.
    pub async fn start(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let answer = Arc::new(answer);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let answer = Arc::clone(&answer);
                tokio::spawn(async move {
                    // a client that went away needs no answer
                    let _ = serve(stream, &*answer).await;
                });
            }
        });
        Self {
            endpoint: format!("http://127.0.0.1:{port}"),
            port,
        }
    }
}

async fn serve(
    mut stream: TcpStream,
    answer: &(dyn Fn(&str) -> Answer + Send + Sync),
) -> std::io::Result<()> {
    let mut request = Vec::new();
    let text = loop {
        if stream.read_buf(&mut request).await? == 0 {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&request).into_owned();
        if is_whole(&text) {
            break text;
        }
    };
    let operation = text
        .lines()
        .find_map(|line| line.strip_prefix("x-amz-target: Kinesis_20131202."))
        .unwrap_or(&text);
    let (status, body) = answer(operation);
    let head = format!(
        "HTTP/1.1 {status} -\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await
}

fn is_whole(request: &str) -> bool {
    let Some((head, body)) = request.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |length| length.parse().expect("a length"));
    body.len() >= length
}

/// A refusal as Kinesis says it.
pub fn refusal(code: &str, message: &str) -> Answer {
    (
        400,
        format!(r#"{{"__type":"{code}","message":"{message}"}}"#),
    )
}
