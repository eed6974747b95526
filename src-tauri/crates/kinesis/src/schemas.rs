//! One schema of the Glue Schema Registry, by the id of its version, as records name it.
//!
//! The one call that is needed is made by the SDK's own machinery; AWS's client for Glue is as large as all of the others
//! together. It is signed with the connection's credentials, counted and told like every other call. A custom endpoint
//! is asked itself: AWS is never asked about somebody else's endpoint.

use crate::{
    Connection, Endpoint, KinesisError, Operation, connection::Opened, endpoint::EndpointSource,
    regional, witness::Witness,
};
use aws_config::{SdkConfig, retry::RetryConfig};
use aws_runtime::auth::{
    SigV4OperationSigningConfig,
    sigv4::{SCHEME_ID, SigV4AuthScheme},
};
use aws_sdk_kinesis::config::BehaviorVersion;
use aws_smithy_runtime::client::{
    identity::IdentityCache, orchestrator::operation::Operation as Asking,
};
use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        auth::{
            AuthSchemeOptionResolverParams, SharedAuthScheme,
            static_resolver::StaticAuthSchemeOptionResolver,
        },
        orchestrator::{HttpRequest, HttpResponse, OrchestratorError},
        runtime_components::RuntimeComponentsBuilder,
        runtime_plugin::StaticRuntimePlugin,
    },
};
use aws_smithy_types::{
    body::SdkBody, config_bag::Layer, error::ErrorMetadata, timeout::TimeoutConfig,
};
use aws_types::{
    SigningName,
    region::{Region, SigningRegion},
};
use serde::Deserialize;
use std::time::Duration;

const OPERATION: Operation = Operation::GetSchemaVersion;
/// A person waits for it, with an opened record.
const PATIENCE: Duration = Duration::from_secs(10);
const AGENT: &str = concat!("kinescope/", env!("CARGO_PKG_VERSION"));

/// What is asked; it is told with the call.
#[derive(Debug)]
pub(crate) struct SchemaVersionAsked {
    pub id: String,
}

/// A schema as Glue says it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SchemaVersion {
    /// `AVRO`, `JSON` or `PROTOBUF`.
    pub data_format: String,
    pub schema_definition: String,
}

/// Where Glue is, and what signs.
#[derive(Clone, Debug)]
pub(crate) struct Glue {
    pub endpoint: Endpoint,
    pub config: SdkConfig,
}

impl Glue {
    /// A custom endpoint itself; else AWS's host of the region, in the partition and the family that Kinesis' has there.
    pub async fn of(
        endpoint: &Endpoint,
        region: &str,
        config: &SdkConfig,
    ) -> Result<Self, KinesisError> {
        let endpoint = if endpoint.is_custom() {
            endpoint.clone()
        } else {
            let kinesis = regional::resolve(region, endpoint.flags.clone(), None).await?;
            let url = glue_url(&kinesis, region);
            Endpoint {
                flags: endpoint.flags.clone(),
                ..Endpoint::parse(&url, EndpointSource::Default)?
            }
        };
        Ok(Self {
            endpoint,
            config: config.clone(),
        })
    }
}

/// Glue's endpoint rules: `glue` or `glue-fips`, the region, and the partition's suffix, which follows the region in
/// Kinesis' own host.
fn glue_url(kinesis: &Endpoint, region: &str) -> String {
    let is_fips = regional::is_set(&kinesis.flags, crate::FlagKind::Fips);
    let service = if is_fips { "glue-fips" } else { "glue" };
    let suffix = kinesis.host.split_once(&format!("{region}."));
    let suffix = suffix.map_or("amazonaws.com", |(_, suffix)| suffix);
    format!("https://{service}.{region}.{suffix}")
}

impl Connection {
    /// `HOST:PORT` of the schema registry that [`schema_version`](Self::schema_version) asks.
    pub fn schema_registry_host(&self) -> String {
        self.0.glue.endpoint.authority()
    }

    /// The schema version of this UUID (`GetSchemaVersion`), by one attempt.
    ///
    /// # Errors
    /// [`KinesisError::Refused`] with the code `EntityNotFoundException` where there is none; what else keeps the
    /// endpoint from saying.
    pub async fn schema_version(&self, id: &str) -> Result<SchemaVersion, KinesisError> {
        let witness = Witness::new(OPERATION, &self.0.counts);
        let asking = asking(&self.0, witness.clone());
        let asked = SchemaVersionAsked { id: id.to_owned() };
        asking.invoke(asked).await.map_err(|error| {
            let asked = crate::classify::Asked {
                endpoint: &self.0.glue.endpoint,
                ..self.asked(OPERATION)
            };
            Self::failed_as(asked, &error, &witness)
        })
    }
}

fn asking(
    opened: &Opened,
    witness: Witness,
) -> Asking<SchemaVersionAsked, SchemaVersion, ErrorMetadata> {
    let Glue { endpoint, config } = &opened.glue;
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(5))
        .operation_timeout(PATIENCE)
        .build();
    let mut asking = Asking::builder()
        .service_name("Glue")
        .operation_name(OPERATION.name())
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(&endpoint.url)
        .timeout_config(timeouts)
        .no_retry()
        .interceptor(witness)
        .runtime_plugin(signing(&opened.region.name, config));
    if let Some(client) = config.http_client() {
        asking = asking.http_client(client);
    }
    if let Some(sleep) = config.sleep_impl() {
        asking = asking.sleep_impl(sleep);
    }
    if let Some(time) = config.time_source() {
        asking = asking.time_source(time);
    }
    asking
        .serializer(|asked: SchemaVersionAsked| request(&asked.id))
        .deserializer(answer)
        .build()
}

