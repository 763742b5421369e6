//! What CI runs, here.

use std::process::{Command, Stdio};

use crate::{Result, build};

/// Runs `.ci/run` as it stands: one list of steps, kept in one place.
pub(crate) fn ci() -> Result<()> {
    let status = Command::new(build::workspace().join(".ci/run"))
        .current_dir(build::workspace())
        .stdin(Stdio::null())
        .status()
        .map_err(|error| format!(".ci/run cannot be run: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!(".ci/run: {status}"))
    }
}
