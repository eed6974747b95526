//! A composed message: what it would become, and sending it.

use super::{
    KnownTarget, Published,
    plan::{Again, DraftPlan, Plan, PlanOf},
    prepared::{Prepared, put_units},
};
use crate::{ConnectionId, Engine, EngineError, GrantId, connections::Origin, engine::blocking};
use exchange::SnippetRecord;
use publish::{Compositions, Evenly, Limits, Message, Moment, Order, Problem, Saving, Source};
use record::{HashKey, ShardId};
use std::time::Duration;
use store::Composed;

/// One message makes at most so many records.
pub const MOST_REPEATS: u32 = 10_000;
/// The longest time between two of them: an hour, as a permission.
pub const MOST_EVERY_MILLIS: u32 = 3_600_000;
/// Made for an estimate of what aggregation saves; more are taken to be like them.
const SAMPLE: u32 = 500;
const SAMPLE_BYTES: usize = 4 << 20;

#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    pub connection: ConnectionId,
    pub stream: String,
    pub message: Message,
    /// 1 to [`MOST_REPEATS`] records.
    pub repeat: u32,
    /// Between two records; none: as fast as the stream takes them.
    pub every_millis: Option<u32>,
    /// As KPL records.
    pub aggregate: bool,
    pub order: Order,
    /// Of the preview that a person saw: what is sent is what was shown. None: drawn anew.
    pub moment: Option<Moment>,
}

/// The first record as it would be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct DraftPreview {
    /// With its variables filled in.
    pub text: String,
    pub key: String,
    pub hash_key: HashKey,
    pub shard: Option<ShardId>,
    /// Key and data, as they are encoded.
    pub size_bytes: u64,
    /// The data before its encoding.
    pub plain_bytes: u64,
    pub limit_bytes: u64,
    /// None: it can be sent.
    pub problems: Vec<Problem>,
    /// Of all records; estimated from the first where there are many.
    pub put_units: Saving,
    /// What the variables were made of: with it the same records are made again.
    pub moment: Moment,
}

impl Engine {
    /// What a draft would become. Nothing is sent.
    pub async fn preview_draft(&self, draft: Draft) -> Result<DraftPreview, EngineError> {
        let known = self.known_target(draft.connection, &draft.stream).await?;
        blocking(move || preview(&draft, &known)).await
    }

    /// Sends a draft. What was asked for with one token is sent once, however often it is asked for.
    ///
    /// # Errors
    /// Before anything is sent: a problem of the message, and whatever [`Granted::open`](crate::Granted::open)
    /// refuses.
    pub async fn publish_draft(
        &self,
        draft: Draft,
        grant: GrantId,
        token: String,
    ) -> Result<Published, EngineError> {
        if let Some(known) = self.published_with(&token).await? {
            return Ok(known);
        }
        if !(1..=MOST_REPEATS).contains(&draft.repeat) {
            return Err(EngineError::Input(format!(
                "a message makes 1 to {MOST_REPEATS} records"
            )));
        }
        let granted = self.granted_for(grant, draft.connection, &draft.stream)?;
        let known = self.known_target(draft.connection, &draft.stream).await?;
        let origin = Origin::of(&self.connection(draft.connection)?);
        let pace = pace(&draft);
        let prepared = blocking(move || prepare(draft, origin, &known)).await??;
        let (prepared, plan, composed) = prepared;
        let composed = Some(composed);
        self.deliver(granted, token, prepared, plan, composed, pace)
            .await
    }

    /// The first record as it would be sent, as a command line for somebody else's shell. Nothing is sent.
    ///
    /// # Errors
    /// A problem of the message.
    pub async fn draft_command(&self, draft: Draft) -> Result<String, EngineError> {
        let known = self.known_target(draft.connection, &draft.stream).await?;
        let opened = self.connection(draft.connection)?;
        let endpoint = opened.connection.endpoint().clone();
        let origin = Origin::of(&opened);
        let stream = known.arn.clone();
        let (mut prepared, _, _) = blocking(move || prepare(draft, origin, &known)).await??;
        let first = prepared.pull(1).await?;
        let entry = first.into_iter().next().map(|planned| planned.entry);
        let entry = entry.ok_or_else(|| EngineError::Input("there is no record".to_owned()))?;
        Ok(exchange::aws_command(&SnippetRecord {
            stream: &stream,
            endpoint: endpoint.is_custom().then_some(endpoint.url.as_str()),
            profile: opened.connection.profile(),
            partition_key: &entry.key,
            explicit_hash_key: entry.explicit_hash_key,
            data: &entry.data,
        }))
    }
}

