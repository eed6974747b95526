//! The SDK's configuration and the clients of a connection: timeouts, retries, credentials.

use crate::{
    AwsSurroundings, Endpoint, EndpointFlag, EndpointSource, FlagKind, Source, Timeouts,
    regional::is_set,
};
use aws_config::{BehaviorVersion, SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_kinesis::config::{Credentials, SharedCredentialsProvider, retry::RetryPartition};

/// Attempts of a browsing call, the first included.
const ATTEMPTS: u32 = 4;

pub(crate) async fn sdk_config(
    surroundings: &AwsSurroundings,
    source: &Source,
    profile: Option<&str>,
    region: &str,
    flags: &[EndpointFlag],
    timeouts: Timeouts,
) -> SdkConfig {
    let limits = TimeoutConfig::builder()
        .connect_timeout(timeouts.connect)
        .read_timeout(timeouts.read)
        .operation_attempt_timeout(timeouts.attempt)
        .operation_timeout(timeouts.operation)
        .build();
    let region = aws_config::Region::new(region.to_owned());
    let (fips, dual_stack) = (
        is_set(flags, FlagKind::Fips),
        is_set(flags, FlagKind::DualStack),
    );
    let loader = aws_config::defaults(BehaviorVersion::latest())
        .region(region.clone())
        // as they are shown
        .use_fips(fips)
        .use_dual_stack(dual_stack)
        .timeout_config(limits)
        .retry_config(RetryConfig::adaptive().with_max_attempts(ATTEMPTS))
        .profile_files(surroundings.files());
    match (source, profile) {
        (Source::Placeholder, _) => {
            loader
                .credentials_provider(placeholder_credentials())
                .load()
                .await
        }
        (Source::Profile(_), Some(profile)) => {
            // the default chain would prefer the environment's credentials to the profile named
            let provider = aws_config::profile::ProfileFileCredentialsProvider::builder()
                .configure(
                    &aws_config::provider_config::ProviderConfig::without_region()
                        .with_region(Some(region))
                        .with_use_fips(Some(fips))
                        .with_use_dual_stack(Some(dual_stack)),
                )
                .profile_files(surroundings.files())
                .profile_name(profile)
                .build();
            loader
                .profile_name(profile)
                .credentials_provider(provider)
                .load()
                .await
        }
        _ => loader.load().await,
    }
}

/// For a call that is made once: whoever asks decides whether to ask again.
pub(crate) fn once() -> aws_sdk_kinesis::config::Builder {
    if mutants::is_on(mutants::Mutant::SdkRetries) {
        return aws_sdk_kinesis::config::Builder::default();
    }
    aws_sdk_kinesis::config::Builder::default().retry_config(RetryConfig::disabled())
}

/// `LocalStack`'s documented words; moto and the embedded endpoint take any.
fn placeholder_credentials() -> SharedCredentialsProvider {
    SharedCredentialsProvider::new(Credentials::new("test", "test", None, None, "placeholder"))
}

/// The endpoint is set on each client: a custom one is STS's and Lambda's too, so that AWS is never
/// asked about somebody else's endpoint. Each endpoint has a limiter of its own: by itself the SDK has one for all
/// endpoints of a region, and a throttled one would slow the others.
pub(crate) fn clients(
    config: &SdkConfig,
    endpoint: &Endpoint,
) -> (
    aws_sdk_kinesis::Client,
    aws_sdk_sts::Client,
    aws_sdk_lambda::Client,
) {
    let limiter = RetryPartition::new(endpoint.authority());
    let mut kinesis = aws_sdk_kinesis::config::Builder::from(config).retry_partition(limiter);
    let mut sts = aws_sdk_sts::config::Builder::from(config);
    let mut lambda = aws_sdk_lambda::config::Builder::from(config);
    if endpoint.source != EndpointSource::Default {
        kinesis = kinesis.endpoint_url(&endpoint.url);
    }
    if endpoint.is_custom() {
        sts = sts.endpoint_url(&endpoint.url);
        lambda = lambda.endpoint_url(&endpoint.url);
    }
    (
        aws_sdk_kinesis::Client::from_conf(kinesis.build()),
        aws_sdk_sts::Client::from_conf(sts.build()),
        aws_sdk_lambda::Client::from_conf(lambda.build()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_that_throttles_slows_no_other_one() {
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .build();
        let limiter = |url| {
            let endpoint = Endpoint::parse(url, EndpointSource::Explicit).expect("an address");
            let (kinesis, ..) = clients(&config, &endpoint);
            kinesis.config().retry_partition().map(ToString::to_string)
        };
        let one = limiter("http://localhost:4566");
        assert!(one.is_some());
        assert_ne!(one, limiter("http://localhost:4567"));
        assert_eq!(one, limiter("http://localhost:4566"));
    }
}
