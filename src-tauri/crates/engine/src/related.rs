//! What belongs to a record among all that was captured: what has its key, what carries one of its ids, and what has
//! its bytes. It opens none of them, and knows of nothing that was not captured.

use crate::{
    Engine, EngineError, PageRow,
    engine::{blocking, locked},
    layers::Layered,
    shown,
};
use decode::{Expansion, NodeKind, Path};
use query::{Filter, Regex, Subject};
use saga::is_telling;
use std::{
    collections::HashSet,
    sync::Mutex,
    time::{Duration, Instant},
};
use store::{Cancel, FullRecord, Payloads, RecordId, Scope};

const SCAN_STEP: Duration = Duration::from_millis(200);
/// Longer than this nobody waits; what was found until then is the answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// On each side of the record.
const MOST_BESIDE: u64 = 60;
/// More ids than a person looks after.
const MOST_IDS: usize = 8;
/// So deep, and among so many fields, ids are looked for.
const ID_DEPTH: usize = 4;
const ID_ROWS: usize = 2_000;

/// What two records may have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Relation {
    Key,
    /// The id at this path of the event's JSON, under whatever name the other has it.
    Id {
        event: u32,
        path: String,
    },
    /// Byte for byte the same payload, as far as it may be shown.
    Bytes,
}

/// A relation that a record may have, with what the others would share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PossibleRelation {
    pub relation: Relation,
    /// Safe to show; empty for bytes.
    pub value: String,
}

/// Records that have something in common with one, itself among them, in the order of arrival.
#[derive(Clone, Debug)]
pub struct RelatedRecords {
    /// At most 60 on each side of it.
    pub rows: Vec<PageRow>,
    /// How many arrived before the first of these rows.
    pub before: u64,
    pub total: u64,
    /// Everything stored was looked at.
    pub is_complete: bool,
}

/// The question that is being answered: a new one ends it.
#[derive(Default)]
pub(crate) struct Relating(Mutex<Cancel>);

impl Engine {
    /// What there may be in common with a record's event; nothing is looked for yet.
    ///
    /// # Errors
    /// [`EngineError::UnknownRecord`]; [`EngineError::Input`] where there is no such event.
    pub async fn possible_relations(
        &self,
        id: RecordId,
        event: u32,
    ) -> Result<Vec<PossibleRelation>, EngineError> {
        let engine = self.clone();
        blocking(move || {
            let full = engine.full(id)?;
            let key = full
                .row
                .partition_key
                .as_deref()
                .map(|key| PossibleRelation {
                    relation: Relation::Key,
                    value: decode::safe_text(&engine.masks().key(key)).into_owned(),
                });
            let bytes = (!full.payload.is_empty()).then(|| PossibleRelation {
                relation: Relation::Bytes,
                value: String::new(),
            });
            let ids = engine.ids_of(&*engine.layered(&full)?, event)?;
            Ok(key.into_iter().chain(ids).chain(bytes).collect())
        })
        .await?
    }

    /// The ids of an event that filters read: what else was unpacked no search would find.
    fn ids_of(&self, layered: &Layered, event: u32) -> Result<Vec<PossibleRelation>, EngineError> {
        let opened = layered.event(event)?;
        let tree = self.tree_of(layered, opened);
        let Ok(tree) = &*tree else {
            return Ok(Vec::new());
        };
        if self.opened_event(layered, event)?.stored_at.is_none() {
            return Ok(Vec::new());
        }
        let mut seen = HashSet::new();
        let rows = tree.rows(&Expansion::to_depth(ID_DEPTH), 0, ID_ROWS).rows;
        let ids = rows.into_iter().filter_map(|row| {
            let is_scalar = matches!(row.kind, NodeKind::String | NodeKind::Number);
            let name = row.key.as_deref().filter(|_| is_scalar && !row.is_cut)?;
            let value = decode::string_text(tree.source(row.node)?).into_owned();
            let is_id = names_an_id(name)
                && is_telling(&value)
                && !query::holds_mask(&value)
                && seen.insert(value.clone());
            Some(PossibleRelation {
                relation: Relation::Id {
                    event,
                    path: row.path.filter(|_| is_id)?,
                },
                value: decode::safe_text(&value).into_owned(),
            })
        });
        Ok(ids.take(MOST_IDS).collect())
    }

    /// Those of all captured records that have this in common with one.
    ///
    /// # Errors
    /// [`EngineError::Input`] where the record has no such thing; [`EngineError::Superseded`] by a later question.
    pub async fn related_records(
        &self,
        id: RecordId,
        relation: Relation,
    ) -> Result<RelatedRecords, EngineError> {
        let cancel = Cancel::new();
        std::mem::replace(&mut *locked(&self.relating().0), cancel.clone()).cancel();
        let engine = self.clone();
        blocking(move || {
            let full = engine.full(id)?;
            match relation {
                Relation::Bytes => engine.find_copies(&full, &cancel),
                Relation::Key => {
                    let key = full.row.partition_key.as_deref();
                    let key = key.ok_or_else(|| input("the record has no key"))?;
                    engine.find_by(&full, &Filter::has_key(key), &cancel)
                }
                Relation::Id { event, path } => {
                    let carrying = engine.carrying(&full, event, &path)?;
                    engine.find_by(&full, &carrying, &cancel)
                }
            }
        })
        .await?
    }

    fn carrying(&self, full: &FullRecord, event: u32, path: &str) -> Result<Filter, EngineError> {
        let path =
            Path::parse(path).map_err(|error| input(&format!("this is no path: {error}")))?;
        let layered = self.layered(full)?;
        let tree = self.tree_of(&layered, layered.event(event)?);
        let tree = tree
            .as_ref()
            .as_ref()
            .map_err(|_| input("the event is no JSON"))?;
        let source = tree.lookup(&path).and_then(|node| tree.source(node));
        carrying(source.ok_or_else(|| input("the event has no such field"))?)
    }

