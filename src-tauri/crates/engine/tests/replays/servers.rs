//! The same replays at moto's server and at ministack. What an endpoint gains fails its list of what it lacks.

use super::{everywhere, lab::Lab, order, server::Server};

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

#[tokio::test(flavor = "multi_thread")]
async fn moto_strictly_in_order_and_captured_beside() {
    let server = Server::moto().await;
    let lacking = everywhere::suite(&Lab::at(&server.endpoint).await).await;
    assert_eq!(lacking, [] as [&str; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn ministack_strictly_in_order_and_captured_beside() {
    let server = Server::ministack().await;
    let lacking = everywhere::suite(&Lab::at(&server.endpoint).await).await;
    assert_eq!(lacking, [] as [&str; 0]);
}
