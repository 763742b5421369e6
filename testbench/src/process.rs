//! A program that a test starts and that never outlives it.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// A running program that is ended when dropped. Its input is a pipe from this process, so a
/// program which ends with its input ends with the test even where the test is killed.
#[derive(Debug)]
pub struct Guarded {
    child: Child,
    input: Option<ChildStdin>,
}

impl Guarded {
    /// Starts the program and waits until it prints a line that starts with `sign`; the rest of
    /// that line is handed back. What it prints later is read and thrown away.
    ///
    /// # Errors
    /// Where it cannot be started, ends before it says the sign, or does not say it in `patience`.
    pub fn start(
        command: &mut Command,
        sign: &str,
        patience: Duration,
    ) -> Result<(Self, String), String> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{command:?}: {error}"))?;
        let input = child.stdin.take();
        let output = child.stdout.take();
        let guarded = Self { child, input };
        let heard = output.map(|output| listen(output, sign.to_owned()));
        match heard.map(|heard| heard.recv_timeout(patience)) {
            Some(Ok(rest)) => Ok((guarded, rest)),
            _ => Err(format!("{command:?} never said {sign:?}")),
        }
    }

    /// The process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads a program's output to its end on a thread, so that the program never waits for a reader.
fn listen(output: ChildStdout, sign: String) -> mpsc::Receiver<String> {
    let (tell, heard) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if let Some(rest) = line.strip_prefix(&sign) {
                let _ = tell.send(rest.trim().to_owned());
            }
        }
    });
    heard
}

#[cfg(test)]
mod tests {
    use std::process::Command;
    use std::time::Duration;

    use super::Guarded;

    #[test]
    fn a_program_that_says_its_sign_is_ready_and_ends_with_its_guard() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo warming up; echo 'ready: 4711'; exec cat"]);
        let (guarded, rest) =
            Guarded::start(&mut command, "ready:", Duration::from_secs(20)).unwrap();
        assert_eq!(rest, "4711");

        let alive = |id: u32| Command::new("kill").args(["-0", &id.to_string()]).status();
        let id = guarded.id();
        assert!(alive(id).unwrap().success());
        drop(guarded);
        assert!(!alive(id).unwrap().success());
    }

    #[test]
    fn a_program_that_ends_without_its_sign_is_an_error() {
        let mut command = Command::new("true");
        assert!(Guarded::start(&mut command, "ready:", Duration::from_secs(20)).is_err());
    }
}
