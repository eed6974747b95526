//! Going on with a publishing that was cut off: the same records once more, less what is in the stream and what may
//! be there.
//!
//! Positions in the plan are all that the journal knows of a record. So nothing is sent unless the records that are
//! made or read now are those of then.

use super::{
    Draft, ImportRequest, ImportSource, KnownTarget, Published, draft,
    history::{composed_draft, plan_of},
    import::{self, pace},
    plan::{Again, ImportAgain, Plan},
    prepared::Prepared,
};
use crate::{ConnectionId, Engine, EngineError, GrantId, engine::blocking};
use publish::Evenly;
use std::path::PathBuf;
use store::{DeliveryId, StoredDelivery};

impl Engine {
    /// The file that a publishing reads; none where it needs none.
    pub async fn file_of_publishing(&self, id: DeliveryId) -> Result<Option<PathBuf>, EngineError> {
        let stored = self.ask(move |store| store.delivery(id)).await?;
        Ok(plan_of(&stored)?.file().cloned())
    }

    /// Goes on under a permission that holds now, for the same incarnation of the stream. `file` is where the
    /// records of a file are read now.
    ///
    /// # Errors
    /// Before anything is sent: what cannot go on, what is not the same any more, and what keeps the target from
    /// being opened.
    pub async fn go_on_publishing(
        &self,
        id: DeliveryId,
        grant: GrantId,
        file: Option<PathBuf>,
    ) -> Result<Published, EngineError> {
        let beginning = self.publishing().beginning.lock().await;
        if !self.published(id).await?.can_go_on {
            return Err(EngineError::Input("this cannot go on".to_owned()));
        }
        let stored = self.ask(move |store| store.delivery(id)).await?;
        let plan = plan_of(&stored)?;
        let connection = self.require_through(&plan.origin, &plan.stream)?;
        let granted = self.granted_for(grant, connection, &plan.stream)?;
        if stored.delivery.target_stream.as_ref() != Some(granted.grant.target().stream()) {
            return Err(EngineError::Input(format!(
                "{} was made again since: it is another stream, and nothing of this is in it",
                plan.stream
            )));
        }
        let known = self.known_target(connection, &plan.stream).await?;
        let (plan, prepared, pace) = blocking(move || {
            let (prepared, pace) = once_more(stored, &plan, connection, file, &known)?;
            Ok::<_, EngineError>((plan, prepared, pace))
        })
        .await??;
        let target = granted.open(&[]).await?;
        let claim = self.ask(move |store| store.claim_delivery(id)).await?;
        self.carry_out_publishing(claim, target, prepared, &plan, pace);
        drop(beginning);
        self.published(id).await
    }
}

/// The records as they were made or read at first.
fn once_more(
    stored: StoredDelivery,
    plan: &Plan,
    connection: ConnectionId,
    file: Option<PathBuf>,
    known: &KnownTarget,
) -> Result<(Prepared, Evenly), EngineError> {
    let origin = plan.origin.clone();
    let (prepared, now, pace) = match plan.again.clone() {
        Some(Again::Draft { moment }) => {
            let draft = composed_draft(stored, plan.clone(), connection).ok_or_else(not_kept)?;
            let moment = Some(moment.parse().map_err(|_| not_kept())?);
            let draft = Draft { moment, ..draft };
            let pace = draft::pace(&draft);
            let (prepared, now, _) = draft::prepare(draft, origin, known)?;
            (prepared, now, pace)
        }
        Some(Again::Import(again)) => {
            let pace = pace(again.records_per_second)?;
            let request = request(stored, plan, again, connection, file)?;
            let (prepared, now, _) = import::prepare(request, origin, known)?;
            (prepared, now, pace)
        }
        None => return Err(not_kept()),
    };
    if (now.total, &now.fingerprint) != (plan.total, &plan.fingerprint) {
        let what = if plan.file().is_some() {
            "the file holds something else, or the stream's shards or its record limit are others"
        } else {
            "the stream's shards or its record limit are others"
        };
        return Err(EngineError::Input(format!(
            "what would be sent now is not what was begun: {what}"
        )));
    }
    Ok((prepared, pace))
}

fn request(
    stored: StoredDelivery,
    plan: &Plan,
    again: ImportAgain,
    connection: ConnectionId,
    file: Option<PathBuf>,
) -> Result<ImportRequest, EngineError> {
    let source = match (again.file, file, stored.delivery.composed) {
        (Some(_), Some(path), _) => ImportSource::File(path),
        (None, _, Some(pasted)) => {
            ImportSource::Pasted(String::from_utf8(pasted.body).map_err(|_| not_kept())?)
        }
        _ => return Err(not_kept()),
    };
    Ok(ImportRequest {
        connection,
        stream: plan.stream.clone(),
        source,
        format: Some(again.format),
        key: again.key,
        column: again.column,
        order: plan.order.into(),
        aggregate: plan.aggregate,
        records_per_second: again.records_per_second,
    })
}

fn not_kept() -> EngineError {
    EngineError::Input("what this was made of was not kept".to_owned())
}
