//! Envelopes: JSON documents of AWS's services, and `CloudEvents`, that carry somebody else's event.
//!
//! An envelope is told by the names of its members, and opened without copying: what it carries is
//! a range of the document. Its own members become facts of the event; they are payload text.

mod dynamodb;
mod object;
mod open;

use crate::{LayerKind, budget::Meter, layer::Opened, report::Reason};
use bytes::Bytes;
use object::{Object, elements};

/// What kind of envelope a JSON document is, and how sure that is, in percent.
pub(crate) fn recognised(document: &[u8]) -> Option<(LayerKind, u8)> {
    if let Some(object) = Object::read(document) {
        return kind_of(&object);
    }
    // CloudEvents' batches are the only envelopes that are arrays
    let first = elements(document, 1).pop()?;
    let first = Object::read(&document[first])?;
    is_cloud_event(&first).then_some((LayerKind::CloudEvents, 98))
}

/// Opens an envelope of this kind.
pub(crate) fn open(kind: LayerKind, document: &Bytes, meter: &mut Meter) -> Result<Opened, Reason> {
    match kind {
        LayerKind::CloudWatchLogs => open::cloud_watch_logs(document, meter),
        LayerKind::DynamoDb => open::changes(document, meter),
        LayerKind::EventBridge => open::event_bridge(document),
        LayerKind::CloudEvents => open::cloud_events(document, meter),
        LayerKind::Sns => open::notifications(document, meter),
        LayerKind::Sqs => open::messages(document, meter),
        LayerKind::Dms => open::dms(document),
        LayerKind::LambdaFailure => open::lambda_failure(document),
        _ => Err(Reason::Beginning),
    }
}

fn kind_of(object: &Object) -> Option<(LayerKind, u8)> {
    if object.has("logEvents") && object.has("logGroup") && object.has("messageType") {
        return Some((LayerKind::CloudWatchLogs, 99));
    }
    if is_change(object) {
        return Some((LayerKind::DynamoDb, 98));
    }
    if ["detail", "detail-type", "source", "region"]
        .iter()
        .all(|name| object.has(name))
    {
        return Some((LayerKind::EventBridge, 98));
    }
    if is_cloud_event(object) {
        return Some((LayerKind::CloudEvents, 98));
    }
    if is_notification(object) {
        return Some((LayerKind::Sns, 97));
    }
    if is_message(object) {
        return Some((LayerKind::Sqs, 97));
    }
    if let Some(metadata) = object.object("metadata")
        && metadata.has("record-type")
        && metadata.has("operation")
    {
        return Some((LayerKind::Dms, 97));
    }
    if let Some(context) = object.object("requestContext")
        && context.has("condition")
        && context.has("functionArn")
    {
        return Some((LayerKind::LambdaFailure, 97));
    }
    records_of(object)
}

/// Lambda's batches of records: `{"Records":[…]}`.
fn records_of(object: &Object) -> Option<(LayerKind, u8)> {
    let records = object.get("Records")?;
    let first = Object::read(&records[elements(records, 1).pop()?])?;
    if is_change(&first) {
        return Some((LayerKind::DynamoDb, 97));
    }
    if is_message(&first) {
        return Some((LayerKind::Sqs, 97));
    }
    let is_sns = first
        .object("Sns")
        .is_some_and(|inner| is_notification(&inner));
    is_sns.then_some((LayerKind::Sns, 97))
}

fn is_change(object: &Object) -> bool {
    object.has("eventName")
        && object
            .object("dynamodb")
            .is_some_and(|change| change.has("Keys"))
}

fn is_cloud_event(object: &Object) -> bool {
    ["specversion", "id", "source", "type"]
        .iter()
        .all(|name| object.has(name))
}

fn is_notification(object: &Object) -> bool {
    object.has("TopicArn") && object.has("Message") && object.has("MessageId")
}

fn is_message(object: &Object) -> bool {
    object.has("body") && object.has("messageId") && object.has("receiptHandle")
}
