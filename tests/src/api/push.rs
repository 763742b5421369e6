//! Web Push from end to end: an app subscribes, a push service on loopback takes what comes, and the app
//! reads it: with a reader of our own, and with one that no one here wrote.

use std::io::Write as _;
use std::process::Stdio;
use std::sync::{Arc, Mutex};

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::encoding::{AsBigEndian as _, EcPrivateKeyBin};
use aws_lc_rs::hmac;
use aws_lc_rs::signature::{self, ECDSA_P256_SHA256_FIXED};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::harness::{Client, Person, Stage, eventually, id_of, on_both_engines, runtime};

on_both_engines![
    an_app_reads_what_it_is_told_in_both_encodings,
    a_subscription_is_shown_changed_and_ended,
];

/// One message as the push service has it.
#[derive(Clone, Debug)]
pub(crate) struct Got {
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Got {
    fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        let value = value.unwrap_or_else(|| panic!("no {name}: {:?}", self.headers));
        value.to_str().expect("text")
    }

    /// The part of a header that stands behind `name=`.
    fn part(&self, header: &str, name: &str) -> &str {
        let parts = self.header(header).split([';', ',', ' ']);
        parts
            .filter_map(|part| part.trim().split_once('='))
            .find(|(key, _)| *key == name)
            .unwrap_or_else(|| panic!("no {name} in {header}: {}", self.header(header)))
            .1
    }
}

type Messages = Arc<Mutex<Vec<Got>>>;

/// A push service on loopback that takes everything.
pub(crate) struct Service {
    pub(crate) base: String,
    messages: Messages,
}

impl Service {
    pub(crate) fn start() -> Self {
        async fn take(
            State(messages): State<Messages>,
            headers: HeaderMap,
            body: Bytes,
        ) -> StatusCode {
            let got = Got {
                headers,
                body: body.to_vec(),
            };
            messages.lock().expect("messages").push(got);
            StatusCode::CREATED
        }
        let messages = Messages::default();
        let app = Router::new()
            .route("/{app}", post(take))
            .with_state(Arc::clone(&messages));
        let base = runtime().block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
                .await
                .expect("a port");
            let address = listener.local_addr().expect("an address");
            tokio::spawn(async move { axum::serve(listener, app).await });
            format!("http://{address}")
        });
        Self { base, messages }
    }

    /// All that came and was not taken.
    pub(crate) fn all(&self) -> Vec<Got> {
        std::mem::take(&mut *self.messages.lock().expect("messages"))
    }

    fn take(&self) -> Got {
        eventually("a message reaches the push service", || {
            self.messages.lock().expect("messages").pop()
        })
    }
}

/// An app on a phone: its key, which nobody else has.
pub(crate) struct Phone {
    private: PrivateKey,
    public: Vec<u8>,
    auth: Vec<u8>,
}

impl Phone {
    pub(crate) fn new() -> Self {
        let private = PrivateKey::generate(&ECDH_P256).expect("a key");
        let public = private.compute_public_key().expect("its public half");
        Self {
            public: public.as_ref().to_vec(),
            private,
            auth: b"sixteen letters!".to_vec(),
        }
    }

    pub(crate) fn subscription(&self, endpoint: &str, standard: bool) -> Value {
        json!({
            "subscription": {
                "endpoint": endpoint,
                "keys": {
                    "p256dh": URL_SAFE_NO_PAD.encode(&self.public),
                    "auth": URL_SAFE.encode(&self.auth),
                },
                "standard": standard,
            },
            "data": { "alerts": { "mention": true, "follow": "1", "poll": false }, "policy": "all" },
        })
    }

    fn shared(&self, theirs: &[u8]) -> Vec<u8> {
        let theirs = UnparsedPublicKey::new(&ECDH_P256, theirs);
        agree(&self.private, theirs, (), |secret| Ok(secret.to_vec())).expect("a secret")
    }

    /// RFC 8291, from the reader's side.
    pub(crate) fn read_standard(&self, got: &Got) -> Value {
        let body = &got.body;
        let (salt, length) = (&body[..16], usize::from(body[20]));
        assert_eq!(length, 65);
        let (theirs, text) = (&body[21..86], &body[86..]);
        let info = [b"WebPush: info\0".as_slice(), &self.public, theirs].concat();
        let secret = hkdf(&self.auth, &self.shared(theirs), &info, 32);
        let key = hkdf(salt, &secret, b"Content-Encoding: aes128gcm\0", 16);
        let nonce = hkdf(salt, &secret, b"Content-Encoding: nonce\0", 12);
        let text = open(&key, &nonce, text);
        let (mark, text) = text.split_last().expect("a mark");
        assert_eq!(*mark, 2);
        serde_json::from_slice(text).expect("JSON")
    }

