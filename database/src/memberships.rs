//! Memberships: people in groups, with role, state and the list that the group is in their app.

use diesel::prelude::*;
use model::{AccountId, MembershipId, MembershipState, Millis, Page, Role};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::paging::page_of;
use crate::schema::{accounts, groups, memberships};
use crate::sql::one_of;

/// A row of `memberships`.
#[derive(
    Clone, Debug, PartialEq, Eq, Queryable, Selectable, Identifiable, Insertable, AsChangeset,
)]
#[diesel(table_name = memberships, treat_none_as_default_value = false)]
pub struct Membership {
    /// Its id, which is also the id of the list.
    pub id: MembershipId,
    /// The group, here or elsewhere.
    pub group_id: AccountId,
    /// The person.
    pub account_id: AccountId,
    /// Member, moderator, owner.
    pub role: Role,
    /// Asked for, in force, left.
    pub state: MembershipState,
    /// The member's own name for the list; empty for the group's name.
    pub list_title: String,
    /// Keep the group out of home?
    pub list_exclusive: bool,
    /// Has the member deleted the list?
    pub list_hidden: bool,
    /// When the row was made.
    pub created_at: Millis,
    /// When its state or role last changed.
    pub updated_at: Millis,
    /// What is for members is read if it was written then or later; 0 for all of it.
    pub reads_from: Millis,
}

impl Membership {
    /// A member in force, who reads all of it and has changed nothing about its list.
    #[must_use]
    pub const fn new(id: MembershipId, group: AccountId, account: AccountId, at: Millis) -> Self {
        Self {
            id,
            group_id: group,
            account_id: account,
            role: Role::Member,
            state: MembershipState::Member,
            list_title: String::new(),
            list_exclusive: false,
            list_hidden: false,
            created_at: at,
            updated_at: at,
            reads_from: Millis(0),
        }
    }

    /// Is it in force?
    #[must_use]
    pub fn is_member(&self) -> bool {
        self.state == MembershipState::Member
    }

    /// Is it in force with a role that moderates?
    #[must_use]
    pub fn moderates(&self) -> bool {
        self.is_member() && self.role.moderates()
    }
}

/// The row of this person in this group, whatever its state.
///
/// # Errors
/// The database.
pub fn find(conn: &mut Conn, group: AccountId, account: AccountId) -> Result<Option<Membership>> {
    Ok(both!(conn => memberships::table
        .filter(memberships::group_id.eq(group))
        .filter(memberships::account_id.eq(account))
        .select(Membership::as_select())
        .get_result(conn)
        .optional())?)
}

/// The row with this id (which is a list's id in the member's app).
///
/// # Errors
/// The database.
pub fn get(conn: &mut Conn, id: MembershipId) -> Result<Option<Membership>> {
    Ok(both!(conn => memberships::table
        .find(id)
        .select(Membership::as_select())
        .get_result(conn)
        .optional())?)
}

/// The rows of this person in these groups.
///
/// # Errors
/// The database.
pub fn of(conn: &mut Conn, account: AccountId, groups: &[AccountId]) -> Result<Vec<Membership>> {
    if groups.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => memberships::table
        .filter(memberships::account_id.eq(account))
        .filter(one_of("memberships.group_id", groups))
        .select(Membership::as_select())
        .load(conn))?)
}

/// Every row of this person that has this state, oldest first.
///
/// # Errors
/// The database.
pub fn all_of(
    conn: &mut Conn,
    account: AccountId,
    state: MembershipState,
) -> Result<Vec<Membership>> {
    Ok(both!(conn => memberships::table
        .filter(memberships::account_id.eq(account))
        .filter(memberships::state.eq(state))
        .order(memberships::id)
        .select(Membership::as_select())
        .load(conn))?)
}

/// Every row of this group that has this state.
///
/// # Errors
/// The database.
pub fn everyone(
    conn: &mut Conn,
    group: AccountId,
    state: MembershipState,
) -> Result<Vec<Membership>> {
    Ok(both!(conn => memberships::table
        .filter(memberships::group_id.eq(group))
        .filter(memberships::state.eq(state))
        .order(memberships::id)
        .select(Membership::as_select())
        .load(conn))?)
}

/// Adds a row; `false` where this person has one in this group.
///
/// # Errors
/// The database.
pub fn insert(conn: &mut Conn, membership: &Membership) -> Result<bool> {
    let rows = both!(conn => diesel::insert_into(memberships::table)
        .values(membership)
        .on_conflict((memberships::group_id, memberships::account_id))
        .do_nothing()
        .execute(conn))?;
    Ok(rows > 0)
}

/// Says from when on this member reads what is for members.
///
/// # Errors
/// The database.
pub fn set_reads_from(conn: &mut Conn, id: MembershipId, from: Millis) -> Result<()> {
    both!(conn => diesel::update(memberships::table.find(id))
        .set(memberships::reads_from.eq(from))
        .execute(conn))?;
    Ok(())
}

/// Changes state and role.
///
/// # Errors
/// The database.
pub fn set_state(
    conn: &mut Conn,
    id: MembershipId,
    state: MembershipState,
    role: Role,
    now: Millis,
) -> Result<()> {
    both!(conn => diesel::update(memberships::table.find(id))
        .set((
            memberships::state.eq(state),
            memberships::role.eq(role),
            memberships::updated_at.eq(now),
        ))
        .execute(conn))?;
    Ok(())
}

