//! The same replays at moto's server and at ministack.

use super::{lab::Lab, order, server::Server};

#[tokio::test(flavor = "multi_thread")]
async fn moto() {
    let server = Server::moto().await;
    order::suite(&Lab::at(&server.endpoint).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ministack() {
    let server = Server::ministack().await;
    order::suite(&Lab::at(&server.endpoint).await).await;
}
