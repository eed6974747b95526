//! One record of a replay before and after its rules, as it may be shown.

use super::{ReplayInto, WantedRecords, WantedReplay};
use crate::{
    Engine, EngineError,
    engine::{blocking, locked},
    safe_text, shown,
};
use decode::{Caps, JsonTree};
use replay::PinnedSelection;
use store::{Payloads, RecordId, Store};

/// Of each side; a longer payload is cut there.
const MOST_TEXT_BYTES: usize = 512 * 1024;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplayPreview {
    pub position: u64,
    /// Records of the source.
    pub total: u64,
    pub record: RecordId,
    pub key_before: Option<String>,
    pub key_after: String,
    pub shard_after: Option<String>,
    /// Indented where it is JSON.
    pub before: String,
    pub after: String,
    pub is_changed: bool,
    /// Names of the rules that changed it.
    pub rules: Vec<String>,
    pub problem: Option<String>,
}

/// The source that is looked through: pinned and counted once, so that going from record to record is quick.
#[derive(Clone)]
pub(super) struct Looked {
    source: WantedRecords,
    into: ReplayInto,
    pinned: PinnedSelection,
    total: u64,
}

impl Engine {
    /// What the rules do to the record at `position` of the source. At the first one the source is counted anew.
    ///
    /// # Errors
    /// [`EngineError::Input`] for what cannot be read, a source without records, a position beyond its end.
    pub async fn preview_replay(
        &self,
        wanted: WantedReplay,
        position: u64,
    ) -> Result<ReplayPreview, EngineError> {
        let target = self.find_target(&wanted.into).await?;
        let known = locked(&self.replays().looked).clone();
        let known = known.filter(|known| {
            position > 0 && known.source == wanted.setup.source && known.into == wanted.into
        });
        let pinned = known.as_ref().map(|known| known.pinned.clone());
        let request = self.request(&wanted, &target, pinned).await?;
        let engine = self.clone();
        blocking(move || {
            let store = engine.store();
            let total = match known {
                Some(known) => known.total,
                None => engine.look_at(&wanted, &request.selection)?,
            };
            let preview = replay::preview(store, &request, position)?;
            let preview = preview.ok_or_else(|| beyond(total))?;
            Ok(engine.shown_preview(&wanted, preview, position, total))
        })
        .await?
    }

    fn look_at(&self, wanted: &WantedReplay, pinned: &PinnedSelection) -> Result<u64, EngineError> {
        let total = count(self.store(), pinned)?;
        *locked(&self.replays().looked) = Some(Looked {
            source: wanted.setup.source.clone(),
            into: wanted.into.clone(),
            pinned: pinned.clone(),
            total,
        });
        Ok(total)
    }

    fn shown_preview(
        &self,
        wanted: &WantedReplay,
        preview: replay::Preview,
        position: u64,
        total: u64,
    ) -> ReplayPreview {
        let masks = self.masks();
        let before = shown(&preview.before, &masks);
        let after = shown(&preview.after, &masks);
        let rules = &wanted.setup.rules;
        let names = preview
            .changed_by
            .iter()
            .filter_map(|&rule| rules.get(rule));
        let unreadable = preview
            .is_unreadable
            .then(|| "The payload is no JSON: rules leave it as it is.".to_owned());
        let key = |key: String| safe_text(&masks.key(&key)).into_owned();
        ReplayPreview {
            position,
            total,
            record: preview.record,
            is_changed: !preview.changed_by.is_empty(),
            rules: names.map(|rule| rule.name.clone()).collect(),
            key_before: preview.key_before.map(key),
            key_after: key(preview.key_after),
            shard_after: preview.shard.map(|shard| shard.to_string()),
            before: indented(&before),
            after: indented(&after),
            problem: preview.unfit.or(unreadable),
        }
    }
}

fn beyond(total: u64) -> EngineError {
    EngineError::Input(if total == 0 {
        "the source holds no records".to_owned()
    } else {
        format!("the source holds {total} records")
    })
}

fn count(store: &Store, pinned: &PinnedSelection) -> Result<u64, EngineError> {
    let mut reader = pinned.read(store, Payloads::Without)?;
    let mut total = 0;
    while reader.next_record()?.is_some() {
        total += 1;
    }
    Ok(total)
}

fn indented(bytes: &[u8]) -> String {
    match JsonTree::parse(bytes.to_vec(), Caps::default()) {
        Ok(tree) => tree.pretty(MOST_TEXT_BYTES).text,
        Err(_) => decode::shown_text(bytes, MOST_TEXT_BYTES).text,
    }
}
