//! The client against servers that lie: real sockets on loopback, each story a few milliseconds. The
//! tables of addresses and types stand beside the code that judges them.

mod bodies;
mod redirects;
mod tls;

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use futures::future::BoxFuture;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use url::Url;

use crate::{Error, Fetcher, Get, Limits, Lookup, Policy, Refusal};

/// Both switches of a laboratory: plain http and loopback.
fn lab() -> Policy {
    Policy {
        allow_http: true,
        allow_private: vec!["127.0.0.0/8".parse().unwrap()],
        extra_ca: None,
    }
}

fn quick() -> Limits {
    Limits {
        connect: Duration::from_secs(2),
        idle: Duration::from_millis(300),
        total: Duration::from_secs(2),
    }
}

/// Answers every name with the next entry of its list, the last one for ever.
#[derive(Default)]
struct Script {
    answers: Mutex<VecDeque<Vec<IpAddr>>>,
    asked: AtomicUsize,
}

impl Script {
    fn of(answers: &[&[&str]]) -> Arc<Self> {
        let parse = |list: &&[&str]| list.iter().map(|a| a.parse().unwrap()).collect();
        Arc::new(Self {
            answers: Mutex::new(answers.iter().map(parse).collect()),
            asked: AtomicUsize::new(0),
        })
    }
}

impl Lookup for Script {
    fn lookup<'a>(&'a self, _: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let mut answers = self.answers.lock().unwrap();
        let answer = if answers.len() > 1 {
            answers.pop_front()
        } else {
            answers.front().cloned()
        };
        Box::pin(async move { answer.ok_or(io::ErrorKind::NotFound.into()) })
    }
}

fn fetcher(policy: Policy, lookup: Arc<Script>) -> Fetcher {
    Fetcher::with(policy, "test", quick(), lookup).unwrap()
}

fn lab_fetcher() -> Fetcher {
    fetcher(lab(), Script::of(&[&["127.0.0.1"]]))
}

fn anything(max_bytes: usize) -> Get<'static> {
    Get {
        accept: "*/*",
        max_bytes,
        same_host_redirects: false,
        sign: None,
    }
}

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

/// A server of our own that speaks properly.
async fn serve(router: Router) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// A server that answers each connection with these bytes, whatever they are, and counts.
async fn serve_raw(answer: &'static [u8]) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let count = Arc::new(AtomicUsize::new(0));
    let counter = count.clone();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            counter.fetch_add(1, Ordering::Relaxed);
            tokio::spawn(async move {
                let _ = socket.read(&mut [0; 4096]).await;
                let _ = socket.write_all(answer).await;
                let _ = socket.shutdown().await;
            });
        }
    });
    (address, count)
}

const HELLO: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi";

#[tokio::test]
async fn a_name_that_leads_home_is_refused_and_no_socket_is_opened() {
    let (address, connections) = serve_raw(HELLO).await;
    let http_only = Policy {
        allow_http: true,
        ..Policy::default()
    };
    for home in [
        "127.0.0.1",
        "10.0.0.1",
        "169.254.169.254",
        "::1",
        "::ffff:127.0.0.1",
    ] {
        let fetcher = fetcher(http_only.clone(), Script::of(&[&[home]]));
        let error = fetcher
            .get(&url("http://evil.example/"), anything(10))
            .await
            .unwrap_err();
        assert!(
            matches!(error, Error::Refused(Refusal::Address)),
            "{home}: {error}"
        );
    }
    let strict = fetcher(http_only, Script::of(&[&["127.0.0.1"]]));
    for target in [
        format!("http://{address}/"),
        format!("http://evil.example:{}/", address.port()),
    ] {
        let error = strict.get(&url(&target), anything(10)).await.unwrap_err();
        assert!(error.is_permanent(), "{target}: {error}");
    }
    assert_eq!(connections.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn a_name_that_changes_its_mind_gains_nothing() {
    let (address, connections) = serve_raw(HELLO).await;
    let script = Script::of(&[&["127.0.0.1"], &["10.0.0.1"], &["127.0.0.1", "10.0.0.1"]]);
    let fetcher = fetcher(lab(), script.clone());
    let target = url(&format!("http://evil.example:{}/", address.port()));
    let first = fetcher.get(&target, anything(10)).await.unwrap();
    assert_eq!(&first.body[..], b"hi");
    for _ in 0..2 {
        let error = fetcher.get(&target, anything(10)).await.unwrap_err();
        assert!(matches!(error, Error::Refused(Refusal::Address)), "{error}");
    }
    assert_eq!(script.asked.load(Ordering::Relaxed), 3);
    assert_eq!(connections.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn nobody_at_home_is_a_passing_fault() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let free = listener.local_addr().unwrap();
    drop(listener);
    let error = lab_fetcher()
        .get(&url(&format!("http://{free}/")), anything(10))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Connect(_)), "{error}");
    assert!(!error.is_permanent());

    let nameless = fetcher(lab(), Script::of(&[]));
    let error = nameless
        .get(&url("https://nowhere.example/"), anything(10))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Connect(_)), "{error}");
}

#[test]
fn the_system_resolver_knows_localhost() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let found = runtime
        .block_on(crate::SystemLookup.lookup("localhost"))
        .unwrap();
    assert!(found.iter().all(IpAddr::is_loopback) && !found.is_empty());
}