/// By the connection's credentials, for Glue in its region.
fn signing(region: &str, config: &SdkConfig) -> StaticRuntimePlugin {
    let mut layer = Layer::new("signing");
    layer.store_put(AuthSchemeOptionResolverParams::new(()));
    layer.store_put(RetryConfig::disabled());
    layer.store_put(SigV4OperationSigningConfig {
        region: Some(SigningRegion::from(Region::new(region.to_owned()))),
        name: Some(SigningName::from_static("glue")),
        ..SigV4OperationSigningConfig::default()
    });
    let mut components = RuntimeComponentsBuilder::new("signing");
    let schemes = StaticAuthSchemeOptionResolver::new(vec![SCHEME_ID]);
    components.set_auth_scheme_option_resolver(Some(schemes));
    components.push_auth_scheme(SharedAuthScheme::new(SigV4AuthScheme::new()));
    components.set_identity_cache(Some(IdentityCache::no_cache()));
    if let Some(credentials) = config.credentials_provider() {
        components.set_identity_resolver(SCHEME_ID, credentials);
    }
    StaticRuntimePlugin::new()
        .with_config(layer.freeze())
        .with_runtime_components(components)
}

/// AWS JSON 1.1.
fn request(id: &str) -> Result<HttpRequest, BoxError> {
    let body = serde_json::json!({ "SchemaVersionId": id }).to_string();
    let mut request = HttpRequest::new(SdkBody::from(body));
    request.set_method("POST")?;
    request.set_uri("/")?;
    let headers = request.headers_mut();
    headers.insert("content-type", "application/x-amz-json-1.1");
    headers.insert("x-amz-target", "AWSGlue.GetSchemaVersion");
    headers.insert("user-agent", AGENT);
    Ok(request)
}

fn answer(response: &HttpResponse) -> Result<SchemaVersion, OrchestratorError<ErrorMetadata>> {
    let body = response.body().bytes().unwrap_or_default();
    if response.status().is_success() {
        return serde_json::from_slice(body).map_err(OrchestratorError::other);
    }
    Err(OrchestratorError::operation(refusal(response, body)))
}

/// As AWS JSON says it: the code in the body or in a header, sometimes behind a namespace or before an address.
fn refusal(response: &HttpResponse, body: &[u8]) -> ErrorMetadata {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Said {
        #[serde(rename = "__type", alias = "code")]
        code: Option<String>,
        #[serde(alias = "Message")]
        message: Option<String>,
    }
    let said: Said = serde_json::from_slice(body).unwrap_or_default();
    let in_header = || {
        response
            .headers()
            .get("x-amzn-errortype")
            .map(str::to_owned)
    };
    let code = said.code.or_else(in_header);
    let code = code.as_deref().map(|code| {
        let code = code.split(':').next().unwrap_or(code);
        code.rsplit('#').next().unwrap_or(code)
    });
    let mut metadata = ErrorMetadata::builder();
    if let Some(code) = code {
        metadata = metadata.code(code);
    }
    if let Some(message) = said.message {
        metadata = metadata.message(message);
    }
    metadata.build()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EndpointFlag;

    async fn host(url: Option<&str>, region: &str, flags: &[crate::FlagKind]) -> String {
        let flag = |&kind: &crate::FlagKind| EndpointFlag {
            kind,
            source: EndpointSource::Explicit,
        };
        let flags = flags.iter().map(flag).collect();
        let configured =
            url.map(|url| Endpoint::parse(url, EndpointSource::Explicit).expect("an address"));
        let endpoint = regional::resolve(region, flags, configured).await;
        let config = SdkConfig::builder().build();
        let glue = Glue::of(&endpoint.expect("an endpoint"), region, &config).await;
        glue.expect("glue's endpoint").endpoint.authority()
    }

    #[tokio::test]
    async fn glue_is_where_kinesis_is() {
        use crate::FlagKind::{DualStack, Fips};
        let cases: [(Option<&str>, &str, &[crate::FlagKind], &str); 6] = [
            (None, "eu-west-1", &[], "glue.eu-west-1.amazonaws.com:443"),
            (
                None,
                "cn-north-1",
                &[],
                "glue.cn-north-1.amazonaws.com.cn:443",
            ),
            (
                None,
                "us-east-1",
                &[Fips],
                "glue-fips.us-east-1.amazonaws.com:443",
            ),
            (
                None,
                "eu-west-1",
                &[DualStack],
                "glue.eu-west-1.api.aws:443",
            ),
            // a private address of Kinesis is not Glue's
            (
                Some("https://vpce-1-x.kinesis.eu-west-1.vpce.amazonaws.com"),
                "eu-west-1",
                &[],
                "glue.eu-west-1.amazonaws.com:443",
            ),
            (
                Some("http://localhost:4566"),
                "eu-west-1",
                &[],
                "localhost:4566",
            ),
        ];
        for (url, region, flags, expected) in cases {
            assert_eq!(host(url, region, flags).await, expected);
        }
    }
}
