//! Programs on this machine, and the folders where what is installed for tests is kept.

use std::env;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use crate::skip_or_require;

/// The program of this name on `PATH` (`python3`, `node`), or nothing under the rule of
/// [`skip_or_require`].
///
/// # Panics
/// Where it is missing and `CI=true`.
#[must_use]
pub fn tool(name: &str) -> Option<PathBuf> {
    let found = on_path(name);
    if found.is_none() {
        skip_or_require(name);
    }
    found
}

/// The program of this name on `PATH`.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
}

/// A folder that outlives one test run, outside the repository: that of the named variable, else
/// under the user's cache.
pub(crate) fn cache(variable: &str, name: &str) -> PathBuf {
    if let Some(chosen) = env::var_os(variable).filter(|value| !value.is_empty()) {
        return PathBuf::from(chosen);
    }
    env::var_os("HOME")
        .map_or_else(env::temp_dir, PathBuf::from)
        .join(".cache")
        .join("balai")
        .join(name)
}

/// The top folder of the workspace: what cargo says to the running test, since a target folder that
/// several clones share may hold this crate as it was built in another of them.
pub(crate) fn workspace() -> &'static Path {
    static WORKSPACE: OnceLock<PathBuf> = OnceLock::new();
    WORKSPACE.get_or_init(|| {
        let built = || PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let here = env::var_os("CARGO_MANIFEST_DIR").map_or_else(built, PathBuf::from);
        here.parent()
            .map_or_else(|| here.clone(), Path::to_path_buf)
    })
}

/// A short name for exactly these texts. The hasher's keys are fixed, so it is the same in each run.
pub(crate) fn fingerprint(texts: &[&str]) -> String {
    let mut hasher = DefaultHasher::new();
    texts.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// Runs a command without input; its output where it succeeds, what it complained about where not.
pub(crate) fn run(command: &mut Command) -> Result<String, String> {
    let words = format!("{command:?}");
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("{words}: {error}"))?;
    let said = String::from_utf8_lossy(&output.stdout);
    if output.status.success() {
        return Ok(said.into_owned());
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    Err(format!("{words}: {}\n{said}{complaint}", output.status))
}

/// Holds a lock on `folder/lock` while `install` runs, and remembers in `folder/stamp` that it was
/// done for this fingerprint, so that many test processes install once.
pub(crate) fn install_once(
    folder: &Path,
    fingerprint: &str,
    install: impl FnOnce() -> Result<(), String>,
) -> Result<(), String> {
    let words = |error: std::io::Error| format!("{}: {error}", folder.display());
    std::fs::create_dir_all(folder).map_err(words)?;
    let lock = std::fs::File::create(folder.join("lock")).map_err(words)?;
    lock.lock().map_err(words)?;
    let stamp = folder.join("stamp");
    if std::fs::read_to_string(&stamp).is_ok_and(|done| done == fingerprint) {
        return Ok(());
    }
    // An installation that fails half-way leaves nothing that could be taken for the one before.
    match std::fs::remove_file(&stamp) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(words(error)),
        _ => {}
    }
    install()?;
    std::fs::write(stamp, fingerprint).map_err(words)
}

#[cfg(test)]
mod tests {
    use super::{fingerprint, install_once, on_path};
    use crate::Sandbox;

    #[test]
    fn a_program_is_found_on_the_path_or_not_at_all() {
        assert!(on_path("sh").is_some_and(|program| program.is_absolute()));
        assert_eq!(on_path("no-such-program-anywhere"), None);
    }

    #[test]
    fn an_installation_happens_once_for_each_list_of_packages() {
        let sandbox = Sandbox::new("install");
        let mut installed = 0;
        for list in ["a==1", "a==1", "a==2", "a==2"] {
            install_once(sandbox.path(), &fingerprint(&[list]), || {
                installed += 1;
                Ok(())
            })
            .unwrap();
        }
        assert_eq!(installed, 2);
    }

    #[test]
    fn a_failed_change_spoils_what_was_installed_before() {
        let sandbox = Sandbox::new("install");
        let [old, new] = [fingerprint(&["a==1"]), fingerprint(&["a==2"])];
        install_once(sandbox.path(), &old, || Ok(())).unwrap();
        install_once(sandbox.path(), &new, || Err("no network".to_owned())).unwrap_err();
        let mut installed_again = false;
        install_once(sandbox.path(), &old, || {
            installed_again = true;
            Ok(())
        })
        .unwrap();
        assert!(installed_again);
    }

    #[test]
    fn a_failed_installation_is_tried_again() {
        let sandbox = Sandbox::new("install");
        let stamp = fingerprint(&["a==1"]);
        let failed = install_once(sandbox.path(), &stamp, || Err("no network".to_owned()));
        assert_eq!(failed, Err("no network".to_owned()));
        let mut tried_again = false;
        install_once(sandbox.path(), &stamp, || {
            tried_again = true;
            Ok(())
        })
        .unwrap();
        assert!(tried_again);
    }
}
