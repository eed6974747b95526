//! Why a text is not what it was taken for, or could not be written.

/// Why something could not be read or written in another program's format.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeError {
    /// A line of a capture file is no JSON object with the fields that ferrokinesis writes.
    #[error("this line is no record of a ferrokinesis capture: {0}")]
    Line(#[source] serde_json::Error),
    /// The line's data is no base64.
    #[error("the record's data is no base64: {0}")]
    Data(#[source] base64::DecodeError),
    /// The line's explicit hash key is no decimal number below 2^128.
    #[error("the record's explicit hash key is no decimal number below 2^128")]
    HashKey,
    /// The answer of a function does not name its failed records.
    #[error("the function's answer is no list of failed records: {0}")]
    Answer(#[source] serde_json::Error),
    /// A report or a table could not be written as JSON.
    #[error("it could not be written as JSON: {0}")]
    Json(#[source] serde_json::Error),
    /// A report or a table could not be written as CSV.
    #[error("it could not be written as CSV: {0}")]
    Csv(#[source] csv::Error),
}
