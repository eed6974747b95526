//! One saga as an HTML page: its payloads as they may be shown, or as fakes.

use super::{board::BoardId, one::SagaName, unpacking::EventPayloads, worker::record_id};
use crate::{Engine, EngineError, engine::now};
use replay::transform::{NamedRule, Rule, Seed, Transform};
use saga::{
    Saga,
    export::{Payload, Shown, html},
};
use std::hash::{BuildHasher, RandomState};

impl Engine {
    /// The page. `is_masked`: every id and every value is a fake, the same for the same, and another one in the next page.
    ///
    /// # Errors
    /// [`EngineError::UnknownSaga`] where the board has none of that name, and those of the store.
    pub async fn saga_page(
        &self,
        board: BoardId,
        name: SagaName,
        is_masked: bool,
    ) -> Result<String, EngineError> {
        let fakes = is_masked.then(Fakes::new);
        self.ask_board(board, move |board| {
            let mut failed = None;
            let mut payloads = EventPayloads::new(&board.source);
            let mut payload =
                |event: &saga::Event| match payloads.get(record_id(event.record), event.part) {
                    Ok(Some(bytes)) => match &fakes {
                        Some(fakes) => fakes.of(&bytes),
                        None => Payload::Shown(bytes),
                    },
                    Ok(None) => Payload::Gone,
                    Err(error) => {
                        failed.get_or_insert(error);
                        Payload::Gone
                    }
                };
            let id = |text: &str| match &fakes {
                Some(fakes) => fakes.id(text),
                None => text.to_owned(),
            };
            let page = board.ask_saga(&name, |_, saga| {
                let mut shown = Shown {
                    id: &id,
                    payload: &mut payload,
                    is_masked,
                };
                page_of(saga, &mut shown)
            })?;
            failed.map_or(Ok(page), |error| Err(error.into()))
        })
        .await
    }
}

fn page_of(saga: &Saga<'_>, shown: &mut Shown<'_>) -> String {
    let mut page = String::new();
    html(saga, shown, now(), &mut page).expect("a string takes all text");
    page
}

/// Fakes of one page: letters for letters, digits for digits.
struct Fakes(Transform);

impl Fakes {
    fn new() -> Self {
        let everything = NamedRule {
            name: String::new(),
            is_on: true,
            rule: Rule::Mask {
                paths: vec!["$".parse().expect("the path of a whole document")],
                and_key: true,
            },
        };
        // the standard library's hasher begins with random numbers of the system
        let seed = Seed(RandomState::new().hash_one(0));
        Self(Transform::new(&[everything], seed))
    }

    /// As the same text in a payload.
    fn id(&self, text: &str) -> String {
        self.0.apply(text, b"null").key.into_owned()
    }

    /// What is no JSON has no places to put fakes in.
    fn of(&self, bytes: &[u8]) -> Payload {
        let faked = self.0.apply("", bytes);
        if faked.is_unreadable {
            Payload::Withheld
        } else {
            Payload::Shown(faked.data.into_owned())
        }
    }
}
