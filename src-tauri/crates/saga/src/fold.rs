//! Event sourcing: the state of an entity at each of its events, by a simple reducer per event type.
//!
//! It knows no sagas: events come in as types and payloads, in order, and the state after each comes out.

use crate::value::Value;
use decode::{Path, Segment};

mod diff;

pub use diff::{Change, MAX_CHANGES};

/// What an event's payload does to the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reduce {
    /// The value there becomes this one.
    Replace,
    /// Members are put in, within members as well; other values are replaced.
    Merge,
    /// A list there gets one element more.
    Append,
    /// What is there goes.
    Remove,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The event types that it is for; none means all.
    pub kinds: Vec<String>,
    pub reduce: Reduce,
    /// Where in the payload the value is; `None` for the event's own data, as without a rule.
    pub from: Option<Path>,
    /// Where in the state it goes.
    pub to: Path,
}

impl Rule {
    /// For a value at a path of the event: it has the same place in the state, where what the event says beside its
    /// envelope is the state itself. Without a path, the event's own data are merged, appended, or in its place.
    pub fn at(kind: String, reduce: Reduce, path: Option<Path>) -> Self {
        let way = path.as_ref().map_or(&[][..], Path::segments);
        let to = match way {
            [Segment::Key(first), rest @ ..] if first == OWN => rest,
            whole => whole,
        };
        Self {
            kinds: vec![kind],
            reduce,
            to: Path::new(to.to_vec()),
            from: path,
        }
    }
}

/// Where an envelope has what its event says.
const OWN: &str = "payload";

/// The rules of one kind of entity. Of those for an event's type, all apply in their order; where none is, the
/// payload's `payload` member, or the payload itself, is merged in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reducer {
    pub rules: Vec<Rule>,
}

/// The state while it is folded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    pub value: Value,
}

impl State {
    /// Takes one event in; what changed by it. An event that is no JSON changes nothing.
    pub fn apply(&mut self, reducer: &Reducer, kind: &str, payload: &[u8]) -> Vec<Change> {
        let Some(payload) = Value::parse(payload) else {
            return Vec::new();
        };
        let before = self.value.clone();
        let is_for =
            |rule: &&Rule| rule.kinds.is_empty() || rule.kinds.iter().any(|known| known == kind);
        let mut rules = reducer.rules.iter().filter(is_for).peekable();
        if rules.peek().is_none() {
            merge(&mut self.value, own(&payload));
        }
        for rule in rules {
            rule.apply(&payload, &mut self.value);
        }
        diff::changes(&before, &self.value)
    }
}

impl Rule {
    fn apply(&self, payload: &Value, state: &mut Value) {
        if self.reduce == Reduce::Remove {
            remove(state, self.to.segments());
            return;
        }
        let value = match &self.from {
            Some(from) => found(payload, from.segments()),
            None => Some(own(payload)),
        };
        let Some(value) = value else {
            return;
        };
        let Some(place) = place(state, self.to.segments()) else {
            return;
        };
        match self.reduce {
            Reduce::Replace => *place = value.clone(),
            Reduce::Merge => merge(place, value),
            Reduce::Append => match place {
                Value::List(items) => items.push(value.clone()),
                other => *other = Value::List(vec![value.clone()]),
            },
            Reduce::Remove => {}
        }
    }
}

/// What an event says beside its envelope: its `payload` member or, of a flat one, all of it.
fn own(payload: &Value) -> &Value {
    payload.get(OWN).unwrap_or(payload)
}

fn merge(into: &mut Value, value: &Value) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                merge(into.member(key), value);
            }
        }
        other => *into = other.clone(),
    }
}

fn found<'v>(value: &'v Value, way: &[Segment]) -> Option<&'v Value> {
    way.iter()
        .try_fold(value, |at, segment| match (segment, at) {
            (Segment::Key(key), _) => at.get(key),
            (Segment::Index(index), Value::List(items)) => items.get(*index),
            _ => None,
        })
}

