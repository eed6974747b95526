//! The proxy: listens on loopback, judges what comes by its rules, forwards the rest.

use crate::{
    asked::Iterators,
    forward,
    line::{Fate, Line},
    log::{Exchange, Log},
    rules::{Rule, RuleId, Rules},
};
use bytes::Bytes;
use http_body_util::Full;
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioIo},
};
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::{
    net::TcpListener,
    task::{JoinHandle, JoinSet},
};

/// A reverse proxy before one endpoint. It ends with this value, and its connections with it.
#[derive(Debug)]
pub struct Proxy {
    shared: Arc<Shared>,
    address: SocketAddr,
    /// `None` while it is unplugged.
    listening: Option<JoinHandle<()>>,
}

#[derive(Debug)]
pub(crate) struct Shared {
    /// `http://HOST:PORT`.
    pub target: String,
    pub client: Client<HttpConnector, Full<Bytes>>,
    rules: Mutex<Rules>,
    log: Mutex<Log>,
    iterators: Mutex<Iterators>,
}

impl Proxy {
    /// Starts before an endpoint, `http://HOST:PORT`, on a free port of its own.
    ///
    /// # Panics
    /// If there is no free port on loopback.
    pub async fn to(endpoint: &str) -> Self {
        let shared = Arc::new(Shared {
            target: endpoint.trim_end_matches('/').to_owned(),
            client: Client::builder(TokioExecutor::new()).build_http(),
            rules: Mutex::default(),
            log: Mutex::default(),
            iterators: Mutex::default(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener
            .local_addr()
            .expect("a bound listener has an address");
        let listening = Some(tokio::spawn(accept(Arc::clone(&shared), listener)));
        Self {
            shared,
            address,
            listening,
        }
    }

    /// Where the SDK is to send its requests.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Adds a rule after the others, with counts of its own from now on.
    pub fn add(&self, rule: Rule) -> RuleId {
        self.shared.rules().add(rule)
    }

    /// The rule counts and picks no more.
    pub fn switch_off(&self, rule: RuleId) {
        self.shared.rules().switch_off(rule);
    }

    /// Everything passes from now on.
    pub fn mend(&self) {
        self.shared.rules().switch_all_off();
    }

    /// How many requests fitted the rule.
    pub fn seen(&self, rule: RuleId) -> u64 {
        self.shared.rules().seen(rule)
    }

    /// How many of them it spoiled.
    pub fn fired(&self, rule: RuleId) -> u64 {
        self.shared.rules().fired(rule)
    }

    /// All exchanges, in the order of their arrival.
    pub fn log(&self) -> Vec<Exchange> {
        self.shared.log().all()
    }

    pub fn forget_log(&self) {
        self.shared.log().forget();
    }

    /// Refuses connections and breaks those that are open, until it is plugged in again.
    pub async fn unplug(&mut self) {
        if let Some(listening) = self.listening.take() {
            listening.abort();
            // it ends by the abort
            let _ = listening.await;
        }
    }

    /// Takes connections again, at the same address.
    ///
    /// # Panics
    /// If somebody else took the port meanwhile.
    pub async fn plug_in(&mut self) {
        if self.listening.is_none() {
            let listener = TcpListener::bind(self.address).await.expect("the old port");
            self.listening = Some(tokio::spawn(accept(Arc::clone(&self.shared), listener)));
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        if let Some(listening) = &self.listening {
            listening.abort();
        }
    }
}

impl Shared {
    pub fn rules(&self) -> MutexGuard<'_, Rules> {
        lock(&self.rules)
    }

    pub fn log(&self) -> MutexGuard<'_, Log> {
        lock(&self.log)
    }

    pub fn iterators(&self) -> MutexGuard<'_, Iterators> {
        lock(&self.iterators)
    }
}

/// What is guarded is whole after every statement.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The connections end with this task.
async fn accept(shared: Arc<Shared>, listener: TcpListener) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            Ok((stream, _)) = listener.accept() => {
                let (shared, fate) = (Arc::clone(&shared), Fate::default());
                let line = Line { stream, fate: fate.clone() };
                connections.spawn(async move {
                    let service = service_fn(move |request| {
                        forward::take(Arc::clone(&shared), fate.clone(), request)
                    });
                    // how a connection ended is the client's affair
                    let _ = http1::Builder::new()
                        .serve_connection(TokioIo::new(line), service)
                        .await;
                });
            }
            Some(_) = connections.join_next() => {}
        }
    }
}
