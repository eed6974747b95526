//! One Protobuf message as JSON text: a walk over the wire beside its descriptor.

use super::fields::{Wire, next};
use crate::{
    report::Reason,
    structured::{Cursor, Halt, JsonWriter},
};
use protox::prost_reflect::{FieldDescriptor, Kind, MessageDescriptor};
use std::collections::BTreeSet;

/// How well a message fits the bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fit {
    /// Fields that the schema knows, each once, with those of nested messages.
    pub known: BTreeSet<(usize, u32)>,
    /// Values of fields that it does not know, or knows with another type.
    pub unknown: usize,
    /// Strings that are no UTF-8.
    pub broken_text: usize,
}

/// A message that is being read.
struct Frame<'a> {
    message: MessageDescriptor,
    cursor: Cursor<'a>,
    /// The list or map that is open, by its field.
    run: Option<u32>,
}

/// Writes a message that takes all of `bytes`.
pub(crate) fn write(
    message: MessageDescriptor,
    bytes: &[u8],
    writer: &mut JsonWriter,
) -> Result<Fit, Halt> {
    let mut walk = Walk {
        writer,
        fit: Fit::default(),
        frames: Vec::new(),
    };
    walk.enter(message, bytes)?;
    while let Some(frame) = walk.frames.last_mut() {
        match next(&mut frame.cursor)? {
            Some((number, wire)) => walk.field(number, wire)?,
            None => walk.leave(),
        }
    }
    Ok(walk.fit)
}

struct Walk<'a, 'w> {
    writer: &'w mut JsonWriter,
    fit: Fit,
    frames: Vec<Frame<'a>>,
}

