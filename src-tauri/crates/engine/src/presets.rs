//! What can be opened without any set-up, and whether something is there.

use crate::{Choice, ConnectionSource};
use std::time::Duration;
use tokio::net::TcpStream;

/// A program on this machine takes a connection at once, or it is not there.
const PATIENCE: Duration = Duration::from_millis(250);

/// A choice that is offered without any set-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preset {
    pub name: &'static str,
    pub choice: Choice,
    /// Whether something listens at its address; `None` for the demo, which is started when it is asked for.
    pub listens: Option<bool>,
}

/// The embedded demo, and the emulators that developers run, at their own default ports. Whether one is there is tried
/// by connecting; nothing is asked of it.
pub async fn presets() -> Vec<Preset> {
    let demo = Preset {
        name: "Demo",
        choice: Choice {
            source: ConnectionSource::Demo,
            region: None,
            endpoint: None,
        },
        listens: None,
    };
    let (localstack, moto) = tokio::join!(local("LocalStack", 4566), local("moto", 5000));
    vec![demo, localstack, moto]
}

async fn local(name: &'static str, port: u16) -> Preset {
    Preset {
        name,
        choice: Choice {
            source: ConnectionSource::Local,
            region: Some("us-east-1".to_owned()),
            endpoint: Some(format!("http://localhost:{port}")),
        },
        listens: Some(listens(port).await),
    }
}

async fn listens(port: u16) -> bool {
    let connected = tokio::time::timeout(PATIENCE, TcpStream::connect(("localhost", port)));
    matches!(connected.await, Ok(Ok(_)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    #[tokio::test]
    async fn what_listens_is_found_and_what_does_not_is_not() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let found = local("somebody", port).await;
        assert_eq!(found.listens, Some(true));
        assert_eq!(
            found.choice.endpoint,
            Some(format!("http://localhost:{port}"))
        );
        drop(listener);
        assert_eq!(local("somebody", port).await.listens, Some(false));
    }
}
