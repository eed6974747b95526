//! Where requests go, where that address came from, and whether they may go there at all.
//!
//! Pure: nothing is resolved and nobody is asked. Requests carry signatures (and session tokens),
//! so a host that is neither AWS nor this machine needs a person's word once.

use crate::{AwsSurroundings, EndpointFlag, KinesisError, profile};
use aws_config::profile::{Profile, ProfileSet};
use std::net::IpAddr;

/// The address in effect, and the setting that decided it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    pub url: String,
    pub source: EndpointSource,
    pub host: String,
    pub port: u16,
    /// What made it another one of AWS's addresses; empty for any but AWS's default.
    pub flags: Vec<EndpointFlag>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EndpointSource {
    /// Entered with the connection.
    Explicit,
    /// An environment variable: `AWS_ENDPOINT_URL_KINESIS` or `AWS_ENDPOINT_URL`.
    Variable(&'static str),
    /// `endpoint_url` under `kinesis` of the profile's `services` section.
    ProfileServices { profile: String },
    /// The profile's own `endpoint_url`.
    Profile { profile: String },
    /// AWS's own address for the region.
    Default,
}

/// Which endpoint beyond AWS and this machine a person has confirmed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Trust {
    #[default]
    AwsAndLoopback,
    /// `HOST:PORT` as in [`KinesisError::UntrustedEndpoint`].
    Host(String),
}

impl Endpoint {
    /// Parses `http://` or `https://` addresses without credentials, query and fragment.
    pub(crate) fn parse(url: &str, source: EndpointSource) -> Result<Self, KinesisError> {
        let invalid = |cause| KinesisError::InvalidEndpoint {
            url: shown_url(url),
            cause,
        };
        let (scheme, rest) = url
            .trim()
            .split_once("://")
            .ok_or_else(|| invalid("it has no http:// or https://"))?;
        let default_port = match scheme.to_ascii_lowercase().as_str() {
            "http" => 80,
            "https" => 443,
            _ => return Err(invalid("only http and https are spoken")),
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if rest.contains(['?', '#']) || rest.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(invalid("it has more than a host, a port and a path"));
        }
        if authority.contains('@') {
            return Err(invalid("it has a user name or a password"));
        }
        let (host, port) = host_and_port(authority, default_port)
            .ok_or_else(|| invalid("its host or port is wrong"))?;
        Ok(Self {
            url: url.trim().trim_end_matches('/').to_owned(),
            source,
            host,
            port,
            flags: Vec::new(),
        })
    }

    pub fn is_custom(&self) -> bool {
        self.source != EndpointSource::Default && !self.is_aws()
    }

    pub fn is_loopback(&self) -> bool {
        let host = self.host.trim_start_matches('[').trim_end_matches(']');
        let is_local_name = host == "localhost" || host.ends_with(".localhost");
        is_local_name
            || host
                .parse::<IpAddr>()
                .is_ok_and(|address| address.is_loopback())
    }

    fn is_encrypted(&self) -> bool {
        self.url
            .get(..8)
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"))
    }

    /// True for Kinesis' own hosts only: `kinesis.evil.com` is not AWS, and neither is somebody's
    /// bucket or API below `amazonaws.com`.
    fn is_aws(&self) -> bool {
        // the suffixes of the partitions that the SDK knows (its `endpoint_lib`), dual-stack ones included
        const SUFFIXES: [&str; 14] = [
            ".amazonaws.com",
            ".api.aws",
            ".amazonaws.com.cn",
            ".api.amazonwebservices.com.cn",
            ".amazonaws.eu",
            ".api.amazonwebservices.eu",
            ".c2s.ic.gov",
            ".api.aws.ic.gov",
            ".sc2s.sgov.gov",
            ".api.aws.scloud",
            ".csp.hci.ic.gov",
            ".api.aws.hci.ic.gov",
            ".cloud.adc-e.uk",
            ".api.cloud-aws.adc-e.uk",
        ];
        const SERVICES: [&str; 6] = [
            "kinesis",
            "kinesis-fips",
            "data-kinesis",
            "control-kinesis",
            "data-kinesis-fips",
            "control-kinesis-fips",
        ];
        let Some(name) = SUFFIXES
            .iter()
            .find_map(|suffix| self.host.strip_suffix(suffix))
        else {
            return false;
        };
        let mut labels = name.trim_end_matches(".vpce").rsplit('.');
        let is_region = labels.next().is_some_and(is_region_name);
        is_region
            && labels
                .next()
                .is_some_and(|service| SERVICES.contains(&service))
    }

