//! Files that a person chose: reports of replays, and captures in the format of ferrokinesis.

use super::{KeptReplay, WantedChoice, WantedRecords, setup::pin};
use crate::{
    Engine, EngineError, Notice,
    engine::{blocking, now},
    shown,
};
use replay::{BadLine, ExportShown, export_capture_file, import_capture_file, report};
use std::path::Path;
use store::{CaptureId, DeliveryId};

/// A capture that was made of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedCapture {
    /// `None` for a file without a single record.
    pub capture: Option<CaptureId>,
    pub records: u64,
    /// Records that share their number with one before them: kept as parts of one aggregate.
    pub shared_numbers: u64,
    /// Records whose number came long before: left out.
    pub repeated: u64,
    pub bad_lines: u64,
    /// The first of them.
    pub named_lines: Vec<BadLine>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportFormat {
    Json,
    Csv,
}

impl Engine {
    /// Writes what became of each record of a replay; no payload and no key is in it.
    pub async fn export_replay_report(
        &self,
        id: DeliveryId,
        format: ReportFormat,
        path: &Path,
    ) -> Result<(), EngineError> {
        let (store, path) = (self.store().clone(), path.to_owned());
        blocking(move || {
            let kept = KeptReplay::of_delivery(&store.delivery(id)?)?;
            let report = report(&store, id, &kept.plan)?;
            let text = match format {
                ReportFormat::Json => exchange::report_json(&report),
                ReportFormat::Csv => exchange::report_csv(&report),
            };
            let text = text.map_err(replay::ReplayError::from)?;
            std::fs::write(&path, text).map_err(|error| EngineError::File { path, error })
        })
        .await?
    }

    /// Makes a capture of a file; named after the file.
    pub async fn import_capture(&self, path: &Path) -> Result<ImportedCapture, EngineError> {
        let (store, path) = (self.store().clone(), path.to_owned());
        let imported = blocking(move || {
            let name = path
                .file_stem()
                .map_or_else(|| "capture".into(), |name| name.to_string_lossy());
            import_capture_file(&store, &path, &name, now())
        })
        .await??;
        self.notices().send(Notice::Captures);
        self.notices().grew();
        Ok(ImportedCapture {
            capture: imported.capture,
            records: imported.records,
            shared_numbers: imported.shared_numbers,
            repeated: imported.repeated,
            bad_lines: imported.bad_lines,
            named_lines: imported.named_lines,
        })
    }

    /// Writes all records of a capture as they were captured, less what masks hide, and says how many.
    pub async fn export_capture(
        &self,
        capture: CaptureId,
        path: &Path,
    ) -> Result<u64, EngineError> {
        let source = WantedRecords {
            captures: vec![capture.0],
            chosen: WantedChoice::Time {
                from: None,
                until: None,
            },
        };
        let (store, path, masks) = (self.store().clone(), path.to_owned(), self.masks());
        let clock = self.clock();
        blocking(move || {
            let selection = pin(&store, &source, clock)?;
            let shows = ExportShown {
                payload: &|payload| {
                    if mutants::is_on(mutants::Mutant::FileBare) {
                        return payload.into();
                    }
                    shown(payload, &masks)
                },
                key: &|key| masks.key(key),
            };
            Ok(export_capture_file(&store, &selection, &shows, &path)?)
        })
        .await?
    }
}
