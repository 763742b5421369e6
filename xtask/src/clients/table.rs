//! What came of it, as a table.

use std::time::Duration;

use super::program::Calls;
use crate::engine::Engine;

/// One client on one engine.
#[derive(Debug)]
pub(super) struct Row {
    client: &'static str,
    engine: Engine,
    pub(super) calls: Option<Calls>,
    /// Bodies held against the schema, where there is one.
    pub(super) bodies: Option<u64>,
    /// Those that do not fit.
    pub(super) errors: u64,
    pub(super) took: Duration,
    /// Why it is not content.
    pub(super) troubles: Vec<String>,
}

impl Row {
    pub(super) const fn new(client: &'static str, engine: Engine) -> Self {
        Self {
            client,
            engine,
            calls: None,
            bodies: None,
            errors: 0,
            took: Duration::ZERO,
            troubles: Vec::new(),
        }
    }

    /// A line when it is through, and all that was wrong.
    pub(super) fn tell(&self) {
        let name = format!("{} on {}", self.client, self.engine.name());
        if self.troubles.is_empty() {
            println!("{name}: content");
        }
        for trouble in &self.troubles {
            println!("\n{name}: {trouble}\n");
        }
    }
}

/// Prints them, engine by engine.
pub(super) fn print(rows: &mut [Row]) {
    rows.sort_by_key(|row| (row.client, row.engine.word()));
    println!(
        "\n{:<12}{:<12}{:>12}{:>10}{:>9}{:>8}{:>9}",
        "client", "engine", "calls", "left out", "bodies", "errors", "seconds"
    );
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    for row in rows {
        println!(
            "{:<12}{:<12}{:>12}{:>10}{:>9}{:>8}{:>9.1}{}",
            row.client,
            row.engine.name(),
            or_dash(row.calls.map(|it| format!("{} of {}", it.made, it.all))),
            or_dash(row.calls.map(|it| it.left_out.to_string())),
            or_dash(row.bodies.map(|it| it.to_string())),
            row.errors,
            row.took.as_secs_f64(),
            if row.troubles.is_empty() {
                ""
            } else {
                "  FAILED"
            },
        );
    }
}
