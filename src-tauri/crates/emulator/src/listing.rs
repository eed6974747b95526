//! `ListShards`: pages with a token, and filters.
//!
//! Source: <https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListShards.html> and
//! `API_ShardFilter`. A shard's open and close times come from its sequence numbers, in seconds.

use crate::{
    pages::{decode_token, encode_token, refuse_old},
    shim::{Shim, now},
    wire::{Fields, Refusal, invalid_argument, text},
};
use ferrokinesis::{
    constants, sequence,
    types::{Shard, Stream},
};
use record::Millis;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

const SHARDS_PER_PAGE: usize = 1_000;

/// What a `NextToken` holds: the listing goes on as it began.
#[derive(Serialize, Deserialize)]
struct Token {
    stream: String,
    after: String,
    filter: Option<ShardFilter>,
    issued_at: Millis,
}

/// The stream, the shard after which to begin, and the filter.
type Begun = (String, Option<String>, Option<ShardFilter>);

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ShardFilter {
    r#type: FilterType,
    shard_id: Option<String>,
    timestamp: Option<f64>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum FilterType {
    AfterShardId,
    AtTrimHorizon,
    FromTrimHorizon,
    AtLatest,
    AtTimestamp,
    FromTimestamp,
}

impl Shim {
    pub(crate) async fn shards(&self, fields: &Fields) -> Result<Value, Refusal> {
        let now = now();
        let (name, after, filter) = match text(fields, constants::NEXT_TOKEN) {
            Some(token) => self.resumed(fields, token)?,
            None => begun(fields)?,
        };
        let stream = self.store.get_stream(&name).await?;
        let kept = self.kept(&stream, filter.as_ref(), now)?;
        let max = self.page_items(fields, constants::MAX_RESULTS, SHARDS_PER_PAGE);

        let follows = |shard: &&Shard| {
            after
                .as_deref()
                .is_none_or(|after| shard.shard_id.as_str() > after)
        };
        let mut rest = stream
            .shards
            .iter()
            .filter(follows)
            .filter(|shard| kept.has(&stream, shard));
        let page: Vec<&Shard> = rest.by_ref().take(max).collect();
        let mut answer = json!({ "Shards": page });
        if let (Some(_), Some(last)) = (rest.next(), page.last()) {
            let token = Token {
                stream: name,
                after: last.shard_id.clone(),
                filter: filter.clone(),
                issued_at: now,
            };
            answer[constants::NEXT_TOKEN] = encode_token(&token)?.into();
        }
        Ok(answer)
    }

    fn resumed(&self, fields: &Fields, token: &str) -> Result<Begun, Refusal> {
        let others = [
            constants::STREAM_NAME,
            constants::EXCLUSIVE_START_SHARD_ID,
            "ShardFilter",
        ];
        if others.iter().any(|name| fields.contains_key(*name)) {
            return Err(invalid_argument(
                "NextToken cannot be provided together with the parameters of a new listing.",
            ));
        }
        let token: Token =
            decode_token(token).ok_or_else(|| invalid_argument("Invalid NextToken."))?;
        refuse_old(token.issued_at, self.options.next_token_ttl)?;
        Ok((token.stream, Some(token.after), token.filter))
    }

    fn kept<'a>(
        &self,
        stream: &Stream,
        filter: Option<&'a ShardFilter>,
        now: Millis,
    ) -> Result<Kept<'a>, Refusal> {
        let Some(filter) = filter else {
            return Ok(Kept::All);
        };
        let horizon = self.trim_horizon(stream, now);
        let timestamp = || {
            let seconds = filter.timestamp;
            let seconds = seconds.ok_or_else(|| {
                invalid_argument("Timestamp must be provided with this ShardFilter.")
            })?;
            Ok::<_, Refusal>(Millis::from_secs_f64(seconds).max(horizon))
        };
        Ok(match filter.r#type {
            FilterType::AfterShardId => {
                let after = filter.shard_id.as_deref();
                Kept::After(after.ok_or_else(|| {
                    invalid_argument("ShardId must be provided with AFTER_SHARD_ID.")
                })?)
            }
            FilterType::AtLatest => Kept::Open,
            FilterType::AtTrimHorizon => Kept::OpenAt(horizon),
            FilterType::FromTrimHorizon => Kept::OpenSince(horizon),
            FilterType::AtTimestamp => Kept::OpenAt(timestamp()?),
            FilterType::FromTimestamp => Kept::OpenSince(timestamp()?),
        })
    }
}

/// Which shards a listing keeps.
enum Kept<'a> {
    All,
    After(&'a str),
    Open,
    OpenAt(Millis),
    OpenSince(Millis),
}

impl Kept<'_> {
    fn has(&self, stream: &Stream, shard: &Shard) -> bool {
        match *self {
            Self::All => true,
            Self::After(id) => shard.shard_id.as_str() > id,
            Self::Open => closed(shard).is_none(),
            Self::OpenAt(time) => is_open_at(stream, shard, time),
            Self::OpenSince(time) => is_open_after(shard, time),
        }
    }
}

fn begun(fields: &Fields) -> Result<Begun, Refusal> {
    let name = text(fields, constants::STREAM_NAME)
        .ok_or_else(|| invalid_argument("Either NextToken or StreamName should be provided."))?;
    let filter = match fields.get("ShardFilter") {
        None | Some(Value::Null) => None,
        Some(filter) => {
            let filter = serde_json::from_value(filter.clone());
            Some(filter.map_err(|_| invalid_argument("The ShardFilter is not valid."))?)
        }
    };
    Ok((
        name.to_owned(),
        text(fields, constants::EXCLUSIVE_START_SHARD_ID).map(str::to_owned),
        filter,
    ))
}

/// Before the stream's first second its first shards count as open.
fn is_open_at(stream: &Stream, shard: &Shard, time: Millis) -> bool {
    let first_opened = stream
        .shards
        .iter()
        .map(|shard| opened(stream, shard))
        .min();
    if first_opened.is_some_and(|first| time <= first) {
        return shard.parent_shard_id.is_none();
    }
    opened(stream, shard) <= time && is_open_after(shard, time)
}

fn is_open_after(shard: &Shard, time: Millis) -> bool {
    closed(shard).is_none_or(|closed| closed > time)
}

/// A child opens when its last parent closes; ferrokinesis dates it a second later.
fn opened(stream: &Stream, shard: &Shard) -> Millis {
    let parents = shard
        .parent_shard_id
        .iter()
        .chain(&shard.adjacent_parent_shard_id);
    let parents = parents.filter_map(|id| stream.shards.iter().find(|shard| shard.shard_id == *id));
    parents.filter_map(closed).max().unwrap_or_else(|| {
        let start = sequence::parse_sequence(&shard.sequence_number_range.starting_sequence_number);
        Millis(start.map_or(0, |start| start.shard_create_time.cast_signed()))
    })
}

fn closed(shard: &Shard) -> Option<Millis> {
    let end = sequence::parse_sequence(
        shard
            .sequence_number_range
            .ending_sequence_number
            .as_deref()?,
    )
    .ok()?;
    Some(Millis(end.seq_time.unwrap_or(0).cast_signed()))
}
