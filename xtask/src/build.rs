//! Building the server, and where cargo puts it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

use crate::Result;

/// The top folder of the workspace.
pub(crate) fn workspace() -> &'static Path {
    static FOUND: OnceLock<PathBuf> = OnceLock::new();
    FOUND.get_or_init(|| {
        let here = std::env::current_dir().unwrap_or_default();
        here.ancestors()
            .find(|it| it.join("Cargo.lock").exists())
            .unwrap_or(&here)
            .to_owned()
    })
}

/// Builds the program `balai` and says where it is.
pub(crate) fn server(release: bool) -> Result<PathBuf> {
    let mut command = cargo();
    command.args([
        "build",
        "--package",
        "server",
        "--bin",
        "balai",
        "--message-format",
        "json-render-diagnostics",
    ]);
    if release {
        command.arg("--release");
    }
    let output = command
        .current_dir(workspace())
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    if !output.status.success() {
        return Err("the server does not build".to_owned());
    }
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter_map(|message| {
            message
                .get("executable")
                .and_then(Value::as_str)
                .map(PathBuf::from)
        })
        .next_back()
        .ok_or_else(|| "cargo does not say where it put the server".to_owned())
}

/// The folder that cargo puts everything in: this program is in `TARGET/PROFILE`.
pub(crate) fn target() -> Result<PathBuf> {
    let here = std::env::current_exe().map_err(|error| format!("this program: {error}"))?;
    here.ancestors()
        .nth(2)
        .map(Path::to_owned)
        .ok_or_else(|| format!("{} is in no target folder", here.display()))
}

/// A file that is there already.
pub(crate) fn existing(path: &Path) -> Result<PathBuf> {
    path.canonicalize()
        .map_err(|error| format!("{}: {error}", path.display()))
}

/// Runs this program again, built for speed.
pub(crate) fn again_in_release(words: &[String]) -> Result<()> {
    let status = cargo()
        .args(["run", "--quiet", "--release", "--package", "xtask", "--"])
        .args(words)
        .current_dir(workspace())
        .stdin(Stdio::null())
        .status()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err("the measurement did not come to its end".to_owned())
    }
}

/// The cargo that runs us.
pub(crate) fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}
