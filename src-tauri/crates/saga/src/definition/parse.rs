//! From YAML to a [`Definition`]: the file's top level, how events are read, how they are correlated.
//!
//! Steps are read in `steps`; what only shows between fields is checked in `check`.

use super::{
    Alias, BuiltIn, Clock, ClockTime, Completed, Correlate, Definition, DefinitionError,
    EventPaths, Limits, Lookup, Outcomes, Reuse, Roles, UndoOrder, check,
    error::one_of,
    fields::{Fields, Name, bounded, items, scalar},
    steps,
    yaml::{self, Node, shortened},
};
use decode::Path;

const TOP: &[&str] = &[
    "apiVersion",
    "saga",
    "version",
    "description",
    "streams",
    "clock",
    "event",
    "correlate",
    "start",
    "steps",
    "abort",
    "outcomes",
    "compensation",
    "limits",
];
const DEFAULT_SKEW_MILLIS: i64 = 500;
/// A path as text, and its segments: what an event is read by is short.
const MAX_PATH_BYTES: usize = 512;
const MAX_SEGMENTS: usize = 32;
/// What may name an event or its source, what may tell its time, and what may be an id.
const NAMING: &[(&str, BuiltIn)] = &[
    ("@stream", BuiltIn::Stream),
    ("@shard", BuiltIn::Shard),
    ("@partitionKey", BuiltIn::PartitionKey),
];
const TIMING: &[(&str, BuiltIn)] = &[("@arrival", BuiltIn::Arrival)];
const IDENTIFYING: &[(&str, BuiltIn)] = &[("@partitionKey", BuiltIn::PartitionKey)];

pub(super) fn definition(text: &str) -> Result<Definition, DefinitionError> {
    let root = yaml::parse(text)?;
    if root.is_empty() {
        return Err(DefinitionError::Empty);
    }
    let top = Fields::new(&root, "a saga definition", TOP)?;
    api_version(&top)?;
    let name = top.name("saga")?.text;
    let version = top.positive("version", 1)?;
    let streams = texts(top.names("streams")?);
    let steps = top.get("steps").map_or(Ok(Vec::new()), steps::steps)?;
    let start = on(&top, "start")?;
    let abort = on(&top, "abort")?;
    let (completed, failed) = outcomes(&top)?;
    check::types(&steps, &start, &abort, completed.as_deref(), &failed)?;
    check::streams(&steps, &streams)?;
    let completed = match completed {
        Some(names) => Completed::On(texts(names)),
        None => Completed::AllRequiredSteps,
    };
    let steps = check::steps(steps)?;
    Ok(Definition {
        name,
        version,
        streams,
        clock: clock(&top)?,
        event: event(top.require("event")?)?,
        correlate: correlate(top.require("correlate")?)?,
        start: texts(start),
        steps,
        abort: texts(abort),
        outcomes: Outcomes {
            completed,
            failed: texts(failed),
        },
        compensation: compensation(&top)?,
        limits: limits(&top)?,
        roles: Roles::default(),
    }
    .with_roles())
}

impl Definition {
    fn with_roles(mut self) -> Self {
        self.roles = Roles::new(&self);
        self
    }
}

pub(super) fn zero_config(mut event: EventPaths, correlate: Correlate) -> Definition {
    // what ties events together is not what tells them apart
    event.id.retain(|id| !correlate.paths.contains(id));
    Definition {
        name: correlate.key.clone(),
        version: 1,
        streams: Vec::new(),
        clock: Clock {
            time: ClockTime::Event,
            skew_millis: DEFAULT_SKEW_MILLIS,
        },
        event,
        correlate,
        start: Vec::new(),
        steps: Vec::new(),
        abort: Vec::new(),
        outcomes: Outcomes::default(),
        compensation: UndoOrder::default(),
        limits: Limits::default(),
        roles: Roles::default(),
    }
    .with_roles()
}

