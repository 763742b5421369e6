//! The benchmarks: what each kind of work costs on this machine, on both engines, beside the limit that
//! was measured in the same run and the aim of the day. The server is a release build in a process of its
//! own; the load comes from this process over the loopback. Nothing here asserts a time.

use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::engine::Engine;
use crate::{Result, build};

mod api;
mod crowd;
mod delivery;
mod documents;
mod groups;
mod inbox;
mod limits;
mod load;
mod machine;
mod meter;
mod past;
mod reads;
mod report;
mod search;
mod slope;
mod start;
mod streams;
mod stubs;
mod thread;
mod timelines;
mod town;
mod wake;

use crowd::Keys;
use report::Report;
use town::Town;

/// How much of everything.
#[derive(Clone, Copy, Debug)]
struct Sizes {
    /// Activities into the inbox, of each kind.
    inbox: usize,
    /// Pages read.
    reads: usize,
    /// Statuses posted.
    posts: usize,
    /// Separate inboxes that one post goes to.
    inboxes: usize,
    /// Hosts on which they are.
    hosts: usize,
    /// Followers elsewhere of a group, and the hosts on which they are.
    group: (usize, usize),
    /// People in a small and in a large group, and the servers on which they are.
    people: [(usize, usize); 2],
    /// People who join each, and who are sent away.
    joins: usize,
    bans: usize,
    /// Times that an idle server is woken.
    wakes: usize,
    /// Activities for each point of the slope.
    slope: usize,
    /// Local accounts at the points of the slope.
    locals: [usize; 3],
    /// Statuses in the past of the town that is read.
    statuses: usize,
    /// Pages of each timeline.
    pages: usize,
    /// Answers in the long thread, and how often it is read.
    replies: usize,
    threads: usize,
    /// Searches of each kind.
    searches: usize,
    /// Sockets that listen, and posts that all of them hear.
    clients: usize,
    shouts: usize,
}

const FULL: Sizes = Sizes {
    inbox: 2000,
    reads: 4000,
    posts: 1000,
    inboxes: 500,
    hosts: 50,
    group: (1000, 200),
    people: [(20, 2), (20_000, 2000)],
    joins: 400,
    bans: 20,
    wakes: 10,
    slope: 600,
    locals: [1, 100, 1000],
    statuses: 20_000,
    pages: 1000,
    replies: 500,
    threads: 120,
    searches: 400,
    clients: 2000,
    shouts: 20,
};

const QUICK: Sizes = Sizes {
    inbox: 300,
    reads: 600,
    posts: 150,
    inboxes: 100,
    hosts: 10,
    group: (200, 40),
    people: [(20, 2), (2000, 200)],
    joins: 100,
    bans: 10,
    wakes: 4,
    slope: 200,
    locals: [1, 100, 1000],
    statuses: 2000,
    pages: 160,
    replies: 100,
    threads: 40,
    searches: 80,
    clients: 200,
    shouts: 5,
};

/// Parts on a town that is empty at first.
const WORK: [&str; 6] = ["start", "api", "documents", "inbox", "delivery", "wake"];
/// Parts on a town with a past.
const READING: [&str; 4] = ["timelines", "thread", "search", "streams"];
/// Several towns.
const SLOPE: &str = "slope";
/// Two towns, with a small and a large group.
const GROUPS: &str = "groups";

/// All of them, in their order.
fn parts() -> Vec<&'static str> {
    let several = [SLOPE, GROUPS];
    WORK.into_iter().chain(READING).chain(several).collect()
}

/// What the command line says.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    quick: bool,
    engines: Vec<Engine>,
    parts: Vec<String>,
    program: Option<PathBuf>,
}

impl Options {
    pub(crate) fn parse(words: &[String]) -> Result<Self> {
        let mut options = Self {
            quick: false,
            engines: Engine::BOTH.into(),
            parts: parts().into_iter().map(str::to_owned).collect(),
            program: None,
        };
        let mut words = words.iter().map(String::as_str);
        while let Some(word) = words.next() {
            match word {
                "--quick" => options.quick = true,
                "--program" => options.program = words.next().map(PathBuf::from),
                "--engine" => options.engines = vec![Engine::parse(words.next())?],
                "--only" => {
                    options.parts = words
                        .next()
                        .unwrap_or_default()
                        .split(',')
                        .map(str::to_owned)
                        .collect();
                    if let Some(other) = options
                        .parts
                        .iter()
                        .find(|part| !parts().contains(&part.as_str()))
                    {
                        return Err(format!("{other:?} is not one of {}", parts().join(", ")));
                    }
                }
                other => {
                    return Err(format!(
                        "bench: {other} is not --quick, --engine ENGINE, --only PART,.. or --program FILE"
                    ));
                }
            }
        }
        Ok(options)
    }

