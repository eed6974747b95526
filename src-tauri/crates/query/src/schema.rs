//! The fields that some records have, by stream and event type: which kinds of values, in how many records, since when and until
//! when; and what of that changed over time. Bounded.
//!
//! It says what it saw and no more: which records it is shown is its caller's choice, and they come in the order of arrival. Of
//! a list only the first element is looked into.

use crate::{Subject, display, place};
use record::Millis;
use std::collections::{BTreeMap, BTreeSet};

mod drift;
pub use drift::{Change, Drift};

const MAX_TYPES: usize = 200;
const MAX_FIELDS: usize = 2_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FieldKind {
    Null,
    Bool,
    Number,
    String,
    Object,
    Array,
}

#[derive(Clone, Debug, Default)]
pub struct Schema {
    types: BTreeMap<(String, Option<String>), TypeSchema>,
    records: u64,
    fields: usize,
    is_cut: bool,
}

/// What the records of one stream and event type hold.
#[derive(Clone, Debug, Default)]
pub struct TypeSchema {
    pub records: u64,
    /// By the name that the filter's language writes.
    pub fields: BTreeMap<String, FieldSchema>,
}

#[derive(Clone, Debug)]
pub struct FieldSchema {
    /// From `$` on.
    pub path: String,
    /// Among the type's records.
    pub spell: Spell,
    /// Among the records that have the field.
    pub kinds: BTreeMap<FieldKind, Spell>,
}

/// In how many records something was met, and where it was met first and last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spell {
    pub records: u64,
    pub first: Sighting,
    pub last: Sighting,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sighting {
    pub at: Millis,
    /// How many records came before it, of those that it is met among.
    pub number: u64,
}

impl Spell {
    fn begun(at: Sighting) -> Self {
        Self {
            records: 1,
            first: at,
            last: at,
        }
    }

    fn met(&mut self, at: Sighting) {
        self.records += 1;
        self.last = at;
    }
}

impl Schema {
    /// Takes in one record, which arrived after those before.
    pub fn take(&mut self, subject: &Subject<'_>) {
        self.records += 1;
        let key = (
            subject.stream.to_owned(),
            subject.event_type.map(str::to_owned),
        );
        if self.types.len() >= MAX_TYPES && !self.types.contains_key(&key) {
            self.is_cut = true;
            return;
        }
        let kind = self.types.entry(key).or_default();
        let here = Sighting {
            at: subject.arrival,
            number: kind.records,
        };
        kind.records += 1;
        let mut found = BTreeMap::new();
        subject.each_document(|json| take_fields(json, &mut found));
        for (name, (path, value)) in found {
            if let Some(known) = kind.fields.get_mut(&name) {
                known.met(here, value);
            } else if self.fields < MAX_FIELDS {
                self.fields += 1;
                kind.fields
                    .insert(name, FieldSchema::begun(path, here, value));
            } else {
                self.is_cut = true;
            }
        }
    }

    /// How many records were looked at.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// Some types or fields were too many to keep.
    pub fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// By stream and event type.
    pub fn types(&self) -> impl Iterator<Item = (&str, Option<&str>, &TypeSchema)> {
        self.types
            .iter()
            .map(|((stream, kind), schema)| (stream.as_str(), kind.as_deref(), schema))
    }

    /// What changed, in the order of time.
    pub fn drift(&self) -> Vec<Drift> {
        drift::of(self)
    }
}

impl FieldSchema {
    fn begun(path: String, here: Sighting, value: FieldKind) -> Self {
        let first = Sighting { number: 0, ..here };
        Self {
            path,
            spell: Spell::begun(here),
            kinds: BTreeMap::from([(value, Spell::begun(first))]),
        }
    }

    fn met(&mut self, here: Sighting, value: FieldKind) {
        let among = Sighting {
            number: self.spell.records,
            ..here
        };
        self.spell.met(here);
        self.kinds
            .entry(value)
            .and_modify(|spell| spell.met(among))
            .or_insert_with(|| Spell::begun(among));
    }

    /// The kinds that were met at or before a place among its records, and at or after it.
    pub(crate) fn kinds_around(&self, number: u64) -> (BTreeSet<FieldKind>, BTreeSet<FieldKind>) {
        let some = |is_there: &dyn Fn(&Spell) -> bool| {
            let met = self.kinds.iter().filter(|(_, spell)| is_there(spell));
            met.map(|(kind, _)| *kind).collect()
        };
        (
            some(&|spell| spell.first.number < number),
            some(&|spell| spell.last.number >= number),
        )
    }
}

