//! The work beside the requests: events, streams, the inbox, the senders, settings, tidying, trends.

use std::sync::Arc;
use std::time::{Duration, Instant};

use federation::outbox::{Outbox, sender};
use federation::{Federation, nodeinfo, receive};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// What trends is counted anew after so long, where that is quick.
const SOONEST_TRENDS: Duration = Duration::from_secs(5);
/// And after so long where it is not.
const LATEST_TRENDS: Duration = Duration::from_secs(600);

/// Starts every worker; each ends when `stop` is cancelled, between two pieces of work or in the middle
/// of one, which is then taken up at the next start.
pub fn start(federation: &Arc<Federation>, tasks: &TaskTracker, stop: &CancellationToken) {
    let spawn = |name: &'static str, work: futures::future::BoxFuture<'static, ()>| {
        let stop = stop.clone();
        tasks.spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = work => tracing::error!(name, "a worker ended by itself"),
            }
        });
    };
    let fed = || Arc::clone(federation);
    let (one, two) = (fed(), fed());
    let (live, tokens) = (Arc::clone(&federation.ctx), Arc::clone(&federation.ctx));
    spawn(
        "streams",
        Box::pin(async move { services::live::run(&live).await }),
    );
    spawn(
        "tokens of streams",
        Box::pin(async move { services::live::watch_tokens(&tokens).await }),
    );
    spawn(
        "events",
        Box::pin(async move {
            services::events::run(&one.ctx, &Outbox(Arc::clone(&one))).await;
        }),
    );
    spawn("inbox", Box::pin(async move { receive::run(&two).await }));
    let (quick, slow, trending) = (fed(), fed(), fed());
    spawn(
        "jobs",
        Box::pin(async move { services::jobs::run(&quick.ctx, false).await }),
    );
    spawn(
        "slow jobs",
        Box::pin(async move { services::jobs::run(&slow.ctx, true).await }),
    );
    spawn("senders", Box::pin(sender::run(fed())));
    spawn("nodeinfo", Box::pin(nodeinfo::run(fed())));
    spawn(
        "settings",
        Box::pin(every(Duration::from_secs(1), fed(), settings)),
    );
    spawn(
        "tidying",
        Box::pin(every(Duration::from_secs(3600), fed(), tidy)),
    );
    spawn("trends", Box::pin(async move { trends(&trending).await }));
}

async fn tidy(federation: Arc<Federation>) {
    if let Err(error) = services::media::tidy(&federation.ctx).await {
        tracing::warn!(%error, "files could not be tidied away");
    }
    if let Err(error) = services::group_log::forget(&federation.ctx).await {
        tracing::warn!(%error, "logs of groups could not forget people");
    }
    if let Err(error) = services::succession::sweep(&federation.ctx).await {
        tracing::warn!(%error, "groups that nobody looks after could not be found");
    }
    if let Err(error) = services::group_notes::forget(&federation.ctx).await {
        tracing::warn!(%error, "notes about people who left groups could not be removed");
    }
    if let Err(error) = federation::tidy::tidy(&federation).await {
        tracing::warn!(%error, "what is over could not be tidied away");
    }
}

/// Counts what trends, and what the groups are about, again and again; where that takes long, seldom: at most a hundredth of the time.
async fn trends(federation: &Federation) {
    loop {
        let began = Instant::now();
        if let Err(error) = services::trends::refresh(&federation.ctx).await {
            tracing::warn!(%error, "what trends could not be counted");
        }
        if let Err(error) = services::discovery::groups::refresh(&federation.ctx).await {
            tracing::warn!(%error, "what the groups are about could not be counted");
        }
        let pause = began.elapsed().saturating_mul(100);
        tokio::time::sleep(pause.clamp(SOONEST_TRENDS, LATEST_TRENDS)).await;
    }
}

async fn settings(federation: Arc<Federation>) {
    if let Err(error) = services::settings::refresh(&federation.ctx).await {
        tracing::warn!(%error, "the settings cannot be read");
    }
}

/// Does `work` again and again, with a pause after each time.
async fn every<F>(pause: Duration, federation: Arc<Federation>, work: fn(Arc<Federation>) -> F)
where
    F: Future<Output = ()> + Send,
{
    loop {
        work(Arc::clone(&federation)).await;
        tokio::time::sleep(pause).await;
    }
}
