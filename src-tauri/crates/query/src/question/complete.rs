//! What may be typed at a place in a question: steps, functions, columns of earlier steps and fields of the records; in a
//! filter what the filter bar offers.

use super::{
    aggregate,
    formula::function_names,
    lex::{Kind, Lexer, step_places},
    steps::{Column, Expression, Step},
    syntax,
};
use crate::{
    Clock, Completion, Offer, OfferKind, Seen,
    complete::{MAX_OFFERS, best},
    display::field_text,
};
use decode::{Path, Segment};
use std::ops::Range;
use word::{Place, Word, end_of};

mod word;

const SPANS: [&str; 7] = ["10s", "1m", "5m", "15m", "1h", "6h", "1d"];
const PERCENTS: [&str; 5] = ["50", "90", "95", "99", "99.9"];
const LIMITS: [&str; 4] = ["10", "20", "50", "100"];
/// Fields of a record that no payload has under this name.
const OWN: [&str; 2] = ["@timestamp", "@message"];
/// The others, which go by their bare names.
const OWN_BARE: [&str; 6] = ["type", "key", "stream", "shard", "seq", "size"];

/// Offers for the word around a place. The place is moved back to a whole character.
pub fn complete_question(
    text: &str,
    cursor: usize,
    seen: &Seen,
    clock: impl Into<Clock>,
) -> Completion {
    let cursor = text.floor_char_boundary(cursor.min(text.len()));
    let nothing = Completion {
        at: cursor..cursor,
        offers: Vec::new(),
    };
    let places = step_places(text);
    let Some(place) = places.iter().find(|place| cursor <= place.within.end) else {
        return nothing;
    };
    let line = text[..cursor].rsplit('\n').next().unwrap_or_default();
    if cursor < place.within.start || line.trim_start().starts_with('#') {
        // in a comment
        return nothing;
    }
    let head = text[place.within.start..cursor].trim_start();
    let start = cursor - head.len();
    let Some(len) = head.find(|c: char| !c.is_alphabetic()) else {
        let at = start..end_of(text, cursor, char::is_alphabetic);
        let offers = keywords(syntax::STEPS.iter().map(|step| format!("{step} ")));
        let offers = beginning(offers, head);
        return Completion { at, offers };
    };
    let names = Names::after(&text[..place.bar.unwrap_or(0)], seen, clock.into());
    let within = start + len..place.within.end;
    if head[..len].eq_ignore_ascii_case("filter") {
        return in_filter(text, cursor, within, &names, seen);
    }
    let step = head[..len].to_ascii_lowercase();
    let slashes = text[within.start..cursor].matches('/').count();
    let is_in_expression = step == "parse" && slashes % 2 == 1;
    let word = Word::around(text, cursor, within.start);
    let Some(word) = word.filter(|_| !is_in_expression) else {
        return nothing;
    };
    let mut offers = offers(&step, word.before, &names);
    if text[word.at.end..].starts_with('(') {
        for offer in &mut offers {
            offer.text.truncate(offer.text.trim_end_matches('(').len());
        }
    }
    Completion {
        offers: ranked(offers, &names, word.typed),
        at: word.at,
    }
}

/// Values and words keep their order; columns that a person made come before the fields.
fn ranked(offers: Vec<Offer>, names: &Names, typed: &str) -> Vec<Offer> {
    let made = names.columns();
    let is_name = |offer: &Offer| matches!(offer.kind, OfferKind::Field | OfferKind::Attribute);
    let (fields, words): (Vec<_>, Vec<_>) = offers.into_iter().partition(is_name);
    let (columns, fields): (Vec<_>, Vec<_>) = fields
        .into_iter()
        .partition(|offer| made.contains(&offer.text));
    let (values, calls): (Vec<_>, Vec<_>) = words
        .into_iter()
        .partition(|offer| offer.kind == OfferKind::Value);
    // fields that only hold what was typed come last
    let begun = typed.trim_start_matches('`').to_lowercase();
    let begins = |offer: &Offer| {
        let text = offer.text.trim_start_matches('`').to_lowercase();
        text.starts_with(&begun)
    };
    let (fields, others): (Vec<_>, Vec<_>) = best(fields, typed).into_iter().partition(begins);
    let mut ranked = beginning(values, typed);
    ranked.extend(best(columns, typed));
    ranked.extend(fields);
    ranked.extend(beginning(calls, typed));
    ranked.extend(others);
    ranked.truncate(MAX_OFFERS);
    ranked
}

