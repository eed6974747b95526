//! Requests read by the published schema: nothing here knows how they were made.

use protox::prost_reflect::{DescriptorPool, DynamicMessage, ReflectMessage, Value};
use std::{collections::BTreeMap, fmt::Write, path::Path, sync::LazyLock};

static SCHEMA: LazyLock<DescriptorPool> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/otlp");
    let service = "opentelemetry/proto/collector/trace/v1/trace_service.proto";
    let files = protox::compile([service], [folder]).expect("the published schema");
    DescriptorPool::from_file_descriptor_set(files).expect("a schema")
});

/// The batch as the schema reads it. Nothing in it may be unknown to the schema.
pub fn decoded(body: &[u8]) -> DynamicMessage {
    let name = "opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest";
    let message = SCHEMA.get_message_by_name(name).expect("the request");
    let request = DynamicMessage::decode(message, body).expect("a request");
    assert_known(&request);
    request
}

fn assert_known(message: &DynamicMessage) {
    assert_eq!(
        message.unknown_fields().count(),
        0,
        "{}",
        message.descriptor().full_name()
    );
    for (_, value) in message.fields() {
        match value {
            Value::Message(inner) => assert_known(inner),
            Value::List(values) => values
                .iter()
                .filter_map(Value::as_message)
                .for_each(assert_known),
            _ => {}
        }
    }
}

pub fn list(message: &DynamicMessage, field: &str) -> Vec<DynamicMessage> {
    let values = message
        .get_field_by_name(field)
        .expect("a field of the schema");
    let values = values.as_list().expect("a list").iter();
    values
        .map(|value| value.as_message().expect("messages").clone())
        .collect()
}

pub fn message(message: &DynamicMessage, field: &str) -> DynamicMessage {
    let value = message
        .get_field_by_name(field)
        .expect("a field of the schema");
    value.as_message().expect("a message").clone()
}

pub fn text(message: &DynamicMessage, field: &str) -> String {
    let value = message
        .get_field_by_name(field)
        .expect("a field of the schema");
    match &*value {
        Value::String(text) => text.clone(),
        Value::Bytes(bytes) => bytes.iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").expect("text");
            hex
        }),
        Value::U64(number) => number.to_string(),
        Value::U32(number) => number.to_string(),
        Value::EnumNumber(number) => number.to_string(),
        other => panic!("{field}: {other:?}"),
    }
}

/// `key=value` of each attribute; lists in brackets.
pub fn attributes(of: &DynamicMessage) -> BTreeMap<String, String> {
    let pair =
        |attribute: DynamicMessage| (text(&attribute, "key"), any(&message(&attribute, "value")));
    list(of, "attributes").into_iter().map(pair).collect()
}

fn any(value: &DynamicMessage) -> String {
    let (_, value) = value.fields().next().expect("a value");
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(flag) => flag.to_string(),
        Value::I64(number) => number.to_string(),
        Value::Message(array) => {
            let values: Vec<String> = list(array, "values").iter().map(any).collect();
            format!("[{}]", values.join(", "))
        }
        other => panic!("{other:?}"),
    }
}

pub fn spans(body: &[u8]) -> Vec<DynamicMessage> {
    let request = decoded(body);
    let resources = list(&request, "resource_spans");
    let scopes = resources
        .iter()
        .flat_map(|resource| list(resource, "scope_spans"));
    scopes.flat_map(|scope| list(&scope, "spans")).collect()
}
