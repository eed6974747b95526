//! What earlier starts of a delivery left behind, as its journal tells of it.

use crate::{Order, OrderMachine, PublishError};
use record::{SequenceNumber, ShardId};
use std::collections::HashMap;
use store::{
    AttemptResult, DeliveryClaim, DeliveryId, DeliveryProgress, LogEvent, ShardKey, Store,
    StoreError, Subject,
};
use tokio::task::spawn_blocking;

pub(super) struct Before {
    pub progress: DeliveryProgress,
    last_numbers: Vec<(ShardKey, ShardId, SequenceNumber)>,
}

impl Before {
    pub async fn read(claim: &DeliveryClaim, order: Order) -> Result<Self, PublishError> {
        let (store, id) = (claim.store().clone(), claim.id());
        let read = spawn_blocking(move || {
            Ok::<_, StoreError>(Self {
                progress: store.delivery_progress(id)?,
                last_numbers: match order {
                    Order::Strict => last_numbers(&store, id)?,
                    Order::Keyed | Order::Fast => Vec::new(),
                },
            })
        });
        Ok(read.await.map_err(|_| PublishError::Interrupted)??)
    }

    /// The first record of each source shard follows the last one of before.
    pub fn teach(&mut self, machine: &mut OrderMachine) {
        for (source, shard, number) in self.last_numbers.drain(..) {
            machine.follow(source, shard, number);
        }
    }
}

/// Of each source shard the last number on each shard of the target.
fn last_numbers(
    store: &Store,
    id: DeliveryId,
) -> Result<Vec<(ShardKey, ShardId, SequenceNumber)>, StoreError> {
    let mut under_way: HashMap<u64, ShardKey> = HashMap::new();
    let mut last: HashMap<(ShardKey, ShardId), SequenceNumber> = HashMap::new();
    let mut from = None;
    loop {
        let page = store.delivery_log(id, from)?;
        for line in page.lines {
            match line.event {
                LogEvent::Intended(Subject::Captured { record, .. }) => {
                    under_way.insert(line.position, record.shard());
                }
                LogEvent::Came(AttemptResult::Acknowledged { shard, sequence }) => {
                    if let Some(source) = under_way.remove(&line.position) {
                        last.insert((source, shard), sequence);
                    }
                }
                LogEvent::Intended(Subject::Composed { .. }) | LogEvent::Came(_) => {}
            }
        }
        from = page.next;
        if from.is_none() {
            let numbers = last.into_iter();
            return Ok(numbers
                .map(|((source, shard), number)| (source, shard, number))
                .collect());
        }
    }
}
