//! What each envelope carries.

use super::{
    dynamodb,
    object::{Object, elements},
};
use crate::{
    Bound, Change, Fact, Truncated,
    budget::Meter,
    json::string::string_text,
    layer::{Item, Opened},
    report::Reason,
    unpack::base64,
};
use bytes::Bytes;
use std::ops::Range;

/// (the name of a fact, the member that it is taken from)
type Names = [(&'static str, &'static str)];

fn facts(object: &Object, names: &Names) -> Vec<Fact> {
    let fact = |(name, member): &(&'static str, &'static str)| {
        let value = object.text(member).filter(|value| !value.is_empty())?;
        Some(Fact { name, value })
    };
    names.iter().filter_map(fact).collect()
}

fn read(document: &[u8]) -> Result<Object<'_>, Reason> {
    Object::read(document).ok_or(Reason::Lacks("an object"))
}

/// What a member carries: the text of a string, else the JSON that it is.
fn carried(document: &Bytes, range: Range<usize>) -> Bytes {
    if document[range.clone()].starts_with(b"\"") {
        Bytes::from(string_text(&document[range]).into_owned())
    } else {
        document.slice(range)
    }
}

/// The subscription data of `CloudWatch` Logs: one event for each log event
/// (its user guide, "Real-time processing of log data with subscriptions").
pub(super) fn cloud_watch_logs(document: &Bytes, meter: &mut Meter) -> Result<Opened, Reason> {
    let object = read(document)?;
    let events = object
        .range("logEvents")
        .ok_or(Reason::Lacks("logEvents"))?;
    let around = facts(
        &object,
        &[("log group", "logGroup"), ("log stream", "logStream")],
    );
    let (places, truncated) = parts(document, events, meter)?;
    let mut items = Vec::with_capacity(places.len());
    for place in places {
        let event = read(&document[place.clone()])?;
        let message = event.range("message").ok_or(Reason::Lacks("message"))?;
        let mut facts = facts(&event, &[("id", "id"), ("time", "timestamp")]);
        facts.extend(around.iter().cloned());
        let message = place.start + message.start..place.start + message.end;
        items.push(Item::new(carried(document, message)).with_facts(facts));
    }
    let about = [object.text("logGroup"), object.text("messageType")];
    let about = about.into_iter().flatten().filter(|text| !text.is_empty());
    let about: Vec<String> = about
        .chain([format!("{} log events", items.len())])
        .collect();
    Ok(Opened {
        detail: about.join(", "),
        items,
        confidence: 99,
        truncated,
    })
}

/// The elements of an array within a document, as many as are shown of one record.
fn parts(
    document: &Bytes,
    array: Range<usize>,
    meter: &mut Meter,
) -> Result<(Vec<Range<usize>>, Option<Truncated>), Reason> {
    meter.work(array.len())?;
    let most = meter.budget.events;
    let start = array.start;
    let mut places = elements(&document[array], most.saturating_add(1));
    let truncated = (places.len() > most).then_some(Truncated {
        at: most,
        bound: Bound::Events,
    });
    places.truncate(most);
    for place in &mut places {
        *place = start + place.start..start + place.end;
    }
    Ok((places, truncated))
}

/// The documents of a batch: `{"Records":[…]}`, an array, or one alone.
fn batch(document: &Bytes, meter: &mut Meter) -> Result<(Vec<Bytes>, Option<Truncated>), Reason> {
    let records = match Object::read(document) {
        None => Some(0..document.len()),
        Some(object) => object.range("Records"),
    };
    match records {
        None => Ok((vec![document.clone()], None)),
        Some(records) => {
            let (places, truncated) = parts(document, records, meter)?;
            let slices = places.into_iter().map(|place| document.slice(place));
            Ok((slices.collect(), truncated))
        }
    }
}

fn opened(
    (documents, truncated): (Vec<Bytes>, Option<Truncated>),
    confidence: u8,
    mut open: impl FnMut(&Bytes) -> Result<Item, Reason>,
) -> Result<Opened, Reason> {
    let items: Vec<Item> = documents.iter().map(&mut open).collect::<Result<_, _>>()?;
    if items.is_empty() {
        return Err(Reason::Lacks("records"));
    }
    let detail = match &items[..] {
        [only] => summary(&only.facts),
        many => format!("{} records", many.len()),
    };
    Ok(Opened {
        items,
        detail,
        confidence,
        truncated,
    })
}

fn summary(facts: &[Fact]) -> String {
    let shown = facts.iter().filter(|fact| fact.name != "id").take(3);
    let shown: Vec<String> = shown
        .map(|fact| format!("{} {}", fact.name, fact.value))
        .collect();
    shown.join(", ")
}

/// `DynamoDB`'s change records (its developer guide, "Kinesis Data Streams and `DynamoDB`").
pub(super) fn changes(document: &Bytes, meter: &mut Meter) -> Result<Opened, Reason> {
    let batch = batch(document, meter)?;
    opened(batch, 98, |document| dynamodb::change(document, meter))
}

