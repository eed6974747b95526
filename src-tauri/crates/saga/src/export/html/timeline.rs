//! The timeline as a picture: a row per step, its compensation under it, a bar from request to answer, a sign for
//! each event. Bars, hatching, dashes and shapes say what the colours say.

use super::{
    MAX_EVENTS, Out,
    scale::Scale,
    steps,
    text::{Text, offset, shortened},
};
use crate::{
    saga::Saga,
    views::timeline::{Dot, Lane, Row, Timeline},
};
use record::Millis;
use std::fmt;

const LABEL_PX: f64 = 232.0;
const PLOT_PX: f64 = 740.0;
const RIGHT_PX: f64 = 44.0;
const TOP_PX: f64 = 34.0;
const ROW_PX: f64 = 30.0;
const LABEL_CHARS: usize = 26;
/// After the last event, for what is still awaited.
const LATER_PX: f64 = 96.0;
/// Two times closer than this would be written over each other.
const TICK_PX: f64 = 78.0;

pub(super) fn picture(out: Out<'_>, saga: &Saga<'_>, timeline: &Timeline) -> fmt::Result {
    let is_open = timeline
        .rows
        .iter()
        .any(|row| row.bar.is_some_and(|bar| bar.until.is_none()));
    let later_px = if is_open { LATER_PX } else { 0.0 };
    let scale = Scale::new(timeline, PLOT_PX - later_px);
    let width = LABEL_PX + PLOT_PX + RIGHT_PX;
    let height = TOP_PX + ROW_PX * timeline.rows.len() as f64 + 8.0;
    writeln!(
        out,
        "<div class=\"wide\"><svg role=\"img\" aria-label=\"Timeline; the tables below say the same\" \
         width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n\
         <defs><pattern id=\"hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" \
         patternTransform=\"rotate(45)\"><rect width=\"6\" height=\"6\" class=\"hatch-ground\"/>\
         <rect width=\"2\" height=\"6\" class=\"hatch-line\"/></pattern></defs>"
    )?;
    axis(out, saga, timeline, &scale, height)?;
    if is_open {
        later(out, height)?;
    }
    let mut done_at = None;
    for (number, row) in timeline.rows.iter().enumerate() {
        let y = TOP_PX + ROW_PX * number as f64 + ROW_PX / 2.0;
        if let (Lane::Undo(_), Some(done), Some(bar)) = (row.lane, done_at, row.bar) {
            link(out, (scale.x(done), y - ROW_PX), (scale.x(bar.from), y))?;
        }
        drawn_row(out, saga, row, &scale, y)?;
        done_at = row.bar.and_then(|bar| bar.until);
    }
    out.write_str("</svg></div>\n")?;
    legend(out)
}

fn axis(
    out: Out<'_>,
    saga: &Saga<'_>,
    timeline: &Timeline,
    scale: &Scale,
    height: f64,
) -> fmt::Result {
    for idle in scale.idle() {
        let (from, until) = (scale.x(idle.from), scale.x(idle.until));
        writeln!(
            out,
            "<rect class=\"idle\" x=\"{:.1}\" y=\"{TOP_PX}\" width=\"{:.1}\" height=\"{:.1}\">\
             <title>Nothing for {}</title></rect>",
            LABEL_PX + from,
            until - from,
            height - TOP_PX - 8.0,
            crate::span_text::span_text(idle.until.since(idle.from)),
        )?;
    }
    let idle = scale.idle().iter();
    let mut ticks: Vec<Millis> = idle.flat_map(|idle| [idle.from, idle.until]).collect();
    ticks.extend([timeline.from, timeline.until]);
    ticks.sort_unstable();
    let mut last = f64::NEG_INFINITY;
    for tick in ticks {
        let x = scale.x(tick);
        if x - last < TICK_PX {
            continue;
        }
        last = x;
        writeln!(
            out,
            "<text class=\"tick\" x=\"{0:.1}\" y=\"20\">{1}</text><path class=\"tick\" d=\"M{0:.1} 26V{TOP_PX}\"/>",
            LABEL_PX + x,
            offset(tick.since(saga.judgement.started)),
        )?;
    }
    Ok(())
}

