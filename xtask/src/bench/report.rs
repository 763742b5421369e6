//! The table of one engine: each figure beside the limit it is measured against and the aim of the day.

use std::time::Duration;

use super::meter::Spent;
use crate::engine::Engine;

/// One line.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    /// What was done, and how often.
    pub(super) work: String,
    /// What came out.
    pub(super) figure: String,
    /// Processor time of each: the server's, and with the database's.
    pub(super) cpu: Option<(f64, f64)>,
    /// What the server holds afterwards.
    pub(super) memory: String,
    /// What it is measured against, in the same run.
    pub(super) limit: String,
    /// What `handbook/performance.md` aims for now.
    pub(super) aim: &'static str,
}

/// Rows in the order in which they were measured.
#[derive(Debug)]
pub(super) struct Report {
    engine: Engine,
    rows: Vec<Row>,
    notes: Vec<String>,
}

impl Report {
    pub(super) fn new(engine: Engine) -> Self {
        Self {
            engine,
            rows: Vec::new(),
            notes: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, row: Row) {
        eprintln!("  {}: {}", row.work, row.figure);
        self.rows.push(row);
    }

    /// Something that a reader must know beside the figures.
    pub(super) fn note(&mut self, text: String) {
        eprintln!("  note: {text}");
        self.notes.push(text);
    }

    pub(super) fn print(&self) {
        println!("\n## {}\n", self.engine.name());
        let heads = match self.engine {
            Engine::Sqlite => "processor time of each",
            Engine::Postgres => "processor time of each: server; with PostgreSQL",
        };
        println!("| work | figure | {heads} | memory | limit in this run | aim now |");
        println!("|---|---|---|---|---|---|");
        for row in &self.rows {
            let cpu = match (row.cpu, self.engine) {
                (None, _) => String::new(),
                (Some((server, _)), Engine::Sqlite) => millis(server),
                (Some((server, both)), Engine::Postgres) => {
                    format!("{}; {}", millis(server), millis(both))
                }
            };
            println!(
                "| {} | {} | {cpu} | {} | {} | {} |",
                row.work, row.figure, row.memory, row.limit, row.aim
            );
        }
        for note in &self.notes {
            println!("\n{note}");
        }
    }
}

/// Milliseconds with as many digits as they mean.
pub(super) fn millis(value: f64) -> String {
    if value >= 10.0 {
        format!("{value:.0} ms")
    } else if value >= 1.0 {
        format!("{value:.1} ms")
    } else {
        format!("{value:.2} ms")
    }
}

/// As [`millis`].
pub(super) fn time(value: Duration) -> String {
    millis(value.as_secs_f64() * 1000.0)
}

/// How many a second.
pub(super) fn rate(count: usize, took: Duration) -> f64 {
    let count = f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    count / took.as_secs_f64().max(1e-9)
}

/// Which share of the two cores the load itself took, where that may have held the server back.
pub(super) fn shares(spent: &Spent) -> String {
    let wall = spent.wall.as_secs_f64().max(1e-9);
    let of = |used: Duration| used.as_secs_f64() / wall;
    let database = of(spent.database);
    let database = if database > 0.005 {
        format!(", PostgreSQL {database:.1}")
    } else {
        String::new()
    };
    format!(
        "cores in use: server {:.1}{database}, load {:.1}",
        of(spent.server),
        of(spent.ours)
    )
}
