//! The same captures against ministack: a third implementation, whose parents vanish at a split.

use crate::lab::{Lab, server::Server, suite};
use kinesis::{Availability, Feature};

#[tokio::test(flavor = "multi_thread")]
async fn ministack() {
    let server = Server::ministack().await;
    let mut lab = Lab::at(&server.endpoint).await;
    suite::browse(&lab).await;
    suite::capture(&mut lab).await;
    suite::latest(&lab).await;
    suite::starts(&lab).await;
    // three parents vanish, and nobody can show that nothing was in them
    assert_eq!(suite::reshard(&lab).await, 3, "gaps");
    suite::deleted(&lab).await;
    suite::wrong_region(&lab).await;
    // a feature that ministack gains fails this test: then the list is to be shortened
    let lacking = [
        // closed shards vanish instead of ending
        (Feature::ChildShards, Availability::Unknown),
        (Feature::Subscriptions, Availability::Unused),
    ];
    assert_eq!(suite::lacking(&lab).await, lacking);
}
