//! Where iterators were asked for: whether a reader ever steps back.

use faults::{Action, Rule};
use record::{SequenceNumber, ShardId};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};
use torture::Lab;

#[derive(Clone)]
pub struct Starts(Arc<Mutex<Vec<Start>>>);

#[derive(Clone, Debug)]
pub struct Start {
    pub shard: String,
    pub kind: String,
    pub number: Option<SequenceNumber>,
}

impl Starts {
    /// Notes what is asked from now on.
    pub fn of(lab: &Lab) -> Self {
        let seen: Arc<Mutex<Vec<Start>>> = Arc::default();
        let noted = Arc::clone(&seen);
        let note = Action::edit("noted", move |asked, _| {
            let text = |name: &str| -> Option<String> {
                serde_json::from_str(asked.get(name)?.get()).ok()
            };
            noted.lock().expect("whole").push(Start {
                shard: text("ShardId").unwrap_or_default(),
                kind: text("ShardIteratorType").unwrap_or_default(),
                number: text("StartingSequenceNumber").and_then(|number| number.parse().ok()),
            });
        });
        lab.proxy.add(Rule::on("GetShardIterator", note));
        Self(seen)
    }

    pub fn forget(&self) {
        self.0.lock().expect("whole").clear();
    }

    pub fn all(&self) -> Vec<Start> {
        self.0.lock().expect("whole").clone()
    }

    /// No rewind: a shard of which something is stored is read on from the last of it.
    pub fn go_on_after(&self, stored: &BTreeMap<ShardId, SequenceNumber>) -> Result<(), String> {
        let starts = self.all();
        let is_step_back = |start: &&Start| {
            let last = start
                .shard
                .parse()
                .ok()
                .and_then(|shard: ShardId| stored.get(&shard));
            let is_rewound = last.is_some_and(|last| start.number.is_none_or(|from| from < *last));
            is_rewound || start.kind == "LATEST"
        };
        match starts.iter().find(is_step_back) {
            Some(start) => Err(format!("{start:?}, and stored was {stored:?}")),
            None => Ok(()),
        }
    }
}
