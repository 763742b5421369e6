//! What other servers run, asked by NodeInfo in the background and kept with the server. Never asked
//! while something is to be sent: who is not known yet gets every form.

use std::sync::Arc;
use std::time::Duration;

use database::Lane;
use database::group_servers;
use database::instances::{self, Instance};
use futures::StreamExt as _;
use model::{AccountId, Millis};
use url::Url;

use crate::engine::Federation;
use crate::error::{Error, Result};
use crate::vocabulary::{Understanding, understand};

/// Servers that are asked in one round, and side by side.
const ROUND: i64 = 50;
const SIDE_BY_SIDE: usize = 8;
/// Programs change seldom.
const STALE_AFTER: i64 = 3 * Millis::DAY;
/// Who said nothing is asked again after this.
const SILENT_FOR: i64 = Millis::HOUR;
/// How often servers are looked for that nobody called attention to.
const PAUSE: Duration = Duration::from_secs(60);

/// Asks until it is dropped.
pub async fn run(fed: Arc<Federation>) {
    loop {
        let woken = fed.strangers.notified();
        let more = match work(&fed).await {
            Ok(asked) => asked > 0,
            Err(error) => {
                tracing::warn!(%error, "what other servers run cannot be written down");
                false
            }
        };
        if more {
            continue;
        }
        tokio::select! {
            () = woken => {}
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

/// Asks some of those that are due and answers how many they were.
///
/// # Errors
/// The database.
pub async fn work(fed: &Arc<Federation>) -> Result<usize> {
    let now = fed.ctx.now();
    let due = fed
        .ctx
        .db
        .read(move |conn| {
            instances::undescribed(conn, now.plus(-STALE_AFTER), now.plus(-SILENT_FOR), ROUND)
        })
        .await?;
    let count = due.len();
    let mut asked = futures::stream::iter(due)
        .map(|instance| async move {
            let said = ask(fed, &instance.domain).await;
            (instance, said)
        })
        .buffer_unordered(SIDE_BY_SIDE);
    while let Some((instance, said)) = asked.next().await {
        note(fed, instance, said).await?;
    }
    Ok(count)
}

/// Asks the server of an account what it runs, where that is not known yet: who wants into a private group waits
/// for the answer.
///
/// # Errors
/// The database.
pub(crate) async fn learn(fed: &Federation, account: AccountId) -> Result<()> {
    let home = fed
        .ctx
        .db
        .read(move |conn| group_servers::home(conn, account))
        .await?;
    match home.filter(|server| server.described_at.is_none()) {
        Some(server) => {
            let said = ask(fed, &server.domain).await;
            note(fed, server, said).await
        }
        None => Ok(()),
    }
}

async fn note(fed: &Federation, instance: Instance, said: Result<(String, String)>) -> Result<()> {
    // Who does not answer today still runs what he ran yesterday.
    let (software, version) = said.unwrap_or_else(|error| {
        tracing::debug!(host = instance.domain, %error, "a server says not what it runs");
        (instance.software.clone(), instance.version.clone())
    });
    let now = fed.ctx.now();
    fed.ctx
        .db
        .write_in(Lane::Background, move |conn| {
            instances::describe(conn, instance.id, &software, &version, now)
        })
        .await?;
    Ok(())
}

/// Name and version of the program of a host.
async fn ask(fed: &Federation, domain: &str) -> Result<(String, String)> {
    let mut last = Error::rejected("no address");
    // Plain http only where the fetcher is allowed to: in tests and labs.
    for scheme in ["https", "http"] {
        let address = format!("{scheme}://{domain}/.well-known/nodeinfo");
        let Ok(url) = Url::parse(&address) else {
            continue;
        };
        if fed.fetcher.permits(&url).is_err() {
            continue;
        }
        match read(fed, &url).await {
            Ok(said) => return Ok(said),
            Err(error) => last = error,
        }
    }
    Err(last)
}

async fn read(fed: &Federation, list: &Url) -> Result<(String, String)> {
    let (_, bytes) = fed.fetcher.get_json(list).await?;
    let Understanding::NodeInfoLinks(links) = understand(&bytes)? else {
        return Err(Error::rejected("no list of NodeInfo documents"));
    };
    let best = links
        .best()
        .ok_or_else(|| Error::rejected("no NodeInfo that we read"))?;
    let (_, bytes) = fed.fetcher.get_json(best.url()).await?;
    match understand(&bytes)? {
        Understanding::NodeInfo(info) => Ok((info.software, info.version.unwrap_or_default())),
        _ => Err(Error::rejected("no NodeInfo document")),
    }
}

#[cfg(test)]
mod tests {
    use axum::Json;
    use axum::Router;
    use axum::routing::get;
    use database::instances;
    use database::testing::Fresh;
    use model::InstanceId;
    use serde_json::json;

    use super::work;
    use crate::outbox::tests::{World, run};

    #[test]
    fn a_server_is_asked_once_what_it_runs() {
        let fresh = Fresh::sqlite();
        run(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let host = listener.local_addr().unwrap().to_string();
            let links = json!({"links": [{
                "rel": "http://nodeinfo.diaspora.software/ns/schema/2.1",
                "href": format!("http://{host}/info"),
            }]});
            let info = json!({"version": "2.1", "software": {"name": "Lemmy", "version": "1.0.0"}});
            let router = Router::new()
                .route("/.well-known/nodeinfo", get(async move || Json(links)))
                .route("/info", get(async move || Json(info)));
            tokio::spawn(async move { axum::serve(listener, router).await });

            let world = World::new(&fresh);
            let now = world.ctx.now();
            let known = host.clone();
            world
                .db(move |conn| {
                    instances::meet(conn, InstanceId(1), &known, now)?;
                    // Nobody answers there.
                    instances::meet(conn, InstanceId(2), "127.0.0.1:1", now)
                })
                .await;
            assert_eq!(work(&world.fed).await.unwrap(), 2);
            let far = world
                .db(move |conn| instances::get(conn, InstanceId(1)))
                .await;
            assert_eq!((far.runs(), far.version.as_str()), ("lemmy", "1.0.0"));
            assert_eq!(work(&world.fed).await.unwrap(), 0, "both were asked");
        });
    }
}
