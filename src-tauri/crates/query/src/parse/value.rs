//! What is asked of a field: its comparison, pattern, expression or list.

use super::{
    FilterError, Parser, TokenKind,
    number_range::number_range,
    size,
    term::{NO_STOP, Operator, Relation},
    words::Word,
};
use crate::{Comparison, Filter, Literal, Mark, Number, TextMatch};
use decode::Path;
use record::SequenceNumber;

const VALUE: &str = "a value: a number, a word, \"a text\", true, false or null";
const LIKE: &str = "a text in quotes or a /regular expression/";

impl Parser<'_> {
    pub(super) fn payload_field(
        &mut self,
        field: &Path,
        operator: &Operator,
    ) -> Result<Filter, FilterError> {
        let is = |value| Filter::Compare {
            field: field.clone(),
            comparison: Comparison::Equal,
            value,
        };
        match operator.relation {
            Relation::Compares(comparison) => self.compared(field, comparison),
            Relation::Like => Ok(is(self.like()?.into())),
            Relation::NotLike => Ok(!is(self.like()?.into())),
            Relation::In => Ok(Filter::any(self.list()?.into_iter().map(literal).map(is))),
            Relation::NotIn => Ok(!Filter::any(self.list()?.into_iter().map(literal).map(is))),
        }
    }

    fn compared(&mut self, field: &Path, comparison: Comparison) -> Result<Filter, FilterError> {
        let compare = |comparison, value| Filter::Compare {
            field: field.clone(),
            comparison,
            value,
        };
        let start = self.at;
        if let Some(regex) = self.regex()? {
            return if comparison.is_ordering() {
                self.fail(
                    start..self.at,
                    "only numbers and texts can be less or greater",
                )
            } else {
                Ok(compare(comparison, Literal::Regex(regex)))
            };
        }
        let word = self.word(NO_STOP, VALUE)?;
        if word.pattern.as_deref() == Some("*") && comparison == Comparison::Equal {
            self.mark(word.at, TokenKind::Pattern);
            return Ok(Filter::Exists(field.clone()));
        }
        let is_bare = !word.is_quoted && word.pattern.is_none();
        if is_bare
            && !comparison.is_ordering()
            && let Some((low, high)) = number_range(&word.text)
        {
            self.mark(word.at, TokenKind::Number);
            let end = |end: Option<Number>, comparison| {
                end.map(|number| compare(comparison, Literal::Number(number)))
            };
            let ends = [end(low, Comparison::AtLeast), end(high, Comparison::AtMost)];
            let range = Filter::all(ends.into_iter().flatten());
            return Ok(if comparison == Comparison::Equal {
                range
            } else {
                !range
            });
        }
        let at = word.at.clone();
        self.mark_value(&word);
        let value = literal(word);
        let has_order = matches!(value, Literal::Number(_) | Literal::Text(_));
        if comparison.is_ordering() && !has_order {
            return self.fail(at, "only numbers and texts can be less or greater");
        }
        Ok(compare(comparison, value))
    }

    pub(super) fn attribute(
        &mut self,
        name: &str,
        operator: &Operator,
    ) -> Result<Filter, FilterError> {
        let filter = match name {
            "type" => self.matched(
                operator,
                "a type, such as ORDER_CREATED or ORDER_*",
                Filter::Type,
            )?,
            "key" => self.matched(
                operator,
                "a partition key, such as cust-42 or cust-*",
                Filter::Key,
            )?,
            "stream" => self.matched(operator, "a stream's name", Filter::Stream)?,
            "shard" if matches!(operator.relation, Relation::In | Relation::NotIn) => {
                Filter::Shard(self.list()?.into_iter().map(|word| word.text).collect())
            }
            "shard" => Filter::Shard(self.shards()?),
            "seq" => Filter::Sequence(self.sequence()?),
            "size" => return self.size(operator),
            "time" if matches!(operator.relation, Relation::Compares(c) if c.is_ordering()) => {
                return self.time_order(operator);
            }
            "is" => Filter::Is(self.mark_name()?),
            "has" | "exists" => Filter::Exists(self.path()?),
            "text" | "contains" => {
                let word = self.word(NO_STOP, "a text")?;
                self.contains(word, false)?
            }
            window => self.window(window)?,
        };
        let has_texts = matches!(name, "type" | "key" | "stream");
        let has_list = has_texts || name == "shard";
        match operator.relation {
            Relation::Compares(Comparison::Equal) => Ok(filter),
            Relation::Compares(Comparison::NotEqual) => Ok(!filter),
            Relation::Like if has_texts => Ok(filter),
            Relation::NotLike if has_texts => Ok(!filter),
            Relation::In if has_list => Ok(filter),
            Relation::NotIn if has_list => Ok(!filter),
            _ => self.fail(operator.at.clone(), format!("expected `:` after `{name}`")),
        }
    }

    /// A condition on a whole text, or one of several.
    fn matched(
        &mut self,
        operator: &Operator,
        expected: &str,
        condition: fn(TextMatch) -> Filter,
    ) -> Result<Filter, FilterError> {
        match operator.relation {
            Relation::Compares(_) => self.text_match(expected).map(condition),
            Relation::Like | Relation::NotLike => self.like().map(condition),
            Relation::In | Relation::NotIn => {
                let texts = self.list()?.into_iter().map(text_match);
                Ok(Filter::any(texts.map(condition)))
            }
        }
    }

    fn text_match(&mut self, expected: &str) -> Result<TextMatch, FilterError> {
        if let Some(regex) = self.regex()? {
            return Ok(TextMatch::Regex(regex));
        }
        let word = self.word(NO_STOP, expected)?;
        self.mark_text(&word);
        Ok(text_match(word))
    }

    /// What follows `like`: a text that is a part of the value, or an expression.
    fn like(&mut self) -> Result<TextMatch, FilterError> {
        if let Some(regex) = self.regex()? {
            return Ok(TextMatch::Regex(regex));
        }
        if !self.rest().starts_with('"') {
            return self.fail(self.at..self.at + 1, format!("expected {LIKE}"));
        }
        let word = self.word(NO_STOP, LIKE)?;
        self.mark_text(&word);
        let part = word.text.replace('\\', r"\\").replace('*', r"\*");
        Ok(TextMatch::Like(format!("*{part}*")))
    }

    /// `[a, "b c", 3]`
    fn list(&mut self) -> Result<Vec<Word>, FilterError> {
        let open = self.at;
        if self.peek() != Some('[') {
            return self.fail(open..open + 1, "expected `[` and values");
        }
        let mut words = Vec::new();
        loop {
            // the bracket or the comma before
            self.at += 1;
            self.mark(self.at - 1..self.at, TokenKind::Bracket);
            self.peek();
            let word = self.word(",]", VALUE)?;
            self.mark_value(&word);
            words.push(word);
            match self.peek() {
                Some(',') => {}
                Some(']') => {
                    self.at += 1;
                    self.mark(self.at - 1..self.at, TokenKind::Bracket);
                    return Ok(words);
                }
                Some(_) => return self.fail(self.at..self.at + 1, "expected `,` or `]`"),
                None => return self.fail(open..open + 1, "this list is not closed"),
            }
        }
    }

    fn shards(&mut self) -> Result<Vec<String>, FilterError> {
        let mut names = Vec::new();
        loop {
            let word = self.word(",", "a shard's number or id, such as 0,2")?;
            self.mark_text(&word);
            names.push(word.text);
            if !self.rest().starts_with(',') {
                return Ok(names);
            }
            self.at += 1;
            self.mark(self.at - 1..self.at, TokenKind::Bracket);
        }
    }

    fn sequence(&mut self) -> Result<SequenceNumber, FilterError> {
        let word = self.word(NO_STOP, "a sequence number")?;
        self.mark(word.at.clone(), TokenKind::Number);
        word.text
            .parse()
            .or_else(|error: record::SequenceNumberError| self.fail(word.at, error.to_string()))
    }

    fn mark_name(&mut self) -> Result<Mark, FilterError> {
        let names = Mark::ALL.map(Mark::name).join(", ");
        let word = self.word(NO_STOP, &names)?;
        self.mark(word.at.clone(), TokenKind::Constant);
        match Mark::named(&word.text) {
            Some(mark) => Ok(mark),
            None => self.fail(word.at, format!("expected one of {names}")),
        }
    }

    fn size(&mut self, operator: &Operator) -> Result<Filter, FilterError> {
        let Relation::Compares(comparison) = operator.relation else {
            return self.fail(operator.at.clone(), "expected `:` after `size`");
        };
        let word = self.word(NO_STOP, size::EXPECTED)?;
        self.mark(word.at.clone(), TokenKind::Size);
        size::filter(&word.text, comparison).or_else(|message| self.fail(word.at, message))
    }

    pub(super) fn mark_text(&mut self, word: &Word) {
        let kind = match word {
            Word {
                is_quoted: true, ..
            } => TokenKind::Quoted,
            Word {
                pattern: Some(_), ..
            } => TokenKind::Pattern,
            _ => TokenKind::Text,
        };
        self.mark(word.at.clone(), kind);
    }

    fn mark_value(&mut self, word: &Word) {
        let is_bare = !word.is_quoted && word.pattern.is_none();
        match word.text.as_str() {
            "true" | "false" | "null" if is_bare => {
                self.mark(word.at.clone(), TokenKind::Constant);
            }
            text if is_bare && decode::is_number(text) => {
                self.mark(word.at.clone(), TokenKind::Number);
            }
            _ => self.mark_text(word),
        }
    }
}

fn text_match(word: Word) -> TextMatch {
    match word.pattern {
        Some(pattern) => TextMatch::Like(pattern),
        None => TextMatch::Is(word.text),
    }
}

impl From<TextMatch> for Literal {
    fn from(text: TextMatch) -> Self {
        match text {
            TextMatch::Is(text) => Self::Text(text),
            TextMatch::Like(pattern) => Self::Like(pattern),
            TextMatch::Regex(regex) => Self::Regex(regex),
        }
    }
}

fn literal(word: Word) -> Literal {
    if let Some(pattern) = word.pattern {
        return Literal::Like(pattern);
    }
    if word.is_quoted {
        return Literal::Text(word.text);
    }
    match word.text.as_str() {
        "null" => Literal::Null,
        "true" => Literal::Bool(true),
        "false" => Literal::Bool(false),
        text => match Number::parse(text) {
            Some(number) => Literal::Number(number),
            None => Literal::Text(word.text),
        },
    }
}
