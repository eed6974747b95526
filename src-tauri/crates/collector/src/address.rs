//! Where traces go. An [`Address`] that exists may be sent to.

use crate::CollectorError;
use hyper::Uri;
use std::fmt;

/// The path that the specification gives to traces, where an address has none.
const DEFAULT_PATH: &str = "/v1/traces";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address(outgoing::Address);

impl Address {
    /// # Errors
    /// [`CollectorError::Address`] for what is no http(s) URL of a host, [`CollectorError::Insecure`] for plain http to
    /// another machine.
    pub fn parse(text: &str) -> Result<Self, CollectorError> {
        let address: outgoing::Address = text.parse()?;
        if address.uri().path() != "/" {
            return Ok(Self(address));
        }
        let mut parts = address.uri().clone().into_parts();
        let query = address.uri().query().map(|query| format!("?{query}"));
        let path = format!("{DEFAULT_PATH}{}", query.unwrap_or_default());
        let wrong = CollectorError::Address { expected: "a URL" };
        let Ok(path) = path.parse() else {
            return Err(wrong);
        };
        parts.path_and_query = Some(path);
        let whole = Uri::from_parts(parts).map_err(|_| wrong)?;
        Ok(Self(whole.to_string().parse()?))
    }

    /// It is on this machine.
    pub fn is_loopback(&self) -> bool {
        self.0.is_loopback()
    }

    /// `HOST:PORT`.
    pub fn authority(&self) -> String {
        self.0.authority()
    }

    pub(crate) fn outgoing(&self) -> &outgoing::Address {
        &self.0
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