/// A group closes: whoever was a member was one, whoever waited does not any more.
///
/// # Errors
/// The database.
pub fn close(conn: &mut Conn, group: AccountId, now: Millis) -> Result<()> {
    for (before, after) in [
        (MembershipState::Member, MembershipState::Closed),
        (MembershipState::Requested, MembershipState::Left),
    ] {
        both!(conn => diesel::update(memberships::table
            .filter(memberships::group_id.eq(group))
            .filter(memberships::state.eq(before)))
            .set((memberships::state.eq(after), memberships::updated_at.eq(now)))
            .execute(conn))?;
    }
    Ok(())
}

/// Members of a group behind this one, in the order in which they came.
///
/// # Errors
/// The database.
pub fn after(
    conn: &mut Conn,
    group: AccountId,
    above: MembershipId,
    limit: i64,
) -> Result<Vec<Membership>> {
    Ok(both!(conn => memberships::table
        .filter(memberships::group_id.eq(group))
        .filter(memberships::state.eq(MembershipState::Member))
        .filter(memberships::id.gt(above))
        .order(memberships::id)
        .limit(limit)
        .select(Membership::as_select())
        .load(conn))?)
}

/// Changes the list as the member arranged it.
///
/// # Errors
/// The database.
pub fn set_list(
    conn: &mut Conn,
    id: MembershipId,
    title: &str,
    exclusive: bool,
    hidden: bool,
) -> Result<()> {
    both!(conn => diesel::update(memberships::table.find(id))
        .set((
            memberships::list_title.eq(title),
            memberships::list_exclusive.eq(exclusive),
            memberships::list_hidden.eq(hidden),
        ))
        .execute(conn))?;
    Ok(())
}

/// How many are in force in each of these groups.
///
/// # Errors
/// The database.
pub fn counts(conn: &mut Conn, groups: &[AccountId]) -> Result<Vec<(AccountId, i64)>> {
    if groups.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => memberships::table
        .filter(one_of("memberships.group_id", groups))
        .filter(memberships::state.eq(MembershipState::Member))
        .group_by(memberships::group_id)
        .select((memberships::group_id, diesel::dsl::count_star()))
        .load(conn))?)
}

/// An owner or moderator. In these very words, by which both engines know that the index of the few who look after a
/// group will do: a bound value does not tell them.
fn looks_after_it() -> diesel::expression::SqlLiteral<diesel::sql_types::Bool> {
    diesel::dsl::sql("memberships.role > 0")
}

/// The owners of each of these groups, the first one first.
///
/// # Errors
/// The database.
pub fn owners(conn: &mut Conn, groups: &[AccountId]) -> Result<Vec<(AccountId, AccountId)>> {
    if groups.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => memberships::table
        .filter(one_of("memberships.group_id", groups))
        .filter(memberships::state.eq(MembershipState::Member))
        .filter(looks_after_it())
        .filter(memberships::role.eq(Role::Owner))
        .order(memberships::id)
        .select((memberships::group_id, memberships::account_id))
        .load(conn))?)
}

/// Owners and moderators of a group.
///
/// # Errors
/// The database.
pub fn moderators(conn: &mut Conn, group: AccountId) -> Result<Vec<AccountId>> {
    Ok(both!(conn => memberships::table
        .filter(memberships::group_id.eq(group))
        .filter(memberships::state.eq(MembershipState::Member))
        .filter(looks_after_it())
        .order(memberships::id)
        .select(memberships::account_id)
        .load(conn))?)
}

/// The groups of this server that this person owns or moderates and that are neither frozen nor suspended, the
/// one that was joined first before the others; as many as a page can offer.
///
/// # Errors
/// The database.
pub fn moderated_by(conn: &mut Conn, account: AccountId) -> Result<Vec<AccountId>> {
    Ok(both!(conn => memberships::table
        .inner_join(groups::table.on(groups::account_id.eq(memberships::group_id)))
        .inner_join(accounts::table.on(accounts::id.eq(memberships::group_id)))
        .filter(memberships::account_id.eq(account))
        .filter(memberships::state.eq(MembershipState::Member))
        .filter(memberships::role.ne(Role::Member))
        .filter(accounts::suspended_at.is_null())
        .filter(groups::frozen_at.is_null())
        .order(memberships::id)
        .limit(100)
        .select(memberships::group_id)
        .load(conn))?)
}

/// Does anyone wait at the door of this group who knocked after `since` and before `until`?
///
/// # Errors
/// The database.
pub fn waits_between(
    conn: &mut Conn,
    group: AccountId,
    since: Millis,
    until: (Millis, MembershipId),
) -> Result<bool> {
    Ok(
        both!(conn => diesel::select(diesel::dsl::exists(memberships::table
        .filter(memberships::group_id.eq(group))
        .filter(memberships::state.eq(MembershipState::Requested))
        .filter(memberships::updated_at.gt(since))
        .filter(memberships::updated_at.lt(until.0)
            .or(memberships::updated_at.eq(until.0).and(memberships::id.lt(until.1))))))
        .get_result(conn))?,
    )
}

/// Rows of a group in this state, those of these roles, newest first.
///
/// # Errors
/// The database.
pub fn page(
    conn: &mut Conn,
    group: AccountId,
    state: MembershipState,
    roles: &[Role],
    page: &Page,
) -> Result<Vec<(MembershipId, AccountId, Role)>> {
    let few = !roles.contains(&Role::Member);
    Ok(both!(conn => {
        let rows = memberships::table
            .filter(memberships::group_id.eq(group))
            .filter(memberships::state.eq(state))
            .filter(memberships::role.eq_any(roles))
            .select((memberships::id, memberships::account_id, memberships::role));
        if few {
            page_of!(conn, Db, rows.filter(looks_after_it()), memberships::id, page)
        } else {
            page_of!(conn, Db, rows, memberships::id, page)
        }
    })?)
}
