//! Taking parts out of a text: by a glob, `"user * did *"`, or by the named groups of an expression.

use super::value::Value;
use crate::Regex;

#[derive(Clone, Debug)]
pub(super) enum Extract {
    /// The texts around the stars: one more than there are stars.
    Glob(Vec<String>),
    Regex(Regex),
}

impl Extract {
    pub fn glob(pattern: &str) -> Self {
        Self::Glob(pattern.split('*').map(str::to_owned).collect())
    }

    /// How many parts it takes out.
    pub fn parts(&self) -> usize {
        match self {
            Self::Glob(texts) => texts.len() - 1,
            Self::Regex(regex) => regex.group_names().len(),
        }
    }

    /// The parts of a text, or all missing where it does not fit.
    pub fn values(&self, text: &str) -> Vec<Value> {
        let found = match self {
            Self::Glob(texts) => glob(texts, text),
            Self::Regex(regex) => regex.captures(text),
        };
        match found {
            Some(found) => found.into_iter().map(Value::of_text).collect(),
            None => vec![Value::Missing; self.parts()],
        }
    }
}

/// A star takes as little as it can; the last one takes the rest where nothing follows it. What
/// comes before the first text and after the last does not matter.
fn glob<'t>(texts: &[String], text: &'t str) -> Option<Vec<Option<&'t str>>> {
    let (first, others) = texts.split_first()?;
    let mut rest = &text[text.find(first.as_str())? + first.len()..];
    let mut found = Vec::with_capacity(others.len());
    for (place, next) in others.iter().enumerate() {
        let is_last = place + 1 == others.len();
        let end = if is_last && next.is_empty() {
            rest.len()
        } else {
            rest.find(next.as_str())?
        };
        found.push(Some(&rest[..end]));
        rest = &rest[end + next.len()..];
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(pattern: &str, text: &str) -> String {
        let values = Extract::glob(pattern).values(text);
        let shown: Vec<_> = values.iter().map(|value| format!("[{value}]")).collect();
        shown.join(" ")
    }

    #[test]
    fn stars_take_what_stands_between() {
        insta::assert_snapshot!(parts("user=*, id=*", "at 5 user=ann lee, id=7 ok"), @"[ann lee] [7 ok]");
        insta::assert_snapshot!(parts("[*] * ms", "x [GET] 12 ms y"), @"[GET] [12]");
        insta::assert_snapshot!(parts("*", "all"), @"[all]");
        insta::assert_snapshot!(parts("a*b*c", "aXbY"), @"[] []");
        insta::assert_snapshot!(parts("a**b", "axb"), @"[] [x]");
    }
}
