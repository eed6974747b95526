//! What can be done with a request, as the few kinds of deeds that every fault is made of. Which faults there
//! are is in `catalogue`.

use crate::{asked::Asked, entries::Entries};
use bytes::Bytes;
use serde_json::value::{RawValue, to_raw_value};
use std::{collections::BTreeMap, fmt, sync::Arc, time::Duration};

/// The top level of a request or an answer. Values keep their text, so that what a fault leaves alone stays
/// as it was, digit for digit.
pub type Fields = BTreeMap<String, Box<RawValue>>;

/// A value for [`Fields`].
///
/// # Panics
/// Never: JSON values can be written.
pub fn raw(value: impl Into<serde_json::Value>) -> Box<RawValue> {
    to_raw_value(&value.into()).expect("JSON values can be written")
}

pub(crate) fn text(fields: &Fields, name: &str) -> Option<String> {
    serde_json::from_str(fields.get(name)?.get()).ok()
}

/// One fault. The catalogue makes them: [`Action::reset_after`], [`Action::throttled`], …
#[derive(Clone)]
pub struct Action {
    pub(crate) name: &'static str,
    pub(crate) deed: Deed,
}

type Instead = Arc<dyn Fn(&Fields) -> Answer + Send + Sync>;
type Edit = Arc<dyn Fn(&Fields, &mut Fields) + Send + Sync>;

#[derive(Clone)]
pub(crate) enum Deed {
    /// Not forwarded; answered with what the function makes of the request.
    Instead(Instead),
    /// Forwarded; a successful answer is changed, with the request at hand.
    Edit(Edit),
    /// Forwarded without the entries that fail.
    FailEntries(Entries),
    /// The connection ends with a TCP reset and no answer.
    Reset(Side),
    /// Nothing is heard for a time, or for ever.
    Stall(Side, Option<Duration>),
    /// Forwarded; the answer ends in the middle, against its own length.
    Cut,
}

/// When, seen from the endpoint: whether the request has any effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    BeforeForwarding,
    AfterForwarding,
}

/// An answer that the endpoint never gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub content_type: &'static str,
    pub body: Bytes,
}

impl Answer {
    /// In the form in which Kinesis answers.
    pub fn json(status: u16, body: &serde_json::Value) -> Self {
        Self {
            status,
            content_type: "application/x-amz-json-1.1",
            body: Bytes::from(body.to_string()),
        }
    }
}

impl Action {
    /// A fault of one's own that is never forwarded.
    pub fn instead(
        name: &'static str,
        answer: impl Fn(&Fields) -> Answer + Send + Sync + 'static,
    ) -> Self {
        Self {
            name,
            deed: Deed::Instead(Arc::new(answer)),
        }
    }

    /// A fault of one's own that changes successful answers; it is given the request's fields too.
    pub fn edit(
        name: &'static str,
        edit: impl Fn(&Fields, &mut Fields) + Send + Sync + 'static,
    ) -> Self {
        Self {
            name,
            deed: Deed::Edit(Arc::new(edit)),
        }
    }

    pub(crate) fn of(name: &'static str, deed: Deed) -> Self {
        Self { name, deed }
    }
}

impl Deed {
    /// An edited answer; one that is no JSON stays as it is.
    pub fn edited(edit: &Edit, asked: &Asked, body: &Bytes) -> Bytes {
        let Ok(mut fields) = serde_json::from_slice::<Fields>(body) else {
            return body.clone();
        };
        edit(&asked.fields, &mut fields);
        Bytes::from(serde_json::to_vec(&fields).unwrap_or_else(|_| body.to_vec()))
    }
}

impl fmt::Debug for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
