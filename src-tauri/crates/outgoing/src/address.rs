//! Where something may go. An [`Address`] that exists may be connected to.

use hyper::{Uri, http::uri::Scheme};
use std::{fmt, net::IpAddr, str::FromStr};

/// An http(s) URL of a host, without a name and a password; plain http for this machine only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address(Uri);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressFault {
    #[error("expected {0}")]
    Malformed(&'static str),
    /// Plain http would show to the network what goes there.
    #[error("plain http is for this machine")]
    Insecure { host: String },
}

impl FromStr for Address {
    type Err = AddressFault;

    fn from_str(text: &str) -> Result<Self, AddressFault> {
        let wrong = AddressFault::Malformed;
        let uri: Uri = text.trim().parse().map_err(|_| wrong("a URL"))?;
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
        let address = Self(uri);
        if is_plain && !address.is_loopback() {
            let host = address.0.host().unwrap_or_default().to_owned();
            return Err(AddressFault::Insecure { host });
        }
        Ok(address)
    }
}

impl Address {
    /// It is on this machine.
    pub fn is_loopback(&self) -> bool {
        let host = self.0.host().unwrap_or_default();
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let is_local_name = host.eq_ignore_ascii_case("localhost");
        is_local_name
            || host
                .parse()
                .is_ok_and(|address: IpAddr| address.is_loopback())
    }

    /// `HOST:PORT`, in small letters: a host's name has no case.
    pub fn authority(&self) -> String {
        let usual = if self.is_encrypted() { 443 } else { 80 };
        let port = self.0.port_u16().unwrap_or(usual);
        let host = self.0.host().unwrap_or_default().to_ascii_lowercase();
        format!("{host}:{port}")
    }

    pub fn is_encrypted(&self) -> bool {
        self.0.scheme() == Some(&Scheme::HTTPS)
    }

    pub fn uri(&self) -> &Uri {
        &self.0
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_this_machine_and_a_password_is_no_part_of_an_address() {
        let told = |text: &str| match text.parse::<Address>() {
            Ok(address) => address.authority(),
            Err(fault) => fault.to_string(),
        };
        assert_eq!(told(" https://Registry.corp/api/ "), "registry.corp:443");
        assert_eq!(told("http://127.0.0.1:8081"), "127.0.0.1:8081");
        assert_eq!(told("http://[::1]"), "[::1]:80");
        for text in [
            "http://registry.corp",
            "http://localhost.evil.com:80",
            "http://127.0.0.1.evil.com",
            "http://0.0.0.0",
        ] {
            assert_eq!(told(text), "plain http is for this machine", "{text}");
        }
        let secret = told("https://me:hunter2@registry.corp");
        assert_eq!(secret, "expected no name and no password");
        for text in ["registry.corp", "ftp://host", "https://", "a b"] {
            assert!(told(text).starts_with("expected"), "{text}");
        }
    }
}
