//! A server with an answer for each path, which keeps what it was asked.

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Request, Response, body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use std::{
    collections::BTreeMap,
    convert::Infallible,
    sync::{Arc, Mutex},
};
use tokio::{net::TcpListener, task::JoinHandle};

/// In the place of a status: it never answers.
pub const SILENT: u16 = 0;

#[derive(Clone, Debug)]
pub struct Asked {
    pub method: String,
    pub path: String,
    pub authorization: Option<String>,
}

pub struct Server {
    pub url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    accepting: JoinHandle<()>,
}

type Answers = Arc<BTreeMap<String, (u16, Bytes)>>;

impl Server {
    pub async fn new(answers: &[(&str, u16, &str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let answer = |&(path, status, body): &(&str, u16, &str)| {
            (
                path.to_owned(),
                (status, Bytes::copy_from_slice(body.as_bytes())),
            )
        };
        let answers: Answers = Arc::new(answers.iter().map(answer).collect());
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let kept = Arc::clone(&asked);
        let accepting = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (answers, asked) = (Arc::clone(&answers), Arc::clone(&kept));
                let service = service_fn(move |request| {
                    answer_to(request, Arc::clone(&answers), Arc::clone(&asked))
                });
                connections.spawn(async move {
                    let connection = hyper::server::conn::http1::Builder::new();
                    // a client that goes away is no failure
                    let _ = connection
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
        Self {
            url,
            asked,
            accepting,
        }
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("no test panics here").clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn answer_to(
    request: Request<Incoming>,
    answers: Answers,
    asked: Arc<Mutex<Vec<Asked>>>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let path = request.uri().path().to_owned();
    let authorization = request.headers().get("authorization");
    let authorization = authorization.and_then(|value| Some(value.to_str().ok()?.to_owned()));
    asked.lock().expect("no test panics here").push(Asked {
        method: request.method().to_string(),
        path: path.clone(),
        authorization,
    });
    let (status, body) = answers.get(&path).cloned().unwrap_or((418, Bytes::new()));
    if status == SILENT {
        std::future::pending::<()>().await;
    }
    let mut response = Response::builder().status(status);
    if (300..400).contains(&status) {
        response = response.header("location", &body[..]);
    }
    Ok(response.body(Full::new(body)).expect("an answer"))
}
