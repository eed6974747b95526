//! JSON values out of a text: one a line, or the elements of one array. Bytes stay as they are.

use super::{BadLine, Value};
use bytes::Bytes;
use serde_json::value::RawValue;

/// One value a line.
pub(super) struct Lines {
    text: Bytes,
    line: u64,
}

impl Lines {
    pub fn new(text: Bytes) -> Self {
        Self { text, line: 0 }
    }
}

impl Iterator for Lines {
    type Item = Result<Value, BadLine>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.text.is_empty() {
            let end = self.text.iter().position(|&byte| byte == b'\n');
            let end = end.unwrap_or(self.text.len());
            let line = self.text.split_to(end);
            if !self.text.is_empty() {
                let _ = self.text.split_to(1);
            }
            self.line += 1;
            let value = line.trim_ascii();
            if value.is_empty() {
                continue;
            }
            let checked = serde_json::from_slice::<&RawValue>(value);
            return Some(match checked {
                Ok(_) => Ok(Value {
                    line: self.line,
                    data: line.slice_ref(value),
                }),
                Err(error) => Err(BadLine {
                    line: self.line,
                    reason: format!("no JSON at column {}: {}", error.column(), cause(&error)),
                }),
            });
        }
        None
    }
}

/// The elements of one array. What follows a fault cannot be told apart, so it ends there.
pub(super) struct Elements {
    text: Bytes,
    at: usize,
    line: u64,
    place: Place,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Before,
    /// A value or the end may come.
    First,
    /// After a comma.
    Value,
    AfterValue,
    End,
}

impl Elements {
    pub fn new(text: Bytes) -> Self {
        Self {
            text,
            at: 0,
            line: 1,
            place: Place::Before,
        }
    }

    /// Goes to the next byte that is no white space.
    fn skip_space(&mut self) -> Option<u8> {
        while let Some(&byte) = self.text.get(self.at) {
            if !byte.is_ascii_whitespace() {
                return Some(byte);
            }
            self.step(1);
        }
        None
    }

    fn step(&mut self, bytes: usize) {
        let passed = &self.text[self.at..self.at + bytes];
        self.line += (passed.split(|&byte| byte == b'\n').count() - 1) as u64;
        self.at += bytes;
    }

    fn bad(&mut self, line: u64, reason: impl Into<String>) -> Result<Value, BadLine> {
        self.place = Place::End;
        Err(BadLine {
            line,
            reason: reason.into(),
        })
    }

    fn value(&mut self) -> Result<Value, BadLine> {
        let rest = &self.text[self.at..];
        let mut values = serde_json::Deserializer::from_slice(rest).into_iter::<&RawValue>();
        let value = values.next();
        let len = values.byte_offset();
        match value {
            Some(Ok(raw)) => {
                let data = self.text.slice_ref(raw.get().as_bytes());
                let line = self.line;
                self.step(len);
                self.place = Place::AfterValue;
                Ok(Value { line, data })
            }
            Some(Err(error)) => {
                let line = self.line + error.line().saturating_sub(1) as u64;
                let reason = format!("no JSON: {}; nothing after it is read", cause(&error));
                self.bad(line, reason)
            }
            None => self.bad(self.line, "the array is not closed"),
        }
    }
}

impl Iterator for Elements {
    type Item = Result<Value, BadLine>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let next = self.skip_space();
            let line = self.line;
            match (self.place, next) {
                (Place::Before, None) | (Place::End, _) => return None,
                (Place::Before, Some(b'[')) => self.place = Place::First,
                (Place::Before, Some(_)) => {
                    return Some(self.bad(line, "a JSON array begins with ["));
                }
                (Place::First | Place::AfterValue, Some(b']')) => {
                    self.step(1);
                    self.place = Place::End;
                    return match self.skip_space() {
                        Some(_) => Some(self.bad(self.line, "something follows the array")),
                        None => None,
                    };
                }
                (Place::AfterValue, Some(b',')) => self.place = Place::Value,
                (Place::AfterValue, Some(_)) => {
                    let reason = "a comma or ] is expected; nothing after it is read";
                    return Some(self.bad(line, reason));
                }
                (Place::First | Place::Value, Some(_)) => return Some(self.value()),
                (_, None) => return Some(self.bad(line, "the array is not closed")),
            }
            self.step(1);
        }
    }
}

/// The error's words without the place: that is of the piece and not of the whole.
pub(crate) fn cause(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(" at line ") {
        Some((cause, _)) => cause.to_owned(),
        None => text,
    }
}
