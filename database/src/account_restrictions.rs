//! What the staff set on accounts of any server: limited (silenced), pictures covered (sensitized); and
//! how accounts stand in one look: limits and role.

use diesel::prelude::*;
use model::{AccountId, Millis, ServerRole};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::{account_restrictions, accounts, users};
use crate::sql::one_of;

/// How an account stands with the staff.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable)]
pub struct Standing {
    /// Whose.
    pub account_id: AccountId,
    /// Only followers find it, since then.
    pub silenced_at: Option<Millis>,
    /// All its pictures are covered, since then.
    pub sensitized_at: Option<Millis>,
    /// The role of a person here; `None` for groups and whoever lives elsewhere.
    pub role: Option<ServerRole>,
}

/// How each of these accounts stands.
///
/// # Errors
/// The database.
pub fn standings(conn: &mut Conn, ids: &[AccountId]) -> Result<Vec<Standing>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => accounts::table
        .left_join(account_restrictions::table.on(account_restrictions::account_id.eq(accounts::id)))
        .left_join(users::table.on(users::account_id.eq(accounts::id)))
        .filter(one_of("accounts.id", ids))
        .select((
            accounts::id,
            account_restrictions::silenced_at.nullable(),
            account_restrictions::sensitized_at.nullable(),
            users::role.nullable(),
        ))
        .load(conn))?)
}

/// Limits an account, or lets it be found again.
///
/// # Errors
/// The database.
pub fn set_silenced(conn: &mut Conn, account: AccountId, at: Option<Millis>) -> Result<()> {
    both!(conn => diesel::insert_into(account_restrictions::table)
        .values((
            account_restrictions::account_id.eq(account),
            account_restrictions::silenced_at.eq(at),
        ))
        .on_conflict(account_restrictions::account_id)
        .do_update()
        .set(account_restrictions::silenced_at.eq(at))
        .execute(conn))?;
    Ok(())
}

/// Covers all pictures of an account, or uncovers those that their author did not cover.
///
/// # Errors
/// The database.
pub fn set_sensitized(conn: &mut Conn, account: AccountId, at: Option<Millis>) -> Result<()> {
    both!(conn => diesel::insert_into(account_restrictions::table)
        .values((
            account_restrictions::account_id.eq(account),
            account_restrictions::sensitized_at.eq(at),
        ))
        .on_conflict(account_restrictions::account_id)
        .do_update()
        .set(account_restrictions::sensitized_at.eq(at))
        .execute(conn))?;
    Ok(())
}

/// Nothing of whom only followers find, and nothing that stands in such a group: the condition of public
/// timelines, hashtags and search, for the status that the query calls `s`. `:viewer` is its one value.
pub(crate) fn unlimited(s: &str) -> String {
    format!(
        " AND (NOT EXISTS (SELECT 1 FROM account_restrictions lim WHERE lim.account_id = {s}.account_id \
           AND lim.silenced_at IS NOT NULL) \
         OR {s}.account_id = :viewer \
         OR EXISTS (SELECT 1 FROM follows lim_f WHERE lim_f.account_id = :viewer \
           AND lim_f.target_id = {s}.account_id AND lim_f.state = 1)) \
         AND ({s}.group_id IS NULL OR {s}.removed_at IS NOT NULL \
         OR NOT EXISTS (SELECT 1 FROM account_restrictions lim_g WHERE lim_g.account_id = {s}.group_id \
           AND lim_g.silenced_at IS NOT NULL) \
         OR {s}.account_id = :viewer \
         OR EXISTS (SELECT 1 FROM follows lim_gf WHERE lim_gf.account_id = :viewer \
           AND lim_gf.target_id = {s}.group_id AND lim_gf.state = 1))"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::visible::tests::account;

    crate::both_engines! {
        fn limits_come_and_go_beside_each_other(fresh: &Fresh) {
            let mut conn = fresh.conn();
            let id = AccountId(7);
            crate::accounts::insert(&mut conn, &account(id, None)).unwrap();
            let now = Some(Millis(5));
            set_silenced(&mut conn, id, now).unwrap();
            set_sensitized(&mut conn, id, now).unwrap();
            set_silenced(&mut conn, id, None).unwrap();
            let found = standings(&mut conn, &[id, AccountId(8)]).unwrap();
            assert_eq!(found, [Standing { account_id: id, silenced_at: None, sensitized_at: now, role: None }]);
        }
    }
}
