//! What a question means, for the shapes that most questions have: a tree of every payload, all
//! rows in memory, no sketches. The run must agree with it.

use super::*;
use crate::arbitrary;
use proptest::prelude::*;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Each event of each record: its record's number and its own, and its tree.
fn events(records: &[arbitrary::Record]) -> Vec<(u64, usize, Option<Json>)> {
    let of_record = |(handle, record): (u64, &arbitrary::Record)| {
        let trees = record
            .events
            .iter()
            .map(|event| serde_json::from_slice(&event.json).ok().map(opened));
        let events: Vec<_> = trees
            .enumerate()
            .map(|(number, tree)| (handle, number, tree))
            .collect();
        events
    };
    (0..).zip(records).flat_map(of_record).collect()
}

/// With what stands in a string, as paths lead below it.
fn opened(mut tree: Json) -> Json {
    for key in ["x", "b", "c"] {
        let Some(member) = tree.get_mut(key) else {
            continue;
        };
        let inner = member.as_str().map(serde_json::from_str);
        if let Some(Ok(inner)) = inner {
            *member = inner;
        }
    }
    tree
}

fn at<'j>(tree: Option<&'j Json>, path: &str) -> Option<&'j Json> {
    tree?.pointer(&format!("/{}", path.replace('.', "/")))
}

/// Of a JSON value: as a question shows it.
fn cell(value: Option<&Json>) -> String {
    match value {
        None => "–".to_owned(),
        Some(Json::String(text)) => format!("{text:?}"),
        Some(other) => other.to_string(),
    }
}

fn number(value: Option<&Json>) -> Option<f64> {
    match value? {
        Json::Number(number) => number.as_f64(),
        Json::String(text) => decode::is_number(text).then(|| text.parse().ok())?,
        _ => None,
    }
}

fn run(text: &str, records: &[arbitrary::Record]) -> Vec<String> {
    let question = Question::parse(text, NOW).expect("a question");
    let mut run = Run::new(&question);
    for (handle, record) in (0..).zip(records) {
        run.push(&record.subject(), handle);
    }
    shown(&run.answer())
        .lines()
        .skip(1)
        .map(str::to_owned)
        .collect()
}

proptest! {
    #[test]
    fn groups_count_and_add_as_they_should(
        filter in arbitrary::filter(),
        records in proptest::collection::vec(arbitrary::small_record(), 0..24),
        percent in 0u32..=100,
    ) {
        let condition = if filter.to_string().is_empty() { "*".to_owned() } else { filter.to_string() };
        let found = run(&format!(
            "filter {condition} | stats count(*), count(a), sum(a), max(a), pct(a, {percent}), count_distinct(c[1]) by x.a"
        ), &records);
        let mut groups: BTreeMap<String, Vec<Option<Json>>> = BTreeMap::new();
        for (handle, number, tree) in events(&records) {
            if !filter.matches(&records[handle as usize].subject_of(number)) {
                continue;
            }
            groups.entry(cell(at(tree.as_ref(), "x.a"))).or_default().push(tree);
        }
        let mut expected: Vec<String> = groups.iter().map(|(key, trees)| {
            let mut numbers: Vec<f64> = trees.iter().filter_map(|tree| number(at(tree.as_ref(), "a"))).collect();
            numbers.sort_by(f64::total_cmp);
            let rank = (f64::from(percent) / 100.0 * numbers.len() as f64).ceil().max(1.0) as usize;
            let mut texts: Vec<String> = trees.iter().filter_map(|tree| at(tree.as_ref(), "c.1").map(|v| cell(Some(v)))).collect();
            texts.sort();
            texts.dedup();
            let sum: f64 = numbers.iter().sum();
            let max = numbers.last().map_or("–".to_owned(), ToString::to_string);
            let middle = numbers.get(rank - 1).map_or("–".to_owned(), |n| format!("~{}", n + 0.0));
            format!("{key} | {} | {} | {} | {max} | {middle} | {}", trees.len(), numbers.len(), sum + 0.0, texts.len())
        }).collect();
        expected.sort();
        let mut found = found;
        found.sort();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn the_first_rows_are_those_of_a_full_sort(
        records in proptest::collection::vec(arbitrary::small_record(), 0..24),
        most in 1usize..8,
        is_descending in any::<bool>(),
    ) {
        let direction = if is_descending { "desc" } else { "asc" };
        let found = run(&format!("fields a, @timestamp | sort a {direction} | limit {most}"), &records);
        let mut rows: Vec<_> = events(&records).into_iter().map(|(handle, number, tree)| {
            let value = at(tree.as_ref(), "a").cloned();
            // missing, null, then numbers
            let rank = match &value { None => f64::NEG_INFINITY, Some(Json::Null) => f64::MIN, Some(value) => value.as_f64().expect("a number") };
            (rank, records[handle as usize].subject().arrival, (handle, number), value)
        }).collect();
        rows.sort_by(|a, b| {
            let by_value = a.0.total_cmp(&b.0);
            let by_value = if is_descending { by_value.reverse() } else { by_value };
            by_value.then_with(|| (b.1, b.2).cmp(&(a.1, a.2)))
        });
        let expected: Vec<_> = rows.iter().take(most)
            .map(|(_, arrival, _, value)| format!("{} | {arrival}", cell(value.as_ref())))
            .collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn the_newest_of_each_stays(records in proptest::collection::vec(arbitrary::small_record(), 0..24)) {
        let found = run("dedup key, c[0] | fields key, c[0], @size", &records);
        let mut newest = events(&records);
        newest.sort_by_key(|(handle, number, _)| std::cmp::Reverse((records[*handle as usize].subject().arrival, *handle, *number)));
        let mut seen = std::collections::HashSet::new();
        let expected: Vec<_> = newest.iter().filter_map(|(handle, _, tree)| {
            let subject = records[*handle as usize].subject();
            let key = subject.partition_key.map_or("–".to_owned(), |key| format!("{key:?}"));
            let row = format!("{key} | {}", cell(at(tree.as_ref(), "c.0")));
            seen.insert(row.clone()).then(|| format!("{row} | {}", subject.size_bytes))
        }).collect();
        prop_assert_eq!(found, expected);
    }
}
