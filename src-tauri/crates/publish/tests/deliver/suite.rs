//! What a delivery must do at any endpoint. The tests of each endpoint call all of it.

use super::lab::{Lab, plan};
use publish::{End, Order};
use record::SequenceNumber;
use store::{AttemptResult, Subject};

/// In order per key, each record once, and the journal leads from each to its original and back.
pub async fn keyed(lab: &Lab) {
    lab.create_stream("keyed", 3).await;
    let plan = plan(600, 30);
    let (id, end) = lab
        .deliver(&lab.connection, "keyed", Order::Keyed, plan.clone())
        .await;
    assert!(matches!(end, End::Finished), "{end:?}");
    assert_eq!(
        lab.judge("keyed", id, Order::Keyed, &plan).await,
        0,
        "doubles"
    );

    let origin = plan[77].origin.expect("an origin");
    let shard = origin.record.shard();
    let delivered = lab
        .store
        .deliveries_of_record(shard, origin.sequence, 0)
        .expect("found");
    assert_eq!((delivered.len(), delivered[0].position), (1, 77));
    let [(_, AttemptResult::Acknowledged { shard, sequence })] = &delivered[0].results[..] else {
        panic!("{delivered:?}")
    };
    let target = lab
        .connection
        .stream(&super::lab::name("keyed"))
        .await
        .expect("a stream");
    let places = [(shard.clone(), *sequence)];
    let back = lab
        .store
        .origins_of_delivered(&target.identity, &places)
        .expect("found");
    let found = back[0].expect("the original");
    assert!(
        matches!(found.subject, Subject::Captured { record, sequence, .. }
            if record == origin.record && sequence == origin.sequence),
        "{found:?}"
    );
}

/// One after the other per source shard: within a target shard they follow the plan.
pub async fn strict(lab: &Lab) {
    lab.create_stream("strict", 2).await;
    let plan = plan(120, 30);
    let (id, end) = lab
        .deliver(&lab.connection, "strict", Order::Strict, plan.clone())
        .await;
    assert!(matches!(end, End::Finished), "{end:?}");
    assert_eq!(
        lab.judge("strict", id, Order::Strict, &plan).await,
        0,
        "doubles"
    );
}

/// Numbers of an endpoint fit the store's, whatever their width.
pub async fn numbers(lab: &Lab) {
    lab.create_stream("numbers", 1).await;
    let plan = plan(20, 20);
    let (id, _) = lab
        .deliver(&lab.connection, "numbers", Order::Fast, plan)
        .await;
    let page = lab.store.delivery_log(id, None).expect("a log");
    let mut numbers: Vec<SequenceNumber> = Vec::new();
    for line in page.lines {
        if let store::LogEvent::Came(AttemptResult::Acknowledged { sequence, .. }) = line.event {
            numbers.push(sequence);
        }
    }
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), 20);
}
