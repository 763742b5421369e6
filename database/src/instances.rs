//! Other servers: what they run, which signature form they take, how they are doing.

use diesel::prelude::*;
use model::{InstanceId, Millis};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::instances;

/// A row of `instances`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = instances, treat_none_as_default_value = false)]
pub struct Instance {
    /// Its id.
    pub id: InstanceId,
    /// Canonical, with a port where it is not the default.
    pub domain: String,
    /// From NodeInfo, lower case; empty while unknown.
    pub software: String,
    /// From NodeInfo.
    pub version: String,
    /// Set by an administrator; wins over `software`.
    pub software_override: Option<String>,
    /// What worked last: 0 unknown, 1 draft-cavage, 2 RFC 9421.
    pub signature_form: i16,
    /// Failures in a row.
    pub failures: i32,
    /// Nothing is sent before this.
    pub next_attempt_at: Millis,
    /// The last success.
    pub last_ok_at: Option<Millis>,
    /// When NodeInfo was last asked.
    pub described_at: Option<Millis>,
    /// When it was first met.
    pub created_at: Millis,
}

impl Instance {
    /// What it runs, as far as is known.
    #[must_use]
    pub fn runs(&self) -> &str {
        self.software_override.as_deref().unwrap_or(&self.software)
    }
}

/// The row of this domain, made now where there is none.
///
/// # Errors
/// The database.
pub fn meet(conn: &mut Conn, id: InstanceId, domain: &str, now: Millis) -> Result<Instance> {
    if let Some(known) = by_domain(conn, domain)? {
        return Ok(known);
    }
    let new = Instance {
        id,
        domain: domain.to_owned(),
        software: String::new(),
        version: String::new(),
        software_override: None,
        signature_form: 0,
        failures: 0,
        next_attempt_at: Millis(0),
        last_ok_at: None,
        described_at: None,
        created_at: now,
    };
    both!(conn => diesel::insert_into(instances::table)
        .values(&new)
        .on_conflict(instances::domain)
        .do_nothing()
        .execute(conn))?;
    Ok(by_domain(conn, domain)?.unwrap_or(new))
}

/// The row of this domain.
///
/// # Errors
/// The database.
pub fn by_domain(conn: &mut Conn, domain: &str) -> Result<Option<Instance>> {
    Ok(both!(conn => instances::table
        .filter(instances::domain.eq(domain))
        .select(Instance::as_select())
        .get_result(conn)
        .optional())?)
}

/// The domains of all that are known, by name.
///
/// # Errors
/// The database.
pub fn domains(conn: &mut Conn) -> Result<Vec<String>> {
    Ok(both!(conn => instances::table
        .order(instances::domain)
        .select(instances::domain)
        .load(conn))?)
}

/// One by its id.
///
/// # Errors
/// `NotFound`.
pub fn get(conn: &mut Conn, id: InstanceId) -> Result<Instance> {
    Ok(both!(conn => instances::table.find(id).select(Instance::as_select()).get_result(conn))?)
}

/// What NodeInfo said, or that it said nothing (both empty).
///
/// # Errors
/// The database.
pub fn describe(
    conn: &mut Conn,
    id: InstanceId,
    software: &str,
    version: &str,
    now: Millis,
) -> Result<()> {
    both!(conn => diesel::update(instances::table.find(id))
        .set((
            instances::software.eq(software),
            instances::version.eq(version),
            instances::described_at.eq(Some(now)),
        ))
        .execute(conn))?;
    Ok(())
}

/// Those that were never asked what they run, or not since `stale`, or that said nothing and were not asked
/// since `silent`.
///
/// # Errors
/// The database.
pub fn undescribed(
    conn: &mut Conn,
    stale: Millis,
    silent: Millis,
    limit: i64,
) -> Result<Vec<Instance>> {
    Ok(both!(conn => instances::table
        .filter(
            instances::described_at
                .is_null()
                .or(instances::described_at.lt(stale))
                .or(instances::software.eq("").and(instances::described_at.lt(silent))),
        )
        .order(instances::id.desc())
        .limit(limit)
        .select(Instance::as_select())
        .load(conn))?)
}

/// It took what was sent, in this signature form.
///
/// # Errors
/// The database.
pub fn succeeded(conn: &mut Conn, id: InstanceId, form: i16, now: Millis) -> Result<()> {
    both!(conn => diesel::update(instances::table.find(id))
        .set((
            instances::signature_form.eq(form),
            instances::failures.eq(0),
            instances::next_attempt_at.eq(Millis(0)),
            instances::last_ok_at.eq(Some(now)),
        ))
        .execute(conn))?;
    Ok(())
}

/// It did not answer, or asked to come back: nothing is sent before `next`.
///
/// # Errors
/// The database.
pub fn failed(conn: &mut Conn, id: InstanceId, next: Millis) -> Result<()> {
    both!(conn => diesel::update(instances::table.find(id))
        .set((
            instances::failures.eq(instances::failures + 1),
            instances::next_attempt_at.eq(next),
        ))
        .execute(conn))?;
    Ok(())
}

/// It showed itself (a signed request came in): whatever waits may be tried at once.
///
/// # Errors
/// The database.
pub fn revive(conn: &mut Conn, domain: &str) -> Result<bool> {
    let revived = both!(conn => diesel::update(
            instances::table.filter(instances::domain.eq(domain)).filter(instances::failures.gt(0)),
        )
        .set((instances::failures.eq(0), instances::next_attempt_at.eq(Millis(0))))
        .execute(conn))?;
    Ok(revived > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::both_engines! {
        fn a_host_is_met_once_and_revived_by_its_own_voice(fresh: &Fresh) {
            let mut conn = fresh.conn();
            let far = meet(&mut conn, InstanceId(1), "far.example", Millis(5)).unwrap();
            assert_eq!(meet(&mut conn, InstanceId(2), "far.example", Millis(6)).unwrap().id, far.id);

            failed(&mut conn, far.id, Millis(100)).unwrap();
            assert!(revive(&mut conn, "far.example").unwrap());
            assert!(!revive(&mut conn, "far.example").unwrap(), "there is nothing to revive any more");

            describe(&mut conn, far.id, "lemmy", "1.0", Millis(7)).unwrap();
            succeeded(&mut conn, far.id, 2, Millis(8)).unwrap();
            let far = get(&mut conn, far.id).unwrap();
            assert_eq!((far.runs(), far.signature_form, far.failures), ("lemmy", 2, 0));
        }
    }
}
