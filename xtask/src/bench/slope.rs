//! Does a received post cost more where more people live? Towns with few and with many silent members get
//! the same posts for the same one reader.

use std::path::Path;
use std::sync::Arc;

use super::crowd::{self, Inboxes, Keys};
use super::meter::Meter;
use super::report::{Report, Row, millis};
use super::stubs::Stubs;
use super::town::Town;
use super::{Sizes, load};
use crate::Result;
use crate::engine::Engine;
use crate::http::Answer;

/// One town for each number of members.
pub(super) async fn measure(
    engine: Engine,
    program: &Path,
    sizes: &Sizes,
    keys: &Keys,
    report: &mut Report,
) -> Result<()> {
    let mut points = Vec::new();
    for locals in sizes.locals {
        points.push((locals, point(engine, program, sizes, keys, locals).await?));
    }
    let told: Vec<String> = points
        .iter()
        .map(|(locals, cost)| format!("{locals}: {}", millis(*cost)))
        .collect();
    let (Some((few, low)), Some((many, high))) = (points.first(), points.last()) else {
        return Ok(());
    };
    let accounts = f64::from(u32::try_from(many.saturating_sub(*few)).unwrap_or(u32::MAX)).max(1.0);
    report.add(Row {
        work: format!(
            "inbox `Create`, processor time of each (with the database) by local accounts; {} each",
            sizes.slope
        ),
        figure: told.join("; "),
        limit: format!(
            "slope: {:.2} us an account",
            (high - low) * 1000.0 / accounts
        ),
        aim: "below 1 us an account",
        ..Row::default()
    });
    Ok(())
}

/// Milliseconds of processor time for each post, until all is done.
async fn point(
    engine: Engine,
    program: &Path,
    sizes: &Sizes,
    keys: &Keys,
    locals: usize,
) -> Result<f64> {
    let mut town = Town::found(engine, program, 1).await?;
    town.silent_members(locals.saturating_sub(1)).await?;
    let stubs = Stubs::open(sizes.hosts).await?;
    let authors = crowd::settle(
        &town,
        &stubs,
        keys,
        "author",
        sizes.slope + 32,
        Inboxes::Shared,
    )
    .await?;
    let reader = town.who(0)?.id;
    town.follow(authors.iter().map(|author| (reader, author.id)).collect())
        .await?;
    town.start().await?;
    let requests = authors
        .iter()
        .enumerate()
        .map(|(number, author)| author.signed(&town, &author.create(&town, number, "slope")))
        .collect::<Result<Vec<_>>>()?;
    let (first, rest) = requests.split_at(32.min(requests.len()));
    let accepted = |answer: &Answer| answer.status == 202;
    load::run(
        town.place.address,
        32,
        Arc::new(first.to_vec()),
        first.len(),
        accepted,
    )
    .await?;
    town.drained(false).await?;
    let meter = Meter::start(&town);
    load::run(
        town.place.address,
        32,
        Arc::new(rest.to_vec()),
        rest.len(),
        accepted,
    )
    .await?;
    town.drained(false).await?;
    let cost = meter.read().each(rest.len()).1;
    town.stop().await?;
    Ok(cost)
}
