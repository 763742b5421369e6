//! One post to many separate inboxes: no shared inbox helps, each is signed and sent for itself.

use std::time::{Duration, Instant};

use serde_json::json;

use super::Sizes;
use super::crowd::{self, Inboxes, Keys};
use super::limits::Crypto;
use super::meter::Meter;
use super::report::{Report, Row, rate, shares, time};
use super::start::held;
use super::stubs::Stubs;
use super::town::Town;
use crate::Result;

/// A member whom nobody elsewhere follows.
const GARDENER: usize = 6;
/// Posts that are measured, after one that opens the connections.
const POSTS: usize = 3;

/// A person with many separate followers, then a group with more of them behind fewer inboxes.
pub(super) async fn measure(
    town: &mut Town,
    sizes: &Sizes,
    keys: &Keys,
    crypto: &Crypto,
    report: &mut Report,
) -> Result<()> {
    separate(town, sizes, keys, crypto, report).await?;
    group(town, sizes, keys, crypto, report).await
}

/// The last member has all these followers.
async fn separate(
    town: &Town,
    sizes: &Sizes,
    keys: &Keys,
    crypto: &Crypto,
    report: &mut Report,
) -> Result<()> {
    let mut stubs = Stubs::open(sizes.hosts).await?;
    let author = town.members.len().saturating_sub(1);
    let fans = crowd::settle(
        town,
        &stubs,
        keys,
        "reader",
        sizes.inboxes,
        Inboxes::Separate,
    )
    .await?;
    let target = town.who(author)?.id;
    town.follow(fans.iter().map(|fan| (fan.id, target)).collect())
        .await?;

    let first = post(town, &mut stubs, author, "", sizes.inboxes).await?;
    let meter = Meter::start(town);
    let mut took = Vec::new();
    for _ in 0..POSTS {
        took.push(post(town, &mut stubs, author, "", sizes.inboxes).await?);
    }
    town.drained(true).await?;
    let spent = meter.read();
    took.sort_unstable();
    let middle = took.get(took.len() / 2).copied().unwrap_or_default();
    let count = sizes.inboxes * POSTS;
    report.add(Row {
        work: format!(
            "delivery of one post to {} separate inboxes on {} hosts, middle of {POSTS}",
            sizes.inboxes, sizes.hosts
        ),
        figure: format!(
            "{:.0}/s; the last after {} (the first time {})",
            rate(sizes.inboxes, middle),
            time(middle),
            time(first)
        ),
        cpu: Some(spent.each(count)),
        memory: held(town),
        limit: format!(
            "signing alone: {:.0}/s on one core, {:.2} ms each. {}",
            crypto.rsa_sign,
            crypto.sign_ms(),
            shares(&spent)
        ),
        aim: "0.6 ms of processor time",
    });
    let asked = stubs.asked();
    if asked > 0 {
        report.note(format!(
            "While the posts were delivered, the server asked other servers {asked} times."
        ));
    }
    Ok(())
}

/// The group of the town has followers on many hosts, each of which takes everything in one inbox.
async fn group(
    town: &Town,
    sizes: &Sizes,
    keys: &Keys,
    crypto: &Crypto,
    report: &mut Report,
) -> Result<()> {
    let (followers, hosts) = sizes.group;
    let mut stubs = Stubs::open(hosts).await?;
    let fans = crowd::settle(town, &stubs, keys, "gardener", followers, Inboxes::Shared).await?;
    town.follow(fans.iter().map(|fan| (fan.id, town.garden)).collect())
        .await?;
    let first = post(town, &mut stubs, GARDENER, "@garden ", hosts).await?;
    let meter = Meter::start(town);
    let mut took = Vec::new();
    for _ in 0..POSTS {
        took.push(post(town, &mut stubs, GARDENER, "@garden ", hosts).await?);
    }
    town.drained(true).await?;
    let spent = meter.read();
    took.sort_unstable();
    let middle = took.get(took.len() / 2).copied().unwrap_or_default();
    let signing = Duration::from_secs_f64(crypto.sign_ms() / 1000.0)
        .saturating_mul(u32::try_from(hosts).unwrap_or(u32::MAX));
    report.add(Row {
        work: format!("post into a group with {followers} followers on {hosts} other hosts, to the last, middle of {POSTS}"),
        figure: format!("{} (the first time {})", time(middle), time(first)),
        cpu: Some(spent.each(hosts * POSTS)),
        memory: held(town),
        limit: format!("signing alone: {} for all. {}", time(signing), shares(&spent)),
        aim: "1 s",
    });
    Ok(())
}

/// Posts once and waits for the last arrival.
async fn post(
    town: &Town,
    stubs: &mut Stubs,
    author: usize,
    to: &str,
    inboxes: usize,
) -> Result<Duration> {
    stubs.forget();
    let mut app = town.app(author)?;
    let sent = Instant::now();
    app.post(
        "/api/v1/statuses",
        &json!({"status": format!("{to}Seedlings on Saturday, behind the hall."), "visibility": "public"}),
    )
    .await?;
    let (came, last) = stubs.wait(inboxes, Duration::from_secs(120)).await;
    match last {
        Some(last) if came == inboxes => Ok(last.saturating_duration_since(sent)),
        _ => Err(format!(
            "the post arrived in {came} of {inboxes} inboxes\n{}",
            town.last_words()
        )),
    }
}
