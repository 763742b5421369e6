//! Does a group cost more where more people are in it? The same work in a group of twenty people on two servers
//! and in one of twenty thousand on two thousand: to join, to post, to send someone away, to read.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use database::groups::{self, Group};
use database::memberships::{self, Membership};
use model::AccountId;
use serde_json::json;

use super::crowd::{self, Inboxes, Keys, Person};
use super::limits::Crypto;
use super::meter::Meter;
use super::reads::read;
use super::report::{Report, Row, millis, rate, time};
use super::stubs::Stubs;
use super::town::Town;
use super::{Sizes, load};
use crate::Result;
use crate::engine::Engine;
use crate::http::Answer;

/// Threads that are there before the crowd comes.
const THREADS: usize = 20;
/// Posts that are measured, after one that opens the connections.
const POSTS: usize = 3;
/// Longer than any delivery here.
const PATIENCE: Duration = Duration::from_secs(240);

/// What work costs in one group, in milliseconds of processor time with the database.
struct Cost {
    people: usize,
    hosts: usize,
    join: f64,
    /// From the request to the answer.
    answer: Duration,
    delivery: f64,
    /// From the request to the last arrival.
    last: Duration,
    ban: f64,
    timeline: f64,
    members: f64,
    page: f64,
}

/// One of the figures.
type Figure = fn(&Cost) -> f64;

/// Both groups, each in a town of its own.
pub(super) async fn measure(
    engine: Engine,
    program: &Path,
    sizes: &Sizes,
    keys: &Keys,
    crypto: &Crypto,
    report: &mut Report,
) -> Result<()> {
    let [few, many] = sizes.people;
    let small = point(engine, program, sizes, keys, few).await?;
    let large = point(engine, program, sizes, keys, many).await?;
    let works: [(&str, Figure); 6] = [
        (
            "to join, from the `Follow` to the `Accept` at her server",
            |cost| cost.join,
        ),
        ("to deliver a post, for each server", |cost| cost.delivery),
        (
            "to send someone away, until her server has heard it",
            |cost| cost.ban,
        ),
        ("to read its timeline, 20 threads", |cost| cost.timeline),
        ("to read its members", |cost| cost.members),
        ("its page", |cost| cost.page),
    ];
    for (work, of) in works {
        report.add(Row {
            work: format!("in a group: {work}"),
            figure: told(&small, &large, |cost| millis(of(cost))),
            limit: format!("{:.1} times as much", of(&large) / of(&small).max(1e-9)),
            aim: "at most 3 times",
            ..Row::default()
        });
    }
    report.add(Row {
        work: format!("in a group: a post, to its answer, middle of {POSTS}"),
        figure: told(&small, &large, |cost| time(cost.answer)),
        ..Row::default()
    });
    let signing = Duration::from_secs_f64(crypto.sign_ms() / 1000.0)
        .saturating_mul(u32::try_from(large.hosts).unwrap_or(u32::MAX));
    report.add(Row {
        work: format!("in a group: a post, to the last server, middle of {POSTS}"),
        figure: told(&small, &large, |cost| time(cost.last)),
        limit: format!(
            "signing alone: {} for the larger; {:.0} servers a second",
            time(signing),
            rate(large.hosts, large.last)
        ),
        ..Row::default()
    });
    Ok(())
}

fn told(small: &Cost, large: &Cost, of: impl Fn(&Cost) -> String) -> String {
    let one = |cost: &Cost| {
        format!(
            "{} people on {} servers: {}",
            cost.people,
            cost.hosts,
            of(cost)
        )
    };
    format!("{}; {}", one(small), one(large))
}

/// A town whose group has so many people on so many servers.
async fn point(
    engine: Engine,
    program: &Path,
    sizes: &Sizes,
    keys: &Keys,
    (people, hosts): (usize, usize),
) -> Result<Cost> {
    let mut town = Town::found(engine, program, 8).await?;
    town.start().await?;
    // Written before the crowd comes: nobody elsewhere is told.
    for number in 0..THREADS {
        let text = format!("@garden Number {number}: seedlings on Saturday, behind the hall.");
        let draft = json!({"status": text, "visibility": "public"});
        town.app(0)?.post("/api/v1/statuses", &draft).await?;
    }
    town.drained(true).await?;
    show_members(&town).await?;
    let mut stubs = Stubs::open(hosts).await?;
    let crowd = crowd::settle(&town, &stubs, keys, "member", people, Inboxes::Shared).await?;
    join_quietly(&town, &crowd).await?;
    town.look_through()?;
    let (answer, last, delivery) = posts(&town, &mut stubs, hosts).await?;
    let cost = Cost {
        people,
        hosts,
        join: joins(&town, &mut stubs, sizes, keys).await?,
        answer,
        delivery,
        last,
        ban: bans(&town, &crowd, sizes.bans).await?,
        timeline: reads(
            &town,
            sizes,
            &format!("/api/v1/timelines/group/{}", town.garden),
        )
        .await?,
        members: reads(
            &town,
            sizes,
            &format!("/api/v1/groups/{}/memberships", town.garden),
        )
        .await?,
        page: reads(&town, sizes, "/@garden").await?,
    };
    town.stop().await?;
    Ok(cost)
}

