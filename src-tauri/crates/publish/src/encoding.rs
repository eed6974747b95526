//! What a payload is packed in before it is sent, as consumers of a stream expect it.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder, write::ZlibEncoder};
use serde::{Deserialize, Serialize};
use std::io::{self, Write};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Encoding {
    /// As it is.
    #[default]
    None,
    Gzip,
    Zlib,
    Zstd,
    /// The digits as text.
    Base64,
}

impl Encoding {
    /// The same bytes each time: nothing of the time of packing is in them.
    ///
    /// # Errors
    /// What the packer says; with memory to write to it has nothing to say.
    pub fn encode(self, data: Bytes) -> io::Result<Bytes> {
        let packed = match self {
            Self::None => return Ok(data),
            Self::Gzip => {
                let mut packer = GzEncoder::new(Vec::new(), Compression::default());
                packer.write_all(&data)?;
                packer.finish()?
            }
            Self::Zlib => {
                let mut packer = ZlibEncoder::new(Vec::new(), Compression::default());
                packer.write_all(&data)?;
                packer.finish()?
            }
            Self::Zstd => zstd::bulk::compress(&data, zstd::DEFAULT_COMPRESSION_LEVEL)?,
            Self::Base64 => STANDARD.encode(&data).into_bytes(),
        };
        Ok(Bytes::from(packed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    const PLAIN: &[u8] =
        br#"{"orderId":"o-1","note":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}"#;

    fn packed(encoding: Encoding) -> Bytes {
        let data = Bytes::from_static(PLAIN);
        let packed = encoding.encode(data.clone()).expect("packed");
        assert_eq!(encoding.encode(data).expect("again"), packed);
        packed
    }

    #[test]
    fn others_unpack_what_was_packed() {
        let mut plain = Vec::new();
        let gzip = packed(Encoding::Gzip);
        assert_eq!(gzip[..2], [0x1f, 0x8b]);
        let mut unpacked = flate2::read::GzDecoder::new(&gzip[..]);
        unpacked.read_to_end(&mut plain).expect("gzip");
        assert_eq!(plain, PLAIN);

        plain.clear();
        let zlib = packed(Encoding::Zlib);
        let mut unpacked = flate2::read::ZlibDecoder::new(&zlib[..]);
        unpacked.read_to_end(&mut plain).expect("zlib");
        assert_eq!(plain, PLAIN);

        let zstd = packed(Encoding::Zstd);
        assert_eq!(zstd[..4], [0x28, 0xb5, 0x2f, 0xfd]);
        assert_eq!(zstd::decode_all(&zstd[..]).expect("zstd"), PLAIN);
        for small in [gzip, zlib, zstd] {
            assert!(small.len() < PLAIN.len());
        }

        let digits = packed(Encoding::Base64);
        assert_eq!(STANDARD.decode(&digits).expect("base64"), PLAIN);
        assert_eq!(packed(Encoding::None), PLAIN);
    }
}
