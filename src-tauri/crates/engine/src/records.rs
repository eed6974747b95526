//! One record, opened: what is known of it, and its payload as a tree, as text and as bytes.

use crate::{
    Engine, EngineError, PageRow,
    engine::{blocking, locked},
    shown,
};
use decode::{Aggregation, Caps, Expansion, JsonFault, JsonTree, Pretty, TreeRows};
use publish::MessageFormat;
use record::HashKey;
use std::sync::{Arc, Mutex};
use store::{FullRecord, RecordFlags, RecordId};

/// Parsed payloads that are kept: the one on screen and a few before it.
const MOST_TREES: usize = 4;
/// Rows of a tree in one answer.
const MOST_TREE_ROWS: usize = 1000;
/// Text in one answer; a longer payload says where it was cut.
const MOST_TEXT_BYTES: usize = 2 * 1024 * 1024;
/// Bytes in one answer.
const MOST_BYTES: u32 = 1024 * 1024;

/// What is known of a record besides its payload.
#[derive(Clone, Debug)]
pub struct OpenRecord {
    pub row: PageRow,
    pub stream_arn: String,
    /// The explicit hash key where a KPL record carries one, else the partition key's.
    pub hash_key: Option<HashKey>,
    pub explicit_hash_key: Option<HashKey>,
    /// The size of the Kinesis record around it, where it is part of a KPL aggregate.
    pub aggregate_bytes: Option<u64>,
    /// Why it is no sound aggregate, although it says that it is one.
    pub aggregate_fault: Option<String>,
    /// Why there is no tree.
    pub tree_fault: Option<JsonFault>,
}

/// A record as a message that can be sent again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordDraft {
    pub text: String,
    pub format: MessageFormat,
    pub key: Option<String>,
    pub explicit_hash_key: Option<HashKey>,
}

/// Which rows of a tree are asked for.
#[derive(Clone, Debug)]
pub struct TreeWindow {
    pub expansion: Expansion,
    pub first: usize,
    pub count: usize,
}

pub(crate) type Parsed = Arc<Result<JsonTree, JsonFault>>;

#[derive(Default)]
pub(crate) struct OpenTrees(Mutex<Vec<(RecordId, Parsed)>>);

impl Engine {
    /// # Errors
    /// [`EngineError::UnknownRecord`] once its last capture is deleted.
    pub async fn open_record(&self, id: RecordId) -> Result<OpenRecord, EngineError> {
        let engine = self.clone();
        blocking(move || {
            let full = engine.full(id)?;
            let fault = engine.tree(id, &full).as_ref().as_ref().err().copied();
            engine.describe(full, fault)
        })
        .await?
    }

    fn describe(
        &self,
        full: FullRecord,
        tree_fault: Option<JsonFault>,
    ) -> Result<OpenRecord, EngineError> {
        let FullRecord {
            row,
            payload,
            aggregate,
            explicit_hash_key,
        } = full;
        let aggregate_fault = match decode::deaggregate(&payload) {
            Aggregation::Damaged(damage) if row.flags.has(RecordFlags::DAMAGED_AGGREGATE) => {
                Some(damage.to_string())
            }
            _ => None,
        };
        let key = row.partition_key.as_deref();
        let hash_key = explicit_hash_key.or_else(|| key.map(HashKey::of_partition_key));
        let names = self.names_of([row.shard])?;
        let stream_arn = names
            .get(&row.shard)
            .map_or_else(String::new, |shard| shard.arn.to_string());
        let row = self
            .page_rows(vec![row])?
            .pop()
            .ok_or(EngineError::Stopped)?;
        Ok(OpenRecord {
            row,
            stream_arn,
            hash_key,
            explicit_hash_key,
            aggregate_bytes: aggregate.map(|aggregate| aggregate.blob.len() as u64),
            aggregate_fault,
            tree_fault,
        })
    }

