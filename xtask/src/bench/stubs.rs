//! Other servers, as far as a sender sees them: inboxes on many loopback addresses that take what they
//! get, answer 202 at once, and tell when it came. They know no actors: whatever is asked for is 404, and
//! counted, because a measurement in which the server had to fetch something is another one.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::Result;
use crate::http::find;

/// More than any activity of ours.
const MAX_REQUEST: usize = 256 * 1024;

/// Something came into an inbox.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrival {
    pub(super) at: Instant,
}

/// All stub servers of a measurement; they end when this is dropped.
#[derive(Debug)]
pub(super) struct Stubs {
    /// `127.0.0.2:PORT` and so on.
    pub(super) hosts: Vec<String>,
    arrivals: mpsc::UnboundedReceiver<Arrival>,
    asked: Arc<AtomicUsize>,
    _tasks: JoinSet<()>,
}

impl Stubs {
    /// Listens on this many addresses.
    pub(super) async fn open(count: usize) -> Result<Self> {
        let (tell, arrivals) = mpsc::unbounded_channel();
        let asked = Arc::new(AtomicUsize::new(0));
        let mut tasks = JoinSet::new();
        let mut hosts = Vec::with_capacity(count);
        for number in 0..count {
            let last = 2 + number % 250;
            let third = number / 250;
            let listener = TcpListener::bind(format!("127.0.{third}.{last}:0"))
                .await
                .map_err(|error| format!("no stub inbox: {error}"))?;
            let address = listener.local_addr().map_err(|error| error.to_string())?;
            hosts.push(address.to_string());
            tasks.spawn(listen(listener, tell.clone(), Arc::clone(&asked)));
        }
        Ok(Self {
            hosts,
            arrivals,
            asked,
            _tasks: tasks,
        })
    }

    /// The host of this number.
    pub(super) fn host(&self, number: usize) -> &str {
        self.hosts
            .get(number % self.hosts.len().max(1))
            .map_or("", String::as_str)
    }

    /// Waits for this many arrivals; how many came and when the last one did.
    pub(super) async fn wait(
        &mut self,
        count: usize,
        patience: Duration,
    ) -> (usize, Option<Instant>) {
        let begun = Instant::now();
        let mut last = None;
        for came in 0..count {
            let left = patience.saturating_sub(begun.elapsed());
            match tokio::time::timeout(left, self.arrivals.recv()).await {
                Ok(Some(arrival)) => last = Some(arrival.at),
                _ => return (came, last),
            }
        }
        (count, last)
    }

    /// Forgets what came so far.
    pub(super) fn forget(&mut self) {
        while self.arrivals.try_recv().is_ok() {}
    }

    /// How often something was asked for since the last question.
    pub(super) fn asked(&self) -> usize {
        self.asked.swap(0, Ordering::Relaxed)
    }
}

async fn listen(
    listener: TcpListener,
    tell: mpsc::UnboundedSender<Arrival>,
    asked: Arc<AtomicUsize>,
) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(serve(stream, tell.clone(), Arc::clone(&asked)));
    }
}

/// One connection, request after request.
async fn serve(
    mut stream: TcpStream,
    tell: mpsc::UnboundedSender<Arrival>,
    asked: Arc<AtomicUsize>,
) {
    let _slower_without = stream.set_nodelay(true);
    let mut buffer = Vec::with_capacity(8 * 1024);
    loop {
        while let Some((length, is_post)) = request(&buffer) {
            let rest = buffer.split_off(length);
            buffer = rest;
            let answer: &[u8] = if is_post {
                let _nobody_waits = tell.send(Arrival { at: Instant::now() });
                b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n"
            } else {
                asked.fetch_add(1, Ordering::Relaxed);
                b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"
            };
            if stream.write_all(answer).await.is_err() {
                return;
            }
        }
        match stream.read_buf(&mut buffer).await {
            Ok(read) if read > 0 && buffer.len() < MAX_REQUEST => {}
            _ => return,
        }
    }
}

/// The length of the first whole request, and whether it posts.
fn request(buffer: &[u8]) -> Option<(usize, bool)> {
    let head_ends = find(buffer, b"\r\n\r\n")?;
    let head = std::str::from_utf8(buffer.get(..head_ends)?).ok()?;
    let body: usize = head
        .lines()
        .find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length")
                .then(|| value.trim().parse().ok())?
        })
        .unwrap_or(0);
    let length = head_ends.checked_add(4)?.checked_add(body)?;
    (buffer.len() >= length).then(|| (length, head.starts_with("POST")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_whole_with_its_body() {
        assert_eq!(request(b"GET /x HTTP/1.1\r\n\r\nGET"), Some((19, false)));
        assert_eq!(
            request(b"POST /x HTTP/1.1\r\nContent-Length: 3\r\n\r\nab"),
            None
        );
        assert_eq!(
            request(b"POST /x HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"),
            Some((42, true))
        );
    }
}
