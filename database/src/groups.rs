//! Groups of this server and who is banned from them.

use diesel::prelude::*;
use model::{AccountId, GroupKind, Millis};

use crate::schema::groups;

/// A row of `groups`. Groups elsewhere are accounts only.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = groups, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Group {
    /// The account that the group is.
    pub account_id: AccountId,
    /// Who may join.
    pub kind: GroupKind,
    /// May anyone see the list of members?
    pub members_shown: bool,
    /// Are likes passed on to other group servers?
    pub shares_votes: bool,
    /// Who founded it.
    pub created_by: Option<AccountId>,
    /// When.
    pub created_at: Millis,
}
