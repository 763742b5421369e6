//! Streams: the WebSocket with many of them, and an address of server-sent events for each. Who may hear
//! what is decided in `services::live`; here are doors, words and wires. Nobody listens without a token,
//! as with Mastodon.

mod names;
mod print;
mod socket;
mod sse;

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use services::live::Link;

use self::names::{Asked, needs};
use super::Routes;
use crate::auth::{Needs, Public, StreamAuth, scopes};
use crate::error::{Error, Result};
use crate::state::AppState;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/streaming", socket)
        .get("/api/v1/streaming/health", health)
        .get("/api/v1/streaming/user", user)
        .get("/api/v1/streaming/user/notification", notifications)
        .get("/api/v1/streaming/direct", direct)
        .get("/api/v1/streaming/public", public)
        .get("/api/v1/streaming/public/local", local)
        .get("/api/v1/streaming/public/remote", remote)
        .get("/api/v1/streaming/hashtag", tag)
        .get("/api/v1/streaming/hashtag/local", local_tag)
        .get("/api/v1/streaming/list", list)
}

async fn health(_anyone: Public) -> &'static str {
    "OK"
}

/// With any scope that opens a stream one may connect; each stream then asks for its own.
async fn socket(
    auth: StreamAuth<scopes::Stream>,
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
    upgrade: std::result::Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response> {
    let mut upgrade =
        upgrade.map_err(|_why| Error::Malformed("This address speaks WebSocket".to_owned()))?;
    // A browser closes a socket whose answer names none of the protocols that it offered.
    let offered = upgrade.requested_protocols().next().cloned();
    if let Some(protocol) = offered {
        upgrade.set_selected_protocol(protocol);
    }
    let asked = Asked::query(query.as_deref().unwrap_or_default());
    let first = (!asked.stream.is_empty()).then_some(asked);
    let link = open(&state, &auth)?;
    let ctx = state.ctx;
    Ok(upgrade
        .max_message_size(socket::LARGEST)
        .max_frame_size(socket::LARGEST)
        // Each socket keeps a buffer of this size, and blanks it whenever it looks for a frame.
        .read_buffer_size(socket::LARGEST)
        .on_upgrade(move |socket| socket::Talk::new(ctx, auth, link, socket).run(first)))
}

fn open<N>(state: &AppState, auth: &StreamAuth<N>) -> Result<Link> {
    Link::open(&state.ctx, &auth.viewer, auth.token, auth.address).map_err(|error| match error {
        services::Error::LimitExceeded(_) => Error::TooMany(60),
        other => other.into(),
    })
}

/// The stream with this name, as server-sent events.
async fn listen<N: Needs>(
    auth: StreamAuth<N>,
    state: AppState,
    query: Option<String>,
    name: &str,
) -> Result<Response> {
    let mut asked = Asked::query(query.as_deref().unwrap_or_default());
    name.clone_into(&mut asked.stream);
    let stream = asked.stream()?;
    if !auth.may(needs(&stream)) {
        return Err(Error::OutsideScopes);
    }
    let link = open(&state, &auth)?;
    link.subscribe(stream, auth.may(socket::NOTIFICATIONS))
        .await?;
    Ok(sse::answer(state.ctx, link))
}

macro_rules! listening {
    ($( $handler:ident($needs:ident) = $name:literal; )+) => { $(
        async fn $handler(
            auth: StreamAuth<scopes::$needs>,
            State(state): State<AppState>,
            RawQuery(query): RawQuery,
        ) -> Result<Response> {
            listen(auth, state, query, $name).await
        }
    )+ };
}

listening! {
    user(ReadStatuses) = "user";
    notifications(ReadNotifications) = "user:notification";
    direct(ReadStatuses) = "direct";
    public(ReadStatuses) = "public";
    local(ReadStatuses) = "public:local";
    remote(ReadStatuses) = "public:remote";
    tag(ReadStatuses) = "hashtag";
    local_tag(ReadStatuses) = "hashtag:local";
    list(StreamList) = "list";
}
