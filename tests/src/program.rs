//! `balai` as a process: its verbs, its life, and what it says to a person.

mod life;
mod secrets;
mod verbs;

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use testbench::Sandbox;

use crate::harness::Stage;

/// The program, built as it is now.
fn balai() -> PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    let build = || {
        // `TARGET/PROFILE/deps/tests-HASH` is running.
        let ours = std::env::current_exe().expect("a program");
        let profile = ours.ancestors().nth(2).expect("the folder of the profile");
        let target = profile.parent().expect("the target folder");
        let mut cargo = Command::new(env!("CARGO"));
        // As cargo says it to the running test: other clones may share the target folder.
        let built = || env!("CARGO_MANIFEST_DIR").into();
        let here = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(built);
        // The workspace as a whole, so that the libraries are those that the tests were built with.
        cargo.args(["build", "--quiet", "--workspace", "--bin", "balai"]);
        cargo.arg("--target-dir").arg(target).current_dir(here);
        if profile.ends_with("release") {
            cargo.arg("--release");
        }
        let done = cargo.stdin(Stdio::null()).output().expect("cargo runs");
        assert!(
            done.status.success(),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
        profile.join("balai")
    };
    BUILT.get_or_init(build).clone()
}

/// A folder where `balai` is called, and the settings that it finds in its environment.
struct Folder {
    sandbox: Sandbox,
    settings: Vec<(String, String)>,
    _database: Option<database::testing::Fresh>,
}

impl Folder {
    /// An empty folder, and on PostgreSQL an empty database.
    fn new(stage: Stage) -> Self {
        let mut settings = Vec::new();
        let mut kept = None;
        if stage == Stage::Postgres {
            let fresh = stage.fresh();
            if let database::Address::Postgres(url) = &fresh.address {
                settings.push(("DATABASE_URL".to_owned(), url.clone()));
            }
            kept = Some(fresh);
        }
        Self {
            sandbox: Sandbox::new("program"),
            settings,
            _database: kept,
        }
    }

    /// The same with chosen secrets allowed.
    fn in_test_mode(mut self) -> Self {
        self.set("BALAI_TEST_MODE", "1");
        self
    }

    fn set(&mut self, name: &str, value: &str) {
        self.settings.push((name.to_owned(), value.to_owned()));
    }

    /// The program with these words, ready to run.
    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(balai());
        command
            .args(words)
            .current_dir(self.sandbox.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.sandbox.path())
            .envs(self.settings.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null());
        command
    }

    /// Runs it to its end.
    fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().expect("balai runs")
    }

    /// Runs it; it must do what it was asked. What it printed.
    #[track_caller]
    fn ok(&self, words: &[&str]) -> String {
        let done = self.run(words);
        let complaint = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "balai {words:?}: {complaint}");
        String::from_utf8(done.stdout).expect("text")
    }

    /// Runs it; it must say in one sentence what was wrong.
    #[track_caller]
    fn wrong(&self, words: &[&str]) -> String {
        let done = self.run(words);
        let complaint = String::from_utf8(done.stderr).expect("text");
        assert_eq!(done.status.code(), Some(2), "balai {words:?}: {complaint}");
        assert!(
            done.stdout.is_empty(),
            "{words:?} printed {:?}",
            done.stdout
        );
        assert_eq!(
            complaint.trim_end().lines().count(),
            1,
            "balai {words:?}: {complaint}"
        );
        complaint.trim_end().to_owned()
    }
}
