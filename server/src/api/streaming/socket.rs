//! The WebSocket: many streams over one connection, in both directions.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use model::Scope;
use serde_json::Value;
use services::Ctx;
use services::live::{End, Link};
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use super::names::{Asked, needs};
use super::print;
use crate::auth::{Needs, StreamAuth, scopes};
use crate::error::{Error, Result};

/// Mastodon's clients expect a sign of life each half minute.
const PING: Duration = Duration::from_secs(25);
/// Who has not answered so many pings is gone.
const MOST_UNANSWERED: u32 = 2;
/// Nobody's network takes longer for a frame.
const SENDING: Duration = Duration::from_secs(20);
/// The bytes of a frame from a client.
pub(super) const LARGEST: usize = 4 * 1024;
/// Frames of a client between two pings.
const MOST_FRAMES: u32 = 300;

/// One open socket.
pub(super) struct Talk<N> {
    ctx: Ctx,
    auth: StreamAuth<N>,
    link: Link,
    socket: WebSocket,
    frames: u32,
}

/// What happens next.
enum Next {
    Send(Message),
    Heard(Message),
    Ping,
    Over(Option<End>),
}

impl<N: Needs> Talk<N> {
    pub(super) const fn new(ctx: Ctx, auth: StreamAuth<N>, link: Link, socket: WebSocket) -> Self {
        Self {
            ctx,
            auth,
            link,
            socket,
            frames: 0,
        }
    }

    /// Talks until one of the two has enough; `first` is what was asked for at the door.
    pub(super) async fn run(mut self, first: Option<Asked>) {
        if let Some(asked) = first
            && let Some(refusal) = self.subscribe(&asked).await
            && !self.send(refusal).await
        {
            return;
        }
        let mut ping = interval_at(Instant::now() + PING, PING);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut unanswered = 0;
        loop {
            let next = tokio::select! {
                said = self.link.next() => match said {
                    Ok(said) => Next::Send(text(print::frame(&self.ctx.place, &said))),
                    Err(end) => Next::Over(Some(end)),
                },
                got = self.socket.recv() => match got {
                    Some(Ok(message)) => Next::Heard(message),
                    Some(Err(_)) | None => Next::Over(None),
                },
                _ = ping.tick() => Next::Ping,
            };
            let answer = match next {
                Next::Over(end) => return self.close(end).await,
                Next::Send(message) => Some(message),
                Next::Ping => {
                    self.frames = 0;
                    unanswered += 1;
                    if unanswered > MOST_UNANSWERED {
                        return;
                    }
                    Some(Message::Ping(Default::default()))
                }
                Next::Heard(message) => {
                    unanswered = 0;
                    self.frames += 1;
                    if self.frames > MOST_FRAMES {
                        return self.close(Some(End::Slow)).await;
                    }
                    self.heard(message).await
                }
            };
            if let Some(message) = answer
                && !self.send(message).await
            {
                return;
            }
        }
    }

    /// A frame of the client, and what is answered.
    async fn heard(&mut self, message: Message) -> Option<Message> {
        let wish = match message {
            Message::Text(wish) => wish,
            Message::Binary(_) => {
                return Some(refusal(&Error::Malformed("Frames are text".to_owned())));
            }
            Message::Ping(_) | Message::Pong(_) | Message::Close(_) => return None,
        };
        match read(&wish) {
            Ok((true, asked)) => self.subscribe(&asked).await,
            Ok((false, asked)) => match asked.stream() {
                Ok(stream) => {
                    self.link.unsubscribe(&stream);
                    None
                }
                Err(error) => Some(refusal(&error)),
            },
            Err(error) => Some(refusal(&error)),
        }
    }

    /// Listens to a stream, or tells why not.
    async fn subscribe(&mut self, asked: &Asked) -> Option<Message> {
        let done: Result<()> = async {
            let stream = asked.stream()?;
            if !self.auth.may(needs(&stream)) {
                return Err(Error::OutsideScopes);
            }
            let told = self.auth.may(NOTIFICATIONS);
            Ok(self.link.subscribe(stream, told).await?)
        }
        .await;
        done.err().map(|error| {
            error.log();
            refusal(&error)
        })
    }

    /// Sends, unless the link ends meanwhile; `false` where it is over.
    async fn send(&mut self, message: Message) -> bool {
        let ending = self.link.ending();
        tokio::select! {
            sent = tokio::time::timeout(SENDING, self.socket.send(message)) => {
                matches!(sent, Ok(Ok(())))
            }
            _ = ending => false,
        }
    }

    async fn close(mut self, end: Option<End>) {
        let (code, reason) = match end {
            None => return,
            Some(End::Revoked) => (close_code::POLICY, "the access token is invalid"),
            Some(End::Slow) => (close_code::AGAIN, "too much at once"),
            Some(End::Stopping) => (close_code::RESTART, "the server restarts"),
        };
        let farewell = Message::Close(Some(CloseFrame {
            code,
            reason: reason.into(),
        }));
        let good_bye = async {
            if self.socket.send(farewell).await.is_ok() {
                // The client's own farewell ends it; what it still says is not heard.
                while let Some(Ok(_)) = self.socket.recv().await {}
            }
        };
        let _in_time = tokio::time::timeout(Duration::from_secs(1), good_bye).await;
    }
}

/// With one of these one hears of notifications on `user`.
pub(super) const NOTIFICATIONS: &[Scope] = scopes::ReadNotifications::SCOPES;

fn text(text: String) -> Message {
    Message::Text(text.into())
}

fn refusal(error: &Error) -> Message {
    text(print::refusal(error))
}

/// A client's wish: to subscribe (or not any more), and to what.
fn read(wish: &str) -> Result<(bool, Asked)> {
    let wish: Value = serde_json::from_str(wish)
        .map_err(|_error| Error::Malformed("This frame is no JSON".to_owned()))?;
    let word = |name: &str| match wish.get(name) {
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let subscribes = match word("type").as_deref() {
        Some("subscribe") => true,
        Some("unsubscribe") => false,
        _ => return Err(Error::Malformed("Unknown type of message".to_owned())),
    };
    let asked = Asked {
        stream: word("stream").unwrap_or_default(),
        list: word("list"),
        tag: word("tag"),
        group: word("group"),
        only_media: matches!(wish.get("only_media"), Some(Value::Bool(true))),
    };
    Ok((subscribes, asked))
}
