//! Many requests by several clients over kept connections, and how long each took.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::Result;
use crate::http::{Answer, Client};

/// What came of a load.
#[derive(Debug)]
pub(super) struct Load {
    pub(super) took: Duration,
    /// Sorted.
    latencies: Vec<Duration>,
}

impl Load {
    /// The latency that this share of the requests stayed below.
    pub(super) fn below(&self, share: f64) -> Duration {
        let last = self.latencies.len().saturating_sub(1);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a place in a short list"
        )]
        let at = (share * last as f64).round() as usize;
        self.latencies.get(at).copied().unwrap_or_default()
    }
}

/// Sends each of these requests once (or `times` round), by `clients` at a time.
pub(super) async fn run(
    address: SocketAddr,
    clients: usize,
    requests: Arc<Vec<Vec<u8>>>,
    total: usize,
    right: fn(&Answer) -> bool,
) -> Result<Load> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut tasks = JoinSet::new();
    let begun = Instant::now();
    for _ in 0..clients {
        let (requests, next) = (Arc::clone(&requests), Arc::clone(&next));
        tasks.spawn(async move {
            let mut client = Client::new(address);
            let mut latencies = Vec::new();
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                if at >= total {
                    return Ok::<_, String>(latencies);
                }
                let Some(request) = requests.get(at % requests.len().max(1)) else {
                    return Err("there is nothing to send".to_owned());
                };
                let sent = Instant::now();
                let answer = client.send(request).await?;
                latencies.push(sent.elapsed());
                if !right(&answer) {
                    let body: String = String::from_utf8_lossy(&answer.body)
                        .chars()
                        .take(300)
                        .collect();
                    return Err(format!("an unexpected answer: {} {body}", answer.status));
                }
            }
        });
    }
    let mut latencies = Vec::with_capacity(total);
    while let Some(done) = tasks.join_next().await {
        latencies.extend(done.map_err(|error| error.to_string())??);
    }
    let took = begun.elapsed();
    latencies.sort_unstable();
    Ok(Load { took, latencies })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_a_latency_that_was_measured() {
        let latencies = (1..=100).map(Duration::from_millis).collect();
        let load = Load {
            took: Duration::from_secs(1),
            latencies,
        };
        assert_eq!(load.below(0.5), Duration::from_millis(51));
        assert_eq!(load.below(0.99), Duration::from_millis(99));
        assert_eq!(load.below(1.0), Duration::from_millis(100));
    }
}
