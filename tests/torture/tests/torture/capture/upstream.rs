//! What other readers of Kinesis got wrong, each under its own number: it must not happen here.

use super::starts::Starts;
use capture::{CaptureRun, From};
use faults::{Action, Calls, Rule};
use rand::{SeedableRng, rngs::StdRng};
use std::time::Duration;
use store::{CaptureId, GapReason, Store};
use torture::{
    Commits, Image, Lab, Promise,
    lab::{has_failed, is_live, shows},
};

const PATIENCE: Duration = Duration::from_secs(20);

struct Case {
    lab: Lab,
    store: Store,
    capture: CaptureId,
    commits: Commits,
    random: StdRng,
}

impl Case {
    async fn from(from: From, shards: u32) -> Self {
        let lab = Lab::quiet(shards).await;
        let store = lab.open();
        let commits = Commits::default();
        commits.of(&store);
        Self {
            capture: lab.create(&store, from).await,
            random: StdRng::seed_from_u64(7),
            lab,
            store,
            commits,
        }
    }

    async fn start(&self) -> CaptureRun {
        self.lab.start(&self.store, self.capture).await
    }

    async fn write(&mut self, count: usize) {
        self.lab.write(&mut self.random, count).await;
    }

    async fn read(&self, run: &CaptureRun) {
        self.lab.settled(&self.store, run).await;
    }

    async fn split(&self) {
        let shards = self.lab.shards().await;
        let open = shards.iter().find(|shard| shard.is_open());
        assert!(self.lab.split(open.expect("an open shard")).await);
    }

    fn image(&self) -> Image {
        Image::of(&self.store, self.capture).expect("a sound workspace")
    }

    /// Everything is there once, and children came after their parents.
    fn assert_whole(&self) {
        let image = self.image();
        let whole = self.lab.oracle.complete(&image, Promise::Everything);
        assert_eq!(whole.and_then(|()| self.commits.in_order(&image)), Ok(()));
    }
}

/// telegraf 19505, connect 139, KCL 829 and 1014: an expired iterator is followed by one at the capture's start, and
/// everything is read again, or what was written meanwhile is lost.
#[tokio::test(flavor = "multi_thread")]
async fn telegraf_19505_connect_139_kcl_829_1014_an_expired_iterator_goes_on_where_it_was() {
    for from in [From::TrimHorizon, From::Latest] {
        let mut case = Case::from(from, 2).await;
        let starts = Starts::of(&case.lab);
        case.write(50).await;
        let run = case.start().await;
        case.read(&run).await;
        starts.forget();
        let stored = case.lab.oracle.last_numbers();
        let expired = Rule::on("GetRecords", Action::expired_iterator()).calls(Calls::Every(2));
        let expired = case.lab.proxy.add(expired);
        case.write(50).await;
        case.read(&run).await;
        run.stop().await;
        assert!(case.lab.proxy.fired(expired) > 0);
        assert_eq!(starts.go_on_after(&stored), Ok(()), "{from:?}");
        case.assert_whole();
    }
}

/// KCL 662 and 694: a shard ends, its children are not listed yet, and nobody looks again.
#[tokio::test(flavor = "multi_thread")]
async fn kcl_662_694_children_that_are_listed_late_are_read() {
    let mut case = Case::from(From::TrimHorizon, 1).await;
    case.write(20).await;
    let run = case.start().await;
    case.read(&run).await;
    let late = [1, 2].map(|child| {
        let hidden = Action::without_shard(&format!("shardId-{child:012}"));
        // both rules see each listing, and the first that picks one has it
        let calls = [Calls::First(3), Calls::All][child - 1];
        case.lab
            .proxy
            .add(Rule::on("ListShards", hidden).calls(calls))
    });
    case.split().await;
    case.write(20).await;
    let listed = |_: &_| case.lab.proxy.seen(late[0]) > 6;
    assert!(shows(&run, PATIENCE, listed).await);
    case.lab.proxy.mend();
    case.read(&run).await;
    run.stop().await;
    assert!(late.iter().all(|rule| case.lab.proxy.fired(*rule) > 0));
    case.assert_whole();
}

