//! Expressions, by precedence: comparisons, then `+ -`, then `* / %`, then signs.

use super::{Kind, Lexeme, MAX_OPERATORS, Syntax, all_functions, fail};
use crate::{
    FilterError, MAX_DEPTH,
    clock::Bins,
    question::{
        formula::Function,
        steps::{Expression, Name},
    },
};
use std::ops::Range;

/// What binds least tightly.
const LOOSEST: u8 = 1;
const TIGHTEST: u8 = 3;

impl Syntax<'_> {
    pub(super) fn expression(&mut self) -> Result<Expression, FilterError> {
        self.binary(LOOSEST)
    }

    /// Operators that bind at least so tightly, from left to right.
    fn binary(&mut self, level: u8) -> Result<Expression, FilterError> {
        if level > TIGHTEST {
            return self.sign();
        }
        let mut left = self.binary(level + 1)?;
        while let Some(Lexeme {
            kind: Kind::Mark(mark),
            ..
        }) = self.words.last()
            && let Some((function, found)) = Function::operator(mark)
            && found == level
        {
            let place = self.place();
            self.words.pop();
            self.operators += 1;
            if self.operators > MAX_OPERATORS {
                return fail(
                    place,
                    format!("a question has at most {MAX_OPERATORS} operators"),
                );
            }
            let right = self.binary(level + 1)?;
            left = Expression::Call(function, vec![left, right]);
        }
        Ok(left)
    }

    fn sign(&mut self) -> Result<Expression, FilterError> {
        if !self.take("-") {
            return self.operand();
        }
        if let Some(Lexeme {
            kind: Kind::Number(text),
            ..
        }) = self.words.last()
        {
            let number = Expression::Number(format!("-{text}"));
            self.words.pop();
            return Ok(number);
        }
        let inner = self.deeper(Self::sign)?;
        Ok(Expression::Call(Function::Negate, vec![inner]))
    }

    fn operand(&mut self) -> Result<Expression, FilterError> {
        const EXPECTED: &str = "expected a name, a number, a text or a function";
        let place = self.place();
        let Some(word) = self.words.pop() else {
            return fail(place, EXPECTED);
        };
        match word.kind {
            Kind::Number(text) => Ok(Expression::Number(text)),
            Kind::Text(text) => Ok(Expression::Text(text)),
            Kind::Mark("(") => {
                let inner = self.deeper(Self::expression)?;
                self.expect(")")?;
                Ok(inner)
            }
            Kind::Name(_) if self.is_next("(") => self.call(word.at),
            Kind::Name(name) => Ok(Expression::Name(name, word.at)),
            Kind::Span(_) => fail(word.at, "a length of time stands only in bin(…)"),
            _ => fail(word.at, EXPECTED),
        }
    }

    fn call(&mut self, at: Range<usize>) -> Result<Expression, FilterError> {
        let name = &self.text[at.clone()];
        self.expect("(")?;
        if name.eq_ignore_ascii_case("bin") {
            return self.bin();
        }
        let Some((function, least, most)) = Function::named(name) else {
            return fail(
                at,
                format!("expected one of the functions {}", all_functions()),
            );
        };
        let mut arguments = Vec::new();
        while !self.is_next(")") {
            arguments.push(self.deeper(Self::expression)?);
            if !self.take(",") {
                break;
            }
        }
        self.expect(")")?;
        if (least..=most).contains(&arguments.len()) {
            return Ok(Expression::Call(function, arguments));
        }
        let count = if least == most {
            least.to_string()
        } else {
            format!("{least} to {most}")
        };
        fail(at, format!("expected {count} arguments"))
    }

    /// `bin(5m)`, of the arrival, or `bin(other, 5m)`.
    fn bin(&mut self) -> Result<Expression, FilterError> {
        let is_span = |word: Option<&Lexeme>| {
            matches!(
                word,
                Some(Lexeme {
                    kind: Kind::Span(_),
                    ..
                })
            )
        };
        let time = if is_span(self.words.last()) {
            let arrival = Name::own("@timestamp");
            Expression::Name(arrival, self.place())
        } else {
            let time = self.deeper(Self::expression)?;
            self.expect(",")?;
            time
        };
        let place = self.place();
        let span = match self.words.pop() {
            Some(Lexeme {
                kind: Kind::Span(millis),
                ..
            }) if millis > 0 => millis,
            _ => return fail(place, "expected a length of time, such as 30s, 5m or 1h"),
        };
        self.expect(")")?;
        Ok(Expression::Bin(
            Box::new(time),
            Bins {
                span,
                zone: self.clock.zone.clone(),
            },
        ))
    }

    fn deeper(
        &mut self,
        read: fn(&mut Self) -> Result<Expression, FilterError>,
    ) -> Result<Expression, FilterError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return fail(
                self.place(),
                format!("expressions go at most {MAX_DEPTH} deep"),
            );
        }
        let inner = read(self)?;
        self.depth -= 1;
        Ok(inner)
    }
}
