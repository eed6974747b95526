//! A message as a person composes it: a payload and a key with variables, and what is wrong with them.
//!
//! Pure: time and randomness are arguments. It knows no stream; where a record lands is
//! [`landing`](crate::landing)'s.

use crate::{
    Encoding, Entry, KeyExpression, Limits, Template, TemplateError, Unfit, Variables,
    import::cause,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use rand::Rng;
use record::HashKey;
use serde::de::IgnoredAny;

/// What the payload's text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageFormat {
    Json,
    Text,
    /// White space between the digits is passed over.
    Base64,
}

impl MessageFormat {
    /// How a payload is written down to be sent again: JSON and plain text as they are, other bytes in base64;
    /// also text with carriage returns, because editors make line feeds of them.
    pub fn of_payload(payload: &[u8]) -> (Self, String) {
        let text = str::from_utf8(payload).ok();
        let is_plain = |text: &&str| {
            !text
                .chars()
                .any(|c| c == '\r' || c.is_control() && !c.is_whitespace())
        };
        match text.filter(is_plain) {
            Some(text) if json_fault(text).is_none() => (Self::Json, text.to_owned()),
            Some(text) => (Self::Text, text.to_owned()),
            None => (Self::Base64, STANDARD.encode(payload)),
        }
    }
}

/// The words of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub text: String,
    pub format: MessageFormat,
    /// A text with variables, or a [`KeyExpression`] over the payload, or both.
    pub key: String,
    pub explicit_hash_key: Option<String>,
    /// Text and key are meant as they are: braces and `$.` in them mean nothing.
    pub is_literal: bool,
    /// A key expression reads the payload before it.
    pub encoding: Encoding,
}

/// Which part of a message is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageField {
    Text,
    Key,
    HashKey,
}

/// Why a message cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Problem {
    pub field: MessageField,
    pub message: String,
    /// Line and column in the text, from 1, where there is a place.
    pub place: Option<(usize, usize)>,
}

/// A message whose variables were read: records can be made of it.
#[derive(Clone, Debug)]
pub struct Recipe {
    text: Template,
    format: MessageFormat,
    key: Template,
    explicit_hash_key: Option<HashKey>,
    is_literal: bool,
    encoding: Encoding,
    /// The text with digits in the place of variables: a fault has the same place in it as in the text.
    stand_in: String,
}

/// One record, as far as it could be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// With its variables filled in.
    pub text: String,
    /// The key may be empty, and the data too, where a problem says why.
    pub entry: Entry,
    /// Of the data before its encoding.
    pub plain_bytes: usize,
    /// None: it can be sent.
    pub problems: Vec<Problem>,
}

impl Message {
    /// # Errors
    /// Every variable that there is not, and a hash key that is none.
    pub fn read(&self) -> Result<Recipe, Vec<Problem>> {
        let template = |text: &str| {
            if self.is_literal {
                Ok(Template::literal(text))
            } else {
                Template::parse(text)
            }
        };
        let text = template(&self.text);
        let key = template(&self.key);
        let hash = self.hash_key();
        match (text, key, hash) {
            (Ok(text), Ok(key), Ok(explicit_hash_key)) => Ok(Recipe {
                text,
                format: self.format,
                key,
                explicit_hash_key,
                is_literal: self.is_literal,
                encoding: self.encoding,
                stand_in: if self.is_literal {
                    self.text.clone()
                } else {
                    stand_in(&self.text)
                },
            }),
            (text, key, hash) => {
                let text = text
                    .err()
                    .map(|error| of_template(MessageField::Text, &self.text, &error));
                let key = key
                    .err()
                    .map(|error| of_template(MessageField::Key, &self.key, &error));
                Err([text, key, hash.err()].into_iter().flatten().collect())
            }
        }
    }

