//! A wire that is listened to: everything passes as it is, and what was asked and by whom can be read off.

use std::sync::{Arc, Mutex};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// What one request asked for, and the access key that its signature names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    pub operation: String,
    pub access_key: String,
}

pub struct Wiretap {
    pub endpoint: String,
    /// What each connection's client has said.
    heard: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Wiretap {
    pub async fn before(endpoint: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let heard: Arc<Mutex<Vec<Vec<u8>>>> = Arc::default();
        let (server, told) = (endpoint.replace("http://", ""), Arc::clone(&heard));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (server, told) = (server.clone(), Arc::clone(&told));
                // either side may end it
                tokio::spawn(async move { drop(pass(client, &server, &told).await) });
            }
        });
        Self {
            endpoint: format!("http://{address}"),
            heard,
        }
    }

    pub fn signed(&self) -> Vec<Signed> {
        let heard = self.heard.lock().expect("a lock");
        let texts = heard.iter().map(|said| String::from_utf8_lossy(said));
        texts
            .flat_map(|text| {
                let requests = text.split("POST / HTTP/1.1\r\n");
                requests.filter_map(signed).collect::<Vec<_>>()
            })
            .collect()
    }
}

fn signed(request: &str) -> Option<Signed> {
    let word = |after: &str| {
        let (_, rest) = request.split_once(after)?;
        let word = rest.split(|c: char| !c.is_ascii_alphanumeric()).next()?;
        Some(word.to_owned())
    };
    Some(Signed {
        operation: word("Kinesis_20131202.").or_else(|| word("Action="))?,
        access_key: word("Credential=")?,
    })
}

async fn pass(client: TcpStream, server: &str, heard: &Mutex<Vec<Vec<u8>>>) -> std::io::Result<()> {
    let (mut from_server, mut to_server) = TcpStream::connect(server).await?.into_split();
    let (mut from_client, mut to_client) = client.into_split();
    let place = {
        let mut heard = heard.lock().expect("a lock");
        heard.push(Vec::new());
        heard.len() - 1
    };
    let asking = async {
        let mut bytes = vec![0; 0x10000];
        loop {
            let count = from_client.read(&mut bytes).await?;
            if count == 0 {
                return to_server.shutdown().await;
            }
            heard.lock().expect("a lock")[place].extend(&bytes[..count]);
            to_server.write_all(&bytes[..count]).await?;
        }
    };
    let answering = tokio::io::copy(&mut from_server, &mut to_client);
    tokio::try_join!(asking, answering).map(drop)
}