pub(super) fn common_paths() -> EventPaths {
    let paths = |texts: &[&str]| {
        let path = |text: &&str| Path::parse(text).ok().map(Lookup::Path);
        texts.iter().filter_map(path).collect::<Vec<_>>()
    };
    let mut source = paths(&["$.source"]);
    source.push(Lookup::BuiltIn(BuiltIn::Stream));
    EventPaths {
        kind: paths(&["$.eventType", "$.commandType", "$['detail-type']", "$.type"]),
        id: paths(&["$.eventId", "$.id"]),
        time: paths(&["$.timestamp", "$.time"]),
        cause: paths(&["$.causationId"]),
        source,
    }
}

pub(super) fn texts(names: Vec<Name>) -> Vec<String> {
    names.into_iter().map(|name| name.text).collect()
}

fn api_version(top: &Fields<'_>) -> Result<(), DefinitionError> {
    let node = top.require("apiVersion")?;
    match scalar(node) {
        Some("kinescope/v1") => Ok(()),
        _ => Err(DefinitionError::expected(
            node.place,
            format!("`kinescope/v1`, and not {}", node.kind()),
        )),
    }
}

/// `{ on: TYPE }` or `{ on: [TYPE, …] }`.
fn on(top: &Fields<'_>, field: &'static str) -> Result<Vec<Name>, DefinitionError> {
    let Some(node) = top.get(field) else {
        return Ok(Vec::new());
    };
    let fields = Fields::new(node, "event types", &["on"])?;
    fields.require("on")?;
    fields.names("on")
}

fn clock(top: &Fields<'_>) -> Result<Clock, DefinitionError> {
    let mut clock = Clock {
        time: ClockTime::Event,
        skew_millis: DEFAULT_SKEW_MILLIS,
    };
    if let Some(node) = top.get("clock") {
        let fields = Fields::new(node, "the clock", &["time", "skew"])?;
        let time = fields.choice(
            "time",
            &[("event", ClockTime::Event), ("arrival", ClockTime::Arrival)],
        )?;
        clock.time = time.unwrap_or(clock.time);
        clock.skew_millis = fields.millis("skew")?.unwrap_or(clock.skew_millis);
    }
    Ok(clock)
}

fn event(node: &Node) -> Result<EventPaths, DefinitionError> {
    let fields = Fields::new(
        node,
        "how an event is read",
        &["type", "id", "time", "cause", "source"],
    )?;
    let lookups = |field, built_ins| {
        fields
            .get(field)
            .map_or(Ok(Vec::new()), |node| lookups(node, built_ins))
    };
    fields.require("type")?;
    Ok(EventPaths {
        kind: lookups("type", NAMING)?,
        id: lookups("id", IDENTIFYING)?,
        time: lookups("time", TIMING)?,
        cause: lookups("cause", IDENTIFYING)?,
        source: lookups("source", NAMING)?,
    })
}

fn correlate(node: &Node) -> Result<Correlate, DefinitionError> {
    let fields = Fields::new(
        node,
        "the correlation",
        &["key", "paths", "aliases", "reuse"],
    )?;
    let at = |node: &Node| {
        let at = Fields::new(node, "a place", &["at"])?.require("at")?;
        lookups(at, IDENTIFYING)
    };
    let node = fields.require("paths")?;
    let paths: Vec<Vec<Lookup>> = items(node).iter().map(at).collect::<Result<_, _>>()?;
    let mut aliases: Vec<(Name, Alias)> = Vec::new();
    if let Some(node) = fields.get("aliases") {
        for item in items(node) {
            let alias = Fields::new(item, "an alias", &["name", "at"])?;
            let name = alias.name("name")?;
            if let Some((first, _)) = aliases.iter().find(|(first, _)| first.text == name.text) {
                return Err(DefinitionError::duplicate(
                    name.place,
                    "the alias",
                    &name.text,
                    first.place,
                ));
            }
            let at = lookups(alias.require("at")?, IDENTIFYING)?;
            aliases.push((
                name.clone(),
                Alias {
                    name: name.text,
                    at,
                },
            ));
        }
        aliases = bounded(node, aliases)?;
    }
    let reuse = [
        ("never", Reuse::Never),
        ("new-after-terminal", Reuse::NewAfterTerminal),
    ];
    Ok(Correlate {
        key: fields.name("key")?.text,
        paths: bounded(node, paths)?.into_iter().flatten().collect(),
        aliases: aliases.into_iter().map(|(_, alias)| alias).collect(),
        reuse: fields.choice("reuse", &reuse)?.unwrap_or(Reuse::Never),
    })
}

