//! The log of moderating acts: append-only, chained by hashes. What is hashed is decided above.

use diesel::prelude::*;
use model::{AccountId, ActionId, ActionState, Millis, Page, StatusId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::paging::page_of;
use crate::schema::moderation_actions;

/// A row of `moderation_actions`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Identifiable, Insertable)]
#[diesel(table_name = moderation_actions, treat_none_as_default_value = false)]
pub struct ModerationAction {
    /// Its id.
    pub id: ActionId,
    /// In which group's log it stands; 0: the server's own.
    pub group_id: AccountId,
    /// What was done, in one word.
    pub kind: String,
    /// How far it has come.
    pub state: ActionState,
    /// In whose name.
    pub account_id: AccountId,
    /// The human who did it.
    pub human_id: AccountId,
    /// Against whom.
    pub target_account_id: Option<AccountId>,
    /// Against which status.
    pub target_status_id: Option<StatusId>,
    /// The rule that it names.
    pub rule: Option<String>,
    /// Why, in the moderator's words.
    pub reason: String,
    /// Until when.
    pub ends_at: Option<Millis>,
    /// The entry that this one answers.
    pub refers_to: Option<ActionId>,
    /// When.
    pub created_at: Millis,
    /// Random; without it nobody can guess what a hash stands for.
    pub salt: Vec<u8>,
    /// The hash of the entry before; empty for the first.
    pub previous_hash: Vec<u8>,
    /// The hash of this entry.
    pub hash: Vec<u8>,
    /// What else it was about, as JSON; empty for nothing.
    pub detail: String,
    /// Set: people were taken out of it, and this stands for it in the chain.
    pub commitment: Option<Vec<u8>>,
}

/// Adds an entry.
///
/// # Errors
/// The database.
pub fn insert(conn: &mut Conn, action: &ModerationAction) -> Result<()> {
    both!(conn => diesel::insert_into(moderation_actions::table).values(action).execute(conn))?;
    Ok(())
}

/// The newest entry of a log about this status.
///
/// # Errors
/// The database.
pub fn last_about(
    conn: &mut Conn,
    group: AccountId,
    status: StatusId,
) -> Result<Option<ModerationAction>> {
    Ok(both!(conn => moderation_actions::table
        .filter(moderation_actions::group_id.eq(group))
        .filter(moderation_actions::target_status_id.eq(status))
        .order(moderation_actions::id.desc())
        .limit(1)
        .select(ModerationAction::as_select())
        .get_result(conn)
        .optional())?)
}

/// The newest entry of a log about this account as a whole.
///
/// # Errors
/// The database.
pub fn last_against(
    conn: &mut Conn,
    group: AccountId,
    account: AccountId,
) -> Result<Option<ModerationAction>> {
    Ok(both!(conn => moderation_actions::table
        .filter(moderation_actions::group_id.eq(group))
        .filter(moderation_actions::target_account_id.eq(account))
        .filter(moderation_actions::target_status_id.is_null())
        .order(moderation_actions::id.desc())
        .limit(1)
        .select(ModerationAction::as_select())
        .get_result(conn)
        .optional())?)
}

/// The hash of the newest entry of a log. The caller holds the lock of the group
/// ([`crate::groups::lock`]).
///
/// # Errors
/// The database.
pub fn last_hash(conn: &mut Conn, group: AccountId) -> Result<Option<Vec<u8>>> {
    Ok(both!(conn => moderation_actions::table
        .filter(moderation_actions::group_id.eq(group))
        .order(moderation_actions::id.desc())
        .limit(1)
        .select(moderation_actions::hash)
        .get_result(conn)
        .optional())?)
}

/// The newest id of a log, so that the next one can stand behind it.
///
/// # Errors
/// The database.
pub fn last_id(conn: &mut Conn, group: AccountId) -> Result<Option<ActionId>> {
    Ok(both!(conn => moderation_actions::table
        .filter(moderation_actions::group_id.eq(group))
        .select(diesel::dsl::max(moderation_actions::id))
        .get_result(conn))?)
}

/// A page of a log, newest first.
///
/// # Errors
/// The database.
pub fn page(conn: &mut Conn, group: AccountId, page: &Page) -> Result<Vec<ModerationAction>> {
    Ok(both!(conn => page_of!(
        conn,
        Db,
        moderation_actions::table
            .filter(moderation_actions::group_id.eq(group))
            .select(ModerationAction::as_select()),
        moderation_actions::id,
        page
    ))?)
}

/// One entry of a log.
///
/// # Errors
/// The database.
pub fn find(conn: &mut Conn, log: AccountId, id: ActionId) -> Result<Option<ModerationAction>> {
    Ok(both!(conn => moderation_actions::table
        .find(id)
        .filter(moderation_actions::group_id.eq(log))
        .select(ModerationAction::as_select())
        .get_result(conn)
        .optional())?)
}

/// What came of an entry: the later ones that refer to it, oldest first.
///
/// # Errors
/// The database.
pub fn answers(conn: &mut Conn, log: AccountId, id: ActionId) -> Result<Vec<ModerationAction>> {
    Ok(both!(conn => moderation_actions::table
        .filter(moderation_actions::group_id.eq(log))
        .filter(moderation_actions::refers_to.eq(id))
        .order(moderation_actions::id)
        .select(ModerationAction::as_select())
        .load(conn))?)
}

/// What was proposed in a log since then and has come to no end, newest first.
///
/// # Errors
/// The database.
pub fn open_proposals(
    conn: &mut Conn,
    log: AccountId,
    since: Millis,
) -> Result<Vec<ModerationAction>> {
    let done = diesel::dsl::sql::<diesel::sql_types::Bool>(
        "NOT EXISTS (SELECT 1 FROM moderation_actions later WHERE later.refers_to = moderation_actions.id \
         AND later.state IN (2, 5))",
    );
    Ok(both!(conn => moderation_actions::table
        .filter(moderation_actions::group_id.eq(log))
        .filter(moderation_actions::state.eq(ActionState::Proposed))
        .filter(moderation_actions::created_at.gt(since))
        .filter(done.clone())
        .order(moderation_actions::id.desc())
        .select(ModerationAction::as_select())
        .load(conn))?)
}

/// Entries of a log behind this one, oldest first.
///
/// # Errors
/// The database.
pub fn after(
    conn: &mut Conn,
    log: AccountId,
    above: ActionId,
    limit: i64,
) -> Result<Vec<ModerationAction>> {
    Ok(both!(conn => moderation_actions::table
        .filter(moderation_actions::group_id.eq(log))
        .filter(moderation_actions::id.gt(above))
        .order(moderation_actions::id)
        .limit(limit)
        .select(ModerationAction::as_select())
        .load(conn))?)
}

/// Entries that are older than their group keeps people in them.
///
/// # Errors
/// The database.
pub fn to_forget(conn: &mut Conn, now: Millis, limit: i64) -> Result<Vec<ModerationAction>> {
    let over = diesel::dsl::sql::<diesel::sql_types::Bool>(&format!(
        "EXISTS (SELECT 1 FROM groups g WHERE g.account_id = moderation_actions.group_id \
         AND moderation_actions.created_at + g.forget_days * {} < {})",
        Millis::DAY,
        now.0
    ));
    Ok(both!(conn => moderation_actions::table
        .filter(moderation_actions::commitment.is_null())
        .filter(over.clone())
        .order(moderation_actions::id)
        .limit(limit)
        .select(ModerationAction::as_select())
        .load(conn))?)
}

/// Writes an entry without people. Its hash stays what it was.
///
/// # Errors
/// The database.
pub fn put_forgotten(conn: &mut Conn, entry: &ModerationAction) -> Result<()> {
    both!(conn => diesel::update(moderation_actions::table.find(entry.id))
        .set((
            moderation_actions::account_id.eq(entry.account_id),
            moderation_actions::human_id.eq(entry.human_id),
            moderation_actions::target_account_id.eq(entry.target_account_id),
            moderation_actions::target_status_id.eq(entry.target_status_id),
            moderation_actions::reason.eq(&entry.reason),
            moderation_actions::detail.eq(&entry.detail),
            moderation_actions::salt.eq(&entry.salt),
            moderation_actions::commitment.eq(&entry.commitment),
        ))
        .execute(conn))?;
    Ok(())
}
