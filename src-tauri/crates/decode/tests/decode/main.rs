//! The decode crate from outside: golden vectors of other implementations, envelopes, bombs, and
//! properties of any bytes.

mod bombs;
#[path = "../../fuzz/checks.rs"]
mod checks;
mod corpus;
mod envelopes;
mod golden;
mod kinds;
mod pipeline;
mod properties;

use bytes::Bytes;
use decode::{Budget, Decoded, Event, Pipeline, Schemas};
use std::fmt::Write;

fn auto(record: impl Into<Bytes>) -> Decoded {
    decode::decode(
        &record.into(),
        &Pipeline::Auto,
        &Schemas::default(),
        Budget::default(),
    )
}

fn text(event: &Event) -> String {
    String::from_utf8_lossy(event.content.bytes()).into_owned()
}

/// What a person would be told, an event a paragraph.
fn told(decoded: &Decoded) -> String {
    let mut told = String::new();
    for event in &decoded.events {
        let trail: Vec<String> = decoded
            .trail(event)
            .iter()
            .map(|layer| {
                let cut = layer
                    .truncated
                    .map(|truncated| format!(" [{truncated}]"))
                    .unwrap_or_default();
                format!(
                    "{} {}%{}{}{cut}",
                    kinds::name(layer.kind),
                    layer.confidence,
                    if layer.detail.is_empty() { "" } else { " " },
                    layer.detail
                )
            })
            .collect();
        let _ = writeln!(told, "{}: {}", event.sub_index, trail.join(" > "));
        for fact in &event.facts {
            let _ = writeln!(told, "   {} = {}", fact.name, fact.value);
        }
        let _ = writeln!(told, "   {}", decode::safe_text(&text(event)));
        if let Some(change) = &event.change {
            for (name, image) in [("old", &change.old), ("new", &change.new)] {
                if let Some(image) = image {
                    let _ = writeln!(told, "   {name}: {}", String::from_utf8_lossy(image));
                }
            }
        }
        for refused in event.failure.iter().flat_map(|failure| &failure.candidates) {
            let _ = writeln!(
                told,
                "   not {}: {}",
                kinds::name(refused.kind),
                refused.reason
            );
        }
    }
    if let Some(truncated) = decoded.truncated {
        let _ = writeln!(told, "{truncated}");
    }
    told
}
