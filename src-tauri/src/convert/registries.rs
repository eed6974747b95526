use crate::wire::{
    Number, RegistryChoice, RegistryFault, RegistryKind, RegistryRow, SchemaFailure, SchemaReport,
};
use engine::{SchemaRegistry, SchemaStanding, WantedRegistry, safe_text};

impl From<RegistryChoice> for WantedRegistry {
    fn from(choice: RegistryChoice) -> Self {
        match choice {
            RegistryChoice::Glue => Self::Glue,
            RegistryChoice::Confluent { url, user } => Self::Confluent { url, user },
        }
    }
}

impl RegistryRow {
    pub fn of(registry: &SchemaRegistry, is_signed_in: bool) -> Self {
        let safe = |text: &str| safe_text(text).into_owned();
        let (kind, url) = match registry {
            SchemaRegistry::Glue { .. } => (RegistryKind::Glue, None),
            SchemaRegistry::Confluent { url, .. } => (RegistryKind::Confluent, Some(safe(url))),
        };
        Self {
            kind,
            host: safe(&registry.host()),
            url,
            user: registry.user().map(safe),
            signed_in: is_signed_in,
        }
    }
}

impl From<engine::SchemaReport> for SchemaReport {
    fn from(report: engine::SchemaReport) -> Self {
        Self {
            id: report.id,
            host: report.host,
            failure: match report.standing {
                SchemaStanding::Asking => None,
                SchemaStanding::Failed(failure) => Some(SchemaFailure {
                    fault: failure.fault.into(),
                    cause: failure.cause,
                    again_at: Number::from_i64(failure.again_at.0),
                }),
            },
        }
    }
}

impl From<engine::RegistryFault> for RegistryFault {
    fn from(fault: engine::RegistryFault) -> Self {
        use engine::RegistryFault as Fault;
        match fault {
            Fault::Denied => Self::Denied,
            Fault::NotFound => Self::NotFound,
            Fault::Unreachable => Self::Unreachable,
            Fault::Busy => Self::Busy,
            Fault::Refused => Self::Refused,
            Fault::OtherHost => Self::OtherHost,
            Fault::NotConnected => Self::NotConnected,
            Fault::SignIn => Self::SignIn,
            Fault::Unusable => Self::Unusable,
        }
    }
}
