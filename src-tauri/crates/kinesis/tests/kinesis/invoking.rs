//! Invoking a function: what a person is asked about it, and that whoever invokes is who was allowed to.

use crate::common;
use emulator::{Emulator, EmulatorOptions};
use faults::{Action, Answer, Proxy, Rule};
use kinesis::{DialogAnswer, Function, FunctionName, Identity, ProductionPatterns, WriteError};
use record::Millis;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

const HOUR: Duration = Duration::from_hours(1);

fn now() -> Millis {
    Millis(1_800_000_000_000)
}

fn function(name: &str) -> FunctionName {
    name.parse().expect("a function's name")
}

#[tokio::test]
async fn what_looks_like_production_needs_the_function_s_name_typed() {
    let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
    let connection = common::local(&emulator.endpoint()).await;
    let patterns = ProductionPatterns::new(["prod", "123456789012"]);
    let of_account = "arn:aws:lambda:us-east-1:123456789012:function:orders";
    for (name, sign, account) in [
        ("orders", None, None),
        ("orders-prod", Some("the function orders-prod"), None),
        (of_account, Some("the function"), Some("123456789012")),
        (
            "123456789012:function:orders:3",
            Some("the function"),
            Some("123456789012"),
        ),
    ] {
        let ask = async || {
            let asked = connection.ask_to_invoke(function(name), &patterns).await;
            asked.expect("a question")
        };
        let question = ask().await;
        assert_eq!(question.account(), account, "{name}");
        let told = question.production_sign().map(ToString::to_string);
        assert_eq!(told.is_some(), sign.is_some(), "{name}: {told:?}");
        assert!(
            told.unwrap_or_default()
                .starts_with(sign.unwrap_or_default())
        );
        for (typed, is_it) in [(None, false), (Some("orders-"), false), (Some(name), true)] {
            let answer = DialogAnswer::yes_in_native_dialog(typed.map(str::to_owned));
            let confirmed = Function::confirm(ask().await, answer, HOUR, now);
            match confirmed {
                Ok(_) => assert!(is_it || sign.is_none(), "{name}, {typed:?}"),
                Err(WriteError::FunctionNotTyped { .. }) => assert!(!is_it, "{name}, {typed:?}"),
                Err(other) => panic!("{other}"),
            }
        }
    }
}

#[tokio::test]
async fn another_caller_is_not_who_was_allowed() {
    let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
    let proxy = Proxy::to(&emulator.endpoint()).await;
    let who = Arc::new(AtomicU64::new(1));
    let now_who = Arc::clone(&who);
    let told = Action::instead("a caller", move |_| {
        let caller = now_who.load(Ordering::SeqCst);
        let body = format!(
            "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
             <Arn>arn:aws:iam::000000000000:user/person-{caller}</Arn><UserId>A:b</UserId>\
             <Account>000000000000</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
        );
        Answer {
            status: 200,
            content_type: "text/xml",
            body: body.into(),
        }
    });
    proxy.add(Rule::on("GetCallerIdentity", told));
    let connection = common::local(&proxy.endpoint()).await;
    let patterns = ProductionPatterns::default();
    let asked = connection
        .ask_to_invoke(function("orders"), &patterns)
        .await;
    let asked = asked.expect("a question");
    assert!(
        matches!(asked.caller(), Identity::Known { arn, .. } if arn.ends_with("person-1")),
        "{asked:?}"
    );
    assert_eq!(asked.account(), Some("000000000000"));
    let answer = DialogAnswer::yes_in_native_dialog(None);
    let function = Function::confirm(asked, answer, HOUR, now).expect("a function");
    function.require_same().await.expect("the same person");
    who.store(2, Ordering::SeqCst);
    let refused = function.require_same().await;
    assert!(
        matches!(&refused, Err(WriteError::TargetChanged { what, .. }) if *what == "the caller"),
        "{refused:?}"
    );
}