    /// The fourth draft, from the reader's side.
    fn read_draft(&self, got: &Got) -> Value {
        let salt = URL_SAFE_NO_PAD
            .decode(got.part("encryption", "salt"))
            .expect("a salt");
        let theirs = URL_SAFE_NO_PAD
            .decode(got.part("crypto-key", "dh"))
            .expect("a key");
        let secret = hkdf(
            &self.auth,
            &self.shared(&theirs),
            b"Content-Encoding: auth\0",
            32,
        );
        let context = [
            b"P-256\0\0\x41".as_slice(),
            &self.public,
            b"\0\x41",
            &theirs,
        ]
        .concat();
        let info = |word: &[u8]| [word, &context].concat();
        let key = hkdf(&salt, &secret, &info(b"Content-Encoding: aesgcm\0"), 16);
        let nonce = hkdf(&salt, &secret, &info(b"Content-Encoding: nonce\0"), 12);
        let text = open(&key, &nonce, &got.body);
        assert_eq!(text[..2], [0, 0]);
        serde_json::from_slice(&text[2..]).expect("JSON")
    }

    /// The same by `http_ece`; nothing where there is no Python.
    fn read_elsewhere(&self, got: &Got) -> Option<Value> {
        let home = testbench::Sandbox::new("push");
        let mut python = testbench::python_client("push_story.py", &home)?;
        let private: EcPrivateKeyBin<'_> = self.private.as_be_bytes().expect("bytes");
        let mut message = json!({
            "private": URL_SAFE_NO_PAD.encode(private.as_ref()),
            "auth": URL_SAFE_NO_PAD.encode(&self.auth),
            "encoding": got.header("content-encoding"),
            "body": URL_SAFE_NO_PAD.encode(&got.body),
        });
        if got.headers.contains_key("encryption") {
            message["salt"] = json!(got.part("encryption", "salt"));
            message["dh"] = json!(got.part("crypto-key", "dh"));
        }
        let mut child = python
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python runs");
        let mut into = child.stdin.take().expect("a pipe");
        writeln!(into, "{message}").expect("written");
        drop(into);
        let done = child.wait_with_output().expect("it ends");
        assert!(done.status.success());
        Some(serde_json::from_slice(&done.stdout).expect("JSON"))
    }
}

/// RFC 5869, for at most 32 bytes.
fn hkdf(salt: &[u8], secret: &[u8], info: &[u8], length: usize) -> Vec<u8> {
    let key = |bytes: &[u8]| hmac::Key::new(hmac::HMAC_SHA256, bytes);
    let prk = hmac::sign(&key(salt), secret);
    let block = hmac::sign(&key(prk.as_ref()), &[info, &[1]].concat());
    block.as_ref()[..length].to_vec()
}

fn open(key: &[u8], nonce: &[u8], text: &[u8]) -> Vec<u8> {
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, key).expect("a key"));
    let nonce = Nonce::try_assume_unique_for_key(nonce).expect("a nonce");
    let mut text = text.to_vec();
    let opened = key
        .open_in_place(nonce, Aad::empty(), &mut text)
        .expect("it opens");
    opened.to_vec()
}

/// The proof of who sent it holds for this push service, under the key that the place publishes.
fn check_proof(place: &Client, service: &Service, proof: &str) {
    let instance = place.get("/api/v2/instance").ok();
    let key = instance["configuration"]["vapid"]["public_key"]
        .as_str()
        .expect("a key");
    let key = URL_SAFE.decode(key).expect("base64");
    let (said, signature) = proof.rsplit_once('.').expect("a signature");
    let signature = URL_SAFE_NO_PAD.decode(signature).expect("base64");
    signature::UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key)
        .verify(said.as_bytes(), &signature)
        .expect("our signature");
    let claims = said.split_once('.').expect("claims").1;
    let claims = URL_SAFE_NO_PAD.decode(claims).expect("base64");
    let claims: Value = serde_json::from_slice(&claims).expect("JSON");
    assert_eq!(claims["aud"], service.base.as_str());
    let left = claims["exp"].as_i64().expect("a time") - crate::harness::now().0 / 1000;
    assert!((1..=24 * 3600).contains(&left), "{claims}");
}

fn check_message(message: &Value, ben: &Person, post: &Value) {
    assert_eq!(message["access_token"], ben.token());
    assert_eq!(message["notification_type"], "mention");
    assert_eq!(message["preferred_locale"], "en");
    assert_eq!(message["title"], "ana mentioned you");
    let body = message["body"].as_str().expect("text");
    assert!(body.ends_with("psst"), "{body}");
    let icon = message["icon"].as_str().expect("an address");
    assert_eq!(
        icon,
        post["account"]["avatar"].as_str().expect("an address")
    );
    let id = message["notification_id"]
        .as_i64()
        .expect("a number")
        .to_string();
    let notification = ben.get(&format!("/api/v1/notifications/{id}")).ok();
    assert_eq!(notification["status"]["id"], post["id"]);
}

