//! Records as other programs read and write them: ferrokinesis' capture files, Lambda events, command lines,
//! reports and records as JSON and CSV.
//!
//! Pure: it turns values into text and text into values. Who opens the file, sends the event or
//! chooses the records is elsewhere.

mod cell;
mod error;
mod ferrokinesis;
mod lambda;
mod payload_line;
mod record_file;
mod report;
mod snippet;
mod table;

pub use cell::cell;
pub use error::ExchangeError;
pub use ferrokinesis::{CapturedPut, PutOperation, read_captured_put, write_captured_put};
pub use lambda::{BatchFailures, LambdaRecord, LambdaSource, emulated_failure, lambda_event};
pub use payload_line::payload_line;
pub use record_file::{ExportedRecord, record_head, record_line, record_row};
pub use report::{ReplayReport, ReportEvent, ReportRow, report_csv, report_json};
pub use snippet::{SnippetRecord, aws_command, boto3_program, curl_command};
pub use table::{TableCell, table_csv, table_lines};