    pub(crate) fn authority(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// # Errors
    /// [`KinesisError::InsecureEndpoint`] and [`KinesisError::UntrustedEndpoint`].
    pub(crate) fn permit(&self, trust: &Trust) -> Result<(), KinesisError> {
        if self.is_loopback() {
            return Ok(());
        }
        if !self.is_encrypted() {
            return Err(KinesisError::InsecureEndpoint {
                host: self.authority(),
            });
        }
        let is_trusted = matches!(trust, Trust::Host(host) if *host == self.authority());
        if self.is_aws() || is_trusted {
            return Ok(());
        }
        Err(KinesisError::UntrustedEndpoint {
            host: self.authority(),
        })
    }
}

/// The configured address in the order of the AWS SDKs and tools reference guide ("Service-specific
/// endpoints"): explicit, the service's variable, the general variable, the profile's services
/// section, the profile; `None` means AWS's own.
pub(crate) fn configured(
    explicit: Option<&str>,
    surroundings: &AwsSurroundings,
    files: Option<(&ProfileSet, &Profile)>,
) -> Result<Option<Endpoint>, KinesisError> {
    if let Some(url) = explicit {
        return Endpoint::parse(url, EndpointSource::Explicit).map(Some);
    }
    let profile_ignores =
        files.and_then(|(_, profile)| profile.get("ignore_configured_endpoint_urls"));
    if surroundings.is_set_true("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")
        || profile_ignores == Some("true")
    {
        return Ok(None);
    }
    for variable in ["AWS_ENDPOINT_URL_KINESIS", "AWS_ENDPOINT_URL"] {
        if let Some(url) = surroundings.variable(variable) {
            return Endpoint::parse(url, EndpointSource::Variable(variable)).map(Some);
        }
    }
    let Some((set, profile)) = files else {
        return Ok(None);
    };
    let name = || profile.name().to_owned();
    if let Some(url) = profile::services_endpoint_url(set, profile) {
        return Endpoint::parse(url, EndpointSource::ProfileServices { profile: name() }).map(Some);
    }
    match profile.get("endpoint_url") {
        Some(url) => Endpoint::parse(url, EndpointSource::Profile { profile: name() }).map(Some),
        None => Ok(None),
    }
}

fn host_and_port(authority: &str, default_port: u16) -> Option<(String, u16)> {
    let host_end = match authority.strip_prefix('[') {
        Some(rest) => rest.find(']')? + 2,
        None => authority.find(':').unwrap_or(authority.len()),
    };
    let (host, port) = authority.split_at(host_end);
    let port = match port.strip_prefix(':') {
        Some(port) => port.parse().ok().filter(|port| *port > 0)?,
        None if port.is_empty() => default_port,
        None => return None,
    };
    let is_host = match host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
    {
        Some(address) => address
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_ipv6()),
        None => {
            !host.is_empty()
                && host
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
        }
    };
    is_host.then(|| (host.trim_end_matches('.').to_ascii_lowercase(), port))
}

/// `us-east-1`, `us-gov-west-1`, `ap-southeast-2`: letters, then words, then a digit.
fn is_region_name(label: &str) -> bool {
    let mut words: Vec<&str> = label.split('-').collect();
    let number = words.pop().unwrap_or_default();
    let is_word = |word: &&str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase());
    words.len() >= 2
        && words.iter().all(is_word)
        && !number.is_empty()
        && number.bytes().all(|b| b.is_ascii_digit())
}

/// Without what may be a secret before the `@`.
fn shown_url(url: &str) -> String {
    match url.rsplit_once('@') {
        Some((_, rest)) => format!("…@{rest}"),
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(url: &str, trust: &Trust) -> String {
        match Endpoint::parse(url, EndpointSource::Explicit)
            .and_then(|endpoint| endpoint.permit(trust))
        {
            Ok(()) => "permitted".into(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn plain_http_goes_to_this_machine_only() {
        for url in [
            "http://localhost:4566",
            "http://127.0.0.1:80/",
            "http://[::1]:9",
            "http://kinesis.localhost:4566",
        ] {
            assert_eq!(verdict(url, &Trust::default()), "permitted", "{url}");
        }
        for url in [
            "http://kinesis.us-east-1.amazonaws.com",
            "http://10.0.0.1:4566",
            "http://localhost.evil.com",
        ] {
            assert!(
                verdict(url, &Trust::default()).contains("without encryption"),
                "{url}"
            );
        }
        let confirmed = Trust::Host("10.0.0.1:4566".into());
        assert!(verdict("http://10.0.0.1:4566", &confirmed).contains("without encryption"));
    }

    #[test]
    fn only_kinesis_own_hosts_count_as_aws() {
        for host in [
            "kinesis.us-east-1.amazonaws.com",
            "kinesis-fips.us-gov-west-1.amazonaws.com",
            "kinesis.cn-north-1.amazonaws.com.cn",
            "kinesis.eu-west-1.api.aws",
            "vpce-1-x.kinesis.eu-west-1.vpce.amazonaws.com",
            "123456789012.data-kinesis.us-east-1.amazonaws.com",
        ] {
            assert_eq!(
                verdict(&format!("https://{host}"), &Trust::default()),
                "permitted",
                "{host}"
            );
        }
        for host in [
            "kinesis.evil.com",
            "abc.execute-api.us-east-1.amazonaws.com",
            "kinesis.s3.us-east-1.amazonaws.com",
            "kinesis.s3-website-us-east-1.amazonaws.com",
            "kinesis.us-east-1.amazonaws.com.evil.com",
            "amazonaws.com",
        ] {
            assert!(
                verdict(&format!("https://{host}"), &Trust::default())
                    .contains("nobody has confirmed"),
                "{host}"
            );
        }
    }

    #[test]
    fn a_confirmation_counts_for_one_host_and_port() {
        let trust = Trust::Host("kinesis.corp:8443".into());
        assert_eq!(verdict("https://kinesis.corp:8443", &trust), "permitted");
        assert!(verdict("https://kinesis.corp:9443", &trust).contains("nobody has confirmed"));
    }

    #[test]
    fn what_is_no_address_is_refused_without_showing_a_password() {
        for url in [
            "localhost:4566",
            "ftp://localhost",
            "https://",
            "https://host:0",
            "https://host:x",
            "https://a b",
        ] {
            assert!(
                verdict(url, &Trust::default()).contains("is no endpoint address"),
                "{url}"
            );
        }
        let shown = verdict("https://user:hunter2@host", &Trust::default());
        assert!(
            shown.contains("user name or a password") && !shown.contains("hunter2"),
            "{shown}"
        );
    }
}
