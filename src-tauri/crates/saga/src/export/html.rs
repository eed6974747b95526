//! A saga as one HTML page that needs nothing else: no script, no font, no picture, no address that it asks.
//!
//! It opens offline, in light and dark, and can be read without colour, without a mouse and on paper. What comes from
//! records or from the definition goes through [`text::Text`] and is text, whatever it says; a policy in the page
//! forbids everything else all the same. What may be shown is not decided here: ids and payloads come from the caller.

use crate::{event::Event, saga::Saga, views};
use record::Millis;
use std::fmt::{self, Write};
use text::{Lines, Text};

mod events;
mod facts;
mod marks;
mod scale;
mod sequence;
mod steps;
mod text;
mod timeline;

/// What may be read of the records.
pub struct Shown<'s> {
    /// An id as it may be read: as it is, or always the same fake for it.
    pub id: &'s dyn Fn(&str) -> String,
    pub payload: &'s mut dyn FnMut(&Event) -> Payload,
    /// Whether the two give fakes: the page says so.
    pub is_masked: bool,
}

/// What there is to read of one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload {
    /// As it may be read.
    Shown(Vec<u8>),
    /// It cannot be masked, and is not shown as it is.
    Withheld,
    /// It is no longer captured.
    Gone,
}

/// What a browser still lays out without effort: beyond that the page says what it leaves out.
const MAX_EVENTS: usize = 2_000;
const MAX_PAYLOAD_BYTES: usize = 256 * 1024;
const MAX_PAYLOADS_BYTES: usize = 16 * 1024 * 1024;

/// Nothing is loaded and nothing runs, even if some text became markup.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";
const STYLE: &str = include_str!("html/style.css");

type Out<'o> = &'o mut dyn Write;

/// Writes the page. `now` is when it is made.
///
/// # Errors
/// Only those of `page` itself.
pub fn html(
    saga: &Saga<'_>,
    shown: &mut Shown<'_>,
    now: Millis,
    page: &mut impl Write,
) -> fmt::Result {
    let out: Out<'_> = page;
    let header = views::header::header(saga);
    let timeline = views::timeline::timeline(saga);
    let key = (shown.id)(&saga.key.text);
    head(out, &format!("{} {key}", header.saga))?;
    facts::header(out, saga, &header, shown)?;
    out.write_str("<main>\n")?;
    section(out, "timeline", "Timeline", |out| {
        timeline::picture(out, saga, &timeline)
    })?;
    if !saga.definition().steps.is_empty() {
        section(out, "steps", "Steps", |out| {
            steps::table(out, saga, &timeline)
        })?;
    }
    if !saga.judgement.obligations.is_empty() {
        section(out, "awaited", "Still awaited", |out| {
            steps::awaited(out, saga)
        })?;
    }
    section(out, "findings", "Findings", |out| {
        facts::findings(out, saga)
    })?;
    section(out, "sequence", "Sequence", |out| {
        sequence::picture(out, &views::sequence::sequence(saga))
    })?;
    section(out, "events", "Events", |out| {
        events::table(out, saga, &timeline, shown)
    })?;
    writeln!(
        out,
        "</main>\n<footer>Made with Kinescope, {now}.</footer>\n</body>\n</html>"
    )
}

fn head(out: Out<'_>, title: &str) -> fmt::Result {
    writeln!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>",
        Text(title)
    )
}

fn section(
    out: Out<'_>,
    id: &str,
    heading: &str,
    content: impl FnOnce(Out<'_>) -> fmt::Result,
) -> fmt::Result {
    writeln!(
        out,
        "<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{heading}</h2>"
    )?;
    content(out)?;
    out.write_str("</section>\n")
}

/// Links to events, by their numbers.
fn event_links(out: Out<'_>, events: &[usize]) -> fmt::Result {
    const MOST: usize = 20;
    for (nth, &event) in events.iter().take(MOST).enumerate() {
        let comma = if nth > 0 { ", " } else { "" };
        if event < MAX_EVENTS {
            write!(out, "{comma}<a href=\"#e{0}\">{0}</a>", event + 1)?;
        } else {
            write!(out, "{comma}{}", event + 1)?;
        }
    }
    match events.len().checked_sub(MOST) {
        Some(more @ 1..) => write!(out, " and {more} more"),
        _ => Ok(()),
    }
}

/// A payload in lines: JSON indented, hidden characters visible. How many bytes of the room it took.
fn lines(out: Out<'_>, bytes: &[u8], room_bytes: usize) -> Result<usize, fmt::Error> {
    let max_bytes = MAX_PAYLOAD_BYTES.min(room_bytes);
    let pretty = match decode::JsonTree::parse(bytes, decode::Caps::default()) {
        Ok(tree) if tree.stop().is_none() => tree.pretty(max_bytes),
        _ => decode::shown_text(bytes, max_bytes),
    };
    // the parser drops a line end right after the tag
    write!(out, "<pre>\n{}</pre>", Lines(&pretty.text))?;
    if let Some(at) = pretty.truncated_at {
        write!(
            out,
            "<p class=\"note\">Only the first {at} of {} bytes are shown.</p>",
            bytes.len()
        )?;
    }
    Ok(pretty.text.len().min(room_bytes))
}
