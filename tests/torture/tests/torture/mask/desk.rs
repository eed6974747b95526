//! An engine with the records captured, one rule at a time, and what of the values an answer tells.

use super::{
    records::{OF_KEY, REST, Shaped, records},
    rules::Rule,
    sinks::{Said, Sink},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use engine::{
    DialogAnswer, Engine, EngineOptions, Expansion, MaskKind, RecordId, TreeWindow, Unmasking,
};
use rand::{Rng, rngs::StdRng};
use std::{
    collections::BTreeSet,
    fmt::Write,
    path::PathBuf,
    sync::Mutex,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// Nothing here takes longer unless it hangs.
pub const PATIENCE: Duration = Duration::from_secs(40);
pub const TICK: Duration = Duration::from_millis(5);

pub struct Desk {
    pub engine: Engine,
    /// Each with how many events it holds.
    pub records: Vec<(RecordId, u32)>,
    values: Vec<String>,
    folder: TempDir,
    rule: Mutex<Option<(MaskKind, String)>>,
}

impl Desk {
    pub async fn open(random: &mut StdRng) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let shaped = records(random);
        let of_key = format!("{OF_KEY}{:016x}", random.random::<u64>());
        let workspace = folder.path().join("mask.kscope");
        let engine = Engine::open(EngineOptions { workspace }).await;
        let engine = engine.expect("the engine opens");
        let file = folder.path().join("orders.ndjson");
        std::fs::write(&file, capture_file(&shaped, &of_key)).expect("a file");
        let imported = engine.import_capture(&file).await.expect("imported");
        assert_eq!(imported.records, shaped.len() as u64);
        let mut values: Vec<String> = shaped.into_iter().map(|one| one.value).collect();
        values.push(of_key);
        let mut desk = Self {
            engine,
            records: Vec::new(),
            values,
            folder,
            rule: Mutex::default(),
        };
        desk.find_records().await;
        desk
    }

    async fn find_records(&mut self) {
        let view = self.view().await;
        let page = self.engine.view_page(view, 0, 1000, &[]).await;
        for row in page.expect("a page").rows {
            let opened = self.engine.open_record(row.row.id).await;
            let events = opened.expect("it opens").layers.events;
            self.records.push((row.row.id, events));
        }
    }

    /// All records, once they were looked at.
    pub async fn view(&self) -> engine::ViewId {
        let started = Instant::now();
        let view = self.engine.open_view("mask", Vec::new(), "").await;
        let view = view.expect("a view").id;
        while !self
            .engine
            .view_status(view)
            .await
            .expect("a view")
            .complete
        {
            assert!(started.elapsed() < PATIENCE, "the records never came");
            tokio::time::sleep(TICK).await;
        }
        view
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// This rule in the place of the one before it.
    pub async fn only(&self, rule: &Rule) {
        let next = (rule.kind, rule.text.to_owned());
        let before = self.rule.lock().expect("a rule").replace(next);
        if let Some((kind, text)) = before {
            let yes = DialogAnswer::yes_in_native_dialog(None);
            let removed = self.engine.unmask(Unmasking::Remove(kind, text), yes).await;
            assert!(removed.expect("removed").rules.is_empty());
        }
        let added = self.engine.add_mask(rule.kind, rule.text.to_owned()).await;
        assert_eq!(added.expect("added").rules.len(), 1);
    }

    /// The values that a way out tells, in any writing.
    pub async fn told_by(&self, sink: Sink) -> BTreeSet<String> {
        let mut said = Said::default();
        sink.ask(self, &mut said).await;
        let is_told = |value: &&String| said.tells(value);
        self.values.iter().filter(is_told).cloned().collect()
    }

    /// What stands beside the value in the plain record.
    pub async fn shows_the_rest(&self) -> bool {
        let (record, _) = self.records[0];
        let window = TreeWindow {
            expansion: Expansion::to_depth(9),
            first: 0,
            count: 100,
        };
        let rows = self.engine.record_tree(record, 0, window).await;
        format!("{rows:?}").contains(REST)
    }

    pub async fn close(self) {
        let closed = tokio::time::timeout(PATIENCE, self.engine.close()).await;
        closed.expect("closing comes to an end");
    }
}

/// In the format of ferrokinesis.
fn capture_file(shaped: &[Shaped], of_key: &str) -> String {
    let mut text = String::new();
    for (at, one) in shaped.iter().enumerate() {
        writeln!(
            text,
            "{{\"op\":\"PutRecord\",\"ts\":{},\"stream\":\"orders\",\"partition_key\":\"{of_key}\",\"data\":\"{}\",\
             \"sequence_number\":\"{}\",\"shard_id\":\"shardId-000000000000\"}}",
            1_760_000_000_000 + at * 1_000,
            STANDARD.encode(&one.payload),
            49_000_000 + at,
        )
        .expect("a line");
    }
    text
}
