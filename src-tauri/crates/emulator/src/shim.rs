//! The shim before ferrokinesis: which requests are answered here, and which are passed on.
//!
//! What it answers itself is in `writes`, `positions`, `reads`, `listing`, `pages` and `streams`;
//! everything else goes to ferrokinesis, with a stream's ARN replaced by its name where ferrokinesis wants one.

use crate::{
    EmulatorOptions,
    positions::Position,
    requests::{Request as LoggedRequest, SharedRequestLog},
    streams::NewStream,
    throttle::ReadBudgets,
    wire::{Encoding, Fields, Refusal, invalid_argument, text},
    writes::Gate,
};
use axum::{
    body::{Body, HttpBody, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use ferrokinesis::{
    actions::Operation, constants, store::Store, util::current_time_ms, validation,
};
use record::{Millis, StreamArn};
use serde_json::Value;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};
use tokio::sync::RwLock;

/// A batch of 5 MiB in base64 and JSON has at most 7 MiB; AWS is said to take 10 MiB batches now.
const BODY_BYTES_MAX: usize = 16 << 20;

pub(crate) struct Shim {
    pub store: Store,
    pub options: EmulatorOptions,
    /// One writer at a time, and no reader meanwhile: nobody sees a write half done. It also keeps
    /// ferrokinesis from a deadlock: its readers keep a lock of its map while they wait for a
    /// shard, and its writers block their thread on that lock.
    pub gate: RwLock<Gate>,
    pub read_budgets: ReadBudgets,
    pub requests: SharedRequestLog,
    request_number: AtomicU64,
}

impl std::fmt::Debug for Shim {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shim")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl Shim {
    pub fn new(store: Store, options: EmulatorOptions) -> Self {
        Self {
            store,
            options,
            gate: RwLock::default(),
            read_budgets: ReadBudgets::default(),
            requests: SharedRequestLog::default(),
            request_number: AtomicU64::new(1),
        }
    }
}

/// The server's clock.
pub(crate) fn now() -> Millis {
    Millis(current_time_ms().cast_signed())
}

/// Answers a request or passes it on, and logs it.
pub(crate) async fn intercept(
    State(shim): State<Arc<Shim>>,
    request: Request,
    next: Next,
) -> Response {
    let at = Instant::now();
    let (parts, body) = request.into_parts();
    // a web page in the user's browser can reach loopback; no client of Kinesis sends an origin
    if parts.headers.contains_key(header::ORIGIN) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let operation = operation(&parts.headers);
    let encoding = Encoding::of(&parts.headers);
    let (Some(operation), Some(encoding)) = (operation, encoding) else {
        return next.run(Request::from_parts(parts, body)).await;
    };
    let Ok(body) = to_bytes(body, BODY_BYTES_MAX).await else {
        return encoding.refuse(&Refusal::new(
            413,
            constants::SERIALIZATION_EXCEPTION,
            Some("Request body is too large"),
        ));
    };
    let fields = encoding.decode(&body);
    // what ferrokinesis refuses before it looks at the fields, it refuses in AWS's words
    let (Some(mut fields), true) = (fields, parts.headers.contains_key(header::AUTHORIZATION))
    else {
        return next.run(Request::from_parts(parts, Body::from(body))).await;
    };
    let (stream, shard) = subject(&fields);
    let mut response = match shim.answer(operation, encoding, &mut fields).await {
        Ok(Some(response)) => response,
        Ok(None) => match passed_on(parts, encoding, &fields) {
            Ok(request) => next.run(request).await,
            Err(refusal) => encoding.refuse(&refusal),
        },
        Err(refusal) => encoding.refuse(&refusal),
    };
    shim.number(&mut response);
    shim.requests.note(LoggedRequest {
        at,
        operation: operation.to_string(),
        stream,
        shard,
        status: response.status().as_u16(),
        error: response
            .headers()
            .get("x-amzn-errortype")
            .and_then(|code| code.to_str().ok())
            .map(str::to_owned),
        answer_bytes: response.body().size_hint().exact().unwrap_or(0),
    });
    response
}

impl Shim {
    /// The answer to what is answered here; `None` for what is passed on, with its fields mended.
    async fn answer(
        self: &Arc<Self>,
        operation: Operation,
        encoding: Encoding,
        fields: &mut Fields,
    ) -> Result<Option<Response>, Refusal> {
        if !wants_arn(operation) {
            self.name_stream(fields)?;
        }
        let answer = match operation {
            Operation::CreateStream => {
                NewStream::complete(fields);
                check(operation, fields)?;
                self.create_stream(NewStream::from_fields(fields, now())?)
                    .await?;
                encoding.done()
            }
            Operation::PutRecord => {
                encoding.answer(&self.put_record(&check(operation, fields)?).await?)?
            }
            Operation::PutRecords => {
                encoding.answer(&self.put_records(&check(operation, fields)?).await?)?
            }
            Operation::GetRecords => {
                encoding.answer(&self.records(&check(operation, fields)?).await?)?
            }
            Operation::GetShardIterator => {
                encoding.answer(&self.shard_iterator(&check(operation, fields)?).await?)?
            }
            Operation::ListShards => {
                check(operation, fields)?;
                encoding.answer(&self.shards(fields).await?)?
            }
            Operation::ListStreams => {
                check(operation, fields)?;
                encoding.answer(&self.list_streams(fields).await?)?
            }
            Operation::ListStreamConsumers => {
                check(operation, fields)?;
                encoding.answer(&self.list_stream_consumers(fields).await?)?
            }
            Operation::ListTagsForStream => {
                self.limit_tags(fields);
                return Ok(None);
            }
            _ => return Ok(None),
        };
        Ok(Some(answer))
    }

    /// Replaces a stream's ARN by its name.
    fn name_stream(&self, fields: &mut Fields) -> Result<(), Refusal> {
        let Some(Value::String(arn)) = fields.remove(constants::STREAM_ARN) else {
            return Ok(());
        };
        let parsed: StreamArn = arn
            .parse()
            .map_err(|_| invalid_argument(&format!("{arn} is no stream ARN.")))?;
        let name = parsed.stream_name();
        if text(fields, constants::STREAM_NAME).is_some_and(|given| given != name) {
            return Err(invalid_argument(
                "StreamName and StreamARN name different streams.",
            ));
        }
        if arn != self.arn(name) {
            return Err(Refusal::stream_not_found(name, parsed.account()));
        }
        fields.insert(constants::STREAM_NAME.to_owned(), name.into());
        Ok(())
    }

    fn number(&self, response: &mut Response) {
        let id = format!(
            "embedded-{}",
            self.request_number.fetch_add(1, Ordering::Relaxed)
        );
        if let Ok(id) = HeaderValue::from_str(&id) {
            response.headers_mut().insert("x-amzn-requestid", id);
        }
    }
}

fn operation(headers: &HeaderMap) -> Option<Operation> {
    let target = headers.get("x-amz-target")?.to_str().ok()?;
    target
        .strip_prefix(constants::KINESIS_API)?
        .strip_prefix('.')?
        .parse()
        .ok()
}

/// Operations that know a stream by its ARN only.
fn wants_arn(operation: Operation) -> bool {
    matches!(
        operation,
        Operation::RegisterStreamConsumer
            | Operation::DeregisterStreamConsumer
            | Operation::DescribeStreamConsumer
            | Operation::ListStreamConsumers
            | Operation::UpdateStreamMode
            | Operation::UpdateMaxRecordSize
    )
}

/// The known fields of a request, of the right types and within AWS's bounds.
fn check(operation: Operation, fields: &Fields) -> Result<Fields, Refusal> {
    let rules = operation.validation_rules();
    let rules: Vec<(&str, &validation::FieldDef)> =
        rules.iter().map(|(name, rule)| (*name, rule)).collect();
    let checked = validation::check_types(&Value::Object(fields.clone()), &rules)?;
    validation::check_validations(&checked, &rules, None)?;
    match checked {
        Value::Object(fields) => Ok(fields),
        _ => Err(Refusal::serialization_error("A request is a structure.")),
    }
}

fn passed_on(mut parts: Parts, encoding: Encoding, fields: &Fields) -> Result<Request, Refusal> {
    let body = encoding.encode(fields)?;
    parts
        .headers
        .insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    Ok(Request::from_parts(parts, Body::from(body)))
}

/// The stream and the shard that a request names.
fn subject(fields: &Fields) -> (Option<String>, Option<String>) {
    if let Some(iterator) = text(fields, constants::SHARD_ITERATOR) {
        return match Position::from_iterator(iterator) {
            Ok(position) => (Some(position.stream), Some(position.shard_id)),
            Err(_) => (None, None),
        };
    }
    let named = text(fields, constants::STREAM_NAME).map(str::to_owned);
    let by_arn = || {
        text(fields, constants::STREAM_ARN)?
            .parse::<StreamArn>()
            .ok()
    };
    let stream = named.or_else(|| by_arn().map(|arn| arn.stream_name().to_owned()));
    (stream, text(fields, constants::SHARD_ID).map(str::to_owned))
}
