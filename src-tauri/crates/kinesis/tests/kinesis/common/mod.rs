//! What the tests of connections share: short timeouts, and tiny servers that are not Kinesis.

use kinesis::{AwsSurroundings, Connection, ConnectionSpec, KinesisError, Timeouts, Trust};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

pub const SHORT: Timeouts = Timeouts {
    connect: Duration::from_millis(500),
    read: Duration::from_millis(500),
    attempt: Duration::from_secs(1),
    operation: Duration::from_secs(8),
};

pub async fn open(spec: ConnectionSpec) -> Result<Connection, KinesisError> {
    Connection::open_in(&AwsSurroundings::default(), spec, Trust::default(), SHORT).await
}

pub async fn local(endpoint: &str) -> Connection {
    open(ConnectionSpec::local(endpoint))
        .await
        .expect("a connection")
}

/// Answers every request with these bytes; none at all is silence.
pub async fn answering(answer: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut request = vec![0; 65_536];
                while let Ok(1..) = stream.read(&mut request).await {
                    if !answer.is_empty() && stream.write_all(answer).await.is_err() {
                        break;
                    }
                }
            });
        }
    });
    format!("http://{address}")
}

/// Answers every request without an end, in chunks; and notes the most bytes that one answer got rid of.
pub async fn flooding() -> (String, Arc<AtomicU64>) {
    const CHUNK: &[u8] = &[b' '; 0x10000];
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address");
    let most = Arc::new(AtomicU64::new(0));
    let noted = Arc::clone(&most);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let noted = Arc::clone(&noted);
            tokio::spawn(async move {
                let mut request = vec![0; 65_536];
                let _ = stream.read(&mut request).await;
                let head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
                let _ = stream.write_all(head).await;
                let chunk = [b"10000\r\n", CHUNK, b"\r\n"].concat();
                let mut sent = 0;
                while stream.write_all(&chunk).await.is_ok() {
                    sent += CHUNK.len() as u64;
                    noted.fetch_max(sent, Ordering::Relaxed);
                }
            });
        }
    });
    (format!("http://{address}"), most)
}

/// An address at which nothing listens.
pub async fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    format!("http://{}", listener.local_addr().expect("its address"))
}
