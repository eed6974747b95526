//! Filters as they are typed: their parts, their faults, and what may stand at a place.

use super::Number;
use serde::Serialize;
use specta::Type;

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FilterCheck {
    /// The filter as the program writes it, where it could be read.
    pub canonical: Option<String>,
    pub fault: Option<FilterFault>,
    /// What its parts are, in order; up to the fault if there is one.
    pub tokens: Vec<FilterToken>,
}

/// A piece of a filter's text, in UTF-16 units as JavaScript counts.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FilterToken {
    pub start: u32,
    pub end: u32,
    pub kind: FilterTokenKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum FilterTokenKind {
    Keyword,
    Bracket,
    /// A field of the record itself.
    Attribute,
    /// A path into the payload.
    Field,
    Operator,
    Text,
    Quoted,
    Pattern,
    Regex,
    Number,
    Constant,
    Time,
    Size,
    Fault,
}

/// What may be written from `start` to `end`, in UTF-16 units; the best offer first.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FilterCompletion {
    pub start: u32,
    pub end: u32,
    pub offers: Vec<FilterOffer>,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FilterOffer {
    pub text: String,
    pub kind: FilterOfferKind,
    /// Records of a sample that have it; 0 where none are counted.
    pub records: Number,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum FilterOfferKind {
    Value,
    Attribute,
    Field,
    Keyword,
}

/// Where the text of a filter cannot be read, in UTF-16 units as JavaScript counts.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FilterFault {
    pub start: u32,
    pub end: u32,
    pub message: String,
}

/// A stretch of time that was read from a person's words.
#[derive(Clone, Copy, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TimeSpanRead {
    pub from: Number,
    /// Not part of it.
    pub until: Number,
}
