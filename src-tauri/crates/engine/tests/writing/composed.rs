//! What a person may ask of a message beyond its text: packed, repeated over time, and as a command for another shell.

use crate::desk::{Desk, done, draft, until};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use engine::{Draft, Encoding, EngineError, Message, PublishState, SentOutcome};
use faults::{Action, Rule, raw};
use serde_json::Value;
use std::io::Read;

const TEXT: &str = r#"{"id":"o-{{seq}}","uuid":"{{uuid}}","at":"{{now}}"}"#;

fn packed(draft: Draft, encoding: Encoding) -> Draft {
    Draft {
        message: Message {
            encoding,
            ..draft.message
        },
        ..draft
    }
}

fn unpacked(encoding: Encoding, data: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    match encoding {
        Encoding::Gzip => flate2::read::GzDecoder::new(data).read_to_end(&mut plain),
        Encoding::Zlib => flate2::read::ZlibDecoder::new(data).read_to_end(&mut plain),
        Encoding::Base64 => return STANDARD.decode(data).expect("base64"),
        Encoding::None | Encoding::Zstd => return data.to_vec(),
    }
    .expect("packed");
    plain
}

#[tokio::test(flavor = "multi_thread")]
async fn a_packed_payload_arrives_packed_under_the_key_of_what_is_in_it() {
    for encoding in [Encoding::Gzip, Encoding::Zlib, Encoding::Base64] {
        let desk = Desk::with(&["orders"]).await;
        let granted = desk.grant("orders").await;
        let long = TEXT.replace("o-{{seq}}", &format!("o-{{{{seq}}}}{}", "x".repeat(500)));
        let draft = packed(draft(&desk, "orders", &long, "{$.uuid}"), encoding);
        let preview = desk.engine.preview_draft(draft.clone()).await;
        let preview = preview.expect("a preview");
        assert_eq!(preview.problems, []);
        assert_eq!(preview.plain_bytes, preview.text.len() as u64);
        let grows = encoding == Encoding::Base64;
        let size = preview.size_bytes - preview.key.len() as u64;
        assert_eq!(size > preview.plain_bytes, grows, "{encoding:?}");
        let draft = Draft {
            moment: Some(preview.moment),
            ..draft
        };
        let sent = desk.engine.publish_draft(draft, granted.id, "t".into());
        let id = sent.await.expect("begun").id;
        assert_eq!(done(&desk, id).await.sent, 1);
        let written = desk.written("orders").await;
        let [record] = &written[..] else {
            panic!("{} records", written.len())
        };
        assert_eq!(
            (record.data.len() as u64, &record.key),
            (size, &preview.key)
        );
        let plain = unpacked(encoding, &record.data);
        assert_eq!(String::from_utf8(plain).as_deref(), Ok(&*preview.text));
        let again = desk.engine.draft_of_published(id).await.expect("known");
        let again = again.expect("a message").draft;
        assert_eq!(again.message.encoding, encoding);
    }
}

fn repeated(desk: &Desk, repeat: u32, every_millis: u32) -> Draft {
    Draft {
        repeat,
        every_millis: Some(every_millis),
        ..draft(desk, "orders", TEXT, "{$.uuid}")
    }
}

/// In the order of their numbers.
async fn values(desk: &Desk) -> Vec<Value> {
    let written = desk.written("orders").await;
    let read = |data: &[u8]| serde_json::from_slice::<Value>(data).expect("JSON");
    let mut values: Vec<Value> = written.iter().map(|record| read(&record.data)).collect();
    let number = |value: &Value| {
        let id = value["id"].as_str().expect("an id");
        id[2..].parse::<u64>().expect("a number")
    };
    values.sort_by_key(number);
    values
}

fn time(value: &Value) -> jiff::Timestamp {
    let at = value["at"].as_str().expect("a time");
    at.parse().expect("a time")
}

#[tokio::test(flavor = "multi_thread")]
async fn repeats_leave_one_after_the_other_and_each_is_filled_anew() {
    let desk = Desk::with(&["orders"]).await;
    let granted = desk.grant("orders").await;
    let draft = repeated(&desk, 6, 150);
    let sent = desk.engine.publish_draft(draft, granted.id, "t".into());
    let id = sent.await.expect("begun").id;
    let first = desk.engine.published(id).await.expect("a row");
    assert_eq!(first.total, 6);
    let end = done(&desk, id).await;
    assert_eq!((end.state, end.sent), (PublishState::Finished, 6));
    assert_eq!(desk.engine.publish_history(0, 9).await.expect("one").0, 1);

    let values = values(&desk).await;
    let uuids: std::collections::HashSet<_> = values.iter().map(|value| &value["uuid"]).collect();
    assert_eq!((values.len(), uuids.len()), (6, 6));
    for (number, pair) in values.windows(2).enumerate() {
        assert_eq!(pair[0]["id"], format!("o-{}", number + 1));
        let later = time(&pair[1]).as_millisecond() - time(&pair[0]).as_millisecond();
        assert_eq!(later, 150, "each bears the time at which it is due");
    }
    let logged = desk.logged(id).await;
    let mut times: Vec<i64> = logged.records.values().map(|(at, _)| at.0).collect();
    times.sort_unstable();
    let spread = times[5] - times[0];
    assert!(
        (450..20_000).contains(&spread),
        "{spread} ms from first to last"
    );
    let events = logged.events.iter().filter(|event| event.detail.is_some());
    assert_eq!(events.count(), 1, "one permission for all");
}

