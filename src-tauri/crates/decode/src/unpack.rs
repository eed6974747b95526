//! Compressed bytes unpacked within a bound. What is larger is cut, and that is said: a bomb costs
//! no more than the bound.

use crate::{
    LayerKind,
    budget::{Meter, Truncated},
    report::Reason,
};
use std::io::{self, Read};

pub(crate) mod base64;

/// How bytes are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    Gzip,
    Zlib,
    /// Without any header: within Avro containers only.
    Deflate,
    Zstd,
    Lz4,
    SnappyFrame,
    Snappy,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unpacked {
    pub bytes: Vec<u8>,
    pub truncated: Option<Truncated>,
}

/// Frames may ask for a window of gigabytes. 32 MiB is what level 21 takes for a record.
const ZSTD_WINDOW_LOG_MAX: u32 = 25;

/// What is read at a time: the bound is exact to the byte, the work to this many.
const CHUNK_BYTES: usize = 64 * 1024;

impl Packing {
    pub fn of(kind: LayerKind) -> Option<Self> {
        Some(match kind {
            LayerKind::Gzip => Self::Gzip,
            LayerKind::Zlib => Self::Zlib,
            LayerKind::Zstd => Self::Zstd,
            LayerKind::Lz4 => Self::Lz4,
            LayerKind::SnappyFrame => Self::SnappyFrame,
            LayerKind::Snappy => Self::Snappy,
            _ => return None,
        })
    }

    /// Whether the bytes begin as this packing does.
    pub fn begins(self, bytes: &[u8]) -> bool {
        match self {
            Self::Gzip => bytes.starts_with(&[0x1F, 0x8B, 8]),
            // RFC 1950: method 8, a window of at most 32 KiB, a header that 31 divides, no dictionary
            Self::Zlib => bytes.first_chunk().is_some_and(|&[method, flags]| {
                method & 0x0F == 8
                    && method >> 4 <= 7
                    && flags & 0x20 == 0
                    && u16::from_be_bytes([method, flags]).is_multiple_of(31)
            }),
            Self::Deflate => true,
            Self::Zstd => bytes.starts_with(&[0x28, 0xB5, 0x2F, 0xFD]),
            Self::Lz4 => bytes.starts_with(&[0x04, 0x22, 0x4D, 0x18]),
            Self::SnappyFrame => bytes.starts_with(b"\xFF\x06\0\0sNaPpY"),
            // a length, and at least one byte; Snappy makes at most 64 bytes of three
            Self::Snappy => snap::raw::decompress_len(bytes)
                .is_ok_and(|len| len > 0 && len <= bytes.len().saturating_mul(22)),
        }
    }

    /// As much of what is packed as `meter` has room for. `is_cut` where the packed bytes are a
    /// beginning.
    pub fn unpack(self, bytes: &[u8], meter: &mut Meter, is_cut: bool) -> Result<Unpacked, Reason> {
        if !self.begins(bytes) {
            return Err(Reason::Beginning);
        }
        meter.work(bytes.len())?;
        let reader: Box<dyn Read + '_> = match self {
            Self::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(bytes)),
            Self::Zlib => Box::new(Whole::new(flate2::bufread::ZlibDecoder::new(bytes))),
            Self::Deflate => Box::new(flate2::bufread::DeflateDecoder::new(bytes)),
            Self::Zstd => Box::new(zstd_reader(bytes).map_err(unpacking)?),
            Self::Lz4 => Box::new(lz4_flex::frame::FrameDecoder::new(bytes)),
            Self::SnappyFrame => Box::new(snap::read::FrameDecoder::new(bytes)),
            Self::Snappy => return snappy(bytes, meter),
        };
        read(reader, bytes.len(), meter, is_cut)
    }
}

fn zstd_reader(bytes: &[u8]) -> io::Result<impl Read + '_> {
    let mut reader = zstd::stream::read::Decoder::with_buffer(bytes)?;
    reader.window_log_max(ZSTD_WINDOW_LOG_MAX)?;
    Ok(reader)
}

/// A zlib stream that must take all of its bytes: its header is too short to trust it otherwise.
struct Whole<'a> {
    inner: flate2::bufread::ZlibDecoder<&'a [u8]>,
}

impl<'a> Whole<'a> {
    fn new(inner: flate2::bufread::ZlibDecoder<&'a [u8]>) -> Self {
        Self { inner }
    }
}

impl Read for Whole<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        if count == 0 && !buffer.is_empty() && !self.inner.get_ref().is_empty() {
            return Err(io::Error::other("bytes are left over after it"));
        }
        Ok(count)
    }
}

/// The raw form says its size first, and cannot be read in part.
fn snappy(bytes: &[u8], meter: &mut Meter) -> Result<Unpacked, Reason> {
    let (room, _) = meter.unpack_room(bytes.len());
    let size = snap::raw::decompress_len(bytes).map_err(unpacking)?;
    if size > room {
        return Err(Reason::TooLarge { bytes: size, room });
    }
    meter.wrote(size);
    let bytes = snap::raw::Decoder::new().decompress_vec(bytes);
    Ok(Unpacked {
        bytes: bytes.map_err(unpacking)?,
        truncated: None,
    })
}

fn read(
    mut reader: Box<dyn Read + '_>,
    size_in: usize,
    meter: &mut Meter,
    is_cut: bool,
) -> Result<Unpacked, Reason> {
    let (room, bound) = meter.unpack_room(size_in);
    let mut bytes = Vec::new();
    let mut chunk = vec![0; CHUNK_BYTES];
    let truncated = loop {
        // one byte more than there is room for shows that there is more
        let wanted = (room - bytes.len()).saturating_add(1).min(CHUNK_BYTES);
        let got = reader.read(&mut chunk[..wanted]);
        meter.wrote(*got.as_ref().unwrap_or(&0));
        match got {
            Ok(0) => break None,
            Ok(count) if bytes.len() + count > room => {
                bytes.extend_from_slice(&chunk[..room - bytes.len()]);
                break Some(Truncated { at: room, bound });
            }
            Ok(count) => bytes.extend_from_slice(&chunk[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // the packed bytes were cut by a bound, so what is missing is not their fault
            Err(_) if is_cut && !bytes.is_empty() => {
                break Some(Truncated {
                    at: bytes.len(),
                    bound,
                });
            }
            Err(error) => return Err(unpacking(error)),
        }
    };
    Ok(Unpacked { bytes, truncated })
}

/// These crates' messages say what is wrong with the packing, and nothing of what is packed.
fn unpacking(error: impl std::fmt::Display) -> Reason {
    Reason::Unpacking {
        message: error.to_string(),
    }
}
