//! The life of the process: it starts with nothing, stops when asked, and loses nothing when killed.

use std::fs::File;
use std::net::TcpListener;
use std::process::{Child, Command, ExitStatus};

use serde_json::{Value, json};

use super::Folder;
use crate::harness::{Client, Peer, Stage, eventually, id_of, on_both_engines};

on_both_engines![
    with_nothing_set_it_runs_and_says_where_to_begin,
    the_verbs_work_while_it_runs,
    asked_to_stop_it_stops,
    killed_at_any_moment_it_loses_nothing_that_it_confirmed,
];

/// A running `balai serve`; it ends with this value.
pub(super) struct Serving {
    child: Child,
    pub(super) base: String,
    log: std::path::PathBuf,
}

impl Serving {
    /// Starts it on a free port and waits until it is ready.
    pub(super) fn start(folder: &Folder, port: u16, words: &[&str]) -> Self {
        let log = folder.sandbox.join("log");
        let file = File::options()
            .create(true)
            .append(true)
            .open(&log)
            .expect("a log");
        let child = folder
            .command(words)
            .env("BALAI_BIND", format!("127.0.0.1:{port}"))
            .stderr(file)
            .spawn()
            .expect("balai starts");
        let mut serving = Self {
            child,
            base: format!("http://127.0.0.1:{port}"),
            log,
        };
        eventually("it is ready", || {
            if let Ok(Some(status)) = serving.child.try_wait() {
                panic!("it ended with {status}: {}", serving.log());
            }
            std::net::TcpStream::connect(("127.0.0.1", port)).ok()
        });
        assert_eq!(serving.client(None).get("/readyz").is(200).text(), "OK");
        serving
    }

    pub(super) fn client(&self, token: Option<&str>) -> Client {
        Client::new(&self.base, token)
    }

    pub(super) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let done = Command::new("kill")
            .args([name, &id])
            .status()
            .expect("kill runs");
        assert!(done.success());
    }

    fn end(&mut self) -> ExitStatus {
        eventually("it ends", || self.child.try_wait().expect("a process"))
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _gone_already = self.child.kill();
        let _gone_already = self.child.wait();
    }
}

pub(super) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

fn with_nothing_set_it_runs_and_says_where_to_begin(stage: &Stage) {
    let folder = Folder::new(*stage);
    let port = free_port();
    let serving = Serving::start(&folder, port, &[]);
    assert_eq!(serving.client(None).get("/livez").is(200).text(), "OK");
    assert!(folder.sandbox.join("data").is_dir(), "./data is made");
    if *stage == Stage::Sqlite {
        assert!(folder.sandbox.join("data/balai.db").is_file());
    }
    // The address is that of a person's own machine, and the link leads to the first page.
    let link = eventually("the link is printed", || {
        let log = serving.log();
        let start = log.find(&format!("http://localhost:{port}/setup?code="))?;
        log.get(start..)?
            .split_whitespace()
            .next()
            .map(str::to_owned)
    });
    let path = link
        .split_once(&format!(":{port}"))
        .expect("a path")
        .1
        .to_owned();
    assert!(
        serving
            .client(None)
            .get(&path)
            .is(200)
            .text()
            .contains("<form")
    );
    let instance = serving.client(None).get("/api/v2/instance").ok();
    assert_eq!(instance["domain"], format!("localhost:{port}"));
    // Nothing of a lab is open.
    let app = [
        ("client_name", "X"),
        ("redirect_uris", "urn:ietf:wg:oauth:2.0:oob"),
    ];
    let app = serving.client(None).form("/api/v1/apps", &app).ok();
    let text = |name: &str| app[name].as_str().expect("text").to_owned();
    let (id, secret) = (text("client_id"), text("client_secret"));
    let grant = [
        ("grant_type", "password"),
        ("client_id", &*id),
        ("client_secret", &*secret),
        ("username", "ana"),
        ("password", "x"),
    ];
    serving.client(None).form("/oauth/token", &grant).is(400);
}

fn member(folder: &Folder, name: &str) -> String {
    folder.ok(&[
        "user",
        "create",
        name,
        "--email",
        &format!("{name}@mail.example"),
        "--password",
        "correct horse",
        "--confirmed",
        "--approved",
    ]);
    let said = folder.ok(&[
        "token",
        "create",
        "--user",
        name,
        "--scopes",
        "read write follow",
    ]);
    said.lines().last().expect("a token").to_owned()
}

