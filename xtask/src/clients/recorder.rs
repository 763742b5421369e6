//! The recorder (`tests/clients/recorder.py`) in front of a server, and its report.

use std::fmt::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use testbench::Sandbox;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::Result;
use crate::json::text;

/// For its start, and for its end: until then all that it took is checked.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running recorder. It ends with its input, so also when this process is gone.
#[derive(Debug)]
pub(super) struct Recorder {
    child: Child,
    report: PathBuf,
    /// Where it listens.
    pub(super) address: SocketAddr,
    _home: Sandbox,
}

impl Recorder {
    /// Starts it in front of a server that need not run yet.
    pub(super) async fn start(
        server: SocketAddr,
        notes: &Path,
        schema: Option<&Path>,
    ) -> Result<Self> {
        let report = notes.with_extension("json");
        let home = Sandbox::new("recorder");
        let command = testbench::python_client("recorder.py", &home)
            .ok_or("the recorder needs Python 3 with its venv module")?;
        let mut command = Command::from(command);
        command
            .args(["--server", &server.to_string(), "--report"])
            .arg(&report)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true);
        if let Some(schema) = schema {
            command.env(super::SCHEMA, schema);
        }
        let mut child = command
            .spawn()
            .map_err(|error| format!("the recorder: {error}"))?;
        let output = child.stdout.take().ok_or("the recorder has no output")?;
        let mut line = String::new();
        let _in_time =
            tokio::time::timeout(PATIENCE, BufReader::new(output).read_line(&mut line)).await;
        let address = line
            .strip_prefix("ready: ")
            .and_then(|address| address.trim().parse().ok())
            .ok_or("the recorder does not say where it listens")?;
        Ok(Self {
            child,
            report,
            address,
            _home: home,
        })
    }

    /// Ends it and reads what it has written down.
    pub(super) async fn finish(mut self) -> Result<Report> {
        drop(self.child.stdin.take());
        let ended = tokio::time::timeout(PATIENCE, self.child.wait())
            .await
            .map_err(|_late| "the recorder does not come to its end".to_owned())?
            .map_err(|error| format!("the recorder is lost: {error}"))?;
        if !ended.success() {
            return Err(format!("the recorder ended with {ended}"));
        }
        let said = std::fs::read(&self.report)
            .map_err(|error| format!("{}: {error}", self.report.display()))?;
        let report: Value =
            serde_json::from_slice(&said).map_err(|error| format!("the report: {error}"))?;
        Report::read(&report)
    }
}

/// What the report says.
#[derive(Debug)]
pub(super) struct Report {
    /// Bodies that were held against a schema.
    pub(super) checked: u64,
    /// Those that do not fit.
    pub(super) invalid: u64,
    /// Endpoint by endpoint, what is wrong.
    errors: String,
}

impl Report {
    fn read(report: &Value) -> Result<Self> {
        let number = |pointer: &str| -> Result<u64> {
            text(report, pointer)?
                .parse()
                .map_err(|error| format!("{pointer} of the report: {error}"))
        };
        let mut errors = String::new();
        for part in ["/endpoints", "/unknown_endpoints"] {
            let endpoints = report.pointer(part).and_then(Value::as_object);
            for (name, entry) in endpoints.into_iter().flatten() {
                let said = entry.pointer("/errors").and_then(Value::as_array);
                for error in said.into_iter().flatten().filter_map(Value::as_str) {
                    let _always_fits = write!(errors, "\n{name}: {error}");
                }
            }
        }
        Ok(Self {
            checked: number("/checked")?,
            invalid: number("/invalid")?,
            errors,
        })
    }

    /// The errors as one trouble, where there are any.
    pub(super) fn troubles(&self) -> Option<String> {
        (self.invalid > 0).then(|| format!("{} answers do not fit:{}", self.invalid, self.errors))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_that_does_not_fit_is_told_with_its_endpoint() {
        let errors = json!(["2 times 200: /id integer, not string"]);
        let report = json!({
            "checked": 7, "invalid": 2, "unknown": 1,
            "endpoints": {"GET /api/v1/things/{id}": {"errors": errors}, "GET /api/v1/good": {"errors": []}},
            "unknown_endpoints": {},
        });
        let report = Report::read(&report).unwrap();
        assert_eq!((report.checked, report.invalid), (7, 2));
        let said = report.troubles().unwrap();
        assert_eq!(
            said,
            "2 answers do not fit:\nGET /api/v1/things/{id}: 2 times 200: /id integer, not string"
        );
    }

    #[test]
    fn a_clean_report_is_no_trouble_and_a_torn_one_is() {
        let clean = json!({"checked": 3, "invalid": 0, "endpoints": {}, "unknown_endpoints": {}});
        assert!(Report::read(&clean).unwrap().troubles().is_none());
        assert!(Report::read(&json!({})).is_err());
    }
}
