//! A record as text for somebody else's tools: a command line, a request, a few lines of a program. Nothing is run here,
//! and no text breaks out of its quotes.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use record::{HashKey, StreamArn};
use serde_json::{Map, Value, json};
use std::fmt::Write as _;

/// What it takes to put a record again.
#[derive(Clone, Copy, Debug)]
pub struct SnippetRecord<'a> {
    pub stream: &'a StreamArn,
    /// Where it is not AWS's own, as far as it is known.
    pub endpoint: Option<&'a str>,
    /// Of the AWS CLI, where it is not the shell's to choose.
    pub profile: Option<&'a str>,
    pub partition_key: &'a str,
    pub explicit_hash_key: Option<HashKey>,
    pub data: &'a [u8],
}

/// `aws kinesis put-record`, for a POSIX shell. Payloads that are plain text stay readable.
pub fn aws_command(record: &SnippetRecord<'_>) -> String {
    let (format, data) = match plain_text(record.data).filter(|text| !is_no_value(text)) {
        Some(text) => ("raw-in-base64-out", shell_quoted(text)),
        None => ("base64", shell_quoted(&STANDARD.encode(record.data))),
    };
    let mut lines = vec!["aws kinesis put-record".to_owned()];
    let is_word = |text: &&str| !is_no_value(text) && text.chars().all(is_plain);
    if let Some(profile) = record.profile.filter(is_word) {
        lines.push(format!("--profile {}", shell_quoted(profile)));
    }
    if let Some(url) = record.endpoint.filter(|url| url.chars().all(is_plain)) {
        lines.push(format!("--endpoint-url {}", shell_quoted(url)));
    }
    lines.extend([
        format!("--region {}", shell_quoted(record.stream.region())),
        format!("--stream-arn {}", shell_quoted(record.stream.as_str())),
    ]);
    if is_no_value(record.partition_key) || !record.partition_key.chars().all(is_plain) {
        let input = plain_json(&json!({"PartitionKey": record.partition_key}));
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
    let body = plain_json(&Value::Object(body));
    [
        format!(
            "curl {}",
            shell_quoted(&format!("https://kinesis.{region}.{domain}/"))
        ),
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

/// The AWS CLI takes such an argument for something else than a value: for another option, or for the place of the
/// value, and reads that file or page.
fn is_no_value(text: &str) -> bool {
    ["-", "file://", "fileb://", "http://", "https://"]
        .iter()
        .any(|start| text.starts_with(start))
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

/// One word of any POSIX shell. The text is plain: `$'…'` would write out the rest, and a shell that does not know it
/// takes the backslash before a quote for a character, and what follows for commands.
fn shell_quoted(text: &str) -> String {
    debug_assert!(text.chars().all(is_plain));
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// JSON of plain text only: what a terminal could act on is written out.
fn plain_json(value: &Value) -> String {
    let mut plain = String::new();
    for character in value.to_string().chars() {
        if is_plain(character) {
            plain.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            let _ = write!(plain, "\\u{unit:04x}");
        }
    }
    plain
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
    use std::{os::unix::fs::PermissionsExt, process::Command};

    fn arn() -> StreamArn {
        "arn:aws:kinesis:eu-west-1:123456789012:stream/orders"
            .parse()
            .expect("an ARN")
    }

    fn snippet<'a>(stream: &'a StreamArn, key: &'a str, data: &'a [u8]) -> SnippetRecord<'a> {
        SnippetRecord {
            stream,
            endpoint: None,
            profile: None,
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
    fn a_record_for_an_endpoint_of_its_own() {
        let arn = arn();
        let record = SnippetRecord {
            endpoint: Some("http://localhost:4566/it's"),
            profile: Some("dev team"),
            ..snippet(&arn, "k", b"hi")
        };
        insta::assert_snapshot!(aws_command(&record), @r#"
        aws kinesis put-record \
          --profile 'dev team' \
          --endpoint-url 'http://localhost:4566/it'\''s' \
          --region 'eu-west-1' \
          --stream-arn 'arn:aws:kinesis:eu-west-1:123456789012:stream/orders' \
          --partition-key 'k' \
          --cli-binary-format raw-in-base64-out \
          --data 'hi'
        "#);
        let odd = SnippetRecord {
            profile: Some("--no-sign-request"),
            endpoint: Some("http://localhost\u{202e}"),
            ..record
        };
        let command = aws_command(&odd);
        assert!(!command.contains("--profile") && !command.contains("--endpoint-url"));
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
        insta::assert_snapshot!(aws_command(&record), @r#"
        aws kinesis put-record \
          --region 'eu-west-1' \
          --stream-arn 'arn:aws:kinesis:eu-west-1:123456789012:stream/orders' \
          --cli-input-json '{"PartitionKey":"k\u001b[2J\u202e"}' \
          --explicit-hash-key 170141183460469231731687303715884105728 \
          --cli-binary-format base64 \
          --data 'AP8='
        "#);
    }

    #[test]
    fn a_key_and_a_payload_are_no_files_and_no_options() {
        let arn = arn();
        let command = aws_command(&snippet(&arn, "file:///etc/passwd", b"fileb:///etc/passwd"));
        assert!(command.contains(r#"--cli-input-json '{"PartitionKey":"file:///etc/passwd"}'"#));
        assert!(command.contains("--data 'ZmlsZWI6Ly8vZXRjL3Bhc3N3ZA=='"));
        let command = aws_command(&snippet(&arn, "--no-sign-request", b"-1"));
        assert!(command.contains(r#"--cli-input-json '{"PartitionKey":"--no-sign-request"}'"#));
        assert!(command.contains("--data 'LTE='"));
    }

    #[test]
    fn a_record_as_a_signed_request() {
        insta::assert_snapshot!(curl_command(&snippet(&arn(), "order-1", b"hi")), @r#"
        curl 'https://kinesis.eu-west-1.amazonaws.com/' \
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

    /// An `aws` that says what it was given, each argument with a byte after it that none can hold.
    const AWS: &str = "#!/bin/sh\nprintf '%s\\0' \"$@\"\n";

    struct Shells(tempfile::TempDir);

    impl Shells {
        fn new() -> Self {
            let folder = tempfile::tempdir().expect("a folder");
            for program in ["aws", "curl"] {
                let path = folder.path().join(program);
                std::fs::write(&path, AWS).expect("a program");
                let may_run = std::fs::Permissions::from_mode(0o755);
                std::fs::set_permissions(path, may_run).expect("it may run");
            }
            Self(folder)
        }

        /// What the program is given, in a shell that finds only it.
        fn arguments(&self, shell: &str, command: &str) -> Vec<String> {
            let said = Command::new(shell)
                .args(["-c", command])
                .env_clear()
                .env("PATH", self.0.path())
                .current_dir(self.0.path())
                .output()
                .expect("the shell runs");
            assert!(said.stderr.is_empty(), "{said:?}");
            let said = String::from_utf8(said.stdout).expect("text");
            let files = std::fs::read_dir(self.0.path()).expect("the folder");
            assert_eq!(files.count(), 2, "nothing was written: {command}");
            said.split_terminator('\0').map(str::to_owned).collect()
        }
    }

    /// Key and data as the AWS CLI would send them.
    fn sent(arguments: &[String]) -> (String, Vec<u8>) {
        let of = |name: &str| {
            let at = arguments.iter().position(|argument| argument == name)?;
            arguments.get(at + 1).cloned()
        };
        let input = of("--cli-input-json").map(|input| {
            let input: Value = serde_json::from_str(&input).expect("JSON");
            input["PartitionKey"].as_str().expect("a key").to_owned()
        });
        let data = of("--data").expect("data");
        let data = match of("--cli-binary-format").as_deref() {
            Some("base64") => STANDARD.decode(data).expect("base64"),
            Some("raw-in-base64-out") => data.into_bytes(),
            other => panic!("{other:?}"),
        };
        let key = input.or_else(|| of("--partition-key")).expect("a key");
        (key, data)
    }

    fn assert_sent_whole(shells: &Shells, key: &str, data: &[u8]) {
        let arn = arn();
        let record = snippet(&arn, key, data);
        for shell in ["/bin/sh", "/bin/bash"] {
            let arguments = shells.arguments(shell, &aws_command(&record));
            assert_eq!(&arguments[..2], ["kinesis", "put-record"]);
            assert_eq!(arguments.len(), 12, "{arguments:?}");
            assert_eq!(sent(&arguments), (key.to_owned(), data.to_vec()), "{shell}");

            let arguments = shells.arguments(shell, &curl_command(&record));
            let body = arguments.last().expect("a body");
            let body: Value = serde_json::from_str(body).expect("JSON");
            assert_eq!(body["PartitionKey"], key, "{shell}");
            assert_eq!(body["Data"], STANDARD.encode(data), "{shell}");
        }
    }

    #[test]
    fn no_record_breaks_out_of_its_command() {
        let shells = Shells::new();
        let hostile = [
            "'; >pwned; '",
            "\u{1b}'; >pwned; '",
            "\\'; >pwned; '\\",
            "\n>pwned\n",
            "$(>pwned)`>pwned`${IFS}>pwned",
            "!! %s %n \\033 \\",
            "--endpoint-url=http://example.com",
            "a' --endpoint-url 'http://example.com",
            "\u{202e}'\u{2028}; >pwned; \u{1f600}'",
        ];
        for text in hostile {
            assert_sent_whole(&shells, text, text.as_bytes());
        }
        assert_sent_whole(&shells, "\u{7f}'", &[0, 255, b'\'', b'\n']);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        /// The shells themselves say what they make of it.
        #[test]
        fn any_record_arrives_whole(key in "[^\\x00]{1,24}", data in "[^\\x00]{0,24}") {
            assert_sent_whole(&Shells::new(), &key, data.as_bytes());
        }
    }
}
