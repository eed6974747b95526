//! Profiles, regions and endpoints: what is read from the AWS files and where each setting came from.

use crate::common;
use kinesis::{
    AwsSurroundings, Connection, ConnectionSpec, CredentialKind, EndpointFlag, EndpointSource,
    FlagKind, KinesisError, RegionSource, Source, Trust, profiles_in,
};
use tempfile::TempDir;

const CONFIG: &str = "
[default]
region = eu-west-1

[profile sso]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Developer
region = eu-central-1

[sso-session corp]
sso_region = eu-central-1
sso_start_url = https://example.awsapps.com/start

[profile role]
role_arn = arn:aws:iam::123456789012:role/reader
source_profile = default

[profile process]
credential_process = /bin/false
region = us-west-2

[profile local]
region = us-east-1
endpoint_url = http://localhost:4566

[profile local-services]
region = us-east-1
services = dev
endpoint_url = http://localhost:1

[services dev]
kinesis =
  endpoint_url = http://localhost:4567
s3 =
  endpoint_url = http://localhost:9000

[profile gov]
region = us-gov-west-1
use_fips_endpoint = true
use_dualstack_endpoint = true

[profile no-region]
aws_access_key_id = AKIDEXAMPLE
aws_secret_access_key = nothing-secret
";

const CREDENTIALS: &str = "
[default]
aws_access_key_id = AKIDEXAMPLE
aws_secret_access_key = nothing-secret

[keys-only]
aws_access_key_id = AKIDEXAMPLE
aws_secret_access_key = nothing-secret
";

struct Files(TempDir);

impl Files {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("config"), CONFIG).expect("a config file");
        std::fs::write(folder.path().join("credentials"), CREDENTIALS).expect("a credentials file");
        Self(folder)
    }

    fn surroundings(&self, more: &[(&str, &str)]) -> AwsSurroundings {
        let path = |name: &str| self.0.path().join(name).display().to_string();
        let (config, credentials) = (path("config"), path("credentials"));
        let mut variables = vec![
            ("AWS_CONFIG_FILE", config.as_str()),
            ("AWS_SHARED_CREDENTIALS_FILE", credentials.as_str()),
        ];
        variables.extend(more);
        AwsSurroundings::of(&variables)
    }
}

fn profile(name: &str) -> ConnectionSpec {
    ConnectionSpec {
        source: Source::Profile(name.into()),
        region: None,
        endpoint: None,
    }
}

async fn open(
    surroundings: &AwsSurroundings,
    spec: ConnectionSpec,
) -> Result<Connection, KinesisError> {
    Connection::open_in(surroundings, spec, Trust::default(), common::SHORT).await
}

#[tokio::test]
async fn profiles_are_listed_with_their_kind_and_settings() {
    let files = Files::new();
    let profiles = profiles_in(&files.surroundings(&[]))
        .await
        .expect("the profiles");
    let kind = |name: &str| {
        profiles
            .iter()
            .find(|profile| profile.name == name)
            .map(|profile| profile.kind)
    };
    assert_eq!(profiles[0].name, "default");
    assert_eq!(kind("default"), Some(CredentialKind::AccessKey));
    assert_eq!(kind("sso"), Some(CredentialKind::Sso));
    assert_eq!(kind("role"), Some(CredentialKind::AssumeRole));
    assert_eq!(kind("process"), Some(CredentialKind::CredentialProcess));
    assert_eq!(kind("keys-only"), Some(CredentialKind::AccessKey));
    assert_eq!(kind("local"), Some(CredentialKind::Absent));
    let endpoint = |name: &str| {
        profiles
            .iter()
            .find(|p| p.name == name)
            .and_then(|p| p.endpoint_url.clone())
    };
    assert_eq!(endpoint("local").as_deref(), Some("http://localhost:4566"));
    assert_eq!(
        endpoint("local-services").as_deref(),
        Some("http://localhost:4567")
    );
}

#[tokio::test]
async fn files_that_are_not_there_hold_no_profiles() {
    let surroundings = AwsSurroundings::of(&[
        ("AWS_CONFIG_FILE", "/nowhere/config"),
        ("AWS_SHARED_CREDENTIALS_FILE", "/nowhere/c"),
    ]);
    assert_eq!(profiles_in(&surroundings).await, Ok(Vec::new()));
}

