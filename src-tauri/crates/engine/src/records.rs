//! One record, opened: what is known of it, and its events as trees, as text and as bytes.

use crate::{
    Engine, EngineError, EventPart, OpenEvent, OpenedLayers, PageRow, decoding::Missing,
    engine::blocking, shown,
};
use decode::{Aggregation, Expansion, JsonTree, Pretty, TreeRows};
use publish::MessageFormat;
use record::HashKey;
use store::{FullRecord, RecordFlags, RecordId};

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
    /// The size of the payload as it may be shown.
    pub shown_bytes: u64,
    /// A rule hides something of its payload.
    pub is_masked: bool,
    pub layers: OpenedLayers,
}

/// A record as a message that can be sent again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordDraft {
    pub text: String,
    pub format: MessageFormat,
    pub key: Option<String>,
    pub explicit_hash_key: Option<HashKey>,
    /// It carries masks in the place of what a rule hides: sent again it is another record.
    pub is_masked: bool,
}

/// Which node of a tree is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TreeTarget {
    Node(u32),
    /// The innermost one at this byte of the event's content.
    Byte(u64),
}

/// The nodes that hold a text: the first of them, and how many there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeFound {
    pub nodes: Vec<u32>,
    pub total: u64,
}

/// Where a node stands, and what has to be unfolded for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreePlace {
    pub node: u32,
    pub expansion: Expansion,
    pub row: u64,
}

/// Which rows of a tree are asked for.
#[derive(Clone, Debug)]
pub struct TreeWindow {
    pub expansion: Expansion,
    pub first: usize,
    pub count: usize,
}

impl Engine {
    /// Asks the stream's registry for schemas that are missing, where a person chose one, and waits a little for them.
    ///
    /// # Errors
    /// [`EngineError::UnknownRecord`] once its last capture is deleted.
    pub async fn open_record(&self, id: RecordId) -> Result<OpenRecord, EngineError> {
        let (opened, missing) = self.opened(id).await?;
        let Some(missing) = missing else {
            return Ok(opened);
        };
        if self.ask_for_schemas(missing).await {
            return Ok(self.opened(id).await?.0);
        }
        Ok(opened)
    }

    async fn opened(&self, id: RecordId) -> Result<(OpenRecord, Option<Missing>), EngineError> {
        let engine = self.clone();
        blocking(move || {
            let full = engine.full(id)?;
            let layered = engine.layered(&full)?;
            let layers = engine.opened_layers(&layered)?;
            Ok((
                engine.describe(full, layers)?,
                engine.missing_schemas(&layered),
            ))
        })
        .await?
    }

