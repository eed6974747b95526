//! Requests that are almost what was granted, to publish, to replay and to go on with either: through
//! another connection, profile, region or endpoint, to another stream, to one that was made again, by somebody else,
//! with a permission that is over or another one's. What the endpoints saw is the judge.

mod asked;
#[allow(dead_code, reason = "the engine's tests use the rest of it")]
#[path = "../../../../../../src-tauri/crates/engine/tests/writing/desk.rs"]
mod desk;
mod people;

use asked::{Asked, WAYS, Way, import_one_record};
use desk::{CREATED, Desk, local};
use engine::{Choice, ConnectionId, ConnectionSource, DialogAnswer, GrantId, Granted};
use people::People;
use rand::{Rng, SeedableRng, rngs::StdRng};
use record::Millis;
use std::{path::Path, process::Command};
use torture::{Counts, Suite};

const PROFILES: [&str; 2] = ["dev", "other"];
const STREAMS: [&str; 3] = ["orders", "orders-2", "Orders"];

/// What is not as it was granted.
#[derive(Clone, Copy, Debug)]
enum Change {
    Nothing,
    OtherStream,
    OtherConnection,
    MadeAgain,
    /// And permitted as what it is now.
    MadeAgainAndGranted,
    Deleted,
    Revoked,
    Reconnected,
    InventedGrant,
    OtherCaller,
    /// The same role, in another session of it: nothing else than was granted.
    OtherSession,
}

const CHANGES: [Change; 11] = [
    Change::Nothing,
    Change::OtherStream,
    Change::OtherConnection,
    Change::MadeAgain,
    Change::MadeAgainAndGranted,
    Change::Deleted,
    Change::Revoked,
    Change::Reconnected,
    Change::InventedGrant,
    Change::OtherCaller,
    Change::OtherSession,
];

/// Two endpoints with the same streams, each seen through two regions and by two profiles; all through the first one's
/// engine, whose workspace holds one captured record.
struct World {
    people: People,
    places: [Desk; 2],
    connections: Vec<(usize, Choice, ConnectionId)>,
    random: StdRng,
    /// Streams that were made again get a time of their own.
    made: i64,
}

impl World {
    async fn new() -> Self {
        let home = std::env::var("HOME").expect("a home folder");
        let home = Path::new(&home);
        let people = People::of(&PROFILES);
        let places = [Desk::with(&STREAMS).await, Desk::with(&STREAMS).await];
        for place in &places {
            people.are_known_to(&place.proxy);
        }
        import_one_record(&places[0], &home.join("capture.ndjson")).await;
        let mut connections = Vec::new();
        for (number, place) in places.iter().enumerate() {
            let local = local(place.proxy.endpoint());
            let elsewhere = Choice {
                region: Some("eu-west-1".to_owned()),
                ..local.clone()
            };
            let [dev, other] = PROFILES.map(|profile| Choice {
                source: ConnectionSource::Profile(profile.to_owned()),
                ..local.clone()
            });
            for choice in [local, elsewhere, dev, other] {
                let opened = places[0].engine.open_connection(choice.clone()).await;
                connections.push((number, choice, opened.expect("a connection").id));
            }
        }
        Self {
            people,
            places,
            connections,
            random: StdRng::seed_from_u64(0),
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

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.random.random_range(0..from.len())]
    }

    /// One request; answers the put that it may make.
    async fn round(&mut self, number: u64) -> (Way, Change, Option<(usize, String)>) {
        self.people.are_themselves(0);
        let at = self.random.random_range(0..self.connections.len());
        let stream = self.pick(&STREAMS);
        let (way, change) = (self.pick(&WAYS), self.pick(&CHANGES));
        let (place, choice, connection) = self.connections[at].clone();
        let granted = self.granted(connection, stream).await;
        let mut asked = Asked {
            way,
            connection,
            stream: stream.to_owned(),
            grant: granted.id,
            held: Some(granted.grant),
            begun: None,
        };
        let token = format!("round {number}");
        asked
            .begin(&self.places[0], &self.places[place].proxy, &token)
            .await;
        self.puts();
        self.spoil(change, at, &mut asked, number).await;
        asked.ask(&self.places[0], &token).await;
        if matches!(change, Change::Deleted) {
            self.make_again(place, stream).await;
        }
        let engine = &self.places[0].engine;
        engine.revoke_grant(granted.id);
        engine.revoke_grant(asked.grant);
        let is_granted = match change {
            Change::Nothing | Change::OtherSession => true,
            // an emulator without credentials knows nobody
            Change::OtherCaller => !matches!(choice.source, ConnectionSource::Profile(_)),
            // a step goes where the replay was begun, by the permission that it has
            Change::OtherStream | Change::OtherConnection | Change::InventedGrant => {
                asked.way == Way::Step
            }
            // what begins now is for what is there now
            Change::MadeAgainAndGranted => asked.begun.is_none(),
            _ => false,
        };
        (way, change, is_granted.then(|| (place, stream.to_owned())))
    }

