//! A message as a person composes it: a payload and a key with variables, and what is wrong with them.
//!
//! Pure: time and randomness are arguments. It knows no stream; where a record lands is
//! [`landing`](crate::landing)'s.

use crate::{
    Entry, KeyExpression, Limits, Template, TemplateError, Unfit, Variables, import::cause,
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
    /// Whether two records made of it differ.
    pub fn varies(&self) -> bool {
        self.text.varies() || self.key.varies()
    }

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
                data.map_err(|error| Problem {
                    field: MessageField::Text,
                    message: format!("this is no base64: {error}"),
                    place: None,
                })
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
        Unfit::TooLarge { .. } => Problem {
            field: MessageField::Text,
            message: unfit.to_string(),
            place: None,
        },
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
mod tests {
    use super::*;
    use rand::{SeedableRng, rngs::StdRng};
    use record::Millis;

    fn message(text: &str, format: MessageFormat, key: &str) -> Message {
        Message {
            text: text.to_owned(),
            format,
            key: key.to_owned(),
            explicit_hash_key: None,
            is_literal: false,
        }
    }

    fn made(message: &Message) -> Made {
        let recipe = message.read().expect("a recipe");
        let mut variables = Variables {
            now: Millis(0),
            seq: 3,
            random: &mut StdRng::seed_from_u64(1),
        };
        recipe.make(&mut variables, &Limits::of_stream(None))
    }

    fn json(text: &str, key: &str) -> Made {
        made(&message(text, MessageFormat::Json, key))
    }

    #[track_caller]
    fn problem(made: &Made) -> (MessageField, &str, Option<(usize, usize)>) {
        let [problem] = &made.problems[..] else {
            panic!("{:?}", made.problems)
        };
        (problem.field, &problem.message, problem.place)
    }

    #[test]
    fn variables_and_paths_make_the_key() {
        let made = json(r#"{"order":{"id":"o-{{seq}}"}}"#, "{{seq}}/{$.order.id}");
        assert_eq!(made.problems, []);
        assert_eq!(made.entry.key, "3/o-3");
        assert_eq!(&made.entry.data[..], br#"{"order":{"id":"o-3"}}"#);
        assert_eq!(made.text, r#"{"order":{"id":"o-3"}}"#);
    }

    #[test]
    fn a_fault_in_json_is_placed_in_the_text_that_was_written() {
        let made = json("{\n  \"id\": \"{{uuid}}\" \"b\": 1\n}", "k");
        let (field, message, place) = problem(&made);
        assert_eq!((field, place), (MessageField::Text, Some((2, 20))));
        assert!(
            message.starts_with("this is no JSON: expected"),
            "{message}"
        );
        // fine with a number in its place, and not with what it becomes
        let made = json(r#"{"at": {{now}}}"#, "k");
        assert_eq!(problem(&made).0, MessageField::Text);
    }

    #[test]
    fn base64_is_bytes_and_text_is_text() {
        let made = |text, format| made(&message(text, format, "k"));
        assert_eq!(
            &made("/wA=\n", MessageFormat::Base64).entry.data[..],
            [255, 0]
        );
        assert_eq!(
            problem(&made("/w=A", MessageFormat::Base64)).0,
            MessageField::Text
        );
        assert_eq!(
            &made("not {json", MessageFormat::Text).entry.data[..],
            b"not {json"
        );
    }

    #[test]
    fn a_payload_can_be_written_down_and_read_again() {
        for (payload, format) in [
            (&b"{\"a\": 1e400}"[..], MessageFormat::Json),
            (b"hello\n\tworld", MessageFormat::Text),
            (b"\x1f\x8b\x08", MessageFormat::Base64),
            (b"a\0b", MessageFormat::Base64),
        ] {
            let (found, text) = MessageFormat::of_payload(payload);
            assert_eq!(found, format);
            assert_eq!(&made(&message(&text, found, "k")).entry.data[..], payload);
        }
    }

    #[test]
    fn each_part_has_its_own_problem() {
        assert_eq!(problem(&json("{}", "{$.nope}")).0, MessageField::Key);
        assert_eq!(problem(&json("{}", "  ")).0, MessageField::Key);
        assert_eq!(problem(&json("{}", &"k".repeat(257))).0, MessageField::Key);
        let large = format!("\"{}\"", "x".repeat(1 << 20));
        assert_eq!(problem(&json(&large, "k")).0, MessageField::Text);
        let wrong = Message {
            explicit_hash_key: Some("-1".to_owned()),
            ..message("a\n{{nope}}", MessageFormat::Text, "{{no")
        };
        let problems = wrong.read().expect_err("three problems");
        let found: Vec<_> = problems.iter().map(|p| (p.field, p.place)).collect();
        let expected = [
            (MessageField::Text, Some((2, 1))),
            (MessageField::Key, None),
            (MessageField::HashKey, None),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn an_explicit_hash_key_is_taken_and_an_empty_one_is_none() {
        let with = |hash: &str| Message {
            explicit_hash_key: Some(hash.to_owned()),
            ..message("{}", MessageFormat::Json, "k")
        };
        assert_eq!(made(&with(" 7 ")).entry.explicit_hash_key, Some(HashKey(7)));
        assert_eq!(made(&with(" ")).entry.explicit_hash_key, None);
    }
}
