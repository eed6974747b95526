//! What a hostile page would do, and what is told of it.

use super::payloads::{Payload, token};
use e2e::{Window, until};
use serde_json::{Value, json};

/// What a call of a command came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    Answered(Value),
    Refused(Value),
    /// Nothing within half a minute.
    Silent,
}

impl Outcome {
    pub fn is_answered(&self) -> bool {
        matches!(self, Self::Answered(_))
    }
}

/// As a script in the page would call them: side by side, with whatever arguments.
pub async fn call_all(window: &Window, calls: &[(String, Value)]) -> Vec<Outcome> {
    window
        .script_with(include_str!("calls.js"), vec![json!(calls)])
        .await;
    let told = until("all calls came to something", || async {
        let told = window.script("return window.called").await;
        told.as_array().cloned()
    })
    .await;
    told.into_iter().map(outcome).collect()
}

pub async fn call(window: &Window, command: &str, arguments: Value) -> Outcome {
    let outcomes = call_all(window, &[(command.to_owned(), arguments)]).await;
    outcomes.into_iter().next().unwrap_or(Outcome::Silent)
}

fn outcome(mut told: Value) -> Outcome {
    let value = told["value"].take();
    match told["is"].as_str() {
        Some("answered") => Outcome::Answered(value),
        Some("refused") => Outcome::Refused(value),
        _ => Outcome::Silent,
    }
}

/// What was told of since [`watch`].
#[derive(Clone, Debug, Default)]
pub struct Seen(Vec<String>);

/// From now on.
pub async fn watch(window: &Window) {
    window.script(include_str!("page.js")).await;
    window.script(include_str!("watch.js")).await;
}

impl Seen {
    /// Panics where the page is another one by now.
    pub async fn of(window: &Window) -> Self {
        let told = window
            .script("return [location.href, ...(window.kxSeen ? [kxSeen.scripts, kxSeen.stopped, kxSeen.markup] : [])]")
            .await;
        let told = told.as_array().expect("a list");
        assert_eq!(told.len(), 4, "the page was left: {told:?}");
        assert_eq!(
            told[0].as_str().map(|url| url.trim_end_matches('/')),
            Some("tauri://localhost")
        );
        let texts = told[1..].iter().filter_map(Value::as_array).flatten();
        Self(
            texts
                .map(|text| text.as_str().unwrap_or("?").to_owned())
                .collect(),
        )
    }

    pub fn told(&self) -> usize {
        self.0.len()
    }

    pub fn about(&self, payload: &Payload) -> impl Iterator<Item = &String> {
        let (token, ran) = (token(payload.case), format!("payload {} ran", payload.case));
        self.0
            .iter()
            .filter(move |text| text.contains(&token) || **text == ran)
    }

    /// What no payload can be named for.
    pub fn of_nobody(&self, payloads: &[Payload]) -> Vec<String> {
        let is_known = |text: &String| {
            payloads
                .iter()
                .any(|payload| self.about(payload).any(|known| known == text))
        };
        self.0
            .iter()
            .filter(|text| !is_known(text))
            .cloned()
            .collect()
    }
}
