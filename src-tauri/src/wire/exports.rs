//! Records that go into a file.

use super::Number;
use serde::{Deserialize, Serialize};
use specta::Type;

#[derive(Clone, Copy, Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum RecordFileFormat {
    /// A JSON object a line.
    Lines,
    Csv,
    /// The capture format of ferrokinesis, which can be imported again.
    Capture,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RecordExport {
    pub id: u32,
    pub path: String,
    /// Written so far.
    pub records: Number,
    pub state: RecordExportState,
    /// Why it failed.
    pub fault: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum RecordExportState {
    Running,
    Written,
    Cancelled,
    Failed,
}