/// Everyone may see who is a member: else a page of members names the owner alone.
async fn show_members(town: &Town) -> Result<()> {
    let garden = town.garden;
    town.write(move |conn| {
        if let Some(row) = groups::find(conn, garden)? {
            let shown = Group {
                members_shown: true,
                ..row
            };
            groups::update(conn, &shown)?;
        }
        Ok(())
    })
    .await
}

/// They are members, and follow, without anything having been sent.
async fn join_quietly(town: &Town, crowd: &[Person]) -> Result<()> {
    let garden = town.garden;
    let pairs: Vec<(AccountId, AccountId)> = crowd.iter().map(|who| (who.id, garden)).collect();
    let now = town.now();
    let rows: Vec<Membership> = pairs
        .iter()
        .map(|(who, group)| Membership::new(town.id(), *group, *who, now))
        .collect();
    town.write(move |conn| {
        for row in &rows {
            memberships::insert(conn, row)?;
        }
        Ok(())
    })
    .await?;
    town.follow(pairs).await
}

/// The middle times to the answer and to the last arrival, and the cost of each delivery.
async fn posts(town: &Town, stubs: &mut Stubs, hosts: usize) -> Result<(Duration, Duration, f64)> {
    post(town, stubs, hosts).await?;
    town.drained(true).await?;
    let meter = Meter::start(town);
    let (mut answers, mut lasts) = (Vec::new(), Vec::new());
    for _ in 0..POSTS {
        let (answer, last) = post(town, stubs, hosts).await?;
        answers.push(answer);
        lasts.push(last);
        town.drained(true).await?;
    }
    let spent = meter.read();
    let middle = |times: &mut Vec<Duration>| {
        times.sort_unstable();
        times.get(times.len() / 2).copied().unwrap_or_default()
    };
    Ok((
        middle(&mut answers),
        middle(&mut lasts),
        spent.each(hosts * POSTS).1,
    ))
}

async fn post(town: &Town, stubs: &mut Stubs, hosts: usize) -> Result<(Duration, Duration)> {
    stubs.forget();
    let mut app = town.app(0)?;
    let sent = Instant::now();
    let draft = json!({"status": "@garden Who has a wheelbarrow?", "visibility": "public"});
    app.post("/api/v1/statuses", &draft).await?;
    let answered = sent.elapsed();
    let (came, last) = stubs.wait(hosts, PATIENCE).await;
    match last {
        Some(last) if came == hosts => Ok((answered, last.saturating_duration_since(sent))),
        _ => Err(format!(
            "the post arrived at {came} of {hosts} servers\n{}",
            town.last_words()
        )),
    }
}

/// New people follow it and are accepted.
async fn joins(town: &Town, stubs: &mut Stubs, sizes: &Sizes, keys: &Keys) -> Result<f64> {
    let fans = crowd::settle(town, stubs, keys, "newcomer", sizes.joins, Inboxes::Shared).await?;
    let garden = format!("{}/g/garden", town.place.base());
    let requests = fans
        .iter()
        .map(|fan| fan.signed(town, &fan.follow(&garden)))
        .collect::<Result<Vec<_>>>()?;
    let count = requests.len();
    stubs.forget();
    let meter = Meter::start(town);
    let accepted = |answer: &Answer| answer.status == 202;
    load::run(town.place.address, 8, Arc::new(requests), count, accepted).await?;
    let (came, _last) = stubs.wait(count, PATIENCE).await;
    if came < count {
        return Err(format!(
            "{came} of {count} were accepted\n{}",
            town.last_words()
        ));
    }
    town.drained(true).await?;
    Ok(meter.read().each(count).1)
}

/// The owner sends members away, one after the other.
async fn bans(town: &Town, crowd: &[Person], count: usize) -> Result<f64> {
    let path = format!("/api/v1/groups/{}/blocks", town.garden);
    let meter = Meter::start(town);
    for who in crowd.iter().take(count) {
        let whom = json!({"account_ids": [who.id.to_string()]});
        town.app(0)?.post(&path, &whom).await?;
    }
    town.drained(true).await?;
    Ok(meter.read().each(count.min(crowd.len())).1)
}

async fn reads(town: &Town, sizes: &Sizes, path: &str) -> Result<f64> {
    let paths = vec![path.to_owned(); town.members.len()];
    let (_load, spent) = read(town, sizes.pages, &paths).await?;
    Ok(spent.each(sizes.pages).1)
}
