//! Each step of a saga with its question and its answer, and each event with what it says.

mod common;

use common::judged;
use demo::Kind;
use saga::views::told::{role, steps};
use std::fmt::Write;

#[test]
fn steps_are_told_with_their_questions_and_answers() {
    let (played, demo) = judged(7, 900);
    let mut sagas = played.sagas.iter();
    let (id, _) = sagas
        .find(|(_, kind)| *kind == Kind::ShippingFailed)
        .expect("one whose shipping failed");
    let saga = demo.engine.saga(demo.engine.find(id)[0]).expect("a saga");
    let from = saga.judgement.started;
    let mut told = String::new();
    for step in steps(&saga) {
        let asked = |asked: saga::views::told::Asked| {
            [asked.requested, asked.answered, asked.due].map(|at| at.map(|at| at.since(from)))
        };
        let undo = step.undo.map(|(state, undo)| (state, asked(undo)));
        writeln!(
            told,
            "{} {:?} {:?} {undo:?} {:?}",
            step.id,
            step.state,
            asked(step.asked),
            step.events
        )
        .expect("text");
    }
    insta::assert_snapshot!(told, @r"
    inventory Undone [Some(60), Some(493), Some(5060)] Some((Undone, [Some(2191), Some(2700), Some(7191)])) [1, 2, 9, 10]
    payment Undone [Some(551), Some(1215), Some(5551)] Some((Undone, [Some(1879), Some(2131), Some(6879)])) [3, 4, 7, 8]
    shipping Failed [Some(1258), Some(1833), Some(6258)] None [5, 6]
    notify Skipped [None, None, None] None []
    ");
    let roles: Vec<String> = saga
        .events()
        .iter()
        .map(|event| format!("{:?} by {}", role(&saga, event).0, saga.linked_by(event)))
        .collect();
    insta::assert_snapshot!(roles.join("\n"), @r"
    Start by sagaId
    Request by sagaId
    Success by sagaId
    Request by sagaId
    Success by sagaId
    Request by sagaId
    Failure by sagaId
    UndoRequest by sagaId
    UndoSuccess by sagaId
    UndoRequest by sagaId
    UndoSuccess by sagaId
    Failed by sagaId
    ");
}
