//! What every test here needs: an engine, an endpoint behind a proxy, and a person who says yes.

use aws_sdk_kinesis::config::{BehaviorVersion, Credentials, Region};
use emulator::{Emulator, EmulatorOptions};
use engine::{
    Choice, ConnectionId, ConnectionSource, DialogAnswer, Engine, EngineError, EngineOptions,
    Granted,
};
use faults::{Exchange, Proxy};
use record::{Millis, StreamName};
use tempfile::TempDir;

pub const CREATED: Millis = Millis(1_700_000_000_000);

pub struct Desk {
    pub emulator: Emulator,
    pub proxy: Proxy,
    pub engine: Engine,
    pub connection: ConnectionId,
    _folder: TempDir,
}

pub fn name(text: &str) -> StreamName {
    text.parse().expect("a stream's name")
}

pub fn local(endpoint: String) -> Choice {
    Choice {
        source: ConnectionSource::Local,
        region: Some("us-east-1".to_owned()),
        endpoint: Some(endpoint),
    }
}

impl Desk {
    /// With these streams of four shards.
    pub async fn with(streams: &[&str]) -> Self {
        let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
        let proxy = Proxy::to(&emulator.endpoint()).await;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let workspace = folder.path().join("test.kscope");
        let engine = Engine::open(EngineOptions { workspace })
            .await
            .expect("the engine opens");
        let choice = local(proxy.endpoint());
        let opened = engine.open_connection(choice, false).await;
        let desk = Self {
            connection: opened.expect("a connection").id,
            emulator,
            proxy,
            engine,
            _folder: folder,
        };
        for stream in streams {
            desk.create(stream, CREATED).await;
        }
        desk
    }

    pub async fn create(&self, stream: &str, created_at: Millis) {
        let made = self.emulator.writer();
        let made = made.create_stream(&name(stream), 4, created_at).await;
        assert!(made.expect("a stream"), "{stream} is there already");
    }

    /// By any other client than the program.
    fn client(&self) -> aws_sdk_kinesis::Client {
        let config = aws_sdk_kinesis::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .endpoint_url(self.emulator.endpoint())
            .credentials_provider(Credentials::new("test", "test", None, None, "test"))
            .build();
        aws_sdk_kinesis::Client::from_conf(config)
    }

    /// Returns when it is gone.
    pub async fn delete(&self, stream: &str) {
        let client = self.client();
        let delete = client.delete_stream().stream_name(stream).send();
        delete.await.expect("the stream is deleted");
        let describe = || client.describe_stream_summary().stream_name(stream).send();
        while describe().await.is_ok() {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    }

    pub async fn tag(&self, stream: &str, key: &str, value: &str) {
        let tag = self
            .client()
            .add_tags_to_stream()
            .stream_name(stream)
            .tags(key, value)
            .send();
        tag.await.expect("a tag");
    }

    /// The person says yes to whatever is asked.
    pub async fn grant(&self, stream: &str) -> Granted {
        self.answer(stream, None).await.expect("a grant")
    }

    pub async fn answer(&self, stream: &str, typed: Option<&str>) -> Result<Granted, EngineError> {
        let question = self.engine.ask_to_write(self.connection, stream).await?;
        let answer = DialogAnswer::yes_in_native_dialog(typed.map(str::to_owned));
        self.engine.grant(question, answer)
    }

    /// The puts that the proxy saw.
    pub fn puts(&self) -> Vec<Exchange> {
        let all = self.proxy.log().into_iter();
        all.filter(|exchange| exchange.operation.starts_with("Put"))
            .collect()
    }
}
