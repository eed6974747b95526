//! Where a runtime interface emulator listens: a function in a container on this machine, under one address, without
//! identity, region and signature. It is asked by [`Function`](crate::Function).

use crate::{Endpoint, EndpointSource, KinesisError};
use std::{fmt, str::FromStr};

/// What the emulator serves, whatever the function is called (its `http.go`).
pub(crate) const FUNCTION: &str = "function";
const PATH: &str = "/2015-03-31/functions/function/invocations";

/// A loopback address such as `http://localhost:9000`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuntimeEmulator {
    url: String,
}

impl RuntimeEmulator {
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl fmt::Display for RuntimeEmulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.url.fmt(f)
    }
}

impl FromStr for RuntimeEmulator {
    type Err = KinesisError;

    /// Also takes the whole address of an invocation, as it stands in every example of the emulator.
    fn from_str(text: &str) -> Result<Self, KinesisError> {
        let address = text.trim().trim_end_matches('/');
        let address = address.strip_suffix(PATH).unwrap_or(address);
        let endpoint = Endpoint::parse(address, EndpointSource::Explicit)?;
        if !endpoint.is_loopback() {
            return Err(KinesisError::InvalidEndpoint {
                url: endpoint.url,
                cause: "a runtime interface emulator is asked without a signature, so on this machine only",
            });
        }
        Ok(Self { url: endpoint.url })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_asked() {
        let url = |text: &str| {
            let address: Result<RuntimeEmulator, _> = text.parse();
            address.map(|address| address.to_string())
        };
        for (text, expected) in [
            ("http://localhost:9000", "http://localhost:9000"),
            (" http://127.0.0.1:9000/ ", "http://127.0.0.1:9000"),
            (
                "http://[::1]:9000/2015-03-31/functions/function/invocations",
                "http://[::1]:9000",
            ),
        ] {
            assert_eq!(url(text).as_deref(), Ok(expected), "{text}");
        }
        for text in [
            "localhost:9000",
            "http://10.0.0.1:9000",
            "https://lambda.us-east-1.amazonaws.com",
            "http://localhost.example.com:9000",
            "http://me:secret@localhost:9000",
        ] {
            assert!(url(text).is_err(), "{text}");
        }
    }
}
