//! What every story stands on: real servers in process, a Mastodon client, a browser without
//! JavaScript, another server whose every byte we choose, and the standing cast. No story here.

mod browser;
mod client;
mod ear;
mod instance;
mod web;
mod wire;
mod world;

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

pub(crate) use browser::{Browser, Form, Page, tags};
pub(crate) use client::{Answer, Body, Client, Part, id_of};
pub(crate) use ear::{Ear, Reader};
pub(crate) use instance::{Instance, PASSWORD, Person, Stage, account_id};
pub(crate) use web::Web;
pub(crate) use wire::{Peer, deliver, now};
pub(crate) use world::{Group, TwoPlaces, World, in_list};

/// How long a story waits for what must happen after an answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// Makes two tests of each story: one on SQLite, one on PostgreSQL.
macro_rules! on_both_engines {
    ($($story:ident,)+) => { $(
        mod $story {
            #[test]
            fn sqlite() {
                super::$story(&crate::harness::Stage::sqlite());
            }

            #[test]
            fn postgres() {
                if let Some(stage) = crate::harness::Stage::postgres() {
                    super::$story(&stage);
                }
            }
        }
    )+ };
}
pub(crate) use on_both_engines;

/// The threads on which clients, browsers and stub servers of all stories run.
pub(crate) fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        tell_when_asked();
        let _was_there_already = rustls::crypto::aws_lc_rs::default_provider().install_default();
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("threads")
    })
}

/// The servers' logs, where `RUST_LOG` asks for them.
fn tell_when_asked() {
    if let Ok(filter) = tracing_subscriber::EnvFilter::try_from_default_env() {
        let log = tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_test_writer();
        let _first_one_stays = log.try_init();
    }
}

/// Asks again until `look` gives something; what happens after an answer takes a moment.
pub(crate) fn eventually<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "it did not happen in time: {what}");
        runtime().block_on(async { tokio::time::sleep(Duration::from_millis(20)).await });
    }
}

/// What a reader sees of a status's HTML.
pub(crate) fn text_of(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for letter in html.chars() {
        match letter {
            '<' => inside = true,
            '>' => inside = false,
            _ if !inside => text.push(letter),
            _ => {}
        }
    }
    text.replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#34;", "\"")
        .replace("&#38;", "&")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}
