//! Python servers that imitate Kinesis, from the virtual environment that `make` lays out: started
//! on a free loopback port in a process group of their own, and stopped with the guard.

use super::lab::{client, until};
use std::{
    net::TcpListener,
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

pub struct Server {
    pub endpoint: String,
    child: Child,
}

/// `target/venv/bin/PROGRAM`.
pub fn program(program: &str) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let path = root.join("target/venv/bin").join(program);
    assert!(
        path.exists(),
        "{program} is not installed. Type: make test-rust  (or: python3 -m venv target/venv && \
         target/venv/bin/pip install -r tests/endpoints/requirements.txt)"
    );
    path
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address").port()
}

/// moto's server with one thread, where its own program has many: "this function is not safe for concurrency" stands
/// in its `Shard.put_record`, and of two puts into one shard at once both are given the same sequence number and only
/// one is kept.
const MOTO: &str = "\
import os
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple
app = DomainDispatcherApplication(create_backend_app)
run_simple('127.0.0.1', int(os.environ['MOTO_PORT']), app, threaded=False)
";

impl Server {
    pub async fn moto() -> Self {
        let port = free_port();
        let mut command = Command::new(program("python3"));
        command
            .args(["-c", MOTO])
            .env("MOTO_PORT", port.to_string());
        Self::spawn(command, port).await
    }

    pub async fn ministack() -> Self {
        let port = free_port();
        let mut command = Command::new(program("ministack"));
        command
            .env("BIND_HOST", "127.0.0.1")
            .env("GATEWAY_PORT", port.to_string());
        Self::spawn(command, port).await
    }

    async fn spawn(mut command: Command, port: u16) -> Self {
        let folder = std::env::temp_dir();
        command
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let child = command
            .process_group(0)
            .spawn()
            .expect("the server's process");
        let server = Self {
            endpoint: format!("http://127.0.0.1:{port}"),
            child,
        };
        let client = client(&server.endpoint);
        until("the server answers", async || {
            client.list_streams().send().await.is_ok()
        })
        .await;
        server
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // the whole group: such servers have workers; its id is the first process's
        let group = format!("-{}", self.child.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = self.child.wait();
    }
}
