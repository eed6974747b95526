//! Text from outside that tries to be more than text.

use crate::{keep, page};
use dom_query::Document;
use proptest::prelude::*;
use record::{Millis, SequenceNumber};
use saga::{
    Definition, Engine, Record, RecordHandle, Span,
    export::{Payload, Shown},
};
use std::sync::LazyLock;

const PIECES: [&str; 22] = [
    "<script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    "\"><svg/onload=alert(1)>",
    "' onmouseover='alert(1)",
    "</title></text></svg><iframe src=javascript:alert(1)>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "&lt;b&gt;&#x3c;i&#62;&NewLine;&amp",
    "</pre></details></td></table><h1>",
    "\u{0}",
    "\u{202E}gnp.exe\u{2066}",
    "\u{FFFF}\u{FFFE}\u{10FFFF}",
    "\r\n\t\u{B}\u{C}",
    "\u{1b}[31m",
    "javascript:alert(1)",
    "{{7*7}}${7*7}",
    "<\u{0}script>",
    "<plaintext>",
    "<template><base href=//evil>",
    "日本 עברית 👩‍👩‍👧",
];

/// Some of the pieces and anything else, never empty: what is empty has another place in the page.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => proptest::sample::select(&PIECES[..]).prop_map(str::to_owned),
        1 => any::<String>().prop_map(|text| text.chars().take(20).collect()),
    ];
    proptest::collection::vec(piece, 1..5).prop_map(|pieces| format!("x{}", pieces.concat()))
}

fn payload() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        hostile().prop_map(String::into_bytes),
        hostile().prop_map(|text| serde_json::json!({ text.clone(): [text, null] })
            .to_string()
            .into_bytes()),
        proptest::collection::vec(any::<u8>(), 0..200),
        Just(br#"{"a":"\ud800<script>","\udfff":"\u0000\u003cscript\u003e"}"#.to_vec()),
        Just(b"\xED\xA0\x80<script>\xFF</script>".to_vec()),
    ]
}

/// What a definition takes for a name.
fn name(text: &str) -> String {
    let visible = text.chars().filter(|c| !c.is_control());
    visible.take(100).collect()
}

/// All the places where a saga has text from outside.
#[derive(Clone, Debug)]
struct Texts {
    saga: String,
    steps: [String; 2],
    stream: String,
    shard: String,
    key: String,
    alias: String,
    other_type: String,
    sources: [String; 2],
    payloads: Vec<Vec<u8>>,
}

const EVENTS: usize = 7;

prop_compose! {
    fn texts()(
        saga in hostile(), steps in [hostile(), hostile()], stream in hostile(), shard in hostile(), key in hostile(),
        alias in hostile(), other_type in hostile(), sources in [hostile(), hostile()],
        payloads in proptest::collection::vec(payload(), EVENTS),
    ) -> Texts {
        let [first, second] = steps;
        let [asking, answering] = sources;
        Texts {
            saga: name(&saga),
            stream, shard, other_type, payloads,
            // an alias that is the key as well is told once
            key: format!("{key}1"),
            alias: format!("{alias}2"),
            steps: [name(&first), format!("{}2", name(&second))],
            sources: [format!("{asking}1"), format!("{answering}2")],
        }
    }
}

impl Texts {
    /// The same saga with nothing to fear from it.
    fn harmless() -> Self {
        let text = str::to_owned;
        Self {
            saga: text("saga"),
            steps: ["one", "two"].map(text),
            stream: text("stream"),
            shard: text("shard"),
            key: text("key"),
            alias: text("alias"),
            other_type: text("other"),
            sources: ["asking", "answering"].map(text),
            payloads: vec![b"{}".to_vec(); EVENTS],
        }
    }

