//! What is read by others than apps: the document of an actor, asked for with a signature, and the pages
//! that a browser gets.

use std::sync::Arc;

use super::Sizes;
use super::crowd::{self, Inboxes, Keys};
use super::limits::Crypto;
use super::load;
use super::meter::Meter;
use super::reads::latencies;
use super::report::{Report, Row, shares};
use super::start::held;
use super::stubs::Stubs;
use super::town::Town;
use crate::Result;
use crate::http::{Answer, Client, Request};

/// Reads an actor, a person's page and a group's page.
pub(super) async fn measure(
    town: &Town,
    sizes: &Sizes,
    keys: &Keys,
    crypto: &Crypto,
    report: &mut Report,
) -> Result<()> {
    let stubs = Stubs::open(1).await?;
    let readers = crowd::settle(town, &stubs, keys, "visitor", 8, Inboxes::Shared).await?;
    let signed = readers
        .iter()
        .map(|reader| reader.reads(town, "/users/member0"))
        .collect::<Result<Vec<_>>>()?;
    let limit = format!("verifying alone: {:.0}/s on one core", crypto.rsa_verify);
    row(
        town,
        "actor document, signed GET",
        signed,
        sizes.reads,
        limit,
        "0.12 ms of processor time",
        report,
    )
    .await?;
    for (path, what) in [
        ("/@member0", "page of a person"),
        ("/@garden", "page of a group"),
    ] {
        let host = town.place.address.to_string();
        let request = Request::new("GET", path)
            .field("accept", "text/html")
            .bytes(&host);
        let aim = "1 ms of processor time, 13 kB";
        row(
            town,
            what,
            vec![request],
            sizes.reads / 4,
            String::new(),
            aim,
            report,
        )
        .await?;
    }
    Ok(())
}

async fn row(
    town: &Town,
    what: &str,
    requests: Vec<Vec<u8>>,
    count: usize,
    limit: String,
    aim: &'static str,
    report: &mut Report,
) -> Result<()> {
    let request = requests.first().ok_or("nothing to ask")?;
    let answer = Client::new(town.place.address).send(request).await?;
    if !answer.is_success() {
        return Err(format!("{what}: {}", answer.status));
    }
    let kilobytes = f64::from(u32::try_from(answer.body.len()).unwrap_or(u32::MAX)) / 1000.0;
    let meter = Meter::start(town);
    let load = load::run(
        town.place.address,
        8,
        Arc::new(requests),
        count,
        Answer::is_success,
    )
    .await?;
    let spent = meter.read();
    let dot = if limit.is_empty() { "" } else { ". " };
    report.add(Row {
        work: format!("{what}; {count} by 8 clients"),
        figure: format!("{}; {kilobytes:.1} kB", latencies(count, &load)),
        cpu: Some(spent.each(count)),
        memory: held(town),
        limit: format!("{limit}{dot}{}", shares(&spent)),
        aim,
    });
    Ok(())
}
