use crate::wire::{
    BadLine, CommandError, ImportAs, ImportFormat, ImportPreview, ImportRequest, ImportSource,
    ImportedRow, Number,
};
use engine::safe_text;
use std::path::PathBuf;

impl TryFrom<ImportRequest> for engine::ImportRequest {
    type Error = CommandError;

    fn try_from(request: ImportRequest) -> Result<Self, CommandError> {
        let ImportRequest {
            target,
            source,
            format,
            key,
            payload_column: column,
            order,
            aggregate,
            records_per_second,
        } = request;
        Ok(Self {
            connection: target.connection_id()?,
            stream: target.stream,
            source: match source {
                ImportSource::Pasted { text } => engine::ImportSource::Pasted(text),
                ImportSource::File { path } => engine::ImportSource::File(PathBuf::from(path)),
            },
            format: match format {
                ImportAs::Detect => None,
                ImportAs::Ndjson => Some(engine::ImportFormat::Ndjson),
                ImportAs::JsonArray => Some(engine::ImportFormat::JsonArray),
                ImportAs::Csv => Some(engine::ImportFormat::Csv),
            },
            key,
            column,
            order: order.into(),
            aggregate,
            records_per_second: records_per_second.map(Number::as_f64),
        })
    }
}

impl ImportPreview {
    pub fn of(source: ImportSource, preview: engine::ImportPreview) -> Self {
        let units = preview.put_units;
        Self {
            // what was pasted is in the window already
            source: match source {
                ImportSource::Pasted { .. } => ImportSource::Pasted {
                    text: String::new(),
                },
                file @ ImportSource::File { .. } => file,
            },
            format: match preview.format {
                engine::ImportFormat::Ndjson => ImportFormat::Ndjson,
                engine::ImportFormat::JsonArray => ImportFormat::JsonArray,
                engine::ImportFormat::Csv => ImportFormat::Csv,
            },
            records: Number::from_u64(preview.records),
            size_bytes: Number::from_u64(preview.size_bytes),
            first: preview.first.into_iter().map(ImportedRow::from).collect(),
            bad: preview.bad.into_iter().map(BadLine::from).collect(),
            bad_total: Number::from_u64(preview.bad_total),
            columns: preview.columns,
            put_units: Number::from_u64(units.units_after),
            put_units_saved: Number::from_u64(units.units_before.saturating_sub(units.units_after)),
        }
    }
}

impl From<engine::ImportedRow> for ImportedRow {
    fn from(row: engine::ImportedRow) -> Self {
        Self {
            line: Number::from_u64(row.line),
            key: safe_text(&row.key).into_owned(),
            text: safe_text(&row.text).into_owned(),
            shard: row.shard.map(|shard| shard.to_string()),
        }
    }
}

impl From<engine::BadLine> for BadLine {
    fn from(bad: engine::BadLine) -> Self {
        Self {
            line: Number::from_u64(bad.line),
            message: safe_text(&bad.reason).into_owned(),
        }
    }
}
