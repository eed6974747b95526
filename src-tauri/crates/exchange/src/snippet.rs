//! A record as text for somebody else's tools: a command line, a request, a few lines of a program. Nothing is run here,
//! and no text breaks out of its quotes.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use record::{HashKey, StreamArn};
use serde_json::{Map, Value};
use std::fmt::Write as _;

/// What it takes to put a record again.
#[derive(Clone, Copy, Debug)]
pub struct SnippetRecord<'a> {
    pub stream: &'a StreamArn,
    pub partition_key: &'a str,
    pub explicit_hash_key: Option<HashKey>,
    pub data: &'a [u8],
}

/// `aws kinesis put-record`, for a POSIX shell. Payloads that are plain text stay readable.
pub fn aws_command(record: &SnippetRecord<'_>) -> String {
    let (format, data) = match plain_text(record.data).filter(|text| !is_reference(text)) {
        Some(text) => ("raw-in-base64-out", shell_quoted(text)),
        None => ("base64", shell_quoted(&STANDARD.encode(record.data))),
    };
    let mut lines = vec![
        "aws kinesis put-record".to_owned(),
        format!("--region {}", shell_quoted(record.stream.region())),
        format!("--stream-arn {}", shell_quoted(record.stream.as_str())),
    ];
    if is_reference(record.partition_key) {
        let input = serde_json::json!({"PartitionKey": record.partition_key}).to_string();
        lines.push(format!("--cli-input-json {}", shell_quoted(&input)));
    } else {
        lines.push(format!(
            "--partition-key {}",
            shell_quoted(record.partition_key)
        ));
    }
    if let Some(key) = record.explicit_hash_key {
        lines.push(format!("--explicit-hash-key {key}"));
    }
    lines.push(format!("--cli-binary-format {format}"));
    lines.push(format!("--data {data}"));
    lines.join(" \\\n  ")
}

/// A signed `PutRecord` request with curl; the credentials come from the environment.
pub fn curl_command(record: &SnippetRecord<'_>) -> String {
    let region = record.stream.region();
    let domain = if record.stream.as_str().starts_with("arn:aws-cn:") {
        "amazonaws.com.cn"
    } else {
        "amazonaws.com"
    };
    let mut body = Map::new();
    body.insert("StreamARN".to_owned(), record.stream.as_str().into());
    body.insert("PartitionKey".to_owned(), record.partition_key.into());
    if let Some(key) = record.explicit_hash_key {
        body.insert("ExplicitHashKey".to_owned(), key.to_string().into());
    }
    body.insert("Data".to_owned(), STANDARD.encode(record.data).into());
    let body = Value::Object(body).to_string();
    [
        format!("curl https://kinesis.{region}.{domain}/"),
        format!(
            "--aws-sigv4 {}",
            shell_quoted(&format!("aws:amz:{region}:kinesis"))
        ),
        "--user \"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY\"".to_owned(),
        "--header \"X-Amz-Security-Token: $AWS_SESSION_TOKEN\"".to_owned(),
        "--header 'Content-Type: application/x-amz-json-1.1'".to_owned(),
        "--header 'X-Amz-Target: Kinesis_20131202.PutRecord'".to_owned(),
        format!("--data {}", shell_quoted(&body)),
    ]
    .join(" \\\n  ")
}

/// `put_record` with boto3.
pub fn boto3_program(record: &SnippetRecord<'_>) -> String {
    let mut text = format!(
        "import boto3\n\nkinesis = boto3.client(\"kinesis\", region_name={})\nkinesis.put_record(\n    StreamARN={},\n    PartitionKey={},\n",
        python_text(record.stream.region()),
        python_text(record.stream.as_str()),
        python_text(record.partition_key),
    );
    if let Some(key) = record.explicit_hash_key {
        let _ = writeln!(text, "    ExplicitHashKey=\"{key}\",");
    }
    let _ = writeln!(text, "    Data={},\n)", python_bytes(record.data));
    text
}

/// The AWS CLI takes such an argument for the place of its value, and reads that file or page.
fn is_reference(text: &str) -> bool {
    ["file://", "fileb://", "http://", "https://"]
        .iter()
        .any(|scheme| text.starts_with(scheme))
}

/// Text that a terminal shows as it is: no control or direction characters, so no surprise when it is pasted.
fn plain_text(data: &[u8]) -> Option<&str> {
    std::str::from_utf8(data)
        .ok()
        .filter(|text| !text.is_empty() && text.chars().all(is_plain))
}

