//! A cable that can be pulled: forwards to an endpoint, or drops every connection.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

pub struct Cable {
    pub endpoint: String,
    is_in: Arc<AtomicBool>,
}

impl Cable {
    pub async fn to(endpoint: &str) -> Self {
        let target = endpoint.trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let is_in = Arc::new(AtomicBool::new(true));
        tokio::spawn(forward(listener, target, Arc::clone(&is_in)));
        Self {
            endpoint: format!("http://{address}"),
            is_in,
        }
    }

    pub fn pull(&self) {
        self.is_in.store(false, Ordering::SeqCst);
    }

    pub fn plug_in(&self) {
        self.is_in.store(true, Ordering::SeqCst);
    }
}

async fn forward(listener: TcpListener, target: String, is_in: Arc<AtomicBool>) {
    let mut connections = JoinSet::new();
    let mut watch = tokio::time::interval(std::time::Duration::from_millis(10));
    loop {
        tokio::select! {
            Ok((mut near, _)) = listener.accept() => {
                if is_in.load(Ordering::SeqCst) {
                    let target = target.clone();
                    connections.spawn(async move {
                        if let Ok(mut far) = TcpStream::connect(&target).await {
                            let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
                        }
                    });
                }
            }
            _ = watch.tick() => {
                if !is_in.load(Ordering::SeqCst) {
                    connections.abort_all();
                }
            }
        }
    }
}
