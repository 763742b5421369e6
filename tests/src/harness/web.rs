//! A corner of the web that is no fediverse server: pages, pictures, a translation service.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::runtime;

/// What it answers to a posted document.
type Answerer = fn(&Value) -> Value;

#[derive(Default)]
struct Inner {
    pages: Vec<(String, &'static str, Vec<u8>)>,
    answerer: Option<Answerer>,
    asked: Vec<String>,
}

/// A web server whose every byte a story chooses.
#[derive(Clone)]
pub(crate) struct Web {
    /// `http://127.0.0.1:PORT`
    pub(crate) base: String,
    inner: Arc<Mutex<Inner>>,
}

impl Web {
    /// Starts it, with nothing on it.
    pub(crate) fn new() -> Self {
        let (listener, base) = runtime().block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
                .await
                .expect("a port");
            let base = format!("http://{}", listener.local_addr().expect("an address"));
            (listener, base)
        });
        let inner = Arc::new(Mutex::new(Inner::default()));
        let app = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&inner));
        runtime().spawn(async move { axum::serve(listener, app).await });
        Self { base, inner }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts something at a path, in place of what was there.
    pub(crate) fn put(&self, path: &str, kind: &'static str, bytes: &[u8]) -> String {
        let mut inner = self.inner();
        inner.pages.retain(|page| page.0 != path);
        inner.pages.push((path.to_owned(), kind, bytes.to_vec()));
        format!("{}{path}", self.base)
    }

    /// What it says to documents that are posted to it.
    pub(crate) fn answers(&self, answerer: Answerer) {
        self.inner().answerer = Some(answerer);
    }

    /// The paths that were asked for.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.inner().asked.clone()
    }
}

async fn answer(State(inner): State<Arc<Mutex<Inner>>>, uri: Uri, body: Bytes) -> Response {
    let mut inner = inner.lock().unwrap_or_else(PoisonError::into_inner);
    let path = uri.path().to_owned();
    inner.asked.push(path.clone());
    if !body.is_empty() {
        let posted = serde_json::from_slice(&body).unwrap_or_default();
        return match inner.answerer {
            Some(answerer) => axum::Json(answerer(&posted)).into_response(),
            None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        };
    }
    match inner.pages.iter().find(|page| page.0 == path) {
        Some((_, kind, bytes)) => ([(header::CONTENT_TYPE, *kind)], bytes.clone()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
