//! Our signer, our client and our reader together, over real sockets: what the client adds or leaves
//! away must not break what was signed.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request as Received, State};
use axum::response::{IntoResponse, Redirect, Response};
use bytes::Bytes;
use fetch::{Fetcher, Policy};
use http::Method;
use url::Url;

use super::{BODY, Form, KEY_ID, NOW, Parts, Request, ed25519, rsa};
use crate::signature::sign::Signer;
use crate::signature::{parse, verify};

type Arrived = Arc<Mutex<Vec<Request>>>;

async fn receive(State(arrived): State<Arrived>, request: Received) -> Response {
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let target = head.uri.path_and_query().unwrap().to_string();
    let moved = head.uri.path() == "/moved";
    arrived.lock().unwrap().push(Request {
        body: (head.method == Method::POST).then(|| body.to_vec()),
        method: head.method,
        target,
        headers: head.headers,
    });
    if moved {
        return Redirect::permanent("/users/a?page=1").into_response();
    }
    ([("content-type", "application/activity+json")], "{}").into_response()
}

#[tokio::test]
async fn what_our_client_sends_our_reader_verifies() {
    let arrived = Arrived::default();
    let router = Router::new().fallback(receive).with_state(arrived.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let authority = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let policy = Policy {
        allow_http: true,
        allow_private: vec!["127.0.0.0/8".parse().unwrap()],
        extra_ca: None,
    };
    let fetcher = Fetcher::new(policy, "test").unwrap();
    let at = |path: &str| Url::parse(&format!("http://{authority}{path}")).unwrap();

    for form in [Form::Cavage, Form::Rfc9421] {
        for key in [rsa(), ed25519()] {
            let signer = Signer {
                form,
                key_id: KEY_ID,
                key,
                now: NOW,
            };
            let (final_url, _) = fetcher
                .get_activity(&at("/moved#main-key"), Some(&signer))
                .await
                .unwrap();
            assert_eq!(final_url, at("/users/a?page=1"));
            let inbox = at("/inbox");
            let headers = signer.delivery(&inbox, BODY).unwrap();
            let body = Bytes::from_static(BODY);
            let outcome = fetcher.post(&inbox, body, headers).await.unwrap();
            assert!(outcome.status.is_success());

            let requests = std::mem::take(&mut *arrived.lock().unwrap());
            let targets: Vec<&str> = requests.iter().map(|r| r.target.as_str()).collect();
            assert_eq!(targets, ["/moved", "/users/a?page=1", "/inbox"]);
            for request in &requests {
                let claim = parse(&request.headers).unwrap();
                assert_eq!(claim.form, form);
                let parts = Parts {
                    scheme: "http",
                    authority: &authority,
                    ..request.parts()
                };
                verify(&claim, &parts, &key.public_key().unwrap(), NOW).unwrap();
            }
        }
    }
}
