//! `cargo xtask`: what this repository does with itself. The demonstration, the benchmarks, the schema
//! as a file, and what CI runs. Nothing of the server is here: it is started as a program of its own
//! and spoken to over HTTP, as anyone else would.

#![expect(
    clippy::print_stdout,
    reason = "what it finds out is printed for a person to read"
)]

mod bench;
mod build;
mod ci;
mod clients;
mod demo;
mod engine;
mod http;
mod json;
mod schema;
mod server;

use std::process::ExitCode;

/// One plain sentence where something did not work.
type Result<T> = std::result::Result<T, String>;

const HELP: &str = "\
cargo xtask demo [--release] [--engine sqlite|postgres]
    Two servers, a group, a post and its answer, told step by step.
    With --program FILE (here and below) of a server that is built already.
cargo xtask bench [--quick] [--engine sqlite|postgres] [--only PART,..]
    What it costs and what limits it, as a table. Parts: start, api, documents, inbox, delivery,
    wake, timelines, thread, search, streams, slope.
cargo xtask clients [--engine sqlite|postgres] [--only NAME,..]
    Clients that no one here wrote make every call that they have, on both engines, and what they are
    answered is held against the Mastodon API schema (BALAI_API_SCHEMA: the path of its OpenAPI
    document). Names: mastodonpy, toot, mastojs, megalodon, properties.
cargo xtask schema [--check]
    Writes database/src/schema.rs from the migrations, or says whether it is theirs.
cargo xtask ci
    What must hold before a change lands: .ci/run.
cargo xtask help
    This.
";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let (verb, rest) = match words.split_first() {
        Some((verb, rest)) => (verb.as_str(), rest),
        None => ("help", words.as_slice()),
    };
    let done = match verb {
        "demo" => demo::Options::parse(rest).map(|options| run(demo::demo(options))),
        // A load generator that is slower than what it measures measures itself.
        "bench" if cfg!(debug_assertions) => {
            bench::Options::parse(rest).map(|_options| build::again_in_release(&words))
        }
        "bench" => bench::Options::parse(rest).map(|options| run(bench::bench(options))),
        "clients" => clients::Options::parse(rest).map(|options| run(clients::clients(options))),
        "schema" => schema::Options::parse(rest).map(schema::schema),
        "ci" => nothing_more(rest).map(|()| ci::ci()),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        other => Err(format!(
            "{other} is not one of demo, bench, clients, schema, ci, help"
        )),
    };
    let (sentence, code) = match done {
        Ok(Ok(())) => return ExitCode::SUCCESS,
        Ok(Err(failed)) => (failed, 1),
        Err(wrong_use) => (wrong_use, 2),
    };
    eprintln!("xtask: {sentence}");
    ExitCode::from(code)
}

fn nothing_more(rest: &[String]) -> Result<()> {
    rest.first()
        .map_or(Ok(()), |word| Err(format!("{word} says nothing here")))
}

/// Runs a task to its end, or until someone wants it to stop: whatever it started ends with it.
fn run(task: impl Future<Output = Result<()>>) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("no threads: {error}"))?;
    runtime.block_on(async {
        tokio::select! {
            done = task => done,
            () = asked_to_stop() => Err("stopped before the end".to_owned()),
        }
    })
}

async fn asked_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}
