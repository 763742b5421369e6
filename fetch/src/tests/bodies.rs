//! Bodies that are too large, too slow, cut off or of the wrong type.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::routing::get;
use bytes::Bytes;
use futures::stream;
use tower_http::compression::CompressionLayer;

use super::{Script, anything, lab, lab_fetcher, serve, serve_raw, url};
use crate::{Error, Fetcher, Limits, Refusal};

const PIECE: usize = 64 * 1024;

#[tokio::test]
async fn an_endless_body_is_cut_at_the_limit() {
    let taken = Arc::new(AtomicUsize::new(0));
    let counter = taken.clone();
    let endless = move || {
        let counter = counter.clone();
        Body::from_stream(stream::repeat_with(move || {
            counter.fetch_add(1, Ordering::Relaxed);
            Ok::<_, Infallible>(Bytes::from_static(&[b'0'; PIECE]))
        }))
    };
    let address = serve(Router::new().route("/", get(move || async move { endless() }))).await;
    let limit = 1024 * 1024;
    let error = lab_fetcher()
        .get(&url(&format!("http://{address}/")), anything(limit))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::TooLarge { limit: l } if l == limit));
    assert!(error.is_permanent());
    let produced = taken.load(Ordering::Relaxed) * PIECE;
    assert!(produced < 64 * limit, "{produced} bytes left the server");
}

#[tokio::test]
async fn a_compressed_body_counts_by_what_comes_out() {
    for (gzip, br) in [(true, false), (false, true)] {
        let packed = CompressionLayer::new().gzip(gzip).br(br);
        let router = Router::new()
            .route(
                "/{size}",
                get(|Path(size): Path<usize>| async move { vec![b'0'; size] }),
            )
            .layer(packed);
        let address = serve(router).await;
        let patient = Fetcher::with(
            lab(),
            "test",
            Limits::default(),
            Script::of(&[&["127.0.0.1"]]),
        )
        .unwrap();
        let ask = async |size: usize| {
            let target = url(&format!("http://{address}/{size}"));
            patient.get(&target, anything(PIECE)).await
        };
        assert_eq!(ask(PIECE).await.unwrap().body.len(), PIECE);
        let error = ask(100 * PIECE).await.unwrap_err();
        assert!(matches!(error, Error::TooLarge { .. }), "{error}");
    }
}

#[tokio::test]
async fn a_body_at_the_limit_passes_and_one_byte_more_does_not() {
    let router = Router::new().route(
        "/{size}",
        get(|Path(size): Path<usize>| async move { vec![b'x'; size] }),
    );
    let address = serve(router).await;
    let ask = |size: usize| async move {
        lab_fetcher()
            .get(&url(&format!("http://{address}/{size}")), anything(1000))
            .await
    };
    assert_eq!(ask(1000).await.unwrap().body.len(), 1000);
    assert!(matches!(
        ask(1001).await.unwrap_err(),
        Error::TooLarge { limit: 1000 }
    ));
}

#[tokio::test]
async fn an_announced_length_is_not_believed() {
    let (short, _) = serve_raw(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345").await;
    let (vast, _) = serve_raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n1").await;
    let (long, _) = serve_raw(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n123456789").await;
    let (twice, _) =
        serve_raw(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n1234").await;
    let (noise, _) = serve_raw(b"SSH-2.0-OpenSSH_9.2\r\n").await;
    let ask = |address: std::net::SocketAddr| async move {
        lab_fetcher()
            .get(&url(&format!("http://{address}/")), anything(100))
            .await
    };
    assert!(matches!(ask(short).await.unwrap_err(), Error::Broken(_)));
    assert!(matches!(
        ask(vast).await.unwrap_err(),
        Error::TooLarge { limit: 100 }
    ));
    assert_eq!(&ask(long).await.unwrap().body[..], b"123");
    assert!(matches!(ask(twice).await.unwrap_err(), Error::Broken(_)));
    assert!(matches!(ask(noise).await.unwrap_err(), Error::Broken(_)));
}

#[tokio::test]
async fn a_server_that_falls_silent_or_drips_is_left() {
    let dripping = |pause: Duration| {
        Router::new().route(
            "/",
            get(move || async move {
                Body::from_stream(stream::unfold((), move |()| async move {
                    tokio::time::sleep(pause).await;
                    Some((Ok::<_, Infallible>(Bytes::from_static(b"x")), ()))
                }))
            }),
        )
    };
    for pause in [Duration::from_secs(60), Duration::from_millis(30)] {
        let address = serve(dripping(pause)).await;
        let start = Instant::now();
        let error = lab_fetcher()
            .get(&url(&format!("http://{address}/")), anything(10_000))
            .await
            .unwrap_err();
        assert!(matches!(error, Error::Timeout), "{pause:?}: {error}");
        assert!(!error.is_permanent());
        assert!(start.elapsed() < Duration::from_secs(10), "{pause:?}");
    }
}

#[tokio::test]
async fn a_document_of_another_type_is_not_an_actor() {
    let router = Router::new().route(
        "/{*kind}",
        get(|Path(kind): Path<String>| async move { ([("content-type", kind)], "{}") }),
    );
    let address = serve(router).await;
    let fetcher = lab_fetcher();
    let at = |kind: &str| {
        let mut target = url(&format!("http://{address}/"));
        target.set_path(kind);
        target
    };
    for kind in [
        "application/activity+json",
        "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"; charset=utf-8",
    ] {
        let (final_url, body) = fetcher.get_activity(&at(kind), None).await.unwrap();
        assert_eq!((final_url, &body[..]), (at(kind), &b"{}"[..]));
    }
    for kind in [
        "text/html",
        "application/json",
        "text/plain",
        "application/ld+json",
        "application/activity+json-evil",
        "image/png",
    ] {
        let error = fetcher.get_activity(&at(kind), None).await.unwrap_err();
        assert!(
            matches!(error, Error::Refused(Refusal::MediaType)),
            "{kind}: {error}"
        );
    }
    for kind in ["application/json", "application/jrd+json; charset=utf-8"] {
        fetcher.get_json(&at(kind)).await.unwrap();
    }
    for kind in ["text/html", "application/xrd+xml"] {
        fetcher.get_json(&at(kind)).await.unwrap_err();
    }
    fetcher.get_media(&at("image/png"), 10).await.unwrap();
    fetcher.get_media(&at("text/html"), 10).await.unwrap_err();
    let (bare, _) = serve_raw(super::HELLO).await;
    let error = fetcher
        .get_activity(&url(&format!("http://{bare}/")), None)
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Refused(Refusal::MediaType)));
}

#[tokio::test]
async fn a_bad_status_is_an_error_of_a_document_and_says_whether_it_lasts() {
    let router = Router::new().route(
        "/{code}",
        get(|Path(code): Path<u16>| async move {
            let kind = [("content-type", "application/activity+json")];
            let status = axum::http::StatusCode::from_u16(code).unwrap();
            (status, kind, "{}")
        }),
    );
    let address = serve(router).await;
    for (code, permanent) in [
        (404, true),
        (410, true),
        (401, true),
        (429, false),
        (503, false),
    ] {
        let error = lab_fetcher()
            .get_activity(&url(&format!("http://{address}/{code}")), None)
            .await
            .unwrap_err();
        assert!(matches!(&error, Error::Status { status, .. } if status.as_u16() == code));
        assert_eq!(error.is_permanent(), permanent, "{code}");
        assert_eq!(error.is_gone(), code == 410);
    }
}
