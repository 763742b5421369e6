//! Server-sent events: one stream an address, a heartbeat between.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HeaderName};
use axum::response::{IntoResponse as _, Response};
use futures::stream;
use services::Ctx;
use services::live::{End, Link};
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use super::print;

/// Proxies close what is silent for a minute.
const HEARTBEAT: Duration = Duration::from_secs(15);

struct Listening {
    ctx: Ctx,
    link: Link,
    heartbeat: tokio::time::Interval,
    begun: bool,
}

/// The answer that does not end while the link lasts.
pub(super) fn answer(ctx: Ctx, link: Link) -> Response {
    let mut heartbeat = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let listening = Listening {
        ctx,
        link,
        heartbeat,
        begun: false,
    };
    let events = stream::unfold(Some(listening), |listening| async {
        let mut listening = listening?;
        let (text, ended) = listening.next().await;
        let rest = (!ended).then_some(listening);
        Some((Ok::<_, Infallible>(text), rest))
    });
    let headers = [
        (CONTENT_TYPE, "text/event-stream"),
        // nginx holds back what it buffers.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    (headers, Body::from_stream(events)).into_response()
}

impl Listening {
    async fn next(&mut self) -> (String, bool) {
        if !self.begun {
            self.begun = true;
            return (":)\n".to_owned(), false);
        }
        tokio::select! {
            said = self.link.next() => match said {
                Ok(said) => (print::sent(&self.ctx.place, &said), false),
                Err(End::Stopping) => ("retry: 2000\n\n".to_owned(), true),
                Err(End::Revoked | End::Slow) => (":\n".to_owned(), true),
            },
            _ = self.heartbeat.tick() => (":thump\n".to_owned(), false),
        }
    }
}
