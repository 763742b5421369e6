//! Jobs that are due later. What they are about is `model::Job`; who does them is `services::jobs`.

use diesel::prelude::*;
use model::{Job, JobId, Millis};

use crate::conn::{Conn, both};
use crate::error::{Error, Result};
use crate::schema::jobs;

/// A job that is due.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Its row. A job that was asked for again under its key has another one.
    pub id: JobId,
    /// What to do.
    pub job: Job,
    /// How often it was tried.
    pub attempts: i32,
}

/// Adds a job. Where one with this key waits already, this one takes its place.
///
/// # Errors
/// The database.
pub fn enqueue(
    conn: &mut Conn,
    id: JobId,
    job: &Job,
    key: Option<&str>,
    due: Millis,
    now: Millis,
) -> Result<()> {
    let payload = serde_json::to_string(job).map_err(|error| Error::Other(error.to_string()))?;
    if let Some(key) = key {
        cancel(conn, key)?;
    }
    both!(conn => diesel::insert_into(jobs::table)
        .values((
            jobs::id.eq(id),
            jobs::key.eq(key),
            jobs::payload.eq(payload),
            jobs::slow.eq(job.is_slow()),
            jobs::attempts.eq(0),
            jobs::due_at.eq(due),
            jobs::error.eq(""),
            jobs::created_at.eq(now),
        ))
        .execute(conn))?;
    Ok(())
}

/// Does a job with this key wait?
///
/// # Errors
/// The database.
pub fn waits(conn: &mut Conn, key: &str) -> Result<bool> {
    let found: i64 = both!(conn => jobs::table
        .filter(jobs::key.eq(key))
        .count()
        .get_result(conn))?;
    Ok(found > 0)
}

/// Takes back the job with this key, if there is one.
///
/// # Errors
/// The database.
pub fn cancel(conn: &mut Conn, key: &str) -> Result<bool> {
    let gone = both!(conn => diesel::delete(jobs::table.filter(jobs::key.eq(key))).execute(conn))?;
    Ok(gone > 0)
}

/// Those that are due and not among `busy`, oldest first. One that this version cannot read stays.
///
/// # Errors
/// The database.
pub fn due(
    conn: &mut Conn,
    slow: bool,
    busy: &[JobId],
    now: Millis,
    limit: i64,
) -> Result<Vec<Waiting>> {
    let rows: Vec<(JobId, String, i32)> = both!(conn => jobs::table
        .filter(jobs::slow.eq(slow))
        .filter(jobs::due_at.le(now))
        .order((jobs::due_at, jobs::id))
        .limit(limit + i64::try_from(busy.len()).unwrap_or(0))
        .select((jobs::id, jobs::payload, jobs::attempts))
        .load(conn))?;
    Ok(rows
        .into_iter()
        .filter(|(id, ..)| !busy.contains(id))
        .filter_map(|(id, payload, attempts)| {
            let job = serde_json::from_str(&payload).ok()?;
            Some(Waiting { id, job, attempts })
        })
        .collect())
}

/// When the next one after `now` is due; `None` where none waits.
///
/// # Errors
/// The database.
pub fn next_due(conn: &mut Conn, slow: bool, now: Millis) -> Result<Option<Millis>> {
    Ok(both!(conn => jobs::table
        .filter(jobs::slow.eq(slow))
        .filter(jobs::due_at.gt(now))
        .select(diesel::dsl::min(jobs::due_at))
        .get_result(conn))?)
}

/// All that wait are due now: for stories that cannot wait for a clock.
///
/// # Errors
/// The database.
#[cfg(any(test, feature = "testing"))]
pub fn bring_forward(conn: &mut Conn) -> Result<()> {
    both!(conn => diesel::update(jobs::table).set(jobs::due_at.eq(Millis(0))).execute(conn))?;
    Ok(())
}

/// It is done, or given up.
///
/// # Errors
/// The database.
pub fn done(conn: &mut Conn, id: JobId) -> Result<()> {
    both!(conn => diesel::delete(jobs::table.find(id)).execute(conn))?;
    Ok(())
}

/// It did not work: again at `next`.
///
/// # Errors
/// The database.
pub fn put_off(conn: &mut Conn, id: JobId, next: Millis, error: &str) -> Result<()> {
    let error: String = error.chars().take(500).collect();
    both!(conn => diesel::update(jobs::table.find(id))
        .set((
            jobs::attempts.eq(jobs::attempts + 1),
            jobs::due_at.eq(next),
            jobs::error.eq(error),
        ))
        .execute(conn))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::AccountId;

    const JOB: Job = Job::RefreshAccount {
        account: AccountId(7),
    };

    crate::both_engines! {
        fn a_job_is_due_once_and_a_second_one_takes_its_place(fresh: &Fresh) {
            let mut conn = fresh.conn();
            enqueue(&mut conn, JobId(1), &JOB, Some("account:7"), Millis(10), Millis(0)).unwrap();
            enqueue(&mut conn, JobId(2), &JOB, Some("account:7"), Millis(20), Millis(0)).unwrap();
            assert!(waits(&mut conn, "account:7").unwrap());
            assert!(due(&mut conn, false, &[], Millis(19), 10).unwrap().is_empty());
            assert_eq!(next_due(&mut conn, false, Millis(0)).unwrap(), Some(Millis(20)));
            assert_eq!(next_due(&mut conn, true, Millis(0)).unwrap(), None);

            let found = due(&mut conn, false, &[], Millis(20), 10).unwrap();
            assert_eq!((found.len(), found[0].id, &found[0].job), (1, JobId(2), &JOB));
            assert!(due(&mut conn, false, &[JobId(2)], Millis(20), 10).unwrap().is_empty());
            assert!(due(&mut conn, true, &[], Millis(20), 10).unwrap().is_empty());

            put_off(&mut conn, JobId(2), Millis(30), "no answer").unwrap();
            assert!(due(&mut conn, false, &[], Millis(29), 10).unwrap().is_empty());
            assert_eq!(due(&mut conn, false, &[], Millis(30), 10).unwrap()[0].attempts, 1);

            done(&mut conn, JobId(2)).unwrap();
            assert!(!waits(&mut conn, "account:7").unwrap());
        }

        fn a_job_can_be_taken_back(fresh: &Fresh) {
            let mut conn = fresh.conn();
            enqueue(&mut conn, JobId(1), &JOB, Some("a"), Millis(1), Millis(0)).unwrap();
            enqueue(&mut conn, JobId(2), &JOB, None, Millis(1), Millis(0)).unwrap();
            enqueue(&mut conn, JobId(3), &JOB, None, Millis(1), Millis(0)).unwrap();
            assert!(cancel(&mut conn, "a").unwrap());
            assert!(!cancel(&mut conn, "a").unwrap());
            assert_eq!(due(&mut conn, false, &[], Millis(1), 10).unwrap().len(), 2);
        }
    }
}
