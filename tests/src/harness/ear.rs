//! Those who listen: an app with a WebSocket, and one that reads server-sent events as bytes.

use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::{Client, Instance, PATIENCE, runtime};

/// An app with an open socket.
pub(crate) struct Ear {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// The subprotocol that the server named.
    pub(crate) protocol: Option<String>,
}

impl Ear {
    /// Opens a socket; the status code where the server says no.
    pub(crate) fn open(
        place: &Instance,
        path: &str,
        headers: &[(&'static str, &str)],
    ) -> Result<Self, u16> {
        let address = place.url(path).replacen("http://", "ws://", 1);
        let mut request = address.into_client_request().expect("an address");
        for (name, value) in headers {
            let value = value.parse().expect("a header");
            request.headers_mut().insert(*name, value);
        }
        match runtime().block_on(connect_async(request)) {
            Ok((socket, answer)) => Ok(Self {
                socket,
                protocol: answer
                    .headers()
                    .get("sec-websocket-protocol")
                    .and_then(|value| value.to_str().ok())
                    .map(str::to_owned),
            }),
            Err(Error::Http(answer)) => Err(answer.status().as_u16()),
            Err(error) => panic!("no socket: {error}"),
        }
    }

    /// An app of this person, subscribed to these streams.
    pub(crate) fn of(place: &Instance, app: &Client, streams: &[Value]) -> Self {
        let bearer = format!("Bearer {}", app.token());
        let ear = Self::open(place, "/api/v1/streaming", &[("authorization", &bearer)]);
        let mut ear = ear.expect("a socket");
        for stream in streams {
            let mut wish = stream.clone();
            wish["type"] = json!("subscribe");
            ear.say(&wish.to_string());
        }
        ear.settle();
        ear
    }

    /// Says something.
    pub(crate) fn say(&mut self, text: &str) {
        let said = self.socket.send(Message::text(text));
        runtime().block_on(said).expect("it is said");
    }

    /// Waits until what was said was understood: an unknown wish is answered after it.
    pub(crate) fn settle(&mut self) {
        self.say(r#"{"type":"are you there"}"#);
        let answer = self.next();
        assert_eq!(answer["error"], "Unknown type of message", "{answer}");
    }

    /// The next frame, where one comes.
    pub(crate) fn frame(&mut self) -> Option<Value> {
        loop {
            // A timeout is made inside of a runtime.
            let inside = runtime().enter();
            let wait = tokio::time::timeout(PATIENCE, self.socket.next());
            drop(inside);
            match runtime().block_on(wait).expect("a frame in time") {
                Some(Ok(Message::Text(text))) => {
                    return Some(serde_json::from_str(&text).expect("JSON"));
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }

    /// The next frame.
    pub(crate) fn next(&mut self) -> Value {
        self.frame().expect("a frame, and no end")
    }

    /// The next event: stream, name, payload (an entity, or a bare id as a string).
    pub(crate) fn event(&mut self) -> (String, String, Value) {
        let frame = self.next();
        let words: Vec<&str> = frame["stream"]
            .as_array()
            .unwrap_or_else(|| panic!("no event: {frame}"))
            .iter()
            .filter_map(Value::as_str)
            .collect();
        let event = frame["event"].as_str().expect("a name").to_owned();
        let payload = match frame["payload"].as_str() {
            Some(text) if text.starts_with('{') => serde_json::from_str(text).expect("JSON"),
            Some(text) => Value::from(text),
            None => Value::Null,
        };
        (words.join(" "), event, payload)
    }

    /// Waits until the server ends it; what is heard before that is given back.
    pub(crate) fn ends(&mut self) -> Vec<Value> {
        let mut heard = Vec::new();
        while let Some(frame) = self.frame() {
            heard.push(frame);
        }
        heard
    }
}

/// Someone who reads server-sent events.
pub(crate) struct Reader {
    stream: TcpStream,
    text: String,
}

impl Reader {
    /// Asks for a stream, and waits for its first sign.
    pub(crate) fn open(place: &Instance, path: &str, token: &str) -> Self {
        let host = place.domain();
        // HTTP/1.0: the body comes as it is, without the marks of chunks.
        let request = format!(
            "GET {path} HTTP/1.0\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nAccept-Encoding: gzip\r\n\r\n"
        );
        let stream = runtime().block_on(async {
            let mut stream = TcpStream::connect(&host).await.expect("a connection");
            stream.write_all(request.as_bytes()).await.expect("asked");
            stream
        });
        let mut reader = Self {
            stream,
            text: String::new(),
        };
        reader.until(":)\n");
        reader
    }

    /// Reads until this stands there; all that was read.
    pub(crate) fn until(&mut self, mark: &str) -> &str {
        while !self.text.contains(mark) {
            assert!(self.more(), "it ended without {mark:?}: {}", self.text);
        }
        &self.text
    }

    /// Reads until `mark` stands behind `begin`; all that was read.
    pub(crate) fn until_after(&mut self, begin: &str, mark: &str) -> &str {
        self.until(begin);
        while !self
            .text
            .split_once(begin)
            .is_some_and(|(_, rest)| rest.contains(mark))
        {
            assert!(self.more(), "it ended without {mark:?}: {}", self.text);
        }
        &self.text
    }

    /// Reads to the end.
    pub(crate) fn ends(mut self) -> String {
        while self.more() {}
        self.text
    }

    fn more(&mut self) -> bool {
        let mut bytes = [0; 8192];
        let read = self.stream.read(&mut bytes);
        let many = runtime()
            .block_on(async { tokio::time::timeout(PATIENCE, read).await })
            .expect("something in time")
            .unwrap_or(0);
        self.text.push_str(&String::from_utf8_lossy(&bytes[..many]));
        many > 0
    }
}
