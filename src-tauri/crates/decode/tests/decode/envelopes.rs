//! Envelopes in the shapes that AWS's documentation and the `CloudEvents` specification give: each
//! sample is told as the text beside it says.

use crate::{auto, told};
use std::{fs, path::PathBuf};

#[test]
fn every_sample_is_told_as_written() {
    let folder =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/decode/samples");
    let mut samples: Vec<PathBuf> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    samples.sort();
    assert!(samples.len() >= 14);
    for sample in samples {
        let expected = fs::read_to_string(sample.with_extension("txt")).unwrap_or_default();
        let decoded = auto(fs::read(&sample).expect("a sample"));
        assert_eq!(told(&decoded), expected, "{}", sample.display());
    }
}

#[test]
fn look_alikes_are_plain_json() {
    for document in [
        r#"{"logEvents":[],"logGroup":"x"}"#,
        r#"{"detail":{},"source":"x"}"#,
        r#"{"dynamodb":{},"eventName":"INSERT"}"#,
        r#"{"Message":"x","MessageId":"1"}"#,
        r#"{"metadata":{"operation":"x"},"data":{}}"#,
        r#"{"requestContext":{"functionArn":"x"}}"#,
        r#"{"Records":[]}"#,
        r#"[{"specversion":"1.0"}]"#,
    ] {
        let decoded = auto(document);
        assert_eq!(told(&decoded), format!("0: json 99%\n   {document}\n"));
    }
}

/// It was recognised, and then it was another thing: the document is shown, nothing is lost.
#[test]
fn an_envelope_that_cannot_be_opened_is_json() {
    let document = r#"{"eventName":"INSERT","dynamodb":{"Keys":{"id":{"S":7}}}}"#;
    assert_eq!(
        told(&auto(document)),
        format!("0: json 99%\n   {document}\n")
    );
}
