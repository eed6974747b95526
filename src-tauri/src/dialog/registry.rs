//! What a person is asked before a schema registry is: which host learns of which stream's schemas, and as whom.

use super::{Asked, Field, Wants, safe};
use crate::words::Words;
use engine::{RegistryQuestion, SchemaRegistry};

pub(super) fn asked(words: &'static Words, question: &RegistryQuestion) -> Asked {
    let Words { ask, facts, .. } = words;
    let registry = question.registry();
    let host = safe(&registry.host());
    let arn = question.stream_arn();
    let stream = arn.rsplit_once('/').map_or(arn, |(_, name)| name);
    let mut told = vec![(facts.host, host.clone()), (facts.stream, safe(stream))];
    match registry {
        SchemaRegistry::Glue { .. } => {
            told.push((facts.registry, "Glue Schema Registry".to_owned()));
            let connection = question.connection_label().unwrap_or_default();
            told.push((facts.signed_by, safe(connection)));
        }
        SchemaRegistry::Confluent { url, user } => {
            told.push((facts.address, safe(url)));
            let as_whom = user.as_deref().map(safe);
            let nobody = || facts.nobody.to_owned();
            told.push((facts.asked_as, as_whom.unwrap_or_else(nobody)));
        }
    }
    Asked {
        title: ask.registry_title,
        question: (ask.registry)(&host),
        facts: told,
        warning: Some(ask.registry_warning.to_owned()),
        field: registry.user().map(|user| Field {
            label: (ask.password)(&safe(user)),
            wants: Wants::Password,
        }),
        no: ask.registry_no,
        yes: ask.registry_yes.to_owned(),
    }
}