    fn find_by(
        &self,
        full: &FullRecord,
        filter: &Filter,
        cancel: &Cancel,
    ) -> Result<RelatedRecords, EngineError> {
        let started = Instant::now();
        let view = self.store().view(Scope::default(), filter)?;
        let mut is_complete = false;
        while !is_complete && started.elapsed() < PATIENCE {
            is_complete = view.advance(cancel, SCAN_STEP)?.complete;
            if cancel.is_cancelled() {
                return Err(EngineError::Superseded);
            }
        }
        // looked for from the newest on, it may not have come to the record itself yet
        let place = view.row_of(full.row.id)?.unwrap_or(0);
        let before = place.saturating_sub(MOST_BESIDE);
        let rows = view.page(before, (place - before + MOST_BESIDE + 1) as usize)?;
        Ok(RelatedRecords {
            rows: self.page_rows(rows)?,
            before,
            total: view.len(),
            is_complete,
        })
    }

    fn find_copies(
        &self,
        full: &FullRecord,
        cancel: &Cancel,
    ) -> Result<RelatedRecords, EngineError> {
        let started = Instant::now();
        let size = full.payload.len() as u64;
        let alike = Filter::Size {
            min: Some(size),
            max: Some(size),
        };
        let mut sweep = self
            .store()
            .sweep(&Scope::default(), &alike, Payloads::With)?;
        let masks = self.masks();
        let own = shown(&full.payload, &masks);
        let mut found = Vec::new();
        let mut take = |subject: &Subject<'_>, id: RecordId| {
            if shown(subject.payload, &masks) == own {
                found.push((subject.arrival, id));
            }
        };
        let mut is_complete = false;
        while !is_complete && started.elapsed() < PATIENCE {
            match sweep.next_slice()? {
                Some(slice) => drop(slice.read(&mut take)?),
                None => is_complete = true,
            }
            if cancel.is_cancelled() {
                return Err(EngineError::Superseded);
            }
        }
        found.sort_unstable();
        let place = found.iter().position(|(_, id)| *id == full.row.id);
        let before = place.unwrap_or(0).saturating_sub(MOST_BESIDE as usize);
        let shown = found.iter().skip(before).take(2 * MOST_BESIDE as usize + 1);
        let rows: Result<Vec<_>, EngineError> = shown
            .map(|(_, id)| self.full(*id).map(|full| full.row))
            .collect();
        Ok(RelatedRecords {
            rows: self.page_rows(rows?)?,
            before: before as u64,
            total: found.len() as u64,
            is_complete,
        })
    }
}

fn input(message: &str) -> EngineError {
    EngineError::Input(message.to_owned())
}

/// Whether a field of this name refers to something: `orderId`, `order_id`, `id`, `traceparent`.
fn names_an_id(name: &str) -> bool {
    let plain = name.trim_end_matches(|last: char| last.is_ascii_digit());
    let plain = plain.strip_suffix('s').unwrap_or(plain);
    let ends_in = |word: &str| {
        let Some(rest) = plain.strip_suffix(word) else {
            return false;
        };
        // a word of its own: after a line, a point, a small letter, or nothing
        rest.chars().next_back().is_none_or(|before| {
            !before.is_alphanumeric()
                || (before.is_lowercase() && word.starts_with(char::is_uppercase))
        })
    };
    let words = [
        "id", "Id", "ID", "uuid", "Uuid", "UUID", "guid", "Guid", "GUID", "key", "Key", "ref",
        "Ref",
    ];
    words.into_iter().any(ends_in)
        || plain.ends_with("eference")
        || plain.ends_with("umber")
        || plain.ends_with("traceparent")
}

/// The condition that a payload carries this scalar, in quotes or not, wherever it stands.
fn carrying(source: &[u8]) -> Result<Filter, EngineError> {
    let text = decode::string_text(source).into_owned();
    let contains = |text: &str| Filter::Contains {
        text: text.to_owned(),
        case_sensitive: true,
    };
    if text.is_empty() {
        return Err(input("the field is empty"));
    }
    if query::holds_mask(&text) {
        return Err(input("the field is masked: nothing else has its mask"));
    }
    if !decode::is_number(&text) {
        let token = std::str::from_utf8(source).map_err(|_| input("the field is no text"))?;
        return Ok(contains(token));
    }
    let escaped = text.replace('.', r"\.").replace('+', r"\+");
    let whole = format!(r"(?:^|[^0-9.]){escaped}(?:[^0-9.]|$)");
    let whole = Regex::new(&whole, false).map_err(|error| input(&error.message))?;
    Ok(contains(&text).and(Filter::Matches(whole)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_known_by_its_name() {
        for name in [
            "id",
            "orderId",
            "order_id",
            "ORDER-ID",
            "eventID",
            "traceparent",
            "sagaKey",
            "payment.ref",
            "ids",
            "orderNumber",
            "reference",
            "uuid",
            "messageUuid",
            "id2",
        ] {
            assert!(names_an_id(name), "{name}");
        }
        for name in [
            "paid", "amount", "valid", "at", "monkey", "type", "grid", "",
        ] {
            assert!(!names_an_id(name), "{name}");
        }
    }

    #[test]
    fn a_number_is_found_whole_and_a_text_with_its_quotes() {
        let text = |source: &str| {
            carrying(source.as_bytes())
                .expect("a condition")
                .to_string()
        };
        assert_eq!(text(r#""ord-7""#), r#""\"ord-7\"""#);
        assert_eq!(
            text("170017"),
            text(r#""170017""#),
            "as a number or as a text"
        );
        assert!(carrying(br#""""#).is_err());
    }
}
