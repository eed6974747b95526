//! What became of each record of a replay, as a file that leads from the original to the new record
//! and back.
//!
//! It holds places and outcomes, and no payload and no key: a report may be sent around.

use crate::{ExchangeError, cell};
use serde::Serialize;

/// A whole replay. Texts are as they are to be read; times are RFC 3339.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReplayReport {
    pub started_at: String,
    /// Who wrote: the caller's identity.
    pub caller: String,
    pub target: String,
    pub order: String,
    pub state: String,
    /// Each beginning and rest; who went on, by which permission.
    pub events: Vec<ReportEvent>,
    pub rows: Vec<ReportRow>,
}

/// A line of the replay's own log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportEvent {
    pub at: String,
    pub state: String,
    pub detail: Option<String>,
}

/// One record. `outcome` is `acknowledged`, `refused`, `unclear` or `planned`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportRow {
    pub source_stream: String,
    pub source_shard: String,
    pub source_sequence: String,
    /// The user record's place in its aggregate.
    pub source_sub: u32,
    pub outcome: String,
    pub may_be_doubled: bool,
    pub target_shard: Option<String>,
    pub target_sequence: Option<String>,
}

const HEADER: [&str; 8] = [
    "source stream",
    "source shard",
    "source sequence number",
    "source sub-sequence number",
    "outcome",
    "may be doubled",
    "target shard",
    "target sequence number",
];

/// Indented JSON, sequence numbers as strings.
pub fn report_json(report: &ReplayReport) -> Result<String, ExchangeError> {
    serde_json::to_string_pretty(report).map_err(ExchangeError::Json)
}

/// A header and a line for each record. Every cell obeys [`cell`]'s rule.
pub fn report_csv(report: &ReplayReport) -> Result<String, ExchangeError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(HEADER).map_err(ExchangeError::Csv)?;
    for row in &report.rows {
        let sub = row.source_sub.to_string();
        let cells = [
            row.source_stream.as_str(),
            &row.source_shard,
            &row.source_sequence,
            &sub,
            &row.outcome,
            if row.may_be_doubled { "yes" } else { "no" },
            row.target_shard.as_deref().unwrap_or(""),
            row.target_sequence.as_deref().unwrap_or(""),
        ];
        writer
            .write_record(cells.map(|text| cell(text).into_owned()))
            .map_err(ExchangeError::Csv)?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|e| ExchangeError::Csv(e.into_error().into()))?;
    // every cell came from a `str`
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> ReplayReport {
        let row = ReportRow {
            source_stream: "orders".into(),
            source_shard: "shardId-000000000000".into(),
            source_sequence: "49590338271490256608559692538361571095921575989136588898".into(),
            source_sub: 0,
            outcome: "acknowledged".into(),
            may_be_doubled: false,
            target_shard: Some("shardId-000000000003".into()),
            target_sequence: Some(
                "49590338271490256608559692538361571095921575989136588999".into(),
            ),
        };
        let hostile = ReportRow {
            source_stream: "=HYPERLINK(\"http://x\"),\n".into(),
            outcome: "unclear".into(),
            may_be_doubled: true,
            target_shard: None,
            target_sequence: None,
            ..row.clone()
        };
        ReplayReport {
            started_at: "2026-01-02T03:04:05.000Z".into(),
            caller: "arn:aws:iam::000000000000:user/dev".into(),
            target: "orders-test".into(),
            order: "key-ordered".into(),
            state: "finished".into(),
            events: vec![ReportEvent {
                at: "2026-01-02T03:04:05.000Z".into(),
                state: "running".into(),
                detail: None,
            }],
            rows: vec![row, hostile],
        }
    }

    #[test]
    fn csv_is_quoted_and_starts_no_formula() {
        insta::assert_snapshot!(report_csv(&report()).expect("CSV"), @r#"
        source stream,source shard,source sequence number,source sub-sequence number,outcome,may be doubled,target shard,target sequence number
        orders,shardId-000000000000,49590338271490256608559692538361571095921575989136588898,0,acknowledged,no,shardId-000000000003,49590338271490256608559692538361571095921575989136588999
        "'=HYPERLINK(""http://x""),
        ",shardId-000000000000,49590338271490256608559692538361571095921575989136588898,0,unclear,yes,,
        "#);
    }

    #[test]
    fn json_keeps_sequence_numbers_as_text() {
        let text = report_json(&report()).expect("JSON");
        let value: serde_json::Value = serde_json::from_str(&text).expect("JSON again");
        assert_eq!(
            value["rows"][0]["sourceSequence"],
            "49590338271490256608559692538361571095921575989136588898"
        );
        assert_eq!(value["rows"][1]["mayBeDoubled"], true);
        assert_eq!(value["rows"][1]["targetSequence"], serde_json::Value::Null);
    }
}