    /// Rows of the payload's JSON tree.
    ///
    /// # Errors
    /// [`EngineError::Input`] where the payload is no JSON; [`OpenRecord::tree_fault`] says so before.
    pub async fn record_tree(
        &self,
        id: RecordId,
        window: TreeWindow,
    ) -> Result<TreeRows, EngineError> {
        let engine = self.clone();
        blocking(move || {
            let tree = engine.tree(id, &engine.full(id)?);
            match &*tree {
                Ok(tree) => Ok(tree.rows(
                    &window.expansion,
                    window.first,
                    window.count.min(MOST_TREE_ROWS),
                )),
                Err(fault) => Err(EngineError::Input(format!(
                    "the payload is no JSON: {fault}"
                ))),
            }
        })
        .await?
    }

    /// Indented JSON with every number as it was written; a payload that is no JSON, as it is.
    pub async fn record_text(&self, id: RecordId) -> Result<Pretty, EngineError> {
        let engine = self.clone();
        blocking(move || {
            let full = engine.full(id)?;
            Ok(match &*engine.tree(id, &full) {
                Ok(tree) => tree.pretty(MOST_TEXT_BYTES),
                Err(_) => {
                    decode::shown_text(&shown(&full.payload, engine.masks()), MOST_TEXT_BYTES)
                }
            })
        })
        .await?
    }

    /// The payload as text: nothing changed but what cannot be shown safely, and long lines broken.
    pub async fn record_raw(&self, id: RecordId) -> Result<Pretty, EngineError> {
        let engine = self.clone();
        blocking(move || {
            let full = engine.full(id)?;
            Ok(decode::shown_text(
                &shown(&full.payload, engine.masks()),
                MOST_TEXT_BYTES,
            ))
        })
        .await?
    }

    /// The record as a message that can be sent again, byte for byte: text as it is, other bytes in base64; meant
    /// literally, so that what looks like a variable or an expression is none.
    pub async fn draft_of(&self, id: RecordId) -> Result<RecordDraft, EngineError> {
        let engine = self.clone();
        blocking(move || {
            let full = engine.full(id)?;
            let bytes = shown(&full.payload, engine.masks());
            let (format, text) = MessageFormat::of_payload(&bytes);
            Ok(RecordDraft {
                text,
                format,
                key: full.row.partition_key,
                explicit_hash_key: full.explicit_hash_key,
            })
        })
        .await?
    }

    /// At most 1 MiB of the payload from `first`; less at its end.
    pub async fn record_bytes(
        &self,
        id: RecordId,
        first: u64,
        count: u32,
    ) -> Result<Vec<u8>, EngineError> {
        let engine = self.clone();
        blocking(move || {
            let full = engine.full(id)?;
            let bytes = shown(&full.payload, engine.masks());
            let start = usize::try_from(first)
                .unwrap_or(usize::MAX)
                .min(bytes.len());
            let end = start
                .saturating_add(count.min(MOST_BYTES) as usize)
                .min(bytes.len());
            Ok(bytes[start..end].to_vec())
        })
        .await?
    }

    pub(crate) fn full(&self, id: RecordId) -> Result<FullRecord, EngineError> {
        self.store()
            .record(id)?
            .ok_or(EngineError::UnknownRecord(id))
    }

    pub(crate) fn tree(&self, id: RecordId, full: &FullRecord) -> Parsed {
        if let Some(known) = self.trees().get(id) {
            return known;
        }
        let bytes = shown(&full.payload, self.masks()).into_owned();
        let parsed = Arc::new(JsonTree::parse(bytes, Caps::default()));
        self.trees().keep(id, Arc::clone(&parsed));
        parsed
    }
}

impl OpenTrees {
    fn get(&self, id: RecordId) -> Option<Parsed> {
        let mut trees = locked(&self.0);
        let at = trees.iter().position(|(known, _)| *known == id)?;
        let found = trees.remove(at);
        trees.push(found);
        trees.last().map(|(_, tree)| Arc::clone(tree))
    }

    fn keep(&self, id: RecordId, tree: Parsed) {
        let mut trees = locked(&self.0);
        trees.retain(|(known, _)| *known != id);
        if trees.len() >= MOST_TREES {
            trees.remove(0);
        }
        trees.push((id, tree));
    }
}
