//! Groups of this server: their own settings. What everyone sees of one is its account.

use diesel::prelude::*;
use model::{AccountId, Circle, FirstContact, GroupKind, Millis, Page, QuotePolicy};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::paging::page_of;
use crate::schema::groups;
use crate::sql::one_of;

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
    /// Does it reach nobody on another server?
    pub local_only: bool,
    /// Who may start a thread.
    pub threads_by: Circle,
    /// Who may answer.
    pub replies_by: Circle,
    /// Who may quote what stands in it.
    pub quotes: QuotePolicy,
    /// Seconds between two posts of one member; 0 for none.
    pub slow_mode: i64,
    /// ISO 639 codes, parted by blanks.
    pub languages: String,
    /// So many moderators have to agree to what weighs on a person or on the group.
    pub approvals: i16,
    /// Does the public log name people?
    pub log_names: bool,
    /// Days in which an appeal is decided.
    pub appeal_days: i64,
    /// Days after which the log forgets people.
    pub forget_days: i64,
    /// Until then members alone may post, and nobody gets in by posting.
    pub shield_until: Option<Millis>,
    /// Set: the server's staff has stopped it, and nothing new is written in it.
    pub frozen_at: Option<Millis>,
    /// Who makes links by which others come in.
    pub invites_by: Circle,
    /// Set: on this day it leaves this server, as the staff announced.
    pub leaves_at: Option<Millis>,
    /// Set: it is no more.
    pub closed_at: Option<Millis>,
    /// The tags of which one stands on a thread, one a line.
    pub flairs: String,
    /// Whose posts wait for a moderator until one was let through.
    pub first_contact: FirstContact,
    /// Does what is written in it, while it is private, go as letters to members on servers of its list that are not
    /// known to keep it private?
    pub bridged: bool,
}

impl Group {
    /// A group with the options of a new one.
    #[must_use]
    pub const fn new(
        id: AccountId,
        kind: GroupKind,
        founder: Option<AccountId>,
        at: Millis,
    ) -> Self {
        Self {
            account_id: id,
            kind,
            members_shown: false,
            shares_votes: false,
            created_by: founder,
            created_at: at,
            local_only: false,
            threads_by: Circle::Members,
            replies_by: Circle::Members,
            quotes: QuotePolicy::Public,
            slow_mode: 0,
            languages: String::new(),
            approvals: 1,
            log_names: false,
            appeal_days: 14,
            forget_days: 365,
            shield_until: None,
            frozen_at: None,
            invites_by: Circle::Moderators,
            leaves_at: None,
            closed_at: None,
            flairs: String::new(),
            first_contact: FirstContact::Nobody,
            bridged: false,
        }
    }
}

/// The group with this id, where it is one of this server.
///
/// # Errors
/// The database.
pub fn find(conn: &mut Conn, group: AccountId) -> Result<Option<Group>> {
    Ok(both!(conn => groups::table
        .find(group)
        .select(Group::as_select())
        .get_result(conn)
        .optional())?)
}

/// The group with this id, where it is one of this server and was not closed.
///
/// # Errors
/// The database.
pub fn living(conn: &mut Conn, group: AccountId) -> Result<Option<Group>> {
    Ok(find(conn, group)?.filter(|row| row.closed_at.is_none()))
}

/// Groups of this server that were not closed, newest first.
///
/// # Errors
/// The database.
pub fn page(conn: &mut Conn, page: &Page) -> Result<Vec<AccountId>> {
    Ok(both!(conn => page_of!(
        conn,
        Db,
        groups::table.filter(groups::closed_at.is_null()).select(groups::account_id),
        groups::account_id,
        page
    ))?)
}

/// Those of these accounts that are groups of this server.
///
/// # Errors
/// The database.
pub fn by_ids(conn: &mut Conn, ids: &[AccountId]) -> Result<Vec<Group>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => groups::table
        .filter(one_of("groups.account_id", ids))
        .select(Group::as_select())
        .load(conn))?)
}

/// Holds everyone else off from what must be decided one after the other in a group (its log, its last
/// owner) until the transaction ends.
///
/// # Errors
/// The database.
pub fn lock(conn: &mut Conn, group: AccountId) -> Result<()> {
    conn.hold(group.0)
}

/// Adds a group.
///
/// # Errors
/// The database.
pub fn insert(conn: &mut Conn, group: &Group) -> Result<()> {
    both!(conn => diesel::insert_into(groups::table).values(group).execute(conn))?;
    Ok(())
}

/// Writes what a group decided about itself.
///
/// # Errors
/// The database.
pub fn update(conn: &mut Conn, group: &Group) -> Result<()> {
    both!(conn => diesel::update(groups::table.find(group.account_id))
        .set(group)
        .execute(conn))?;
    Ok(())
}
