use crate::{
    wire::{DemoStatus, LanguageChoice, Number, SagaKind, SagaKindCount},
    words::Language,
};
use engine::{ConnectionSource, DemoOverview, DemoSaga, Engine};

impl DemoStatus {
    pub fn of(demo: DemoOverview, engine: &Engine) -> Self {
        let reads_it =
            |opened: &engine::OpenedConnection| opened.choice.source == ConnectionSource::Demo;
        let connection = engine
            .connections()
            .into_iter()
            .find(reads_it)
            .map(|opened| opened.id.to_string());
        let status = demo.status;
        Self {
            connection,
            endpoint: demo.endpoint,
            events_written: Number::from_u64(status.events),
            events_per_second: Number::from_rate(status.events_per_second),
            measured_per_second: Number::from_rate(status.measured_per_second),
            failure: status.failure,
            sagas: status
                .sagas
                .iter()
                .map(|(kind, started)| SagaKindCount {
                    kind: SagaKind::from(*kind),
                    started: Number::from_u64(*started),
                })
                .collect(),
        }
    }
}

impl LanguageChoice {
    /// `None`: the system's.
    pub(crate) fn language(self) -> Option<Language> {
        match self {
            Self::System => None,
            Self::En => Some(Language::English),
            Self::Id => Some(Language::Indonesian),
            Self::Nl => Some(Language::Dutch),
        }
    }
}

impl From<DemoSaga> for SagaKind {
    fn from(kind: DemoSaga) -> Self {
        match kind {
            DemoSaga::Happy => Self::Happy,
            DemoSaga::PaymentFailed => Self::PaymentFailed,
            DemoSaga::ShippingFailed => Self::ShippingFailed,
            DemoSaga::Rejected => Self::Rejected,
            DemoSaga::Cancelled => Self::Cancelled,
            DemoSaga::Stuck => Self::Stuck,
            DemoSaga::Redelivered => Self::Redelivered,
            DemoSaga::ChargedTwice => Self::ChargedTwice,
            DemoSaga::LatePayment => Self::LatePayment,
            DemoSaga::ShippedUnpaid => Self::ShippedUnpaid,
        }
    }
}
