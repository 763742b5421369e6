//! Follows and requests to follow.

use diesel::prelude::*;
use model::{AccountId, FollowId, FollowState, Millis};

use crate::schema::follows;

/// A row of `follows`.
#[derive(
    Clone, Debug, PartialEq, Eq, Queryable, Selectable, Identifiable, Insertable, AsChangeset,
)]
#[diesel(table_name = follows, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Follow {
    /// Its id: the cursor of followers and following.
    pub id: FollowId,
    /// Who.
    pub account_id: AccountId,
    /// Whom.
    pub target_id: AccountId,
    /// Asked for, or in force.
    pub state: FollowState,
    /// Boosts too?
    pub reblogs: bool,
    /// A notification for each post?
    pub notify: bool,
    /// The address of the Follow activity where it came from elsewhere.
    pub uri: Option<String>,
    /// When.
    pub created_at: Millis,
}
