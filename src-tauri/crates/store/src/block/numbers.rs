//! The numbers of a block's records: runs of consecutive ones, in the order of the block.
//!
//! Nearly always one run. More only where captures that overlap filled a block out of order.

use crate::{StoreError, varint};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NumberRun {
    pub first: u32,
    pub records: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Numbers(Vec<NumberRun>);

impl NumberRun {
    pub fn end(self) -> u64 {
        u64::from(self.first) + u64::from(self.records)
    }
}

impl Numbers {
    pub fn push(&mut self, first: u32, records: u32) {
        match self.0.last_mut() {
            Some(run) if run.end() == u64::from(first) => run.records += records,
            _ => self.0.push(NumberRun { first, records }),
        }
    }

    pub fn runs(&self) -> &[NumberRun] {
        &self.0
    }

    pub fn len(&self) -> usize {
        self.0.iter().map(|run| run.records as usize).sum()
    }

    pub fn iter(&self) -> impl Iterator<Item = u32> {
        self.0
            .iter()
            .flat_map(|run| (run.first..).take(run.records as usize))
    }

    /// The place in the block of the record with this number.
    pub fn place_of(&self, number: u32) -> Option<usize> {
        let mut before = 0;
        for run in &self.0 {
            if number >= run.first && u64::from(number) < run.end() {
                return Some(before + (number - run.first) as usize);
            }
            before += run.records as usize;
        }
        None
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(6 * self.0.len());
        for run in &self.0 {
            varint::put(&mut bytes, run.first.into());
            varint::put(&mut bytes, run.records.into());
        }
        bytes
    }

    /// `records` is what the block says it holds.
    pub fn from_bytes(bytes: &[u8], records: usize) -> Result<Self, StoreError> {
        let mut reader = varint::Reader::new(bytes);
        let mut numbers = Self::default();
        while reader.at() < bytes.len() {
            let run = NumberRun {
                first: reader.u32()?,
                records: reader.u32()?,
            };
            if run.end() > u64::from(u32::MAX) + 1 {
                return Err(StoreError::damaged(
                    "a block's record numbers are too large",
                ));
            }
            numbers.0.push(run);
        }
        if numbers.len() == records {
            Ok(numbers)
        } else {
            Err(StoreError::damaged(
                "a block has more or fewer numbers than records",
            ))
        }
    }
}
