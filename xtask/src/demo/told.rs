//! How the story is printed: numbered steps with the time that each took, and what was seen.

use std::cell::Cell;
use std::time::Instant;

/// Where the story stands.
pub(super) struct Told {
    steps: Cell<usize>,
    since: Cell<Instant>,
}

impl Told {
    pub(super) fn begin() -> Self {
        println!();
        Self {
            steps: Cell::new(0),
            since: Cell::new(Instant::now()),
        }
    }

    /// A step is done: it took the time since the one before.
    pub(super) fn step(&self, what: &str, seen: &[String]) {
        let number = self.steps.get() + 1;
        let now = Instant::now();
        let took = now.duration_since(self.since.replace(now));
        self.steps.set(number);
        println!("{number:2}. {what:<58} {:>6} ms", took.as_millis());
        for line in seen {
            println!("       {line}");
        }
    }
}
