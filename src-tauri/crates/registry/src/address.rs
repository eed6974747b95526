//! Where a registry is. An [`Address`] that exists may be asked.

use crate::RegistryError;
use hyper::{Uri, http::uri::Scheme};
use std::{
    fmt::{self, Write},
    net::IpAddr,
    str::FromStr,
};

/// The root of a registry's API, without a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address(String);

impl FromStr for Address {
    type Err = RegistryError;

    /// # Errors
    /// [`RegistryError::Address`] for what is no http(s) URL of a host, [`RegistryError::Insecure`] for plain http to
    /// another machine.
    fn from_str(text: &str) -> Result<Self, RegistryError> {
        let wrong = |expected| RegistryError::Address { expected };
        let text = text.trim().trim_end_matches('/');
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
        if uri.query().is_some() {
            return Err(wrong("no question mark"));
        }
        let address = Self(text.to_owned());
        if is_plain && !address.is_loopback() {
            return Err(RegistryError::Insecure {
                host: authority.host().to_owned(),
            });
        }
        Ok(address)
    }
}

impl Address {
    /// `HOST:PORT`, in small letters.
    pub fn host(&self) -> String {
        let uri = self.uri();
        let default_port = if self.is_encrypted() { 443 } else { 80 };
        let port = uri.port_u16().unwrap_or(default_port);
        format!("{}:{port}", uri.host().unwrap_or_default()).to_ascii_lowercase()
    }

    /// It is on this machine.
    pub fn is_loopback(&self) -> bool {
        let uri = self.uri();
        let host = uri.host().unwrap_or_default();
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let is_local_name = host.eq_ignore_ascii_case("localhost");
        is_local_name
            || host
                .parse()
                .is_ok_and(|address: IpAddr| address.is_loopback())
    }

    pub(crate) fn is_encrypted(&self) -> bool {
        self.uri().scheme() == Some(&Scheme::HTTPS)
    }

    /// A place below the root, whose names are encoded already.
    ///
    /// # Errors
    /// [`RegistryError::Foreign`] where that is no URL.
    pub(crate) fn at(&self, path: &str) -> Result<Uri, RegistryError> {
        let uri = format!("{}{path}", self.0).parse();
        uri.map_err(|_| RegistryError::Foreign("it names a schema that no URL can".to_owned()))
    }

    fn uri(&self) -> Uri {
        self.0.parse().unwrap_or_default()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A name as one part of a path: RFC 3986, "unreserved" stays.
pub(crate) fn encoded(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_this_machine_and_a_password_is_no_part_of_an_address() {
        let told = |text: &str| match text.parse::<Address>() {
            Ok(address) => format!("{address} at {}", address.host()),
            Err(error) => error.to_string(),
        };
        assert_eq!(
            told(" https://Registry.corp/api/ "),
            "https://Registry.corp/api at registry.corp:443"
        );
        assert_eq!(
            told("http://127.0.0.1:8081"),
            "http://127.0.0.1:8081 at 127.0.0.1:8081"
        );
        assert!(told("http://[::1]:8081").ends_with("at [::1]:8081"));
        for text in ["http://registry.corp", "http://localhost.evil.com:80"] {
            assert!(told(text).contains("https only"), "{text}");
        }
        let secret = told("https://me:hunter2@registry.corp");
        assert!(secret.contains("no name") && !secret.contains("hunter2"));
        for text in [
            "registry.corp",
            "ftp://host",
            "https://",
            "https://a/?b",
            "a b",
        ] {
            assert!(told(text).contains("expected"), "{text}");
        }
    }

    #[test]
    fn a_name_is_one_part_of_a_path() {
        assert_eq!(encoded("orders-value_1.0"), "orders-value_1.0");
        assert_eq!(encoded(":.ctx:a/../b?é"), "%3A.ctx%3Aa%2F..%2Fb%3F%C3%A9");
    }
}
