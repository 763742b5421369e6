//! How long a start takes, and how much memory the server holds: at rest, and after all the work.

use std::time::{Duration, Instant};

use super::meter::{database_memory, memory, since_birth};
use super::report::{Report, Row, time};
use super::town::Town;
use crate::Result;

/// Starts that are measured; the middle one counts.
const STARTS: usize = 5;
/// Long enough for what a start leaves to be done.
const REST: Duration = Duration::from_secs(3);

/// Starts the town's server several times, and lets the last one rest.
pub(super) async fn measure(town: &mut Town, report: &mut Report) -> Result<()> {
    let mut taken = Vec::new();
    let mut used = Vec::new();
    for _ in 0..STARTS {
        let begun = Instant::now();
        town.start().await?;
        taken.push(begun.elapsed());
        used.push(since_birth(town.process()));
        town.stop().await?;
    }
    taken.sort_unstable();
    used.sort_unstable();
    let middle = |times: &[Duration]| times.get(times.len() / 2).copied().unwrap_or_default();
    report.add(Row {
        work: format!("cold start to the first answer of /readyz, middle of {STARTS}"),
        figure: time(middle(&taken)),
        limit: format!("processor time used until then: {}", time(middle(&used))),
        aim: "0.1 s",
        ..Row::default()
    });

    town.start().await?;
    tokio::time::sleep(REST).await;
    report.add(Row {
        work: "memory at rest".to_owned(),
        figure: held(town),
        aim: "40 MiB",
        ..Row::default()
    });
    Ok(())
}

/// What the server holds when everything has been measured.
pub(super) fn after_load(town: &Town, report: &mut Report) {
    let highest = memory(town.process()).1;
    report.add(Row {
        work: "memory after all of the above".to_owned(),
        figure: held(town),
        limit: format!("highest: {highest:.0} MiB"),
        aim: "120 MiB",
        ..Row::default()
    });
}

/// What the server holds now.
pub(super) fn held(town: &Town) -> String {
    let now = memory(town.process()).0;
    match town.postmaster {
        Some(postmaster) => format!(
            "{now:.0} MiB; PostgreSQL beside it {:.0} MiB",
            database_memory(postmaster)
        ),
        None => format!("{now:.0} MiB"),
    }
}
