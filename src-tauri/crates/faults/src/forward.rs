//! One request on its way: judged, forwarded or not, answered or not.

use crate::{
    action::{Answer, Deed, Side},
    asked::Asked,
    entries::Parted,
    line::{CutBody, Fate},
    log::{Answered, Fault, Forwarded, Place},
    proxy::Shared,
    rules::Verdict,
};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, combinators::BoxBody};
use hyper::{
    HeaderMap, Request, Response, StatusCode,
    body::Incoming,
    header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, TRANSFER_ENCODING},
    http::request::Parts,
};
use std::{sync::Arc, time::Duration};

pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;
type Body = BoxBody<Bytes, BoxError>;

/// Its answer is endless.
const EVENT_STREAM: &str = "SubscribeToShard";

struct Turn {
    shared: Arc<Shared>,
    fate: Fate,
    place: Place,
    parts: Parts,
    asked: Asked,
    body: Bytes,
}

/// What the endpoint said.
struct Heard {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

/// # Errors
/// Ends the connection, for faults that do so and where the endpoint cannot be reached.
pub(crate) async fn take(
    shared: Arc<Shared>,
    fate: Fate,
    request: Request<Incoming>,
) -> Result<Response<Body>, BoxError> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    let asked = Asked::of(&parts.headers, &body, &shared.iterators());
    let verdict = shared.rules().judge(&asked);
    let fault = verdict.as_ref().map(|verdict| Fault {
        rule: verdict.rule,
        name: verdict.action.name,
    });
    let place = shared.log().arrived(&asked, fault);
    let turn = Turn {
        shared,
        fate,
        place,
        parts,
        asked,
        body,
    };
    match verdict {
        Some(verdict) => turn.spoil(verdict).await,
        None if turn.asked.operation == EVENT_STREAM => turn.pass_on_events().await,
        None => {
            let heard = turn.forward(turn.body.clone(), turn.asked.entries).await?;
            turn.answer(heard)
        }
    }
}

impl Turn {
    async fn spoil(self, verdict: Verdict) -> Result<Response<Body>, BoxError> {
        let (whole, entries) = (self.body.clone(), self.asked.entries);
        match verdict.action.deed {
            Deed::Instead(instead) => {
                let answer = instead(&self.asked.fields);
                self.answer(Heard::of(answer)?)
            }
            Deed::Reset(Side::BeforeForwarding) => self.reset(),
            Deed::Reset(Side::AfterForwarding) => {
                self.forward(whole, entries).await?;
                self.reset()
            }
            Deed::Stall(side, time) => {
                if side == Side::BeforeForwarding {
                    wait(time).await;
                }
                let heard = self.forward(whole, entries).await?;
                if side == Side::AfterForwarding {
                    wait(time).await;
                }
                self.answer(heard)
            }
            Deed::Cut => {
                let heard = self.forward(whole, entries).await?;
                self.cut(&heard)
            }
            Deed::Edit(edit) => {
                let mut heard = self.forward(whole, entries).await?;
                if heard.status.is_success() {
                    heard.body = Deed::edited(&edit, &self.asked, &heard.body);
                }
                self.answer(heard)
            }
            Deed::FailEntries(which) => {
                let parted = Parted::of(&self.asked, &whole, &which, verdict.nth);
                self.fail_some(&parted).await
            }
        }
    }

    async fn fail_some(self, parted: &Parted) -> Result<Response<Body>, BoxError> {
        let Some(kept) = parted.body.clone() else {
            let nothing = serde_json::Value::Null;
            let mut answer = Answer::json(200, &nothing);
            answer.body = parted.joined(None);
            return self.answer(Heard::of(answer)?);
        };
        let mut heard = self.forward(kept, parted.kept).await?;
        if heard.status.is_success() {
            heard.body = parted.joined(Some(&heard.body));
        }
        self.answer(heard)
    }

