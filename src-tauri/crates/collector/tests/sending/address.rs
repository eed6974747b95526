//! What may be typed as an address, and what is said of the rest.

use collector::{Address, CollectorError};

fn told(text: &str) -> String {
    match Address::parse(text) {
        Ok(address) => address.to_string(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn plain_http_stays_on_this_machine() {
    for text in [
        "http://localhost:4318/v1/traces",
        "http://127.0.0.1:4318/x",
        "http://[::1]:4318/x?y=1",
        "https://collector.example.com/v1/traces",
    ] {
        assert_eq!(told(text), text);
    }
    for host in [
        "example.com",
        "localhost.example.com",
        "10.0.0.1",
        "127.0.0.1.nip.io",
        "[::ffff:10.0.0.1]",
    ] {
        let error = Address::parse(&format!("http://{host}:4318/v1/traces"));
        assert!(
            matches!(error, Err(CollectorError::Insecure { .. })),
            "{host}"
        );
    }
}

#[test]
fn an_address_without_a_path_gets_the_usual_one() {
    assert_eq!(
        told(" http://localhost:4318 "),
        "http://localhost:4318/v1/traces"
    );
    assert_eq!(
        told("https://c.example/?a=b"),
        "https://c.example/v1/traces?a=b"
    );
}

#[test]
fn what_is_no_address_is_told_with_what_was_expected() {
    for (text, expected) in [
        ("", "expected a URL"),
        ("localhost:4318", "expected http:// or https:// and a host"),
        ("/v1/traces", "expected http:// or https:// and a host"),
        ("ftp://localhost/", "expected http:// or https://"),
        (
            "https://me:secret@c.example/",
            "expected no name and no password",
        ),
        ("http://local host/", "expected a URL"),
    ] {
        assert!(told(text).ends_with(expected), "{}", told(text));
    }
}

#[test]
fn a_password_is_not_repeated() {
    assert!(!told("https://me:secret@c.example/").contains("secret"));
}
