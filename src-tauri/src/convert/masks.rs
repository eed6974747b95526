use crate::wire::{MaskKind, MaskRule, Masking, Unmasking};
use engine::Masked;

impl From<Masked> for Masking {
    fn from(masked: Masked) -> Self {
        let rule = |rule: engine::KeptMask| MaskRule {
            kind: rule.kind.into(),
            text: rule.text,
            is_on: rule.is_on,
        };
        Self {
            rules: masked.rules.into_iter().map(rule).collect(),
            is_lifted: masked.is_lifted,
            problem: masked.problem,
        }
    }
}

impl From<engine::MaskKind> for MaskKind {
    fn from(kind: engine::MaskKind) -> Self {
        match kind {
            engine::MaskKind::Path => Self::Path,
            engine::MaskKind::Name => Self::Name,
            engine::MaskKind::Pattern => Self::Pattern,
        }
    }
}

impl From<MaskKind> for engine::MaskKind {
    fn from(kind: MaskKind) -> Self {
        match kind {
            MaskKind::Path => Self::Path,
            MaskKind::Name => Self::Name,
            MaskKind::Pattern => Self::Pattern,
        }
    }
}

impl From<Unmasking> for engine::Unmasking {
    fn from(what: Unmasking) -> Self {
        match what {
            Unmasking::Session => Self::Session,
            Unmasking::SwitchOff { kind, text } => Self::SwitchOff(kind.into(), text),
            Unmasking::Remove { kind, text } => Self::Remove(kind.into(), text),
        }
    }
}
