//! The same captures against moto's server: a second implementation with habits of its own.

use crate::lab::{Lab, server::Server, suite};
use kinesis::{Availability, Feature};

#[tokio::test(flavor = "multi_thread")]
async fn moto() {
    let server = Server::moto().await;
    let mut lab = Lab::at(&server.endpoint).await;
    suite::browse(&lab).await;
    suite::capture(&mut lab).await;
    suite::latest(&lab).await;
    suite::starts(&lab).await;
    assert_eq!(suite::reshard(&lab).await, 0, "gaps");
    suite::deleted(&lab).await;
    suite::wrong_region(&lab).await;
    // a feature that moto gains fails this test: then the list is to be shortened
    let lacking = [
        // closed shards never end
        (Feature::ChildShards, Availability::Unknown),
        (Feature::Subscriptions, Availability::Unused),
    ];
    assert_eq!(suite::lacking(&lab).await, lacking);
}