pub(super) fn pace(draft: &Draft) -> Evenly {
    match draft.every_millis {
        Some(millis) => Evenly::every(Duration::from_millis(millis.into())),
        None => Evenly::AT_ONCE,
    }
}

/// Records that leave one after the other are not put together.
fn require_possible(draft: &Draft) -> Result<(), EngineError> {
    let Some(every) = draft.every_millis else {
        return Ok(());
    };
    if !(1..=MOST_EVERY_MILLIS).contains(&every) {
        return Err(EngineError::Input(format!(
            "a message is repeated every 1 to {MOST_EVERY_MILLIS} ms"
        )));
    }
    if draft.aggregate {
        return Err(EngineError::Input(
            "records that leave one after the other cannot be put together as KPL records"
                .to_owned(),
        ));
    }
    Ok(())
}

pub(super) fn prepare(
    draft: Draft,
    origin: Origin,
    known: &KnownTarget,
) -> Result<(Prepared, Plan, Composed), EngineError> {
    require_possible(&draft)?;
    let recipe = draft
        .message
        .read()
        .map_err(|problems| first_of(&problems))?;
    let moment = draft.moment.unwrap_or_else(Moment::draw);
    let mut source = Compositions::new(recipe, known.limits, draft.repeat.into(), moment)
        .every(draft.every_millis.unwrap_or_default());
    let explicit_hash_key = source.first(1).map_err(|problem| first_of(&[problem]))?;
    let explicit_hash_key = explicit_hash_key
        .front()
        .and_then(|entry| entry.explicit_hash_key);
    let prepared = Prepared::composed(source, draft.repeat, draft.aggregate, known)?;
    let plan = Plan {
        stream: draft.stream,
        origin,
        total: prepared.total(),
        size_bytes: prepared.size_bytes(),
        keys: prepared.first_keys(),
        order: draft.order.into(),
        aggregate: draft.aggregate,
        of: PlanOf::Draft(DraftPlan {
            format: draft.message.format.into(),
            repeat: draft.repeat,
            is_literal: draft.message.is_literal,
            encoding: draft.message.encoding,
            every_millis: draft.every_millis,
        }),
        again: Some(Again::Draft {
            moment: moment.to_string(),
        }),
        fingerprint: prepared.fingerprint(),
    };
    let composed = Composed {
        partition_key: draft.message.key,
        explicit_hash_key,
        body: draft.message.text.into_bytes(),
    };
    Ok((prepared, plan, composed))
}

fn first_of(problems: &[Problem]) -> EngineError {
    let words = problems.first().map(ToString::to_string);
    EngineError::Input(words.unwrap_or_default())
}

fn preview(draft: &Draft, known: &KnownTarget) -> DraftPreview {
    let limits = known.limits;
    let moment = draft.moment.unwrap_or_else(Moment::draw);
    let recipe = match draft.message.read() {
        Ok(recipe) => recipe,
        Err(problems) => return unread(draft, &limits, problems, moment),
    };
    let made = Compositions::new(recipe.clone(), limits, 1, moment).preview();
    let is_sound = made.problems.is_empty();
    let put_units = if is_sound {
        let count = draft.repeat.min(SAMPLE).into();
        let sample = Compositions::new(recipe, limits, count, moment).sample(SAMPLE_BYTES);
        put_units(sample, known, draft.aggregate, draft.repeat.into())
    } else {
        Saving::default()
    };
    DraftPreview {
        text: made.text,
        hash_key: made.entry.hash_key(),
        shard: known
            .landing(made.entry.hash_key())
            .filter(|_| !made.entry.key.is_empty()),
        size_bytes: made.entry.size_bytes() as u64,
        plain_bytes: made.plain_bytes as u64,
        limit_bytes: limits.record_bytes as u64,
        key: made.entry.key,
        problems: made.problems,
        put_units,
        moment,
    }
}

/// Of what cannot even be made.
fn unread(draft: &Draft, limits: &Limits, problems: Vec<Problem>, moment: Moment) -> DraftPreview {
    DraftPreview {
        text: draft.message.text.clone(),
        key: String::new(),
        hash_key: HashKey(0),
        shard: None,
        size_bytes: draft.message.text.len() as u64,
        plain_bytes: draft.message.text.len() as u64,
        limit_bytes: limits.record_bytes as u64,
        problems,
        put_units: Saving::default(),
        moment,
    }
}