#[tokio::test(flavor = "multi_thread")]
async fn repeats_are_cancelled_and_cut_off_ones_go_on_with_the_rest() {
    let desk = Desk::with(&["orders"]).await;
    let granted = desk.grant("orders").await;
    let begin = |token: &str| {
        let draft = repeated(&desk, 400, 20);
        desk.engine.publish_draft(draft, granted.id, token.into())
    };
    let some_are_sent = |id| {
        let engine = &desk.engine;
        until("some are sent", move || async move {
            let now = engine.published(id).await.expect("a row");
            now.sent > 3 && now.left_millis.is_some_and(|left| left > 1_000)
        })
    };
    let id = begin("one").await.expect("begun").id;
    some_are_sent(id).await;
    desk.engine.cancel_publishing(id).await.expect("cancelled");
    let end = done(&desk, id).await;
    assert_eq!(end.state, PublishState::Cancelled);
    assert!(end.sent < 400 && end.unclear == 0, "{end:?}");
    assert_eq!(values(&desk).await.len() as u64, end.sent);

    let id = begin("two").await.expect("begun").id;
    some_are_sent(id).await;
    desk.engine.revoke_grant(granted.id);
    let cut = done(&desk, id).await;
    assert!(cut.can_go_on && cut.sent < 400, "{cut:?}");
    let waiting = cut
        .results
        .iter()
        .filter(|(_, row)| row.outcome == SentOutcome::Waiting);
    assert_eq!(waiting.count() as u64, 100 - cut.sent);
    let again = desk.grant("orders").await;
    let gone_on = desk.engine.go_on_publishing(id, again.id, None).await;
    let left = gone_on.expect("it goes on").left_millis;
    let expected = (400 - cut.sent) * 20;
    assert!(
        left.is_some_and(|left| left + 500 > expected),
        "{left:?} of {expected}"
    );
    desk.engine.cancel_publishing(id).await.expect("cancelled");
    done(&desk, id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_repeated_is_said() {
    let desk = Desk::with(&["orders"]).await;
    let granted = desk.grant("orders").await;
    let together = Draft {
        aggregate: true,
        ..repeated(&desk, 10, 20)
    };
    for (number, (draft, expected)) in [
        (repeated(&desk, 10, 0), "every 1 to 3600000 ms"),
        (repeated(&desk, 10, 3_600_001), "every 1 to 3600000 ms"),
        (together, "cannot be put together"),
    ]
    .into_iter()
    .enumerate()
    {
        let token = format!("t{number}");
        let refused = desk.engine.publish_draft(draft, granted.id, token).await;
        let error = refused.expect_err("refused").to_string();
        assert!(error.contains(expected), "{error}");
    }
    assert_eq!(desk.puts(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_that_is_shown_can_be_put_by_another_program() {
    let desk = Desk::with(&["orders"]).await;
    let granted = desk.grant("orders").await;
    for encoding in [Encoding::None, Encoding::Zstd] {
        let draft = packed(draft(&desk, "orders", TEXT, "{$.uuid}"), encoding);
        let preview = desk.engine.preview_draft(draft.clone()).await;
        let draft = Draft {
            moment: Some(preview.expect("a preview").moment),
            ..draft
        };
        desk.proxy.forget_log();
        let command = desk.engine.draft_command(draft.clone()).await;
        let command = command.expect("a command");
        assert_eq!(desk.puts(), [], "nothing is sent");
        let sent = desk
            .engine
            .publish_draft(draft, granted.id, format!("{encoding:?}"))
            .await;
        let (key, _) = &done(&desk, sent.expect("begun").id).await.results[0];
        let written = desk.written("orders").await;
        let record = written.iter().find(|record| record.key == *key);
        let record = record.expect("it was sent");
        let data = match encoding {
            Encoding::None => String::from_utf8(record.data.clone()).expect("text"),
            _ => STANDARD.encode(&record.data),
        };
        let endpoint = format!("--endpoint-url '{}'", desk.proxy.endpoint());
        let arn = "--stream-arn 'arn:aws:kinesis:us-east-1:000000000000:stream/orders'";
        let data = format!("--data '{data}'");
        let key = format!("--partition-key '{key}'");
        for part in [endpoint.as_str(), arn, &data, &key] {
            assert!(command.contains(part), "{part} in {command}");
        }
    }
    let broken = draft(&desk, "orders", "{", "k");
    let refused = desk.engine.draft_command(broken).await;
    assert!(matches!(refused, Err(EngineError::Input(_))), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_distributes_records_itself_gets_them_one_by_one() {
    let desk = Desk::with(&["orders"]).await;
    let granted = desk.grant("orders").await;
    let automatic = Action::edit("automatic distribution", |_, answer| {
        let Some(summary) = answer.get("StreamDescriptionSummary") else {
            return;
        };
        let mut summary: Value = serde_json::from_str(summary.get()).expect("a summary");
        summary["RecordDistributionStrategy"] = "AUTO".into();
        answer.insert("StreamDescriptionSummary".to_owned(), raw(summary));
    });
    desk.proxy.add(Rule::on("DescribeStreamSummary", automatic));
    let together = Draft {
        repeat: 5,
        aggregate: true,
        ..draft(&desk, "orders", TEXT, "{$.uuid}")
    };
    let alone = Draft {
        aggregate: false,
        ..together.clone()
    };
    let refused = desk
        .engine
        .publish_draft(together, granted.id, "together".into())
        .await;
    assert!(
        matches!(&refused, Err(EngineError::Input(why)) if why.contains("one by one")),
        "{refused:?}"
    );
    assert_eq!(desk.puts(), []);
    let sent = desk
        .engine
        .publish_draft(alone, granted.id, "alone".into())
        .await;
    let sent = done(&desk, sent.expect("begun").id).await;
    assert_eq!((sent.state, sent.sent), (PublishState::Finished, 5));
}
