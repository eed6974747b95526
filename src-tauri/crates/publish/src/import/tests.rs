use super::*;

fn options(format: Format, key: &str) -> ImportOptions {
    ImportOptions {
        format,
        key: key.parse().expect("an expression"),
        payload_field: None,
        limits: Limits::of_stream(None),
    }
}

/// Each line as `line key data`, or as what is wrong with it.
fn shown(text: &'static str, format: Format, key: &str) -> Vec<String> {
    import(Bytes::from_static(text.as_bytes()), options(format, key))
        .map(|line| match line {
            Ok(Imported { line, entry }) => {
                let data = std::str::from_utf8(&entry.data).expect("JSON");
                format!("{line} {} {data}", entry.key)
            }
            Err(bad) => bad.to_string(),
        })
        .collect()
}

#[test]
fn ndjson_keeps_its_bytes_and_names_bad_lines() {
    let text = "\u{feff}{\"id\": 1,  \"n\": 1e400}\r\n\n{\"id\":\"two\"}\n{broken}\n{\"no\":1}\n7";
    insta::assert_debug_snapshot!(shown(text, Format::Ndjson, "k-{$.id}"), @r#"
    [
        "1 k-1 {\"id\": 1,  \"n\": 1e400}",
        "3 k-two {\"id\":\"two\"}",
        "line 4: no JSON at column 2: key must be a string",
        "line 5: $.id leads to nothing in this record",
        "line 6: $.id leads to nothing in this record",
    ]
    "#);
}

#[test]
fn an_array_s_elements_have_the_lines_on_which_they_begin() {
    let text = " [ {\"id\":1},\n\n {\n \"id\": 2 } , {\"id\":3}\n]\n";
    assert_eq!(
        shown(text, Format::JsonArray, "$.id"),
        ["1 1 {\"id\":1}", "3 2 {\n \"id\": 2 }", "4 3 {\"id\":3}"]
    );
    assert!(shown("[]", Format::JsonArray, "k").is_empty());
    assert!(shown("", Format::JsonArray, "k").is_empty());
}

#[test]
fn a_broken_array_gives_what_came_before() {
    let broken = |text| shown(text, Format::JsonArray, "k");
    assert_eq!(
        broken("[1,\n2\n3]"),
        [
            "1 k 1",
            "2 k 2",
            "line 3: a comma or ] is expected; nothing after it is read"
        ]
    );
    assert_eq!(
        broken("[1,\n"),
        ["1 k 1", "line 2: the array is not closed"]
    );
    assert_eq!(broken("{}"), ["line 1: a JSON array begins with ["]);
    assert_eq!(
        broken("[1] x"),
        ["1 k 1", "line 1: something follows the array"]
    );
    let faulty = broken("[1,\n{\"a\":\nnope}]");
    assert!(faulty[1].starts_with("line 3: no JSON: "), "{faulty:?}");
    assert_eq!(broken("[1,]").len(), 2);
}

#[test]
fn csv_rows_become_objects() {
    let text =
        "id,name,amount\n1,\"a \"\"quoted\"\" name\",007\n\"2\",\"two\nlines\",1.50\n3,short\n";
    assert_eq!(
        shown(text, Format::Csv(CsvValues::Text), "$.id"),
        [
            r#"2 1 {"id":"1","name":"a \"quoted\" name","amount":"007"}"#,
            r#"3 2 {"id":"2","name":"two\nlines","amount":"1.50"}"#,
            "line 5: it has 2 fields, and the header has 3",
        ]
    );
    let typed = shown(text, Format::Csv(CsvValues::AsTheyLook), "$.id");
    assert_eq!(
        typed[0],
        r#"2 1 {"id":1,"name":"a \"quoted\" name","amount":"007"}"#
    );
    assert_eq!(
        typed[1],
        r#"3 2 {"id":2,"name":"two\nlines","amount":1.50}"#
    );
    assert_eq!(
        shown("id,id\n1,2\n", Format::Csv(CsvValues::Text), "k"),
        ["line 1: the header names id twice"]
    );
}

#[test]
fn what_fits_in_no_record_is_a_bad_line() {
    let long = format!("{{\"id\":\"{}\"}}\n{{\"id\":\"ok\"}}", "x".repeat(300));
    let lines: Vec<_> = import(Bytes::from(long), options(Format::Ndjson, "$.id")).collect();
    let bad = lines[0].as_ref().expect_err("the key is too long");
    assert_eq!(bad.line, 1);
    assert!(bad.reason.contains("300 characters"), "{}", bad.reason);
    assert!(lines[1].is_ok());
}

#[test]
fn a_preview_reads_no_further_than_it_needs() {
    let text = Bytes::from_static(b"1\n2\n\xff\xff\n3");
    let mut lines = import(text, options(Format::Ndjson, "k"));
    let first: Vec<u64> = lines
        .by_ref()
        .take(2)
        .flatten()
        .map(|line| line.line)
        .collect();
    assert_eq!(first, [1, 2]);
    assert_eq!(
        lines.next().and_then(Result::err).map(|bad| bad.line),
        Some(3)
    );
    assert_eq!(
        lines.next().and_then(Result::ok).map(|line| line.line),
        Some(4)
    );
}

#[test]
fn one_field_can_be_the_payload() {
    let text = "key,body,n\na,\"{\"\"x\"\": 1}\",5\nb,plain,6\n";
    let rows = |field: &str| -> Vec<String> {
        let options = ImportOptions {
            payload_field: Some(field.to_owned()),
            ..options(Format::Csv(CsvValues::AsTheyLook), "{$.key}")
        };
        import(Bytes::from_static(text.as_bytes()), options)
            .map(|row| match row {
                Ok(row) => format!(
                    "{} {}",
                    row.entry.key,
                    String::from_utf8_lossy(&row.entry.data)
                ),
                Err(bad) => bad.to_string(),
            })
            .collect()
    };
    assert_eq!(rows("body"), ["a {\"x\": 1}", "b plain"]);
    assert_eq!(rows("n"), ["a 5", "b 6"]);
    assert_eq!(
        rows("no"),
        [
            "line 2: there is no field no",
            "line 3: there is no field no"
        ]
    );
    assert_eq!(columns(text.as_bytes()), ["key", "body", "n"]);
}

#[test]
fn a_format_shows_by_its_first_character() {
    let found = |text: &str| detect(text.as_bytes());
    assert_eq!(found("\u{feff} [1]"), Format::JsonArray);
    assert_eq!(found("\n{\"a\":1}\n"), Format::Ndjson);
    assert_eq!(found("a,b\n1,2"), Format::Csv(CsvValues::AsTheyLook));
}
