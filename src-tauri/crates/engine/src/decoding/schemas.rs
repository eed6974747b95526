//! A schema that is kept: what the chosen files said, and under which name. It chooses no file.

use crate::EngineError;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use decode::{ProtoFile, SchemaFault, SchemaId, Schemas, safe_text};
use serde::{Deserialize, Serialize};
use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

const MOST_SCHEMAS: usize = 200;
const MOST_FILES: usize = 200;
/// Of all files of one schema.
const MOST_BYTES: u64 = 4 << 20;
/// Of all schemas.
const MOST_KEPT_BYTES: usize = 32 << 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaKind {
    Avro,
    Protobuf,
    /// A document says all by itself.
    Json,
}

/// A schema without what it says. Every text is safe to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaOverview {
    pub id: String,
    pub kind: SchemaKind,
    /// The names of its files.
    pub files: Vec<String>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct KeptSchema {
    pub id: SchemaId,
    pub said: Said,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Said {
    Avro {
        file: String,
        text: String,
        /// Others whose types it names, each after those that it needs itself.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        needed: Vec<KeptFile>,
    },
    DescriptorSet {
        file: String,
        base64: String,
    },
    Proto {
        files: Vec<KeptFile>,
    },
    Json,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct KeptFile {
    pub name: String,
    pub text: String,
}

impl KeptSchema {
    /// Reads the files, and what they say.
    pub fn from_files(files: &[PathBuf], id: Option<SchemaId>) -> Result<Self, EngineError> {
        let Some(first) = files.first().filter(|_| files.len() <= MOST_FILES) else {
            return refused(format!("a schema has 1 to {MOST_FILES} files"));
        };
        let mut room = MOST_BYTES;
        let mut read = Vec::with_capacity(files.len());
        for file in files {
            read.push(read_file(file, &mut room)?);
        }
        let said = if files.iter().all(|file| has_extension(file, &["proto"])) {
            let names = names_within(files);
            let texts = read.into_iter().zip(&names).map(|(bytes, name)| {
                Ok(KeptFile {
                    text: text(bytes, name)?,
                    name: name.clone(),
                })
            });
            Said::Proto {
                files: texts.collect::<Result<_, EngineError>>()?,
            }
        } else if files.len() > 1 {
            return refused("only .proto files are chosen together".to_owned());
        } else {
            let (file, bytes) = (file_name(first), read.remove(0));
            if has_extension(first, &["avsc", "json"]) {
                let text = text(bytes, &file)?;
                Said::Avro {
                    file,
                    text,
                    needed: Vec::new(),
                }
            } else {
                let base64 = STANDARD.encode(bytes);
                Said::DescriptorSet { file, base64 }
            }
        };
        let schema = Self {
            // the name is shown, and sent back when it is chosen
            id: id.unwrap_or_else(|| SchemaId::File(safe_text(&file_name(first)).into_owned())),
            said,
        };
        let added = schema.add_to(&mut Schemas::default());
        added.map_err(|fault| EngineError::Input(safe_text(&fault.to_string()).into_owned()))?;
        Ok(schema)
    }

    pub fn add_to(&self, schemas: &mut Schemas) -> Result<(), SchemaFault> {
        let id = self.id.clone();
        match &self.said {
            Said::Avro { text, needed, .. } => {
                let needed: Vec<&str> = needed.iter().map(|file| &*file.text).collect();
                schemas.add_avro_with(id, &needed, text)
            }
            Said::Json => {
                schemas.add_json(id);
                Ok(())
            }
            Said::DescriptorSet { base64, .. } => {
                // what is no base64 any more is no descriptor set either
                let bytes = STANDARD.decode(base64).unwrap_or_default();
                schemas.add_descriptor_set(id, &bytes)
            }
            Said::Proto { files } => {
                let file = |file: &KeptFile| ProtoFile {
                    name: file.name.clone(),
                    text: file.text.clone(),
                };
                let files: Vec<ProtoFile> = files.iter().map(file).collect();
                schemas.add_proto_files(id, &files)
            }
        }
    }

    pub fn overview(&self) -> SchemaOverview {
        let (kind, files): (_, Vec<&String>) = match &self.said {
            Said::Avro { file, .. } => (SchemaKind::Avro, vec![file]),
            Said::DescriptorSet { file, .. } => (SchemaKind::Protobuf, vec![file]),
            Said::Proto { files } => (
                SchemaKind::Protobuf,
                files.iter().map(|file| &file.name).collect(),
            ),
            Said::Json => (SchemaKind::Json, Vec::new()),
        };
        SchemaOverview {
            id: self.id.to_string(),
            kind,
            files: files
                .into_iter()
                .map(|file| safe_text(file).into_owned())
                .collect(),
        }
    }

    pub fn kept_bytes(&self) -> usize {
        let of = |files: &[KeptFile]| -> usize { files.iter().map(|file| file.text.len()).sum() };
        match &self.said {
            Said::Avro { text, needed, .. } => text.len() + of(needed),
            Said::DescriptorSet { base64, .. } => base64.len(),
            Said::Proto { files } => of(files),
            Said::Json => 0,
        }
    }
}

/// # Errors
/// [`EngineError::Input`] where one more would be too much.
pub(super) fn require_room(kept: &[KeptSchema], new: &KeptSchema) -> Result<(), EngineError> {
    let bytes: usize = kept.iter().map(KeptSchema::kept_bytes).sum();
    if kept.len() >= MOST_SCHEMAS || bytes + new.kept_bytes() > MOST_KEPT_BYTES {
        return refused("there is no room for another schema: forget one first".to_owned());
    }
    Ok(())
}

fn refused<T>(why: String) -> Result<T, EngineError> {
    Err(EngineError::Input(why))
}

fn read_file(path: &Path, room: &mut u64) -> Result<Vec<u8>, EngineError> {
    let failed = |error| EngineError::File {
        path: path.to_owned(),
        error,
    };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(failed)?;
    file.take(*room + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    *room = match room.checked_sub(bytes.len() as u64) {
        Some(room) => room,
        None => return refused(format!("a schema has at most {MOST_BYTES} bytes")),
    };
    Ok(bytes)
}

fn text(bytes: Vec<u8>, name: &str) -> Result<String, EngineError> {
    let text = String::from_utf8(bytes);
    text.map_err(|_| EngineError::Input(format!("{} is no text", safe_text(name))))
}

fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|has| extensions.iter().any(|one| has.eq_ignore_ascii_case(one)))
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

/// Files by their places below the folder that holds all of them: as they import each other.
fn names_within(files: &[PathBuf]) -> Vec<String> {
    let folder = |file: &PathBuf| file.parent().unwrap_or(Path::new("")).to_owned();
    let mut common = files.first().map(folder).unwrap_or_default();
    while !files.iter().all(|file| file.starts_with(&common)) && common.pop() {}
    let name = |file: &PathBuf| {
        let within = file.strip_prefix(&common).unwrap_or(file);
        let parts = within
            .components()
            .map(|part| part.as_os_str().to_string_lossy());
        parts.collect::<Vec<_>>().join("/")
    };
    files.iter().map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_below_the_folder_that_holds_all() {
        let names = |files: &[&str]| {
            let files: Vec<PathBuf> = files.iter().map(PathBuf::from).collect();
            names_within(&files)
        };
        assert_eq!(names(&["/p/shop.proto"]), ["shop.proto"]);
        assert_eq!(
            names(&["/p/a/money.proto", "/p/shop.proto", "/p/a/b/c.proto"]),
            ["a/money.proto", "shop.proto", "a/b/c.proto"]
        );
    }

    #[test]
    fn files_that_import_each_other_are_one_schema() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            std::fs::write(&path, text).expect("written");
            path
        };
        let shop = write(
            "shop.proto",
            "syntax = \"proto3\"; import \"common/money.proto\"; message Order { Money total = 1; }",
        );
        let money = write(
            "common/money.proto",
            "syntax = \"proto3\"; message Money { int64 cents = 1; }",
        );
        let schema = KeptSchema::from_files(&[shop.clone(), money], None).expect("a schema");
        assert_eq!(
            schema.overview().files,
            ["shop.proto", "common/money.proto"]
        );
        let alone = KeptSchema::from_files(&[shop], None)
            .err()
            .expect("refused");
        assert!(alone.to_string().contains("common/money.proto"), "{alone}");
        let large = write("large.avsc", &" ".repeat((4 << 20) + 1));
        let refused = KeptSchema::from_files(&[large], None)
            .err()
            .expect("refused");
        assert!(refused.to_string().contains("at most"), "{refused}");
    }
}
