//! Redirects and deliveries: how far they are followed, who signs, what is never done.

use std::sync::Mutex;

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use bytes::Bytes;
use http::Method;
use url::Url;

use super::{anything, lab_fetcher, serve, url};
use crate::{Error, Get, Refusal, RequestSigner, SignError};

fn to(location: &str) -> impl IntoResponse + use<> {
    (StatusCode::FOUND, [("location", location.to_owned())])
}

/// `/hops/3` leads over three redirects to `/hops/0`.
fn hops() -> Router {
    Router::new().route(
        "/hops/{left}",
        get(|Path(left): Path<u32>, headers: HeaderMap| async move {
            if left > 0 {
                return to(&format!("/hops/{}", left - 1)).into_response();
            }
            let signed = headers.get("signature").cloned();
            signed
                .map_or(String::new(), |v| v.to_str().unwrap().to_owned())
                .into_response()
        }),
    )
}

#[derive(Default)]
struct Witness(Mutex<Vec<String>>);

impl RequestSigner for Witness {
    fn sign(&self, method: &Method, url: &Url) -> Result<http::HeaderMap, SignError> {
        self.0
            .lock()
            .unwrap()
            .push(format!("{method} {}", url.path()));
        let mut headers = http::HeaderMap::new();
        headers.insert("host", "somewhere.else".parse()?);
        headers.insert("signature", url.path().parse()?);
        Ok(headers)
    }
}

#[tokio::test]
async fn three_hops_are_followed_each_signed_anew_and_the_fourth_is_refused() {
    let address = serve(hops()).await;
    let fetcher = lab_fetcher();
    let witness = Witness::default();
    let signed = Get {
        sign: Some(&witness),
        ..anything(100)
    };
    let answer = fetcher
        .get(&url(&format!("http://{address}/hops/3#key")), signed)
        .await
        .unwrap();
    assert_eq!(
        answer.final_url.as_str(),
        format!("http://{address}/hops/0")
    );
    assert_eq!(&answer.body[..], b"/hops/0");
    assert_eq!(
        *witness.0.lock().unwrap(),
        ["GET /hops/3", "GET /hops/2", "GET /hops/1", "GET /hops/0"]
    );
    let error = fetcher
        .get(&url(&format!("http://{address}/hops/4")), anything(100))
        .await
        .unwrap_err();
    assert!(
        matches!(error, Error::Refused(Refusal::TooManyRedirects)),
        "{error}"
    );
}

#[tokio::test]
async fn a_redirect_is_checked_like_a_first_request() {
    use Refusal::{Address, Literal, Redirect, Scheme, TooManyRedirects, UserInfo};
    let table = [
        ("http://10.0.0.1/", Literal),
        ("http://169.254.169.254/latest/meta-data/", Literal),
        ("http://[::1]/", Literal),
        ("http://2130706433.evil.example@127.0.0.1/", UserInfo),
        ("file:///etc/passwd", Scheme),
        ("data:application/activity+json,{}", Scheme),
        ("gopher://127.0.0.1/", Scheme),
        ("http://[", Redirect),
        ("", TooManyRedirects),
    ];
    for (location, why) in table {
        let router = Router::new().route("/", get(move || async move { to(location) }));
        let address = serve(router).await;
        let error = lab_fetcher()
            .get(&url(&format!("http://{address}/")), anything(100))
            .await
            .unwrap_err();
        assert!(
            matches!(error, Error::Refused(refusal) if refusal == why),
            "{location}: {error}"
        );
    }
    let router = Router::new().route("/", get(|| async { to("http://inner.example:8080/") }));
    let address = serve(router).await;
    let fetcher = super::fetcher(super::lab(), super::Script::of(&[&["192.168.0.1"]]));
    let error = fetcher
        .get(&url(&format!("http://{address}/")), anything(100))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Refused(Address)), "{error}");
}

#[tokio::test]
async fn a_redirect_without_a_place_is_refused_and_other_3xx_are_answers() {
    let router = Router::new()
        .route("/nowhere", get(|| async { StatusCode::FOUND }))
        .route("/same", get(|| async { StatusCode::NOT_MODIFIED }));
    let address = serve(router).await;
    let fetcher = lab_fetcher();
    let ask = |path: &str| {
        let target = url(&format!("http://{address}{path}"));
        let fetcher = fetcher.clone();
        async move { fetcher.get(&target, anything(100)).await }
    };
    let error = ask("/nowhere").await.unwrap_err();
    assert!(matches!(error, Error::Refused(Refusal::Redirect)));
    let same = ask("/same").await.unwrap();
    assert_eq!(same.status, StatusCode::NOT_MODIFIED);
    assert!(!same.success().unwrap_err().is_permanent());
}

#[tokio::test]
async fn a_caller_may_forbid_to_leave_the_host() {
    let other = serve(hops()).await;
    let there = format!("http://{other}/hops/0");
    let router = Router::new().route("/", get(move || async move { to(&there) }));
    let address = serve(router).await;
    let target = url(&format!("http://{address}/"));
    let stay = Get {
        same_host_redirects: true,
        ..anything(100)
    };
    let error = lab_fetcher().get(&target, stay).await.unwrap_err();
    assert!(matches!(error, Error::Refused(Refusal::OtherHost)));
    let left = lab_fetcher().get(&target, anything(100)).await.unwrap();
    assert_eq!(left.final_url.port(), Some(other.port()));
}

#[tokio::test]
async fn a_delivery_is_not_redirected_and_tells_how_it_was_taken() {
    let router = Router::new()
        .route("/moved", post(|| async { to("/inbox") }))
        .route(
            "/inbox",
            post(|headers: HeaderMap, body: Bytes| async move {
                let kind = headers["content-type"].to_str().unwrap().to_owned();
                format!("{kind} {}\n", body.len())
            }),
        )
        .route(
            "/busy",
            post(|| async { (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "30")]) }),
        );
    let address = serve(router).await;
    let fetcher = lab_fetcher();
    let deliver = |path: &str| {
        let target = url(&format!("http://{address}{path}"));
        let fetcher = fetcher.clone();
        let headers = vec![
            (
                http::header::CONTENT_TYPE,
                "application/activity+json".parse().unwrap(),
            ),
            (http::header::HOST, "other.example".parse().unwrap()),
        ];
        async move {
            let body = Bytes::from_static(b"{}");
            fetcher.post(&target, body, headers).await.unwrap()
        }
    };
    let moved = deliver("/moved").await;
    assert_eq!(moved.status, StatusCode::FOUND);
    let taken = deliver("/inbox").await;
    assert_eq!(taken.status, StatusCode::OK);
    assert_eq!(taken.body_snippet, "application/activity+json 2 ");
    let busy = deliver("/busy").await;
    assert_eq!(busy.retry_after, Some(std::time::Duration::from_secs(30)));
}
