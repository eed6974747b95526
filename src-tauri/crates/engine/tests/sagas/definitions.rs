//! Definition files: those that cannot be used are listed with what is wrong, and nothing else suffers.

use crate::common::{Bench, PATIENCE};
use engine::{DefinitionOverview, EngineError, SagaSubject};
use std::{fmt::Write, fs, time::Duration, time::Instant};

const SOUND: &str = "apiVersion: kinescope/v1
saga: refunds
version: 3
streams: [order-events]
event:
  type: [\"$.eventType\"]
correlate:
  key: orderId
  paths:
    - { at: \"$.payload.orderId\" }
start: { on: ORDER_CREATED }
steps:
  - id: pay
    success: PAYMENT_PROCESSED
    timeout: 5s
";

async fn listed(bench: &Bench) -> Vec<DefinitionOverview> {
    let all = bench.engine.saga_definitions().await;
    all.expect("the folder is read").definitions
}

fn problem(one: &DefinitionOverview) -> String {
    let told = one.problems.iter().map(|problem| {
        let line = problem
            .line
            .map_or(String::new(), |line| format!("{line}: "));
        format!("{line}{}", problem.message)
    });
    told.collect::<Vec<_>>().join("; ")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_file_is_told_and_harms_no_other() {
    let bench = Bench::empty().await;
    let folder = bench.folder();
    fs::create_dir_all(&folder).expect("a folder");
    let write = |name: &str, text: &str| {
        fs::write(folder.join(format!("{name}.saga.yaml")), text).expect("written");
    };
    let cycle = "  - { id: a, after: [b], success: A }\n  - { id: b, after: [a], success: B }\n";
    let steps = |steps: &str| {
        let (head, _) = SOUND.split_once("steps:\n").expect("steps");
        format!("{head}steps:\n{steps}")
    };
    write("cycle", &steps(cycle));
    write(
        "unknown",
        &steps("  - { id: a, after: [nobody], success: A }\n"),
    );
    write(
        "twice",
        &steps("  - { id: a, success: A }\n  - { id: a, success: B }\n"),
    );
    write("path", &SOUND.replace("$.payload.orderId", ""));
    write("huge", &format!("{SOUND}# {}\n", "x".repeat(10 << 20)));
    write("empty", "");
    write("tab", "\tsaga: x\n");
    fs::write(folder.join("bytes.saga.yaml"), [0xff, 0xfe, 0]).expect("written");
    fs::write(folder.join("notes.txt"), "no definition").expect("written");
    fs::create_dir(folder.join("folder.saga.yaml")).expect("a folder");
    write("sound", SOUND);
    write("sound-again", SOUND);

    let all = listed(&bench).await;
    let mut told = String::new();
    for one in &all {
        writeln!(told, "{} | {}", one.name, problem(one)).expect("text");
    }
    insta::assert_snapshot!(told, @r"
    order-fulfilment | 
    bytes | the file is no UTF-8 text
    cycle | 13: these steps wait for each other: a after b after a
    empty | 1: the file is empty; expected a saga definition that starts with `apiVersion: kinescope/v1`
    huge | 1: the file has 10486032 bytes; expected at most 262144
    path | 10: `` is no path: expected `$` at its start
    refunds | 
    sound | another definition has the name refunds; give this one a name of its own
    tab | 1: the field `apiVersion` is missing
    twice | 14: the step `a` is already on line 13
    unknown | 13: there is no step `nobody`; expected one of `a`
    ");
    let sound = all
        .iter()
        .find(|one| one.name == "refunds")
        .expect("the sound one");
    assert_eq!((sound.version, sound.steps), (Some(3), 1));

    let cyclic = SagaSubject::Saved("cycle".to_owned());
    let refused = bench.engine.open_sagas("test", cyclic, Vec::new()).await;
    let refused = refused.expect_err("a cycle");
    assert!(
        matches!(&refused, EngineError::Definition(_)) && refused.to_string().contains("cycle:")
    );
    let sound = SagaSubject::Saved("refunds".to_owned());
    let opened = bench.engine.open_sagas("test", sound, Vec::new()).await;
    opened.expect("the sound one opens");
    bench.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_saved_counts_at_once() {
    let bench = Bench::empty().await;
    assert_eq!(listed(&bench).await.len(), 1, "the shipped one");
    let mut notices = bench.engine.subscribe();
    let saved = bench
        .engine
        .save_definition("refunds", SOUND.to_owned())
        .await;
    let saved = saved.expect("written");
    assert_eq!(saved.file, Some(bench.folder().join("refunds.saga.yaml")));
    assert_eq!(
        bench
            .engine
            .saga_definition("refunds")
            .await
            .expect("its text"),
        SOUND
    );
    let subject = || SagaSubject::Saved("refunds".to_owned());
    let opened = bench.engine.open_sagas("test", subject(), Vec::new()).await;
    let board = opened.expect("it opens").id;

    // somebody else's editor changes the file
    let before = bench.engine.definitions_revision();
    let changed = SOUND.replace("version: 3", "version: 40");
    fs::write(bench.folder().join("refunds.saga.yaml"), changed).expect("written");
    let begun = Instant::now();
    while bench.engine.definitions_revision() == before {
        assert!(begun.elapsed() < PATIENCE, "the change is not seen");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let gone = bench.engine.saga_board(board).await;
    assert!(
        matches!(gone, Err(EngineError::UnknownBoard(_))),
        "the board was of the old text"
    );
    assert_eq!(listed(&bench).await[1].version, Some(40));
    let told = std::iter::from_fn(|| notices.try_recv().ok());
    assert!(
        told.into_iter()
            .any(|notice| notice == engine::Notice::Sagas)
    );

    let over = bench
        .engine
        .save_definition("order-fulfilment", SOUND.to_owned())
        .await;
    assert!(
        over.expect_err("shipped")
            .to_string()
            .contains("ships with the program")
    );
    let unnamed = bench
        .engine
        .save_definition("../..", SOUND.to_owned())
        .await;
    assert!(matches!(unnamed, Err(EngineError::Definition(_))));
    let broken = bench
        .engine
        .save_definition("draft", "saga: draft".to_owned())
        .await;
    assert!(
        !broken
            .expect("a draft may have problems")
            .problems
            .is_empty()
    );

    let elsewhere = bench.folder().join("elsewhere");
    bench
        .engine
        .choose_saga_folder(elsewhere.clone())
        .await
        .expect("chosen");
    assert_eq!(bench.engine.saga_folder(), elsewhere);
    assert_eq!(listed(&bench).await.len(), 1);
    bench.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_definition_is_proposed_from_what_was_captured() {
    let (bench, capture) = Bench::of_history().await;
    let board = bench.open("test", vec![capture]).await.id;
    bench.history(board).await;
    let proposal = bench
        .engine
        .learn_definition(vec![capture])
        .await
        .expect("a proposal");
    assert!(proposal.yaml.contains("sagaId") && proposal.yaml.contains("RELEASE_INVENTORY"));
    let subject = SagaSubject::Text(proposal.yaml);
    let learned = bench
        .engine
        .open_sagas("learned", subject, vec![capture])
        .await;
    let learned = learned.expect("it opens").id;
    let learned = bench.history(learned).await;
    assert!(learned.has_steps);

    let words = bench.engine.saga_words(vec![capture]).await.expect("words");
    assert!(
        words
            .kinds
            .iter()
            .any(|(kind, count)| kind == "ORDER_CREATED" && *count > 10)
    );
    assert!(
        words
            .paths
            .iter()
            .any(|(path, share)| path.to_string() == "$.sagaId" && *share > 0.9)
    );
    bench.close().await;
}
