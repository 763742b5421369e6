//! The order in which one host gets its deliveries: side by side what is about different objects, one
//! after the other what is about one. A later one never overtakes an earlier one that has to wait.

use std::collections::{HashSet, VecDeque};

use database::deliveries::Delivery;
use model::Millis;

/// What waits for one host.
#[derive(Debug)]
pub(super) struct Line {
    waiting: VecDeque<Delivery>,
    /// On their way.
    flying: HashSet<String>,
    /// When the first of those is due that have to wait.
    pub(super) next: Option<Millis>,
}

impl Line {
    /// From a host's rows, oldest first.
    pub(super) fn new(rows: Vec<Delivery>, now: Millis) -> Self {
        let mut held: HashSet<String> = HashSet::new();
        let mut next: Option<Millis> = None;
        let mut waiting = VecDeque::new();
        for row in rows {
            if held.contains(&row.object_key) {
                continue;
            }
            if row.next_attempt_at > now {
                let at = row.next_attempt_at;
                next = Some(next.map_or(at, |known| known.min(at)));
                held.insert(row.object_key);
            } else {
                waiting.push_back(row);
            }
        }
        Self {
            waiting,
            flying: HashSet::new(),
            next,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// The next that may go now.
    pub(super) fn take(&mut self) -> Option<Delivery> {
        let at = self
            .waiting
            .iter()
            .position(|row| !self.flying.contains(&row.object_key))?;
        let row = self.waiting.remove(at)?;
        self.flying.insert(row.object_key.clone());
        Some(row)
    }

    /// It is over: the next about the same object may go.
    pub(super) fn done(&mut self, key: &str) {
        self.flying.remove(key);
    }

    /// It has to be tried again: whatever else is about the same object waits for it.
    pub(super) fn hold(&mut self, key: &str, until: Millis) {
        self.flying.remove(key);
        self.waiting.retain(|row| row.object_key != key);
        self.next = Some(self.next.map_or(until, |known| known.min(until)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{ActivityId, DeliveryId, InstanceId};

    fn row(id: i64, key: &str, at: i64) -> Delivery {
        Delivery {
            id: DeliveryId(id),
            activity_id: ActivityId(id),
            instance_id: InstanceId(1),
            inbox: String::new(),
            object_key: key.to_owned(),
            attempts: 0,
            next_attempt_at: Millis(at),
            error: String::new(),
            created_at: Millis(0),
        }
    }

    fn take(line: &mut Line) -> Option<i64> {
        line.take().map(|row| row.id.0)
    }

    #[test]
    fn about_one_object_one_after_the_other() {
        let rows = vec![row(1, "a", 0), row(2, "a", 0), row(3, "b", 0)];
        let mut line = Line::new(rows, Millis(5));
        assert_eq!(take(&mut line), Some(1));
        assert_eq!(take(&mut line), Some(3), "another object need not wait");
        assert_eq!(take(&mut line), None);
        line.done("a");
        assert_eq!(take(&mut line), Some(2));
        assert!(line.is_empty());
    }

    #[test]
    fn what_waits_holds_back_what_comes_after_it() {
        let rows = vec![
            row(1, "a", 9),
            row(2, "a", 0),
            row(3, "b", 0),
            row(4, "b", 0),
        ];
        let mut line = Line::new(rows, Millis(5));
        assert_eq!(take(&mut line), Some(3));
        line.hold("b", Millis(7));
        assert_eq!(take(&mut line), None);
        assert_eq!(line.next, Some(Millis(7)));
    }
}
