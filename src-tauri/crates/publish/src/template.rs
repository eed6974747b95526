//! Templates: a payload with variables that are filled in for each record.
//!
//! `{{uuid}}`, `{{now}}`, `{{now-5m}}`, `{{seq}}` and `{{random:1..100}}`, and nothing else: no
//! conditions, no code. Pure: time and randomness are arguments.

use jiff::{SignedDuration, Timestamp};
use rand::Rng;
use record::Millis;
use std::ops::RangeInclusive;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Uuid,
    /// Milliseconds from now.
    Now(i64),
    Seq,
    Random(RangeInclusive<i64>),
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("character {at}: {fault}")]
pub struct TemplateError {
    /// From 1.
    pub at: usize,
    pub fault: TemplateFault,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateFault {
    #[error("the variable is not closed with }}}}")]
    Open,
    #[error("there is no variable {0}; there are uuid, now, now-5m, seq and random:1..100")]
    Unknown(String),
    #[error("{0} is no distance in time such as -5m, +90s, -2h, -1d or -250ms")]
    Distance(String),
    #[error("{0} is no range such as 1..100")]
    Range(String),
}

/// What variables stand for, for one record.
#[derive(Debug)]
pub struct Variables<'a, R> {
    pub now: Millis,
    /// The record's number, from 1.
    pub seq: u64,
    pub random: &'a mut R,
}

impl Template {
    /// A text in which nothing stands for anything else.
    pub fn literal(text: &str) -> Self {
        Self(vec![Part::Text(text.to_owned())])
    }

    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        let mut parts = Vec::new();
        let mut done = 0;
        while let Some(open) = text[done..].find("{{") {
            let open = done + open;
            if open > done {
                parts.push(Part::Text(text[done..open].to_owned()));
            }
            let fault = |fault| TemplateError {
                at: text[..open].chars().count() + 1,
                fault,
            };
            let inner = &text[open + 2..];
            let close = inner.find("}}").ok_or_else(|| fault(TemplateFault::Open))?;
            parts.push(variable(inner[..close].trim()).map_err(fault)?);
            done = open + 2 + close + 2;
        }
        if done < text.len() {
            parts.push(Part::Text(text[done..].to_owned()));
        }
        Ok(Self(parts))
    }

    pub fn fill(&self, variables: &mut Variables<'_, impl Rng>) -> String {
        let mut out = String::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Uuid => {
                    let bytes = variables.random.random();
                    let uuid = uuid::Builder::from_random_bytes(bytes).into_uuid();
                    out.push_str(&uuid.to_string());
                }
                Part::Now(millis) => {
                    out.push_str(&variables.now.saturating_add(*millis).to_string());
                }
                Part::Seq => out.push_str(&variables.seq.to_string()),
                Part::Random(range) => {
                    let number = variables.random.random_range(range.clone());
                    out.push_str(&number.to_string());
                }
            }
        }
        out
    }
}

fn variable(name: &str) -> Result<Part, TemplateFault> {
    match name {
        "uuid" => Ok(Part::Uuid),
        "now" => Ok(Part::Now(0)),
        "seq" => Ok(Part::Seq),
        _ => match (name.strip_prefix("now"), name.strip_prefix("random:")) {
            (Some(rest), _) if rest.trim_start().starts_with(['-', '+']) => {
                distance(rest.trim()).map(Part::Now)
            }
            (_, Some(rest)) => range(rest.trim()).map(Part::Random),
            _ => Err(TemplateFault::Unknown(name.to_owned())),
        },
    }
}

/// `-5m`, `+1h`: a sign, a number, a unit.
fn distance(text: &str) -> Result<i64, TemplateFault> {
    let fault = || TemplateFault::Distance(text.to_owned());
    let digits = text.trim_start_matches(['-', '+']).trim_start();
    let unit_at = digits
        .find(|c: char| !c.is_ascii_digit())
        .ok_or_else(fault)?;
    let (number, unit) = digits.split_at(unit_at);
    let number: i64 = number.parse().map_err(|_| fault())?;
    let factor = match unit.trim() {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err(fault()),
    };
    let millis = number.checked_mul(factor).ok_or_else(fault)?;
    // a calendar has an end
    let span = Timestamp::MAX.duration_since(Timestamp::UNIX_EPOCH);
    if SignedDuration::from_millis(millis) > span {
        return Err(fault());
    }
    Ok(if text.starts_with('-') {
        -millis
    } else {
        millis
    })
}

fn range(text: &str) -> Result<RangeInclusive<i64>, TemplateFault> {
    let bounds = text.split_once("..");
    let bounds = bounds.and_then(|(low, high)| {
        let high = high.strip_prefix('=').unwrap_or(high);
        Some((low.trim().parse().ok()?, high.trim().parse().ok()?))
    });
    match bounds {
        Some((low, high)) if low <= high => Ok(low..=high),
        _ => Err(TemplateFault::Range(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{SeedableRng, rngs::StdRng};

    fn fill(text: &str, seq: u64) -> String {
        let template = Template::parse(text).expect("a template");
        template.fill(&mut Variables {
            now: Millis(1_700_000_000_000),
            seq,
            random: &mut StdRng::seed_from_u64(seq),
        })
    }

    #[test]
    fn variables_are_filled_in() {
        assert_eq!(fill("n={{seq}} {{ seq }}", 7), "n=7 7");
        assert_eq!(fill("{{now}}", 1), "2023-11-14T22:13:20.000Z");
        assert_eq!(fill("{{now-5m}}", 1), "2023-11-14T22:08:20.000Z");
        assert_eq!(fill("{{now + 250ms}}", 1), "2023-11-14T22:13:20.250Z");
        assert_eq!(fill("{plain} }} {\"a\":{}}", 1), "{plain} }} {\"a\":{}}");
        assert_eq!(fill("{{random:5..5}}{{random:-3..=-3}}", 1), "5-3");
    }

    #[test]
    fn uuids_are_of_version_4_and_differ() {
        let (one, two) = (fill("{{uuid}}", 1), fill("{{uuid}}", 2));
        assert_ne!(one, two);
        assert_eq!((one.len(), one.as_bytes()[14]), (36, b'4'));
        let pair = fill("{{uuid}} {{uuid}}", 1);
        let (left, right) = pair.split_once(' ').expect("two");
        assert_ne!(left, right, "each one is another");
    }

    #[test]
    fn random_numbers_stay_in_their_range_and_reach_its_ends() {
        let drawn: Vec<i64> = (0..200)
            .map(|n| fill("{{random:1..4}}", n).parse().expect("a number"))
            .collect();
        assert_eq!(
            (drawn.iter().min(), drawn.iter().max()),
            (Some(&1), Some(&4))
        );
    }

    #[test]
    fn what_is_no_variable_is_named_with_its_place() {
        let fault = |text: &str| match Template::parse(text) {
            Err(error) => error.to_string(),
            Ok(template) => panic!("{template:?}"),
        };
        assert!(fault("é{{nope}}").starts_with("character 2: there is no variable nope"));
        assert!(fault("{{uuid").starts_with("character 1: the variable is not closed with }}"));
        assert!(fault("{{now-5}}").contains("-5 is no distance"));
        assert!(fault("{{now-99999999999999d}}").contains("is no distance"));
        assert!(fault("{{random:9..1}}").contains("9..1 is no range"));
    }
}
