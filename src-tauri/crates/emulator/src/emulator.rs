//! The running endpoint: a listener on 127.0.0.1 with a small runtime of its own.
//!
//! The runtime is what makes stopping complete: with it go the listener, its connections and the
//! background work of ferrokinesis. What is answered is decided in `shim`, not here.

use crate::{EmulatorOptions, EmulatorWriter, RequestLog, shim};
use axum::{Router, extract::DefaultBodyLimit, middleware};
use ferrokinesis::store::{Store, StoreOptions};
use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};
use tokio::{
    net::TcpListener,
    runtime::{Builder, Runtime},
};

/// ferrokinesis blocks a thread on the locks of its maps. Behind the shim one write at a time does
/// so; without it each does, and 8 writers with a reader stop 4 threads for good.
const WORKERS: usize = 4;
const WORKERS_WITHOUT_SHIM: usize = 32;

/// Why an emulator did not start.
#[derive(Debug, thiserror::Error)]
pub enum EmulatorError {
    /// The threads of its runtime could not be started.
    #[error("the embedded Kinesis could not start its threads: {0}")]
    Runtime(#[source] std::io::Error),
    /// No port on 127.0.0.1 could be opened.
    #[error("the embedded Kinesis could not listen on 127.0.0.1: {0}")]
    Listen(#[source] std::io::Error),
}

/// An endpoint that runs until it is dropped or [shut down](Emulator::shutdown).
#[derive(Debug)]
pub struct Emulator {
    address: SocketAddr,
    shim: Arc<shim::Shim>,
    runtime: Option<Runtime>,
}

impl Emulator {
    /// Starts an endpoint on a free port. It answers as soon as this returns.
    pub fn start(options: EmulatorOptions) -> Result<Self, EmulatorError> {
        Self::serve(options, WORKERS, |router, shim| {
            router.layer(middleware::from_fn_with_state(shim, shim::intercept))
        })
    }

    /// Starts ferrokinesis without the shim: it loses records and counts no requests. Only for
    /// measuring what the shim costs and mends.
    pub fn start_bare(options: EmulatorOptions) -> Result<Self, EmulatorError> {
        Self::serve(options, WORKERS_WITHOUT_SHIM, |router, _| router)
    }

    fn serve(
        options: EmulatorOptions,
        workers: usize,
        cover: impl FnOnce(Router, Arc<shim::Shim>) -> Router,
    ) -> Result<Self, EmulatorError> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(workers)
            .thread_name("emulator")
            .enable_all()
            .build()
            .map_err(EmulatorError::Runtime)?;
        let store = Store::new(store_options(&options));
        let router = ferrokinesis::create_router(store.clone());
        let shim = Arc::new(shim::Shim::new(store, options));
        // the shim has a limit of its own, and ferrokinesis reports its sizes as AWS does
        let router = cover(router, shim.clone()).layer(DefaultBodyLimit::disable());
        let listener = listen(&runtime).map_err(EmulatorError::Listen)?;
        let address = listener.local_addr().map_err(EmulatorError::Listen)?;
        runtime.spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::warn!(%error, "the embedded Kinesis stopped");
            }
        });
        Ok(Self {
            address,
            shim,
            runtime: Some(runtime),
        })
    }

    /// The endpoint's URL, `http://127.0.0.1:PORT`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The region of its streams.
    pub fn region(&self) -> &str {
        &self.shim.options.region
    }

    /// The one way to write to it that does not go through HTTP.
    pub fn writer(&self) -> EmulatorWriter {
        EmulatorWriter::new(self.shim.clone())
    }

    /// What was asked over HTTP so far.
    pub fn requests(&self) -> RequestLog {
        self.shim.requests.snapshot()
    }

    /// Forgets what was asked so far.
    pub fn forget_requests(&self) {
        self.shim.requests.forget();
    }

    /// Bytes of encoded payloads now held.
    pub fn retained_bytes(&self) -> u64 {
        self.shim.store.metrics().retained_bytes()
    }

    /// Stops it and waits until its port is closed.
    pub async fn shutdown(mut self) {
        if let Some(runtime) = self.runtime.take() {
            let stopping = tokio::task::spawn_blocking(move || {
                runtime.shutdown_timeout(Duration::from_secs(5));
            });
            if stopping.await.is_err() {
                tracing::warn!("the embedded Kinesis was stopped without waiting for it");
            }
        }
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Works inside another runtime too, where blocking on this one is not allowed.
fn listen(runtime: &Runtime) -> std::io::Result<TcpListener> {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    let _entered = runtime.enter();
    TcpListener::from_std(listener)
}

fn store_options(options: &EmulatorOptions) -> StoreOptions {
    let transition_millis = u64::try_from(options.transition.as_millis()).unwrap_or(u64::MAX);
    StoreOptions {
        create_stream_ms: transition_millis,
        delete_stream_ms: transition_millis,
        update_stream_ms: transition_millis,
        shard_limit: options.shards_max,
        iterator_ttl_seconds: options.iterator_ttl.as_secs().max(1),
        enforce_limits: options.enforces_write_limits,
        aws_account_id: options.account.clone(),
        aws_region: options.region.clone(),
        ..StoreOptions::default()
    }
}
