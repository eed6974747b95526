//! The same deliveries against moto's server and ministack. What an endpoint gains fails its list of what it lacks,
//! which is to be shortened then.

use super::{lab::Lab, server::Server, suite};

#[tokio::test(flavor = "multi_thread")]
async fn moto() {
    let server = Server::moto().await;
    let lab = Lab::at(&server.endpoint).await;
    suite::all(&lab).await;
    assert_eq!(suite::lacking(&lab).await, ["SequenceNumberForOrdering"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn ministack() {
    let server = Server::ministack().await;
    let lab = Lab::at(&server.endpoint).await;
    suite::all(&lab).await;
    assert_eq!(suite::lacking(&lab).await, ["SequenceNumberForOrdering"]);
}