    fn describe(&self, full: FullRecord, layers: OpenedLayers) -> Result<OpenRecord, EngineError> {
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
        let masks = self.masks();
        // a masked key could be tried out against its hash
        let key = row.partition_key.as_deref();
        let key = key.filter(|key| masks.key(key) == *key);
        let hash_key = explicit_hash_key.or_else(|| key.map(HashKey::of_partition_key));
        let shown = shown(&payload, &masks);
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
            shown_bytes: shown.len() as u64,
            is_masked: *shown != *payload,
            layers,
        })
    }

    /// One of the events that a record holds.
    ///
    /// # Errors
    /// [`EngineError::Input`] where it holds fewer.
    pub async fn record_event(&self, id: RecordId, event: u32) -> Result<OpenEvent, EngineError> {
        let engine = self.clone();
        blocking(move || {
            let layered = engine.layered(&engine.full(id)?)?;
            engine.opened_event(&layered, event)
        })
        .await?
    }

    /// Rows of an event's tree.
    ///
    /// # Errors
    /// [`EngineError::Input`] where the event is no JSON; [`OpenEvent::tree_fault`] says so before.
    pub async fn record_tree(
        &self,
        id: RecordId,
        event: u32,
        window: TreeWindow,
    ) -> Result<TreeRows, EngineError> {
        self.with_tree(id, event, move |tree| {
            let count = window.count.min(MOST_TREE_ROWS);
            tree.rows(&window.expansion, window.first, count)
        })
        .await
    }

    /// The nodes of an event's tree whose name or value holds a text, in any case; at most 1,000 of them are listed.
    ///
    /// # Errors
    /// [`EngineError::Input`] where the event is no JSON.
    pub async fn find_in_tree(
        &self,
        id: RecordId,
        event: u32,
        text: String,
    ) -> Result<TreeFound, EngineError> {
        let found = self.with_tree(id, event, move |tree| tree.find(&text, MOST_TREE_ROWS));
        let found = found.await?;
        Ok(TreeFound {
            nodes: found.nodes,
            total: found.total as u64,
        })
    }

    /// The row of a node once all around it is unfolded; nothing where there is no such node.
    ///
    /// # Errors
    /// [`EngineError::Input`] where the event is no JSON.
    pub async fn place_in_tree(
        &self,
        id: RecordId,
        event: u32,
        expansion: Expansion,
        target: TreeTarget,
    ) -> Result<Option<TreePlace>, EngineError> {
        self.with_tree(id, event, move |tree| {
            let node = match target {
                TreeTarget::Node(node) => Some(node),
                TreeTarget::Byte(byte) => usize::try_from(byte)
                    .ok()
                    .and_then(|byte| tree.node_at(byte)),
            };
            let place = tree.place(&expansion, node?)?;
            Some(TreePlace {
                node: place.node,
                expansion: place.expansion,
                row: place.row as u64,
            })
        })
        .await
    }

    async fn with_tree<T: Send + 'static>(
        &self,
        id: RecordId,
        event: u32,
        look: impl FnOnce(&JsonTree) -> T + Send + 'static,
    ) -> Result<T, EngineError> {
        let engine = self.clone();
        blocking(move || {
            let layered = engine.layered(&engine.full(id)?)?;
            match &*engine.tree_of(&layered, layered.event(event)?) {
                Ok(tree) => Ok(look(tree)),
                Err(fault) => Err(EngineError::Input(format!("the event is no JSON: {fault}"))),
            }
        })
        .await?
    }

    /// Indented JSON with every number as it was written; what is no JSON, as it is.
    pub async fn record_text(
        &self,
        id: RecordId,
        event: u32,
        part: EventPart,
    ) -> Result<Pretty, EngineError> {
        let engine = self.clone();
        blocking(move || {
            let layered = engine.layered(&engine.full(id)?)?;
            Ok(engine.text_of(&layered, layered.event(event)?, part, MOST_TEXT_BYTES))
        })
        .await?
    }

    /// The payload as text: nothing changed but what cannot be shown safely, and long lines broken.
    pub async fn record_raw(&self, id: RecordId) -> Result<Pretty, EngineError> {
        let engine = self.clone();
        blocking(move || {
            let full = engine.full(id)?;
            Ok(decode::shown_text(
                &shown(&full.payload, &engine.masks()),
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
            let masks = engine.masks();
            let bytes = shown(&full.payload, &masks);
            let (format, text) = MessageFormat::of_payload(&bytes);
            let key = full.row.partition_key;
            let shown_key = key.as_deref().map(|key| masks.key(key).into_owned());
            Ok(RecordDraft {
                is_masked: *bytes != *full.payload || shown_key != key,
                text,
                format,
                key: shown_key,
                explicit_hash_key: full.explicit_hash_key,
            })
        })
        .await?
    }

    /// At most 1 MiB from `first`, less at the end: of the payload, or of what an event's format was given.
    pub async fn record_bytes(
        &self,
        id: RecordId,
        event: Option<u32>,
        first: u64,
        count: u32,
    ) -> Result<Vec<u8>, EngineError> {
        let engine = self.clone();
        blocking(move || {
            let full = engine.full(id)?;
            match event {
                None => Ok(part(&shown(&full.payload, &engine.masks()), first, count)),
                Some(event) => {
                    let layered = engine.layered(&full)?;
                    let event = layered.event(event)?;
                    Ok(part(&layered.shown(event, &event.source), first, count))
                }
            }
        })
        .await?
    }

    pub(crate) fn full(&self, id: RecordId) -> Result<FullRecord, EngineError> {
        self.store()
            .record(id)?
            .ok_or(EngineError::UnknownRecord(id))
    }
}

fn part(bytes: &[u8], first: u64, count: u32) -> Vec<u8> {
    let start = usize::try_from(first)
        .unwrap_or(usize::MAX)
        .min(bytes.len());
    let end = start
        .saturating_add(count.min(MOST_BYTES) as usize)
        .min(bytes.len());
    bytes[start..end].to_vec()
}