    fn request(&self, body: Bytes) -> Result<Request<Full<Bytes>>, BoxError> {
        let path = self.parts.uri.path_and_query();
        let path = path.map_or("/", |path| path.as_str());
        let mut request = Request::builder()
            .method(self.parts.method.clone())
            .uri(format!("{}{path}", self.shared.target))
            .body(Full::new(body))?;
        for (name, value) in &self.parts.headers {
            if ![HOST, CONTENT_LENGTH, CONNECTION, TRANSFER_ENCODING].contains(name) {
                request.headers_mut().append(name, value.clone());
            }
        }
        Ok(request)
    }

    async fn forward(&self, body: Bytes, entries: usize) -> Result<Heard, BoxError> {
        self.note_forwarded(entries, body.len());
        let request = self.request(body)?;
        let response = self.shared.client.request(request).await?;
        let (parts, body) = response.into_parts();
        let body = body.collect().await?.to_bytes();
        self.note_status(parts.status);
        self.shared.iterators().learn(&self.asked, &body);
        Ok(Heard {
            status: parts.status,
            headers: parts.headers,
            body,
        })
    }

    async fn pass_on_events(self) -> Result<Response<Body>, BoxError> {
        self.note_forwarded(0, self.body.len());
        let request = self.request(self.body.clone())?;
        let response = self.shared.client.request(request).await?;
        self.note_status(response.status());
        let status = response.status().as_u16();
        self.note_answered(Answered::Events { status });
        Ok(response.map(|body| body.map_err(Into::into).boxed()))
    }

    fn answer(self, heard: Heard) -> Result<Response<Body>, BoxError> {
        self.note_answered(Answered::Whole {
            status: heard.status.as_u16(),
            body_bytes: heard.body.len(),
        });
        // an edited page may hand out an iterator that the endpoint did not
        self.shared.iterators().learn(&self.asked, &heard.body);
        let body = Full::new(heard.body)
            .map_err(|never| match never {})
            .boxed();
        response(heard.status, &heard.headers, body)
    }

    fn cut(self, heard: &Heard) -> Result<Response<Body>, BoxError> {
        self.note_answered(Answered::Cut {
            body_bytes: heard.body.len() / 2,
        });
        let body = CutBody::of(&heard.body).map_err(BoxError::from).boxed();
        response(heard.status, &heard.headers, body)
    }

    fn reset(self) -> Result<Response<Body>, BoxError> {
        self.fate.reset();
        Err("the line breaks here".into())
    }

    fn note_forwarded(&self, entries: usize, body_bytes: usize) {
        self.shared.log().note(self.place, |exchange| {
            exchange.forwarded = Some(Forwarded {
                entries,
                body_bytes,
                status: None,
            });
        });
    }

    fn note_status(&self, status: StatusCode) {
        self.shared.log().note(self.place, |exchange| {
            if let Some(forwarded) = &mut exchange.forwarded {
                forwarded.status = Some(status.as_u16());
            }
        });
    }

    fn note_answered(&self, answered: Answered) {
        self.shared
            .log()
            .note(self.place, |exchange| exchange.answered = answered);
    }
}

impl Heard {
    fn of(answer: Answer) -> Result<Self, BoxError> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, answer.content_type.parse()?);
        Ok(Self {
            status: StatusCode::from_u16(answer.status)?,
            headers,
            body: answer.body,
        })
    }
}

fn response(
    status: StatusCode,
    headers: &HeaderMap,
    body: Body,
) -> Result<Response<Body>, BoxError> {
    let mut response = Response::builder().status(status).body(body)?;
    for (name, value) in headers {
        if ![CONTENT_LENGTH, CONNECTION, TRANSFER_ENCODING].contains(name) {
            response.headers_mut().append(name, value.clone());
        }
    }
    Ok(response)
}

async fn wait(time: Option<Duration>) {
    match time {
        Some(time) => tokio::time::sleep(time).await,
        None => std::future::pending().await,
    }
}
