//! Memberships: people in groups, with role, state and the list that the group is in their app.

use diesel::prelude::*;
use model::{AccountId, MembershipId, MembershipState, Millis, Role};

use crate::schema::memberships;

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
}
