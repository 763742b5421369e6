//! The one rule for what a machine may lack: skip with a printed line, but fail where `CI=true`.

use std::collections::HashSet;
use std::io::Write;
use std::sync::{Mutex, PoisonError};

static SAID: Mutex<Option<HashSet<String>>> = Mutex::new(None);

/// Whether everything that tests may need is required here (`CI=true`), so that a machine which
/// lost a tool cannot pass by silence.
#[must_use]
pub fn required() -> bool {
    std::env::var("CI").is_ok_and(|value| matches!(value.as_str(), "true" | "1"))
}

/// Says once per process that `what` is not found and the tests that need it are skipped. Fails
/// instead where [`required`].
///
/// # Panics
/// Where `CI=true`.
pub fn skip_or_require(what: &str) {
    if required() {
        fail(&format!("{what} not found, and CI=true requires it"));
    }
    let mut said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
    if said.get_or_insert_default().insert(what.to_owned()) {
        // Straight to the stream: the test harness swallows what the print macros say in a test
        // that passes, and this line must be seen.
        let line = what.lines().next().unwrap_or(what).trim_end();
        let _ = writeln!(std::io::stderr(), "skipped: {line} not found");
    }
}

/// Ends the test with one clear sentence.
#[expect(
    clippy::panic,
    reason = "a test's bench that cannot be set up is a failed test"
)]
pub(crate) fn fail(message: &str) -> ! {
    panic!("testbench: {message}")
}
