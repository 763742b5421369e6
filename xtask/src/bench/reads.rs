//! Reading pages: eight members with a connection each ask for the same kind of page, and the bare
//! statements of one such page run beside it on the same database.

use std::sync::Arc;

use super::limits::Statements;
use super::load::{self, Load};
use super::meter::{Meter, Spent};
use super::report::{Report, Row, rate, shares, time};
use super::start::held;
use super::town::Town;
use crate::Result;
use crate::http::{Answer, Request};
use crate::json::list;

/// A kind of page and what it may be compared with.
pub(super) struct Kind {
    /// What is read.
    pub(super) work: String,
    /// The address for each member.
    pub(super) paths: Vec<String>,
    /// How often.
    pub(super) count: usize,
    /// Its statements without a server.
    pub(super) bare: Statements,
    /// What `handbook/performance.md` aims for now.
    pub(super) aim: &'static str,
}

/// Reads pages of this kind and adds their row.
pub(super) async fn measure(town: &Town, report: &mut Report, kind: Kind) -> Result<()> {
    let (load, spent) = read(town, kind.count, &kind.paths).await?;
    let path = kind.paths.first().ok_or("nothing to read")?;
    let page = town.app(0)?.get(path).await?;
    report.add(Row {
        work: format!("{}; {} by 8 clients", kind.work, kind.count),
        figure: format!(
            "{}; {:.1} kB",
            latencies(kind.count, &load),
            thousands(page.to_string().len())
        ),
        cpu: Some(spent.each(kind.count)),
        memory: held(town),
        limit: format!("{}. {}", kind.bare.text(), shares(&spent)),
        aim: kind.aim,
    });
    Ok(())
}

/// Reads, after a few that do not count.
pub(super) async fn read(town: &Town, count: usize, paths: &[String]) -> Result<(Load, Spent)> {
    let host = town.place.address.to_string();
    let requests: Vec<Vec<u8>> = paths
        .iter()
        .zip(&town.members)
        .map(|(path, member)| Request::new("GET", path).token(&member.token).bytes(&host))
        .collect();
    let requests = Arc::new(requests);
    let right = |answer: &Answer| answer.is_success() && answer.body.len() > 1000;
    load::run(town.place.address, 8, Arc::clone(&requests), 64, right).await?;
    let meter = Meter::start(town);
    let load = load::run(town.place.address, 8, requests, count, right).await?;
    Ok((load, meter.read()))
}

/// The size of one page, which must hold so many.
pub(super) async fn kilobytes(town: &Town, paths: &[String], entries: usize) -> Result<f64> {
    let path = paths.first().ok_or("nothing to read")?;
    let page = town.app(0)?.get(path).await?;
    let count = list(&page, "")?.len();
    if count != entries {
        return Err(format!("{path} has {count} entries"));
    }
    Ok(thousands(page.to_string().len()))
}

fn thousands(bytes: usize) -> f64 {
    f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)) / 1000.0
}

pub(super) fn latencies(count: usize, load: &Load) -> String {
    format!(
        "{:.0}/s, p50 {}, p99 {}",
        rate(count, load.took),
        time(load.below(0.5)),
        time(load.below(0.99))
    )
}
