//! Activities from elsewhere: signed, by as many different people, whose keys are known. How many are
//! answered and how many have had their effect; and what a bad signature costs.

use std::sync::Arc;
use std::time::Duration;

use super::Sizes;
use super::crowd::{self, Inboxes, Keys, Person};
use super::limits::{Bare, Crypto};
use super::load;
use super::meter::Meter;
use super::reads::latencies;
use super::report::{Report, Row, rate, shares};
use super::start::held;
use super::stubs::Stubs;
use super::town::Town;
use crate::Result;
use crate::http::Answer;

/// Connections over which they come.
const CONNECTIONS: usize = 32;
/// So many members are followed, the first ones: what others of them post later goes to nobody here.
const FOLLOWED: usize = 4;
/// Home timelines keep so many.
const KEPT: usize = 400;

/// Posts, follows, and forgeries.
pub(super) async fn measure(
    town: &mut Town,
    sizes: &Sizes,
    keys: &Keys,
    crypto: &Crypto,
    bare: &Bare,
    report: &mut Report,
) -> Result<()> {
    let mut stubs = Stubs::open(sizes.hosts).await?;
    let authors = crowd::settle(
        town,
        &stubs,
        keys,
        "author",
        sizes.inbox + 32,
        Inboxes::Shared,
    )
    .await?;
    let reader = town.who(0)?.id;
    town.follow(authors.iter().map(|author| (reader, author.id)).collect())
        .await?;
    let limit = format!(
        "verifying alone: {:.0}/s on one core; the bare row, durable, 32 at a time: {:.0}/s",
        crypto.rsa_verify, bare.stores
    );

    let (first, rest) = authors.split_at(32.min(authors.len()));
    creates(town, first, "warming-up").await?;
    town.drained(false).await?;
    create(town, rest, &limit, report).await?;
    asked(&stubs, "the posts were worked through", report);
    follow(town, &mut stubs, sizes, keys, crypto, report).await?;
    forged(town, rest, report).await?;
    asked(&stubs, "bad signatures were refused", report);
    Ok(())
}

fn asked(stubs: &Stubs, by: &str, report: &mut Report) {
    let asked = stubs.asked();
    if asked > 0 {
        report.note(format!(
            "While {by}, the server asked other servers {asked} times."
        ));
    }
}

/// Sends a post of each of these; the load, once all are answered.
async fn creates(town: &Town, authors: &[Person], marker: &str) -> Result<load::Load> {
    let requests = authors
        .iter()
        .enumerate()
        .map(|(number, author)| author.signed(town, &author.create(town, number, marker)))
        .collect::<Result<Vec<_>>>()?;
    let count = requests.len();
    load::run(
        town.place.address,
        CONNECTIONS,
        Arc::new(requests),
        count,
        accepted,
    )
    .await
}

fn accepted(answer: &Answer) -> bool {
    answer.status == 202
}

async fn create(town: &Town, authors: &[Person], limit: &str, report: &mut Report) -> Result<()> {
    let requests = authors
        .iter()
        .enumerate()
        .map(|(number, author)| author.signed(town, &author.create(town, number, "received")))
        .collect::<Result<Vec<_>>>()?;
    let count = requests.len();
    let meter = Meter::start(town);
    let load = load::run(
        town.place.address,
        CONNECTIONS,
        Arc::new(requests),
        count,
        accepted,
    )
    .await?;
    let answered = meter.read();
    town.drained(false).await?;
    let processed = meter.read();
    report.add(Row {
        work: format!(
            "inbox `Create` answered; {count} by as many authors over {CONNECTIONS} connections"
        ),
        figure: latencies(count, &load),
        limit: format!("{limit}. {}", shares(&answered)),
        ..Row::default()
    });
    report.add(Row {
        work: "the same processed and shown in the home of a follower".to_owned(),
        figure: format!("{:.0}/s", rate(count, processed.wall)),
        cpu: Some(processed.each(count)),
        memory: held(town),
        limit: format!(
            "29 us of signature, digest and JSON, and the rows. {}",
            shares(&processed)
        ),
        aim: "1 ms of processor time",
    });
    let should = count.min(KEPT);
    let shown = town.shown(0, "received", should).await?;
    if shown < should {
        return Err(format!(
            "only {shown} of {should} received posts are shown in home\n{}",
            town.last_words()
        ));
    }
    Ok(())
}

/// Each of them follows one of the members and gets an Accept that this member signs.
async fn follow(
    town: &Town,
    stubs: &mut Stubs,
    sizes: &Sizes,
    keys: &Keys,
    crypto: &Crypto,
    report: &mut Report,
) -> Result<()> {
    let fans = crowd::settle(town, stubs, keys, "fan", sizes.inbox, Inboxes::Shared).await?;
    let requests = fans
        .iter()
        .enumerate()
        .map(|(number, fan)| fan.signed(town, &fan.follow(&town.who(number % FOLLOWED)?.uri)))
        .collect::<Result<Vec<_>>>()?;
    let count = requests.len();
    stubs.forget();
    let meter = Meter::start(town);
    let load = load::run(
        town.place.address,
        CONNECTIONS,
        Arc::new(requests),
        count,
        accepted,
    )
    .await?;
    let (came, _last) = stubs.wait(count, Duration::from_secs(120)).await;
    let answered = meter.read();
    town.drained(true).await?;
    let drained = meter.read();
    report.add(Row {
        work: format!("inbox `Follow` answered; {count} by as many people"),
        figure: latencies(count, &load),
        ..Row::default()
    });
    report.add(Row {
        work: "the same processed, and the `Accept` of each arrived".to_owned(),
        figure: format!(
            "{:.0}/s; {came} of {count} arrived",
            rate(came, answered.wall)
        ),
        cpu: Some(drained.each(count)),
        memory: held(town),
        limit: format!(
            "signing alone: {:.0}/s on one core. {}",
            crypto.rsa_sign,
            shares(&drained)
        ),
        aim: "100/s of different authors",
    });
    asked(stubs, "the follows were worked through", report);
    Ok(())
}

/// The same posts under another signature than their own.
async fn forged(town: &Town, authors: &[Person], report: &mut Report) -> Result<()> {
    let mut requests = Vec::new();
    for (number, author) in authors.iter().enumerate().take(500) {
        let other = authors
            .get((number + 1) % authors.len().max(1))
            .unwrap_or(author);
        let activity = author.create(town, number + 1_000_000, "forged");
        requests.push(author.signed_by(other, town, &activity)?);
    }
    let count = requests.len();
    let meter = Meter::start(town);
    let refused = |answer: &Answer| answer.status == 401;
    let load = load::run(
        town.place.address,
        CONNECTIONS,
        Arc::new(requests),
        count,
        refused,
    )
    .await?;
    report.add(Row {
        work: format!("inbox, bad signature refused; {count}"),
        figure: latencies(count, &load),
        cpu: Some(meter.read().each(count)),
        ..Row::default()
    });
    Ok(())
}