fn an_app_reads_what_it_is_told_in_both_encodings(stage: &Stage) {
    let place = stage.instance();
    let (ana, ben) = (place.person("ana"), place.person("ben"));
    let (service, phone) = (Service::start(), Phone::new());
    let endpoint = format!("{}/ben", service.base);
    ben.hears_strangers();
    for standard in [true, false] {
        let wish = phone.subscription(&endpoint, standard);
        ben.post("/api/v1/push/subscription", &wish).ok();
        let post = ana.publish_to("direct", "@ben psst");
        let got = service.take();
        assert_eq!(got.header("ttl"), "172800");
        assert_eq!(got.header("urgency"), "normal");
        assert!(got.header("topic").len() <= 32);
        let message = if standard {
            assert_eq!(got.header("content-encoding"), "aes128gcm");
            let proof = got
                .header("authorization")
                .strip_prefix("vapid t=")
                .expect("a proof");
            check_proof(
                &place.visitor(),
                &service,
                proof.split(',').next().expect("a proof"),
            );
            phone.read_standard(&got)
        } else {
            assert_eq!(got.header("content-encoding"), "aesgcm");
            let proof = got
                .header("authorization")
                .strip_prefix("WebPush ")
                .expect("a proof");
            check_proof(&place.visitor(), &service, proof);
            phone.read_draft(&got)
        };
        check_message(&message, &ben, &post);
        if let Some(elsewhere) = phone.read_elsewhere(&got) {
            assert_eq!(elsewhere, message);
        }
        // Nobody on the way reads it.
        let plain = String::from_utf8_lossy(&got.body).into_owned();
        assert!(!plain.contains(ben.token()) && !plain.contains("psst"));
    }
}

fn a_subscription_is_shown_changed_and_ended(stage: &Stage) {
    let place = stage.instance();
    let (ana, ben) = (place.person("ana"), place.person("ben"));
    let (service, phone) = (Service::start(), Phone::new());
    let path = "/api/v1/push/subscription";
    ben.get(path).refused(404);
    ben.put(path, &json!({ "data": { "policy": "none" } }))
        .refused(404);
    let endpoint = format!("{}/ben", service.base);
    let made = ben.post(path, &phone.subscription(&endpoint, true)).ok();
    id_of(&made);
    assert_eq!(made["endpoint"], endpoint.as_str());
    assert_eq!(made["standard"], true);
    assert_eq!(made["policy"], "all");
    assert_eq!(made["alerts"]["mention"], true);
    assert_eq!(made["alerts"]["follow"], true);
    assert_eq!(made["alerts"]["poll"], false);
    assert_eq!(made["alerts"]["admin.report"], false);
    let key = ben.get("/api/v2/instance").ok()["configuration"]["vapid"]["public_key"].clone();
    assert_eq!(made["server_key"], key);
    assert_eq!(ben.get(path).ok(), made);
    // Another token of the same person has none, and neither do other people.
    place
        .with_token(&place.token("ben", "push"))
        .get(path)
        .refused(404);
    ana.get(path).refused(404);
    place
        .with_token(&place.token("ben", "read write follow"))
        .get(path)
        .refused(403);
    let app = place.visitor().form(
        "/api/v1/apps",
        &[
            ("client_name", "App"),
            ("redirect_uris", "urn:ietf:wg:oauth:2.0:oob"),
        ],
    );
    assert_eq!(app.ok()["vapid_key"], key);
    let changed = ben
        .patch(path, &json!({ "data": { "alerts": { "follow": true } } }))
        .ok();
    assert_eq!(changed["alerts"]["mention"], false);
    assert_eq!(changed["policy"], "all");
    ben.put(path, &json!({ "data": { "policy": "some" } }))
        .refused(422);
    // A mention is not told now, a follow is.
    ana.publish("@ben hello");
    place.settle_inside();
    ana.towards(&ben.id, "follow").ok();
    let message = phone.read_standard(&service.take());
    assert_eq!(message["notification_type"], "follow");
    assert!(service.messages.lock().expect("messages").is_empty());
    for broken in [
        json!({ "subscription": { "endpoint": endpoint } }),
        json!({ "subscription": { "endpoint": "ftp://push.example", "keys": { "p256dh": "x", "auth": "y" } } }),
        json!({}),
    ] {
        ben.post(path, &broken).refused(422);
    }
    assert_eq!(ben.get(path).ok(), changed);
    assert_eq!(ben.delete(path).ok(), json!({}));
    ben.get(path).refused(404);
    assert_eq!(ben.delete(path).ok(), json!({}));
}