/// Those that begin with what was typed, in any case.
fn beginning(mut offers: Vec<Offer>, typed: &str) -> Vec<Offer> {
    let typed = typed.to_lowercase();
    offers.retain(|offer| offer.text.to_lowercase().starts_with(&typed));
    offers
}

fn keywords(texts: impl IntoIterator<Item = impl Into<String>>) -> Vec<Offer> {
    offers_of(texts, OfferKind::Keyword)
}

fn values(texts: &[&str]) -> Vec<Offer> {
    offers_of(texts.iter().copied(), OfferKind::Value)
}

fn offers_of(texts: impl IntoIterator<Item = impl Into<String>>, kind: OfferKind) -> Vec<Offer> {
    let offer = |text: String| Offer {
        text,
        kind,
        records: 0,
    };
    texts.into_iter().map(|text| offer(text.into())).collect()
}

/// The bar's own offers; after `stats` there are other fields.
fn in_filter(
    text: &str,
    cursor: usize,
    within: Range<usize>,
    names: &Names,
    seen: &Seen,
) -> Completion {
    let filter = &text[within.clone()];
    let inner = crate::complete(filter, cursor - within.start, seen);
    let typed = &filter[inner.at.start..cursor - within.start];
    let is_name = |offer: &Offer| matches!(offer.kind, OfferKind::Field | OfferKind::Attribute);
    let mut offers = inner.offers;
    let before = filter[..inner.at.start].trim_end();
    let begins_condition = !before.ends_with([':', '=', '<', '>']);
    if begins_condition {
        let columns = names.made.iter().map(|name| format!("{}:", as_field(name)));
        let columns = best(offers_of(columns, OfferKind::Field), typed);
        offers.retain(|offer| !(names.are_all && is_name(offer)));
        offers.splice(0..0, columns);
        offers.truncate(MAX_OFFERS);
    }
    Completion {
        at: within.start + inner.at.start..within.start + inner.at.end,
        offers,
    }
}

/// By what stands before the word in its step.
fn offers(step: &str, before: &str, names: &Names) -> Vec<Offer> {
    let place = Place::after(before);
    if place.is_new_name {
        return Vec::new();
    }
    if let Some((call, argument)) = place.call {
        return match (call.to_ascii_lowercase().as_str(), argument) {
            _ if !place.wants_operand => Vec::new(),
            ("pct" | "percentile", 1..) => values(&PERCENTS),
            ("bin", 0) => [values(&SPANS), names.offers()].concat(),
            ("bin", _) => values(&SPANS),
            _ => [names.offers(), functions()].concat(),
        };
    }
    match (step, place.wants_operand) {
        ("limit", true) if before.is_empty() => values(&LIMITS),
        ("display", true) => names.offers(),
        ("stats", true) if !place.is_after_by => aggregates(),
        ("fields" | "dedup" | "sort" | "parse" | "stats", true) => {
            [names.offers(), functions()].concat()
        }
        ("sort", false) => keywords(["asc", "desc"]),
        ("stats", false) if !place.is_after_by => keywords(["as", "by"]),
        ("fields" | "dedup" | "parse" | "stats", false) => keywords(["as"]),
        _ => Vec::new(),
    }
}

fn functions() -> Vec<Offer> {
    let calls = function_names().map(|name| format!("{name}("));
    keywords(calls.chain(["bin(1m)".to_owned()]))
}

