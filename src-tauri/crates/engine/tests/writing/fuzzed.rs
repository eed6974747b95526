//! Five hundred requests that are almost what was granted: through another connection, profile, region or endpoint,
//! to another stream, to one that was made again, with a permission that is over or another one's. What the
//! endpoints saw is the judge.

use crate::{
    desk::{CREATED, Desk, done, local},
    drafts::draft,
};
use emulator::{Emulator, EmulatorOptions};
use engine::{Choice, ConnectionId, ConnectionSource, Draft, GrantId};
use faults::{Action, Proxy, Rule};
use rand::{Rng, SeedableRng, rngs::StdRng};
use record::Millis;
use std::process::Command;

const CONFIG: &str = "\
[profile dev]
aws_access_key_id = dev
aws_secret_access_key = of-dev
[profile other]
aws_access_key_id = other
aws_secret_access_key = of-other
";
const CALLER: &str = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
<Arn>arn:aws:iam::000000000000:user/dev</Arn><UserId>dev</UserId><Account>000000000000</Account></GetCallerIdentityResult>\
</GetCallerIdentityResponse>";
const ROUNDS: u64 = 500;
const SEED: u64 = 20_260_411;
const STREAMS: [&str; 3] = ["orders", "orders-2", "Orders"];

/// What is not as it was granted.
#[derive(Clone, Copy, Debug)]
enum Change {
    Nothing,
    OtherStream,
    OtherConnection,
    MadeAgain,
    Deleted,
    Revoked,
    Reconnected,
    InventedGrant,
}

const CHANGES: [Change; 8] = [
    Change::Nothing,
    Change::OtherStream,
    Change::OtherConnection,
    Change::MadeAgain,
    Change::Deleted,
    Change::Revoked,
    Change::Reconnected,
    Change::InventedGrant,
];

/// Two endpoints with the same streams, each seen through two regions and by two profiles; all through the first one's
/// engine.
struct World {
    places: [Desk; 2],
    connections: Vec<(usize, Choice, ConnectionId)>,
    random: StdRng,
    /// Streams that were made again get a time of their own.
    made: i64,
}

impl World {
    async fn new() -> Self {
        let places = [Desk::with(&STREAMS).await, Desk::with(&STREAMS).await];
        let mut connections = Vec::new();
        for (number, place) in places.iter().enumerate() {
            let local = local(place.proxy.endpoint());
            let elsewhere = Choice {
                region: Some("eu-west-1".to_owned()),
                ..local.clone()
            };
            let [dev, other] = ["dev", "other"].map(|profile| Choice {
                source: ConnectionSource::Profile(profile.to_owned()),
                ..local.clone()
            });
            for choice in [local, elsewhere, dev, other] {
                let opened = places[0]
                    .engine
                    .open_connection(choice.clone(), false)
                    .await;
                connections.push((number, choice, opened.expect("a connection").id));
            }
        }
        Self {
            places,
            connections,
            random: StdRng::seed_from_u64(SEED),
            made: CREATED.0,
        }
    }

    async fn make_again(&mut self, place: usize, stream: &str) {
        self.made += 1_000;
        self.places[place].create(stream, Millis(self.made)).await;
    }

    /// Streams that were put into since the last round, per place.
    fn puts(&self) -> [Vec<String>; 2] {
        [0, 1].map(|place| {
            let puts = self.places[place].puts();
            self.places[place].proxy.forget_log();
            puts.into_iter().filter_map(|put| put.stream).collect()
        })
    }

    /// One request; answers the put that it may make.
    async fn round(&mut self, number: u64) -> (Change, Option<(usize, String)>) {
        let at = self.random.random_range(0..self.connections.len());
        let stream = STREAMS[self.random.random_range(0..STREAMS.len())];
        let change = CHANGES[self.random.random_range(0..CHANGES.len())];
        let (place, choice, connection) = self.connections[at].clone();
        let engine = self.places[0].engine.clone();
        let question = engine
            .ask_to_write(connection, stream)
            .await
            .expect("a question");
        let answer = engine::DialogAnswer::yes_in_native_dialog(None);
        let granted = engine.grant(question, answer).expect("a grant");
        let mut draft = Draft {
            connection,
            ..draft(&self.places[0], stream, "{}", "k")
        };
        let mut grant = granted.id;
        match change {
            Change::Nothing => {}
            Change::OtherStream => {
                let others: Vec<_> = STREAMS.iter().filter(|other| **other != stream).collect();
                draft.stream = others[self.random.random_range(0..others.len())].to_string();
            }
            Change::OtherConnection => {
                let step = self.random.random_range(1..self.connections.len());
                draft.connection = self.connections[(at + step) % self.connections.len()].2;
            }
            Change::MadeAgain => {
                self.places[place].delete(stream).await;
                self.make_again(place, stream).await;
            }
            Change::Deleted => self.places[place].delete(stream).await,
            Change::Revoked => engine.revoke_grant(grant),
            Change::Reconnected => {
                engine.close_connection(connection).await.expect("closed");
                let opened = engine
                    .open_connection(choice, false)
                    .await
                    .expect("opened again");
                self.connections[at].2 = opened.id;
                draft.connection = opened.id;
            }
            Change::InventedGrant => grant = GrantId(grant.0 + self.random.random_range(1..1_000)),
        }
        if let Ok(begun) = engine
            .publish_draft(draft, grant, format!("round {number}"))
            .await
        {
            done(&self.places[0], begun.id).await;
        }
        if matches!(change, Change::Deleted) {
            self.make_again(place, stream).await;
        }
        engine.revoke_grant(granted.id);
        let is_granted = matches!(change, Change::Nothing);
        (change, is_granted.then(|| (place, stream.to_owned())))
    }
}

/// In a process of its own, whose profiles are the test's.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_put_but_into_what_was_granted() {
    let home = tempfile::tempdir().expect("a home folder");
    std::fs::write(home.path().join("config"), CONFIG).expect("its profiles");
    let emulator = Emulator::start(EmulatorOptions::default()).expect("an endpoint");
    let sts = Proxy::to(&emulator.endpoint()).await;
    sts.add(Rule::always(Action::other_answer(200, CALLER)));
    let mut child = Command::new(std::env::current_exe().expect("this test"));
    child
        .args(["--exact", "fuzzed::as_a_child", "--ignored"])
        .env_clear()
        .env("HOME", home.path())
        .env("AWS_CONFIG_FILE", home.path().join("config"))
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_ENDPOINT_URL_STS", sts.endpoint());
    let played = tokio::task::spawn_blocking(move || child.output());
    let output = played.await.expect("it ends").expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("1 passed"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a part of the test above"]
async fn as_a_child() {
    let mut world = World::new().await;
    world.puts();
    let mut allowed = 0;
    for number in 0..ROUNDS {
        let (change, granted) = world.round(number).await;
        let mut expected = [Vec::new(), Vec::new()];
        if let Some((place, stream)) = granted {
            expected[place].push(stream);
            allowed += 1;
        }
        assert_eq!(world.puts(), expected, "round {number}: {change:?}");
    }
    assert!(
        (20..ROUNDS / 4).contains(&allowed),
        "{allowed} were allowed: the judge sees both"
    );
}