    fn hash_key(&self) -> Result<Option<HashKey>, Problem> {
        let typed = self.explicit_hash_key.as_deref().map(str::trim);
        let Some(typed) = typed.filter(|typed| !typed.is_empty()) else {
            return Ok(None);
        };
        let parsed = typed.parse().map(Some);
        parsed.map_err(|_| Problem {
            field: MessageField::HashKey,
            message: "a hash key is a number from 0 to 2^128 − 1".to_owned(),
            place: None,
        })
    }
}

impl Recipe {
    pub fn make(&self, variables: &mut Variables<'_, impl Rng>, limits: &Limits) -> Made {
        let text = self.text.fill(variables);
        let key = self.key.fill(variables);
        let mut problems = Vec::new();
        let data = self.data(&text).unwrap_or_else(|problem| {
            problems.push(problem);
            Bytes::new()
        });
        // a key out of a payload that is none would only repeat its fault
        let is_sound = problems.is_empty();
        let expressed = |key: &str| key.parse::<KeyExpression>().and_then(|key| key.key(&data));
        let key = match expressed(&key) {
            _ if self.is_literal => key,
            Ok(key) => key,
            Err(error) => {
                if is_sound {
                    problems.push(of_key(error.to_string()));
                }
                String::new()
            }
        };
        let plain_bytes = data.len();
        let data = self.encoding.encode(data).unwrap_or_else(|error| {
            problems.push(of_text(format!("it cannot be packed: {error}")));
            Bytes::new()
        });
        let entry = Entry {
            key,
            explicit_hash_key: self.explicit_hash_key,
            data,
            origin: None,
        };
        if problems.is_empty()
            && let Err(unfit) = limits.check(&entry)
        {
            problems.push(of_unfit(&unfit));
        }
        Made {
            text,
            entry,
            plain_bytes,
            problems,
        }
    }

    fn data(&self, text: &str) -> Result<Bytes, Problem> {
        match self.format {
            MessageFormat::Text => Ok(Bytes::from(text.to_owned())),
            MessageFormat::Json => match json_fault(text) {
                None => Ok(Bytes::from(text.to_owned())),
                Some(fault) => Err(json_fault(&self.stand_in).unwrap_or(fault)),
            },
            MessageFormat::Base64 => {
                let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
                let data = STANDARD.decode(digits).map(Bytes::from);
                data.map_err(|error| of_text(format!("this is no base64: {error}")))
            }
        }
    }
}

fn json_fault(text: &str) -> Option<Problem> {
    let error = serde_json::from_str::<IgnoredAny>(text).err()?;
    Some(Problem {
        field: MessageField::Text,
        message: format!("this is no JSON: {}", cause(&error)),
        place: Some((error.line(), error.column().max(1))),
    })
}

fn of_key(message: String) -> Problem {
    Problem {
        field: MessageField::Key,
        message,
        place: None,
    }
}

fn of_unfit(unfit: &Unfit) -> Problem {
    match unfit {
        Unfit::EmptyKey | Unfit::LongKey(_) => of_key(unfit.to_string()),
        Unfit::TooLarge { .. } => of_text(unfit.to_string()),
    }
}

fn of_text(message: String) -> Problem {
    Problem {
        field: MessageField::Text,
        message,
        place: None,
    }
}

fn of_template(field: MessageField, text: &str, error: &TemplateError) -> Problem {
    let before = text.chars().take(error.at.saturating_sub(1));
    let (mut line, mut column) = (1, 1);
    for c in before {
        if c == '\n' {
            (line, column) = (line + 1, 1);
        } else {
            column += 1;
        }
    }
    Problem {
        field,
        message: error.fault.to_string(),
        place: (field == MessageField::Text).then_some((line, column)),
    }
}

/// Digits fit where a number is expected, and within a string.
fn stand_in(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let Some((inner, behind)) = after.split_once("}}") else {
            return out + &rest[before.len()..];
        };
        out.extend(std::iter::repeat_n('1', inner.len() + 4));
        rest = behind;
    }
    out + rest
}

#[cfg(test)]
mod tests;