/// Paths, or those of what every record has that make sense here.
fn lookups(
    node: &Node,
    built_ins: &[(&'static str, BuiltIn)],
) -> Result<Vec<Lookup>, DefinitionError> {
    let lookups = items(node).iter().map(|item| lookup(item, built_ins));
    bounded(node, lookups.collect::<Result<_, _>>()?)
}

fn lookup(node: &Node, built_ins: &[(&'static str, BuiltIn)]) -> Result<Lookup, DefinitionError> {
    let Some(text) = scalar(node).filter(|_| !node.is_empty()) else {
        let expected = format!(
            "a path such as `$.payload.orderId`, and not {}",
            node.kind()
        );
        return Err(DefinitionError::expected(node.place, expected));
    };
    if text.starts_with('@') {
        let names: Vec<&str> = built_ins.iter().map(|(name, _)| *name).collect();
        let found = built_ins.iter().find(|(name, _)| *name == text);
        let built_in = found.map(|(_, built_in)| Lookup::BuiltIn(*built_in));
        return built_in.ok_or_else(|| DefinitionError::expected(node.place, one_of(text, &names)));
    }
    let refused = |problem: String| DefinitionError::Path {
        place: node.place,
        path: shortened(text),
        problem,
    };
    if !text.starts_with('$') {
        return Err(refused("expected `$` at its start".to_owned()));
    }
    if text.len() > MAX_PATH_BYTES {
        return Err(refused(format!("expected at most {MAX_PATH_BYTES} bytes")));
    }
    let path = Path::parse(text)
        .map_err(|error| refused(format!("{error}, at character {}", error.at + 1)))?;
    match path.segments().len() {
        0 => Err(refused("expected a field's name after `$`".to_owned())),
        1..=MAX_SEGMENTS => Ok(Lookup::Path(path)),
        _ => Err(refused(format!("expected at most {MAX_SEGMENTS} names"))),
    }
}

type CompletedAndFailed = (Option<Vec<Name>>, Vec<Name>);

fn outcomes(top: &Fields<'_>) -> Result<CompletedAndFailed, DefinitionError> {
    let Some(node) = top.get("outcomes") else {
        return Ok((None, Vec::new()));
    };
    let outcomes = Fields::new(node, "the outcomes", &["completed", "failed"])?;
    let completed = match outcomes.get("completed") {
        None => None,
        Some(node) => {
            let fields = Fields::new(node, "the outcome", &["on", "allSteps"])?;
            let all = fields.choice("allSteps", &[("required", ())])?;
            match (fields.get("on"), all) {
                (Some(_), None) => Some(fields.names("on")?),
                (None, Some(())) => None,
                _ => {
                    return Err(DefinitionError::expected(
                        node.place,
                        "either `on` or `allSteps: required`",
                    ));
                }
            }
        }
    };
    Ok((completed, on(&outcomes, "failed")?))
}

fn compensation(top: &Fields<'_>) -> Result<UndoOrder, DefinitionError> {
    let Some(node) = top.get("compensation") else {
        return Ok(UndoOrder::default());
    };
    let fields = Fields::new(node, "the compensation", &["order", "covers"])?;
    fields.choice("covers", &[("completed", ())])?;
    let order = fields.choice(
        "order",
        &[
            ("reverse-completion", UndoOrder::ReverseCompletion),
            ("reverse-definition", UndoOrder::ReverseDefinition),
            ("declared", UndoOrder::Declared),
            ("any", UndoOrder::Any),
        ],
    )?;
    Ok(order.unwrap_or_default())
}

fn limits(top: &Fields<'_>) -> Result<Limits, DefinitionError> {
    let Some(node) = top.get("limits") else {
        return Ok(Limits::default());
    };
    let fields = Fields::new(node, "the limits", &["saga", "stuckAfter"])?;
    Ok(Limits {
        saga_millis: fields.millis("saga")?,
        stuck_after_millis: fields.millis("stuckAfter")?,
    })
}
