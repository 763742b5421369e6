//! The outbox of domain events: recorded in the transaction of the change, deleted when both consumers
//! are through.

use diesel::prelude::*;
use model::{Event, EventId, Millis};

use crate::conn::{Conn, both};
use crate::error::{Error, Result};
use crate::schema::events;

/// The two consumers, as bits of `done`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i16)]
pub enum Consumer {
    /// `services::fan_out`
    FanOut = 1,
    /// `federation::outbox`
    Deliver = 2,
}

/// An event that waits.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Its row.
    pub id: EventId,
    /// What happened.
    pub event: Event,
    /// Who is through with it.
    done: i16,
    /// How often it was tried.
    pub attempts: i32,
}

impl Waiting {
    /// Has this consumer still to see it?
    #[must_use]
    pub const fn is_for(&self, consumer: Consumer) -> bool {
        self.done & (consumer as i16) == 0
    }
}

/// Records what happened, in the transaction of the change.
///
/// # Errors
/// The database.
pub fn record(conn: &mut Conn, id: EventId, event: &Event, now: Millis) -> Result<()> {
    let payload = serde_json::to_string(event).map_err(|error| Error::Other(error.to_string()))?;
    both!(conn => diesel::insert_into(events::table)
        .values((
            events::id.eq(id),
            events::payload.eq(payload),
            events::done.eq(0_i16),
            events::attempts.eq(0),
            events::next_attempt_at.eq(now),
            events::error.eq(""),
            events::created_at.eq(now),
        ))
        .execute(conn))?;
    Ok(())
}

/// Those that are due, oldest first. A row that this version cannot read is put off for a day.
///
/// # Errors
/// The database.
pub fn due(conn: &mut Conn, now: Millis, limit: i64) -> Result<Vec<Waiting>> {
    let rows: Vec<(EventId, String, i16, i32)> = both!(conn => events::table
        .filter(events::next_attempt_at.le(now))
        .order(events::id)
        .limit(limit)
        .select((events::id, events::payload, events::done, events::attempts))
        .load(conn))?;
    Ok(rows
        .into_iter()
        .filter_map(|(id, payload, done, attempts)| {
            let event = serde_json::from_str(&payload).ok()?;
            Some(Waiting {
                id,
                event,
                done,
                attempts,
            })
        })
        .collect())
}

/// When the next one is due; `None` where none waits.
///
/// # Errors
/// The database.
pub fn next_due(conn: &mut Conn) -> Result<Option<Millis>> {
    Ok(both!(conn => events::table
        .select(diesel::dsl::min(events::next_attempt_at))
        .get_result(conn))?)
}

/// This consumer is through. When both are, the row goes.
///
/// # Errors
/// The database.
pub fn done(conn: &mut Conn, id: EventId, consumer: Consumer) -> Result<()> {
    let bit = consumer as i16;
    let before: Option<i16> = both!(conn => events::table
        .find(id)
        .select(events::done)
        .get_result(conn)
        .optional())?;
    let Some(before) = before else { return Ok(()) };
    let after = before | bit;
    if after == Consumer::FanOut as i16 | Consumer::Deliver as i16 {
        both!(conn => diesel::delete(events::table.find(id)).execute(conn))?;
    } else {
        both!(conn => diesel::update(events::table.find(id)).set(events::done.eq(after)).execute(conn))?;
    }
    Ok(())
}

/// It did not work: again at `next`.
///
/// # Errors
/// The database.
pub fn put_off(conn: &mut Conn, id: EventId, next: Millis, error: &str) -> Result<()> {
    let error: String = error.chars().take(500).collect();
    both!(conn => diesel::update(events::table.find(id))
        .set((
            events::attempts.eq(events::attempts + 1),
            events::next_attempt_at.eq(next),
            events::error.eq(error),
        ))
        .execute(conn))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::StatusId;

    crate::both_engines! {
        fn an_event_goes_when_both_consumers_are_through(fresh: &Fresh) {
            let mut conn = fresh.conn();
            let event = Event::StatusPublished { status: StatusId(7) };
            record(&mut conn, EventId(1), &event, Millis(10)).unwrap();
            assert!(due(&mut conn, Millis(9), 10).unwrap().is_empty());

            let waiting = due(&mut conn, Millis(10), 10).unwrap();
            assert_eq!(waiting[0].event, event);
            assert!(waiting[0].is_for(Consumer::FanOut) && waiting[0].is_for(Consumer::Deliver));

            done(&mut conn, EventId(1), Consumer::FanOut).unwrap();
            let waiting = due(&mut conn, Millis(10), 10).unwrap();
            assert!(!waiting[0].is_for(Consumer::FanOut) && waiting[0].is_for(Consumer::Deliver));

            put_off(&mut conn, EventId(1), Millis(20), "no answer").unwrap();
            assert!(due(&mut conn, Millis(19), 10).unwrap().is_empty());
            assert_eq!(next_due(&mut conn).unwrap(), Some(Millis(20)));

            done(&mut conn, EventId(1), Consumer::Deliver).unwrap();
            assert_eq!(next_due(&mut conn).unwrap(), None);
        }
    }
}
