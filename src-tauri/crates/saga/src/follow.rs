//! Follow a value, without a definition: every event that carries it, and the other ids that come with it.

use crate::{
    definition::{Alias, Correlate, Definition, EventPaths, Lookup, Reuse},
    learn::{Candidate, Sample, Sampled, candidates, kind_paths},
};
use decode::{Path, Segment};

/// A definition that ties together what carries the same value as the field at `path`, wherever in an event a field
/// of that name is. Of the samples, the ids that go with one value of it only become its aliases.
///
/// An [`Engine`](crate::Engine) of it finds the events by the value, and shows them as any saga's.
pub fn follow(path: &Path, samples: &[Sample<'_>]) -> Definition {
    let fields = Sampled::new(samples, &kind_paths(samples));
    let name = leaf(path);
    let same_name = fields
        .paths
        .iter()
        .filter(|other| *other != path && name.is_some() && leaf(other) == name);
    let mut paths = vec![path.clone()];
    paths.extend(same_name.cloned());
    let aliases = aliases(&fields, &paths);
    let correlate = Correlate {
        key: name.unwrap_or("value").to_owned(),
        paths: paths.into_iter().map(Lookup::Path).collect(),
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
