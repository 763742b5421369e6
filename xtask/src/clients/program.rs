//! The programs in `tests/clients`: what each needs installed, its run with an end, and what it said.

use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use testbench::Sandbox;
use tokio::process::Command;

use crate::Result;

/// A program that makes every call that a client has.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) name: &'static str,
    kind: Kind,
    /// Whether it counts its calls. All do that speak for a client.
    counts: bool,
}

#[derive(Debug)]
enum Kind {
    /// A program, or a folder with one, in `tests/clients`.
    Python(&'static str),
    /// A folder of the repository with a `calls.mjs`.
    Node(&'static str),
}

/// All of them, first those that take long.
pub(crate) const CLIENTS: [Client; 5] = [
    Client {
        name: "properties",
        kind: Kind::Python("properties.py"),
        counts: false,
    },
    Client {
        name: "mastodonpy",
        kind: Kind::Python("mastodonpy_calls"),
        counts: true,
    },
    Client {
        name: "toot",
        kind: Kind::Python("toot_calls.py"),
        counts: true,
    },
    Client {
        name: "mastojs",
        kind: Kind::Node("tests/clients/mastojs"),
        counts: true,
    },
    Client {
        name: "megalodon",
        kind: Kind::Node("tests/clients/megalodon"),
        counts: true,
    },
];

/// The one of this name.
pub(crate) fn named(name: &str) -> Result<&'static Client> {
    CLIENTS
        .iter()
        .find(|client| client.name == name)
        .ok_or_else(|| {
            let names: Vec<&str> = CLIENTS.iter().map(|client| client.name).collect();
            format!("{name:?} is not one of {}", names.join(", "))
        })
}

impl Client {
    /// Installs what it needs; nothing where that is not to be had on this machine (a line says so).
    pub(crate) fn install(&'static self) -> Option<&'static Self> {
        self.command(&Sandbox::new("client")).map(|_ready| self)
    }

    fn command(&self, home: &Sandbox) -> Option<std::process::Command> {
        match self.kind {
            Kind::Python(program) => testbench::python_client(program, home),
            Kind::Node(folder) => testbench::node_client(folder, "calls.mjs", home),
        }
    }

    /// Runs it to its end, or to the end of its time. What it says goes into the log.
    pub(crate) async fn run(
        &self,
        environment: &[(String, String)],
        log: &Path,
        limit: Duration,
    ) -> Result<Said> {
        let home = Sandbox::new("client");
        let unwritable = |error: std::io::Error| format!("{}: {error}", log.display());
        let file = std::fs::File::create(log).map_err(unwritable)?;
        let command = self.command(&home).ok_or("its packages are gone")?;
        let mut command = Command::from(command);
        command
            .envs(environment.iter().cloned())
            .stdin(Stdio::null())
            .stderr(file.try_clone().map_err(unwritable)?)
            .stdout(file)
            .process_group(0)
            .kill_on_drop(true);
        let mut child = command
            .spawn()
            .map_err(|error| format!("{}: {error}", self.name))?;
        let ended = match tokio::time::timeout(limit, child.wait()).await {
            Ok(ended) => Some(ended.map_err(|error| format!("{} is lost: {error}", self.name))?),
            Err(_late) => {
                end_group(child.id()).await;
                None
            }
        };
        let text = std::fs::read_to_string(log).map_err(unwritable)?;
        Ok(Said::read(&text, ended, limit, self.counts))
    }
}

/// Ends the program with whatever it has started.
async fn end_group(leader: Option<u32>) {
    if let Some(id) = leader {
        let _gone_already = Command::new("kill")
            .args(["-KILL", "--", &format!("-{id}")])
            .stderr(Stdio::null())
            .status()
            .await;
    }
}

/// `calls: MADE of ALL, LEFT_OUT left out`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Calls {
    pub(crate) made: u32,
    pub(crate) all: u32,
    pub(crate) left_out: u32,
}

impl Calls {
    fn parse(line: &str) -> Option<Self> {
        // Before it may stand the time of the step.
        let (_, line) = line.split_once("calls: ")?;
        let (made, rest) = line.split_once(" of ")?;
        let (all, rest) = rest.split_once(", ")?;
        let (left_out, _) = rest.split_once(" left out")?;
        Some(Self {
            made: made.parse().ok()?,
            all: all.parse().ok()?,
            left_out: left_out.parse().ok()?,
        })
    }

    /// Nothing is forgotten silently.
    const fn is_whole(self) -> bool {
        self.made + self.left_out == self.all
    }
}

/// What a program came to.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) calls: Option<Calls>,
    /// Why it does not count as content, with the end of what it said.
    pub(crate) trouble: Option<String>,
}

impl Said {
    fn read(text: &str, ended: Option<ExitStatus>, limit: Duration, counts: bool) -> Self {
        let calls = text.lines().rev().find_map(Calls::parse);
        let is_done = text
            .lines()
            .any(|line| line.ends_with("done: everything happened"));
        let why = match (ended, calls) {
            (None, _) => Some(format!("did not end in {} s", limit.as_secs())),
            (Some(status), _) if !status.success() => Some(format!("ended with {status}")),
            _ if !is_done => Some("does not say that everything happened".to_owned()),
            (_, None) if counts => Some("does not count its calls".to_owned()),
            (_, Some(calls)) if !calls.is_whole() => Some("forgets calls".to_owned()),
            _ => None,
        };
        Self {
            calls,
            trouble: why.map(|why| format!("{why}; its last words:\n{}", tail(text, 40))),
        }
    }
}

fn tail(text: &str, lines: usize) -> String {
    let all: Vec<&str> = text.lines().collect();
    let from = all.len().saturating_sub(lines);
    all.get(from..).unwrap_or_default().join("\n")
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn trouble(text: &str, code: Option<i32>, counts: bool) -> String {
        let ended = code.map(|code| ExitStatus::from_raw(code << 8));
        Said::read(text, ended, MINUTE, counts)
            .trouble
            .unwrap_or_default()
    }

    #[test]
    fn a_program_is_content_only_where_it_says_so_and_ends_well() {
        let good = "[1 s] signs in\n[1 s] calls: 9 of 11, 2 left out (all of pl)\n[2 s] done: everything happened\n";
        assert_eq!(trouble(good, Some(0), true), "");
        assert!(trouble(good, Some(1), true).starts_with("ended with"));
        assert!(trouble(good, None, true).starts_with("did not end in 60 s"));
        let silent = "calls: 9 of 11, 2 left out\n";
        assert!(trouble(silent, Some(0), true).contains("does not say"));
        let forgets = "calls: 8 of 11, 2 left out\ndone: everything happened\n";
        assert!(trouble(forgets, Some(0), true).starts_with("forgets calls"));
        let counts_nothing = "done: everything happened\n";
        assert!(trouble(counts_nothing, Some(0), true).starts_with("does not count"));
        assert_eq!(trouble(counts_nothing, Some(0), false), "");
    }

    #[test]
    fn the_last_words_of_a_failed_program_are_told() {
        let said = trouble("FAILED: no such page", Some(1), true);
        assert!(said.ends_with("FAILED: no such page"), "{said}");
    }
}
