//! The permission to write: what it is good for, and what ends it.

use crate::desk::{CREATED, Desk, local, name};
use bytes::Bytes;
use engine::{Engine, EngineError, EngineOptions, GRANT_LASTS, TrustedEndpoints, WriteError};
use publish::{Entry, Outcome, Target};
use record::Millis;

fn entry() -> Entry {
    Entry {
        key: "a".to_owned(),
        explicit_hash_key: None,
        data: Bytes::from_static(b"x"),
        origin: None,
    }
}

#[tokio::test]
async fn a_yes_is_good_for_one_stream_and_one_hour() {
    let desk = Desk::with(&["orders", "other"]).await;
    let facts = desk.engine.target_facts(desk.connection, "orders").await;
    let facts = facts.expect("facts");
    assert_eq!(
        (facts.shards.len(), facts.record_limit_bytes()),
        (4, 1 << 20)
    );
    assert!(facts.question.production_sign().is_none() && !facts.is_placed_automatically());
    assert!(desk.engine.grants().is_empty(), "looking asks nobody");

    let granted = desk.grant("orders").await;
    let lasts = granted.grant.expires_at().since(granted.grant.granted_at());
    assert_eq!(u128::try_from(lasts), Ok(GRANT_LASTS.as_millis()));
    assert_eq!(granted.grant.target().name(), &name("orders"));
    let target = desk
        .engine
        .granted(granted.id)
        .expect("it holds")
        .open(&[])
        .await;
    let outcomes = target.expect("a target").send(&[entry()], None).await;
    assert!(outcomes[0].is_acknowledged(), "{outcomes:?}");
    let streams: Vec<_> = desk.puts().into_iter().map(|put| put.stream).collect();
    assert_eq!(streams, [Some("orders".to_owned())]);
}

#[tokio::test]
async fn a_stream_is_never_its_own_target() {
    let desk = Desk::with(&["orders"]).await;
    let granted = desk.grant("orders").await;
    let own = granted.grant.target().stream().clone();
    let refused = granted.open(&[own]).await;
    assert!(
        matches!(
            refused,
            Err(EngineError::Write(WriteError::SourceIsTarget { .. }))
        ),
        "{refused:?}"
    );
    assert_eq!(desk.puts(), []);
}

#[tokio::test]
async fn a_stream_that_was_made_again_gets_nothing() {
    let desk = Desk::with(&["orders"]).await;
    let granted = desk.grant("orders").await;
    let target = granted.open(&[]).await.expect("a target");
    desk.delete("orders").await;
    desk.create("orders", Millis(CREATED.0 + 1000)).await;
    for refused in [
        granted.open(&[]).await.map(|_| ()),
        target.confirm().await.map_err(EngineError::from),
    ] {
        let error = refused.expect_err("another incarnation");
        assert!(error.to_string().contains("creation time"), "{error}");
        assert!(error.next_step().is_some());
    }
    assert_eq!(desk.puts(), []);
}

#[tokio::test]
async fn what_was_taken_back_writes_no_more() {
    let desk = Desk::with(&["orders"]).await;
    let granted = desk.grant("orders").await;
    let target = granted.open(&[]).await.expect("a target");
    desk.engine.revoke_grant(granted.id);
    let outcomes = target.send(&[entry()], None).await;
    assert!(
        matches!(&outcomes[0], Outcome::Refused { code, .. } if code == "GrantRevoked"),
        "{outcomes:?}"
    );
    let gone = desk.engine.granted(granted.id);
    assert!(matches!(gone, Err(EngineError::UnknownGrant)), "{gone:?}");
    assert!(desk.engine.grants().is_empty());
    assert_eq!(desk.puts(), []);
}

#[tokio::test]
async fn closing_the_connection_ends_what_was_granted_through_it() {
    let desk = Desk::with(&["orders"]).await;
    let other = local(desk.emulator.endpoint());
    let other = desk
        .engine
        .open_connection(other)
        .await
        .expect("another connection");
    let question = desk
        .engine
        .ask_to_write(desk.connection, "orders")
        .await
        .expect("a question");
    let granted = desk.grant("orders").await;
    desk.engine
        .close_connection(desk.connection)
        .await
        .expect("closed");
    assert!(granted.grant.is_revoked() && desk.engine.grants().is_empty());
    let answer = engine::DialogAnswer::yes_in_native_dialog(None);
    let late = desk.engine.grant(question, answer);
    assert!(
        matches!(late, Err(EngineError::UnknownConnection(_))),
        "a yes that came too late"
    );
    assert!(desk.engine.grants().is_empty());
    assert!(desk.engine.connection(other.id).is_ok());
}

#[tokio::test]
async fn what_looks_like_production_can_be_said_in_the_person_s_settings() {
    let desk = Desk::with(&["acme-orders", "orders-prod"]).await;
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("production-patterns.txt"), "acme-*\n").expect("a file");
    let workspace = folder.path().join("settings.kscope");
    let trusted = TrustedEndpoints::in_folder(folder.path());
    let engine = Engine::open_trusting(EngineOptions { workspace }, trusted).await;
    let engine = engine.expect("the engine opens");
    let opened = engine.open_connection(local(desk.proxy.endpoint())).await;
    let connection = opened.expect("a connection").id;
    for (stream, expected) in [("acme-orders", true), ("orders-prod", false)] {
        let question = engine.ask_to_write(connection, stream).await;
        let question = question.expect("a question");
        let sign = question.asked().production_sign();
        assert_eq!(sign.is_some(), expected, "{stream}: {sign:?}");
    }
}

#[tokio::test]
async fn what_looks_like_production_needs_its_name_typed() {
    let desk = Desk::with(&["orders-prod", "payments"]).await;
    desk.tag("payments", "stage", "production").await;
    for stream in ["orders-prod", "payments"] {
        let question = desk.engine.ask_to_write(desk.connection, stream).await;
        let question = question.expect("a question");
        assert!(question.asked().production_sign().is_some(), "{stream}");
        assert!(question.require_name(Some(stream)).is_ok());
        for typed in [None, Some("orders"), Some("")] {
            assert!(question.require_name(typed).is_err(), "{typed:?}");
            let refused = desk.answer(stream, typed).await;
            assert!(
                matches!(
                    refused,
                    Err(EngineError::Write(WriteError::NameNotTyped { .. }))
                ),
                "{refused:?}"
            );
        }
        let granted = desk.answer(stream, Some(stream)).await.expect("typed");
        assert!(granted.production_sign.is_some());
    }
    assert_eq!(desk.puts(), []);
}
