//! How an address is connected to.

use crate::Address;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use rustls::{ClientConfig, RootCertStore};
use std::{io, sync::Arc};

pub type Connector = HttpsConnector<HttpConnector>;

/// The system's certificates are read where they are needed only: a machine may have none.
///
/// # Errors
/// They could not be read.
pub fn connector(address: &Address) -> io::Result<Connector> {
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    let builder = HttpsConnectorBuilder::new();
    let builder = if address.is_encrypted() {
        builder.with_provider_and_native_roots(provider)?
    } else {
        let trusts_nobody = ClientConfig::builder_with_provider(Arc::new(provider))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_root_certificates(RootCertStore::empty())
            .with_no_client_auth();
        builder.with_tls_config(trusts_nobody)
    };
    Ok(builder.https_or_http().enable_http1().build())
}
