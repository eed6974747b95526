//! One condition: free text, a field of the record, or a path into the payload.

use super::{
    FilterError, MAX_NEEDLE_CHARS, Parser, size,
    words::{self, Word},
};
use crate::{Comparison, Filter, Literal, Number, TextMatch};
use decode::{Path, Segment};
use record::SequenceNumber;
use std::ops::Range;

/// No value contains white space, so this stops nothing.
const NO_STOP: char = ' ';

const STAR_ALONE: &str =
    "`*` stands for any text only after a field, as in type:Order*; in quotes it is itself";

/// Longest first: each is tried before what it begins with.
const OPERATORS: [(&str, Comparison); 14] = [
    (":>=", Comparison::AtLeast),
    (":<=", Comparison::AtMost),
    (":!=", Comparison::NotEqual),
    (":=", Comparison::Equal),
    (":>", Comparison::Greater),
    (":<", Comparison::Less),
    (":", Comparison::Equal),
    (">=", Comparison::AtLeast),
    ("<=", Comparison::AtMost),
    ("!=", Comparison::NotEqual),
    ("==", Comparison::Equal),
    ("=", Comparison::Equal),
    (">", Comparison::Greater),
    ("<", Comparison::Less),
];

/// What stands between a field and its value.
struct Operator {
    comparison: Comparison,
    at: Range<usize>,
}

impl Parser<'_> {
    pub(super) fn term(&mut self) -> Result<Filter, FilterError> {
        let start = self.at;
        if self.rest().starts_with('"') {
            let word = self.word(NO_STOP, "a text")?;
            return self.contains(word, true);
        }
        if let Some((path, operator)) = self.field()? {
            return match path.segments() {
                [Segment::Key(name)]
                    if words::is_reserved(name) && !self.text[start..].starts_with(['$', '[']) =>
                {
                    self.attribute(name, &operator)
                }
                _ => self.payload_field(path, &operator),
            };
        }
        let word = self.word(NO_STOP, "a condition")?;
        match word.pattern {
            None => self.contains(word, false),
            Some(_) if word.text == "*" => Ok(Filter::Everything),
            Some(_) => self.fail(word.at, STAR_ALONE),
        }
    }

    fn contains(&self, word: Word, case_sensitive: bool) -> Result<Filter, FilterError> {
        if word.text.chars().count() > MAX_NEEDLE_CHARS {
            let message = format!("a text to look for has at most {MAX_NEEDLE_CHARS} characters");
            return self.fail(word.at, message);
        }
        let text = word.text;
        Ok(Filter::Contains {
            text,
            case_sensitive,
        })
    }

    /// A field and its operator, or the place unchanged where no operator follows.
    fn field(&mut self) -> Result<Option<(Path, Operator)>, FilterError> {
        let start = self.at;
        let rest = self.rest();
        let begins = |c: char| c.is_alphabetic() || matches!(c, '_' | '@' | '$' | '[');
        if !rest.starts_with(begins) {
            return Ok(None);
        }
        let (path, len) = match Path::parse_prefix(rest) {
            Ok(found) => found,
            // in `$.a['b` somebody means a path, in `hello.` or `[1,2]` nobody does
            Err(error) if rest.starts_with('$') => {
                let at = start + error.at;
                return self.fail(at..at + 1, error.to_string());
            }
            Err(_) => return Ok(None),
        };
        self.at = start + len;
        let operator = self.operator();
        if operator.is_none() {
            self.at = start;
        }
        Ok(operator.map(|operator| (path, operator)))
    }

    /// Marks such as `>` may have spaces around them, a colon may not.
    fn operator(&mut self) -> Option<Operator> {
        let is_apart = self.rest().starts_with(|c: char| c.is_whitespace());
        self.peek();
        let rest = self.rest();
        // a link, not a field
        if rest.starts_with("://") || (is_apart && rest.starts_with(':')) {
            return None;
        }
        let (mark, comparison) = OPERATORS
            .into_iter()
            .find(|(mark, _)| rest.starts_with(mark))?;
        let at = self.at..self.at + mark.len();
        self.at = at.end;
        if !mark.starts_with(':') {
            self.peek();
        }
        Some(Operator { comparison, at })
    }

    fn payload_field(&mut self, field: Path, operator: &Operator) -> Result<Filter, FilterError> {
        let word = self.word(
            NO_STOP,
            "a value: a number, a word, \"a text\", true, false or null",
        )?;
        let comparison = operator.comparison;
        if word.pattern.as_deref() == Some("*") && comparison == Comparison::Equal {
            return Ok(Filter::Exists(field));
        }
        let at = word.at.clone();
        let value = literal(word);
        let has_order = matches!(value, Literal::Number(_) | Literal::Text(_));
        if comparison.is_ordering() && !has_order {
            return self.fail(at, "only numbers and texts can be less or greater");
        }
        Ok(Filter::Compare {
            field,
            comparison,
            value,
        })
    }

    fn attribute(&mut self, name: &str, operator: &Operator) -> Result<Filter, FilterError> {
        let filter = match name {
            "type" => Filter::Type(self.text_match("a type, such as ORDER_CREATED or ORDER_*")?),
            "key" => Filter::Key(self.text_match("a partition key, such as cust-42 or cust-*")?),
            "stream" => Filter::Stream(self.text_match("a stream's name")?),
            "shard" => Filter::Shard(self.shards()?),
            "seq" => Filter::Sequence(self.sequence()?),
            "size" => return self.size(operator),
            "has" | "exists" => Filter::Exists(self.path()?),
            "text" | "contains" => {
                let word = self.word(NO_STOP, "a text")?;
                self.contains(word, false)?
            }
            window => self.window(window)?,
        };
        match operator.comparison {
            Comparison::Equal => Ok(filter),
            Comparison::NotEqual => Ok(!filter),
            _ => self.fail(operator.at.clone(), format!("expected `:` after `{name}`")),
        }
    }

    fn text_match(&mut self, expected: &str) -> Result<TextMatch, FilterError> {
        let word = self.word(NO_STOP, expected)?;
        Ok(match word.pattern {
            Some(pattern) => TextMatch::Like(pattern),
            None => TextMatch::Is(word.text),
        })
    }

    fn shards(&mut self) -> Result<Vec<String>, FilterError> {
        let mut names = Vec::new();
        loop {
            let word = self.word(',', "a shard's number or id, such as 0,2")?;
            names.push(word.text);
            if !self.rest().starts_with(',') {
                return Ok(names);
            }
            self.at += 1;
        }
    }

    fn sequence(&mut self) -> Result<SequenceNumber, FilterError> {
        let word = self.word(NO_STOP, "a sequence number")?;
        word.text
            .parse()
            .or_else(|error: record::SequenceNumberError| self.fail(word.at, error.to_string()))
    }

    fn path(&mut self) -> Result<Path, FilterError> {
        let start = self.at;
        let (path, len) = Path::parse_prefix(self.rest()).or_else(|error| {
            let at = start + error.at;
            self.fail(at..at + 1, error.to_string())
        })?;
        self.at += len;
        match self.rest().chars().next() {
            Some(c) if !words::ends_word(c) => self.fail(
                self.at..self.at + c.len_utf8(),
                "expected `.`, `[` or the path's end",
            ),
            _ => Ok(path),
        }
    }

    fn size(&mut self, operator: &Operator) -> Result<Filter, FilterError> {
        let word = self.word(NO_STOP, size::EXPECTED)?;
        size::filter(&word.text, operator.comparison).or_else(|message| self.fail(word.at, message))
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
