//! The HTML page of a saga: one as it is, and hostile ones, read by a browser's parser.

#[path = "../common/mod.rs"]
mod common;
mod hostile;

use common::{Demo, Played, judged};
use demo::Kind;
use dom_query::{Document, NodeRef};
use record::Millis;
use saga::{
    Saga,
    export::{Payload, Shown, html},
};
use std::sync::LazyLock;

static JUDGED: LazyLock<(Played, Demo)> = LazyLock::new(|| judged(7, 900));
const NOW: Millis = Millis(1_761_829_200_000);

fn of_demo(kind: Kind) -> Saga<'static> {
    let (played, demo) = &*JUDGED;
    let mut sagas = played.sagas.iter();
    let (id, _) = sagas
        .find(|(_, other)| *other == kind)
        .expect("one of each kind");
    demo.engine.saga(demo.engine.find(id)[0]).expect("a saga")
}

fn page(saga: &Saga<'_>, mut shown: Shown<'_>) -> String {
    let mut page = String::new();
    html(saga, &mut shown, NOW, &mut page).expect("a string takes all text");
    page
}

fn demo_page(kind: Kind) -> String {
    let (played, _) = &*JUDGED;
    let shown = Shown {
        id: &str::to_owned,
        payload: &mut |event| {
            Payload::Shown(played.records[event.record.0 as usize].payload.clone())
        },
        is_masked: false,
    };
    page(&of_demo(kind), shown)
}

/// For whoever wants to look at a page in a browser: `KINESCOPE_PAGES` names a folder.
fn keep(name: &str, page: &str) {
    if let Some(folder) = std::env::var_os("KINESCOPE_PAGES") {
        let file = std::path::PathBuf::from(folder).join(format!("{name}.html"));
        std::fs::write(file, page).expect("the page is written");
    }
}

#[test]
fn a_compensated_saga_is_the_golden_page() {
    insta::assert_binary_snapshot!(
        "compensated.html",
        demo_page(Kind::ShippingFailed).into_bytes()
    );
}

#[test]
fn every_kind_of_saga_has_a_page_that_asks_for_nothing() {
    for kind in Kind::ALL {
        let page = demo_page(kind);
        keep(&format!("{kind:?}"), &page);
        let document = Document::from(page.as_str());
        assert_eq!(
            document
                .select("script, link, img, iframe, object, form, input")
                .length(),
            0
        );
        for element in elements(&document) {
            for attribute in element.attrs() {
                let is_address = ["src", "href", "xlink:href", "action", "style"]
                    .contains(&attribute.name.local.as_ref());
                assert!(
                    !is_address || attribute.value.starts_with("#e"),
                    "{attribute:?}"
                );
                assert!(!attribute.name.local.starts_with("on"), "{attribute:?}");
            }
        }
        let links = document.select("a[href]");
        assert!(links.length() > 0);
        for link in &links {
            let target = link.attr("href").expect("an address");
            assert_eq!(
                document.select(&target).length(),
                1,
                "{target} leads nowhere"
            );
        }
    }
}

#[test]
fn the_policy_forbids_everything_but_style() {
    let document = Document::from(demo_page(Kind::Happy));
    let policy = document.select("meta[http-equiv='Content-Security-Policy']");
    assert_eq!(
        policy.attr("content").as_deref(),
        Some(
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
        )
    );
    // before anything that it could forbid
    assert_eq!(
        document
            .select("head > meta[charset] + meta[http-equiv]")
            .length(),
        1
    );
}

#[test]
fn a_masked_page_has_no_id_and_no_value_of_the_records() {
    let (played, _) = &*JUDGED;
    let saga = of_demo(Kind::PaymentFailed);
    let fake = |text: &str| -> String {
        let letters = text
            .bytes()
            .map(|byte| char::from(b'a' + (byte ^ 0x55) % 26));
        letters.collect()
    };
    let masked = |event: &saga::Event| {
        let payload = &played.records[event.record.0 as usize].payload;
        Payload::Shown(fake(&String::from_utf8_lossy(payload)).into_bytes())
    };
    let page = page(
        &saga,
        Shown {
            id: &fake,
            payload: &mut { masked },
            is_masked: true,
        },
    );
    let ids = std::iter::once(&saga.key).chain(&saga.aliases);
    for id in ids {
        assert!(!page.contains(&id.text), "{}", id.text);
        assert!(page.contains(&fake(&id.text)), "{}", id.text);
    }
    assert!(!saga.aliases.is_empty() && page.contains("masked"));
    let payload: serde_json::Value =
        serde_json::from_slice(&played.records[saga.events()[0].record.0 as usize].payload)
            .expect("JSON");
    let user = payload["payload"]["userId"]
        .as_str()
        .or(payload["userId"].as_str());
    assert!(!page.contains(user.expect("an order has a user")));
}

#[test]
fn ten_megabytes_are_shown_in_part_and_what_is_missing_is_said() {
    let saga = of_demo(Kind::Happy);
    let hostile = b"</pre><script>alert(1)</script>".repeat(340_000);
    let mut asked = 0;
    let shown = Shown {
        id: &str::to_owned,
        payload: &mut |_| {
            asked += 1;
            match asked % 3 {
                0 => Payload::Gone,
                1 => Payload::Shown(hostile.clone()),
                _ => Payload::Withheld,
            }
        },
        is_masked: false,
    };
    let page = page(&saga, shown);
    let document = Document::from(page.as_str());
    assert_eq!(document.select("script").length(), 0);
    let events = saga.events().len();
    assert_eq!(document.select("pre").length(), events.div_ceil(3));
    assert!(
        document
            .select("pre")
            .iter()
            .all(|pre| pre.text().len() <= 262_144 + 100)
    );
    assert!(page.contains("of 10540000 bytes are shown"));
    assert!(page.contains("no longer captured") && page.contains("cannot be masked"));
}

fn elements(document: &Document) -> Vec<NodeRef<'_>> {
    let all = document.root().descendants_it();
    all.filter(NodeRef::is_element).collect()
}