fn is_plain(character: char) -> bool {
    !character.is_control()
        && !matches!(character, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// One word of a shell, whatever stands in it. What a terminal could act on is written out in `$'…'`.
fn shell_quoted(text: &str) -> String {
    if text.chars().all(is_plain) {
        return format!("'{}'", text.replace('\'', r"'\''"));
    }
    let mut quoted = "$'".to_owned();
    for character in text.chars() {
        match character {
            '\'' | '\\' => quoted.extend(['\\', character]),
            '\n' => quoted.push_str(r"\n"),
            plain if is_plain(plain) => quoted.push(plain),
            // by bytes: it means the same in every locale, and no digit that follows is taken into it
            other => {
                let mut bytes = [0; 4];
                for byte in other.encode_utf8(&mut bytes).bytes() {
                    let _ = write!(quoted, "\\{byte:03o}");
                }
            }
        }
    }
    quoted.push('\'');
    quoted
}

fn python_text(text: &str) -> String {
    let mut quoted = "\"".to_owned();
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            plain if is_plain(plain) => quoted.push(plain),
            other => {
                let _ = write!(quoted, "\\U{:08x}", u32::from(other));
            }
        }
    }
    quoted.push('"');
    quoted
}

fn python_bytes(data: &[u8]) -> String {
    let mut quoted = "b\"".to_owned();
    for &byte in data {
        match byte {
            b'"' | b'\\' => quoted.extend(['\\', char::from(byte)]),
            b' '..=b'~' => quoted.push(char::from(byte)),
            other => {
                let _ = write!(quoted, "\\x{other:02x}");
            }
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::process::Command;

    fn arn() -> StreamArn {
        "arn:aws:kinesis:eu-west-1:123456789012:stream/orders"
            .parse()
            .expect("an ARN")
    }

    fn snippet<'a>(stream: &'a StreamArn, key: &'a str, data: &'a [u8]) -> SnippetRecord<'a> {
        SnippetRecord {
            stream,
            partition_key: key,
            explicit_hash_key: None,
            data,
        }
    }

    #[test]
    fn a_record_of_text_as_a_command_line() {
        insta::assert_snapshot!(aws_command(&snippet(&arn(), "order-1", br#"{"who":"O'Hara"}"#)), @r#"
        aws kinesis put-record \
          --region 'eu-west-1' \
          --stream-arn 'arn:aws:kinesis:eu-west-1:123456789012:stream/orders' \
          --partition-key 'order-1' \
          --cli-binary-format raw-in-base64-out \
          --data '{"who":"O'\''Hara"}'
        "#);
    }

    #[test]
    fn a_record_of_bytes_as_a_command_line() {
        let arn = arn();
        let record = SnippetRecord {
            explicit_hash_key: Some(
                "170141183460469231731687303715884105728"
                    .parse()
                    .expect("a hash key"),
            ),
            ..snippet(&arn, "k\u{1b}[2J\u{202e}", &[0, 255])
        };
        insta::assert_snapshot!(aws_command(&record), @r"
        aws kinesis put-record \
          --region 'eu-west-1' \
          --stream-arn 'arn:aws:kinesis:eu-west-1:123456789012:stream/orders' \
          --partition-key $'k\033[2J\342\200\256' \
          --explicit-hash-key 170141183460469231731687303715884105728 \
          --cli-binary-format base64 \
          --data 'AP8='
        ");
    }

    #[test]
    fn no_file_is_read_for_a_key_or_a_payload() {
        let arn = arn();
        let command = aws_command(&snippet(&arn, "file:///etc/passwd", b"fileb:///etc/passwd"));
        assert!(command.contains(r#"--cli-input-json '{"PartitionKey":"file:///etc/passwd"}'"#));
        assert!(command.contains("--data 'ZmlsZWI6Ly8vZXRjL3Bhc3N3ZA=='"));
    }

    #[test]
    fn a_record_as_a_signed_request() {
        insta::assert_snapshot!(curl_command(&snippet(&arn(), "order-1", b"hi")), @r#"
        curl https://kinesis.eu-west-1.amazonaws.com/ \
          --aws-sigv4 'aws:amz:eu-west-1:kinesis' \
          --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \
          --header "X-Amz-Security-Token: $AWS_SESSION_TOKEN" \
          --header 'Content-Type: application/x-amz-json-1.1' \
          --header 'X-Amz-Target: Kinesis_20131202.PutRecord' \
          --data '{"Data":"aGk=","PartitionKey":"order-1","StreamARN":"arn:aws:kinesis:eu-west-1:123456789012:stream/orders"}'
        "#);
    }

    #[test]
    fn a_record_as_a_program() {
        insta::assert_snapshot!(boto3_program(&snippet(&arn(), "say \"hi\"\n", b"{\"a\":\"\xc3\xa9\"}")), @r#"
        import boto3

        kinesis = boto3.client("kinesis", region_name="eu-west-1")
        kinesis.put_record(
            StreamARN="arn:aws:kinesis:eu-west-1:123456789012:stream/orders",
            PartitionKey="say \"hi\"\U0000000a",
            Data=b"{\"a\":\"\xc3\xa9\"}",
        )
        "#);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        /// The shell itself says what it makes of a quoted word.
        #[test]
        fn no_text_breaks_out_of_its_quotes(text in "[^\\x00]{0,24}") {
            let script = format!("printf %s {}", shell_quoted(&text));
            let said = Command::new("bash").args(["-c", &script]).output().expect("bash runs");
            prop_assert_eq!(String::from_utf8_lossy(&said.stdout), text);
        }
    }
}