#[tokio::test]
async fn an_unknown_profile_names_those_like_it() {
    let files = Files::new();
    let error = open(&files.surroundings(&[]), profile("locl"))
        .await
        .expect_err("no such profile");
    assert_eq!(
        error.to_string(),
        "there is no profile named “locl” in the AWS config files"
    );
    assert_eq!(error.next_step(), "Did you mean local?");
}

#[tokio::test]
async fn the_region_says_where_it_came_from() {
    let files = Files::new();
    let plain = files.surroundings(&[]);
    let region = |connection: Connection| {
        (
            connection.region().name.clone(),
            connection.region().source.clone(),
        )
    };
    let from_profile = RegionSource::Profile {
        profile: "sso".into(),
    };
    assert_eq!(
        region(open(&plain, profile("sso")).await.expect("open")),
        ("eu-central-1".into(), from_profile)
    );

    let with_variable = files.surroundings(&[("AWS_REGION", "ap-southeast-2")]);
    let from_variable = (
        "ap-southeast-2".to_owned(),
        RegionSource::Variable("AWS_REGION"),
    );
    assert_eq!(
        region(open(&with_variable, profile("sso")).await.expect("open")),
        from_variable
    );

    let explicit = ConnectionSpec {
        region: Some("us-east-2".into()),
        ..profile("sso")
    };
    let opened = open(&with_variable, explicit).await.expect("open");
    assert_eq!(region(opened), ("us-east-2".into(), RegionSource::Explicit));

    let error = open(&plain, profile("no-region"))
        .await
        .expect_err("no region");
    assert_eq!(
        error.next_step(),
        "Choose a region here, or run: aws configure set region REGION --profile no-region"
    );
}

