//! The visibility gate as a query: `model::visibility::may_see` in SQL, one text for both engines. A
//! property test below holds the two against each other.
//!
//! Everything that is read for a viewer comes through here: only this file makes a [`Visible`].

use std::ops::Deref;

use diesel::prelude::*;
use model::{AccountId, StatusId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::{held_statuses, report_statuses, statuses};
use crate::sql::{Condition, Sql, one_of};
use crate::statuses::Status;

/// Nobody in particular: someone who is not signed in.
pub const NOBODY: AccountId = AccountId(0);

/// A row that its viewer may see. Only the gate makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visible<T>(T);

impl<T> Deref for Visible<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> Visible<T> {
    /// The row, for good.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.0
    }
}

/// The rule for one status without regard to what it boosts.
fn own_rule(s: &str) -> String {
    // Signposts, in the order of `may_see`: gone; sent away; the author; a block in either direction;
    // open to all; named; followers; members of the group, or the group itself. What waits (5) is for nobody.
    format!(
        "({s}.deleted_at IS NULL \
         AND NOT EXISTS (SELECT 1 FROM accounts gate_a WHERE gate_a.id = {s}.account_id AND gate_a.suspended_at IS NOT NULL) \
         AND ({s}.account_id = :viewer OR (\
           NOT EXISTS (SELECT 1 FROM blocks gate_b WHERE gate_b.account_id = :viewer AND gate_b.target_id = {s}.account_id) \
           AND NOT EXISTS (SELECT 1 FROM blocks gate_c WHERE gate_c.account_id = {s}.account_id AND gate_c.target_id = :viewer) \
           AND ({s}.visibility IN (0, 1) \
             OR ({s}.visibility IN (2, 3) AND EXISTS (SELECT 1 FROM mentions gate_m \
               WHERE gate_m.status_id = {s}.id AND gate_m.account_id = :viewer)) \
             OR ({s}.visibility = 2 AND EXISTS (SELECT 1 FROM follows gate_f \
               WHERE gate_f.account_id = :viewer AND gate_f.target_id = {s}.account_id AND gate_f.state = 1)) \
             OR ({s}.visibility = 4 AND {s}.removed_at IS NULL AND ({s}.group_id = :viewer \
               OR EXISTS (SELECT 1 FROM memberships gate_g WHERE gate_g.group_id = {s}.group_id \
                 AND gate_g.account_id = :viewer AND gate_g.state = 1 \
                 AND gate_g.reads_from <= {s}.created_at)))))))"
    )
}

/// The rule for the status that the query calls `s`; `:viewer` is its one value.
///
/// What is boosted is never a boost itself: boosting a boost boosts its original.
pub(crate) fn rule(s: &str) -> String {
    format!(
        "({} AND ({s}.reblog_of_id IS NULL OR EXISTS (SELECT 1 FROM statuses gate_o \
         WHERE gate_o.id = {s}.reblog_of_id AND {})))",
        own_rule(s),
        own_rule("gate_o")
    )
}

/// What this viewer may see, as a condition on the table `statuses` itself.
pub(crate) fn to(viewer: AccountId) -> Condition {
    Condition::new(Sql::new(&rule("statuses")).id("viewer", viewer))
}

/// These statuses, as a condition whose text does not depend on how many they are.
pub(crate) fn among(ids: &[StatusId]) -> Condition {
    one_of("statuses.id", ids)
}

/// Those of `ids` that this viewer may see, in no order.
///
/// # Errors
/// The database.
pub fn load(conn: &mut Conn, viewer: AccountId, ids: &[StatusId]) -> Result<Vec<Visible<Status>>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<Status> = both!(conn => statuses::table
        .filter(among(ids))
        .filter(to(viewer))
        .select(Status::as_select())
        .load(conn))?;
    Ok(rows.into_iter().map(Visible).collect())
}

/// One status, where this viewer may see it.
///
/// # Errors
/// The database.
pub fn find(conn: &mut Conn, viewer: AccountId, id: StatusId) -> Result<Option<Visible<Status>>> {
    Ok(load(conn, viewer, &[id])?.pop())
}

/// What was seen as `viewer` a moment ago and is written anew: its author looks at it.
///
/// # Errors
/// `NotFound` where it is not this account's, or gone.
pub fn own(conn: &mut Conn, author: AccountId, id: StatusId) -> Result<Visible<Status>> {
    find(conn, author, id)?
        .filter(|status| status.account_id == author)
        .ok_or(crate::error::Error::NotFound)
}

/// A status for those to whom it is addressed, whoever they are: what the senders need. Not for viewers.
///
/// # Errors
/// The database.
pub fn for_delivery(conn: &mut Conn, ids: &[StatusId]) -> Result<Vec<Visible<Status>>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<Status> = both!(conn => statuses::table
        .filter(among(ids))
        .filter(statuses::deleted_at.is_null())
        .select(Status::as_select())
        .load(conn))?;
    Ok(rows.into_iter().map(Visible).collect())
}

/// Statuses that reports name, for the staff that answers them: whoever reported them could see them, and
/// showed them. Nothing that no report names comes through here.
///
/// # Errors
/// The database.
pub fn reported(conn: &mut Conn, ids: &[StatusId]) -> Result<Vec<Visible<Status>>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<Status> = both!(conn => statuses::table
        .filter(among(ids))
        .filter(statuses::deleted_at.is_null())
        .filter(statuses::id.eq_any(report_statuses::table.select(report_statuses::status_id)))
        .select(Status::as_select())
        .load(conn))?;
    Ok(rows.into_iter().map(Visible).collect())
}

/// Statuses that wait for this group, for the moderators who let them through or not. Nothing else comes through
/// here.
///
/// # Errors
/// The database.
pub fn held(conn: &mut Conn, group: AccountId, ids: &[StatusId]) -> Result<Vec<Visible<Status>>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<Status> = both!(conn => statuses::table
        .filter(among(ids))
        .filter(statuses::deleted_at.is_null())
        .filter(statuses::id.eq_any(held_statuses::table
            .filter(held_statuses::group_id.eq(group))
            .select(held_statuses::status_id)))
        .select(Status::as_select())
        .load(conn))?;
    Ok(rows.into_iter().map(Visible).collect())
}

#[cfg(test)]
pub(crate) mod tests;