    async fn granted(&self, connection: ConnectionId, stream: &str) -> Granted {
        let engine = &self.places[0].engine;
        let question = engine.ask_to_write(connection, stream).await;
        let answer = DialogAnswer::yes_in_native_dialog(None);
        let granted = engine.grant(question.expect("a question"), answer);
        granted.expect("a grant")
    }

    async fn spoil(&mut self, change: Change, at: usize, asked: &mut Asked, number: u64) {
        let engine = self.places[0].engine.clone();
        let (place, choice, connection) = self.connections[at].clone();
        match change {
            Change::Nothing => {}
            Change::OtherStream => {
                let others: Vec<_> = STREAMS.into_iter().filter(|s| *s != asked.stream).collect();
                let other = self.pick(&others);
                other.clone_into(&mut asked.stream);
                if asked.begun.is_some() {
                    asked.hold(self.granted(connection, other).await);
                }
            }
            Change::OtherConnection => {
                let step = self.random.random_range(1..self.connections.len());
                asked.connection = self.connections[(at + step) % self.connections.len()].2;
                if asked.begun.is_some() {
                    let other = self.granted(asked.connection, &asked.stream).await;
                    asked.hold(other);
                }
            }
            Change::MadeAgain => {
                self.places[place].delete(&asked.stream).await;
                self.make_again(place, &asked.stream).await;
            }
            Change::MadeAgainAndGranted => {
                self.places[place].delete(&asked.stream).await;
                self.make_again(place, &asked.stream).await;
                asked.hold(self.granted(connection, &asked.stream).await);
            }
            Change::Deleted => self.places[place].delete(&asked.stream).await,
            Change::Revoked => engine.revoke_grant(asked.grant),
            Change::Reconnected => {
                engine.close_connection(connection).await.expect("closed");
                let opened = engine.open_connection(choice).await;
                self.connections[at].2 = opened.expect("opened again").id;
                asked.connection = self.connections[at].2;
            }
            Change::InventedGrant => {
                asked.grant = GrantId(asked.grant.0 + self.random.random_range(1..1_000));
                asked.held = engine.granted(asked.grant).ok().map(|found| found.grant);
            }
            Change::OtherCaller => self.people.are_all("admin"),
            Change::OtherSession => self.people.are_themselves(number + 1),
        }
    }
}

/// In a process of its own, whose profiles are the test's.
#[tokio::test(flavor = "multi_thread")]
async fn wrong_target() {
    let home = tempfile::tempdir().expect("a home folder");
    let config = home.path().join("config");
    std::fs::write(&config, People::config(&PROFILES)).expect("its profiles");
    let mut child = Command::new(std::env::current_exe().expect("this test"));
    let of_the_suite = std::env::vars().filter(|(name, _)| name.starts_with("KINESCOPE_"));
    child
        .args([
            "--exact",
            "replay::wrong_target::as_a_child",
            "--ignored",
            "--nocapture",
        ])
        .env_clear()
        .envs(of_the_suite)
        .env("HOME", home.path())
        .env("AWS_CONFIG_FILE", config)
        .env("AWS_EC2_METADATA_DISABLED", "true");
    let played = tokio::task::spawn_blocking(move || child.output());
    let output = played.await.expect("it ends").expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout);
    println!("{said}");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("1 passed"), "{said}\n{errors}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a part of the test above"]
async fn as_a_child() {
    let counts = Counts {
        full: 10_000,
        short: 500,
    };
    let mut suite = Suite::begin("wrong-target", counts);
    let mut world = World::new().await;
    world.puts();
    let (mut allowed, mut tried) = ([0; WAYS.len()], 0);
    for case in suite.cases() {
        world.random = suite.random(case);
        let (way, change, granted) = world.round(case).await;
        let mut expected = [Vec::new(), Vec::new()];
        if let Some((place, stream)) = &granted {
            expected[*place].push(stream.clone());
            allowed[WAYS.iter().position(|one| *one == way).expect("a way")] += 1;
        }
        let puts = world.puts();
        let outcome = if puts == expected {
            Ok(())
        } else {
            Err(format!(
                "{way:?}, {change:?}: {puts:?} instead of {expected:?}"
            ))
        };
        suite.tried(case, u64::from(granted.is_none()), outcome);
        tried += 1;
    }
    suite.end();
    let is_seen = |allowed: &u64| (tried / 25..tried / 6).contains(allowed);
    assert!(
        tried < 100 || allowed.iter().all(is_seen),
        "{allowed:?} were allowed: the judge sees both"
    );
}