/// `EventBridge`'s events (its user guide, "Event structure").
pub(super) fn event_bridge(document: &Bytes) -> Result<Opened, Reason> {
    let object = read(document)?;
    let detail = object.range("detail").ok_or(Reason::Lacks("detail"))?;
    let facts = facts(
        &object,
        &[
            ("type", "detail-type"),
            ("source", "source"),
            ("time", "time"),
            ("id", "id"),
            ("account", "account"),
            ("region", "region"),
        ],
    );
    let about = summary(&facts);
    let item = Item::new(carried(document, detail)).with_facts(facts);
    Ok(Opened::one(item, about, 98))
}

/// `CloudEvents` in JSON, one or a batch (`CloudEvents` 1.0, JSON event format).
pub(super) fn cloud_events(document: &Bytes, meter: &mut Meter) -> Result<Opened, Reason> {
    let batch = batch(document, meter)?;
    opened(batch, 98, |document| {
        let object = read(document)?;
        if !object.has("specversion") {
            return Err(Reason::Lacks("specversion"));
        }
        let facts = facts(
            &object,
            &[
                ("type", "type"),
                ("source", "source"),
                ("time", "time"),
                ("id", "id"),
                ("subject", "subject"),
                ("schema", "dataschema"),
            ],
        );
        let item = match (object.range("data"), object.text("data_base64")) {
            (_, Some(text)) => Item::new(Bytes::from(base64::decode(text.as_bytes())?)),
            (Some(data), None) => Item::new(carried(document, data)),
            (None, None) => Item::json(document.clone()),
        };
        Ok(item.with_facts(facts))
    })
}

/// SNS notifications, as an HTTP endpoint or a queue gets them, or in Lambda's batch.
pub(super) fn notifications(document: &Bytes, meter: &mut Meter) -> Result<Opened, Reason> {
    let batch = batch(document, meter)?;
    opened(batch, 97, |record| {
        let outer = read(record)?;
        let inner = outer.range("Sns").unwrap_or(0..record.len());
        let record = record.slice(inner);
        let object = read(&record)?;
        let message = object.range("Message").ok_or(Reason::Lacks("Message"))?;
        let facts = facts(
            &object,
            &[
                ("topic", "TopicArn"),
                ("subject", "Subject"),
                ("time", "Timestamp"),
                ("id", "MessageId"),
            ],
        );
        Ok(Item::new(carried(&record, message)).with_facts(facts))
    })
}

/// SQS messages as Lambda gets them, one or a batch.
pub(super) fn messages(document: &Bytes, meter: &mut Meter) -> Result<Opened, Reason> {
    let batch = batch(document, meter)?;
    opened(batch, 97, |record| {
        let object = read(record)?;
        let body = object.range("body").ok_or(Reason::Lacks("body"))?;
        let facts = facts(&object, &[("queue", "eventSourceARN"), ("id", "messageId")]);
        Ok(Item::new(carried(record, body)).with_facts(facts))
    })
}

/// Rows and control records of the Database Migration Service
/// (its user guide, "Using Amazon Kinesis Data Streams as a target").
pub(super) fn dms(document: &Bytes) -> Result<Opened, Reason> {
    let object = read(document)?;
    let metadata = object.object("metadata").ok_or(Reason::Lacks("metadata"))?;
    let facts = facts(
        &metadata,
        &[
            ("operation", "operation"),
            ("schema", "schema-name"),
            ("table", "table-name"),
            ("time", "timestamp"),
            ("kind", "record-type"),
        ],
    );
    let about = summary(&facts);
    let slice = |name| object.range(name).map(|range| document.slice(range));
    let Some(row) = slice("data") else {
        // a control record
        let item = Item::json(document.clone()).with_facts(facts);
        return Ok(Opened::one(item, about, 97));
    };
    let is_delete = metadata.text("operation").as_deref() == Some("delete");
    let before = slice("before-image");
    let change = if is_delete {
        Change {
            old: before.or_else(|| Some(row.clone())),
            new: None,
        }
    } else {
        Change {
            old: before,
            new: Some(row.clone()),
        }
    };
    let item = Item {
        change: Some(change),
        ..Item::new(row).with_facts(facts)
    };
    Ok(Opened::one(item, about, 97))
}

/// What Lambda sends to a destination on failure: of an asynchronous call the request, of a stream
/// the place of the batch (Lambda's developer guide, "Capturing records of invocations").
pub(super) fn lambda_failure(document: &Bytes) -> Result<Opened, Reason> {
    let object = read(document)?;
    let context = object.object("requestContext");
    let context = context.ok_or(Reason::Lacks("requestContext"))?;
    let mut found = facts(
        &context,
        &[
            ("condition", "condition"),
            ("function", "functionArn"),
            ("id", "requestId"),
            ("attempts", "approximateInvokeCount"),
        ],
    );
    found.extend(facts(&object, &[("time", "timestamp")]));
    if let Some(batch) = object
        .object("KinesisBatchInfo")
        .or_else(|| object.object("DDBStreamBatchInfo"))
    {
        found.extend(facts(
            &batch,
            &[
                ("stream", "streamArn"),
                ("shard", "shardId"),
                ("first", "startSequenceNumber"),
                ("last", "endSequenceNumber"),
                ("batch", "batchSize"),
            ],
        ));
    }
    let about = summary(&found);
    let item = match object.range("requestPayload") {
        Some(request) => Item::new(carried(document, request)),
        None => Item::json(document.clone()),
    };
    Ok(Opened::one(item.with_facts(found), about, 97))
}
