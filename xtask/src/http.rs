//! A small HTTP/1.1 client over one kept connection, for servers on this machine: cheap enough that
//! what is measured is the server. It says who it is with a token and reads JSON. No TLS, no
//! redirects, no compression: it never leaves the loopback.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::Result;
use crate::json::short;

mod wire;

pub(crate) use wire::{Request, find};

/// An answer that takes longer is none.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Result<Value> {
        serde_json::from_slice(&self.body).map_err(|_e| {
            format!(
                "{} with a body that is no JSON: {}",
                self.status,
                self.excerpt()
            )
        })
    }

    fn excerpt(&self) -> String {
        String::from_utf8_lossy(&self.body)
            .chars()
            .take(300)
            .collect()
    }
}

/// One connection, opened at the first request and again where the server closed it.
#[derive(Debug)]
pub(crate) struct Client {
    address: SocketAddr,
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
}

impl Client {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self {
            address,
            stream: None,
            buffer: Vec::with_capacity(64 * 1024),
        }
    }

    /// Sends a prepared request and reads the answer.
    pub(crate) async fn send(&mut self, request: &[u8]) -> Result<Answer> {
        let reused = self.stream.is_some();
        match tokio::time::timeout(PATIENCE, self.exchange(request)).await {
            Ok(Ok(answer)) => Ok(answer),
            // A kept connection that the server has closed in the meantime has read nothing of it.
            Ok(Err(Broken::BeforeTheAnswer(_))) if reused => {
                self.stream = None;
                match tokio::time::timeout(PATIENCE, self.exchange(request)).await {
                    Ok(done) => done.map_err(|broken| self.failed(broken)),
                    Err(_) => Err(self.failed(Broken::Late)),
                }
            }
            Ok(Err(broken)) => Err(self.failed(broken)),
            Err(_) => Err(self.failed(Broken::Late)),
        }
    }

    fn failed(&mut self, broken: Broken) -> String {
        self.stream = None;
        let why = match broken {
            Broken::BeforeTheAnswer(error) | Broken::InTheAnswer(error) => error,
            Broken::Late => format!("no answer in {} s", PATIENCE.as_secs()),
        };
        format!("{}: {why}", self.address)
    }

    async fn exchange(&mut self, request: &[u8]) -> std::result::Result<Answer, Broken> {
        let before = |error: std::io::Error| Broken::BeforeTheAnswer(error.to_string());
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect(self.address).await.map_err(before)?;
                stream.set_nodelay(true).map_err(before)?;
                stream
            }
        };
        stream.write_all(request).await.map_err(before)?;
        self.buffer.clear();
        loop {
            match wire::answer(&self.buffer) {
                Ok(Some((answer, keep))) => {
                    self.stream = keep.then_some(stream);
                    return Ok(answer);
                }
                Ok(None) => {}
                Err(error) => return Err(Broken::InTheAnswer(error)),
            }
            let read = stream.read_buf(&mut self.buffer).await;
            let closed = || std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
            match read.and_then(|read| if read == 0 { Err(closed()) } else { Ok(()) }) {
                Ok(()) => {}
                Err(error) if self.buffer.is_empty() => return Err(before(error)),
                Err(error) => return Err(Broken::InTheAnswer(error.to_string())),
            }
        }
    }
}

enum Broken {
    BeforeTheAnswer(String),
    InTheAnswer(String),
    Late,
}

/// An app of someone: its token and its connection.
#[derive(Debug)]
pub(crate) struct App {
    client: Client,
    token: String,
}

impl App {
    pub(crate) fn new(address: SocketAddr, token: String) -> Self {
        Self {
            client: Client::new(address),
            token,
        }
    }

    /// Reads.
    pub(crate) async fn get(&mut self, path: &str) -> Result<Value> {
        let request = Request::new("GET", path).token(&self.token);
        self.ask(&request, path).await
    }

    /// Does something.
    pub(crate) async fn post(&mut self, path: &str, body: &Value) -> Result<Value> {
        let request = Request::new("POST", path).token(&self.token).json(body);
        self.ask(&request, path).await
    }

    async fn ask(&mut self, request: &Request, path: &str) -> Result<Value> {
        let bytes = request.bytes(&self.client.address.to_string());
        let answer = self.client.send(&bytes).await?;
        let status = answer.status;
        let value = answer.json().map_err(|error| format!("{path}: {error}"))?;
        if answer.is_success() {
            Ok(value)
        } else {
            Err(format!("{path}: {status} {}", short(&value)))
        }
    }
}