#[tokio::test]
async fn the_endpoint_says_where_it_came_from() {
    let files = Files::new();
    let endpoint = |connection: Connection| {
        (
            connection.endpoint().url.clone(),
            connection.endpoint().source.clone(),
        )
    };
    let plain = files.surroundings(&[]);
    let opened = open(&plain, profile("local")).await.expect("open");
    assert_eq!(
        endpoint(opened),
        (
            "http://localhost:4566".into(),
            EndpointSource::Profile {
                profile: "local".into()
            }
        )
    );
    let opened = open(&plain, profile("local-services")).await.expect("open");
    let services = EndpointSource::ProfileServices {
        profile: "local-services".into(),
    };
    assert_eq!(endpoint(opened), ("http://localhost:4567".into(), services));
    let opened = open(&plain, profile("sso")).await.expect("open");
    assert_eq!(
        endpoint(opened),
        (
            "https://kinesis.eu-central-1.amazonaws.com".into(),
            EndpointSource::Default
        )
    );

    let both = [
        ("AWS_ENDPOINT_URL", "http://localhost:1"),
        ("AWS_ENDPOINT_URL_KINESIS", "http://localhost:2"),
    ];
    let opened = open(&files.surroundings(&both), profile("local"))
        .await
        .expect("open");
    let service = EndpointSource::Variable("AWS_ENDPOINT_URL_KINESIS");
    assert_eq!(endpoint(opened), ("http://localhost:2".into(), service));
    let opened = open(&files.surroundings(&both[..1]), profile("local-services"))
        .await
        .expect("open");
    let general = EndpointSource::Variable("AWS_ENDPOINT_URL");
    assert_eq!(endpoint(opened), ("http://localhost:1".into(), general));

    let ignored = files.surroundings(&[both[0], ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")]);
    let opened = open(&ignored, profile("local")).await.expect("open");
    assert_eq!(opened.endpoint().source, EndpointSource::Default);
}

#[tokio::test]
async fn another_address_of_aws_says_which_setting_chose_it() {
    let files = Files::new();
    let opened = open(&files.surroundings(&[]), profile("gov"))
        .await
        .expect("open");
    let endpoint = opened.endpoint();
    assert_eq!(endpoint.url, "https://kinesis-fips.us-gov-west-1.api.aws");
    let profile_says = EndpointSource::Profile {
        profile: "gov".into(),
    };
    let expected = [FlagKind::Fips, FlagKind::DualStack].map(|kind| EndpointFlag {
        kind,
        source: profile_says.clone(),
    });
    assert_eq!(endpoint.flags, expected);

    // the variable counts first, also where it says no
    let variables = [
        ("AWS_USE_FIPS_ENDPOINT", "true"),
        ("AWS_USE_DUALSTACK_ENDPOINT", "false"),
        ("AWS_REGION", "us-east-2"),
    ];
    let opened = open(&files.surroundings(&variables), profile("gov"))
        .await
        .expect("open");
    let endpoint = opened.endpoint();
    assert_eq!(endpoint.url, "https://kinesis-fips.us-east-2.amazonaws.com");
    let fips = EndpointFlag {
        kind: FlagKind::Fips,
        source: EndpointSource::Variable("AWS_USE_FIPS_ENDPOINT"),
    };
    assert_eq!(endpoint.flags, [fips]);

    let own = ConnectionSpec {
        endpoint: Some("http://localhost:4566".into()),
        ..profile("gov")
    };
    let refused = open(&files.surroundings(&[]), own).await;
    assert!(
        matches!(refused, Err(KinesisError::UnusableEndpoint { .. })),
        "the SDK would refuse each call"
    );
}

#[tokio::test]
async fn a_strange_endpoint_must_be_confirmed() {
    let files = Files::new();
    let surroundings = files.surroundings(&[]);
    let spec = ConnectionSpec {
        endpoint: Some("https://kinesis.corp.example:8443".into()),
        ..profile("sso")
    };
    let error = open(&surroundings, spec.clone())
        .await
        .expect_err("not confirmed");
    let KinesisError::UntrustedEndpoint { host } = error else {
        panic!("{error:?}")
    };
    let trust = Trust::Host(host);
    assert!(
        Connection::open_in(&surroundings, spec, trust, common::SHORT)
            .await
            .is_ok()
    );
    let spec = ConnectionSpec {
        endpoint: Some("http://kinesis.corp.example".into()),
        ..profile("sso")
    };
    assert!(matches!(
        open(&surroundings, spec).await,
        Err(KinesisError::InsecureEndpoint { .. })
    ));
    let spec = ConnectionSpec {
        endpoint: None,
        ..ConnectionSpec::local("")
    };
    assert_eq!(
        open(&surroundings, spec).await.expect_err("no address"),
        KinesisError::MissingEndpoint
    );
}

/// The credential process fails before anything is sent; the endpoint is never asked.
#[tokio::test]
async fn credentials_that_cannot_be_had_are_no_network_error() {
    let files = Files::new();
    let endpoint = common::answering(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await;
    let spec = ConnectionSpec {
        endpoint: Some(endpoint),
        ..profile("process")
    };
    let connection = open(&files.surroundings(&[]), spec).await.expect("open");
    let error = connection
        .stream_page(None)
        .await
        .expect_err("no credentials");
    assert!(
        matches!(&error, KinesisError::Credentials { profile: Some(name), .. } if name == "process"),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_profile_s_secrets_are_nowhere_in_what_is_shown() {
    let files = Files::new();
    let connection = open(&files.surroundings(&[]), profile("default"))
        .await
        .expect("open");
    let shown = format!(
        "{connection:?} {:?}",
        profiles_in(&files.surroundings(&[])).await
    );
    assert!(
        !shown.contains("nothing-secret") && !shown.contains("AKIDEXAMPLE"),
        "{shown}"
    );
}

/// Environments may hold anything. The test runs itself again with one that does.
#[cfg(unix)]
#[test]
fn variables_that_are_no_utf_8_are_passed_over() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt, process::Command};
    const CHILD: &str = "KINESCOPE_TEST_CHILD";
    if std::env::var_os(CHILD).is_some() {
        println!("read: {:?}", AwsSurroundings::of_process().profile());
        return;
    }
    let bad = OsStr::from_bytes(b"\xe9");
    let output = Command::new(std::env::current_exe().expect("this test"))
        .args([
            "--exact",
            "settings::variables_that_are_no_utf_8_are_passed_over",
            "--nocapture",
        ])
        .envs([(CHILD, OsStr::new("1")), ("AWS_PROFILE", OsStr::new("dev"))])
        .envs([("AWS_BAD", bad), ("PLACE", bad)])
        .output()
        .expect("a child");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("read: Some(\"dev\")"), "{said}");
}
