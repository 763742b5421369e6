//! The third switch: a certificate authority of one's own is trusted when it is named, and only then;
//! it opens neither private addresses nor plain http. The certificates under `fixtures/` were made
//! for these tests and last a hundred years; the authority's key was thrown away.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use super::{HELLO, Script, anything, fetcher, lab, url};
use crate::{Error, Fetcher, Policy, Refusal};

const CA: &[u8] = include_bytes!("../../fixtures/laboratory-ca.pem");
const PEER: &[u8] = include_bytes!("../../fixtures/laboratory-peer.pem");
const KEY: &[u8] = include_bytes!("../../fixtures/laboratory-key.pem");

/// Serves this many connections as `peer.example` on a thread of its own.
fn serve_tls(connections: usize) -> SocketAddr {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(PEER).unwrap()],
            PrivateKeyDer::from_pem_slice(KEY).unwrap(),
        )
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for socket in listener.incoming().take(connections) {
            let session = ServerConnection::new(config.clone()).unwrap();
            let mut stream = StreamOwned::new(session, socket.unwrap());
            // A client that distrusts us hangs up here; the next one may not.
            if stream.read(&mut [0; 4096]).is_ok() {
                let _ = stream.write_all(HELLO);
                stream.conn.send_close_notify();
                let _ = stream.flush();
            }
        }
    });
    address
}

fn with_ca() -> Policy {
    Policy {
        allow_http: false,
        extra_ca: Some(CA.to_vec()),
        ..lab()
    }
}

#[tokio::test]
async fn the_extra_authority_is_trusted_only_where_it_is_named() {
    let address = serve_tls(3);
    let target = url(&format!("https://peer.example:{}/", address.port()));
    let home = || Script::of(&[&["127.0.0.1"]]);

    let trusting = fetcher(with_ca(), home());
    let answer = trusting.get(&target, anything(10)).await.unwrap();
    assert_eq!(&answer.body[..], b"hi");

    let distrusting = fetcher(lab(), home());
    let error = distrusting.get(&target, anything(10)).await.unwrap_err();
    assert!(matches!(error, Error::Tls(_)), "{error}");
    assert!(!error.is_permanent());

    let elsewhere = url(&format!("https://other.example:{}/", address.port()));
    let error = trusting.get(&elsewhere, anything(10)).await.unwrap_err();
    assert!(matches!(error, Error::Tls(_)), "{error}");
}

#[tokio::test]
async fn the_extra_authority_opens_no_other_door() {
    let only_ca = Policy {
        allow_private: Vec::new(),
        ..with_ca()
    };
    let fetcher = fetcher(only_ca, Script::of(&[&["127.0.0.1"]]));
    for (target, why) in [
        ("https://peer.example/", Refusal::Address),
        ("https://peer.example:8443/", Refusal::Port),
        ("https://127.0.0.1/", Refusal::Literal),
        ("http://peer.example/", Refusal::Scheme),
    ] {
        let error = fetcher.get(&url(target), anything(10)).await.unwrap_err();
        assert!(
            matches!(error, Error::Refused(refusal) if refusal == why),
            "{target}: {error}"
        );
    }
}

#[test]
fn an_unreadable_authority_is_an_error_at_start() {
    for pem in [
        "",
        "nonsense",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    ] {
        let policy = Policy {
            extra_ca: Some(pem.as_bytes().to_vec()),
            ..Policy::default()
        };
        let error = Fetcher::new(policy, "test").unwrap_err();
        assert!(matches!(error, Error::Setup(_)), "{pem}: {error}");
    }
}