    fn engine(&self) -> Engine {
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        let step = |id: &str, number: usize| {
            format!(
                "  - {{ id: {}, request: ASK{number}, success: DONE{number}, failure: NO{number}, timeout: 1s, \
                 undo: {{ request: UNDO{number}, success: UNDONE{number} }} }}\n",
                quoted(id)
            )
        };
        let text = format!(
            "apiVersion: kinescope/v1\nsaga: {}\nversion: 1\nevent: {{ type: [$.t], source: [$.s] }}\n\
             correlate: {{ key: k, paths: [{{ at: $.k }}], aliases: [{{ name: a, at: $.a }}] }}\n\
             start: {{ on: BEGIN }}\nsteps:\n{}{}outcomes: {{ completed: {{ on: END }}, failed: {{ on: FAILED }} }}\n",
            quoted(&self.saga),
            step(&self.steps[0], 0),
            step(&self.steps[1], 1),
        );
        let mut engine = Engine::new(Definition::parse(&text).expect("a definition"));
        let stream = engine.add_stream(&self.stream);
        let shard = engine.add_shard(stream, &self.shard);
        engine.cover(
            stream,
            &[Span {
                from: Millis(0),
                until: Millis(100_000),
            }],
        );
        let kinds = [
            "BEGIN",
            "ASK0",
            "DONE0",
            "DONE0",
            self.other_type.as_str(),
            "ASK1",
            "NO1",
        ];
        let extractor = engine.extractor().clone();
        for (number, kind) in kinds.into_iter().enumerate() {
            let source = &self.sources[usize::from(kind.starts_with("DONE"))];
            let payload = serde_json::json!({
                "t": kind, "s": source, "k": self.key, "a": self.alias, "n": number
            });
            let sequence: SequenceNumber = (number + 1).to_string().parse().expect("a number");
            let payload = payload.to_string();
            engine.ingest(extractor.read(&Record {
                handle: RecordHandle(number as u64),
                shard,
                sequence: &sequence,
                sub: 0,
                arrival: Millis(1_000 + number as i64 * 700),
                partition_key: Some("p"),
                payload: payload.as_bytes(),
                replayed: number == 3,
            }));
        }
        engine.advance(Millis(100_000));
        engine.settle();
        engine
    }

    fn page(&self) -> String {
        let engine = self.engine();
        let saga = engine.ids().next().and_then(|id| engine.saga(id));
        let saga = saga.expect("a saga");
        assert_eq!(saga.events().len(), EVENTS);
        let shown = Shown {
            id: &str::to_owned,
            payload: &mut |event| Payload::Shown(self.payloads[event.record.0 as usize].clone()),
            is_masked: false,
        };
        page(&saga, shown)
    }
}

/// Every element with its attributes, and every node that is neither element nor text.
fn skeleton(page: &str) -> Vec<String> {
    let document = Document::from(page);
    let all = document.root().descendants_it();
    let bones = all.filter(|node| !node.is_text()).map(|node| {
        let attributes = node.attrs();
        let attributes: Vec<String> = attributes
            .iter()
            .map(|attribute| format!("{}={}", attribute.name.local, attribute.value))
            .collect();
        let name = node.node_name().map(|name| name.to_string());
        format!("{name:?} {attributes:?} {}", node.is_comment())
    });
    bones.collect()
}

static HARMLESS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let page = Texts::harmless().page();
    skeleton(&page)
});

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the texts say, the page is built as that of harmless ones: all that they add is text.
    #[test]
    fn no_text_becomes_markup(texts in texts()) {
        let page = texts.page();
        prop_assert_eq!(&skeleton(&page), &*HARMLESS);
        let hidden = page.chars().find(|&c| c != '\n' && decode::is_hidden(c));
        prop_assert_eq!(hidden, None);
    }
}

#[test]
fn the_hostile_sagas_are_not_left_out() {
    let bones = &*HARMLESS;
    let count = |name: &str| {
        bones
            .iter()
            .filter(|bone| bone.starts_with(&format!("Some({name:?})")))
            .count()
    };
    assert_eq!(count("pre"), EVENTS);
    assert_eq!(count("script"), 0);
    assert!(bones.len() > 300, "{}", bones.len());
    let all = PIECES.concat();
    let texts = Texts {
        saga: all.chars().take(60).collect(),
        key: format!("{all}1"),
        alias: format!("{all}2"),
        other_type: PIECES[0].to_owned(),
        stream: all.clone(),
        sources: [PIECES[4], PIECES[2]].map(str::to_owned),
        payloads: vec![all.into_bytes(); EVENTS],
        ..Texts::harmless()
    };
    let page = texts.page();
    keep("Hostile", &page);
    assert!(page.contains("&lt;script&gt;alert(1)"));
    assert_eq!(skeleton(&page), *bones);
}

#[test]
fn the_skeleton_sees_markup() {
    let mut page = Texts::harmless().page();
    page = page.replacen("<pre>\n{}", "<pre>\n{}<b>", 1);
    assert_ne!(skeleton(&page), *HARMLESS);
}
