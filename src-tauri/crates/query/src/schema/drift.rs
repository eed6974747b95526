//! What changed in the fields over time: one that came, one that went, one whose values became of another kind.
//!
//! Many fields are in some records only. A change is one that such chance does not explain: were the records with the
//! field spread among all of its type in any order, they would lie on one side of that place less than once in a thousand
//! cases. Of a container that comes or goes
//! with all that is in it, the container alone is named.

use super::{FieldKind, FieldSchema, Schema, Spell, TypeSchema};
use record::Millis;
use std::collections::BTreeSet;

/// Fewer records on either side show nothing.
const LEAST_RECORDS: u64 = 5;
const MOST_CHANCE: f64 = 1e-3;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    pub stream: String,
    pub event_type: Option<String>,
    /// The field's name and its path.
    pub field: String,
    pub path: String,
    pub change: Change,
    /// When it was met first, or last, among the records that were looked at.
    pub at: Millis,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Appeared,
    Disappeared,
    /// Its values are of other kinds from then on.
    Kinds {
        before: BTreeSet<FieldKind>,
        after: BTreeSet<FieldKind>,
    },
}

pub(super) fn of(schema: &Schema) -> Vec<Drift> {
    let mut all = Vec::new();
    for (stream, event_type, kind) in schema.types() {
        let mut told: Vec<(&str, Change)> = Vec::new();
        for (name, field) in &kind.fields {
            for (change, at) in changes(kind, field) {
                let is_told = told
                    .iter()
                    .any(|(outer, known)| *known == change && is_within(name, outer));
                if is_told {
                    continue;
                }
                if !matches!(change, Change::Kinds { .. }) {
                    told.push((name, change.clone()));
                }
                all.push(Drift {
                    stream: stream.to_owned(),
                    event_type: event_type.map(str::to_owned),
                    field: name.clone(),
                    path: field.path.clone(),
                    change,
                    at,
                });
            }
        }
    }
    all.sort_by_key(|drift| drift.at);
    all
}

fn changes(kind: &TypeSchema, field: &FieldSchema) -> Vec<(Change, Millis)> {
    let mut changes = Vec::new();
    if has_come(&field.spell, kind.records) {
        changes.push((Change::Appeared, field.spell.first.at));
    }
    if has_gone(&field.spell, kind.records) {
        changes.push((Change::Disappeared, field.spell.last.at));
    }
    let among = field.spell.records;
    let mut gone_with: BTreeSet<FieldKind> = BTreeSet::new();
    for spell in field.kinds.values().filter(|spell| has_come(spell, among)) {
        let (before, after) = field.kinds_around(spell.first.number);
        gone_with.extend(before.difference(&after));
        changes.push((Change::Kinds { before, after }, spell.first.at));
    }
    for (value, spell) in &field.kinds {
        if has_gone(spell, among) && !gone_with.contains(value) {
            let (before, after) = field.kinds_around(spell.last.number + 1);
            changes.push((Change::Kinds { before, after }, spell.last.at));
        }
    }
    changes
}

/// It was not there before it was met first, and that was no chance.
fn has_come(spell: &Spell, among: u64) -> bool {
    is_no_chance(
        spell.records,
        among - spell.first.number,
        spell.first.number,
    )
}

fn has_gone(spell: &Spell, among: u64) -> bool {
    let until = spell.last.number + 1;
    is_no_chance(spell.records, until, among - until)
}

/// `met` of `looked` records have it, and none of `without` others.
fn is_no_chance(met: u64, looked: u64, without: u64) -> bool {
    if met < LEAST_RECORDS || without < LEAST_RECORDS {
        return false;
    }
    // Each order being as likely, all of the `met` are among the `looked` in C(looked, met) of C(all, met) cases. The same
    // quotient says that all of the `without` are among those that lack it: the shorter product is taken.
    let all = looked + without;
    let (drawn, outside) = if met < without {
        (met, without)
    } else {
        (without, met)
    };
    let mut chance = 1.0;
    for before in 0..drawn {
        chance *= (all - outside - before) as f64 / (all - before) as f64;
        if chance < MOST_CHANCE {
            return true;
        }
    }
    false
}

