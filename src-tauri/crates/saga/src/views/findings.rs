//! What was found, each with its records.

use crate::{
    event::RecordHandle,
    finding::{Confidence, Severity},
    saga::Saga,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingRow {
    pub code: &'static str,
    pub severity: Severity,
    pub confidence: Option<Confidence>,
    pub sentence: String,
    /// Ids of the steps that it is about.
    pub steps: Vec<String>,
    /// Places in the saga's list of events.
    pub events: Vec<usize>,
    pub records: Vec<RecordHandle>,
}

/// The worst first.
pub fn findings(saga: &Saga<'_>) -> Vec<FindingRow> {
    let definition = saga.definition();
    let row = |finding: &crate::Finding| FindingRow {
        code: finding.kind.code(),
        severity: finding.severity(),
        confidence: finding.confidence,
        sentence: finding.sentence(definition),
        steps: finding
            .kind
            .steps()
            .into_iter()
            .map(|step| definition.steps[step].id.clone())
            .collect(),
        events: finding.events.clone(),
        records: finding
            .events
            .iter()
            .map(|&event| saga.events()[event].record)
            .collect(),
    };
    saga.judgement.findings.iter().map(row).collect()
}
