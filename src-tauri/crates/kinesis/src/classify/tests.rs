use super::*;
use crate::EndpointSource;

fn refused(url: &str, code: &str, status: u16) -> KinesisError {
    let source = if url.contains("amazonaws") {
        EndpointSource::Default
    } else {
        EndpointSource::Explicit
    };
    let endpoint = Endpoint::parse(url, source).expect("an address");
    let asked = Asked {
        operation: Operation::GetRecords,
        endpoint: &endpoint,
        region: "eu-west-1",
        profile: Some("dev"),
        sign_in: &SignIn::Replace,
    };
    asked.refused(
        code,
        "words",
        StatusCode::try_from(status).expect("a status"),
    )
}

const AWS: &str = "https://kinesis.eu-west-1.amazonaws.com";
const LOCAL: &str = "http://localhost:4566";

#[test]
fn a_denial_names_the_action_on_aws_and_a_missing_feature_elsewhere() {
    let denied = refused(AWS, "AccessDeniedException", 400);
    assert_eq!(
        denied.next_step(),
        "Ask for kinesis:GetRecords in your IAM policy."
    );
    assert!(matches!(
        refused(LOCAL, "AccessDeniedException", 400),
        KinesisError::Unsupported { .. }
    ));
}

#[test]
fn a_gateway_that_says_slow_down_with_the_status_alone_is_a_throttle() {
    let endpoint = Endpoint::parse(AWS, EndpointSource::Default).expect("an address");
    let asked = Asked {
        operation: Operation::GetRecords,
        endpoint: &endpoint,
        region: "eu-west-1",
        profile: None,
        sign_in: &SignIn::Replace,
    };
    let answer = HttpResponse::new(
        StatusCode::try_from(429).expect("a status"),
        "<html>Too many requests</html>".into(),
    );
    let error = asked.foreign(&answer, "no error code");
    assert!(
        matches!(&error, KinesisError::Throttled { cause, .. } if cause.contains("Too many")),
        "{error:?}"
    );
    assert!(error.is_retryable());
}

#[test]
fn every_documented_code_has_its_class() {
    let class = |code: &str| match refused(AWS, code, 400) {
        KinesisError::ExpiredIterator { .. } => "expired iterator",
        KinesisError::NotFound { .. } => "not found",
        KinesisError::Throttled { .. } => "throttled",
        KinesisError::EncryptionKey { .. } => "key",
        KinesisError::ExpiredCredentials { .. } => "expired credentials",
        KinesisError::Credentials { .. } => "credentials",
        KinesisError::Unsupported { .. } => "unsupported",
        KinesisError::InvalidArgument { .. } => "argument",
        KinesisError::Refused { .. } => "refused",
        other => panic!("{code}: {other:?}"),
    };
    let expected = [
        ("ExpiredIteratorException", "expired iterator"),
        ("ResourceNotFoundException", "not found"),
        ("ProvisionedThroughputExceededException", "throttled"),
        ("LimitExceededException", "throttled"),
        ("KMSThrottlingException", "throttled"),
        ("KMSAccessDeniedException", "key"),
        ("KMSDisabledException", "key"),
        ("KMSInvalidStateException", "key"),
        ("KMSNotFoundException", "key"),
        ("KMSOptInRequired", "key"),
        ("ExpiredTokenException", "expired credentials"),
        ("UnrecognizedClientException", "credentials"),
        ("UnknownOperationException", "unsupported"),
        ("InvalidArgumentException", "argument"),
        ("ResourceInUseException", "refused"),
    ];
    for (code, expected) in expected {
        assert_eq!(class(code), expected, "{code}");
    }
}

#[test]
fn an_unknown_code_is_a_fault_only_with_a_server_s_status() {
    assert!(refused(AWS, "InternalFailure", 500).is_retryable());
    assert!(!refused(AWS, "SomethingNew", 400).is_retryable());
}

#[test]
fn what_has_expired_says_how_to_sign_in_again() {
    let endpoint = Endpoint::parse(
        "https://kinesis.eu-west-1.amazonaws.com",
        EndpointSource::Default,
    )
    .expect("AWS's address");
    let of = |name: &str| Some(name.to_owned());
    let [sso, login] = [
        SignIn::Sso {
            profile: of("base"),
        },
        SignIn::Login { profile: of("dev") },
    ];
    let by_hand = "Put new credentials in the place of these";
    let lost = "the SSO token has expired and cannot be refreshed";
    for (sign_in, cause, step) in [
        (&SignIn::Replace, lost, "Run: aws sso login --profile dev"),
        (&sso, lost, "Run: aws sso login --profile base"),
        (
            &login,
            "cached Login token is expired",
            "Run: aws login --profile dev",
        ),
        (
            &SignIn::Replace,
            "cached Login token is expired",
            "Run: aws login --profile dev",
        ),
        (&SignIn::Replace, "the keys have expired", by_hand),
    ] {
        let asked = Asked {
            operation: Operation::ListStreams,
            endpoint: &endpoint,
            region: "eu-west-1",
            profile: Some("dev"),
            sign_in,
        };
        let error = asked.credentials(cause).expect("its class");
        let said = error.next_step();
        assert!(said.starts_with(step), "{cause}: {said}");
        let refused = asked.refused(
            "ExpiredTokenException",
            "over",
            StatusCode::try_from(400).expect("a status"),
        );
        let is_by_hand = refused.next_step().starts_with(by_hand);
        assert_eq!(is_by_hand, *sign_in == SignIn::Replace, "{refused:?}");
    }
}

#[test]
fn a_role_that_may_not_be_taken_names_the_missing_action() {
    let endpoint = Endpoint::parse(
        "https://kinesis.eu-west-1.amazonaws.com",
        EndpointSource::Default,
    )
    .expect("AWS's address");
    let asked = Asked {
        operation: Operation::ListStreams,
        endpoint: &endpoint,
        region: "eu-west-1",
        profile: Some("prod"),
        sign_in: &SignIn::Replace,
    };
    let error = asked.credentials("an error occurred while loading credentials: unhandled error (AccessDenied): User: arn:aws:iam::123456789012:user/dev is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/reader");
    let step = error.expect("its class").next_step();
    assert_eq!(step, "Ask for sts:AssumeRole in your IAM policy.");
}
