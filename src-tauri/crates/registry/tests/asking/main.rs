//! Schemas over real HTTP from a server in the test: what is asked of it, and what is told of its answers.

mod server;

use registry::{Found, Login, Registry, RegistryError, SchemaFormat};
use server::Server;
use std::time::Duration;

/// Long enough to never end a test that works.
const PATIENCE: Duration = Duration::from_secs(30);

fn registry(server: &Server, login: Option<&Login>) -> Registry {
    let address = server.url.parse().expect("an address");
    Registry::new(address, login, PATIENCE).expect("a registry")
}

async fn told(server: &Server, id: u32) -> String {
    match registry(server, None).schema(id).await {
        Ok(found) => format!("{found:?}"),
        Err(error) => error.to_string(),
    }
}

#[tokio::test]
async fn a_schema_comes_with_those_that_it_needs_each_asked_once() {
    let server = Server::new(&[
        (
            "/schemas/ids/7",
            200,
            r#"{"schema":"order","schemaType":"PROTOBUF","references":[
                {"name":"a.proto","subject":"a/b","version":3},{"name":"money.proto","subject":"money","version":1}]}"#,
        ),
        (
            "/subjects/a%2Fb/versions/3",
            200,
            r#"{"schema":"a","references":[{"name":"money.proto","subject":"money","version":1}],"id":8}"#,
        ),
        ("/subjects/money/versions/1", 200, r#"{"schema":"money"}"#),
    ])
    .await;
    let login = Login {
        user: "ada".to_owned(),
        password: "pass word".to_owned(),
    };
    let found = registry(&server, Some(&login)).schema(7).await;
    let named = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    assert_eq!(
        found.expect("a schema"),
        Found {
            format: SchemaFormat::Protobuf,
            text: "order".to_owned(),
            references: vec![named("money.proto", "money"), named("a.proto", "a")],
        }
    );
    let asked = server.asked();
    let paths: Vec<&str> = asked.iter().map(|asked| &*asked.path).collect();
    assert_eq!(
        paths,
        [
            "/schemas/ids/7",
            "/subjects/a%2Fb/versions/3",
            "/subjects/money/versions/1"
        ]
    );
    // RFC 7617: base64 of "ada:pass word"
    let sent = |asked: &server::Asked| {
        asked.authorization.as_deref() == Some("Basic YWRhOnBhc3Mgd29yZA==")
    };
    assert!(asked.iter().all(sent), "{asked:?}");
    assert!(asked.iter().all(|asked| asked.method == "GET"));
    assert_eq!(format!("{login:?}"), "Login(…)");
}

#[tokio::test]
async fn references_in_a_circle_come_to_an_end() {
    let around = r#"{"schema":"x","references":[{"name":"x","subject":"x","version":1}]}"#;
    let server = Server::new(&[
        ("/schemas/ids/1", 200, around),
        ("/subjects/x/versions/1", 200, around),
    ])
    .await;
    let found = registry(&server, None).schema(1).await.expect("a schema");
    assert_eq!(found.format, SchemaFormat::Avro);
    assert_eq!(found.references.len(), 1);
    assert_eq!(server.asked().len(), 2);
    assert_eq!(server.asked()[0].authorization, None);
}

#[tokio::test]
async fn each_refusal_says_what_it_was() {
    let long = format!(r#"{{"schema":"{}"}}"#, "x".repeat(5 << 20));
    let server = Server::new(&[
        (
            "/schemas/ids/1",
            401,
            r#"{"error_code":401,"message":"Unauthorized"}"#,
        ),
        (
            "/schemas/ids/2",
            404,
            r#"{"error_code":40403,"message":"Schema 2 not found"}"#,
        ),
        ("/schemas/ids/3", 404, "<html>nothing here</html>"),
        ("/schemas/ids/4", 503, ""),
        (
            "/schemas/ids/5",
            500,
            r#"{"error_code":50001,"message":"the backend"}"#,
        ),
        ("/schemas/ids/6", 200, "<html>"),
        (
            "/schemas/ids/7",
            200,
            r#"{"schema":"x","schemaType":"THRIFT"}"#,
        ),
        ("/schemas/ids/8", 200, &long),
        ("/schemas/ids/9", 302, "/elsewhere"),
        ("/elsewhere", 200, r#"{"schema":"x"}"#),
    ])
    .await;
    for (id, expected) in [
        (1, "lets nobody see it so (status 401: Unauthorized)"),
        (2, "does not have it: Schema 2 not found"),
        (3, "there is no registry at this address"),
        (4, "too busy (status 503)"),
        (5, "status 500: the backend"),
        (6, "not what a registry says"),
        (7, "of the type THRIFT"),
        (8, "longer than 4194304 bytes"),
        (9, "redirect (302), which is not followed"),
    ] {
        let told = told(&server, id).await;
        assert!(told.contains(expected), "{id}: {told}");
    }
    assert_eq!(
        server.asked().len(),
        9,
        "nothing was asked twice, nor elsewhere"
    );
}

#[tokio::test]
async fn who_is_away_or_silent_is_told_apart() {
    let server = Server::new(&[("/schemas/ids/1", server::SILENT, "")]).await;
    let address: registry::Address = server.url.parse().expect("an address");
    let brief = Registry::new(address.clone(), None, Duration::from_millis(50));
    let silent = brief.expect("a registry").schema(1).await;
    assert!(
        matches!(silent, Err(RegistryError::Silent(_))),
        "{silent:?}"
    );
    drop(server);
    let away = Registry::new(address, None, PATIENCE).expect("a registry");
    let away = away.schema(1).await;
    assert!(
        matches!(away, Err(RegistryError::Unreachable(_))),
        "{away:?}"
    );
}
