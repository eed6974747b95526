//! Which shards of a stream may be read now: parents before children, both parents of a merge.
//!
//! Pure. It knows the shard graph as listed and what became of each shard; it reads nothing. A
//! parent that is not in the graph has been trimmed or never existed, and blocks nobody; so the
//! caller must list the shards anew before it asks what is ready after a shard's end.

use mutants::Mutant;
use record::ShardId;
use std::collections::{BTreeMap, BTreeSet};

/// What has become of a shard in this capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    Waiting,
    Reading,
    /// Still being read, though nothing more is expected: its children may begin.
    Drained,
    /// Read to its end.
    Finished,
    /// Read to the capture's own end: its children never begin.
    Reached,
    /// Not read to its end, and no longer read: its children never begin.
    Left,
}

#[derive(Clone, Debug, Default)]
pub struct Plan {
    nodes: BTreeMap<ShardId, Node>,
    /// `None` takes all shards.
    chosen: Option<BTreeSet<ShardId>>,
}

#[derive(Clone, Debug)]
struct Node {
    parents: Vec<ShardId>,
    progress: Progress,
}

impl Plan {
    pub fn new(chosen: Option<BTreeSet<ShardId>>) -> Self {
        Self {
            nodes: BTreeMap::new(),
            chosen,
        }
    }

    /// Whether the capture is for this shard.
    pub fn takes(&self, shard: &ShardId) -> bool {
        self.chosen
            .as_ref()
            .is_none_or(|chosen| chosen.contains(shard))
    }

    /// Takes in a listed shard; what is known of it stays. Shards that are not chosen are left out.
    pub fn learn(&mut self, shard: &ShardId, parents: &[ShardId], progress: Progress) {
        if !self.takes(shard) {
            return;
        }
        self.nodes.entry(shard.clone()).or_insert_with(|| Node {
            parents: parents.to_vec(),
            progress,
        });
    }

    pub fn note(&mut self, shard: &ShardId, progress: Progress) {
        if let Some(node) = self.nodes.get_mut(shard) {
            node.progress = progress;
        }
    }

    /// Its reader says so while it reads; what is heard after its end changes nothing.
    pub fn drained(&mut self, shard: &ShardId) {
        if self.progress(shard) == Some(Progress::Reading) {
            self.note(shard, Progress::Drained);
        }
    }

    pub fn progress(&self, shard: &ShardId) -> Option<Progress> {
        self.nodes.get(shard).map(|node| node.progress)
    }

    /// All known shards, by name.
    pub fn shards(&self) -> impl Iterator<Item = (&ShardId, Progress)> {
        self.nodes
            .iter()
            .map(|(shard, node)| (shard, node.progress))
    }

    /// The shards that may begin now, by name; from here on they count as being read.
    pub fn take_ready(&mut self) -> Vec<ShardId> {
        let ready: Vec<ShardId> = self
            .nodes
            .iter()
            .filter(|(_, node)| {
                node.progress == Progress::Waiting
                    && node.parents.iter().all(|p| self.is_behind_us(p))
            })
            .map(|(shard, _)| shard.clone())
            .collect();
        for shard in &ready {
            self.note(shard, Progress::Reading);
        }
        ready
    }

    /// Known shards that have this one as a parent.
    pub fn has_children(&self, shard: &ShardId) -> bool {
        self.nodes.values().any(|node| node.parents.contains(shard))
    }

    /// Nothing is being read, and nothing that is known will ever begin.
    pub fn is_over(&self) -> bool {
        let mut known = self.clone();
        let is_read = self
            .nodes
            .values()
            .any(|node| matches!(node.progress, Progress::Reading | Progress::Drained));
        !is_read && known.take_ready().is_empty()
    }

    /// A capture of all shards goes on until the last one ends in some other way than by a reshard.
    pub fn expects_children(&self) -> bool {
        self.chosen.is_none()
            && self
                .nodes
                .values()
                .all(|node| node.progress == Progress::Finished)
    }

    /// Nothing is left to read, by the capture's own end. A shard that was read to its end may have children that were
    /// not listed yet.
    pub fn has_reached(&self) -> bool {
        let reached = |node: &Node| node.progress == Progress::Reached;
        let leads_on = |(shard, node): (&ShardId, &Node)| {
            node.progress != Progress::Finished || self.has_children(shard)
        };
        self.is_over()
            && self.nodes.values().any(reached)
            && (self.chosen.is_some() || self.nodes.iter().all(leads_on))
    }