/// KCL 572, Flink's pull request 5337: closed shards are read again after a restart.
#[tokio::test(flavor = "multi_thread")]
async fn kcl_572_flink_5337_closed_shards_are_not_read_again() {
    let mut case = Case::from(From::TrimHorizon, 1).await;
    case.write(20).await;
    case.split().await;
    case.write(20).await;
    let run = case.start().await;
    case.read(&run).await;
    assert!(shows(&run, PATIENCE, is_live).await);
    run.suspend().await;
    let starts = Starts::of(&case.lab);
    let run = case.start().await;
    case.write(5).await;
    case.read(&run).await;
    run.stop().await;
    let asked = starts.all();
    assert!(!asked.is_empty());
    assert!(
        asked.iter().all(|start| !start.shard.ends_with('0')),
        "{asked:?}"
    );
    case.assert_whole();
}

/// KCL 150: a child is read although its parent is not at its end, here because that is throttled.
#[tokio::test(flavor = "multi_thread")]
async fn kcl_150_a_child_waits_for_a_parent_that_is_slow() {
    let mut case = Case::from(From::TrimHorizon, 1).await;
    case.write(60).await;
    case.split().await;
    case.write(60).await;
    let slow = Rule::on("GetRecords", Action::throttled()).shard("shardId-000000000000");
    let slow = case.lab.proxy.add(slow.calls(Calls::First(2)));
    let run = case.start().await;
    case.read(&run).await;
    run.stop().await;
    assert_eq!(case.lab.proxy.fired(slow), 2);
    case.assert_whole();
}

/// async-kinesis 29: the end of a shard has no iterator, and is taken for an error or read on for ever. Without the
/// children's names too.
#[tokio::test(flavor = "multi_thread")]
async fn async_kinesis_29_the_end_of_a_shard_is_an_end() {
    let mut case = Case::from(From::TrimHorizon, 2).await;
    let nameless = Rule::on("GetRecords", Action::without_children());
    let nameless = case.lab.proxy.add(nameless);
    case.write(30).await;
    case.split().await;
    case.write(30).await;
    let run = case.start().await;
    case.read(&run).await;
    assert!(shows(&run, PATIENCE, is_live).await);
    case.lab.proxy.forget_log();
    case.write(5).await;
    case.read(&run).await;
    run.stop().await;
    assert!(case.lab.proxy.fired(nameless) > 0);
    let log = case.lab.proxy.log();
    let of_ended = log.iter().filter(|exchange| {
        exchange.shard.as_deref() == Some("shardId-000000000000")
            && exchange.operation == "GetRecords"
    });
    assert_eq!(of_ended.count(), 0, "an ended shard is not asked");
    case.assert_whole();
}

/// An answer without an iterator in the middle of a shard that is closed: no listing can tell that it is wrong.
#[tokio::test(flavor = "multi_thread")]
async fn an_end_that_is_none_on_a_closed_shard_loses_nothing() {
    let case = Case::from(From::TrimHorizon, 1).await;
    // more than one answer holds
    let large = |n| emulator::NewRecord {
        partition_key: format!("key-{n}"),
        payload: vec![n; 1_000_000],
        arrival: None,
    };
    case.lab.oracle.put((0..14).map(large).collect()).await;
    case.split().await;
    let none = Rule::on("GetRecords", Action::end_without_children()).calls(Calls::Nth(1));
    let none = case.lab.proxy.add(none);
    let run = case.start().await;
    case.read(&run).await;
    assert!(shows(&run, PATIENCE, is_live).await);
    run.stop().await;
    assert_eq!(case.lab.proxy.fired(none), 1);
    case.assert_whole();
}

/// KCL and Flink take "not found" for the end of the shard, and go on with its children.
#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_is_not_found_is_not_the_end_of_a_shard() {
    let mut case = Case::from(From::TrimHorizon, 1).await;
    case.write(20).await;
    let run = case.start().await;
    case.read(&run).await;
    let missing = Rule::on("GetRecords", Action::stream_not_found()).calls(Calls::First(3));
    let missing = case.lab.proxy.add(missing);
    case.write(20).await;
    case.read(&run).await;
    assert_eq!(case.lab.proxy.fired(missing), 3);
    case.assert_whole();
    // and where it is gone indeed, that is said
    for operation in ["GetRecords", "DescribeStreamSummary"] {
        let gone = Rule::on(operation, Action::stream_not_found());
        case.lab.proxy.add(gone);
    }
    assert!(shows(&run, PATIENCE, has_failed).await);
    let image = case.image();
    let reasons: Vec<_> = image
        .shards
        .values()
        .flat_map(|shard| &shard.gaps)
        .collect();
    assert!(
        reasons
            .iter()
            .all(|gap| gap.reason == GapReason::StreamGone)
    );
    assert_eq!(reasons.len(), image.shards.len());
}
