//! The steps that have a grammar of their own: `stats`, `sort`, `limit`, `parse`.

use super::{Kind, Lexeme, MAX_ROWS, Syntax, fail};
use crate::{
    FilterError, Regex,
    display::field_text,
    question::{
        aggregate::{self, Aggregate},
        pattern::Extract,
        steps::{Expression, Step},
    },
};

impl Syntax<'_> {
    pub(super) fn stats(&mut self) -> Result<Step, FilterError> {
        let mut aggregates = Vec::new();
        loop {
            aggregates.push(self.aggregate()?);
            if !self.take(",") {
                break;
            }
        }
        let by = if self.take_word("by") {
            self.columns()?
        } else {
            Vec::new()
        };
        Ok(Step::Stats { aggregates, by })
    }

    fn aggregate(&mut self) -> Result<(Aggregate, Option<Expression>, String), FilterError> {
        let expected = || format!("expected one of {}", aggregate::NAMES.join(", "));
        let start = self.place();
        let Some(Lexeme {
            at,
            kind: Kind::Name(_),
        }) = self.words.pop()
        else {
            return fail(start, expected());
        };
        let name = &self.text[at.clone()];
        let Some(mut aggregate) = Aggregate::named(name) else {
            return fail(at, expected());
        };
        self.expect("(")?;
        let of = if aggregate == Aggregate::Count && (self.take("*") || self.is_next(")")) {
            aggregate = Aggregate::Records;
            None
        } else {
            Some(self.expression()?)
        };
        if let Aggregate::Percentile(percent) = &mut aggregate
            && !name.eq_ignore_ascii_case("median")
        {
            self.expect(",")?;
            *percent = self.percent()?;
        }
        let end = self.expect(")")?;
        let shown = self.text[at.start..end].to_owned();
        Ok((aggregate, of, self.alias()?.unwrap_or(shown)))
    }

    fn percent(&mut self) -> Result<f64, FilterError> {
        let at = self.place();
        let number = match self.words.pop() {
            Some(Lexeme {
                kind: Kind::Number(text),
                ..
            }) => text.parse().ok(),
            _ => None,
        };
        match number {
            Some(percent) if (0.0..=100.0).contains(&percent) => Ok(percent),
            _ => fail(at, "expected a percentage from 0 to 100"),
        }
    }

    pub(super) fn order(&mut self) -> Result<Vec<(Expression, bool)>, FilterError> {
        let mut order = Vec::new();
        loop {
            let expression = self.expression()?;
            let is_descending = self.take_word("desc");
            if !is_descending {
                self.take_word("asc");
            }
            order.push((expression, is_descending));
            if !self.take(",") {
                return Ok(order);
            }
        }
    }

    pub(super) fn limit(&mut self) -> Result<usize, FilterError> {
        let at = self.place();
        let number = match self.words.pop() {
            Some(Lexeme {
                kind: Kind::Number(text),
                ..
            }) => text.parse::<usize>().ok(),
            _ => None,
        };
        match number {
            Some(limit) if (1..=MAX_ROWS).contains(&limit) => Ok(limit),
            _ => fail(at, format!("expected a number from 1 to {MAX_ROWS}")),
        }
    }

    pub(super) fn parse(&mut self) -> Result<Step, FilterError> {
        let is_pattern = |word: &Lexeme| matches!(word.kind, Kind::Text(_) | Kind::Regex(..));
        let from = match self.words.last() {
            Some(word) if !is_pattern(word) => Some(self.expression()?),
            _ => None,
        };
        let at = self.place();
        let extract = match self.words.pop() {
            Some(Lexeme {
                kind: Kind::Text(glob),
                ..
            }) if glob.contains('*') => Extract::glob(&glob),
            Some(Lexeme {
                kind: Kind::Regex(pattern, any_case),
                at,
            }) => {
                let regex = Regex::new(&pattern, any_case).or_else(|error| {
                    let start = at.start + 1;
                    fail(start + error.at.start..start + error.at.end, error.message)
                })?;
                Extract::Regex(regex)
            }
            _ => {
                return fail(
                    at,
                    "expected a text with `*`, or an expression with (?<name>…)",
                );
            }
        };
        let names = match &extract {
            Extract::Regex(regex) => regex.group_names(),
            Extract::Glob(_) => {
                let place = self.place();
                if !self.take_word("as") {
                    return fail(place, "expected `as` and a name for each `*`");
                }
                self.names()?
                    .into_iter()
                    .map(|(name, _)| field_text(&name.path))
                    .collect()
            }
        };
        if names.len() != extract.parts() || names.is_empty() {
            let message = match extract {
                Extract::Glob(_) => format!("expected {} names: one for each `*`", extract.parts()),
                Extract::Regex(_) => "expected groups with names, as (?<name>…)".to_owned(),
            };
            return fail(at, message);
        }
        Ok(Step::Parse {
            from,
            extract,
            names,
        })
    }
}
