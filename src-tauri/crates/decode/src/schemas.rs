//! The schemas that the caller has: Avro and Protobuf, by where they come from.
//!
//! They are read once, here. Nothing is fetched: who has a registry adds what it says.

use crate::structured::{
    avro::{self, AvroFault},
    protobuf::{ProtoFault, ProtoFile, ProtoSchema},
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt, str::FromStr, sync::Arc};

/// Where a schema comes from. As text `glue:<uuid>`, `confluent:<number>` or `file:<name>`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum SchemaId {
    /// The id of a schema version in the Glue Schema Registry.
    Glue([u8; 16]),
    Confluent(u32),
    /// A name that the user gave.
    File(String),
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a schema's id is glue:<uuid>, confluent:<number> or file:<name>")]
pub struct SchemaIdError;

/// Why a schema cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SchemaFault {
    #[error("the Avro schema cannot be read: {0}")]
    Avro(#[from] AvroFault),
    #[error(transparent)]
    Protobuf(#[from] ProtoFault),
}

/// Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Schemas {
    by_id: BTreeMap<SchemaId, Definition>,
    /// Avro's single-object encoding names a schema by its fingerprint.
    by_fingerprint: BTreeMap<u64, SchemaId>,
    /// Of what each was made of.
    sums: BTreeMap<SchemaId, u64>,
}

#[derive(Clone, Debug)]
pub(crate) enum Definition {
    Avro(Arc<avro::Schema>),
    Protobuf(Arc<ProtoSchema>),
    /// Glue and Confluent frame JSON, too; the document says all.
    Json,
}

impl Schemas {
    /// Adds an Avro schema, or replaces the one under this id.
    pub fn add_avro(&mut self, id: SchemaId, text: &str) -> Result<(), SchemaFault> {
        self.add_avro_with(id, &[], text)
    }

    /// [`add_avro`](Self::add_avro) with the texts whose types it names, each after those that it needs itself.
    pub fn add_avro_with(
        &mut self,
        id: SchemaId,
        needed: &[&str],
        text: &str,
    ) -> Result<(), SchemaFault> {
        let schema = avro::Schema::parse_with(needed, text)?;
        // a fingerprint is that of a text which says all
        if let Some(fingerprint) = avro::fingerprint(text).filter(|_| needed.is_empty()) {
            self.by_fingerprint.insert(fingerprint, id.clone());
        }
        let texts = needed.iter().chain([&text]);
        self.sums
            .insert(id.clone(), sum(texts.map(|text| text.as_bytes())));
        self.by_id.insert(id, Definition::Avro(Arc::new(schema)));
        Ok(())
    }

    /// Adds .proto texts that may import each other and Google's own.
    pub fn add_proto_files(
        &mut self,
        id: SchemaId,
        files: &[ProtoFile],
    ) -> Result<(), SchemaFault> {
        let schema = ProtoSchema::from_files(files)?;
        let texts = files
            .iter()
            .flat_map(|file| [file.name.as_bytes(), file.text.as_bytes()]);
        self.sums.insert(id.clone(), sum(texts));
        self.by_id
            .insert(id, Definition::Protobuf(Arc::new(schema)));
        Ok(())
    }

    /// Adds an encoded `FileDescriptorSet`, with its imports, as `protoc -o` writes it.
    pub fn add_descriptor_set(&mut self, id: SchemaId, bytes: &[u8]) -> Result<(), SchemaFault> {
        let schema = ProtoSchema::from_descriptor_set(bytes)?;
        self.sums.insert(id.clone(), sum([bytes]));
        self.by_id
            .insert(id, Definition::Protobuf(Arc::new(schema)));
        Ok(())
    }

    /// Says that what is framed with this id is JSON.
    pub fn add_json(&mut self, id: SchemaId) {
        self.sums.insert(id.clone(), sum([&b"json"[..]]));
        self.by_id.insert(id, Definition::Json);
    }

    pub fn has(&self, id: &SchemaId) -> bool {
        self.by_id.contains_key(id)
    }

    /// Tells these schemas from others, also in a later run; 0 where there are none.
    pub fn digest(&self) -> u64 {
        let each = self.sums.iter();
        let each = each.map(|(id, of)| sum([id.to_string().as_bytes(), &of.to_le_bytes()]));
        each.fold(0, |all, one| all.rotate_left(1) ^ one)
    }

    pub(crate) fn get(&self, id: &SchemaId) -> Option<&Definition> {
        self.by_id.get(id)
    }

    pub(crate) fn by_fingerprint(&self, fingerprint: u64) -> Option<(&SchemaId, &Definition)> {
        let id = self.by_fingerprint.get(&fingerprint)?;
        Some((id, self.by_id.get(id)?))
    }

