//! Received activities, byte for byte: stored before the answer, worked through after it, kept by
//! their id so that a replay has no effect.

use diesel::prelude::*;
use model::{InboxId, Millis};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::inbox;

/// What becomes of an activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i16)]
pub enum State {
    /// Has to be worked through.
    Waits = 0,
    /// Had its effect.
    Done = 1,
    /// Understood, and not allowed or of no concern.
    Refused = 2,
    /// Tried too often.
    GivenUp = 3,
}

/// A received activity.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = inbox, treat_none_as_default_value = false)]
pub struct Received {
    /// Its row.
    pub id: InboxId,
    /// The id that its sender gave it.
    pub activity_id: String,
    /// Who signed for it.
    pub actor: String,
    /// The domain of that.
    pub domain: String,
    /// What is done one after the other.
    pub object_key: String,
    /// The body as it came.
    pub body: String,
    /// A number of [`State`].
    pub state: i16,
    /// How often it was tried.
    pub attempts: i32,
    /// Not before this.
    pub next_attempt_at: Millis,
    /// What came of it, in a few words.
    pub outcome: String,
    /// When it came.
    pub received_at: Millis,
}

/// Stores what came; `false` for an activity that was there already.
///
/// # Errors
/// The database.
pub fn store(conn: &mut Conn, received: &Received) -> Result<bool> {
    let rows = both!(conn => diesel::insert_into(inbox::table)
        .values(received)
        .on_conflict(inbox::activity_id)
        .do_nothing()
        .execute(conn))?;
    Ok(rows == 1)
}

/// Was an activity of this id received before?
///
/// # Errors
/// The database.
pub fn is_known(conn: &mut Conn, activity_id: &str) -> Result<bool> {
    let found: Option<InboxId> = both!(conn => inbox::table
        .filter(inbox::activity_id.eq(activity_id))
        .select(inbox::id)
        .get_result(conn)
        .optional())?;
    Ok(found.is_some())
}

/// Had something that this actor did to this object its effect, of all that came since then?
///
/// # Errors
/// The database.
pub fn is_done(conn: &mut Conn, actor: &str, object_key: &str, since: Millis) -> Result<bool> {
    let found: Option<InboxId> = both!(conn => inbox::table
        .filter(inbox::received_at.ge(since))
        .filter(inbox::state.eq(State::Done as i16))
        .filter(inbox::object_key.eq(object_key))
        .filter(inbox::actor.eq(actor))
        .select(inbox::id)
        .limit(1)
        .get_result(conn)
        .optional())?;
    Ok(found.is_some())
}

/// Those that are due, in the order in which they came.
///
/// # Errors
/// The database.
pub fn due(conn: &mut Conn, now: Millis, limit: i64) -> Result<Vec<Received>> {
    Ok(both!(conn => inbox::table
        .filter(inbox::state.eq(State::Waits as i16))
        .filter(inbox::next_attempt_at.le(now))
        .order(inbox::id)
        .limit(limit)
        .select(Received::as_select())
        .load(conn))?)
}

/// When the next one is due; `None` where none waits.
///
/// # Errors
/// The database.
pub fn next_due(conn: &mut Conn) -> Result<Option<Millis>> {
    Ok(both!(conn => inbox::table
        .filter(inbox::state.eq(State::Waits as i16))
        .select(diesel::dsl::min(inbox::next_attempt_at))
        .get_result(conn))?)
}

/// One by its row.
///
/// # Errors
/// `NotFound`.
pub fn get(conn: &mut Conn, id: InboxId) -> Result<Received> {
    Ok(both!(conn => inbox::table.find(id).select(Received::as_select()).get_result(conn))?)
}

/// It is over.
///
/// # Errors
/// The database.
pub fn finish(conn: &mut Conn, id: InboxId, state: State, outcome: &str) -> Result<()> {
    let outcome: String = outcome.chars().take(500).collect();
    both!(conn => diesel::update(inbox::table.find(id))
        .set((inbox::state.eq(state as i16), inbox::outcome.eq(outcome)))
        .execute(conn))?;
    Ok(())
}

/// It did not work: again at `next`.
///
/// # Errors
/// The database.
pub fn put_off(conn: &mut Conn, id: InboxId, next: Millis, outcome: &str) -> Result<()> {
    let outcome: String = outcome.chars().take(500).collect();
    both!(conn => diesel::update(inbox::table.find(id))
        .set((
            inbox::attempts.eq(inbox::attempts + 1),
            inbox::next_attempt_at.eq(next),
            inbox::outcome.eq(outcome),
        ))
        .execute(conn))?;
    Ok(())
}

/// Empties the bodies of what is over and came before `bodies`, and forgets what came before `rows`.
///
/// # Errors
/// The database.
pub fn tidy(conn: &mut Conn, bodies: Millis, rows: Millis) -> Result<usize> {
    let over = || inbox::state.ne(State::Waits as i16);
    both!(conn => diesel::update(
            inbox::table
                .filter(over())
                .filter(inbox::received_at.lt(bodies))
                .filter(inbox::body.ne("")),
        )
        .set(inbox::body.eq(""))
        .execute(conn))?;
    Ok(
        both!(conn => diesel::delete(inbox::table.filter(over()).filter(inbox::received_at.lt(rows)))
        .execute(conn))?,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn follow(row: i64) -> Received {
        Received {
            id: InboxId(row),
            activity_id: "https://far.example/follow/1".to_owned(),
            actor: "https://far.example/users/dan".to_owned(),
            domain: "far.example".to_owned(),
            object_key: "https://here.example/g/garden".to_owned(),
            body: "{}".to_owned(),
            state: 0,
            attempts: 0,
            next_attempt_at: Millis(10),
            outcome: String::new(),
            received_at: Millis(10),
        }
    }

    crate::both_engines! {
        fn a_replay_has_no_effect(fresh: &Fresh) {
            let mut conn = fresh.conn();
            assert!(store(&mut conn, &follow(1)).unwrap());
            assert!(!store(&mut conn, &follow(2)).unwrap());
            assert_eq!(due(&mut conn, Millis(10), 10).unwrap(), vec![follow(1)]);
        }

        fn what_is_over_keeps_its_id_and_loses_its_body(fresh: &Fresh) {
            let mut conn = fresh.conn();
            store(&mut conn, &follow(1)).unwrap();
            put_off(&mut conn, InboxId(1), Millis(50), "their server is asleep").unwrap();
            assert_eq!(next_due(&mut conn).unwrap(), Some(Millis(50)));
            finish(&mut conn, InboxId(1), State::Done, "ok").unwrap();
            assert_eq!(next_due(&mut conn).unwrap(), None);

            tidy(&mut conn, Millis(11), Millis(5)).unwrap();
            assert_eq!(get(&mut conn, InboxId(1)).unwrap().body, "");
            assert!(is_known(&mut conn, &follow(1).activity_id).unwrap());
            assert_eq!(tidy(&mut conn, Millis(11), Millis(11)).unwrap(), 1);
        }
    }
}
