//! An embedded endpoint with one stream, a proxy before it, and the SDK, which tries once.

use aws_sdk_kinesis::{
    Client,
    config::{BehaviorVersion, Credentials, Region, retry::RetryConfig, timeout::TimeoutConfig},
    operation::get_records::GetRecordsOutput,
    types::ShardIteratorType,
};
use emulator::{Emulator, EmulatorOptions, NewRecord};
use faults::{Action, Exchange, Proxy, Rule, RuleId};
use std::time::{Duration, Instant};

/// Nothing here takes longer unless it is broken.
const PATIENCE: Duration = Duration::from_secs(20);
pub const STREAM: &str = "orders";
pub const SHARD: &str = "shardId-000000000000";

pub struct Bench {
    pub emulator: Emulator,
    pub proxy: Proxy,
    pub client: Client,
}

impl Bench {
    /// With so many records in the stream's only shard.
    pub async fn with(records: usize) -> Self {
        let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
        let writer = emulator.writer();
        let name = STREAM.parse().expect("a stream name");
        writer
            .create_stream(&name, 1, writer.now())
            .await
            .expect("a stream");
        let records: Vec<NewRecord> = (0..records)
            .map(|n| NewRecord {
                partition_key: format!("key-{n}"),
                payload: format!("payload {n}").into_bytes(),
                arrival: None,
            })
            .collect();
        writer.put(&name, &records).await.expect("written");
        let proxy = Proxy::to(&emulator.endpoint()).await;
        Self {
            client: client(&proxy.endpoint()),
            proxy,
            emulator,
        }
    }

    pub fn add(&self, operation: &str, action: Action) -> RuleId {
        self.proxy.add(Rule::on(operation, action))
    }

    /// Fails unless the rule fired so often.
    pub fn assert_fired(&self, rule: RuleId, times: u64) {
        assert_eq!(self.proxy.fired(rule), times, "{:#?}", self.proxy.log());
    }

    pub fn last(&self) -> Exchange {
        self.proxy.log().pop().expect("an exchange")
    }

    pub async fn iterator(&self) -> String {
        let asked = self
            .client
            .get_shard_iterator()
            .stream_name(STREAM)
            .shard_id(SHARD)
            .shard_iterator_type(ShardIteratorType::TrimHorizon);
        let answer = asked.send().await.expect("an iterator");
        answer.shard_iterator.expect("an iterator")
    }

    pub async fn page(&self, iterator: &str) -> GetRecordsOutput {
        let asked = self.client.get_records().shard_iterator(iterator);
        asked.limit(2).send().await.expect("a page")
    }

    /// What the endpoint holds, asked past the proxy.
    pub async fn stored(&self) -> Vec<String> {
        let beside = client(&self.emulator.endpoint());
        let iterator = self.iterator().await;
        let asked = beside.get_records().shard_iterator(iterator);
        let page = asked.send().await.expect("a page");
        page.records
            .into_iter()
            .filter_map(|r| r.partition_key)
            .collect()
    }
}

pub fn client(endpoint: &str) -> Client {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(2))
        .operation_attempt_timeout(Duration::from_secs(1))
        .build();
    let config = aws_sdk_kinesis::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(endpoint)
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .retry_config(RetryConfig::disabled())
        .timeout_config(timeouts)
        .build();
    Client::from_conf(config)
}

/// An error with all its causes in one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

/// Asks again and again until there is an answer.
pub async fn until<T, F: Future<Output = Option<T>>>(what: &str, mut ask: impl FnMut() -> F) -> T {
    let started = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(started.elapsed() < PATIENCE, "never: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
