//! Every event with its place, and its payload under it.

use super::{
    MAX_EVENTS, MAX_PAYLOADS_BYTES, Out, Payload, Shown, lines,
    text::{Text, offset},
};
use crate::{
    saga::Saga,
    views::timeline::{Lane, Timeline},
};
use std::fmt;

const COLUMNS: usize = 7;

pub(super) fn table(
    out: Out<'_>,
    saga: &Saga<'_>,
    timeline: &Timeline,
    shown: &mut Shown<'_>,
) -> fmt::Result {
    out.write_str(
        "<div class=\"wide\"><table class=\"events\">\n<thead><tr><th scope=\"col\">No.</th><th scope=\"col\">After start</th>\
         <th scope=\"col\">Type</th><th scope=\"col\">Step</th><th scope=\"col\">Source</th>\
         <th scope=\"col\">Stream</th><th scope=\"col\">Arrived</th></tr></thead>\n",
    )?;
    let steps = steps(saga, timeline);
    let mut room_bytes = MAX_PAYLOADS_BYTES;
    for (place, step) in steps.into_iter().enumerate().take(MAX_EVENTS) {
        event(out, saga, place, step)?;
        room_bytes -= record_row(out, saga, place, shown, room_bytes)?;
    }
    out.write_str("</table></div>\n")?;
    match saga.events().len().checked_sub(MAX_EVENTS) {
        Some(more @ 1..) => writeln!(
            out,
            "<p class=\"note\">{more} more events are left out: the page holds {MAX_EVENTS}.</p>"
        ),
        _ => Ok(()),
    }
}

/// Of each event the step that it belongs to, or its undoing.
fn steps<'t>(saga: &Saga<'_>, timeline: &'t Timeline) -> Vec<&'t str> {
    let mut steps = vec![""; saga.events().len()];
    for row in timeline.rows.iter().filter(|row| row.lane != Lane::Saga) {
        for dot in &row.dots {
            steps[dot.event] = &row.label;
        }
    }
    steps
}

fn event(out: Out<'_>, saga: &Saga<'_>, place: usize, step: &str) -> fmt::Result {
    let event = &saga.events()[place];
    let number = place + 1;
    write!(
        out,
        "<tbody id=\"e{number}\">\n<tr><th scope=\"row\">{number}</th><td>{}</td><td>{}",
        offset(event.time.since(saga.judgement.started)),
        Text(saga.kind(event)),
    )?;
    if !saga.judgement.effective[place] {
        out.write_str(" <span class=\"mark plain\">repeated</span>")?;
    }
    if event.replayed {
        out.write_str(" <span class=\"mark plain\">replayed</span>")?;
    }
    writeln!(
        out,
        "</td><td>{}</td><td>{}</td><td>{}</td><td><time>{}</time></td></tr>",
        Text(step),
        Text(saga.source(event)),
        Text(saga.stream(event)),
        event.arrival,
    )
}

/// Where the record lies, and its payload. How many bytes of payload it took.
fn record_row(
    out: Out<'_>,
    saga: &Saga<'_>,
    place: usize,
    shown: &mut Shown<'_>,
    room_bytes: usize,
) -> Result<usize, fmt::Error> {
    let event = &saga.events()[place];
    write!(
        out,
        "<tr><td></td><td colspan=\"{}\"><p class=\"note\">{}, <code>{}</code>",
        COLUMNS - 1,
        Text(saga.streams().shard_id(event.shard)),
        event.sequence(),
    )?;
    if event.sub > 0 {
        write!(out, ", user record {}", event.sub)?;
    }
    if event.part > 0 {
        write!(out, ", event {} of it", event.part)?;
    }
    out.write_str("</p>")?;
    let mut used_bytes = 0;
    if room_bytes == 0 {
        write!(
            out,
            "<p class=\"note\">Its payload is left out: the page holds {MAX_PAYLOADS_BYTES} bytes of them.</p>"
        )?;
    } else {
        match (shown.payload)(event) {
            Payload::Shown(bytes) => {
                let size_bytes = bytes.len();
                write!(
                    out,
                    "<details><summary>Payload, {size_bytes} bytes</summary>"
                )?;
                used_bytes = lines(out, &bytes, room_bytes)?;
                out.write_str("</details>")?;
            }
            Payload::Withheld => note(out, "Its payload cannot be masked, and is left out.")?,
            Payload::Gone => note(out, "Its payload is no longer captured.")?,
        }
    }
    out.write_str("</td></tr>\n</tbody>\n")?;
    Ok(used_bytes)
}

fn note(out: Out<'_>, text: &str) -> fmt::Result {
    write!(out, "<p class=\"note\">{text}</p>")
}
