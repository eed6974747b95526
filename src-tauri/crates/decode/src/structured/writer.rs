//! JSON text written value by value within a bound. Where the bound is reached, what is open is
//! closed, so that the text stays whole JSON.

use crate::{budget::Bound, json::string::push_json_text, report::Reason};
use base64::{Engine, prelude::BASE64_STANDARD};
use std::fmt::Write;

/// Why a conversion stopped.
#[derive(Debug)]
pub(crate) enum Halt {
    Refused(Reason),
    /// The text is cut here, as far as it was understood.
    Full(Bound),
}

impl From<Reason> for Halt {
    fn from(reason: Reason) -> Self {
        Self::Refused(reason)
    }
}

pub(crate) struct JsonWriter {
    out: String,
    room: usize,
    room_bound: Bound,
    max_depth: usize,
    open: Vec<Open>,
    /// Where a key begins that has no value yet.
    dangling_key: Option<usize>,
}

struct Open {
    closing: char,
    is_empty: bool,
}

impl JsonWriter {
    pub fn new(room: usize, room_bound: Bound, max_depth: usize) -> Self {
        Self {
            out: String::new(),
            room,
            room_bound,
            max_depth,
            open: Vec::new(),
            dangling_key: None,
        }
    }

    pub fn open_object(&mut self) -> Result<(), Halt> {
        self.open('{', '}')
    }

    pub fn open_array(&mut self) -> Result<(), Halt> {
        self.open('[', ']')
    }

    fn open(&mut self, opening: char, closing: char) -> Result<(), Halt> {
        if self.open.len() >= self.max_depth {
            return Err(Halt::Full(Bound::Depth));
        }
        self.value(3, |out| out.push(opening))?;
        self.open.push(Open {
            closing,
            is_empty: true,
        });
        Ok(())
    }

    /// Closes what was opened last.
    pub fn close(&mut self) {
        if let Some(open) = self.open.pop() {
            self.out.push(open.closing);
        }
    }

    pub fn key(&mut self, name: &str) -> Result<(), Halt> {
        self.ask(name.len() + 4)?;
        let start = self.out.len();
        self.separate();
        push_json_text(&mut self.out, name);
        self.out.push(':');
        self.dangling_key = Some(start);
        self.check(start)
    }

    pub fn text(&mut self, text: &str) -> Result<(), Halt> {
        self.value(text.len() + 2, |out| push_json_text(out, text))
    }

    /// Bytes as the text that they should be, or marked as what they are.
    pub fn text_or_bytes(&mut self, bytes: &[u8]) -> Result<(), Halt> {
        match std::str::from_utf8(bytes) {
            Ok(text) => self.text(text),
            Err(_) => self.bytes(bytes),
        }
    }

    pub fn bytes(&mut self, bytes: &[u8]) -> Result<(), Halt> {
        self.open_object()?;
        self.base64_member(bytes)?;
        self.close();
        Ok(())
    }

    pub fn base64_member(&mut self, bytes: &[u8]) -> Result<(), Halt> {
        self.key("$base64")?;
        self.value(bytes.len().div_ceil(3) * 4 + 2, |out| {
            out.push('"');
            BASE64_STANDARD.encode_string(bytes, out);
            out.push('"');
        })
    }

    /// A token of JSON as it is: a number, a word, or a string with its quotes.
    pub fn token(&mut self, token: &str) -> Result<(), Halt> {
        self.value(token.len(), |out| out.push_str(token))
    }

    pub fn integer(&mut self, value: i128) -> Result<(), Halt> {
        self.value(40, |out| {
            // writing to a String cannot fail
            let _ = write!(out, "{value}");
        })
    }

    pub fn boolean(&mut self, value: bool) -> Result<(), Halt> {
        self.token(if value { "true" } else { "false" })
    }

    pub fn null(&mut self) -> Result<(), Halt> {
        self.token("null")
    }

    pub fn double(&mut self, value: f64) -> Result<(), Halt> {
        self.float(value.is_finite(), || format!("{value:?}"))
    }

