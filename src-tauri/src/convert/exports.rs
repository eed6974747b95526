//! Records that go into a file, as the window hears of them.

use crate::wire::{Number, RecordExport, RecordExportState, RecordFileFormat};
use engine::{ExportOverview, ExportState, RecordFormat, safe_text};

impl From<RecordFileFormat> for RecordFormat {
    fn from(format: RecordFileFormat) -> Self {
        match format {
            RecordFileFormat::Lines => Self::Lines,
            RecordFileFormat::Csv => Self::Csv,
            RecordFileFormat::Capture => Self::Capture,
        }
    }
}

impl From<ExportOverview> for RecordExport {
    fn from(overview: ExportOverview) -> Self {
        let (state, fault) = match overview.state {
            ExportState::Running => (RecordExportState::Running, None),
            ExportState::Written => (RecordExportState::Written, None),
            ExportState::Cancelled => (RecordExportState::Cancelled, None),
            ExportState::Failed(why) => (RecordExportState::Failed, Some(why)),
        };
        Self {
            id: overview.id.0,
            path: safe_text(&overview.path.display().to_string()).into(),
            records: Number::from_u64(overview.records),
            state,
            fault,
        }
    }
}
