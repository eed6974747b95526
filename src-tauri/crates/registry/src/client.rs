//! One schema and all that it needs, within a deadline and a size. It asks each question once and keeps no answer.

use crate::{
    Address, RegistryError,
    address::encoded,
    answer::{self, Document},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http_body_util::{BodyExt, Empty, LengthLimitError, Limited};
use hyper::{
    Request, Response, Uri,
    body::Incoming,
    header::{ACCEPT, AUTHORIZATION, HeaderValue, USER_AGENT},
};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use outgoing::{Connector, connector};
use serde::Deserialize;
use std::{collections::BTreeSet, fmt, time::Duration};

/// Of a schema with all that it needs.
const MOST_BYTES: usize = 4 << 20;
const MOST_REFERENCES: usize = 64;
const AGENT: &str = concat!("kinescope/", env!("CARGO_PKG_VERSION"));
/// The types of the API reference, and what others speak.
const ACCEPTED: &str = "application/vnd.schemaregistry.v1+json, application/json";

/// Who asks. It is shown to nobody.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    pub user: String,
    pub password: String,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Login(…)")
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaFormat {
    Avro,
    Json,
    Protobuf,
}

/// Another schema that one needs: a version of a subject, under the name by which it is meant.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Reference {
    /// A file's name for Protobuf, a full name for Avro.
    pub name: String,
    pub subject: String,
    pub version: u32,
}

/// A schema and those that it needs, as the registry says them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub format: SchemaFormat,
    pub text: String,
    /// Names and texts, each after those that it needs itself.
    pub references: Vec<(String, String)>,
}

/// One registry. Clones share its connections.
#[derive(Clone)]
pub struct Registry {
    http: Client<Connector, Empty<Bytes>>,
    address: Address,
    authorization: Option<HeaderValue>,
    patience: Duration,
}

/// A document whose references are being fetched.
struct Opened {
    name: String,
    document: Document,
    fetched: usize,
}

impl Registry {
    /// `patience` is for one schema with all that it needs.
    ///
    /// # Errors
    /// [`RegistryError::Certificates`], [`RegistryError::Login`].
    pub fn new(
        address: Address,
        login: Option<&Login>,
        patience: Duration,
    ) -> Result<Self, RegistryError> {
        Ok(Self {
            http: Client::builder(TokioExecutor::new())
                .build(connector(address.outgoing()).map_err(RegistryError::Certificates)?),
            address,
            authorization: login.map(authorization).transpose()?,
            patience,
        })
    }

    /// The schema of this id.
    ///
    /// # Errors
    /// [`RegistryError`]
    pub async fn schema(&self, id: u32) -> Result<Found, RegistryError> {
        tokio::time::timeout(self.patience, self.whole(id))
            .await
            .unwrap_or(Err(RegistryError::Silent(self.patience)))
    }

    async fn whole(&self, id: u32) -> Result<Found, RegistryError> {
        let mut room = MOST_BYTES;
        let first = self
            .document(&format!("/schemas/ids/{id}"), &mut room)
            .await?;
        let mut known = BTreeSet::new();
        let mut references = Vec::new();
        let mut open = vec![Opened {
            name: String::new(),
            document: first,
            fetched: 0,
        }];
        while let Some(mut last) = open.pop() {
            let Some(next) = last.document.references.get(last.fetched).cloned() else {
                if open.is_empty() {
                    return Ok(Found {
                        format: last.document.format,
                        text: last.document.text,
                        references,
                    });
                }
                references.push((last.name, last.document.text));
                continue;
            };
            last.fetched += 1;
            open.push(last);
            if !known.insert(next.name.clone()) {
                continue;
            }
            if known.len() > MOST_REFERENCES {
                return Err(RegistryError::TooManyReferences {
                    most: MOST_REFERENCES,
                });
            }
            let (subject, version) = (encoded(&next.subject), next.version);
            let path = format!("/subjects/{subject}/versions/{version}");
            open.push(Opened {
                name: next.name,
                document: self.document(&path, &mut room).await?,
                fetched: 0,
            });
        }
        Err(RegistryError::Foreign("it says nothing".to_owned()))
    }

    async fn document(&self, path: &str, room: &mut usize) -> Result<Document, RegistryError> {
        let request = self.request(self.address.at(path)?);
        let response = self.http.request(request).await;
        let response = response.map_err(|error| RegistryError::Unreachable(error.into()))?;
        let status = response.status();
        let body = read(response, *room).await?;
        *room = room.saturating_sub(body.len());
        if status.is_redirection() {
            let status = status.as_u16();
            return Err(RegistryError::Redirected { status });
        }
        if !status.is_success() {
            return Err(answer::refused(status, &body));
        }
        answer::document(&body)
    }

    fn request(&self, uri: Uri) -> Request<Empty<Bytes>> {
        let mut request = Request::new(Empty::new());
        *request.uri_mut() = uri;
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static(ACCEPTED));
        headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
        if let Some(authorization) = &self.authorization {
            headers.insert(AUTHORIZATION, authorization.clone());
        }
        request
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Registry({})", self.address)
    }
}

/// RFC 7617; marked so that no log of a library shows it.
fn authorization(login: &Login) -> Result<HeaderValue, RegistryError> {
    let Login { user, password } = login;
    let has_control = |text: &str| text.chars().any(char::is_control);
    if user.contains(':') || has_control(user) || has_control(password) {
        return Err(RegistryError::Login);
    }
    let encoded = STANDARD.encode(format!("{user}:{password}"));
    let value = HeaderValue::from_str(&format!("Basic {encoded}"));
    let mut value = value.map_err(|_| RegistryError::Login)?;
    value.set_sensitive(true);
    Ok(value)
}

async fn read(response: Response<Incoming>, most: usize) -> Result<Bytes, RegistryError> {
    let body = Limited::new(response.into_body(), most).collect().await;
    let body = body.map_err(|error| match error.downcast::<LengthLimitError>() {
        Ok(_) => RegistryError::TooLarge { most: MOST_BYTES },
        Err(error) => RegistryError::Unreachable(error),
    })?;
    Ok(body.to_bytes())
}
