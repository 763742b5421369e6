//! A shell that cleans up when this process is gone, however it goes.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

/// Starts a shell in a process group of its own that waits for the end of its input and then runs
/// `script`. The other end of that pipe is held by this process alone (it is closed at `exec`), so
/// the kernel closes it at a return, a panic, a signal or `kill -9` alike. Hold the child for as
/// long as the process lives.
pub(crate) fn when_we_are_gone(script: &str, arguments: &[&str]) -> Result<Child, String> {
    let mut child = Command::new("sh")
        .arg("-c")
        .arg(format!(
            "trap '' INT TERM HUP; read -r _; cat >/dev/null; {script}"
        ))
        .arg("balai-test-watchdog")
        .args(arguments)
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("no shell to clean up with: {error}"))?;
    if let Some(input) = child.stdin.as_mut() {
        input
            .write_all(b"\n")
            .map_err(|error| format!("the shell ended at once: {error}"))?;
    }
    Ok(child)
}
