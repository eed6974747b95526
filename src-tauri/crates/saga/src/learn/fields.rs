//! Samples as flat lists of fields: for each record its type, its time, and its short scalar values by path.

use super::{MAX_SAMPLES, Sample};
use crate::{
    definition::{EventPaths, Lookup},
    extract::time_of,
    value::Value,
};
use decode::{Path, Scalar, Segment, find};
use record::Millis;
use std::collections::HashMap;

const MAX_DEPTH: usize = 5;
const MAX_FIELDS: usize = 64;
const MAX_PATHS: usize = 512;
/// Ids are neither shorter nor longer.
const ID_BYTES: std::ops::RangeInclusive<usize> = 2..=128;

pub(crate) struct Sampled {
    pub paths: Vec<Path>,
    pub kinds: Vec<String>,
    pub streams: Vec<String>,
    pub events: Vec<SampledEvent>,
}

pub(crate) struct SampledEvent {
    /// Places in the lists of [`Sampled`].
    pub kind: usize,
    pub stream: usize,
    pub time: Millis,
    /// The place of a path, and the text there.
    pub fields: Vec<(usize, String)>,
}

/// The usual paths of event types that hit in at least one of twenty samples.
pub(crate) fn kind_paths(samples: &[Sample<'_>]) -> Vec<Path> {
    let samples = &samples[..samples.len().min(MAX_SAMPLES)];
    let paths = EventPaths::common()
        .kind
        .into_iter()
        .filter_map(|lookup| match lookup {
            Lookup::Path(path) => Some(path),
            Lookup::BuiltIn(_) => None,
        });
    let hits = |path: &Path| {
        samples
            .iter()
            .filter(|sample| kind(sample, std::slice::from_ref(path)).is_some())
            .count()
    };
    paths
        .filter(|path| hits(path) * 20 >= samples.len().max(1))
        .collect()
}

fn kind(sample: &Sample<'_>, paths: &[Path]) -> Option<String> {
    paths
        .iter()
        .find_map(|path| match find(sample.payload, path) {
            Some(Scalar::String(text)) if (1..=128).contains(&text.chars().count()) => {
                Some(text.into_owned())
            }
            _ => None,
        })
}

impl Sampled {
    pub fn new(samples: &[Sample<'_>], kind_paths: &[Path]) -> Self {
        let mut all = Self {
            paths: Vec::new(),
            kinds: Vec::new(),
            streams: Vec::new(),
            events: Vec::new(),
        };
        let mut numbers: HashMap<Path, usize> = HashMap::new();
        let (mut kinds, mut streams) = (Numbers::default(), Numbers::default());
        for sample in samples.iter().take(MAX_SAMPLES) {
            let (Some(kind), Some(value)) =
                (kind(sample, kind_paths), Value::parse(sample.payload))
            else {
                continue;
            };
            let mut fields = Vec::new();
            flatten(&value, &mut Vec::new(), &mut fields);
            let numbered = fields.into_iter().filter_map(|(path, text)| {
                let next = numbers.len();
                let number = match numbers.get(&path) {
                    Some(&number) => number,
                    None if next >= MAX_PATHS => return None,
                    None => {
                        all.paths.push(path.clone());
                        *numbers.entry(path).or_insert(next)
                    }
                };
                Some((number, text))
            });
            let fields = numbered.collect();
            let event = SampledEvent {
                kind: kinds.of(&mut all.kinds, &kind),
                stream: streams.of(&mut all.streams, sample.stream),
                time: own_time(sample).unwrap_or(sample.arrival),
                fields,
            };
            all.events.push(event);
        }
        all
    }

    /// Whether most events have a value of a common path.
    pub fn has(&self, path: &Path) -> bool {
        let number = self.paths.iter().position(|known| known == path);
        let count = |number| {
            self.events
                .iter()
                .filter(|event| event.fields.iter().any(|(at, _)| *at == number))
                .count()
        };
        number.is_some_and(|number| count(number) * 4 >= self.events.len())
    }
}

/// The places of names in their list.
#[derive(Default)]
struct Numbers(HashMap<String, usize>);

impl Numbers {
    /// A name that is new is put at the end.
    fn of(&mut self, names: &mut Vec<String>, name: &str) -> usize {
        if let Some(&place) = self.0.get(name) {
            return place;
        }
        names.push(name.to_owned());
        self.0.insert(name.to_owned(), names.len() - 1);
        names.len() - 1
    }
}

fn own_time(sample: &Sample<'_>) -> Option<Millis> {
    EventPaths::common()
        .time
        .iter()
        .find_map(|lookup| match lookup {
            Lookup::Path(path) => time_of(&find(sample.payload, path)?),
            Lookup::BuiltIn(_) => None,
        })
}

/// Members only: what lies in a list is one of many.
fn flatten(value: &Value, way: &mut Vec<Segment>, fields: &mut Vec<(Path, String)>) {
    match value {
        Value::Object(members) if way.len() < MAX_DEPTH => {
            for (key, value) in members {
                way.push(Segment::Key(key.clone()));
                flatten(value, way, fields);
                way.pop();
            }
        }
        Value::Scalar(text) if fields.len() < MAX_FIELDS => {
            let text = match text.strip_prefix('"') {
                Some(_) => serde_json::from_str(text).unwrap_or_default(),
                None if text.bytes().all(|b| b.is_ascii_digit()) => text.clone(),
                None => return,
            };
            if ID_BYTES.contains(&text.len()) {
                fields.push((Path::new(way.clone()), text));
            }
        }
        _ => {}
    }
}
