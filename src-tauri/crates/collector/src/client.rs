//! One batch after the other to one address, each with a deadline, and again where the specification asks for it.

use crate::{Accepted, Address, CollectorError, answer};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::{
    Request, Response, StatusCode,
    body::Incoming,
    header::{CONTENT_TYPE, HeaderMap, HeaderName, LOCATION, RETRY_AFTER, USER_AGENT},
};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use outgoing::{Connector, connector};
use std::time::Duration;

/// An answer has a few numbers and a sentence.
const MAX_ANSWER_BYTES: usize = 64 * 1024;
/// Who asks for a longer pause is asked again by a person.
const MAX_PAUSE: Duration = Duration::from_secs(20);
const AGENT: &str = concat!("kinescope/", env!("CARGO_PKG_VERSION"));

/// How long one batch may take.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For one attempt, from the connection to the end of the answer.
    pub attempt: Duration,
    /// Where the collector is too busy: how often it is asked at all.
    pub attempts: u32,
    /// Before the second attempt, and twice as long before each further one, where it does not say how long.
    pub pause: Duration,
}

/// The specification's default for an attempt.
impl Default for Patience {
    fn default() -> Self {
        Self {
            attempt: Duration::from_secs(10),
            attempts: 4,
            pause: Duration::from_secs(1),
        }
    }
}

#[derive(Clone, Debug)]
pub struct Collector {
    http: Client<Connector, Full<Bytes>>,
    address: Address,
    patience: Patience,
}

/// What one attempt came to.
enum Attempt {
    Done(Accepted),
    /// It is too busy, and how long it asks to wait.
    Busy(CollectorError, Option<Duration>),
}

impl Collector {
    /// # Errors
    /// [`CollectorError::Certificates`].
    pub fn new(address: Address, patience: Patience) -> Result<Self, CollectorError> {
        Ok(Self {
            http: Client::builder(TokioExecutor::new())
                .build(connector(address.outgoing()).map_err(CollectorError::Certificates)?),
            address,
            patience,
        })
    }

    /// Sends the body of a batch, `application/x-protobuf`.
    ///
    /// # Errors
    /// [`CollectorError`], once it is certain that nobody took the batch, or that nobody knows.
    pub async fn send(&self, body: impl Into<Bytes>) -> Result<Accepted, CollectorError> {
        let body: Bytes = body.into();
        let mut pause = self.patience.pause;
        let mut attempt = 1;
        loop {
            let (error, asked) = match self.attempt(body.clone()).await? {
                Attempt::Done(accepted) => return Ok(accepted),
                Attempt::Busy(error, asked) => (error, asked),
            };
            let wait = asked.unwrap_or(pause);
            if attempt >= self.patience.attempts || wait > MAX_PAUSE {
                return Err(error);
            }
            tokio::time::sleep(wait).await;
            pause = pause.saturating_mul(2);
            attempt += 1;
        }
    }

    async fn attempt(&self, body: Bytes) -> Result<Attempt, CollectorError> {
        let answered = tokio::time::timeout(self.patience.attempt, async {
            let response = self.http.request(self.request(body)).await;
            read(response.map_err(|error| CollectorError::Unreachable(error.into()))?).await
        });
        match answered.await {
            Ok(answer) => answer?.judged(),
            Err(_) => Err(CollectorError::Silent(self.patience.attempt)),
        }
    }

    fn request(&self, body: Bytes) -> Request<Full<Bytes>> {
        Request::post(self.address.outgoing().uri())
            .header(CONTENT_TYPE, "application/x-protobuf")
            .header(USER_AGENT, AGENT)
            .body(Full::new(body))
            .expect("an address is a URI, and the headers are constants")
    }
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

async fn read(response: Response<Incoming>) -> Result<Answer, CollectorError> {
    let (head, body) = response.into_parts();
    let body = Limited::new(body, MAX_ANSWER_BYTES).collect().await;
    let body = body.map_err(|error| match error.downcast::<LengthLimitError>() {
        Ok(_) => CollectorError::Foreign(format!(
            "its answer is longer than {MAX_ANSWER_BYTES} bytes"
        )),
        Err(error) => CollectorError::Unreachable(error),
    })?;
    Ok(Answer {
        status: head.status,
        headers: head.headers,
        body: body.to_bytes(),
    })
}

impl Answer {
    fn judged(&self) -> Result<Attempt, CollectorError> {
        let form = answer::Form::of(self.header(&CONTENT_TYPE));
        let status = self.status.as_u16();
        if self.status.is_success() {
            return answer::accepted(form, &self.body).map(Attempt::Done);
        }
        if self.status.is_redirection() {
            return Err(CollectorError::Redirected {
                status,
                to: self.header(&LOCATION).to_owned(),
            });
        }
        let error = CollectorError::Refused {
            status,
            message: answer::refusal(form, &self.body),
        };
        // those that may be sent again: opentelemetry.io/docs/specs/otlp, "Retryable Response Codes"
        if [429, 502, 503, 504].contains(&status) {
            let seconds = self.header(&RETRY_AFTER).trim().parse().ok();
            Ok(Attempt::Busy(error, seconds.map(Duration::from_secs)))
        } else {
            Err(error)
        }
    }

    fn header(&self, name: &HeaderName) -> &str {
        let value = self.headers.get(name);
        value.and_then(|value| value.to_str().ok()).unwrap_or("")
    }
}
