//! A saga as a page with its payloads or with fakes, and sagas as traces to a collector in the test.

use crate::common::Bench;
use engine::{
    BoardId, CollectorError, EngineError, ListFilter, ListRow, SagaName, SagaStatus, TracedSagas,
};
use http_body_util::{BodyExt, Full};
use hyper::{
    Request, Response,
    body::{Bytes, Incoming},
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use protox::prost_reflect::{DescriptorPool, DynamicMessage, Value};
use std::{
    collections::BTreeSet,
    convert::Infallible,
    path::Path,
    sync::{Arc, Mutex},
};
use tokio::net::TcpListener;

/// A board of the demo's history, and its compensated sagas.
async fn compensated() -> (Bench, BoardId, Vec<ListRow>) {
    let (bench, capture) = Bench::of_history().await;
    let board = bench.open("test", vec![capture]).await.id;
    bench.history(board).await;
    let rows = bench.rows(board, only_compensated()).await;
    (bench, board, rows)
}

fn only_compensated() -> ListFilter {
    ListFilter {
        statuses: vec![SagaStatus::Compensated],
        ..ListFilter::default()
    }
}

fn name(row: &ListRow) -> SagaName {
    SagaName {
        key: row.key.text.clone(),
        life: row.life,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_has_the_payloads_and_a_masked_one_has_fakes() {
    let (bench, board, rows) = compensated().await;
    let saga = bench.detail(board, &rows[0]).await;
    let order = &saga.aliases[0].text;
    let plain = bench.engine.saga_page(board, name(&rows[0]), false).await;
    let plain = plain.expect("a page");
    assert!(plain.contains(&saga.row.key.text) && plain.contains(order));
    assert!(
        plain.contains("&#34;userId&#34;: &#34;usr-"),
        "payloads are on the page"
    );

    let masked = bench.engine.saga_page(board, name(&rows[0]), true).await;
    let masked = masked.expect("a page");
    for secret in [saga.row.key.text.as_str(), order, "usr-"] {
        assert!(!masked.contains(secret), "{secret}");
    }
    assert!(masked.contains("&#34;userId&#34;") && masked.contains("are masked"));
    // the fake of the order's id stands in the head and in the payloads
    let fake = masked
        .split("<dt>orderId</dt><dd>")
        .nth(1)
        .and_then(|rest| rest.split('<').next());
    let fake = fake.expect("an alias");
    assert!(
        masked.contains(&format!("&#34;orderId&#34;: &#34;{fake}&#34;")),
        "{fake}"
    );
    bench.close().await;
}

/// The bodies that a collector was sent.
#[derive(Clone, Default)]
struct Collected(Arc<Mutex<Vec<Bytes>>>);

impl Collected {
    /// Listens, and answers each request with this status.
    async fn listen(&self, status: u16) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let collected = self.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let collected = collected.clone();
                let service = service_fn(move |request: Request<Incoming>| {
                    let collected = collected.clone();
                    async move {
                        let body = request
                            .into_body()
                            .collect()
                            .await
                            .expect("a body")
                            .to_bytes();
                        collected.0.lock().expect("no test panics here").push(body);
                        let response = Response::builder().status(status);
                        Ok::<_, Infallible>(
                            response.body(Full::<Bytes>::default()).expect("an answer"),
                        )
                    }
                });
                let server = hyper::server::conn::http1::Builder::new();
                tokio::spawn(server.serve_connection(TokioIo::new(stream), service));
            }
        });
        address
    }

    /// Ids of the traces, by the published schema.
    fn traces(&self) -> BTreeSet<Vec<u8>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/otlp");
        let service = "opentelemetry/proto/collector/trace/v1/trace_service.proto";
        let files = protox::compile([service], [folder]).expect("the published schema");
        let schema = DescriptorPool::from_file_descriptor_set(files).expect("a schema");
        let name = "opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest";
        let request = schema.get_message_by_name(name).expect("the request");
        let mut ids = BTreeSet::new();
        for body in self.0.lock().expect("no test panics here").iter() {
            let sent = DynamicMessage::decode(request.clone(), body.clone()).expect("a request");
            trace_ids(&sent, &mut ids);
        }
        ids
    }
}

fn trace_ids(message: &DynamicMessage, ids: &mut BTreeSet<Vec<u8>>) {
    for (field, value) in message.fields() {
        match value {
            Value::Bytes(id) if field.name() == "trace_id" => {
                ids.insert(id.to_vec());
            }
            Value::Message(inner) => trace_ids(inner, ids),
            Value::List(values) => values
                .iter()
                .filter_map(Value::as_message)
                .for_each(|inner| trace_ids(inner, ids)),
            _ => {}
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sagas_of_a_filter_arrive_as_traces_and_one_alone_as_one() {
    let (bench, board, rows) = compensated().await;
    let all = Collected::default();
    let address = all.listen(200).await;
    let listed = TracedSagas::Listed(Box::new(only_compensated().into()));
    let sent = bench.engine.send_saga_traces(board, listed, &address).await;
    let sent = sent.expect("sent");
    assert!(
        sent.sagas >= rows.len() && sent.rejected_spans == 0 && sent.message.is_none(),
        "{sent:?}"
    );
    assert_eq!(all.traces().len(), sent.sagas);

    let one = Collected::default();
    let address = one.listen(200).await;
    let which = TracedSagas::One(name(&rows[0]));
    let sent = bench.engine.send_saga_traces(board, which, &address).await;
    assert_eq!(sent.expect("sent").sagas, 1);
    assert!(one.traces().is_subset(&all.traces()) && one.traces().len() == 1);
    bench.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_and_an_address_elsewhere_are_told() {
    let (bench, board, rows) = compensated().await;
    let refusing = Collected::default();
    let address = refusing.listen(401).await;
    let which = TracedSagas::One(name(&rows[0]));
    let refused = bench
        .engine
        .send_saga_traces(board, which.clone(), &address)
        .await;
    assert!(
        matches!(
            refused,
            Err(EngineError::Collector(CollectorError::Refused {
                status: 401,
                ..
            }))
        ),
        "{refused:?}"
    );
    let elsewhere = "http://collector.example:4318";
    let sending = bench
        .engine
        .send_saga_traces(board, which.clone(), elsewhere);
    let refused = sending.await;
    assert!(
        matches!(
            refused,
            Err(EngineError::Collector(CollectorError::Insecure { .. }))
        ),
        "{refused:?}"
    );
    let unconfirmed = "https://collector.example";
    let refused = bench.engine.send_saga_traces(board, which, unconfirmed);
    let refused = refused.await.expect_err("nobody has confirmed it");
    assert!(
        matches!(&refused, EngineError::UntrustedCollector { host } if host == "collector.example:443"),
        "{refused:?}"
    );
    bench.close().await;
}