/// The place at the end of a way, its members made where they are not there. Elements are not made.
fn place<'v>(value: &'v mut Value, way: &[Segment]) -> Option<&'v mut Value> {
    way.iter().try_fold(value, |at, segment| match segment {
        Segment::Key(key) => Some(at.member(key)),
        Segment::Index(index) => match at {
            Value::List(items) => items.get_mut(*index),
            _ => None,
        },
    })
}

fn remove(value: &mut Value, way: &[Segment]) {
    let Some((last, before)) = way.split_last() else {
        *value = Value::default();
        return;
    };
    let parent = before
        .iter()
        .try_fold(value, |at, segment| match (segment, at) {
            (Segment::Key(key), at) => at.get_mut(key),
            (Segment::Index(index), Value::List(items)) => items.get_mut(*index),
            _ => None,
        });
    match (last, parent) {
        (Segment::Key(key), Some(parent)) => parent.remove(key),
        (Segment::Index(index), Some(Value::List(items))) if *index < items.len() => {
            items.remove(*index);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(kind: &str, reduce: Reduce, from: &str, to: &str) -> Rule {
        let path = |text: &str| Path::parse(text).expect("a path");
        Rule {
            kinds: vec![kind.to_owned()],
            reduce,
            from: Some(path(from)),
            to: path(to),
        }
    }

    fn told(reducer: &Reducer, events: &[(&str, &str)]) -> String {
        let mut state = State::default();
        let line = |(kind, payload): &(&str, &str)| {
            let changes = state.apply(reducer, kind, payload.as_bytes());
            let changes: Vec<String> = changes.iter().map(ToString::to_string).collect();
            format!("{kind} {} | {}\n", state.value, changes.join(", "))
        };
        events.iter().map(line).collect()
    }

    #[test]
    fn without_rules_payloads_are_merged() {
        insta::assert_snapshot!(told(&Reducer::default(), &[
            ("CREATED", r#"{"type":"CREATED","payload":{"id":"o1","total":12.50,"address":{"city":"Porto"}}}"#),
            ("MOVED", r#"{"payload":{"address":{"zip":"4050"},"total":12.50}}"#),
            ("BROKEN", "{"),
            ("PAID", r#"{"payload":{"total":12.5}}"#),
        ]), @r#"
        CREATED {"id":"o1","total":12.50,"address":{"city":"Porto"}} | +$.id: "o1", +$.total: 12.50, +$.address: {"city":"Porto"}
        MOVED {"id":"o1","total":12.50,"address":{"city":"Porto","zip":"4050"}} | +$.address.zip: "4050"
        BROKEN {"id":"o1","total":12.50,"address":{"city":"Porto","zip":"4050"}} | 
        PAID {"id":"o1","total":12.5,"address":{"city":"Porto","zip":"4050"}} | $.total: 12.50 -> 12.5
        "#);
    }

    #[test]
    fn a_rule_without_a_path_takes_what_an_event_says_flat_or_in_an_envelope() {
        let whole = |kind: &str, reduce| Rule {
            from: None,
            ..rule(kind, reduce, "$", "$")
        };
        let reducer = Reducer {
            rules: vec![
                whole("MOVED", Reduce::Merge),
                whole("RESET", Reduce::Replace),
            ],
        };
        insta::assert_snapshot!(told(&reducer, &[
            ("MOVED", r#"{"city":"Porto"}"#),
            ("MOVED", r#"{"id":1,"payload":{"zip":"4050"}}"#),
            ("RESET", r#"{"city":"Faro"}"#),
        ]), @r#"
        MOVED {"city":"Porto"} | +$.city: "Porto"
        MOVED {"city":"Porto","zip":"4050"} | +$.zip: "4050"
        RESET {"city":"Faro"} | -$.zip: "4050", $.city: "Porto" -> "Faro"
        "#);
    }

    #[test]
    fn a_path_of_the_event_is_the_place_in_the_state() {
        let at = |kind: &str, reduce, path: &str| {
            Rule::at(kind.to_owned(), reduce, Path::parse(path).ok())
        };
        let reducer = Reducer {
            rules: vec![
                at("FORGOTTEN", Reduce::Remove, "$.payload.address.city"),
                at("TAKEN", Reduce::Remove, "$.payload.order.items[0]"),
                at("ADDED", Reduce::Append, "$.payload.order.items"),
                at("MOVED", Reduce::Merge, "$.payload.address"),
                at("COUNTED", Reduce::Replace, "$.order.count"),
                at("RESET", Reduce::Replace, "$.payload"),
            ],
        };
        insta::assert_snapshot!(told(&reducer, &[
            ("CREATED", r#"{"payload":{"city":"Faro","address":{"city":"Porto"},"order":{"items":["A"]}}}"#),
            ("ADDED", r#"{"payload":{"order":{"items":"B"}}}"#),
            ("FORGOTTEN", r#"{"payload":{}}"#),
            ("TAKEN", r#"{"payload":{}}"#),
            ("MOVED", r#"{"payload":{"address":{"zip":"4050"}}}"#),
            ("COUNTED", r#"{"order":{"count":1}}"#),
            ("RESET", r#"{"payload":{"city":"Lagos"}}"#),
        ]), @r#"
        CREATED {"city":"Faro","address":{"city":"Porto"},"order":{"items":["A"]}} | +$.city: "Faro", +$.address: {"city":"Porto"}, +$.order: {"items":["A"]}
        ADDED {"city":"Faro","address":{"city":"Porto"},"order":{"items":["A","B"]}} | +$.order.items[1]: "B"
        FORGOTTEN {"city":"Faro","address":{},"order":{"items":["A","B"]}} | -$.address.city: "Porto"
        TAKEN {"city":"Faro","address":{},"order":{"items":["B"]}} | $.order.items[0]: "A" -> "B", -$.order.items[1]: "B"
        MOVED {"city":"Faro","address":{"zip":"4050"},"order":{"items":["B"]}} | +$.address.zip: "4050"
        COUNTED {"city":"Faro","address":{"zip":"4050"},"order":{"items":["B"],"count":1}} | +$.order.count: 1
        RESET {"city":"Lagos"} | -$.address: {"zip":"4050"}, -$.order: {"items":["B"],"count":1}, $.city: "Faro" -> "Lagos"
        "#);
    }

    #[test]
    fn rules_say_what_a_type_does() {
        let reducer = Reducer {
            rules: vec![
                rule("ADDED", Reduce::Append, "$.item", "$.items"),
                rule("ADDED", Reduce::Replace, "$.total", "$.sum.total"),
                rule("TAKEN", Reduce::Remove, "$", "$.items[0]"),
                rule("TAGGED", Reduce::Merge, "$.tags", "$.tags"),
                rule("CLEARED", Reduce::Remove, "$", "$"),
            ],
        };
        insta::assert_snapshot!(told(&reducer, &[
            ("ADDED", r#"{"item":{"sku":"A"},"total":1}"#),
            ("ADDED", r#"{"item":{"sku":"B"},"total":3}"#),
            ("TAGGED", r#"{"tags":{"a":1}}"#),
            ("TAGGED", r#"{"tags":{"b":2}}"#),
            ("TAKEN", "{}"),
            ("CLEARED", "{}"),
        ]), @r#"
        ADDED {"items":[{"sku":"A"}],"sum":{"total":1}} | +$.items: [{"sku":"A"}], +$.sum: {"total":1}
        ADDED {"items":[{"sku":"A"},{"sku":"B"}],"sum":{"total":3}} | +$.items[1]: {"sku":"B"}, $.sum.total: 1 -> 3
        TAGGED {"items":[{"sku":"A"},{"sku":"B"}],"sum":{"total":3},"tags":{"a":1}} | +$.tags: {"a":1}
        TAGGED {"items":[{"sku":"A"},{"sku":"B"}],"sum":{"total":3},"tags":{"a":1,"b":2}} | +$.tags.b: 2
        TAKEN {"items":[{"sku":"B"}],"sum":{"total":3},"tags":{"a":1,"b":2}} | $.items[0].sku: "A" -> "B", -$.items[1]: {"sku":"B"}
        CLEARED {} | -$.items: [{"sku":"B"}], -$.sum: {"total":3}, -$.tags: {"a":1,"b":2}
        "#);
    }
}
