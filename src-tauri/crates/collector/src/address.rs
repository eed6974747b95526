//! Where traces go. An [`Address`] that exists may be sent to.

use crate::CollectorError;
use hyper::{Uri, http::uri::Scheme};
use std::{fmt, net::IpAddr};

/// The path that the specification gives to traces, where an address has none.
const DEFAULT_PATH: &str = "/v1/traces";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address(Uri);

impl Address {
    /// # Errors
    /// [`CollectorError::Address`] for what is no http(s) URL of a host, [`CollectorError::Insecure`] for plain http to
    /// another machine.
    pub fn parse(text: &str) -> Result<Self, CollectorError> {
        let text = text.trim();
        let wrong = |expected| CollectorError::Address { expected };
        let uri: Uri = text.parse().map_err(|_| wrong("a URL"))?;
        let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else {
            return Err(wrong("http:// or https:// and a host"));
        };
        let is_plain = *scheme == Scheme::HTTP;
        if !is_plain && *scheme != Scheme::HTTPS {
            return Err(wrong("http:// or https://"));
        }
        if authority.as_str().contains('@') {
            return Err(wrong("no name and no password"));
        }
        if authority.host().is_empty() {
            return Err(wrong("a host"));
        }
        if is_plain && !is_loopback(authority.host()) {
            return Err(CollectorError::Insecure {
                host: authority.host().to_owned(),
            });
        }
        if uri.path() != "/" {
            return Ok(Self(uri));
        }
        let query = uri.query().map(|query| format!("?{query}"));
        let mut parts = uri.into_parts();
        let path = format!("{DEFAULT_PATH}{}", query.unwrap_or_default());
        parts.path_and_query = Some(path.parse().map_err(|_| wrong("a URL"))?);
        Uri::from_parts(parts).map(Self).map_err(|_| wrong("a URL"))
    }

    /// It is on this machine.
    pub fn is_loopback(&self) -> bool {
        self.0.host().is_some_and(is_loopback)
    }

    /// `HOST:PORT`.
    pub fn authority(&self) -> String {
        let usual = if self.is_encrypted() { 443 } else { 80 };
        let port = self.0.port_u16().unwrap_or(usual);
        // a host's name has no case
        let host = self.0.host().unwrap_or_default().to_ascii_lowercase();
        format!("{host}:{port}")
    }

    pub(crate) fn is_encrypted(&self) -> bool {
        self.0.scheme() == Some(&Scheme::HTTPS)
    }

    pub(crate) fn uri(&self) -> &Uri {
        &self.0
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let is_local_name = host.eq_ignore_ascii_case("localhost");
    is_local_name
        || host
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}