    pub fn single(&mut self, value: f32) -> Result<(), Halt> {
        self.float(value.is_finite(), || format!("{value:?}"))
    }

    fn float(&mut self, is_finite: bool, text: impl Fn() -> String) -> Result<(), Halt> {
        if is_finite {
            return self.token(&text());
        }
        self.open_object()?;
        self.key("$float")?;
        self.text(&text())?;
        self.close();
        Ok(())
    }

    fn value(&mut self, about: usize, write: impl FnOnce(&mut String)) -> Result<(), Halt> {
        self.ask(about)?;
        let start = self.dangling_key.take().unwrap_or(self.out.len());
        if self.out.len() == start {
            self.separate();
        }
        write(&mut self.out);
        self.check(start)
    }

    fn separate(&mut self) {
        if let Some(open) = self.open.last_mut()
            && !std::mem::replace(&mut open.is_empty, false)
        {
            self.out.push(',');
        }
    }

    /// Refuses a value before it is written, where it cannot fit.
    fn ask(&self, about: usize) -> Result<(), Halt> {
        let taken = self.out.len() + self.open.len();
        if taken.saturating_add(about) > self.room {
            return Err(Halt::Full(self.room_bound));
        }
        Ok(())
    }

    /// Takes a value back that grew over the bound while it was escaped.
    fn check(&mut self, start: usize) -> Result<(), Halt> {
        if self.out.len() + self.open.len() <= self.room {
            return Ok(());
        }
        self.out.truncate(start);
        self.dangling_key = None;
        Err(Halt::Full(self.room_bound))
    }

    /// A writer with the room that this one has left.
    pub fn scratch(&self) -> Self {
        let room = self.room.saturating_sub(self.out.len() + self.open.len());
        Self::new(room, self.room_bound, self.max_depth)
    }

    /// The text, with all that is open closed. `null` where nothing was written.
    pub fn finish(mut self) -> Vec<u8> {
        if let Some(start) = self.dangling_key {
            self.out.truncate(start);
        }
        while !self.open.is_empty() {
            self.close();
        }
        if self.out.is_empty() {
            self.out.push_str("null");
        }
        self.out.into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(room: usize, write: impl FnOnce(&mut JsonWriter) -> Result<(), Halt>) -> String {
        let mut writer = JsonWriter::new(room, Bound::OutBytes, 8);
        let _ = write(&mut writer);
        String::from_utf8(writer.finish()).expect("UTF-8")
    }

    fn sample(writer: &mut JsonWriter) -> Result<(), Halt> {
        writer.open_object()?;
        writer.key("a\"b")?;
        writer.text("tab\t\u{1}é")?;
        writer.key("list")?;
        writer.open_array()?;
        writer.integer(i128::from(u64::MAX))?;
        writer.double(1.0)?;
        writer.single(0.1)?;
        writer.double(f64::NAN)?;
        writer.bytes(&[0, 255])?;
        writer.close();
        writer.key("end")?;
        writer.null()?;
        writer.close();
        Ok(())
    }

    #[test]
    fn values_are_exact_and_separated() {
        assert_eq!(
            written(1_000, sample),
            r#"{"a\"b":"tab\t\u0001é","list":[18446744073709551615,1.0,0.1,{"$float":"NaN"},{"$base64":"AP8="}],"end":null}"#
        );
    }

    #[test]
    fn any_bound_leaves_whole_json() {
        for room in 0..120 {
            let text = written(room, sample);
            assert!(text.len() <= room.max(4), "{room}: {text}");
            serde_json::from_str::<serde_json::Value>(&text).expect(&text);
        }
    }

    #[test]
    fn depth_is_bounded() {
        let mut writer = JsonWriter::new(1_000, Bound::OutBytes, 3);
        let halt = (0..9).find_map(|_| writer.open_array().err());
        assert!(matches!(halt, Some(Halt::Full(Bound::Depth))));
        assert_eq!(writer.finish(), b"[[[]]]");
    }
}
