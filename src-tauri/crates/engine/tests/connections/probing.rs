//! What an endpoint offers has three answers, and the open one is asked again.

use crate::{
    engine,
    imitation::{Imitation, refusal},
    local, until,
};
use engine::{Availability, Feature, Identity, OpenedConnection};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Has one stream, knows no consumers, and answers nothing but the list of streams until it is well.
async fn recovering() -> (Imitation, Arc<AtomicBool>) {
    let is_well = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&is_well);
    let imitation = Imitation::start(move |operation| match operation {
        "ListStreams" => (
            200,
            r#"{"StreamNames":["orders"],"HasMoreStreams":false}"#.into(),
        ),
        _ if !asked.load(Ordering::Relaxed) => (503, String::new()),
        "ListShards" => (200, r#"{"Shards":[]}"#.into()),
        "ListTagsForStream" => (200, r#"{"Tags":[],"HasMoreTags":false}"#.into()),
        "DescribeStreamSummary" => refusal("InvalidArgumentException", "which stream?"),
        _ => refusal("UnknownOperationException", "no such operation"),
    })
    .await;
    (imitation, is_well)
}

fn offered(opened: &OpenedConnection, feature: Feature) -> (Availability, String) {
    let capabilities = opened.capabilities();
    let found = capabilities
        .into_iter()
        .find(|found| found.feature == feature);
    let found = found.expect("every feature is told");
    (found.offered, found.why)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_probe_that_failed_is_unknown_and_is_tried_again_by_itself() {
    let (engine, _folder) = engine().await;
    let (imitation, is_well) = recovering().await;
    let opened = engine
        .open_connection(local(&imitation.endpoint))
        .await
        .expect("its streams can be listed");
    for feature in [Feature::ShardList, Feature::Consumers, Feature::Lag] {
        let (offered, why) = offered(&opened, feature);
        assert_eq!(offered, Availability::Unknown, "{feature:?}");
        assert!(!why.is_empty(), "{feature:?} says why");
    }
    is_well.store(true, Ordering::Relaxed);
    until("the probe was repeated", || async {
        let opened = engine.connection(opened.id).expect("it is open");
        offered(&opened, Feature::ShardList).0 == Availability::Offered
    })
    .await;
    let opened = engine.connection(opened.id).expect("it is open");
    assert_eq!(offered(&opened, Feature::Tags).0, Availability::Offered);
    assert_eq!(
        offered(&opened, Feature::StreamSummary).0,
        Availability::Offered
    );
    let (consumers, why) = offered(&opened, Feature::Consumers);
    assert_eq!(consumers, Availability::Missing);
    assert!(why.contains("does not offer ListStreamConsumers"), "{why}");
    assert!(matches!(opened.identity, Identity::Absent { .. }));
    assert_eq!(
        offered(&opened, Feature::Lag),
        (
            Availability::Unknown,
            "nothing has been read yet".to_owned()
        ),
        "only reading tells"
    );
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_can_ask_at_once() {
    let (engine, _folder) = engine().await;
    let (imitation, is_well) = recovering().await;
    let opened = engine
        .open_connection(local(&imitation.endpoint))
        .await
        .expect("its streams can be listed");
    is_well.store(true, Ordering::Relaxed);
    let probed = engine
        .probe_connection(opened.id)
        .await
        .expect("it is open");
    assert_eq!(
        offered(&probed, Feature::ShardList).0,
        Availability::Offered
    );
    engine.close_connection(opened.id).await.expect("it closes");
    assert!(engine.probe_connection(opened.id).await.is_err());
    engine.close().await;
}
