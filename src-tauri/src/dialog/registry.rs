//! What a person is asked before a schema registry is: which host learns of which stream's schemas, and as whom.

use super::{Asked, Field};
use engine::{RegistryQuestion, SchemaRegistry, safe_text};

const WARNING: &str = "It learns which schemas the records of this stream name. No record is sent, and no other host is asked.";

pub(super) fn asked(question: &RegistryQuestion) -> Asked {
    let safe = |text: &str| safe_text(text).into_owned();
    let registry = question.registry();
    let host = safe(&registry.host());
    let arn = question.stream_arn();
    let stream = arn.rsplit_once('/').map_or(arn, |(_, name)| name);
    let mut facts = vec![("Host", host.clone()), ("Stream", safe(stream))];
    match registry {
        SchemaRegistry::Glue { .. } => {
            facts.push(("Registry", "Glue Schema Registry".to_owned()));
            let connection = question.connection_label().unwrap_or_default();
            facts.push(("Signed by", safe(connection)));
        }
        SchemaRegistry::Confluent { url, user } => {
            facts.push(("Address", safe(url)));
            let as_whom = user.as_deref().map_or_else(|| "nobody".to_owned(), safe);
            facts.push(("Asked as", as_whom));
        }
    }
    Asked {
        title: "Ask a schema registry?",
        question: format!("May Kinescope ask {host} for schemas?"),
        facts,
        warning: Some(WARNING.to_owned()),
        field: registry.user().map(|user| Field::Password(safe(user))),
        no: "Don’t ask it",
        yes: "Ask it for schemas".to_owned(),
    }
}