impl<'a> Walk<'a, '_> {
    fn enter(&mut self, message: MessageDescriptor, bytes: &'a [u8]) -> Result<(), Halt> {
        self.writer.open_object()?;
        self.frames.push(Frame {
            message,
            cursor: Cursor::new(bytes),
            run: None,
        });
        Ok(())
    }

    fn leave(&mut self) {
        if self.frames.pop().is_some_and(|frame| frame.run.is_some()) {
            self.writer.close();
        }
        self.writer.close();
    }

    fn field(&mut self, number: u32, wire: Wire<'a>) -> Result<(), Halt> {
        let depth = self.frames.len();
        let Some(frame) = self.frames.last_mut() else {
            return Ok(());
        };
        let field = frame.message.get_field(number);
        let field = field.filter(|field| fits(field, wire));
        let continues = frame.run == Some(number) && field.is_some();
        if frame.run.is_some() && !continues {
            frame.run = None;
            self.writer.close();
        }
        let Some(field) = field else {
            self.fit.unknown += 1;
            self.writer.key(&format!("#{number}"))?;
            return self.unknown(wire);
        };
        self.fit.known.insert((depth, number));
        if !continues {
            self.writer.key(field.name())?;
        }
        if !field.is_list() && !field.is_map() {
            return self.value(&field.kind(), wire);
        }
        if !continues {
            self.open_run(&field)?;
        }
        if field.is_map() {
            self.entry(&field, wire)
        } else {
            self.element(&field, wire)
        }
    }

    fn open_run(&mut self, field: &FieldDescriptor) -> Result<(), Halt> {
        if field.is_map() {
            self.writer.open_object()?;
        } else {
            self.writer.open_array()?;
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.run = Some(field.number());
        }
        Ok(())
    }

    /// One element of a list, or many of them packed.
    fn element(&mut self, field: &FieldDescriptor, wire: Wire<'a>) -> Result<(), Halt> {
        let kind = field.kind();
        let Wire::Bytes(packed) = wire else {
            return self.value(&kind, wire);
        };
        if !is_packable(&kind) {
            return self.value(&kind, wire);
        }
        let mut cursor = Cursor::new(packed);
        while cursor.left() > 0 {
            let wire = match wire_of(&kind) {
                1 => Wire::Fixed64(u64::from_le_bytes(cursor.array()?)),
                5 => Wire::Fixed32(u32::from_le_bytes(cursor.array()?)),
                _ => Wire::Varint(cursor.varint()?),
            };
            self.value(&kind, wire)?;
        }
        Ok(())
    }

    /// A map's entry is a message of a key and a value; of either the last counts.
    fn entry(&mut self, field: &FieldDescriptor, wire: Wire<'a>) -> Result<(), Halt> {
        let (Kind::Message(entry), Wire::Bytes(bytes)) = (field.kind(), wire) else {
            return self.unknown(wire);
        };
        let (mut key, mut value) = (None, None);
        let mut cursor = Cursor::new(bytes);
        while let Some((number, wire)) = next(&mut cursor)? {
            match number {
                1 => key = Some(wire),
                2 => value = Some(wire),
                _ => self.fit.unknown += 1,
            }
        }
        self.key(&entry.map_entry_key_field().kind(), key)?;
        let of = entry.map_entry_value_field();
        match value {
            None => self.writer.null(),
            Some(wire) if fits(&of, wire) => self.value(&of.kind(), wire),
            Some(wire) => {
                self.fit.unknown += 1;
                self.unknown(wire)
            }
        }
    }

    fn key(&mut self, kind: &Kind, wire: Option<Wire<'a>>) -> Result<(), Halt> {
        match (kind, wire) {
            (Kind::String, Some(Wire::Bytes(name))) => {
                self.writer.key(&String::from_utf8_lossy(name))
            }
            (_, Some(wire)) => {
                let mut text = self.writer.scratch();
                let mut walk = Walk {
                    writer: &mut text,
                    fit: Fit::default(),
                    frames: Vec::new(),
                };
                walk.value(kind, wire)?;
                self.writer.key(&String::from_utf8_lossy(&text.finish()))
            }
            (_, None) => self.writer.key(""),
        }
    }

    fn value(&mut self, kind: &Kind, wire: Wire<'a>) -> Result<(), Halt> {
        match (kind, wire) {
            (Kind::Message(message), Wire::Bytes(bytes) | Wire::Group(bytes)) => {
                self.enter(message.clone(), bytes)
            }
            (Kind::String, Wire::Bytes(text)) => {
                self.fit.broken_text += usize::from(std::str::from_utf8(text).is_err());
                self.writer.text_or_bytes(text)
            }
            (Kind::Bytes, Wire::Bytes(bytes)) => self.writer.bytes(bytes),
            (Kind::Bool, Wire::Varint(value)) => self.writer.boolean(value != 0),
            (Kind::Int32, Wire::Varint(value)) => self.writer.integer((value as i32).into()),
            (Kind::Int64 | Kind::Sfixed64, Wire::Varint(value) | Wire::Fixed64(value)) => {
                self.writer.integer((value as i64).into())
            }
            (Kind::Uint32, Wire::Varint(value)) => self.writer.integer((value as u32).into()),
            (Kind::Uint64 | Kind::Fixed64, Wire::Varint(value) | Wire::Fixed64(value)) => {
                self.writer.integer(value.into())
            }
            (Kind::Sint32 | Kind::Sint64, Wire::Varint(value)) => {
                let value = (value >> 1) as i64 ^ -((value & 1) as i64);
                self.writer.integer(value.into())
            }
            (Kind::Enum(of), Wire::Varint(value)) => match of.get_value(value as i32) {
                Some(named) => self.writer.text(named.name()),
                None => self.writer.integer((value as i32).into()),
            },
            (Kind::Fixed32, Wire::Fixed32(value)) => self.writer.integer(value.into()),
            (Kind::Sfixed32, Wire::Fixed32(value)) => self.writer.integer((value as i32).into()),
            (Kind::Float, Wire::Fixed32(value)) => self.writer.single(f32::from_bits(value)),
            (Kind::Double, Wire::Fixed64(value)) => self.writer.double(f64::from_bits(value)),
            _ => Err(Reason::Schema {
                what: "a value has another type",
            }
            .into()),
        }
    }

    fn unknown(&mut self, wire: Wire<'a>) -> Result<(), Halt> {
        match wire {
            Wire::Varint(value) | Wire::Fixed64(value) => self.writer.integer(value.into()),
            Wire::Fixed32(value) => self.writer.integer(value.into()),
            Wire::Bytes(bytes) | Wire::Group(bytes) => self.writer.bytes(bytes),
        }
    }
}

/// The wire type that a kind is sent with.
fn wire_of(kind: &Kind) -> u8 {
    match kind {
        Kind::Fixed64 | Kind::Sfixed64 | Kind::Double => 1,
        Kind::Fixed32 | Kind::Sfixed32 | Kind::Float => 5,
        Kind::String | Kind::Bytes | Kind::Message(_) => 2,
        _ => 0,
    }
}

fn is_packable(kind: &Kind) -> bool {
    wire_of(kind) != 2
}

/// Whether a value may be one of the field: lists of numbers come packed or one by one.
fn fits(field: &FieldDescriptor, wire: Wire) -> bool {
    let kind = field.kind();
    match wire {
        Wire::Group(_) => field.is_group(),
        Wire::Bytes(_) if field.is_group() => false,
        Wire::Bytes(_) => wire_of(&kind) == 2 || field.is_list(),
        Wire::Varint(_) => wire_of(&kind) == 0,
        Wire::Fixed64(_) => wire_of(&kind) == 1,
        Wire::Fixed32(_) => wire_of(&kind) == 5,
    }
}
