//! Where typed keys land is told from shards that were just listed.

use crate::{demo, engine};
use engine::{ConnectionId, Engine};

fn listings(engine: &Engine, connection: ConnectionId) -> u64 {
    let meter = engine.meter(connection).expect("it is open");
    meter.of(kinesis::Operation::ListShards).calls
}

#[tokio::test(flavor = "multi_thread")]
async fn typing_a_key_lists_the_shards_once_until_they_are_listed_again() {
    let (engine, _folder) = engine().await;
    let id = engine
        .open_connection(demo())
        .await
        .expect("the demo opens")
        .id;
    let before = listings(&engine, id);
    let mut shards = std::collections::BTreeSet::new();
    for key in ["u", "us", "use", "user", "user-", "user-4", "user-42"] {
        let placed = engine.shard_of_key(id, "order-events", key).await;
        shards.insert(placed.expect("it is told").shard.expect("an open shard"));
    }
    assert!(shards.len() > 1, "different keys, different shards");
    assert_eq!(listings(&engine, id), before + 1);
    engine
        .shards(id, "order-events")
        .await
        .expect("they are listed anew");
    engine
        .shard_of_key(id, "order-events", "other")
        .await
        .expect("it is told");
    assert_eq!(
        listings(&engine, id),
        before + 2,
        "the refresh is what is used"
    );
    engine
        .shard_of_key(id, "user-events", "other")
        .await
        .expect("it is told");
    assert_eq!(listings(&engine, id), before + 3, "another stream");
    engine.close_connection(id).await.expect("it closes");
    assert!(
        engine
            .shard_of_key(id, "order-events", "other")
            .await
            .is_err()
    );
    engine.close().await;
}
