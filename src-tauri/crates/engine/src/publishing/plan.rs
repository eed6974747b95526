//! What is kept with a delivery about what a person wanted: enough for the history, to compose it
//! again, and to go on with it.

use super::ImportFormat;
use crate::connections::Origin;
use publish::{Encoding, MessageFormat, Order};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Plan {
    pub stream: String,
    /// How the connection is found again.
    pub origin: Origin,
    /// Records of the target.
    pub total: u64,
    pub size_bytes: u64,
    /// Of the first records.
    pub keys: Vec<String>,
    pub order: OrderWord,
    pub aggregate: bool,
    pub of: PlanOf,
    /// What it takes to make the same records again; none where they cannot be.
    #[serde(default)]
    pub again: Option<Again>,
    /// Of records that depend on more than what is kept here: a file, the stream's shards.
    #[serde(default)]
    pub fingerprint: Option<String>,
}

impl Plan {
    /// That it is read from, where it is.
    pub fn file(&self) -> Option<&PathBuf> {
        match &self.again {
            Some(Again::Import(import)) => import.file.as_ref(),
            Some(Again::Draft { .. }) | None => None,
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Again {
    /// The message, at this moment.
    Draft {
        moment: String,
    },
    Import(ImportAgain),
}

/// The text itself is in the file, or was composed with the delivery where it was pasted.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ImportAgain {
    pub file: Option<PathBuf>,
    pub format: ImportFormat,
    pub key: String,
    pub column: Option<String>,
    pub records_per_second: Option<f64>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum PlanOf {
    Draft(DraftPlan),
    Import,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DraftPlan {
    pub format: FormatWord,
    pub repeat: u32,
    #[serde(default)]
    pub is_literal: bool,
    #[serde(default)]
    pub encoding: Encoding,
    #[serde(default)]
    pub every_millis: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum OrderWord {
    Keyed,
    Strict,
    Fast,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum FormatWord {
    Json,
    Text,
    Base64,
}

impl OrderWord {
    pub fn word(self) -> &'static str {
        match self {
            Self::Keyed => "keyed",
            Self::Strict => "strict",
            Self::Fast => "fast",
        }
    }
}

impl From<Order> for OrderWord {
    fn from(order: Order) -> Self {
        match order {
            Order::Keyed => Self::Keyed,
            Order::Strict => Self::Strict,
            Order::Fast => Self::Fast,
        }
    }
}

impl From<OrderWord> for Order {
    fn from(word: OrderWord) -> Self {
        match word {
            OrderWord::Keyed => Self::Keyed,
            OrderWord::Strict => Self::Strict,
            OrderWord::Fast => Self::Fast,
        }
    }
}

impl From<MessageFormat> for FormatWord {
    fn from(format: MessageFormat) -> Self {
        match format {
            MessageFormat::Json => Self::Json,
            MessageFormat::Text => Self::Text,
            MessageFormat::Base64 => Self::Base64,
        }
    }
}

impl From<FormatWord> for MessageFormat {
    fn from(word: FormatWord) -> Self {
        match word {
            FormatWord::Json => Self::Json,
            FormatWord::Text => Self::Text,
            FormatWord::Base64 => Self::Base64,
        }
    }
}
