//! ministack, from the virtual environment that `make` lays out: on a free loopback port, in a process
//! group of its own, stopped with the guard.

use std::{
    net::{TcpListener, TcpStream},
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

const PATIENCE: Duration = Duration::from_mins(1);

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

impl Server {
    pub async fn ministack() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its address");
        drop(listener);
        let child = Command::new(program("ministack"))
            .env("BIND_HOST", "127.0.0.1")
            .env("GATEWAY_PORT", address.port().to_string())
            .current_dir(std::env::temp_dir())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("the server's process");
        let server = Self {
            endpoint: format!("http://{address}"),
            child,
        };
        let started = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(started.elapsed() < PATIENCE, "the server never answered");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        server
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // the whole group: the server has workers; its id is the first process's
        let group = format!("-{}", self.child.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = self.child.wait();
    }
}
