//! The steps and their compensations as a table, and what is still awaited.

use super::{
    Out, event_links, marks,
    text::{Text, offset},
};
use crate::{
    saga::Saga,
    verdict::{Awaited, Obligation, StepState},
    views::timeline::{Lane, Row, Timeline},
};
use record::Millis;
use std::fmt;

pub(super) fn table(out: Out<'_>, saga: &Saga<'_>, timeline: &Timeline) -> fmt::Result {
    out.write_str(
        "<div class=\"wide\"><table>\n<thead><tr><th scope=\"col\">Step</th><th scope=\"col\">State</th>\
         <th scope=\"col\">Began</th><th scope=\"col\">Answered</th><th scope=\"col\">Took</th>\
         <th scope=\"col\">Due</th><th scope=\"col\">Events</th></tr></thead>\n<tbody>\n",
    )?;
    for row in timeline.rows.iter().filter(|row| row.lane != Lane::Saga) {
        line(out, saga, row)?;
    }
    out.write_str("</tbody></table></div>\n")
}

fn line(out: Out<'_>, saga: &Saga<'_>, row: &Row) -> fmt::Result {
    let after = |time: Option<Millis>| {
        time.map_or("–".to_owned(), |time| {
            offset(time.since(saga.judgement.started))
        })
    };
    let from = row.bar.map(|bar| bar.from);
    let until = row.bar.and_then(|bar| bar.until);
    let took = from.zip(until).map_or("–".to_owned(), |(from, until)| {
        crate::span_text::span_text(until.since(from))
    });
    let class = if matches!(row.lane, Lane::Undo(_)) {
        " class=\"undo\""
    } else {
        ""
    };
    let marks::Mark { sign, word, tone } = mark(row);
    write!(
        out,
        "<tr{class}><th scope=\"row\">{}</th><td><span class=\"mark {tone}\">{sign} {word}</span></td>\
         <td>{}</td><td>{}</td><td>{took}</td><td>{}</td><td>",
        Text(&row.label),
        after(from),
        after(until),
        after(row.deadline),
    )?;
    let events: Vec<usize> = row.dots.iter().map(|dot| dot.event).collect();
    event_links(out, &events)?;
    out.write_str("</td></tr>\n")
}

/// A step's state; of a compensation, whether it was answered.
pub(super) fn mark(row: &Row) -> marks::Mark {
    match (row.state, row.bar.and_then(|bar| bar.until)) {
        (Some(state), _) => marks::step(state),
        (None, Some(_)) => marks::Mark {
            sign: "↺",
            word: "compensation",
            tone: "plain",
        },
        (None, None) => marks::step(StepState::Pending),
    }
}

pub(super) fn awaited(out: Out<'_>, saga: &Saga<'_>) -> fmt::Result {
    out.write_str("<ul>\n")?;
    for open in &saga.judgement.obligations {
        awaited_line(out, saga, open)?;
    }
    out.write_str("</ul>\n")
}

fn awaited_line(out: Out<'_>, saga: &Saga<'_>, open: &Obligation) -> fmt::Result {
    let definition = saga.definition();
    let what = match open.awaited {
        Awaited::Request => "the request",
        Awaited::Answer => "the answer",
        Awaited::Undo => "the compensation",
        Awaited::Outcome => "an outcome",
    };
    write!(out, "<li>{what}")?;
    if let Some(step) = open.step {
        write!(out, " of {}", Text(&definition.steps[step].id))?;
    }
    let types = open.types(definition).join(" or ");
    if !types.is_empty() {
        write!(out, " (<code>{}</code>)", Text(&types))?;
    }
    write!(out, ", since <time>{}</time>", open.opened)?;
    if let Some(due) = open.due {
        write!(out, ", due by <time>{due}</time>")?;
    }
    if open.overdue {
        out.write_str(" <span class=\"mark warn\">⧗ overdue</span>")?;
    }
    out.write_str(if open.optional {
        ", optional</li>\n"
    } else {
        "</li>\n"
    })
}