fn is_within(name: &str, outer: &str) -> bool {
    name.strip_prefix(outer)
        .is_some_and(|rest| rest.starts_with(['.', '[']))
}

#[cfg(test)]
mod tests {
    use super::super::tests::schema;

    fn told(payloads: &[String]) -> String {
        let drift = schema(payloads).drift();
        let lines = drift
            .iter()
            .map(|drift| format!("{} {:?} @{}", drift.field, drift.change, drift.at.0));
        lines.collect::<Vec<_>>().join("\n")
    }

    fn records(count: usize, payload: impl Fn(usize) -> String) -> Vec<String> {
        (0..count).map(payload).collect()
    }

    #[test]
    fn what_comes_goes_or_changes_is_told_with_its_time() {
        let payloads = records(100, |n| match n {
            0..40 => format!(r#"{{"id":{n},"old":1,"amount":5}}"#),
            40..70 => format!(r#"{{"id":{n},"amount":5,"customer":{{"id":1,"name":"x"}}}}"#),
            _ => format!(r#"{{"id":{n},"amount":"5","customer":{{"id":1,"name":"x"}}}}"#),
        });
        insta::assert_snapshot!(told(&payloads), @r"
        old Disappeared @39
        customer Appeared @40
        amount Kinds { before: {Number}, after: {String} } @70
        ");
    }

    #[test]
    fn a_field_that_is_in_some_records_only_has_not_changed() {
        // in every seventh record, and null in every third of these
        let payloads = records(300, |n| match n % 21 {
            4 => r#"{"id":1,"note":null}"#.to_owned(),
            11 | 18 => r#"{"id":1,"note":"x"}"#.to_owned(),
            _ => r#"{"id":1}"#.to_owned(),
        });
        assert_eq!(told(&payloads), "");
        // and from a moment on it has
        let payloads = records(600, |n| match n {
            300.. if n % 7 == 4 => r#"{"id":1,"note":"x"}"#.to_owned(),
            _ => r#"{"id":1}"#.to_owned(),
        });
        assert_eq!(told(&payloads), "note Appeared @305");
    }

    /// In any order, with a seed of its own.
    fn shuffled(mut records: Vec<String>, seed: u64) -> Vec<String> {
        let mut state = seed;
        let mut random = move |below: usize| {
            // splitmix64
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut mixed = state;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            ((mixed ^ (mixed >> 31)) % below as u64) as usize
        };
        for place in (1..records.len()).rev() {
            records.swap(place, random(place + 1));
        }
        records
    }

    /// A rare field comes and goes by chance in less than one of a thousand cases each.
    #[test]
    fn of_fields_placed_by_chance_less_than_one_in_a_thousand_has_changed() {
        const CASES: u64 = 1_000;
        for met in [5, 8] {
            let told: usize = (0..CASES)
                .map(|seed| {
                    let payload = |n: usize| if n < met { r#"{"k":1}"# } else { "{}" }.to_owned();
                    let records = shuffled(records(100, payload), seed);
                    schema(&records).drift().len()
                })
                .sum();
            // two sides, and room for the chance of this sample
            assert!(told <= 7, "{met} of 100: {told} of {CASES}");
        }
    }

    #[test]
    fn a_few_records_show_nothing() {
        assert_eq!(told(&records(8, |n| format!(r#"{{"k{}":1}}"#, n / 4))), "");
    }

    #[test]
    fn a_value_that_may_be_null_from_now_on_is_a_change() {
        let payloads = records(200, |n| {
            if n >= 100 && n % 2 == 0 {
                r#"{"a":null}"#.to_owned()
            } else {
                r#"{"a":1}"#.to_owned()
            }
        });
        assert_eq!(
            told(&payloads),
            "a Kinds { before: {Number}, after: {Null, Number} } @100"
        );
    }
}
