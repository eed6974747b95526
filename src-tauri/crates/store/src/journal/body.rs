//! The packed bodies of the journal's chunks: numbers as differences, sequence numbers without the
//! bytes that they share with the one before.

use super::{Attempt, AttemptResult, Intent, Subject};
use crate::{RecordId, StoreError, varint};
use record::{Millis, SequenceNumber};
use std::collections::HashMap;
use varint::Reader;

const CAPTURED: u8 = 0;
const COMPOSED: u8 = 1;

const ACKNOWLEDGED: u8 = 0;
const REFUSED: u8 = 1;
const UNCLEAR: u8 = 2;
const RELEASED: u8 = 3;

/// Sequence numbers of one shard after each other.
#[derive(Default)]
struct Front(Vec<u8>);

impl Front {
    fn put(&mut self, out: &mut Vec<u8>, number: &SequenceNumber) {
        let key = number.as_key();
        let pairs = self.0.iter().zip(key);
        let shared = pairs.take_while(|(before, now)| before == now).count();
        varint::put(out, shared as u64);
        varint::put(out, (key.len() - shared) as u64);
        out.extend_from_slice(&key[shared..]);
        self.0.clear();
        self.0.extend_from_slice(key);
    }

    fn take(&mut self, reader: &mut Reader<'_>) -> Result<SequenceNumber, StoreError> {
        let shared = reader.u32()? as usize;
        let len = reader.u32()? as usize;
        if shared > self.0.len() {
            return Err(StoreError::damaged(
                "a journal's sequence number is cut short",
            ));
        }
        self.0.truncate(shared);
        self.0.extend_from_slice(reader.take(len)?);
        SequenceNumber::from_key(&self.0).map_err(|error| StoreError::damaged(error.to_string()))
    }
}

/// A number that mostly is the one before plus one.
#[derive(Default)]
struct Run(i64);

impl Run {
    fn put(&mut self, out: &mut Vec<u8>, number: i64) {
        varint::put_signed(out, number.wrapping_sub(self.0));
        self.0 = number.wrapping_add(1);
    }

    fn take(&mut self, reader: &mut Reader<'_>) -> Result<i64, StoreError> {
        let number = self.0.wrapping_add(reader.signed()?);
        self.0 = number.wrapping_add(1);
        Ok(number)
    }
}

pub(super) fn encode_intents(intents: &[Intent]) -> Vec<u8> {
    let mut out = Vec::with_capacity(intents.len() * 16);
    let (mut positions, mut records) = (Run::default(), Run::default());
    let mut sequences = Front::default();
    varint::put(&mut out, intents.len() as u64);
    for intent in intents {
        positions.put(&mut out, intent.position as i64);
        match &intent.subject {
            Subject::Captured {
                record,
                sequence,
                sub,
            } => {
                out.push(CAPTURED);
                records.put(&mut out, record.0);
                sequences.put(&mut out, sequence);
                varint::put(&mut out, u64::from(*sub));
            }
            Subject::Composed { digest, size_bytes } => {
                out.push(COMPOSED);
                out.extend_from_slice(digest);
                varint::put(&mut out, *size_bytes);
            }
        }
    }
    out
}

pub(super) fn decode_intents(body: &[u8]) -> Result<Vec<Intent>, StoreError> {
    let mut reader = Reader::new(body);
    let (mut positions, mut records) = (Run::default(), Run::default());
    let mut sequences = Front::default();
    let mut intents = Vec::new();
    for _ in 0..reader.number()? {
        let position = positions.take(&mut reader)? as u64;
        let subject = match reader.byte()? {
            CAPTURED => Subject::Captured {
                record: RecordId(records.take(&mut reader)?),
                sequence: sequences.take(&mut reader)?,
                sub: reader.u32()?,
            },
            COMPOSED => Subject::Composed {
                digest: digest(reader.take(16)?)?,
                size_bytes: reader.number()?,
            },
            _ => return Err(unknown()),
        };
        intents.push(Intent { position, subject });
    }
    reader.finish()?;
    Ok(intents)
}

fn digest(bytes: &[u8]) -> Result<[u8; 16], StoreError> {
    bytes.try_into().map_err(|_| unknown())
}

