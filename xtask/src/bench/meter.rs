//! What processes used: processor time from `/proc/PID/stat`, memory from `/proc/PID/status`. PostgreSQL's
//! own processes are counted beside the server's, because the work is done in both.

use std::time::{Duration, Instant};

use super::machine::field;
use super::town::Town;

/// Ticks of `utime` and `stime`; every Linux that this runs on counts hundredths of a second.
const TICK: Duration = Duration::from_millis(10);

/// Processor time used since a moment, and how long that is ago.
#[derive(Debug)]
pub(super) struct Meter {
    server: u32,
    postmaster: Option<u32>,
    before: Used,
    since: Instant,
}

#[derive(Clone, Copy, Debug, Default)]
struct Used {
    server: Duration,
    database: Duration,
    ours: Duration,
}

/// What a piece of work took.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spent {
    pub(super) wall: Duration,
    pub(super) server: Duration,
    pub(super) database: Duration,
    pub(super) ours: Duration,
}

impl Meter {
    pub(super) fn start(town: &Town) -> Self {
        let server = town.process();
        let postmaster = town.postmaster;
        Self {
            server,
            postmaster,
            before: used(server, postmaster),
            since: Instant::now(),
        }
    }

    /// So far.
    pub(super) fn read(&self) -> Spent {
        let wall = self.since.elapsed();
        let now = used(self.server, self.postmaster);
        Spent {
            wall,
            server: now.server.saturating_sub(self.before.server),
            database: now.database.saturating_sub(self.before.database),
            ours: now.ours.saturating_sub(self.before.ours),
        }
    }
}

impl Spent {
    /// Milliseconds of processor time for each of `count`: the server, and with the database.
    pub(super) fn each(&self, count: usize) -> (f64, f64) {
        let count = f64::from(u32::try_from(count.max(1)).unwrap_or(u32::MAX));
        let server = self.server.as_secs_f64() * 1000.0 / count;
        (
            server,
            server + self.database.as_secs_f64() * 1000.0 / count,
        )
    }
}

fn used(server: u32, postmaster: Option<u32>) -> Used {
    Used {
        server: process(server, false),
        database: postmaster.map_or(Duration::ZERO, |id| {
            process(id, true)
                + children(id)
                    .into_iter()
                    .map(|child| process(child, false))
                    .sum::<Duration>()
        }),
        ours: process(std::process::id(), false),
    }
}

/// Processor time of a process; of its dead children too.
fn process(id: u32, with_dead: bool) -> Duration {
    // Behind the name in brackets: the 12th and 13th word are utime and stime, the next two those of
    // children that were waited for.
    let words = stat(id);
    let ticks: u64 = words
        .iter()
        .skip(11)
        .take(if with_dead { 4 } else { 2 })
        .filter_map(|word| word.parse::<u64>().ok())
        .sum();
    TICK.saturating_mul(u32::try_from(ticks).unwrap_or(u32::MAX))
}

fn stat(id: u32) -> Vec<String> {
    let text = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    let rest = text.rsplit_once(") ").map_or("", |(_, rest)| rest);
    rest.split(' ').map(str::to_owned).collect()
}

/// The living processes whose parent this is.
fn children(parent: u32) -> Vec<u32> {
    let parent = parent.to_string();
    let entries = std::fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .filter_map(Result::ok);
    entries
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .filter(|id| stat(*id).get(1) == Some(&parent))
        .collect()
}

/// Processor time of a process since it was started.
pub(super) fn since_birth(id: u32) -> Duration {
    process(id, false)
}

/// Resident memory of a process now and at its highest, in MiB.
pub(super) fn memory(id: u32) -> (f64, f64) {
    let path = format!("/proc/{id}/status");
    let mebibytes = |name: &str| {
        field(&path, name)
            .and_then(|text| {
                text.split_whitespace()
                    .next()
                    .and_then(|word| word.parse::<f64>().ok())
            })
            .map_or(0.0, |kib| kib / 1024.0)
    };
    (mebibytes("VmRSS"), mebibytes("VmHWM"))
}

/// Resident memory of PostgreSQL, shared pages counted once for each process that touched them: its
/// proportional size where the kernel tells it.
pub(super) fn database_memory(postmaster: u32) -> f64 {
    let all = std::iter::once(postmaster).chain(children(postmaster));
    all.filter_map(|id| field(&format!("/proc/{id}/smaps_rollup"), "Pss"))
        .filter_map(|text| {
            text.split_whitespace()
                .next()
                .and_then(|word| word.parse::<f64>().ok())
        })
        .sum::<f64>()
        / 1024.0
}
