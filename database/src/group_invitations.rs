//! People who were asked by name to join a group: of each person the last invitation.

use diesel::prelude::*;
use model::{AccountId, ActionId, InvitationId, InvitationState, Millis};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::group_invitations;

/// A row of `group_invitations`.
#[derive(
    Clone, Debug, PartialEq, Eq, Queryable, Selectable, Identifiable, Insertable, AsChangeset,
)]
#[diesel(table_name = group_invitations, treat_none_as_default_value = false)]
pub struct GroupInvitation {
    /// Its id.
    pub id: InvitationId,
    /// Into which group.
    pub group_id: AccountId,
    /// Who was asked.
    pub account_id: AccountId,
    /// How far it has come.
    pub state: InvitationState,
    /// The entry of the group's log about it.
    pub action_id: ActionId,
    /// When they were asked.
    pub created_at: Millis,
    /// Until when they can answer.
    pub expires_at: Millis,
    /// When it was made, answered or withdrawn.
    pub changed_at: Millis,
}

impl GroupInvitation {
    /// Does it wait for an answer?
    #[must_use]
    pub fn is_open(&self, now: Millis) -> bool {
        self.state == InvitationState::Open && now < self.expires_at
    }
}

/// The last invitation of this person to this group.
///
/// # Errors
/// The database.
pub fn find(
    conn: &mut Conn,
    group: AccountId,
    account: AccountId,
) -> Result<Option<GroupInvitation>> {
    Ok(both!(conn => group_invitations::table
        .filter(group_invitations::group_id.eq(group))
        .filter(group_invitations::account_id.eq(account))
        .select(GroupInvitation::as_select())
        .get_result(conn)
        .optional())?)
}

/// The invitation with this id.
///
/// # Errors
/// The database.
pub fn get(conn: &mut Conn, id: InvitationId) -> Result<Option<GroupInvitation>> {
    Ok(both!(conn => group_invitations::table
        .find(id)
        .select(GroupInvitation::as_select())
        .get_result(conn)
        .optional())?)
}

/// Writes an invitation in the place of the one before.
///
/// # Errors
/// The database.
pub fn put(conn: &mut Conn, row: &GroupInvitation) -> Result<()> {
    both!(conn => diesel::delete(group_invitations::table
        .filter(group_invitations::group_id.eq(row.group_id))
        .filter(group_invitations::account_id.eq(row.account_id)))
        .execute(conn))?;
    both!(conn => diesel::insert_into(group_invitations::table).values(row).execute(conn))?;
    Ok(())
}

/// It was answered or withdrawn.
///
/// # Errors
/// The database.
pub fn set_state(
    conn: &mut Conn,
    id: InvitationId,
    state: InvitationState,
    now: Millis,
) -> Result<()> {
    both!(conn => diesel::update(group_invitations::table.find(id))
        .set((
            group_invitations::state.eq(state),
            group_invitations::changed_at.eq(now),
        ))
        .execute(conn))?;
    Ok(())
}

/// Who is asked by this group and has not answered, the newest first.
///
/// # Errors
/// The database.
pub fn open(
    conn: &mut Conn,
    group: AccountId,
    now: Millis,
    limit: i64,
) -> Result<Vec<GroupInvitation>> {
    Ok(both!(conn => group_invitations::table
        .filter(group_invitations::group_id.eq(group))
        .filter(group_invitations::state.eq(InvitationState::Open))
        .filter(group_invitations::expires_at.gt(now))
        .order(group_invitations::id.desc())
        .limit(limit)
        .select(GroupInvitation::as_select())
        .load(conn))?)
}
