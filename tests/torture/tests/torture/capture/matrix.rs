//! The errors of the API reference by operation, as aws-sdk-kinesis has them in its error enums, `Unhandled` included;
//! and what happens to a call that never gets as far.

use faults::Action;
use std::{path::PathBuf, process::Command, time::Duration};

/// One error of one operation.
#[derive(Clone, Debug)]
pub struct Fault {
    pub operation: &'static str,
    pub name: &'static str,
    pub action: Action,
    /// The variants of `KinesisError` that it may be taken for.
    pub classes: &'static [&'static str],
}

impl Fault {
    /// The stream itself is not found: the capture ends, and says so.
    pub fn is_end(&self) -> bool {
        self.operation == "DescribeStreamSummary" && self.name == "ResourceNotFoundException"
    }

    /// Of the shard, not of the stream.
    pub fn is_read(&self) -> bool {
        ["GetRecords", "GetShardIterator"].contains(&self.operation)
    }

    /// Reading stays in vain until a person does something.
    pub fn is_barred(&self) -> bool {
        let barred = ["Unsupported", "Refused", "EncryptionKey", "NotKinesis"];
        self.is_read() && self.classes.iter().all(|class| barred.contains(class))
    }
}

/// `(code, status, classes)`.
type Modeled = (&'static str, u16, &'static [&'static str]);

const DENIED: Modeled = ("AccessDeniedException", 400, &["Unsupported"]);
const DRY_RUN: Modeled = ("DryRunOperationException", 400, &["Refused"]);
const EXPIRED: Modeled = ("ExpiredIteratorException", 400, &["ExpiredIterator"]);
const EXPIRED_TOKEN: Modeled = ("ExpiredNextTokenException", 400, &["Refused"]);
const INTERNAL: Modeled = ("InternalFailureException", 500, &["Fault"]);
const ARGUMENT: Modeled = ("InvalidArgumentException", 400, &["InvalidArgument"]);
const LIMIT: Modeled = ("LimitExceededException", 400, &["Throttled"]);
const IN_USE: Modeled = ("ResourceInUseException", 400, &["Refused"]);
const NOT_FOUND: Modeled = ("ResourceNotFoundException", 400, &["NotFound"]);
const THROTTLED: Modeled = (
    "ProvisionedThroughputExceededException",
    400,
    &["Throttled"],
);
const KEYS: [Modeled; 5] = [
    ("KMSAccessDeniedException", 400, &["EncryptionKey"]),
    ("KMSDisabledException", 400, &["EncryptionKey"]),
    ("KMSInvalidStateException", 400, &["EncryptionKey"]),
    ("KMSNotFoundException", 400, &["EncryptionKey"]),
    ("KMSOptInRequired", 400, &["EncryptionKey"]),
];
const KEY_THROTTLED: Modeled = ("KMSThrottlingException", 400, &["Throttled"]);
const UNHANDLED: Modeled = ("TeapotException", 418, &["Refused"]);

/// The variants of `GetRecordsError`, `GetShardIteratorError`, `ListShardsError`, `DescribeStreamSummaryError`.
fn modeled() -> Vec<(&'static str, Vec<Modeled>)> {
    let mut reading = vec![
        DENIED,
        DRY_RUN,
        EXPIRED,
        INTERNAL,
        ARGUMENT,
        KEY_THROTTLED,
        THROTTLED,
        NOT_FOUND,
        UNHANDLED,
    ];
    reading.extend(KEYS);
    vec![
        ("GetRecords", reading),
        (
            "GetShardIterator",
            vec![
                DENIED, DRY_RUN, INTERNAL, ARGUMENT, THROTTLED, NOT_FOUND, UNHANDLED,
            ],
        ),
        (
            "ListShards",
            vec![
                DENIED,
                EXPIRED_TOKEN,
                ARGUMENT,
                LIMIT,
                IN_USE,
                NOT_FOUND,
                UNHANDLED,
            ],
        ),
        (
            "DescribeStreamSummary",
            vec![DENIED, ARGUMENT, LIMIT, NOT_FOUND, UNHANDLED],
        ),
    ]
}

/// The other variants of `SdkError`: dispatch, timeout, response; and a service error without a code.
fn unmodeled(operation: &'static str) -> Vec<Fault> {
    let fault = |name, action, classes| Fault {
        operation,
        name,
        action,
        classes,
    };
    let broken: &[&str] = &["Unreachable", "Timeout", "Malformed", "Fault"];
    vec![
        fault("DispatchFailure", Action::reset_before(), broken),
        fault("DispatchFailure after", Action::reset_after(), broken),
        fault(
            "TimeoutError",
            Action::stall_before(Duration::from_secs(4)),
            &["Timeout"],
        ),
        fault("ResponseError", Action::cut_body(), &["Unreachable"]),
        fault(
            "ResponseError of a page",
            Action::other_answer(200, "<html></html>"),
            &["NotKinesis"],
        ),
        fault("ServiceError", Action::bare_status(503), &["Fault"]),
    ]
}

pub fn all() -> Vec<Fault> {
    let mut all = Vec::new();
    for (operation, errors) in modeled() {
        all.extend(errors.into_iter().map(|(name, status, classes)| Fault {
            operation,
            name,
            action: Action::refused(status, name, "injected"),
            classes,
        }));
        all.extend(unmodeled(operation));
    }
    all
}

/// Read from the SDK's own source, so that a variant that it adds is missed here.
#[test]
fn every_variant_of_the_sdk_is_listed() {
    for (operation, errors) in modeled() {
        let mut listed: Vec<String> = errors.iter().map(|(code, ..)| variant(code)).collect();
        let mut known = variants(operation);
        listed.sort();
        known.sort();
        assert_eq!(listed, known, "{operation}");
    }
}

/// As the SDK names it: acronyms are words.
fn variant(code: &str) -> String {
    match code.strip_prefix("KMS") {
        Some(rest) => format!("Kms{rest}"),
        None if code == UNHANDLED.0 => "Unhandled".to_owned(),
        None => code.to_owned(),
    }
}

/// Of the operation's error enum.
fn variants(operation: &str) -> Vec<String> {
    let snake = operation.chars().fold(String::new(), |mut text, c| {
        if c.is_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.extend(c.to_lowercase());
        text
    });
    let source = sdk().join(format!("src/operation/{snake}.rs"));
    let source = std::fs::read_to_string(source).expect("the SDK's source");
    let body = source
        .split_once(&format!("pub enum {operation}Error {{"))
        .expect("the enum")
        .1;
    let body = body.split_once("\n}").expect("its end").0;
    let names = body.lines().filter_map(|line| line.trim().split_once('('));
    let is_variant = |name: &&str| name.chars().all(char::is_alphanumeric);
    names
        .map(|(name, _)| name)
        .filter(is_variant)
        .map(str::to_owned)
        .collect()
}

fn sdk() -> PathBuf {
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--offline", "--locked"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let metadata: serde_json::Value = serde_json::from_slice(&metadata.stdout).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let sdk = packages
        .iter()
        .find(|package| package["name"] == "aws-sdk-kinesis");
    let manifest = sdk.expect("the SDK")["manifest_path"]
        .as_str()
        .expect("a path");
    PathBuf::from(manifest)
        .parent()
        .expect("a folder")
        .to_owned()
}
