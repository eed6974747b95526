//! The sequence diagram as a picture: a lifeline per source, an arrow per event.

use super::{
    MAX_EVENTS, Out,
    text::{Text, shortened},
};
use crate::views::sequence::{Line, Message, Sequence};
use std::fmt;

/// A column has the room that there is, within these.
const MIN_COLUMN_PX: f64 = 164.0;
const MAX_COLUMN_PX: f64 = 220.0;
const WIDTH_PX: f64 = 1_030.0;
const MARGIN_PX: f64 = 20.0;
const TOP_PX: f64 = 46.0;
const ROW_PX: f64 = 34.0;
const NAME_CHARS: usize = 24;
const LABEL_CHARS: usize = 30;
/// More than this nobody follows with the eyes; the table of events has them all.
const MAX_MESSAGES: usize = 300;
const MAX_LIFELINES: usize = 24;

pub(super) fn picture(out: Out<'_>, sequence: &Sequence) -> fmt::Result {
    let lifelines = &sequence.lifelines[..sequence.lifelines.len().min(MAX_LIFELINES)];
    let is_drawn = |message: &&Message| {
        message.from.max(message.to) < lifelines.len() && message.event < MAX_EVENTS
    };
    let drawn: Vec<&Message> = sequence
        .messages
        .iter()
        .filter(is_drawn)
        .take(MAX_MESSAGES)
        .collect();
    let columns = Columns::new(lifelines.len());
    let width = columns.x(lifelines.len()) - columns.width_px / 2.0 + MARGIN_PX;
    let height = TOP_PX + ROW_PX * drawn.len() as f64 + 16.0;
    writeln!(
        out,
        "<div class=\"wide\"><svg role=\"img\" aria-label=\"Sequence diagram; the table of events says the same\" \
         width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">"
    )?;
    for (number, name) in lifelines.iter().enumerate() {
        lifeline(out, &columns, number, name, height)?;
    }
    for (number, message) in drawn.iter().enumerate() {
        let y = TOP_PX + ROW_PX * (number + 1) as f64 - 8.0;
        drawn_message(out, &columns, message, y)?;
    }
    out.write_str("</svg></div>\n")?;
    let left_out = sequence.messages.len() - drawn.len();
    if left_out > 0 {
        writeln!(
            out,
            "<p class=\"note\">{left_out} more events are not drawn: the picture holds {MAX_MESSAGES} of at most \
             {MAX_LIFELINES} sources.</p>"
        )?;
    }
    out.write_str(
        "<p class=\"note\">Full lines are commands, dashed ones events, a cross at the end a failure, an open tip an \
         undo; who speaks to nobody loops back to itself.</p>\n",
    )
}

struct Columns {
    width_px: f64,
}

impl Columns {
    fn new(lifelines: usize) -> Self {
        let width_px = WIDTH_PX / lifelines.max(1) as f64;
        Self {
            width_px: width_px.clamp(MIN_COLUMN_PX, MAX_COLUMN_PX),
        }
    }

    fn x(&self, lifeline: usize) -> f64 {
        MARGIN_PX + self.width_px * (lifeline as f64 + 0.5)
    }
}

fn lifeline(
    out: Out<'_>,
    columns: &Columns,
    number: usize,
    name: &str,
    height: f64,
) -> fmt::Result {
    let head_px = columns.width_px - 16.0;
    let x = columns.x(number);
    writeln!(
        out,
        "<path class=\"lifeline\" d=\"M{x:.1} 34V{:.1}\"/><svg x=\"{:.1}\" y=\"4\" width=\"{head_px:.1}\" height=\"30\">\
         <rect class=\"head\" x=\"0.5\" y=\"0.5\" width=\"{:.1}\" height=\"28\" rx=\"4\"/>\
         <text class=\"name\" x=\"{:.1}\" y=\"19\">{}<title>{}</title></text></svg>",
        height - 6.0,
        x - head_px / 2.0,
        head_px - 1.0,
        head_px / 2.0,
        Text(&shortened(name, NAME_CHARS)),
        Text(name),
    )
}

fn drawn_message(out: Out<'_>, columns: &Columns, message: &Message, y: f64) -> fmt::Result {
    let (from, to) = (columns.x(message.from), columns.x(message.to));
    write!(out, "<a href=\"#e{}\">", message.event + 1)?;
    let label = if message.from == message.to {
        write!(
            out,
            "<path class=\"message {}\" d=\"M{from:.1} {:.1}h26v10h-24\"/>",
            class(message.line),
            y - 10.0
        )?;
        tip(out, message.line, (from + 2.0, y), -1.0)?;
        (from + 34.0, y - 15.0, columns.width_px - 44.0)
    } else {
        let direction = (to - from).signum();
        let end = to - 2.0 * direction;
        write!(
            out,
            "<path class=\"message {}\" d=\"M{from:.1} {y:.1}H{end:.1}\"/>",
            class(message.line)
        )?;
        tip(out, message.line, (end, y), direction)?;
        (from.min(to) + 8.0, y - 20.0, (to - from).abs() - 16.0)
    };
    words(out, message, label)?;
    out.write_str("</a>\n")
}

/// Beside the arrow, and not wider than it is.
fn words(out: Out<'_>, message: &Message, (x, y, width_px): (f64, f64, f64)) -> fmt::Result {
    let again = if message.is_repeated { " (again)" } else { "" };
    write!(
        out,
        "<svg x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width_px:.1}\" height=\"18\"><text class=\"words\" x=\"0\" y=\"13\">\
         {}. {}{again}<title>{}</title></text></svg>",
        message.event + 1,
        Text(&shortened(&message.label, LABEL_CHARS)),
        Text(&message.label),
    )
}

fn class(line: Line) -> &'static str {
    match line {
        Line::Command => "command",
        Line::Event => "event",
        Line::Failure => "failure",
        Line::Undo => "undo",
    }
}

/// The end of a line, pointing by `direction`.
fn tip(out: Out<'_>, line: Line, (x, y): (f64, f64), direction: f64) -> fmt::Result {
    let back = x - 8.0 * direction;
    match line {
        Line::Command | Line::Event => write!(
            out,
            "<path class=\"tip\" d=\"M{x:.1} {y:.1}L{back:.1} {:.1}V{:.1}Z\"/>",
            y - 4.0,
            y + 4.0
        ),
        Line::Undo => write!(
            out,
            "<path class=\"open-tip\" d=\"M{back:.1} {:.1}L{x:.1} {y:.1}L{back:.1} {:.1}\"/>",
            y - 4.0,
            y + 4.0
        ),
        Line::Failure => write!(
            out,
            "<path class=\"cross\" d=\"M{:.1} {:.1}l8 8m0 -8l-8 8\"/>",
            x - 4.0 - 4.0 * direction,
            y - 4.0
        ),
    }
}
