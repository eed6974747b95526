//! The same deliveries against moto's server and ministack.

use super::{lab::Lab, server::Server, suite};

#[tokio::test(flavor = "multi_thread")]
async fn moto() {
    let server = Server::moto().await;
    let lab = Lab::at(&server.endpoint).await;
    suite::keyed(&lab).await;
    suite::strict(&lab).await;
    suite::numbers(&lab).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ministack() {
    let server = Server::ministack().await;
    let lab = Lab::at(&server.endpoint).await;
    suite::keyed(&lab).await;
    suite::strict(&lab).await;
    suite::numbers(&lab).await;
}
