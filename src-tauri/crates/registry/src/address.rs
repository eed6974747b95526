//! Where a registry is. An [`Address`] that exists may be asked.

use crate::RegistryError;
use hyper::Uri;
use std::{
    fmt::{self, Write},
    str::FromStr,
};

/// The root of a registry's API, without a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    outgoing: outgoing::Address,
    root: String,
}

impl FromStr for Address {
    type Err = RegistryError;

    /// # Errors
    /// [`RegistryError::Address`] for what is no http(s) URL of a host, [`RegistryError::Insecure`] for plain http to
    /// another machine.
    fn from_str(text: &str) -> Result<Self, RegistryError> {
        let root = text.trim().trim_end_matches('/').to_owned();
        let outgoing: outgoing::Address = root.parse()?;
        if outgoing.uri().query().is_some() {
            return Err(RegistryError::Address {
                expected: "no question mark",
            });
        }
        Ok(Self { outgoing, root })
    }
}

impl Address {
    /// `HOST:PORT`, in small letters.
    pub fn host(&self) -> String {
        self.outgoing.authority()
    }

    /// It is on this machine.
    pub fn is_loopback(&self) -> bool {
        self.outgoing.is_loopback()
    }

    pub(crate) fn outgoing(&self) -> &outgoing::Address {
        &self.outgoing
    }

    /// A place below the root, whose names are encoded already.
    ///
    /// # Errors
    /// [`RegistryError::Foreign`] where that is no URL.
    pub(crate) fn at(&self, path: &str) -> Result<Uri, RegistryError> {
        let uri = format!("{}{path}", self.root).parse();
        uri.map_err(|_| RegistryError::Foreign("it names a schema that no URL can".to_owned()))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.root.fmt(f)
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
    fn an_address_is_a_root_of_its_own() {
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
        assert!(told("http://registry.corp").contains("https only"));
        assert!(told("https://me:hunter2@registry.corp").contains("no name"));
        for text in ["registry.corp", "https://a/?b"] {
            assert!(told(text).contains("expected"), "{text}");
        }
    }

    #[test]
    fn a_name_is_one_part_of_a_path() {
        assert_eq!(encoded("orders-value_1.0"), "orders-value_1.0");
        assert_eq!(encoded(":.ctx:a/../b?é"), "%3A.ctx%3Aa%2F..%2Fb%3F%C3%A9");
    }
}