fn unknown() -> StoreError {
    StoreError::damaged("a journal entry is of no known kind")
}

/// Texts that come again and again, each written once.
#[derive(Default)]
struct Texts<'a> {
    numbers: HashMap<&'a str, u64>,
    out: Vec<u8>,
}

impl<'a> Texts<'a> {
    fn number(&mut self, text: &'a str) -> u64 {
        let next = self.numbers.len() as u64;
        *self.numbers.entry(text).or_insert_with(|| {
            varint::put(&mut self.out, text.len() as u64);
            self.out.extend_from_slice(text.as_bytes());
            next
        })
    }
}

pub(super) fn encode_attempts(start: Millis, attempts: &[Attempt]) -> Vec<u8> {
    let mut texts = Texts::default();
    let mut out = Vec::new();
    let mut positions = Run::default();
    let mut sequences: HashMap<u64, Front> = HashMap::new();
    varint::put(&mut out, attempts.len() as u64);
    for attempt in attempts {
        varint::put_signed(&mut out, attempt.at.since(start));
        varint::put(&mut out, attempt.results.len() as u64);
        for (position, result) in &attempt.results {
            positions.put(&mut out, *position as i64);
            match result {
                AttemptResult::Acknowledged { shard, sequence } => {
                    out.push(ACKNOWLEDGED);
                    let shard = texts.number(shard.as_str());
                    varint::put(&mut out, shard);
                    let front = sequences.entry(shard).or_default();
                    front.put(&mut out, sequence);
                }
                AttemptResult::Refused { code, message } => {
                    out.push(REFUSED);
                    varint::put(&mut out, texts.number(code));
                    varint::put(&mut out, texts.number(message));
                }
                AttemptResult::Unclear { cause } => {
                    out.push(UNCLEAR);
                    varint::put(&mut out, texts.number(cause));
                }
                AttemptResult::Released => out.push(RELEASED),
            }
        }
    }
    let mut body = Vec::with_capacity(texts.out.len() + out.len() + 4);
    varint::put(&mut body, texts.numbers.len() as u64);
    body.extend_from_slice(&texts.out);
    body.extend_from_slice(&out);
    body
}

pub(super) fn decode_attempts(start: Millis, body: &[u8]) -> Result<Vec<Attempt>, StoreError> {
    let mut reader = Reader::new(body);
    let texts = decode_texts(&mut reader)?;
    let text = |number: u64| {
        let found = usize::try_from(number).ok().and_then(|n| texts.get(n));
        found.copied().ok_or_else(unknown)
    };
    let mut positions = Run::default();
    let mut sequences: HashMap<u64, Front> = HashMap::new();
    let mut attempts = Vec::new();
    for _ in 0..reader.number()? {
        let at = start.saturating_add(reader.signed()?);
        let mut results = Vec::new();
        for _ in 0..reader.number()? {
            let position = positions.take(&mut reader)? as u64;
            let result = match reader.byte()? {
                ACKNOWLEDGED => {
                    let shard = reader.number()?;
                    let front = sequences.entry(shard).or_default();
                    AttemptResult::Acknowledged {
                        sequence: front.take(&mut reader)?,
                        shard: text(shard)?
                            .parse()
                            .map_err(|_| StoreError::damaged("a journal names no shard"))?,
                    }
                }
                REFUSED => AttemptResult::Refused {
                    code: text(reader.number()?)?.to_owned(),
                    message: text(reader.number()?)?.to_owned(),
                },
                UNCLEAR => AttemptResult::Unclear {
                    cause: text(reader.number()?)?.to_owned(),
                },
                RELEASED => AttemptResult::Released,
                _ => return Err(unknown()),
            };
            results.push((position, result));
        }
        attempts.push(Attempt { at, results });
    }
    reader.finish()?;
    Ok(attempts)
}

fn decode_texts<'a>(reader: &mut Reader<'a>) -> Result<Vec<&'a str>, StoreError> {
    let mut texts = Vec::new();
    for _ in 0..reader.number()? {
        let len = reader.u32()? as usize;
        let text = std::str::from_utf8(reader.take(len)?);
        texts.push(text.map_err(|_| StoreError::damaged("a journal's text is no UTF-8"))?);
    }
    Ok(texts)
}