fn drawn_row(out: Out<'_>, saga: &Saga<'_>, row: &Row, scale: &Scale, y: f64) -> fmt::Result {
    let mark = steps::mark(row);
    let (indent, sign) = match row.lane {
        Lane::Saga => (0.0, ""),
        Lane::Step(_) => (0.0, mark.sign),
        Lane::Undo(_) => (16.0, "↺"),
    };
    writeln!(
        out,
        "<path class=\"grid\" d=\"M0 {:.1}H{:.1}\"/>",
        y + ROW_PX / 2.0,
        LABEL_PX + PLOT_PX + RIGHT_PX,
    )?;
    write!(
        out,
        "<svg x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{ROW_PX}\"><text class=\"label {}\" x=\"0\" y=\"20\">\
         {sign} {}<title>{}</title></text></svg>",
        4.0 + indent,
        y - ROW_PX / 2.0,
        LABEL_PX - 12.0 - indent,
        if row.lane == Lane::Saga {
            "plain"
        } else {
            mark.tone
        },
        Text(&shortened(&row.label, LABEL_CHARS)),
        Text(&row.label),
    )?;
    bar(out, row, mark.tone, scale, y)?;
    deadline(out, saga, row, scale, y)?;
    for dot in row.dots.iter().filter(|dot| dot.event < MAX_EVENTS) {
        sign_of(out, saga, dot, scale, y)?;
    }
    out.write_str("\n")
}

fn bar(out: Out<'_>, row: &Row, tone: &str, scale: &Scale, y: f64) -> fmt::Result {
    let Some(bar) = row.bar else { return Ok(()) };
    let from = scale.x(bar.from);
    let until = bar.until.map_or(PLOT_PX, |until| scale.x(until));
    let kind = match (row.lane, bar.until) {
        (_, None) => "open",
        (Lane::Undo(_), _) => "undo",
        _ => "whole",
    };
    write!(
        out,
        "<rect class=\"bar {kind} {tone}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"14\" rx=\"3\"/>",
        LABEL_PX + from,
        y - 7.0,
        (until - from).max(3.0),
    )
}

/// Where time is no longer to scale, up to the deadlines of what is awaited.
fn later(out: Out<'_>, height: f64) -> fmt::Result {
    let x = LABEL_PX + PLOT_PX - LATER_PX;
    writeln!(
        out,
        "<rect class=\"later\" x=\"{x:.1}\" y=\"{TOP_PX}\" width=\"{LATER_PX}\" height=\"{:.1}\"/>\
         <text class=\"tick\" x=\"{:.1}\" y=\"20\">later</text>",
        height - TOP_PX - 8.0,
        x + LATER_PX / 2.0,
    )
}

/// That of an answer that came in time lies beyond the picture: it stands in the table.
fn deadline(out: Out<'_>, saga: &Saga<'_>, row: &Row, scale: &Scale, y: f64) -> fmt::Result {
    let (Some(due), Some(bar)) = (row.deadline, row.bar) else {
        return Ok(());
    };
    let x = match (due <= saga.judgement.last, bar.until) {
        (true, _) => scale.x(due),
        (false, None) => PLOT_PX - LATER_PX / 2.0,
        (false, Some(_)) => return Ok(()),
    };
    write!(
        out,
        "<path class=\"deadline\" d=\"M{0:.1} {1:.1}v18m-4 -18h8\"><title>Due {2}</title></path>",
        LABEL_PX + x,
        y - 9.0,
        offset(due.since(saga.judgement.started)),
    )
}

/// Full for an event that counts, empty for a repetition; a ring around what has findings.
fn sign_of(out: Out<'_>, saga: &Saga<'_>, dot: &Dot, scale: &Scale, y: f64) -> fmt::Result {
    let x = LABEL_PX + scale.x(dot.at);
    write!(out, "<a href=\"#e{}\">", dot.event + 1)?;
    if dot.is_flagged {
        write!(
            out,
            "<circle class=\"flag\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"8\"/>"
        )?;
    }
    let kind = if dot.is_repeated { "again" } else { "dot" };
    write!(
        out,
        "<circle class=\"{kind}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4.5\"><title>{}. {} {}</title></circle></a>",
        dot.event + 1,
        Text(&dot.kind),
        offset(dot.at.since(saga.judgement.started)),
    )
}

/// From where a step was done to where its undoing begins.
fn link(out: Out<'_>, from: (f64, f64), to: (f64, f64)) -> fmt::Result {
    write!(
        out,
        "<path class=\"link\" d=\"M{:.1} {:.1}L{:.1} {:.1}\"/>",
        LABEL_PX + from.0,
        from.1,
        LABEL_PX + to.0,
        to.1
    )
}

fn legend(out: Out<'_>) -> fmt::Result {
    out.write_str(
        "<p class=\"note\">A bar lasts from the request to the answer: full for a step, hatched for its compensation, \
         dashed while there is no answer (under “later” not to scale). A disc is an event, an empty one a repetition, a ring around it a finding; \
         ⊤ is a deadline. Grey stretches are pauses, drawn short.</p>\n",
    )
}
