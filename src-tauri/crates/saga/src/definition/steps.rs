//! The steps as they are written: names are still names, to be resolved in `check`.

use super::{
    DefinitionError,
    fields::{Fields, Name, bounded, items},
    yaml::{Node, Value},
};

const STEP: &[&str] = &[
    "id", "after", "request", "success", "failure", "timeout", "retry", "count", "optional",
    "stream", "undo",
];
const UNDO: &[&str] = &[
    "request", "success", "failure", "timeout", "after", "stream",
];

pub(super) struct WrittenStep {
    pub id: Name,
    pub after: Vec<Name>,
    pub request: Vec<Name>,
    pub success: Vec<Name>,
    pub failure: Vec<Name>,
    pub timeout_millis: Option<i64>,
    pub retries: u32,
    pub count: u32,
    pub optional: bool,
    pub streams: Vec<Name>,
    pub undo: Option<WrittenUndo>,
}

pub(super) struct WrittenUndo {
    pub request: Vec<Name>,
    pub success: Vec<Name>,
    pub failure: Vec<Name>,
    pub timeout_millis: Option<i64>,
    pub after: Vec<Name>,
    pub streams: Vec<Name>,
}

pub(super) fn steps(node: &Node) -> Result<Vec<WrittenStep>, DefinitionError> {
    if !matches!(node.value, Value::List(_)) {
        return Err(DefinitionError::expected(
            node.place,
            format!("a list of steps, and not {}", node.kind()),
        ));
    }
    bounded(
        node,
        items(node).iter().map(step).collect::<Result<_, _>>()?,
    )
}

fn step(node: &Node) -> Result<WrittenStep, DefinitionError> {
    let fields = Fields::new(node, "a step", STEP)?;
    let id = fields.name("id")?;
    fields.require("success")?;
    let retries = match fields.get("retry") {
        None => 0,
        Some(node) => {
            let retry = Fields::new(node, "the retry", &["max"])?;
            retry.require("max")?;
            retry.positive("max", 1)?
        }
    };
    Ok(WrittenStep {
        id,
        after: fields.names("after")?,
        request: fields.names("request")?,
        success: fields.names("success")?,
        failure: fields.names("failure")?,
        timeout_millis: fields.millis("timeout")?,
        retries,
        count: fields.positive("count", 1)?,
        optional: fields.flag("optional")?,
        streams: fields.names("stream")?,
        undo: fields.get("undo").map(undo).transpose()?,
    })
}

fn undo(node: &Node) -> Result<WrittenUndo, DefinitionError> {
    let fields = Fields::new(node, "how a step is undone", UNDO)?;
    fields.require("success")?;
    Ok(WrittenUndo {
        request: fields.names("request")?,
        success: fields.names("success")?,
        failure: fields.names("failure")?,
        timeout_millis: fields.millis("timeout")?,
        after: fields.names("after")?,
        streams: fields.names("stream")?,
    })
}
