//! Records out of a file or a paste: what would be sent, what cannot be read, and sending it.

use super::{
    KnownTarget, Published,
    plan::{Again, ImportAgain, Plan, PlanOf},
    prepared::{Counted, Prepared, put_units},
};
use crate::{ConnectionId, Engine, EngineError, GrantId, connections::Origin, engine::blocking};
use bytes::Bytes;
use publish::{
    Entry, Evenly, KeyExpression, Order, Saving,
    import::{self, BadLine, CsvValues, Format, ImportOptions, Imported},
};
use record::ShardId;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use store::Composed;

/// A larger file is not taken: it is read into memory as a whole.
const MOST_BYTES: u64 = 256 << 20;
/// Of a pasted text that is kept with its delivery.
const MOST_KEPT_BYTES: usize = 1 << 20;
const FIRST_ROWS: usize = 8;
const MOST_BAD: usize = 50;
/// Looked at for an estimate of what aggregation saves; more are taken to be like them.
const SAMPLE_BYTES: usize = 8 << 20;
/// Of a payload in the preview.
const SHOWN_CHARS: usize = 2_000;

#[derive(Clone, Debug, PartialEq)]
pub struct ImportRequest {
    pub connection: ConnectionId,
    pub stream: String,
    pub source: ImportSource,
    /// None: as it looks.
    pub format: Option<ImportFormat>,
    pub key: String,
    /// The column whose text is the payload; without it, it is the row as a JSON object.
    pub column: Option<String>,
    pub order: Order,
    pub aggregate: bool,
    /// None: as fast as the stream takes it.
    pub records_per_second: Option<f64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportSource {
    Pasted(String),
    File(PathBuf),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ImportFormat {
    Ndjson,
    JsonArray,
    Csv,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportPreview {
    pub format: ImportFormat,
    /// What can be sent.
    pub records: u64,
    pub size_bytes: u64,
    pub first: Vec<ImportedRow>,
    /// The first of them.
    pub bad: Vec<BadLine>,
    pub bad_total: u64,
    /// Of a CSV's header.
    pub columns: Vec<String>,
    /// Of all that can be sent; estimated from the first of them where there are many bytes.
    pub put_units: Saving,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedRow {
    pub line: u64,
    pub key: String,
    /// Its beginning.
    pub text: String,
    pub shard: Option<ShardId>,
}

/// Text that was read, and how it is to be taken.
struct Text {
    bytes: Bytes,
    format: ImportFormat,
    options: ImportOptions,
}

impl Engine {
    /// What would be sent, and the lines that cannot be read. Nothing is sent.
    pub async fn preview_import(
        &self,
        request: ImportRequest,
    ) -> Result<ImportPreview, EngineError> {
        let known = self
            .known_target(request.connection, &request.stream)
            .await?;
        blocking(move || {
            let text = read(&request, &known)?;
            Ok(preview(&text, &known, request.aggregate))
        })
        .await?
    }

    /// Sends what can be read. What was asked for with one token is sent once, however often it is asked for.
    ///
    /// # Errors
    /// Before anything is sent: nothing to send, and what keeps the target from being opened.
    pub async fn start_import(
        &self,
        request: ImportRequest,
        grant: GrantId,
        token: String,
    ) -> Result<Published, EngineError> {
        if let Some(known) = self.published_with(&token).await? {
            return Ok(known);
        }
        let pace = pace(request.records_per_second)?;
        let granted = self.granted_for(grant, request.connection, &request.stream)?;
        let known = self
            .known_target(request.connection, &request.stream)
            .await?;
        let origin = Origin::of(&self.connection(request.connection)?);
        let prepared = blocking(move || prepare(request, origin, &known)).await??;
        let (prepared, plan, composed) = prepared;
        self.deliver(granted, token, prepared, plan, composed, pace)
            .await
    }
}

pub(super) fn pace(records_per_second: Option<f64>) -> Result<Evenly, EngineError> {
    let Some(rate) = records_per_second else {
        return Ok(Evenly::AT_ONCE);
    };
    Evenly::per_second(rate).ok_or_else(|| {
        EngineError::Input("a rate is above 0 and at most 1,000,000 a second".to_owned())
    })
}

/// A text that was pasted is nowhere else; a long one would burden every look at the history.
fn kept_text(request: &ImportRequest) -> Option<Composed> {
    match &request.source {
        ImportSource::Pasted(text) if text.len() <= MOST_KEPT_BYTES => Some(Composed {
            partition_key: request.key.clone(),
            explicit_hash_key: None,
            body: text.clone().into_bytes(),
        }),
        ImportSource::Pasted(_) | ImportSource::File(_) => None,
    }
}

fn again(request: &ImportRequest, format: ImportFormat, is_kept: bool) -> Option<ImportAgain> {
    let file = match &request.source {
        ImportSource::File(path) => Some(path.clone()),
        ImportSource::Pasted(_) => None,
    };
    (is_kept || file.is_some()).then(|| ImportAgain {
        file,
        format,
        key: request.key.clone(),
        column: request.column.clone(),
        records_per_second: request.records_per_second,
    })
}

fn read(request: &ImportRequest, known: &KnownTarget) -> Result<Text, EngineError> {
    let text = match &request.source {
        ImportSource::Pasted(text) => Bytes::from(text.clone()),
        ImportSource::File(path) => {
            let fault = |why: String| EngineError::Input(format!("{}: {why}", path.display()));
            let size = std::fs::metadata(path)
                .map_err(|error| fault(error.to_string()))?
                .len();
            if size > MOST_BYTES {
                return Err(fault(format!("it has more than {} MiB", MOST_BYTES >> 20)));
            }
            Bytes::from(std::fs::read(path).map_err(|error| fault(error.to_string()))?)
        }
    };
    let key: KeyExpression = request
        .key
        .parse()
        .map_err(|error: publish::KeyExpressionError| EngineError::Input(error.to_string()))?;
    let format = request
        .format
        .unwrap_or_else(|| match import::detect(&text) {
            Format::Ndjson => ImportFormat::Ndjson,
            Format::JsonArray => ImportFormat::JsonArray,
            Format::Csv(_) => ImportFormat::Csv,
        });
    let options = ImportOptions {
        format: match format {
            ImportFormat::Ndjson => Format::Ndjson,
            ImportFormat::JsonArray => Format::JsonArray,
            ImportFormat::Csv => Format::Csv(CsvValues::AsTheyLook),
        },
        key,
        payload_field: request
            .column
            .clone()
            .filter(|_| format == ImportFormat::Csv),
        limits: known.limits,
    };
    Ok(Text {
        bytes: text,
        format,
        options,
    })
}

impl Text {
    fn rows(&self) -> impl Iterator<Item = Result<Imported, BadLine>> + Send + use<> {
        import::import(self.bytes.clone(), self.options.clone())
    }
}

fn preview(text: &Text, known: &KnownTarget, is_aggregated: bool) -> ImportPreview {
    let (mut sample, mut sample_bytes) = (Vec::new(), 0);
    let mut preview = ImportPreview {
        format: text.format,
        records: 0,
        size_bytes: 0,
        first: Vec::new(),
        bad: Vec::new(),
        bad_total: 0,
        columns: match text.format {
            ImportFormat::Csv => import::columns(&text.bytes),
            ImportFormat::Ndjson | ImportFormat::JsonArray => Vec::new(),
        },
        put_units: Saving::default(),
    };
    for row in text.rows() {
        match row {
            Ok(row) => {
                preview.records += 1;
                preview.size_bytes += row.entry.size_bytes() as u64;
                if sample_bytes < SAMPLE_BYTES {
                    sample_bytes += row.entry.size_bytes();
                    sample.push(row.entry.clone());
                }
                if preview.first.len() < FIRST_ROWS {
                    preview.first.push(shown(row, known));
                }
            }
            Err(bad) => {
                preview.bad_total += 1;
                if preview.bad.len() < MOST_BAD {
                    preview.bad.push(bad);
                }
            }
        }
    }
    preview.put_units = put_units(sample, known, is_aggregated, preview.records);
    preview
}

fn shown(row: Imported, known: &KnownTarget) -> ImportedRow {
    let text = String::from_utf8_lossy(&row.entry.data);
    ImportedRow {
        line: row.line,
        shard: known.landing(row.entry.hash_key()),
        text: text.chars().take(SHOWN_CHARS).collect(),
        key: row.entry.key,
    }
}

pub(super) fn prepare(
    request: ImportRequest,
    origin: Origin,
    known: &KnownTarget,
) -> Result<(Prepared, Plan, Option<Composed>), EngineError> {
    let text = read(&request, known)?;
    let composed = kept_text(&request);
    let again = again(&request, text.format, composed.is_some());
    let good = || text.rows().filter_map(Result::ok).map(|row| row.entry);
    let counted = Counted::of(good());
    if counted.is_empty() {
        return Err(EngineError::Input(
            "there is nothing in it that can be sent".to_owned(),
        ));
    }
    let prepared = if request.aggregate {
        Prepared::aggregated(good().collect::<Vec<Entry>>(), known)?
    } else {
        Prepared::read(Box::new(good()), counted, known)
    };
    let plan = Plan {
        stream: request.stream,
        origin,
        total: prepared.total(),
        size_bytes: prepared.size_bytes(),
        keys: prepared.first_keys(),
        order: request.order.into(),
        aggregate: request.aggregate,
        of: PlanOf::Import,
        again: again.map(Again::Import),
        fingerprint: prepared.fingerprint(),
    };
    Ok((prepared, plan, composed))
}