fn aggregates() -> Vec<Offer> {
    let calls = aggregate::NAMES.iter().map(|name| format!("{name}("));
    keywords(["count(*)".to_owned()].into_iter().chain(calls))
}

/// The names that an expression may use.
struct Names<'s> {
    /// Columns of earlier steps.
    made: Vec<String>,
    /// There are no others: the records were counted together.
    are_all: bool,
    seen: &'s Seen,
}

impl<'s> Names<'s> {
    /// After steps that cannot be read only the records' own are known.
    fn after(steps: &str, seen: &'s Seen, clock: Clock) -> Self {
        let mut names = Self {
            made: Vec::new(),
            are_all: false,
            seen,
        };
        for step in syntax::steps(steps, clock).unwrap_or_default() {
            match step {
                Step::Stats { aggregates, by } => {
                    names.are_all = true;
                    names.made.clear();
                    let made = aggregates.into_iter().map(|(.., name)| name);
                    names.add(made.chain(by.into_iter().map(|column| column.name)));
                }
                Step::Fields(columns) | Step::Dedup(columns) => {
                    let made = columns.into_iter().filter(is_made);
                    names.add(made.map(|column| column.name));
                }
                Step::Parse { names: parts, .. } => names.add(parts),
                Step::Display(_) | Step::Filter(..) | Step::Sort(_) | Step::Limit(_) => {}
            }
        }
        names
    }

    fn add(&mut self, names: impl IntoIterator<Item = String>) {
        for name in names {
            if !self.made.contains(&name) {
                self.made.push(name);
            }
        }
    }

    /// As an expression takes them.
    fn columns(&self) -> Vec<String> {
        self.made.iter().filter_map(|name| written(name)).collect()
    }

    fn offers(&self) -> Vec<Offer> {
        let made = self.columns();
        let columns = offers_of(made.iter().cloned(), OfferKind::Field);
        if self.are_all {
            return columns;
        }
        let fields = self.seen.fields().filter_map(|(name, field)| {
            let is_own = OWN_BARE.contains(&name);
            let kind = if is_own {
                OfferKind::Attribute
            } else {
                OfferKind::Field
            };
            Some(Offer {
                text: written(name)?,
                kind,
                records: field.records,
            })
        });
        let unseen = OWN_BARE
            .iter()
            .filter(|name| self.seen.field(name).is_none());
        let own = offers_of(OWN.iter().chain(unseen).copied(), OfferKind::Attribute);
        let others = fields
            .chain(own)
            .filter(|offer| !made.contains(&offer.text));
        columns.iter().cloned().chain(others).collect()
    }
}

/// Whether a column is more than a field under its own name.
fn is_made(column: &Column) -> bool {
    column.is_named || !matches!(column.expression, Expression::Name(..))
}

/// A column's name as a filter takes it.
fn as_field(name: &str) -> String {
    if OWN_BARE[..3].contains(&name) {
        // conditions on the record are on a column of that name
        return name.to_owned();
    }
    let path = Path::parse(name).unwrap_or_else(|_| Path::new(vec![Segment::Key(name.to_owned())]));
    field_text(&path)
}

/// A name as an expression takes it; nothing for one that it cannot take.
fn written(name: &str) -> Option<String> {
    let reads_whole = |text: &str| {
        let mut lexer = Lexer::new(text, 0..text.len(), false);
        let first = lexer.next();
        matches!(first, Ok(Some(word)) if matches!(word.kind, Kind::Name(_)) && word.at == (0..text.len()))
    };
    let quoted = format!("`{name}`");
    let is_plain = reads_whole(name) && !["as", "by", "asc", "desc"].contains(&name);
    match (is_plain, reads_whole(&quoted)) {
        (true, _) => Some(name.to_owned()),
        (false, true) => Some(quoted),
        (false, false) => None,
    }
}
