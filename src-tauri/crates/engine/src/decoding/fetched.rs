//! A schema that a registry said: as it is kept, and how many are. It asks nobody.

use super::{
    SchemaOverview,
    asking::RegistryFault,
    schemas::{KeptFile, KeptSchema, Said},
};
use decode::{SchemaId, Schemas, safe_text};
use kinesis::SchemaVersion;
use registry::{Found, SchemaFormat};
use serde::{Deserialize, Serialize};

/// Of one with all that it needs; Glue's own limit is far below.
const MOST_SCHEMA_BYTES: usize = 4 << 20;
/// Of all registries; the oldest go first.
const MOST_FETCHED: usize = 200;
const MOST_FETCHED_BYTES: usize = 32 << 20;

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Fetched {
    /// Whose ids these are.
    pub registry: String,
    pub schema: KeptSchema,
}

type Failed = (RegistryFault, String);

impl Fetched {
    pub fn of_glue(registry: String, id: SchemaId, version: SchemaVersion) -> Result<Self, Failed> {
        let format = match version.data_format.as_str() {
            "AVRO" => SchemaFormat::Avro,
            "JSON" => SchemaFormat::Json,
            "PROTOBUF" => SchemaFormat::Protobuf,
            other => {
                let format = other.chars().take(40).collect::<String>();
                return Err((RegistryFault::Unusable, safe_text(&format).into_owned()));
            }
        };
        let found = Found {
            format,
            text: version.schema_definition,
            references: Vec::new(),
        };
        Self::new(registry, id, found)
    }

    pub fn new(registry: String, id: SchemaId, found: Found) -> Result<Self, Failed> {
        let needed = found
            .references
            .into_iter()
            .map(|(name, text)| KeptFile { name, text });
        let needed: Vec<KeptFile> = needed.collect();
        let said = match found.format {
            SchemaFormat::Avro => Said::Avro {
                file: String::new(),
                text: found.text,
                needed,
            },
            SchemaFormat::Json => Said::Json,
            SchemaFormat::Protobuf => {
                // headers count the messages of the first file; no import can mean this name
                let first = KeptFile {
                    name: format!(":{id}.proto"),
                    text: found.text,
                };
                let files = std::iter::once(first).chain(needed).collect();
                Said::Proto { files }
            }
        };
        let schema = KeptSchema { id, said };
        if schema.kept_bytes() > MOST_SCHEMA_BYTES {
            let cause = format!("it is longer than {MOST_SCHEMA_BYTES} bytes");
            return Err((RegistryFault::Unusable, cause));
        }
        let added = schema.add_to(&mut Schemas::default());
        added.map_err(|fault| {
            let cause = safe_text(&fault.to_string()).into_owned();
            (RegistryFault::Unusable, cause)
        })?;
        Ok(Self { registry, schema })
    }

    /// In the place of what was fetched under its id before.
    pub fn keep_in(self, fetched: &mut Vec<Self>) {
        let is_same = |one: &Self| one.registry == self.registry && one.schema.id == self.schema.id;
        fetched.retain(|one| !is_same(one));
        fetched.push(self);
        let bytes = |all: &[Self]| -> usize {
            let each = all.iter().map(|one| one.schema.kept_bytes());
            each.sum()
        };
        while fetched.len() > MOST_FETCHED
            || (fetched.len() > 1 && bytes(fetched) > MOST_FETCHED_BYTES)
        {
            fetched.remove(0);
        }
    }

    /// Its file is the host that it comes from.
    pub fn overview(&self, host: &str) -> SchemaOverview {
        SchemaOverview {
            files: vec![safe_text(host).into_owned()],
            ..self.schema.overview()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(format: SchemaFormat, text: &str, references: &[(&str, &str)]) -> Found {
        let owned = |&(name, text): &(&str, &str)| (name.to_owned(), text.to_owned());
        Found {
            format,
            text: text.to_owned(),
            references: references.iter().map(owned).collect(),
        }
    }

    fn fetched(number: u32, found: Found) -> Result<Fetched, Failed> {
        Fetched::new("r".to_owned(), SchemaId::Confluent(number), found)
    }

    #[test]
    fn what_cannot_be_used_is_not_kept() {
        let order =
            "syntax = \"proto3\"; import \"money.proto\"; message Order { Money total = 1; }";
        let money = "syntax = \"proto3\"; message Money { int64 cents = 1; }";
        let alone = fetched(7, found(SchemaFormat::Protobuf, order, &[]));
        let (fault, cause) = alone.err().expect("it lacks its import");
        assert_eq!(fault, RegistryFault::Unusable);
        assert!(cause.contains("money.proto"), "{cause}");
        let whole = found(SchemaFormat::Protobuf, order, &[("money.proto", money)]);
        assert!(fetched(7, whole).is_ok());
        assert!(fetched(7, found(SchemaFormat::Avro, "{", &[])).is_err());
        let long = format!("{}\"long\"", " ".repeat(MOST_SCHEMA_BYTES));
        let (_, cause) = fetched(7, found(SchemaFormat::Avro, &long, &[]))
            .err()
            .expect("too long");
        assert!(cause.contains("longer than"), "{cause}");
        // a JSON document says all by itself
        assert!(fetched(7, found(SchemaFormat::Json, "{", &[])).is_ok());
    }

    #[test]
    fn the_oldest_go_and_one_of_the_same_id_is_replaced() {
        let mut kept = Vec::new();
        for number in 0..MOST_FETCHED as u32 + 5 {
            let one = fetched(number, found(SchemaFormat::Avro, "\"long\"", &[]));
            one.expect("a schema").keep_in(&mut kept);
        }
        assert_eq!(kept.len(), MOST_FETCHED);
        assert_eq!(kept[0].schema.id, SchemaId::Confluent(5));
        let again = fetched(5, found(SchemaFormat::Avro, "\"int\"", &[]));
        again.expect("a schema").keep_in(&mut kept);
        assert_eq!(kept.len(), MOST_FETCHED);
        assert_eq!(kept[0].schema.id, SchemaId::Confluent(6));
    }
}
