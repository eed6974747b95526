//! Follow a value, without a definition: every event that carries it, and the other ids that come with it.

use crate::{
    definition::{Alias, BuiltIn, Correlate, Definition, EventPaths, Lookup, Reuse},
    learn::{Candidate, Sample, Sampled, candidates, kind_paths},
};
use decode::{Path, Segment};
use record::Millis;

/// A definition that ties together what carries the same value as the field at `path`, wherever in an event a field
/// of that name is. Of the samples, the ids that go with one value of it only become its aliases.
///
/// An [`Engine`](crate::Engine) of it finds the events by the value, and shows them as any saga's.
pub fn follow(path: &Path, samples: &[Sample<'_>]) -> Definition {
    of_paths(std::slice::from_ref(path), None, samples)
}

/// As [`follow`], for the partition key of a record: with it, the fields of the record that hold the same value.
pub fn follow_partition_key(key: &str, record: &[u8], samples: &[Sample<'_>]) -> Definition {
    let own = Sample {
        stream: "",
        arrival: Millis::default(),
        payload: record,
    };
    let own = Sampled::new(&[own], &kind_paths(&[own]));
    let fields = own.events.iter().flat_map(|event| &event.fields);
    let same = fields.filter(|(_, text)| text == key);
    let paths: Vec<Path> = same.map(|(path, _)| own.paths[*path].clone()).collect();
    of_paths(
        &paths,
        Some(Lookup::BuiltIn(BuiltIn::PartitionKey)),
        samples,
    )
}

fn of_paths(wanted: &[Path], also: Option<Lookup>, samples: &[Sample<'_>]) -> Definition {
    let fields = Sampled::new(samples, &kind_paths(samples));
    let names: Vec<&str> = wanted.iter().filter_map(leaf).collect();
    let is_named_so = |path: &&Path| leaf(path).is_some_and(|name| names.contains(&name));
    let others = fields.paths.iter().filter(is_named_so);
    let others: Vec<Path> = others
        .filter(|path| !wanted.contains(path))
        .cloned()
        .collect();
    let name = names.first().copied().unwrap_or(if wanted.is_empty() {
        "partitionKey"
    } else {
        "value"
    });
    let key = name.to_owned();
    let mut paths = wanted.to_vec();
    paths.extend(others);
    let aliases = aliases(&fields, &paths);
    let lookups = paths.into_iter().map(Lookup::Path).chain(also);
    let correlate = Correlate {
        key,
        paths: lookups.collect(),
        aliases: aliases.into_iter().map(alias).collect(),
        reuse: Reuse::Never,
    };
    Definition::zero_config(EventPaths::common(), correlate)
}

fn leaf(path: &Path) -> Option<&str> {
    match path.segments().last()? {
        Segment::Key(name) => Some(name),
        Segment::Index(_) => None,
    }
}

fn alias(candidate: Candidate) -> Alias {
    Alias {
        name: candidate.name,
        at: candidate.paths.into_iter().map(Lookup::Path).collect(),
    }
}

/// Fields of which each value goes with one value of the followed field, and which occur in most types that it does.
fn aliases(sampled: &Sampled, paths: &[Path]) -> Vec<Candidate> {
    let followed: Vec<usize> = (0..sampled.paths.len())
        .filter(|&path| paths.contains(&sampled.paths[path]))
        .collect();
    let value = |event: usize, of: &[usize]| {
        sampled.events[event]
            .fields
            .iter()
            .find(|(path, _)| of.contains(path))
            .map(|(_, text)| text.as_str())
    };
    let is_alias = |candidate: &Candidate| {
        let own: Vec<usize> = (0..sampled.paths.len())
            .filter(|&path| candidate.paths.contains(&sampled.paths[path]))
            .collect();
        let mut led = std::collections::HashMap::new();
        let mut both = 0usize;
        let pairs = (0..sampled.events.len())
            .filter_map(|event| Some((value(event, &own)?, value(event, &followed)?)));
        let leads_to_one = pairs.into_iter().all(|(own, followed)| {
            both += 1;
            *led.entry(own).or_insert(followed) == followed
        });
        leads_to_one && both > led.len()
    };
    let others = candidates(sampled)
        .into_iter()
        .filter(|candidate| candidate.paths.iter().all(|path| !paths.contains(path)));
    others.filter(is_alias).collect()
}