fn the_verbs_work_while_it_runs(stage: &Stage) {
    let folder = Folder::new(*stage).in_test_mode();
    let serving = Serving::start(&folder, free_port(), &["serve"]);
    let ana = serving.client(Some(&member(&folder, "ana")));
    assert_eq!(
        ana.get("/api/v1/accounts/verify_credentials").ok()["username"],
        "ana"
    );
    folder.ok(&[
        "group",
        "create",
        "garden",
        "--owner",
        "ana",
        "--title",
        "The garden",
    ]);
    let found = ana.get("/api/v1/accounts/lookup?acct=garden").ok();
    assert_eq!(found["group"], true);
    ana.publish("@garden hello");
    let shown = ana.items(&format!("/api/v1/accounts/{}/statuses", id_of(&found)));
    assert_eq!(shown.len(), 1);
    // What is set is in force within a moment.
    folder.ok(&["settings", "set", "title=Balai Kampung"]);
    eventually("the new title is shown", || {
        (ana.get("/api/v2/instance").ok()["title"] == "Balai Kampung").then_some(())
    });
    assert!(
        serving.log().to_lowercase().contains("test mode"),
        "it is said loudly"
    );
}

fn asked_to_stop_it_stops(stage: &Stage) {
    let folder = Folder::new(*stage).in_test_mode();
    let port = free_port();
    let mut serving = Serving::start(&folder, port, &["serve"]);
    let token = member(&folder, "ana");
    let status = serving.client(Some(&token)).publish("before the end");
    serving.signal("-TERM");
    let ended = serving.end();
    assert_eq!(ended.code(), Some(0), "{}", serving.log());
    drop(serving);
    let serving = Serving::start(&folder, port, &["--log-format", "json", "serve"]);
    let ana = serving.client(Some(&token));
    assert_eq!(ana.status(&id_of(&status)).ok()["id"], status["id"]);
    let last = serving.log().lines().last().expect("a line").to_owned();
    let line: Value = serde_json::from_str(&last).unwrap_or_else(|e| panic!("{last}: {e}"));
    assert!(line["level"].is_string());
    // Where somebody listens already it says so and ends.
    let done = folder
        .command(&["serve"])
        .env("BALAI_BIND", format!("127.0.0.1:{port}"))
        .output();
    let done = done.expect("balai runs");
    assert_eq!(done.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&done.stderr).contains(&port.to_string()));
}

fn killed_at_any_moment_it_loses_nothing_that_it_confirmed(stage: &Stage) {
    let mut folder = Folder::new(*stage).in_test_mode();
    let port = free_port();
    folder.set("BALAI_BASE_URL", &format!("http://127.0.0.1:{port}"));
    folder.set("BALAI_FEDERATION_ALLOW_HTTP", "1");
    folder.set("BALAI_FEDERATION_ALLOW_PRIVATE", "127.0.0.0/8,::1/128");
    let peer = Peer::new("mastodon");
    let mut serving = Serving::start(&folder, port, &["serve"]);
    folder.ok(&["settings", "set", "rate_limits=off"]);
    let token = member(&folder, "ana");
    let actor = format!("{}/users/ana", serving.base);
    peer.send(&format!("{}/inbox", serving.base), &peer.follow(&actor))
        .is(202);
    peer.receives("the follow is accepted", |activity| {
        activity["type"] == "Accept"
    });

    let mut confirmed: Vec<Value> = Vec::new();
    for round in 0..3 {
        let ana = serving.client(Some(&token));
        for number in 0..5 {
            let draft = json!({ "status": format!("round {round}, number {number}") });
            confirmed.push(ana.post("/api/v1/statuses", &draft).ok());
        }
        // In the moment after the last answer, while deliveries are on their way.
        serving.signal("-KILL");
        serving.end();
        serving = Serving::start(&folder, port, &["serve"]);
    }
    let ana = serving.client(Some(&token));
    for status in &confirmed {
        assert_eq!(
            ana.status(&id_of(status)).ok()["content"],
            status["content"]
        );
        let uri = status["uri"].clone();
        peer.receives("it arrives at the follower's server", |activity| {
            activity["type"] == "Create" && activity["object"]["id"] == uri
        });
    }
    let me = id_of(&ana.get("/api/v1/accounts/verify_credentials").ok());
    let mine = ana.items(&format!("/api/v1/accounts/{me}/statuses?limit=40"));
    assert_eq!(mine.len(), confirmed.len(), "each of them once");
}