    fn wants(&self, part: &str) -> bool {
        self.parts.iter().any(|wanted| wanted == part)
    }

    fn wants_any(&self, parts: &[&str]) -> bool {
        parts.iter().any(|part| self.wants(part))
    }

    const fn sizes(&self) -> Sizes {
        if self.quick { QUICK } else { FULL }
    }
}

/// Measures everything and prints the tables.
pub(crate) async fn bench(options: Options) -> Result<()> {
    let begun = Instant::now();
    let program = match &options.program {
        Some(program) => build::existing(program)?,
        None => {
            eprintln!("building the server (release)");
            build::server(true)?
        }
    };
    machine::print(options.quick);
    eprintln!("signatures on one core");
    let keys = Keys::make()?;
    let crypto = limits::crypto(&keys)?;
    crypto.print();
    for engine in &options.engines {
        let mut report = Report::new(*engine);
        let measured = measure(&options, *engine, &program, &keys, &crypto, &mut report).await;
        report.print();
        measured?;
    }
    println!("\nAll of it took {:.0} s.", begun.elapsed().as_secs_f64());
    Ok(())
}

/// One engine, from an empty folder to a busy server.
async fn measure(
    options: &Options,
    engine: Engine,
    program: &Path,
    keys: &Keys,
    crypto: &limits::Crypto,
    report: &mut Report,
) -> Result<()> {
    if options.wants_any(&WORK) {
        work(options, engine, program, keys, crypto, report).await?;
    }
    if options.wants_any(&READING) {
        reading(options, engine, program, report).await?;
    }
    if options.wants(SLOPE) {
        say(engine, SLOPE);
        slope::measure(engine, program, &options.sizes(), keys, report).await?;
    }
    if options.wants(GROUPS) {
        say(engine, GROUPS);
        groups::measure(engine, program, &options.sizes(), keys, crypto, report).await?;
    }
    Ok(())
}

fn say(engine: Engine, part: &str) {
    eprintln!("{}: {part}", engine.name());
}

/// A town that is empty at first.
async fn work(
    options: &Options,
    engine: Engine,
    program: &Path,
    keys: &Keys,
    crypto: &limits::Crypto,
    report: &mut Report,
) -> Result<()> {
    let sizes = options.sizes();
    let say = |part: &str| say(engine, part);
    say("a town with eight members");
    let mut town = Town::found(engine, program, 8).await?;
    let bare = limits::bare(&town).await?;
    if options.wants("start") {
        say("start");
        start::measure(&mut town, report).await?;
    }
    town.start().await?;
    if options.wants("api") {
        say("statuses and timelines");
        api::measure(&mut town, &sizes, &bare, report).await?;
    }
    if options.wants("documents") {
        say("documents and pages");
        documents::measure(&town, &sizes, keys, crypto, report).await?;
    }
    if options.wants("inbox") {
        say("inbox");
        inbox::measure(&mut town, &sizes, keys, crypto, &bare, report).await?;
    }
    if options.wants("delivery") {
        say("delivery");
        delivery::measure(&mut town, &sizes, keys, crypto, report).await?;
    }
    if options.wants("wake") {
        say("wake-up");
        wake::measure(&mut town, &sizes, keys, report).await?;
    }
    start::after_load(&town, report);
    town.stop().await
}

/// A town with a past, which is only read and listened to.
async fn reading(
    options: &Options,
    engine: Engine,
    program: &Path,
    report: &mut Report,
) -> Result<()> {
    let sizes = options.sizes();
    let say = |part: &str| say(engine, part);
    say("a town with a past");
    let mut town = Town::found(engine, program, 8).await?;
    let past = past::grow(&town, &sizes).await?;
    town.start().await?;
    if options.wants("timelines") {
        say("timelines");
        timelines::measure(&town, &past, &sizes, report).await?;
    }
    if options.wants("thread") {
        say("thread");
        thread::measure(&town, &past, &sizes, report).await?;
    }
    if options.wants("search") {
        say("search");
        search::measure(&town, &past, &sizes, report).await?;
    }
    if options.wants("streams") {
        say("streams");
        streams::measure(&town, &past, &sizes, report).await?;
    }
    town.stop().await
}
