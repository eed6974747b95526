//! What the fuzzed rounds ask for: to publish and to replay, and to go on with a replay that stands, by a step
//! or as a whole, and with a publishing that was cut off. Whether it is granted is not known here.

use super::desk::{Desk, done, draft, until};
use engine::{
    AfterUnclear, ConnectionId, DeliveryId, Draft, GrantId, Granted, Order, Permission, Placement,
    PlanId, PublishState, ReplayInto, ReplaySetup, ReplayState, WantedChoice, WantedPacing,
    WantedRecords, WantedReplay,
};
use faults::{Action, Proxy, Rule};
use kinesis::Grant;
use std::path::Path;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Way {
    Publish,
    Replay,
    /// A replay that was begun and stands before its first record goes on.
    Resume,
    /// It lets its first record through.
    Step,
    /// A publishing whose first record was refused goes on.
    GoOn,
}

pub const WAYS: [Way; 5] = [Way::Publish, Way::Replay, Way::Resume, Way::Step, Way::GoOn];

/// A request as it is made.
pub struct Asked {
    pub way: Way,
    pub connection: ConnectionId,
    pub stream: String,
    pub grant: GrantId,
    /// The permission itself, which whoever had it once may still have.
    pub held: Option<Grant>,
    /// What there is to go on with.
    pub begun: Option<DeliveryId>,
}

impl Asked {
    pub fn hold(&mut self, granted: Granted) {
        (self.grant, self.held) = (granted.id, Some(granted.grant));
    }

    fn permission(&self) -> Option<Permission> {
        self.held.clone().map(Permission::Write)
    }

    /// As it was granted: what is to go on is begun, and nothing of it is written. `proxy` is before its endpoint.
    pub async fn begin(&mut self, desk: &Desk, proxy: &Proxy, token: &str) {
        match self.way {
            Way::Publish | Way::Replay => {}
            Way::Resume | Way::Step => {
                let plan = self.plan(desk, WantedPacing::Step).await;
                let permission = self.permission().expect("one is held");
                let plan = plan.expect("a plan");
                let begun = desk.engine.start_replay(&plan, permission).await;
                self.begun = Some(begun.expect("it stands").id);
            }
            Way::GoOn => {
                let denied = proxy.add(Rule::on("PutRecord", Action::access_denied()));
                let token = format!("{token}, cut off");
                let cut = self.publish(desk, token).await.expect("it begins");
                proxy.switch_off(denied);
                let cut = desk.engine.published(cut).await.expect("a row");
                assert_eq!((cut.state, cut.sent), (PublishState::Failed, 0));
                assert!(cut.can_go_on, "{cut:?}");
                self.begun = Some(cut.id);
            }
        }
    }

    /// Returns when it is over, whatever came of it.
    pub async fn ask(&self, desk: &Desk, token: &str) {
        match (self.way, self.begun) {
            (Way::Resume, Some(replay)) => {
                if let Some(permission) = self.permission()
                    && desk.engine.resume_replay(replay, permission).await.is_ok()
                {
                    replayed(desk, replay).await;
                }
                let ended = desk.engine.cancel_replay(replay).await;
                ended.expect("it has its end");
            }
            (Way::Step, Some(replay)) => {
                if desk.engine.step_replay(replay).await.is_ok() {
                    replayed(desk, replay).await;
                }
                let ended = desk.engine.cancel_replay(replay).await;
                ended.expect("it has its end");
            }
            (Way::GoOn, Some(cut)) => {
                let gone_on = desk.engine.go_on_publishing(cut, self.grant, None).await;
                if gone_on.is_ok() {
                    done(desk, cut).await;
                }
            }
            (Way::Publish, _) => {
                self.publish(desk, token.to_owned()).await;
            }
            (Way::Replay, _) => {
                let plan = self.plan(desk, WantedPacing::AtOnce).await;
                if let (Some(plan), Some(permission)) = (plan, self.permission())
                    && let Ok(begun) = desk.engine.start_replay(&plan, permission).await
                {
                    replayed(desk, begun.id).await;
                }
            }
            (Way::Resume | Way::Step | Way::GoOn, None) => unreachable!("it was begun"),
        }
    }

    /// None where it did not begin.
    async fn publish(&self, desk: &Desk, token: String) -> Option<DeliveryId> {
        let draft = Draft {
            connection: self.connection,
            ..draft(desk, &self.stream, "{}", "k")
        };
        let begun = desk.engine.publish_draft(draft, self.grant, token).await;
        let id = begun.ok()?.id;
        done(desk, id).await;
        Some(id)
    }

    /// Of the one record; none where the stream is gone.
    async fn plan(&self, desk: &Desk, pacing: WantedPacing) -> Option<PlanId> {
        let into = ReplayInto::Stream {
            connection: self.connection,
            stream: self.stream.clone(),
        };
        let chosen = WantedChoice::Time {
            from: None,
            until: None,
        };
        let setup = ReplaySetup {
            name: None,
            source: WantedRecords {
                captures: Vec::new(),
                chosen,
            },
            rules: Vec::new(),
            order: Order::Keyed,
            placement: Placement::ByKey,
            pacing,
            after_unclear: AfterUnclear::Retry,
            seed: None,
            capture_target: false,
        };
        let wanted = WantedReplay { setup, into };
        let planned = desk.engine.plan_replay("fuzzed", wanted).await;
        Some(planned.ok()?.id)
    }
}

/// Waits for the end of a replay, whatever it is.
async fn replayed(desk: &Desk, id: DeliveryId) {
    until("the replay is over", || async {
        let now = desk.engine.replay(id).await.expect("a replay");
        !matches!(now.state, ReplayState::Running | ReplayState::Paused)
    })
    .await;
}

/// What the replays send.
pub async fn import_one_record(desk: &Desk, path: &Path) {
    let line = "{\"op\":\"PutRecord\",\"ts\":1760000000000,\"stream\":\"elsewhere\",\"partition_key\":\"k\",\"data\":\"e30=\",\
                \"sequence_number\":\"49000000\",\"shard_id\":\"shardId-000000000000\"}\n";
    std::fs::write(path, line).expect("a file");
    let imported = desk.engine.import_capture(path).await.expect("imported");
    assert_eq!(imported.records, 1);
}
