//! What a record says where a definition looks for it: at its paths, else in what an envelope says of the event, else
//! what the stream itself says.

use super::{MAX_ID_BYTES, MAX_NAME_CHARS, Record, Said, Slot, time};
use crate::definition::BuiltIn;
use decode::{Fact, Scalar};
use record::Millis;
use std::borrow::Cow;

/// One record's values, by slot.
pub(super) struct Look<'f, 'a> {
    pub found: &'f [Option<Scalar<'a>>],
    pub record: &'f Record<'a>,
    pub facts: &'a [Fact],
}

/// What envelopes say of an event under the name of a role.
const TYPE: &str = "type";
const ID: &str = "id";
const TIME: &str = "time";
const SOURCE: &str = "source";

impl<'a> Look<'_, 'a> {
    /// The event's own id.
    pub fn event_id(&self, slots: &[Slot]) -> Option<Cow<'a, str>> {
        self.id(slots).or_else(|| self.fact(slots, ID).and_then(id))
    }

    pub fn kind(&self, slots: &[Slot]) -> Said<'a> {
        self.named(slots, TYPE)
    }

    pub fn source(&self, slots: &[Slot]) -> Said<'a> {
        self.named(slots, SOURCE)
    }

    pub fn time(&self, slots: &[Slot]) -> Option<Millis> {
        self.own_time(slots).or_else(|| {
            let text = self.fact(slots, TIME)?;
            time::millis(&Scalar::String(Cow::Borrowed(text)))
        })
    }

    /// The text of the first slot that has one.
    pub fn id(&self, slots: &[Slot]) -> Option<Cow<'a, str>> {
        slots.iter().find_map(|slot| match *slot {
            Slot::Path(path) => id_text(self.found[path].as_ref()?),
            Slot::BuiltIn(BuiltIn::PartitionKey) => self.record.partition_key.and_then(id),
            Slot::BuiltIn(_) => None,
        })
    }

    /// The first slot that says something. What the envelope says comes before what any record has.
    fn named(&self, slots: &[Slot], fact: &str) -> Said<'a> {
        let of_envelope = || self.fact(slots, fact).and_then(id);
        let text = |text: Cow<'a, str>| Said::Text(cut(text));
        let said = slots.iter().find_map(|slot| match *slot {
            Slot::Path(path) => id_text(self.found[path].as_ref()?).map(text),
            Slot::BuiltIn(built_in) => of_envelope().map(text).or_else(|| match built_in {
                BuiltIn::PartitionKey => self.record.partition_key.and_then(id).map(text),
                other => Some(Said::BuiltIn(other)),
            }),
        });
        said.or_else(|| of_envelope().map(text))
            .unwrap_or(Said::Nothing)
    }

    /// What the innermost envelope that says it says. Nothing that the definition does not ask for.
    fn fact(&self, slots: &[Slot], name: &str) -> Option<&'a str> {
        let mut facts = self.facts.iter().rev();
        let fact = facts.find(|fact| fact.name == name && !slots.is_empty())?;
        Some(&fact.value)
    }

    fn own_time(&self, slots: &[Slot]) -> Option<Millis> {
        slots.iter().find_map(|slot| match *slot {
            Slot::Path(path) => time::millis(self.found[path].as_ref()?),
            Slot::BuiltIn(_) => None,
        })
    }
}

fn id_text<'a>(value: &Scalar<'a>) -> Option<Cow<'a, str>> {
    match value {
        Scalar::String(text) if (1..=MAX_ID_BYTES).contains(&text.len()) => Some(text.clone()),
        Scalar::Number(text) => id(text),
        _ => None,
    }
}

fn id(text: &str) -> Option<Cow<'_, str>> {
    (1..=MAX_ID_BYTES)
        .contains(&text.len())
        .then_some(Cow::Borrowed(text))
}

fn cut(text: Cow<'_, str>) -> Cow<'_, str> {
    match text.char_indices().nth(MAX_NAME_CHARS) {
        None => text,
        Some((end, _)) => Cow::Owned(text[..end].to_owned()),
    }
}
