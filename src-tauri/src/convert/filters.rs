//! Filters: places in their texts as JavaScript counts them, and what may stand there.

use crate::wire::{
    FilterCheck, FilterCompletion, FilterFault, FilterOffer, FilterOfferKind, FilterToken,
    FilterTokenKind, Number, TimeSpanRead,
};
use query::{Completion, FilterError, Offer, OfferKind, Reading, TimeRange, Token, TokenKind};

impl From<TimeRange> for TimeSpanRead {
    fn from(range: TimeRange) -> Self {
        Self {
            from: Number::from_i64(range.from.0),
            until: Number::from_i64(range.until.0),
        }
    }
}

impl FilterCheck {
    pub fn of(text: &str, reading: Reading) -> Self {
        let mut units = Units::new(text);
        let tokens = reading.tokens.into_iter();
        let tokens = tokens
            .map(|token| FilterToken::of(&mut units, &token))
            .collect();
        let (canonical, fault) = match reading.filter {
            Ok(filter) => (Some(filter.to_string()), None),
            Err(error) => (None, Some(FilterFault::of(text, error))),
        };
        Self {
            canonical,
            fault,
            tokens,
        }
    }
}

impl FilterToken {
    /// Of tokens in their order.
    pub(super) fn of(units: &mut Units<'_>, token: &Token) -> Self {
        Self {
            start: units.at(token.at.start),
            end: units.at(token.at.end),
            kind: token.kind.into(),
        }
    }
}

impl FilterFault {
    pub(crate) fn of(text: &str, error: FilterError) -> Self {
        let mut units = Units::new(text);
        Self {
            start: units.at(error.at.start),
            end: units.at(error.at.end),
            message: error.message,
        }
    }
}

impl FilterCompletion {
    pub fn of(text: &str, completion: Completion) -> Self {
        let mut units = Units::new(text);
        Self {
            start: units.at(completion.at.start),
            end: units.at(completion.at.end),
            offers: completion
                .offers
                .into_iter()
                .map(FilterOffer::from)
                .collect(),
        }
    }
}

impl From<Offer> for FilterOffer {
    fn from(offer: Offer) -> Self {
        Self {
            text: offer.text,
            kind: match offer.kind {
                OfferKind::Value => FilterOfferKind::Value,
                OfferKind::Attribute => FilterOfferKind::Attribute,
                OfferKind::Field => FilterOfferKind::Field,
                OfferKind::Keyword => FilterOfferKind::Keyword,
            },
            records: Number::from_u64(offer.records),
        }
    }
}

impl From<TokenKind> for FilterTokenKind {
    fn from(kind: TokenKind) -> Self {
        match kind {
            TokenKind::Keyword => Self::Keyword,
            TokenKind::Bracket => Self::Bracket,
            TokenKind::Attribute => Self::Attribute,
            TokenKind::Field => Self::Field,
            TokenKind::Operator => Self::Operator,
            TokenKind::Text => Self::Text,
            TokenKind::Quoted => Self::Quoted,
            TokenKind::Pattern => Self::Pattern,
            TokenKind::Regex => Self::Regex,
            TokenKind::Number => Self::Number,
            TokenKind::Constant => Self::Constant,
            TokenKind::Time => Self::Time,
            TokenKind::Size => Self::Size,
            TokenKind::Fault => Self::Fault,
        }
    }
}

/// A byte's place in the text as JavaScript counts it, for places that do not fall.
pub(super) struct Units<'t> {
    text: &'t str,
    byte: usize,
    /// Units before the byte.
    before: u32,
}

impl<'t> Units<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            byte: 0,
            before: 0,
        }
    }

    fn at(&mut self, byte: usize) -> u32 {
        let passed = self.text.get(self.byte..byte).unwrap_or_default();
        self.before += passed.chars().map(char::len_utf16).sum::<usize>() as u32;
        self.byte += passed.len();
        self.before
    }
}

/// The byte at which a place of JavaScript's lies; one within a character is at its start.
pub fn byte_at(text: &str, units: u32) -> usize {
    let mut passed = 0;
    let mut places = text.char_indices();
    let found = places.find(|(_, character)| {
        passed += character.len_utf16() as u32;
        passed > units
    });
    found.map_or(text.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_as_javascript_counts() {
        let text = "é😀x";
        let mut units = Units::new(text);
        let places = [0, "é".len(), "é😀".len(), text.len()].map(|byte| units.at(byte));
        assert_eq!(places, [0, 1, 3, 4]);
        for (units, byte) in [(0, 0), (1, 2), (2, 2), (3, 6), (4, 7), (9, 7)] {
            assert_eq!(byte_at(text, units), byte, "{units}");
        }
    }

    #[test]
    fn a_check_tells_the_parts_and_the_fault() {
        let check = |text: &str| FilterCheck::of(text, query::read(text, record::Millis(0)));
        let read = check("😀 type:A");
        let places: Vec<_> = read
            .tokens
            .iter()
            .map(|token| (token.start, token.end))
            .collect();
        assert_eq!(places, [(0, 2), (3, 7), (7, 8), (8, 9)]);
        assert_eq!(read.tokens[1].kind, FilterTokenKind::Attribute);
        let broken = check("😀 size:big");
        let fault = broken.fault.expect("a fault");
        assert_eq!((fault.start, fault.end, broken.canonical), (8, 11, None));
        assert_eq!(
            broken.tokens.last().map(|token| token.kind),
            Some(FilterTokenKind::Fault)
        );
    }
}