/// By the name that the language writes, a field's path and the kind of its first value.
type Fields = BTreeMap<String, (String, FieldKind)>;

/// Each field of a document once, unless it is known.
fn take_fields(payload: &[u8], fields: &mut Fields) {
    place::each_value(payload, &mut |path, token| {
        let name = display::field_text(path);
        fields
            .entry(name)
            .or_insert_with(|| (path.to_string(), kind_of(token[0])));
    });
}

fn kind_of(first: u8) -> FieldKind {
    match first {
        b'"' => FieldKind::String,
        b't' | b'f' => FieldKind::Bool,
        b'n' => FieldKind::Null,
        b'{' => FieldKind::Object,
        b'[' => FieldKind::Array,
        _ => FieldKind::Number,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{arbitrary, matcher::tests::empty_subject};
    use proptest::prelude::*;

    pub(super) fn schema(payloads: &[String]) -> Schema {
        let mut schema = Schema::default();
        for (n, payload) in payloads.iter().enumerate() {
            schema.take(&Subject {
                arrival: Millis(n as i64),
                event_type: Some("T"),
                payload: payload.as_bytes(),
                ..empty_subject()
            });
        }
        schema
    }

    fn shown(schema: &Schema) -> String {
        let types = schema.types().flat_map(|(_, _, schema)| {
            schema.fields.iter().map(|(name, field)| {
                let Spell {
                    records,
                    first,
                    last,
                } = field.spell;
                let kinds: Vec<_> = field
                    .kinds
                    .iter()
                    .map(|(kind, spell)| format!("{kind:?} {}", spell.records))
                    .collect();
                format!(
                    "{name} {records} of {} @{}-{}: {}",
                    schema.records,
                    first.at.0,
                    last.at.0,
                    kinds.join(", ")
                )
            })
        });
        types.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn fields_have_their_kinds_and_their_times() {
        let payloads = [
            r#"{"id":1,"lines":[{"sku":"x"},{"price":2}],"o":{}}"#,
            r#"{"id":"a","id":2,"lines":[],"type":null}"#,
            "no JSON",
            r#"{"id":null,"first name":true}"#,
        ];
        let schema = schema(&payloads.map(str::to_owned));
        insta::assert_snapshot!(shown(&schema), @r"
        $.type 1 of 4 @1-1: Null 1
        $['first name'] 1 of 4 @3-3: Bool 1
        id 3 of 4 @0-3: Null 1, Number 1, String 1
        lines 2 of 4 @0-1: Array 2
        lines[0] 1 of 4 @0-0: Object 1
        lines[0].sku 1 of 4 @0-0: String 1
        o 1 of 4 @0-0: Object 1
        ");
        assert_eq!((schema.records(), schema.is_cut()), (4, false));
    }

    #[test]
    fn every_event_of_a_record_is_looked_into_and_the_record_counts_once() {
        let schema = schema(&["{\"a\":1}\n{\"a\":\"x\",\"b\":{}}".to_owned()]);
        insta::assert_snapshot!(shown(&schema), @r"
        a 1 of 1 @0-0: Number 1
        b 1 of 1 @0-0: Object 1
        ");
    }

    #[test]
    fn it_is_bounded_and_says_so() {
        let many = (0..MAX_FIELDS + 10).fold(String::new(), |many, n| format!("{many}\"k{n}\":1,"));
        let wide = schema(&[format!("{{{many}\"z\":1}}")]);
        let fields: usize = wide.types().map(|(_, _, schema)| schema.fields.len()).sum();
        assert!(fields == MAX_FIELDS && wide.is_cut());
    }

    proptest! {
        #[test]
        fn every_field_is_one_that_the_language_finds(record in arbitrary::record(), cut in 0usize..200) {
            let payload = record.subject().payload;
            let payload = &payload[..payload.len().min(cut)];
            let mut fields = Fields::new();
            take_fields(payload, &mut fields);
            for (name, (path, _)) in fields {
                let found = decode::find(payload, &path.parse().expect("a path"));
                // a container that breaks off is there all the same
                prop_assert!(found.is_some(), "{} in {}", name, String::from_utf8_lossy(payload));
            }
        }
    }
}
