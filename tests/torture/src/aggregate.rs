//! KPL aggregates, made here so that nobody's reader of them is also their writer.

use md5::{Digest, Md5};

/// A KPL aggregate: magic, protobuf, MD5 (github.com/awslabs/amazon-kinesis-producer, aggregation-format.md).
pub fn aggregate(user_records: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut body = Vec::new();
    for (key, _) in user_records {
        field(&mut body, 1, key.as_bytes());
    }
    for (index, (_, data)) in user_records.iter().enumerate() {
        let index = u8::try_from(index).expect("few records");
        assert!(index < 0x80, "an index of one byte");
        let mut record = vec![1 << 3, index];
        field(&mut record, 3, data);
        field(&mut body, 3, &record);
    }
    let digest = Md5::digest(&body);
    [&[0xf3, 0x89, 0x9a, 0xc2][..], &body, &digest[..]].concat()
}

fn field(out: &mut Vec<u8>, number: u8, bytes: &[u8]) {
    out.push(number << 3 | 2);
    let mut length = bytes.len();
    while length >= 0x80 {
        out.push(length as u8 | 0x80);
        length >>= 7;
    }
    out.push(length as u8);
    out.extend_from_slice(bytes);
}