    fn is_behind_us(&self, parent: &ShardId) -> bool {
        match self.progress(parent) {
            _ if mutants::is_on(Mutant::ChildEarly) => true,
            None | Some(Progress::Finished | Progress::Drained) => true,
            Some(Progress::Waiting | Progress::Reading | Progress::Reached | Progress::Left) => {
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id(number: usize) -> ShardId {
        format!("shardId-{number:012}").parse().expect("a shard id")
    }

    fn plan(shards: &[(usize, &[usize])]) -> Plan {
        let mut plan = Plan::default();
        for (shard, parents) in shards {
            let parents: Vec<ShardId> = parents.iter().map(|&parent| id(parent)).collect();
            plan.learn(&id(*shard), &parents, Progress::Waiting);
        }
        plan
    }

    fn ready(plan: &mut Plan) -> Vec<String> {
        plan.take_ready()
            .iter()
            .map(|shard| shard.short().to_owned())
            .collect()
    }

    #[test]
    fn children_of_a_split_wait_for_their_parent() {
        let mut plan = plan(&[(0, &[]), (1, &[0]), (2, &[0])]);
        assert_eq!(ready(&mut plan), ["0"]);
        assert_eq!(ready(&mut plan), [""; 0]);
        plan.note(&id(0), Progress::Finished);
        assert_eq!(ready(&mut plan), ["1", "2"]);
    }

    #[test]
    fn a_merged_shard_waits_for_both_parents() {
        let mut plan = plan(&[(0, &[]), (1, &[]), (2, &[0, 1])]);
        assert_eq!(ready(&mut plan), ["0", "1"]);
        plan.note(&id(0), Progress::Finished);
        assert_eq!(ready(&mut plan), [""; 0]);
        plan.note(&id(1), Progress::Finished);
        assert_eq!(ready(&mut plan), ["2"]);
    }

    #[test]
    fn a_trimmed_parent_blocks_nobody() {
        assert_eq!(ready(&mut plan(&[(7, &[3]), (8, &[3, 4])])), ["7", "8"]);
    }

    /// KCL issue 572, Flink pull request 5337: closed shards were read again after a restart.
    #[test]
    fn a_finished_shard_is_not_read_again_after_a_restart() {
        let mut plan = Plan::default();
        plan.learn(&id(0), &[], Progress::Finished);
        plan.learn(&id(1), &[id(0)], Progress::Waiting);
        assert_eq!(ready(&mut plan), ["1"]);
        plan.learn(&id(0), &[], Progress::Waiting);
        assert_eq!(ready(&mut plan), [""; 0]);
    }

    /// KCL issues 662 and 694: children that the end of their parent did not name were never read.
    #[test]
    fn children_found_by_a_later_listing_begin() {
        let mut plan = plan(&[(0, &[])]);
        assert_eq!(ready(&mut plan), ["0"]);
        plan.note(&id(0), Progress::Finished);
        assert!(plan.is_over() && plan.expects_children());
        plan.learn(&id(1), &[id(0)], Progress::Waiting);
        assert_eq!(ready(&mut plan), ["1"]);
    }

    /// KCL issue 150: a child was read beside its parent.
    #[test]
    fn a_child_that_is_known_early_still_waits() {
        let mut plan = plan(&[(0, &[])]);
        assert_eq!(ready(&mut plan), ["0"]);
        plan.learn(&id(1), &[id(0)], Progress::Waiting);
        assert_eq!(ready(&mut plan), [""; 0]);
    }

    #[test]
    fn a_parent_that_never_ends_lets_its_children_begin_once_drained() {
        let mut plan = plan(&[(0, &[]), (1, &[0])]);
        assert_eq!(ready(&mut plan), ["0"]);
        plan.note(&id(0), Progress::Drained);
        assert_eq!(ready(&mut plan), ["1"]);
        plan.note(&id(1), Progress::Finished);
        assert!(!plan.is_over());
    }

    #[test]
    fn chosen_shards_do_not_wait_for_parents_that_are_not_chosen() {
        let mut plan = Plan::new(Some(BTreeSet::from([id(1)])));
        plan.learn(&id(0), &[], Progress::Waiting);
        plan.learn(&id(1), &[id(0)], Progress::Waiting);
        assert_eq!(ready(&mut plan), ["1"]);
        plan.note(&id(1), Progress::Finished);
        assert!(plan.is_over() && !plan.expects_children());
    }

    #[test]
    fn a_shard_that_was_left_keeps_its_children_from_beginning() {
        let mut plan = plan(&[(0, &[]), (1, &[0])]);
        assert_eq!(ready(&mut plan), ["0"]);
        plan.note(&id(0), Progress::Left);
        assert!(plan.is_over());
    }

    #[test]
    fn what_reached_the_capture_s_end_ends_it_also_after_a_restart() {
        let mut plan = Plan::default();
        plan.learn(&id(0), &[], Progress::Finished);
        plan.learn(&id(1), &[id(0)], Progress::Reached);
        assert!(!plan.expects_children() && plan.has_reached());
        plan.learn(&id(2), &[id(1)], Progress::Waiting);
        assert_eq!(ready(&mut plan), [""; 0]);
        plan.learn(&id(3), &[id(0)], Progress::Waiting);
        assert!(!plan.has_reached(), "another one waits");
    }

    #[test]
    fn children_that_were_not_listed_yet_are_looked_for_also_where_others_reached_the_end() {
        let mut plan = Plan::default();
        plan.learn(&id(0), &[], Progress::Finished);
        plan.learn(&id(1), &[], Progress::Reached);
        assert!(plan.is_over() && !plan.has_reached());
        plan.learn(&id(2), &[id(0)], Progress::Reached);
        assert!(plan.has_reached());
    }

    #[test]
    fn a_reader_that_has_ended_is_not_drained() {
        let mut plan = plan(&[(0, &[])]);
        plan.take_ready();
        plan.note(&id(0), Progress::Reached);
        plan.drained(&id(0));
        assert!(plan.is_over());
    }

    /// A reshard program: each step splits an open shard, merges two, or finishes one being read.
    #[derive(Clone, Debug)]
    enum Act {
        Split(usize),
        Merge(usize, usize),
        Finish(usize),
    }

    fn acts() -> impl Strategy<Value = Vec<Act>> {
        let act = prop_oneof![
            2 => any::<usize>().prop_map(Act::Split),
            1 => any::<(usize, usize)>().prop_map(|(a, b)| Act::Merge(a, b)),
            3 => any::<usize>().prop_map(Act::Finish),
        ];
        proptest::collection::vec(act, 1..80)
    }

    /// The stream as it is, and what was begun and finished, in order.
    #[derive(Default)]
    struct Model {
        parents: Vec<Vec<usize>>,
        open: Vec<usize>,
        begun: Vec<usize>,
        finished: Vec<usize>,
    }

    impl Model {
        fn reshard(&mut self, parents: &[usize], children: usize) {
            self.open.retain(|shard| !parents.contains(shard));
            for _ in 0..children {
                self.open.push(self.parents.len());
                self.parents.push(parents.to_vec());
            }
        }

        fn apply(&mut self, act: &Act, plan: &mut Plan) {
            match act {
                Act::Split(at) if !self.open.is_empty() => {
                    self.reshard(&[self.open[at % self.open.len()]], 2);
                }
                Act::Merge(a, b) if self.open.len() > 1 => {
                    let (a, b) = (
                        self.open[a % self.open.len()],
                        self.open[b % self.open.len()],
                    );
                    if a != b {
                        self.reshard(&[a, b], 1);
                    }
                }
                Act::Finish(at) => {
                    let closed: Vec<usize> = self
                        .begun
                        .iter()
                        .copied()
                        .filter(|shard| {
                            !self.open.contains(shard) && !self.finished.contains(shard)
                        })
                        .collect();
                    if !closed.is_empty() {
                        let shard = closed[at % closed.len()];
                        self.finished.push(shard);
                        plan.note(&id(shard), Progress::Finished);
                    }
                }
                _ => {}
            }
        }

        fn begin_ready(&mut self, plan: &mut Plan) {
            for (shard, parents) in self.parents.iter().enumerate() {
                let parents: Vec<ShardId> = parents.iter().map(|&parent| id(parent)).collect();
                plan.learn(&id(shard), &parents, Progress::Waiting);
            }
            for shard in plan.take_ready() {
                let shard: usize = shard.short().parse().expect("a number");
                assert!(!self.begun.contains(&shard), "{shard} began twice");
                assert!(
                    self.parents[shard]
                        .iter()
                        .all(|parent| self.finished.contains(parent)),
                    "{shard} began early"
                );
                self.begun.push(shard);
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]
        #[test]
        fn every_shard_begins_once_after_its_parents(first in 1usize..5, acts in acts()) {
            let mut plan = Plan::default();
            let mut model = Model::default();
            model.reshard(&[], first);
            model.begin_ready(&mut plan);
            for act in &acts {
                model.apply(act, &mut plan);
                model.begin_ready(&mut plan);
            }
            // read everything that is closed to its end: then every shard has begun
            for _ in 0..model.parents.len() {
                model.apply(&Act::Finish(0), &mut plan);
                model.begin_ready(&mut plan);
            }
            prop_assert_eq!(model.begun.len(), model.parents.len());
        }
    }
}
