//! Texts asked before or saved: as they were typed, since they are typed again.

use crate::wire::{KnownTexts, SavedText, TextKind};

impl From<TextKind> for engine::TextKind {
    fn from(kind: TextKind) -> Self {
        match kind {
            TextKind::Filter => Self::Filter,
            TextKind::Question => Self::Question,
            TextKind::Sql => Self::Sql,
        }
    }
}

impl From<engine::KnownTexts> for KnownTexts {
    fn from(known: engine::KnownTexts) -> Self {
        let saved = known.saved.into_iter();
        Self {
            asked: known.asked,
            saved: saved
                .map(|engine::SavedText { name, text }| SavedText { name, text })
                .collect(),
        }
    }
}
