//! Messages: sent once, to where it was said before, and told as what became of them.

use crate::desk::{Desk, done, draft};
use engine::{
    Draft, Encoding, EngineError, Identity, MessageField, MessageFormat, PublishState, SentOutcome,
};
use faults::{Action, Calls, Rule};
use record::HashKey;
use std::collections::HashSet;
use store::DeliveryState;

#[tokio::test(flavor = "multi_thread")]
async fn a_message_lands_where_it_was_said_and_stands_in_the_history() {
    let desk = Desk::with(&["orders"]).await;
    let granted = desk.grant("orders").await;
    let draft = draft(&desk, "orders", r#"{"id": "o-{{seq}}"}"#, "{$.id}");
    let preview = desk
        .engine
        .preview_draft(draft.clone())
        .await
        .expect("a preview");
    assert_eq!((preview.key.as_str(), preview.problems.len()), ("o-1", 0));
    assert_eq!(preview.text, r#"{"id": "o-1"}"#);
    assert_eq!(desk.puts(), [], "looking sends nothing");

    let sent = desk
        .engine
        .publish_draft(draft.clone(), granted.id, "t".into())
        .await;
    let sent = done(&desk, sent.expect("begun").id).await;
    assert_eq!(
        (sent.state, sent.sent, sent.total),
        (PublishState::Finished, 1, 1)
    );
    let [(key, row)] = &sent.results[..] else {
        panic!("{sent:?}")
    };
    assert_eq!(
        (key.as_str(), row.outcome, row.attempts),
        ("o-1", SentOutcome::Acknowledged, 1)
    );
    assert_eq!(row.shard, preview.shard);
    let written = desk.written("orders").await;
    assert_eq!(written.len(), 1);
    assert_eq!(Some(written[0].sequence), row.sequence);
    assert_eq!(written[0].data, br#"{"id": "o-1"}"#);

    let (total, rows) = desk
        .engine
        .publish_history(0, 10)
        .await
        .expect("the history");
    assert_eq!((total, rows[0].id, rows[0].results.len()), (1, sent.id, 0));
    let again = desk
        .engine
        .draft_of_published(sent.id)
        .await
        .expect("found");
    let again = again.expect("a message");
    assert!(again.is_connected);
    assert_eq!(again.draft, draft);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_double_click_publishes_once() {
    let desk = Desk::with(&["orders"]).await;
    let granted = desk.grant("orders").await;
    let draft = draft(&desk, "orders", "{}", "k");
    let click = || {
        desk.engine
            .publish_draft(draft.clone(), granted.id, "one".into())
    };
    let (first, second, third) = tokio::join!(click(), click(), click());
    let ids: HashSet<_> = [first, second, third]
        .into_iter()
        .map(|row| row.expect("a row").id)
        .collect();
    assert_eq!(ids.len(), 1);
    let id = ids.into_iter().next().expect("one");
    done(&desk, id).await;
    // the answer to a later click is what was sent, also when nothing may be sent any more
    desk.engine.revoke_grant(granted.id);
    assert_eq!(click().await.expect("known").id, id);
    assert_eq!(
        (desk.puts().len(), desk.written("orders").await.len()),
        (1, 1)
    );
    let other = desk
        .engine
        .publish_draft(draft.clone(), granted.id, "two".into())
        .await;
    assert!(matches!(other, Err(EngineError::UnknownGrant)), "{other:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_knows_is_unclear_and_is_not_sent_again() {
    for (action, is_written) in [
        (Action::reset_after(), true),
        (Action::internal_failure(), false),
    ] {
        let desk = Desk::with(&["orders"]).await;
        let granted = desk.grant("orders").await;
        let spoiled = desk.proxy.add(Rule::on("PutRecord", action));
        let draft = draft(&desk, "orders", "{}", "k");
        let sent = desk
            .engine
            .publish_draft(draft, granted.id, "t".into())
            .await;
        let sent = done(&desk, sent.expect("begun").id).await;
        assert_eq!(
            (sent.sent, sent.refused, sent.unclear),
            (0, 0, 1),
            "{sent:?}"
        );
        let (_, row) = &sent.results[0];
        assert_eq!((row.outcome, row.attempts), (SentOutcome::Unclear, 1));
        assert!(row.message.is_some());
        assert_eq!(desk.proxy.fired(spoiled), 1, "one attempt");
        assert_eq!(desk.written("orders").await.len(), usize::from(is_written));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn some_in_doubt_do_not_hold_up_the_others() {
    let desk = Desk::with(&["orders"]).await;
    let granted = desk.grant("orders").await;
    let lost = desk
        .proxy
        .add(Rule::on("PutRecords", Action::reset_after()).calls(Calls::Nth(2)));
    let draft = Draft {
        repeat: 900,
        ..draft(&desk, "orders", r#"{"id":"{{uuid}}"}"#, "{$.id}")
    };
    let sent = desk
        .engine
        .publish_draft(draft, granted.id, "t".into())
        .await;
    let sent = done(&desk, sent.expect("begun").id).await;
    assert_eq!(desk.proxy.fired(lost), 1);
    assert_eq!(sent.state, PublishState::Finished);
    assert!(sent.unclear > 0 && sent.refused == 0, "{sent:?}");
    assert_eq!(sent.sent + sent.unclear, 900);
    let written = desk.written("orders").await;
    let keys: HashSet<&str> = written.iter().map(|record| record.key.as_str()).collect();
    assert_eq!(
        (written.len(), keys.len()),
        (900, 900),
        "none twice, none missing"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_that_stays_ends_it_and_is_told() {
    let desk = Desk::with(&["orders"]).await;
    let granted = desk.grant("orders").await;
    let denied = Action::access_denied();
    desk.proxy.add(Rule::on("PutRecord", denied));
    let draft = draft(&desk, "orders", "{}", "k");
    let sent = desk
        .engine
        .publish_draft(draft, granted.id, "t".into())
        .await;
    let sent = done(&desk, sent.expect("begun").id).await;
    assert_eq!(
        (sent.state, sent.sent, sent.refused, sent.unclear),
        (PublishState::Failed, 0, 0, 0)
    );
    let (_, row) = &sent.results[0];
    assert_eq!(
        (row.outcome, row.attempts, sent.can_go_on),
        (SentOutcome::Waiting, 1, true),
        "once the person may write, it can go on"
    );
    assert!(
        row.message
            .as_ref()
            .is_some_and(|why| why.contains("AccessDenied"))
    );
    let message = sent.message.expect("why");
    assert!(message.contains("AccessDenied"), "{message}");
    assert_eq!(desk.puts().len(), 1, "it is not tried again");
}

/// What STS says, which the embedded endpoint does not have.
const CALLER: &str = r#"<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::000000000000:user/ada</Arn><UserId>AIDAADA</UserId><Account>000000000000</Account></GetCallerIdentityResult>
<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></GetCallerIdentityResponse>"#;

#[tokio::test(flavor = "multi_thread")]
async fn every_write_stands_in_the_log() {
    let desk = Desk::with(&["orders"]).await;
    // requests of the query protocol have no operation in their headers
    desk.proxy.add(Rule::on(
        "GetCallerIdentity",
        Action::other_answer(200, CALLER),
    ));
    let granted = desk.grant("orders").await;
    let draft = Draft {
        repeat: 300,
        ..draft(&desk, "orders", r#"{"n":{{seq}}}"#, "k-{{random:1..40}}")
    };
    let sent = desk
        .engine
        .publish_draft(draft, granted.id, "t".into())
        .await;
    let sent = done(&desk, sent.expect("begun").id).await;
    assert_eq!(sent.sent, 300);
    let written = desk.written("orders").await;
    assert_eq!(written.len(), 300);
    let logged = desk.logged(sent.id).await;
    assert_eq!(logged.records.len(), 300);
    let began = logged.delivery.created_at;
    let ended = logged.events.last().expect("an end").at;
    for record in written {
        let (at, digest) = logged.records[&(record.shard, record.sequence)];
        assert!((began..=ended).contains(&at), "{at} of {began} to {ended}");
        let text = String::from_utf8(record.data).expect("text");
        // a partition key's place is the MD5 of its text
        let expected = HashKey::of_partition_key(&text).0.to_be_bytes();
        assert_eq!(digest, expected, "{text}");
    }
    let target = granted.grant.target();
    for word in [target.region(), target.endpoint(), "orders"] {
        assert!(logged.delivery.target.contains(word), "{logged:?}");
    }
    let Identity::Known { arn, .. } = target.caller() else {
        panic!("{:?}", target.caller())
    };
    assert_eq!(*arn, "arn:aws:iam::000000000000:user/ada");
    assert_eq!(logged.delivery.caller, *arn);
    let [planned, running, finished] = &logged.events[..] else {
        panic!("{logged:?}")
    };
    let states = [planned, running, finished].map(|event| event.state);
    let expected = [
        DeliveryState::Planned,
        DeliveryState::Running,
        DeliveryState::Finished,
    ];
    assert_eq!(states, expected);
    let permission = running.detail.as_deref().expect("who writes");
    let granted_at = granted.grant.granted_at().to_string();
    assert!(permission.contains(arn) && permission.contains(&granted_at));
}

#[tokio::test(flavor = "multi_thread")]
async fn records_go_together_where_that_is_wanted() {
    let desk = Desk::with(&["orders"]).await;
    let granted = desk.grant("orders").await;
    let draft = Draft {
        repeat: 400,
        aggregate: true,
        ..draft(&desk, "orders", r#"{"n":{{seq}}}"#, "k-{{seq}}")
    };
    let preview = desk
        .engine
        .preview_draft(draft.clone())
        .await
        .expect("a preview");
    assert_eq!(preview.put_units.units_before, 400);
    let sent = desk
        .engine
        .publish_draft(draft, granted.id, "t".into())
        .await;
    let sent = done(&desk, sent.expect("begun").id).await;
    assert_eq!(sent.total, 4, "one for each shard");
    assert_eq!(sent.total, preview.put_units.units_after);
    let written = desk.written("orders").await;
    let inside: usize = written
        .iter()
        .map(|record| Desk::user_records(&record.data))
        .sum();
    assert_eq!((written.len(), inside), (4, 400));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_said_and_not_sent() {
    let desk = Desk::with(&["orders", "other"]).await;
    let granted = desk.grant("orders").await;
    let sound = draft(&desk, "orders", "{}", "k");
    let broken = draft(&desk, "orders", "{\n  no\n}", "k");
    let preview = desk
        .engine
        .preview_draft(broken.clone())
        .await
        .expect("a preview");
    let [problem] = &preview.problems[..] else {
        panic!("{preview:?}")
    };
    assert_eq!(
        (problem.field, problem.place),
        (MessageField::Text, Some((2, 3)))
    );
    let keyless = draft(&desk, "orders", "{}", "{$.id}");
    let many = Draft {
        repeat: 10_001,
        ..sound.clone()
    };
    let other = Draft {
        stream: "other".into(),
        ..sound
    };
    for (number, (draft, expected)) in [
        (broken, "this is no JSON"),
        (keyless, "$.id leads to nothing"),
        (many, "1 to 10000"),
        (other, "the permission is for orders, and not for other"),
    ]
    .into_iter()
    .enumerate()
    {
        let refused = desk
            .engine
            .publish_draft(draft, granted.id, format!("t{number}"))
            .await;
        let error = refused.expect_err("refused").to_string();
        assert!(error.contains(expected), "{error}");
    }
    assert_eq!(desk.puts(), []);
    assert_eq!(
        desk.engine
            .publish_history(0, 10)
            .await
            .expect("a history")
            .0,
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn templates_are_kept_under_their_names() {
    let desk = Desk::with(&[]).await;
    let template = |name: &str, text: &str, format| engine::Template {
        name: name.to_owned(),
        text: text.to_owned(),
        format,
        key: "{$.id}".to_owned(),
        is_literal: format == MessageFormat::Base64,
        encoding: if name == "a" {
            Encoding::Zstd
        } else {
            Encoding::None
        },
    };
    let first = template("b", "{{uuid}}", MessageFormat::Text);
    for saved in [
        first,
        template("a", "{}", MessageFormat::Json),
        template(" b ", "AA==", MessageFormat::Base64),
    ] {
        desk.engine.save_template(saved).await.expect("saved");
    }
    assert!(
        desk.engine
            .save_template(template("  ", "{}", MessageFormat::Json))
            .await
            .is_err()
    );
    let expected = [
        template("a", "{}", MessageFormat::Json),
        template("b", "AA==", MessageFormat::Base64),
    ];
    assert_eq!(desk.engine.templates().await.expect("templates"), expected);
    desk.engine
        .delete_template("a".into())
        .await
        .expect("deleted");
    assert_eq!(
        desk.engine.templates().await.expect("templates"),
        expected[1..]
    );
}
