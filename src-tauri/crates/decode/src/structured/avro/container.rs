//! Avro object container files: a schema, and blocks of data of it.

use super::{Schema, datum};
use crate::{report::Reason, structured::Cursor, unpack::Packing};

pub(crate) const MAGIC: [u8; 4] = *b"Obj\x01";
const SYNC_BYTES: usize = 16;

/// A container whose header was read.
pub(crate) struct Container<'a> {
    pub schema: Schema,
    codec: Codec,
    sync: [u8; SYNC_BYTES],
    cursor: Cursor<'a>,
}

/// Data that belong together, still packed.
pub(crate) struct Block<'a> {
    pub count: u64,
    pub packed: &'a [u8],
    /// `None` where they lie open.
    pub packing: Option<Packing>,
}

#[derive(Clone, Copy)]
enum Codec {
    Null,
    Deflate,
    /// A raw block, then the CRC-32 of its content, big-endian.
    Snappy,
    Zstandard,
}

impl<'a> Container<'a> {
    pub fn open(bytes: &'a [u8]) -> Result<Self, Reason> {
        let mut cursor = Cursor::new(bytes);
        if cursor.array::<4>()? != MAGIC {
            return Err(Reason::Beginning);
        }
        let (mut schema, mut codec) = (None, Codec::Null);
        loop {
            let count = cursor.zigzag()?;
            if count < 0 {
                cursor.zigzag()?;
            }
            if count == 0 {
                break;
            }
            for _ in 0..count.unsigned_abs() {
                let key = field(&mut cursor)?;
                let value = field(&mut cursor)?;
                match key {
                    b"avro.schema" => schema = Some(parsed(value)?),
                    b"avro.codec" => codec = named(value)?,
                    _ => {}
                }
            }
        }
        Ok(Self {
            schema: schema.ok_or(Reason::NoSchema)?,
            codec,
            sync: cursor.array()?,
            cursor,
        })
    }

    pub fn next_block(&mut self) -> Result<Option<Block<'a>>, Reason> {
        if self.cursor.left() == 0 {
            return Ok(None);
        }
        let count = u64::try_from(self.cursor.zigzag()?);
        let count = count.map_err(|_| self.cursor.malformed("a block's count is negative"))?;
        let packed = field(&mut self.cursor)?;
        if self.cursor.array()? != self.sync {
            return Err(self
                .cursor
                .malformed("a block does not end in the sync marker"));
        }
        let (packed, packing) = match self.codec {
            Codec::Null => (packed, None),
            Codec::Deflate => (packed, Some(Packing::Deflate)),
            Codec::Zstandard => (packed, Some(Packing::Zstd)),
            Codec::Snappy => {
                let block = packed.len().checked_sub(4).map(|end| &packed[..end]);
                let block = block.ok_or_else(|| self.cursor.malformed("a block has no checksum"));
                (block?, Some(Packing::Snappy))
            }
        };
        Ok(Some(Block {
            count,
            packed,
            packing,
        }))
    }

    pub fn codec_name(&self) -> &'static str {
        match self.codec {
            Codec::Null => "not compressed",
            Codec::Deflate => "deflate",
            Codec::Snappy => "snappy",
            Codec::Zstandard => "zstandard",
        }
    }
}

fn field<'a>(cursor: &mut Cursor<'a>) -> Result<&'a [u8], Reason> {
    let len = datum::len(cursor)?;
    cursor.take(len)
}

fn parsed(value: &[u8]) -> Result<Schema, Reason> {
    let text = std::str::from_utf8(value).map_err(|_| Reason::NotText)?;
    Schema::parse(text).map_err(|_| Reason::Schema {
        what: "its own schema cannot be read",
    })
}

fn named(value: &[u8]) -> Result<Codec, Reason> {
    match value {
        b"null" => Ok(Codec::Null),
        b"deflate" => Ok(Codec::Deflate),
        b"snappy" => Ok(Codec::Snappy),
        b"zstandard" => Ok(Codec::Zstandard),
        _ => Err(Reason::Schema {
            what: "its codec is none of null, deflate, snappy and zstandard",
        }),
    }
}
