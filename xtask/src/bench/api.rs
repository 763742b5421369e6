//! Members with their apps: posting, home, the list of a group. Eight members who follow each other, each
//! with one connection.

use std::sync::Arc;

use serde_json::json;

use super::Sizes;
use super::limits::Bare;
use super::load::{self, Load};
use super::meter::Meter;
use super::reads::{kilobytes, latencies, read};
use super::report::{Report, Row, shares, time};
use super::start::held;
use super::town::Town;
use crate::Result;
use crate::http::{Answer, Request};
use crate::json::{list, text};

/// Threads in the group before its list is read.
const THREADS: usize = 64;

/// Posts, then reads what was posted.
pub(super) async fn measure(
    town: &mut Town,
    sizes: &Sizes,
    bare: &Bare,
    report: &mut Report,
) -> Result<()> {
    neighbours(town).await?;
    let lists = group(town).await?;
    posts(town, sizes, bare, report).await?;
    threads(town, report).await?;
    home(town, sizes, bare, report).await?;
    group_list(town, sizes, bare, report, &lists).await
}

/// Everyone follows everyone.
async fn neighbours(town: &Town) -> Result<()> {
    let mut pairs = Vec::new();
    for who in &town.members {
        pairs.extend(
            town.members
                .iter()
                .filter(|whom| whom.id != who.id)
                .map(|whom| (who.id, whom.id)),
        );
    }
    town.follow(pairs).await
}

/// All join the group; the id of its list in each app.
async fn group(town: &Town) -> Result<Vec<String>> {
    let garden = town.garden;
    let mut lists = Vec::new();
    for number in 0..town.members.len() {
        let mut app = town.app(number)?;
        if number > 0 {
            app.post(&format!("/api/v1/accounts/{garden}/follow"), &json!({}))
                .await?;
        }
        let all = app.get("/api/v1/lists").await?;
        let of_the_group = list(&all, "")?
            .first()
            .ok_or("the joined group is no list")?;
        lists.push(text(of_the_group, "/id")?);
    }
    Ok(lists)
}

async fn posts(town: &Town, sizes: &Sizes, bare: &Bare, report: &mut Report) -> Result<()> {
    // The first of each kind of statement is prepared, and a cache filled, before it counts.
    post(town, 16, "warming up").await?;
    let meter = Meter::start(town);
    let load = post(town, sizes.posts, "posted").await?;
    let acknowledged = meter.read();
    town.drained(true).await?;
    let drained = meter.read();
    report.add(Row {
        work: format!(
            "`POST /api/v1/statuses`, public, 7 local followers; {} by 8 clients",
            sizes.posts
        ),
        figure: latencies(sizes.posts, &load),
        cpu: Some(drained.each(sizes.posts)),
        memory: held(town),
        limit: format!(
            "the bare row, durable, 8 at a time: {:.0}/s; {} of processor in a batch. {}",
            bare.posts,
            time(bare.insert),
            shares(&acknowledged)
        ),
        aim: "1 ms of processor time, p99 20 ms",
    });
    let shown = town.shown(1, "posted", 40).await?;
    if shown < 40 {
        return Err(format!(
            "only {shown} of the 40 newest posts are in a follower's home"
        ));
    }
    Ok(())
}

async fn threads(town: &Town, report: &mut Report) -> Result<()> {
    let meter = Meter::start(town);
    let load = post(town, THREADS, "@garden a thread").await?;
    town.drained(true).await?;
    report.add(Row {
        work: format!("the same into a group of 8 members; {THREADS}"),
        figure: latencies(THREADS, &load),
        cpu: Some(meter.read().each(THREADS)),
        ..Row::default()
    });
    Ok(())
}

async fn post(town: &Town, count: usize, words: &str) -> Result<Load> {
    let host = town.place.address.to_string();
    let requests = (0..count)
        .map(|number| {
            let status = format!(
                "{words}, number {number}: the beans are up, the rain came on Tuesday, and whoever wants seedlings can \
                 fetch them on Saturday behind the hall."
            );
            let body = json!({"status": status, "visibility": "public"});
            Ok(Request::new("POST", "/api/v1/statuses").token(&town.who(number)?.token).json(&body).bytes(&host))
        })
        .collect::<Result<Vec<_>>>()?;
    load::run(
        town.place.address,
        8,
        Arc::new(requests),
        count,
        Answer::is_success,
    )
    .await
}

async fn home(town: &Town, sizes: &Sizes, bare: &Bare, report: &mut Report) -> Result<()> {
    let paths = vec!["/api/v1/timelines/home?limit=20".to_owned(); town.members.len()];
    let (load, spent) = read(town, sizes.reads, &paths).await?;
    report.add(Row {
        work: format!("home timeline, 20 posts; {} by 8 clients", sizes.reads),
        figure: format!(
            "{}; {:.1} kB",
            latencies(sizes.reads, &load),
            kilobytes(town, &paths, 20).await?
        ),
        memory: held(town),
        cpu: Some(spent.each(sizes.reads)),
        limit: format!("{}. {}", bare.page_text(), shares(&spent)),
        aim: "0.3 ms of processor time",
    });
    Ok(())
}

async fn group_list(
    town: &Town,
    sizes: &Sizes,
    bare: &Bare,
    report: &mut Report,
    lists: &[String],
) -> Result<()> {
    let paths: Vec<String> = lists
        .iter()
        .map(|id| format!("/api/v1/timelines/list/{id}?limit=20"))
        .collect();
    let (load, spent) = read(town, sizes.reads, &paths).await?;
    report.add(Row {
        work: format!(
            "list timeline of a group, 20 threads; {} by 8 clients",
            sizes.reads
        ),
        figure: format!(
            "{}; {:.1} kB",
            latencies(sizes.reads, &load),
            kilobytes(town, &paths, 20).await?
        ),
        memory: held(town),
        cpu: Some(spent.each(sizes.reads)),
        limit: format!("{}. {}", bare.page_text(), shares(&spent)),
        aim: "",
    });
    Ok(())
}
