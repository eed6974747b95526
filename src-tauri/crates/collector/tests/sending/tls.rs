//! The same over TLS: by the system's certificates, which a child process gets from a file, and not without them.

use crate::{collector, endpoint::Script};
use collector::CollectorError;
use rcgen::{CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use std::{process::Command, sync::Arc};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};

/// Tells the child process where the endpoint is.
const ADDRESS: &str = "KINESCOPE_TEST_COLLECTOR";

struct Issued {
    authority: String,
    server: ServerConfig,
}

fn issued() -> Issued {
    let mut authority = CertificateParams::new(Vec::new()).expect("parameters");
    authority.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().expect("a key"))
        .expect("an authority");
    let key = KeyPair::generate().expect("a key");
    let server = CertificateParams::new(vec!["localhost".to_owned()]).expect("parameters");
    let server = server.signed_by(&key, &authority).expect("a certificate");
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("protocol versions")
        .with_no_client_auth()
        .with_single_cert(vec![server.der().clone()], key)
        .expect("a certificate and its key");
    Issued {
        authority: authority.pem(),
        server: config,
    }
}

/// The port of an endpoint with that certificate.
async fn serve(config: ServerConfig, script: Script) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            if let Ok(stream) = acceptor.accept(stream).await {
                tokio::spawn(script.clone().serve(stream));
            }
        }
    });
    port
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_refused() {
    let script = Script::default();
    let port = serve(issued().server, script.clone()).await;
    let error = collector(&format!("https://localhost:{port}"))
        .send("batch")
        .await;
    let error = error.expect_err("nobody vouches for it");
    assert!(matches!(error, CollectorError::Unreachable(_)));
    assert!(error.to_string().contains("certificate"), "{error}");
    assert!(script.asked().is_empty());
}

#[tokio::test]
async fn a_certificate_that_the_system_trusts_is_taken() {
    if let Ok(address) = std::env::var(ADDRESS) {
        collector(&address).send("batch").await.expect("accepted");
        return;
    }
    let Issued { authority, server } = issued();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("authority.pem");
    std::fs::write(&file, authority).expect("a file");
    let script = Script::default();
    let port = serve(server, script.clone()).await;
    let mut child = Command::new(std::env::current_exe().expect("this test"));
    child
        .args([
            "--exact",
            "tls::a_certificate_that_the_system_trusts_is_taken",
        ])
        .env(ADDRESS, format!("https://localhost:{port}/in"))
        .env("SSL_CERT_FILE", &file)
        .env_remove("SSL_CERT_DIR");
    let output = tokio::task::spawn_blocking(move || child.output());
    let output = output.await.expect("a task").expect("the child ran");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    let asked = script.asked();
    assert_eq!((asked.len(), asked[0].path.as_str()), (1, "/in"));
}
