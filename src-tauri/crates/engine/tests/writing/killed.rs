//! An import whose program is killed again and again: what is acknowledged is there once, what was in doubt is never
//! sent again, and each life goes on with the rest.

use crate::desk::{CREATED, client, local, name, until, written};
use emulator::{Emulator, EmulatorOptions};
use engine::{
    DialogAnswer, Engine, EngineOptions, ImportRequest, ImportSource, Order, PublishState,
    Published,
};
use faults::{Action, Proxy, Rule};
use std::{
    collections::HashMap,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

const CHILD: &str = "KINESCOPE_TEST_PUBLISHING";
const RECORDS: u64 = 3_000;
const KILLS: usize = 5;
const KEYS: u64 = 40;

struct Place {
    endpoint: String,
    folder: PathBuf,
}

impl Place {
    async fn engine(&self) -> Engine {
        let workspace = self.folder.join("test.kscope");
        let engine = Engine::open(EngineOptions { workspace }).await;
        engine.expect("the engine opens")
    }

    fn file(&self) -> PathBuf {
        self.folder.join("orders.ndjson")
    }

    /// Begins where nothing was begun, and goes on otherwise.
    async fn publish(&self, engine: &Engine) -> Published {
        let connection = local(self.endpoint.clone());
        let connection = engine.open_connection(connection).await;
        let connection = connection.expect("a connection").id;
        let question = engine.ask_to_write(connection, "orders").await;
        let answer = DialogAnswer::yes_in_native_dialog(None);
        let granted = engine.grant(question.expect("a question"), answer);
        let grant = granted.expect("a grant").id;
        let (_, history) = engine.publish_history(0, 10).await.expect("a history");
        if let [cut] = &history[..] {
            let gone_on = engine.go_on_publishing(cut.id, grant, Some(self.file()));
            return gone_on.await.expect("it goes on");
        }
        let request = ImportRequest {
            connection,
            stream: "orders".to_owned(),
            source: ImportSource::File(self.file()),
            format: None,
            key: "{$.key}".to_owned(),
            column: None,
            order: Order::Keyed,
            aggregate: false,
            records_per_second: Some(1_000.0),
        };
        let begun = engine.start_import(request, grant, "t".into()).await;
        begun.expect("begun")
    }

    /// A life of the program; a line says that it sends.
    fn child(&self) -> Child {
        let mut child = Command::new(std::env::current_exe().expect("this test"))
            .args([
                "--exact",
                "killed::a_killed_import_goes_on_and_sends_nothing_twice",
                "--nocapture",
            ])
            .env(
                CHILD,
                format!("{} {}", self.endpoint, self.folder.display()),
            )
            .stdout(Stdio::piped())
            .spawn()
            .expect("a child");
        let output = child.stdout.take().expect("its output");
        let mut said = BufReader::new(output).lines().map_while(Result::ok);
        assert!(said.any(|line| line.contains("publishing")), "it begins");
        child
    }
}

async fn ended(engine: &Engine, begun: &Published) -> Published {
    let now = || async { engine.published(begun.id).await.expect("a row") };
    until("it is over", || async {
        now().await.state != PublishState::Running
    })
    .await;
    now().await
}

#[test]
fn a_killed_import_goes_on_and_sends_nothing_twice() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    if let Ok(child) = std::env::var(CHILD) {
        let (endpoint, folder) = child.split_once(' ').expect("two words");
        let place = Place {
            endpoint: endpoint.to_owned(),
            folder: Path::new(folder).to_owned(),
        };
        runtime.block_on(async {
            let engine = place.engine().await;
            let begun = place.publish(&engine).await;
            println!("\npublishing");
            ended(&engine, &begun).await;
        });
        return;
    }
    runtime.block_on(killed_again_and_again());
}

async fn killed_again_and_again() {
    let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
    let made = emulator.writer();
    let made = made.create_stream(&name("orders"), 4, CREATED).await;
    assert!(made.expect("a stream"));
    let proxy = Proxy::to(&emulator.endpoint()).await;
    let lost = proxy.add(Rule::on("PutRecords", Action::reset_after()).chance(0.03, 7));
    let slowed = proxy.add(Rule::on("PutRecords", Action::throttled()).chance(0.2, 11));
    let folder = tempfile::tempdir().expect("a folder");
    let place = Place {
        endpoint: proxy.endpoint(),
        folder: folder.path().to_owned(),
    };
    let keyed = |n: u64| format!("{{\"key\":\"k-{}\",\"n\":{n}}}\n", n % KEYS);
    std::fs::write(place.file(), (0..RECORDS).map(keyed).collect::<String>()).expect("a file");

    for kill in 1..=KILLS {
        let before = sent_records(&proxy);
        let mut child = place.child();
        until("this life sends something", || async {
            sent_records(&proxy) > before + 40 * kill
        })
        .await;
        child.kill().expect("a kill");
        child.wait().expect("an end");
    }
    let engine = place.engine().await;
    let begun = place.publish(&engine).await;
    let end = ended(&engine, &begun).await;
    assert_eq!(end.state, PublishState::Finished, "{end:?}");
    assert_eq!((end.sent + end.unclear, end.refused), (RECORDS, 0));
    assert!(end.unclear > 0 && end.sent > RECORDS / 3, "{end:?}");
    assert!(proxy.fired(lost) > 0 && proxy.fired(slowed) > 0);
    engine.close().await;

    let mut newest: HashMap<String, u64> = HashMap::new();
    let landed = written(&client(&emulator.endpoint()), "orders").await;
    for record in &landed {
        let text: serde_json::Value = serde_json::from_slice(&record.data).expect("JSON");
        let n = text["n"].as_u64().expect("a number");
        let before = newest.insert(record.key.clone(), n);
        assert!(before.is_none_or(|before| before < n), "twice or late: {n}");
    }
    let landed = landed.len() as u64;
    assert!(
        (end.sent..=end.sent + end.unclear).contains(&landed),
        "{landed} of {end:?}"
    );
}

fn sent_records(proxy: &Proxy) -> usize {
    let puts = proxy.log().into_iter();
    let puts = puts.filter(|exchange| exchange.operation.starts_with("Put"));
    puts.map(|exchange| exchange.entries).sum()
}
