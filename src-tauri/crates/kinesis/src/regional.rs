//! AWS's own address for a region, by the SDK's resolver: all partitions, with or without FIPS and dual-stack.
//!
//! What is shown is the region's endpoint. The SDK decides call by call whether a request goes to a host of the
//! account's beside it, such as `123456789012.control-kinesis.eu-west-1.amazonaws.com`: it does where the credentials
//! name their account, and where a call names a stream or a consumer by its ARN. Nobody is asked here.

use crate::{AwsSurroundings, Endpoint, EndpointSource, KinesisError, classify::chain};
use aws_config::profile::Profile;
use aws_sdk_kinesis::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};

/// A setting that leads to another of AWS's addresses, and where it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointFlag {
    pub kind: FlagKind,
    pub source: EndpointSource,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlagKind {
    Fips,
    DualStack,
}

impl FlagKind {
    fn variable(self) -> &'static str {
        match self {
            Self::Fips => "AWS_USE_FIPS_ENDPOINT",
            Self::DualStack => "AWS_USE_DUALSTACK_ENDPOINT",
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Fips => "use_fips_endpoint",
            Self::DualStack => "use_dualstack_endpoint",
        }
    }
}

/// The flags that are set: the variable counts before the profile, as in the SDK, also where it says no.
pub(crate) fn flags(
    surroundings: &AwsSurroundings,
    profile: Option<&Profile>,
) -> Vec<EndpointFlag> {
    let is_true = |text: &str| text.eq_ignore_ascii_case("true");
    let flag = |kind: FlagKind| {
        let (text, source) = match (surroundings.variable(kind.variable()), profile) {
            (Some(text), _) => (text, EndpointSource::Variable(kind.variable())),
            (None, Some(profile)) => {
                let source = EndpointSource::Profile {
                    profile: profile.name().to_owned(),
                };
                (profile.get(kind.key())?, source)
            }
            (None, None) => return None,
        };
        is_true(text).then_some(EndpointFlag { kind, source })
    };
    [FlagKind::Fips, FlagKind::DualStack]
        .into_iter()
        .filter_map(flag)
        .collect()
}

pub(crate) fn is_set(flags: &[EndpointFlag], kind: FlagKind) -> bool {
    flags.iter().any(|flag| flag.kind == kind)
}

/// The address in effect: the configured one, or AWS's.
///
/// # Errors
/// [`KinesisError::UnusableEndpoint`] where the SDK would refuse every call: FIPS or dual-stack beside a configured
/// address, or in a partition that has none.
pub(crate) async fn resolve(
    region: &str,
    flags: Vec<EndpointFlag>,
    configured: Option<Endpoint>,
) -> Result<Endpoint, KinesisError> {
    let unusable = |cause: String| KinesisError::UnusableEndpoint {
        region: region.to_owned(),
        cause,
    };
    let params = Params::builder()
        .region(region.to_owned())
        .use_fips(is_set(&flags, FlagKind::Fips))
        .use_dual_stack(is_set(&flags, FlagKind::DualStack))
        .set_endpoint(configured.as_ref().map(|endpoint| endpoint.url.clone()))
        .build()
        .map_err(|error| unusable(chain(&error)))?;
    let rules = DefaultResolver::new();
    let found = ResolveEndpoint::resolve_endpoint(&rules, &params)
        .await
        .map_err(|error| unusable(chain(&*error)))?;
    match configured {
        Some(endpoint) => Ok(endpoint),
        None => Ok(Endpoint {
            flags,
            ..Endpoint::parse(found.url(), EndpointSource::Default)?
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Trust;

    fn set(kinds: &[FlagKind]) -> Vec<EndpointFlag> {
        let flag = |&kind: &FlagKind| EndpointFlag {
            kind,
            source: EndpointSource::Variable(kind.variable()),
        };
        kinds.iter().map(flag).collect()
    }

    /// Also that each of AWS's own addresses may be asked without a person's word.
    #[tokio::test]
    async fn every_partition_has_its_own_address() {
        use FlagKind::{DualStack, Fips};
        let expected: [(&str, &[FlagKind], &str); 12] = [
            ("eu-west-1", &[], "kinesis.eu-west-1.amazonaws.com"),
            ("eu-west-1", &[DualStack], "kinesis.eu-west-1.api.aws"),
            ("us-east-1", &[Fips], "kinesis-fips.us-east-1.amazonaws.com"),
            (
                "us-east-1",
                &[Fips, DualStack],
                "kinesis-fips.us-east-1.api.aws",
            ),
            ("cn-north-1", &[], "kinesis.cn-north-1.amazonaws.com.cn"),
            (
                "cn-north-1",
                &[DualStack],
                "kinesis.cn-north-1.api.amazonwebservices.com.cn",
            ),
            // GovCloud's plain address is validated for FIPS itself
            (
                "us-gov-west-1",
                &[Fips],
                "kinesis.us-gov-west-1.amazonaws.com",
            ),
            ("us-gov-west-1", &[], "kinesis.us-gov-west-1.amazonaws.com"),
            ("us-iso-east-1", &[], "kinesis.us-iso-east-1.c2s.ic.gov"),
            (
                "us-isob-east-1",
                &[],
                "kinesis.us-isob-east-1.sc2s.sgov.gov",
            ),
            (
                "eu-isoe-west-1",
                &[],
                "kinesis.eu-isoe-west-1.cloud.adc-e.uk",
            ),
            ("eusc-de-east-1", &[], "kinesis.eusc-de-east-1.amazonaws.eu"),
        ];
        for (region, kinds, host) in expected {
            let endpoint = resolve(region, set(kinds), None).await.expect(region);
            assert_eq!((endpoint.host.as_str(), endpoint.port), (host, 443));
            assert_eq!(endpoint.flags, set(kinds));
            assert_eq!(endpoint.permit(&Trust::default()), Ok(()), "{host}");
        }
    }

    #[tokio::test]
    async fn settings_that_contradict_each_other_are_refused_before_any_call() {
        let own = Endpoint::parse("http://localhost:4566", EndpointSource::Explicit).expect("own");
        let error = resolve("eu-west-1", set(&[FlagKind::Fips]), Some(own)).await;
        let error = error.expect_err("FIPS at an address of one's own");
        assert!(error.to_string().contains("FIPS"), "{error}");
        assert!(
            error.next_step().contains("AWS_USE_FIPS_ENDPOINT"),
            "{}",
            error.next_step()
        );
        let error = resolve("not a region", Vec::new(), None).await;
        assert!(matches!(error, Err(KinesisError::UnusableEndpoint { .. })));
    }
}