    pub(crate) fn protobufs(&self) -> impl Iterator<Item = (&SchemaId, &Arc<ProtoSchema>)> {
        self.by_id
            .iter()
            .filter_map(|(id, definition)| match definition {
                Definition::Protobuf(schema) => Some((id, schema)),
                Definition::Avro(_) | Definition::Json => None,
            })
    }

    pub(crate) fn only_avro(&self) -> Option<(&SchemaId, &Arc<avro::Schema>)> {
        let mut avros = self
            .by_id
            .iter()
            .filter_map(|(id, definition)| match definition {
                Definition::Avro(schema) => Some((id, schema)),
                Definition::Protobuf(_) | Definition::Json => None,
            });
        avros.next().filter(|_| avros.next().is_none())
    }
}

impl fmt::Display for SchemaId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Glue(uuid) => {
                f.write_str("glue:")?;
                for (index, byte) in uuid.iter().enumerate() {
                    let dash = if matches!(index, 4 | 6 | 8 | 10) {
                        "-"
                    } else {
                        ""
                    };
                    write!(f, "{dash}{byte:02x}")?;
                }
                Ok(())
            }
            Self::Confluent(id) => write!(f, "confluent:{id}"),
            Self::File(name) => write!(f, "file:{name}"),
        }
    }
}

impl FromStr for SchemaId {
    type Err = SchemaIdError;

    fn from_str(text: &str) -> Result<Self, SchemaIdError> {
        let (kind, rest) = text.split_once(':').ok_or(SchemaIdError)?;
        match kind {
            "glue" => uuid(rest).map(Self::Glue),
            "confluent" => rest.parse().ok().map(Self::Confluent),
            "file" => Some(Self::File(rest.to_owned())),
            _ => None,
        }
        .ok_or(SchemaIdError)
    }
}

/// FNV-1a, of the parts and their lengths.
fn sum<'p>(parts: impl IntoIterator<Item = &'p [u8]>) -> u64 {
    let add = |sum: u64, byte: &u8| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    parts.into_iter().fold(0xcbf2_9ce4_8422_2325, |sum, part| {
        let length = (part.len() as u64).to_le_bytes();
        length.iter().chain(part).fold(sum, add)
    })
}

fn uuid(text: &str) -> Option<[u8; 16]> {
    let mut digits = text.bytes().filter(|&byte| byte != b'-');
    let mut uuid = [0; 16];
    for byte in &mut uuid {
        let mut nibble = || char::from(digits.next()?).to_digit(16);
        *byte = (nibble()? * 16 + nibble()?) as u8;
    }
    digits.next().is_none().then_some(uuid)
}

impl TryFrom<String> for SchemaId {
    type Error = SchemaIdError;

    fn try_from(text: String) -> Result<Self, SchemaIdError> {
        text.parse()
    }
}

impl From<SchemaId> for String {
    fn from(id: SchemaId) -> Self {
        id.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_the_text_that_they_show() {
        for text in [
            "glue:b7b4a7f0-9c96-4e4a-a687-fb5de9ef0c63",
            "confluent:7",
            "file:orders.avsc",
        ] {
            let id: SchemaId = text.parse().expect("an id");
            assert_eq!(id.to_string(), text);
        }
        for text in [
            "glue:7",
            "confluent:-1",
            "orders.avsc",
            "glue:b7b4a7f0-9c96-4e4a-a687-fb5de9ef0c6x",
        ] {
            assert_eq!(text.parse::<SchemaId>(), Err(SchemaIdError));
        }
    }

    #[test]
    fn an_avro_schema_may_name_the_types_of_others() {
        let money = r#"{"type":"record","name":"Money","namespace":"shop","fields":[{"name":"cents","type":"long"}]}"#;
        let order = r#"{"type":"record","name":"Order","namespace":"shop","fields":[{"name":"total","type":"Money"}]}"#;
        let mut schemas = Schemas::default();
        let id = SchemaId::Confluent(7);
        assert!(schemas.add_avro(id.clone(), order).is_err());
        let added = schemas.add_avro_with(id.clone(), &[money], order);
        assert_eq!(added, Ok(()));
        let framed = bytes::Bytes::from_static(b"\0\0\0\0\x07\x54");
        let decoded = crate::decode(
            &framed,
            &crate::Pipeline::Auto,
            &schemas,
            crate::Budget::default(),
        );
        let text = decoded.events[0].content.bytes();
        assert_eq!(&text[..], br#"{"total":{"cents":42}}"#);
        assert_eq!(decoded.unknown_schemas(&schemas), []);
        let without = Schemas::default();
        let decoded = crate::decode(
            &framed,
            &crate::Pipeline::Auto,
            &without,
            crate::Budget::default(),
        );
        assert_eq!(decoded.unknown_schemas(&without), [id]);
    }
}
