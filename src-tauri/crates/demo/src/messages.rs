//! The JSON that the demo's services publish: events in their envelope, and commands.
//!
//! Fields keep the order in which a person reads them, which a sorted map would lose.

use record::Millis;
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::Value;

/// Fields in the order in which they were given.
#[derive(Clone, Debug)]
pub(crate) struct Fields(pub Vec<(&'static str, Value)>);

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// `fields! { "name": value, … }`, where a value is anything that `serde_json` can take.
macro_rules! fields {
    ($($name:literal: $value:expr),* $(,)?) => {
        $crate::messages::Fields(vec![$(($name, serde_json::json!($value))),*])
    };
}
pub(crate) use fields;

/// Who caused a message: the saga, and a trace in about half of them.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    pub saga_id: String,
    pub traceparent: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) enum Message {
    Event {
        id: String,
        kind: &'static str,
        origin: Option<Origin>,
        payload: Fields,
    },
    Command {
        kind: &'static str,
        origin: Origin,
        order_id: String,
        user_id: String,
        details: Fields,
    },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Envelope<'a> {
    event_id: &'a str,
    event_type: &'a str,
    timestamp: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    saga_id: Option<&'a str>,
    payload: &'a Fields,
    #[serde(skip_serializing_if = "Option::is_none")]
    traceparent: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Request<'a> {
    command_type: &'a str,
    saga_id: &'a str,
    order_id: &'a str,
    user_id: &'a str,
    timestamp: String,
    #[serde(flatten)]
    details: &'a Fields,
    #[serde(skip_serializing_if = "Option::is_none")]
    traceparent: Option<&'a str>,
}

impl Message {
    /// The message as it is published when it says that it happened at `timestamp`.
    pub fn json(&self, timestamp: Millis) -> String {
        let timestamp = timestamp.to_string();
        let json = match self {
            Self::Event {
                id,
                kind,
                origin,
                payload,
            } => serde_json::to_string(&Envelope {
                event_id: id,
                event_type: kind,
                timestamp,
                saga_id: origin.as_ref().map(|origin| origin.saga_id.as_str()),
                payload,
                traceparent: origin
                    .as_ref()
                    .and_then(|origin| origin.traceparent.as_deref()),
            }),
            Self::Command {
                kind,
                origin,
                order_id,
                user_id,
                details,
            } => serde_json::to_string(&Request {
                command_type: kind,
                saga_id: &origin.saga_id,
                order_id,
                user_id,
                timestamp,
                details,
                traceparent: origin.traceparent.as_deref(),
            }),
        };
        json.expect("text keys and finite numbers always become JSON")
    }
}
