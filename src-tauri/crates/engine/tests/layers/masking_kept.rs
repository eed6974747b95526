//! Masking rules between sessions: kept with the person's settings, hiding everything where they cannot be read, and what
//! is shown more written down before it holds.

use crate::desk::rows;
use engine::{
    DialogAnswer, Engine, EngineError, EngineOptions, MaskKind, TrustedEndpoints, Unmasking,
};
use std::{fs, path::Path};

const FILE: &str = "masks.json";
const LOG: &str = "unmasking.log";
/// A record of `{"type":"PLACED","visible":1}`.
const CAPTURED: &str = r#"{"op":"PutRecord","ts":1760000000000,"stream":"orders","partition_key":"ord-1","data":"eyJ0eXBlIjoiUExBQ0VEIiwidmlzaWJsZSI6MX0=","sequence_number":"49000000","shard_id":"shardId-000000000000"}"#;

async fn session(folder: &Path) -> Engine {
    let workspace = folder.join("kept.kscope");
    let trusted = TrustedEndpoints::in_folder(folder);
    let opened = Engine::open_trusting(EngineOptions { workspace }, trusted).await;
    opened.expect("the engine opens")
}

fn yes() -> DialogAnswer {
    DialogAnswer::yes_in_native_dialog(None)
}

async fn add(engine: &Engine, kind: MaskKind, text: &str) -> Result<(), EngineError> {
    engine.add_mask(kind, text.to_owned()).await.map(|_| ())
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_are_kept_and_true_values_are_shown_for_a_session_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = session(folder.path()).await;
    add(&first, MaskKind::Path, "$.card").await.expect("a rule");
    add(&first, MaskKind::Name, "email").await.expect("a rule");
    let off = Unmasking::SwitchOff(MaskKind::Name, "email".to_owned());
    first.unmask(off, yes()).await.expect("it is off");
    let lifted = first.unmask(Unmasking::Session, yes()).await;
    assert!(lifted.expect("lifted").is_lifted);
    first.close().await;
    drop(first);

    let next = session(folder.path()).await;
    let masked = next.masking();
    assert!(!masked.is_lifted && masked.problem.is_none());
    let on: Vec<bool> = masked.rules.iter().map(|rule| rule.is_on).collect();
    assert_eq!(on, [true, false]);
    next.switch_mask_on(MaskKind::Name, "email".to_owned())
        .await
        .expect("it is on");
    let removed = Unmasking::Remove(MaskKind::Path, "$.card".to_owned());
    let masked = next.unmask(removed, yes()).await.expect("removed");
    assert_eq!(masked.rules.len(), 1);
    let log = fs::read_to_string(folder.path().join(LOG)).expect("a log");
    let lines: Vec<&str> = log.lines().collect();
    assert_eq!(lines.len(), 3, "each act that shows more: {log}");
    assert!(lines[1].contains("shown in this session"));
    assert!(lines[2].contains(r#""rule":"$.card""#));
    next.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_rule_is_refused_with_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = session(folder.path()).await;
    let refused = add(&engine, MaskKind::Pattern, " card( ").await;
    assert!(matches!(refused, Err(EngineError::Filter { at, .. }) if at == (4..5)));
    let refused = add(&engine, MaskKind::Path, "$.a[").await;
    assert!(matches!(refused, Err(EngineError::Filter { at, .. }) if at.start == 4));
    for (kind, text) in [(MaskKind::Pattern, "a*"), (MaskKind::Name, " ")] {
        let refused = add(&engine, kind, text).await;
        assert!(matches!(refused, Err(EngineError::Input(_))), "{text}");
    }
    add(&engine, MaskKind::Name, "card").await.expect("a rule");
    let twice = add(&engine, MaskKind::Name, "card").await;
    assert!(matches!(twice, Err(EngineError::Input(_))));
    assert_eq!(engine.masking().rules.len(), 1);
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_that_cannot_be_read_hide_everything_and_stay_as_they_are() {
    for text in [
        "{",
        r#"{"masks":[{"kind":"path","text":"$.[","is_on":true}]}"#,
        r#"{"masks":[{"kind":"colour","text":"red","is_on":true}]}"#,
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join(FILE), text).expect("a file");
        let engine = session(folder.path()).await;
        assert!(engine.masking().problem.is_some(), "{text}");
        let file = folder.path().join("orders.ndjson");
        fs::write(&file, CAPTURED).expect("a file");
        engine.import_capture(&file).await.expect("imported");
        let row = rows(&engine, 1).await.remove(0);
        let told = format!(
            "{:?} {:?} {:?}",
            row.preview, row.row.partition_key, row.row.event_type
        );
        assert!(told.contains("masked-"), "{told}");
        for hidden in ["visible", "ord-1", "PLACED"] {
            assert!(!told.contains(hidden), "{told}");
        }
        let refused = add(&engine, MaskKind::Name, "card").await;
        assert!(matches!(refused, Err(EngineError::Input(_))));
        let kept = fs::read_to_string(folder.path().join(FILE));
        assert_eq!(kept.expect("a file"), text);
        engine.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_written_down_is_not_shown() {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = session(folder.path()).await;
    add(&engine, MaskKind::Name, "card").await.expect("a rule");
    fs::create_dir(folder.path().join(LOG)).expect("a folder in its place");
    for what in [
        Unmasking::Session,
        Unmasking::Remove(MaskKind::Name, "card".to_owned()),
    ] {
        let refused = engine.unmask(what, yes()).await;
        assert!(matches!(refused, Err(EngineError::File { .. })));
    }
    let masked = engine.masking();
    assert!(!masked.is_lifted && masked.rules.len() == 1);
    engine.close().await;
}
