//! XML as JSON text. The `quick-xml` crate reads it; entities other than XML's own five and
//! character references are never resolved, so that no document can blow itself up.

use super::{Halt, JsonWriter};
use crate::report::Reason;
use quick_xml::{
    Reader,
    events::{BytesRef, BytesStart, Event},
};

/// An element whose end has not come.
#[derive(Default)]
struct Element {
    /// Whether its object is open; before that it may turn out to be text only.
    is_object: bool,
    text: String,
}

struct Converter<'a> {
    writer: &'a mut JsonWriter,
    open: Vec<Element>,
    roots: usize,
}

/// Writes the document. `bytes` must hold one, and nothing else.
pub(crate) fn write(text: &str, writer: &mut JsonWriter) -> Result<(), Halt> {
    let mut reader = Reader::from_str(text);
    writer.open_object()?;
    let mut converter = Converter {
        writer,
        open: Vec::new(),
        roots: 0,
    };
    loop {
        let at = reader.buffer_position() as usize;
        let event = reader
            .read_event()
            .map_err(|error| fault(&error, &reader))?;
        if matches!(event, Event::Eof) {
            break;
        }
        converter.event(event, at)?;
    }
    let is_whole = converter.open.is_empty() && converter.roots == 1;
    writer.close();
    if is_whole {
        Ok(())
    } else {
        Err(Reason::EndsEarly { at: text.len() }.into())
    }
}

/// The crate's own messages may hold text of the payload.
fn fault(error: &quick_xml::Error, reader: &Reader<&[u8]>) -> Halt {
    let at = reader.error_position() as usize;
    Halt::Refused(match error {
        quick_xml::Error::Syntax(_) => Reason::EndsEarly { at },
        _ => malformed(at),
    })
}

fn malformed(at: usize) -> Reason {
    Reason::Malformed {
        at,
        what: "the XML is not well formed",
    }
}

impl Converter<'_> {
    fn event(&mut self, event: Event, at: usize) -> Result<(), Halt> {
        match event {
            Event::Start(start) => self.start(&start, at),
            Event::Empty(start) => {
                self.start(&start, at)?;
                self.end()
            }
            Event::End(_) => self.end(),
            Event::Text(text) => self.text(&text, at),
            Event::CData(text) => self.text(&text, at),
            Event::GeneralRef(reference) => self.text(&resolved(&reference, at)?, at),
            Event::Comment(text) => self.aside("#comment", &text),
            Event::DocType(text) => self.aside("!DOCTYPE", &text),
            Event::Decl(declaration) => self.aside("?xml", attributes_of(&declaration)),
            Event::PI(instruction) => {
                let key = format!("?{}", instruction.target());
                self.aside(&key, instruction.content().trim())
            }
            Event::Eof => Ok(()),
        }
    }

    fn start(&mut self, start: &BytesStart, at: usize) -> Result<(), Halt> {
        if self.open.is_empty() {
            self.roots += 1;
            if self.roots > 1 {
                return Err(malformed(at).into());
            }
        }
        self.make_object()?;
        self.writer.key(start.name().into_inner())?;
        self.open.push(Element::default());
        // looking for duplicates would take quadratic time; they stay
        for attribute in start.attributes().with_checks(false) {
            let attribute = attribute.map_err(|_| malformed(at))?;
            let value = quick_xml::escape::unescape(&attribute.value);
            self.make_object()?;
            self.writer
                .key(&format!("@{}", attribute.key.into_inner()))?;
            match value {
                Ok(value) => self.writer.text(&value)?,
                // an entity of the document's own
                Err(_) => self.writer.text(&attribute.value)?,
            }
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), Halt> {
        self.flush_text()?;
        match self.open.pop() {
            Some(element) if element.is_object => self.writer.close(),
            Some(element) => self.writer.text(&element.text)?,
            None => {}
        }
        Ok(())
    }

    /// The innermost element has more than text.
    fn make_object(&mut self) -> Result<(), Halt> {
        if let Some(element) = self.open.last_mut()
            && !element.is_object
        {
            element.is_object = true;
            self.writer.open_object()?;
        }
        self.flush_text()
    }

    fn flush_text(&mut self) -> Result<(), Halt> {
        if let Some(element) = self.open.last_mut().filter(|element| element.is_object) {
            let text = std::mem::take(&mut element.text);
            if !text.trim().is_empty() {
                self.writer.key("#text")?;
                self.writer.text(&text)?;
            }
        }
        Ok(())
    }

    fn text(&mut self, text: &str, at: usize) -> Result<(), Halt> {
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            None if text.trim().is_empty() => {}
            None => return Err(malformed(at).into()),
        }
        Ok(())
    }

    fn aside(&mut self, key: &str, text: &str) -> Result<(), Halt> {
        self.make_object()?;
        self.writer.key(key)?;
        self.writer.text(text)
    }
}

/// What follows the name in a declaration.
fn attributes_of(declaration: &str) -> &str {
    declaration
        .split_once(char::is_whitespace)
        .map_or("", |(_, rest)| rest.trim())
}

fn resolved(reference: &BytesRef, at: usize) -> Result<String, Reason> {
    let name: &str = reference;
    let resolved = reference.resolve_char_ref().map_err(|_| malformed(at))?;
    Ok(match (resolved, name) {
        (Some(char), _) => char.to_string(),
        (None, "lt") => "<".into(),
        (None, "gt") => ">".into(),
        (None, "amp") => "&".into(),
        (None, "apos") => "'".into(),
        (None, "quot") => "\"".into(),
        (None, name) => format!("&{name};"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::Bound;

    fn json(xml: &str) -> String {
        let mut writer = JsonWriter::new(10_000, Bound::OutBytes, 16);
        match write(xml, &mut writer) {
            Ok(()) => String::from_utf8(writer.finish()).expect("UTF-8"),
            Err(Halt::Refused(reason)) => format!("refused: {reason}"),
            Err(Halt::Full(bound)) => format!("full: {bound}"),
        }
    }

    #[test]
    fn elements_become_members_in_their_order() {
        insta::assert_snapshot!(json(
            r#"<?xml version="1.0"?>
            <!-- new --><order id="7" a="&lt;&own;">
              <item sku="x">2</item> <item/> <note>a &amp; b<![CDATA[<c>]]>&#65;&own;</note>
              mixed <b>bold</b> tail <?php go?>
            </order>"#
        ), @r##"{"?xml":"version=\"1.0\"","#comment":" new ","order":{"@id":"7","@a":"&lt;&own;","item":{"@sku":"x","#text":"2"},"item":"","note":"a & b<c>A&own;","#text":"\n              mixed ","b":"bold","#text":" tail ","?php":"go"}}"##);
    }

    #[test]
    fn what_is_no_document_is_refused() {
        insta::assert_snapshot!(json("<a><b></a>"), @"refused: the XML is not well formed, at byte 6");
        insta::assert_snapshot!(json("<a><b>"), @"refused: it ends early, at byte 6");
        insta::assert_snapshot!(json("<a/><b/>"), @"refused: the XML is not well formed, at byte 4");
        insta::assert_snapshot!(json("<a/>text"), @"refused: the XML is not well formed, at byte 4");
        insta::assert_snapshot!(json("<!-- only -->"), @"refused: it ends early, at byte 13");
    }

    #[test]
    fn deep_documents_are_cut() {
        assert_eq!(json(&"<a>".repeat(100_000)), "full: the deepest nesting");
    }
}
