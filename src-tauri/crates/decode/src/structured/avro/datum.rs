//! One Avro datum as JSON text. The stack of what is still to come is our own.

use super::schema::{Schema, Type};
use crate::{
    report::Reason,
    structured::{Cursor, Halt, JsonWriter, decimal},
};

enum Task {
    Value(usize),
    /// The fields of a record from this one on.
    Fields(usize, usize),
    /// Items of an array still to come in this block.
    Items(usize, u64),
    Entries(usize, u64),
    Close,
}

/// Writes the datum at `cursor`, which is left behind it.
pub(crate) fn write(
    schema: &Schema,
    cursor: &mut Cursor,
    writer: &mut JsonWriter,
) -> Result<(), Halt> {
    let mut tasks = vec![Task::Value(schema.root)];
    while let Some(task) = tasks.pop() {
        match task {
            Task::Close => writer.close(),
            Task::Value(place) => value(schema, place, cursor, writer, &mut tasks)?,
            Task::Fields(place, index) => {
                let Type::Record { fields, .. } = &schema.types[place] else {
                    continue;
                };
                match fields.get(index) {
                    None => writer.close(),
                    Some((name, of)) => {
                        writer.key(name)?;
                        tasks.push(Task::Fields(place, index + 1));
                        tasks.push(Task::Value(*of));
                    }
                }
            }
            Task::Items(item, left) => match more(left, cursor)? {
                None => writer.close(),
                Some(left) => {
                    tasks.push(Task::Items(item, left));
                    tasks.push(Task::Value(item));
                }
            },
            Task::Entries(entry, left) => match more(left, cursor)? {
                None => writer.close(),
                Some(left) => {
                    tasks.push(Task::Entries(entry, left));
                    let name = string(cursor)?;
                    writer.key(name)?;
                    tasks.push(Task::Value(entry));
                }
            },
        }
    }
    Ok(())
}

/// Takes one item; where the block is at its end, the next one is begun. `None` after the last.
fn more(left: u64, cursor: &mut Cursor) -> Result<Option<u64>, Reason> {
    if left > 0 {
        return Ok(Some(left - 1));
    }
    let count = cursor.zigzag()?;
    if count < 0 {
        // a negative count is followed by the block's size in bytes
        cursor.zigzag()?;
    }
    Ok(count.unsigned_abs().checked_sub(1))
}

fn value(
    schema: &Schema,
    place: usize,
    cursor: &mut Cursor,
    writer: &mut JsonWriter,
    tasks: &mut Vec<Task>,
) -> Result<(), Halt> {
    match &schema.types[place] {
        Type::Null => writer.null(),
        Type::Boolean => match cursor.byte()? {
            0 => writer.boolean(false),
            1 => writer.boolean(true),
            _ => Err(cursor.malformed("a boolean is neither 0 nor 1").into()),
        },
        Type::Int => match i32::try_from(cursor.zigzag()?) {
            Ok(value) => writer.integer(value.into()),
            Err(_) => Err(cursor.malformed("an int has more than 32 bits").into()),
        },
        Type::Long => {
            let value = cursor.zigzag()?;
            writer.integer(value.into())
        }
        Type::Float => writer.single(f32::from_le_bytes(cursor.array()?)),
        Type::Double => writer.double(f64::from_le_bytes(cursor.array()?)),
        Type::String => {
            let text = string(cursor)?;
            writer.text(text)
        }
        Type::Bytes { scale } => {
            let len = len(cursor)?;
            bytes(cursor.take(len)?, *scale, writer)
        }
        Type::Fixed { size, scale, .. } => bytes(cursor.take(*size)?, *scale, writer),
        Type::Enum { symbols, .. } => {
            let index = usize::try_from(cursor.zigzag()?).ok();
            match index.and_then(|index| symbols.get(index)) {
                Some(symbol) => writer.text(symbol),
                None => Err(cursor.malformed("an enum has no such symbol").into()),
            }
        }
        Type::Array(item) => {
            writer.open_array()?;
            tasks.push(Task::Items(*item, 0));
            Ok(())
        }
        Type::Map(entry) => {
            writer.open_object()?;
            tasks.push(Task::Entries(*entry, 0));
            Ok(())
        }
        Type::Record { .. } => {
            writer.open_object()?;
            tasks.push(Task::Fields(place, 0));
            Ok(())
        }
        Type::Union(branches) => union(schema, branches, cursor, writer, tasks),
    }
}

/// Nullable values as they are, other unions with the name of their branch.
fn union(
    schema: &Schema,
    branches: &[usize],
    cursor: &mut Cursor,
    writer: &mut JsonWriter,
    tasks: &mut Vec<Task>,
) -> Result<(), Halt> {
    let index = usize::try_from(cursor.zigzag()?).ok();
    let Some(&branch) = index.and_then(|index| branches.get(index)) else {
        return Err(cursor.malformed("a union has no such branch").into());
    };
    let is_null = |&&branch: &&usize| schema.types[branch] == Type::Null;
    let values = branches.len() - branches.iter().filter(is_null).count();
    if values > 1 && !is_null(&&branch) {
        writer.open_object()?;
        writer.key(schema.types[branch].branch_name())?;
        tasks.push(Task::Close);
    }
    tasks.push(Task::Value(branch));
    Ok(())
}

fn bytes(bytes: &[u8], scale: Option<usize>, writer: &mut JsonWriter) -> Result<(), Halt> {
    match scale.map(|scale| decimal::signed_decimal(bytes, scale)) {
        Some(Ok(number)) => writer.token(&number),
        Some(Err(_)) | None => writer.bytes(bytes),
    }
}

fn string<'a>(cursor: &mut Cursor<'a>) -> Result<&'a str, Reason> {
    let len = len(cursor)?;
    std::str::from_utf8(cursor.take(len)?).map_err(|_| cursor.malformed("a string is no UTF-8"))
}

pub(super) fn len(cursor: &mut Cursor) -> Result<usize, Reason> {
    usize::try_from(cursor.zigzag()?).map_err(|_| cursor.malformed("a length is negative"))
}
