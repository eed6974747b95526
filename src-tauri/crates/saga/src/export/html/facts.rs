//! The page's head: which saga it is, its status as a sentence, what was captured of it. And its findings.

use super::{
    Out, Shown, event_links, marks,
    text::{Text, offset},
};
use crate::{
    saga::Saga,
    views::{
        findings::findings as finding_rows,
        header::{Captured, Header},
    },
};
use std::fmt;

/// Of one stream.
const MAX_SPANS: usize = 6;

pub(super) fn header(
    out: Out<'_>,
    saga: &Saga<'_>,
    header: &Header,
    shown: &Shown<'_>,
) -> fmt::Result {
    let status = marks::status(header.status);
    write!(
        out,
        "<header>\n<p class=\"saga\">{}</p>\n<h1>{}</h1>\n<p class=\"sentence\">",
        Text(&header.saga),
        Text(&(shown.id)(&header.key.text))
    )?;
    if saga.definition().judges() {
        let marks::Mark { sign, word, tone } = status;
        write!(out, "<span class=\"mark {tone}\">{sign} {word}</span> ")?;
        for flag in marks::flags(header.flags) {
            write!(out, "<span class=\"mark warn\">! {flag}</span> ")?;
        }
    }
    writeln!(out, "{}</p>", Text(&header.sentence))?;
    for unknown in &header.unknown {
        writeln!(out, "<p class=\"note\">{}</p>", Text(unknown))?;
    }
    if shown.is_masked {
        out.write_str(
            "<p class=\"note\">Ids and payloads are masked: equal values have equal fakes.</p>\n",
        )?;
    }
    out.write_str("<dl>\n")?;
    ids(out, saga, header, shown)?;
    times(out, saga)?;
    for captured in &header.captured {
        coverage(out, captured)?;
    }
    out.write_str("</dl>\n</header>\n")
}

fn fact(out: Out<'_>, name: &str, value: fmt::Arguments<'_>) -> fmt::Result {
    writeln!(out, "<div><dt>{}</dt><dd>{value}</dd></div>", Text(name))
}

fn ids(out: Out<'_>, saga: &Saga<'_>, header: &Header, shown: &Shown<'_>) -> fmt::Result {
    let definition = saga.definition();
    fact(
        out,
        "Definition",
        format_args!("{}, version {}", Text(&definition.name), definition.version),
    )?;
    for id in std::iter::once(&header.key).chain(&header.aliases) {
        fact(
            out,
            &id.name,
            format_args!("{}", Text(&(shown.id)(&id.text))),
        )?;
    }
    match saga.life {
        0 => Ok(()),
        life => fact(out, "Use of the key", format_args!("no. {}", life + 1)),
    }
}

fn times(out: Out<'_>, saga: &Saga<'_>) -> fmt::Result {
    let judgement = &saga.judgement;
    let started = if judgement.start_captured {
        "Started"
    } else {
        "First event"
    };
    fact(
        out,
        started,
        format_args!("<time>{}</time>", judgement.started),
    )?;
    let (name, at) = match judgement.ended {
        Some(ended) => ("Ended", ended),
        None => ("Last event", judgement.last),
    };
    let after = offset(at.since(judgement.started));
    fact(out, name, format_args!("<time>{at}</time> ({after})"))?;
    fact(out, "Events", format_args!("{}", saga.events().len()))
}

fn coverage(out: Out<'_>, captured: &Captured) -> fmt::Result {
    let spans = captured.spans.iter().rev().take(MAX_SPANS).rev();
    let spans: Vec<String> = spans
        .map(|span| format!("<time>{}</time> to <time>{}</time>", span.from, span.until))
        .collect();
    let earlier = captured.spans.len() - spans.len();
    let more = if earlier > 0 {
        format!("{earlier} earlier stretches, ")
    } else {
        String::new()
    };
    let text = if spans.is_empty() {
        "nothing without gaps".to_owned()
    } else {
        spans.join(", ")
    };
    fact(
        out,
        &format!("Captured of {}", captured.stream),
        format_args!("{more}{text}"),
    )
}

pub(super) fn findings(out: Out<'_>, saga: &Saga<'_>) -> fmt::Result {
    let rows = finding_rows(saga);
    if rows.is_empty() {
        return out.write_str("<p>None.</p>\n");
    }
    out.write_str("<ul class=\"findings\">\n")?;
    for row in &rows {
        let marks::Mark { sign, word, tone } = marks::severity(row.severity);
        write!(
            out,
            "<li><span class=\"mark {tone}\">{sign} {word}</span> {}",
            Text(&row.sentence)
        )?;
        if let Some(confidence) = row.confidence {
            write!(
                out,
                " <span class=\"note\">({})</span>",
                marks::confidence(confidence)
            )?;
        }
        if !row.events.is_empty() {
            out.write_str(" <span class=\"note\">Events ")?;
            event_links(out, &row.events)?;
            out.write_str("</span>")?;
        }
        writeln!(out, " <code>{}</code></li>", row.code)?;
    }
    out.write_str("</ul>\n")
}
