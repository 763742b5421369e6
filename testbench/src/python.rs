//! The Python clients that no one here wrote: virtual environments with the pinned packages of
//! `tests/clients`, and the programs there ready to be run in them.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::tools::{cache, fingerprint, install_once, on_path, run, workspace};
use crate::{Guarded, Sandbox, skip_or_require};

const WHAT: &str = "Python 3 with its venv module and the pinned client packages";

/// The virtual environment of `requirements.txt`, made at the first call on this machine and kept in
/// `BALAI_TEST_VENV` or under the user's cache. Nothing under the rule of [`skip_or_require`] where Python or the
/// packages are not to be had.
///
/// # Panics
/// Where that is so and `CI=true`.
#[must_use]
pub fn python_venv() -> Option<PathBuf> {
    venv("requirements.txt", "BALAI_TEST_VENV", "venv")
}

fn venv(list: &str, variable: &str, name: &str) -> Option<PathBuf> {
    match install(list, variable, name) {
        Ok(folder) => Some(folder),
        Err(error) => {
            skip_or_require(&format!("{WHAT} \n({error})"));
            None
        }
    }
}

/// A program of `tests/clients` (`mastodonpy_story.py`), ready to be told the server's address by
/// environment variables and run. Its home is the sandbox, so that it keeps nothing on the machine
/// and knows nothing of who runs it. One with a list of packages of its own (`NAME_requirements.txt`
/// beside `NAME.py`) gets an environment of its own, kept in `BALAI_TEST_VENV_NAME`.
///
/// # Panics
/// As [`python_venv`].
#[must_use]
pub fn python_client(story: &str, home: &Sandbox) -> Option<Command> {
    let name = story.trim_end_matches(".py");
    let list = format!("{name}_requirements.txt");
    let folder = if workspace().join("tests/clients").join(&list).is_file() {
        let variable = format!("BALAI_TEST_VENV_{}", name.to_uppercase());
        venv(&list, &variable, name)?
    } else {
        python_venv()?
    };
    Some(program(&folder, story, home))
}

/// A storage service that speaks S3 (moto), with one bucket `files`: it runs until the guard is dropped.
/// Its address comes beside it.
///
/// # Panics
/// As [`python_venv`], and where it does not start.
#[must_use]
pub fn bucket(home: &Sandbox) -> Option<(Guarded, String)> {
    let mut command = python_client("bucket.py", home)?;
    command.stderr(std::process::Stdio::null());
    match Guarded::start(&mut command, "ready:", Duration::from_secs(60)) {
        Ok(started) => Some(started),
        Err(error) => crate::skip::fail(&error),
    }
}

fn program(venv: &Path, story: &str, home: &Sandbox) -> Command {
    let mut command = Command::new(venv.join("bin/python"));
    command
        .arg(workspace().join("tests/clients").join(story))
        .current_dir(home.path())
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", home.path())
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("XDG_CACHE_HOME", home.join("cache"))
        .env("PYTHONUNBUFFERED", "1")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PYTHONUTF8", "1")
        .stdin(std::process::Stdio::null());
    command
}

fn install(list: &str, variable: &str, name: &str) -> Result<PathBuf, String> {
    let python = on_path("python3").ok_or("no python3 on PATH")?;
    let list = workspace().join("tests/clients").join(list);
    let wanted = std::fs::read_to_string(&list).map_err(|error| error.to_string())?;
    let version = run(Command::new(&python).arg("--version"))?;
    let folder = cache(variable, name);
    // A folder below that of the lock, so that it can be cleared for another version of Python.
    let environment = folder.join("environment");
    install_once(&folder, &fingerprint(&[&wanted, &version]), || {
        run(Command::new(&python)
            .args(["-m", "venv", "--clear"])
            .arg(&environment))?;
        run(Command::new(environment.join("bin/python"))
            .args(["-m", "pip", "install", "--quiet", "--no-input"])
            .args(["--disable-pip-version-check", "--requirement"])
            .arg(&list))
        .map(drop)
    })?;
    Ok(environment)
}
