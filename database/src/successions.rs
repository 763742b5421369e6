//! When nobody looks after a group any more: the question to its members who should, who stands, and the votes.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use model::{AccountId, ActionId, MembershipId, Millis, RowId, SuccessionId, SuccessionState};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::{succession_candidates, succession_votes, successions};
use crate::sql::Sql;

/// A row of `successions`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Identifiable, Insertable)]
#[diesel(table_name = successions, treat_none_as_default_value = false)]
pub struct Succession {
    /// Its id.
    pub id: SuccessionId,
    /// In which group.
    pub group_id: AccountId,
    /// How far it has come.
    pub state: SuccessionState,
    /// When the members were asked.
    pub started_at: Millis,
    /// Until when they vote.
    pub ends_at: Millis,
    /// When it was over.
    pub ended_at: Option<Millis>,
    /// The entry of the group's log about its beginning.
    pub action_id: ActionId,
}

/// A member in force `m` who moderates and was there since `:since`: signed in, said something, did something in the
/// group, or came into the role.
const IS_THERE: &str = "m.state = 1 AND m.role <> 0 AND (m.updated_at >= :since \
    OR EXISTS (SELECT 1 FROM users u WHERE u.account_id = m.account_id AND u.seen_at >= :since) \
    OR EXISTS (SELECT 1 FROM accounts p WHERE p.id = m.account_id AND p.last_status_at >= :since) \
    OR EXISTS (SELECT 1 FROM moderation_actions a WHERE a.group_id = m.group_id \
       AND a.human_id = m.account_id AND a.created_at >= :since))";

/// Groups of this server, neither stopped nor younger than `since`, in which no moderator was there since then, whose
/// members were not asked after `again`, and one of whom was here since `lively`: else there is nobody to ask.
///
/// # Errors
/// The database.
pub fn unattended(
    conn: &mut Conn,
    since: Millis,
    again: Millis,
    lively: Millis,
    limit: i64,
) -> Result<Vec<AccountId>> {
    let text = format!(
        "SELECT g.account_id FROM groups g JOIN accounts ga ON ga.id = g.account_id \
         WHERE g.frozen_at IS NULL AND ga.suspended_at IS NULL AND g.created_at < :since \
         AND NOT EXISTS (SELECT 1 FROM memberships m WHERE m.group_id = g.account_id AND {IS_THERE}) \
         AND NOT EXISTS (SELECT 1 FROM successions s WHERE s.group_id = g.account_id \
           AND (s.ended_at IS NULL OR s.ended_at > :again)) \
         AND EXISTS (SELECT 1 FROM memberships o JOIN users ou ON ou.account_id = o.account_id \
           WHERE o.group_id = g.account_id AND o.state = 1 AND o.role = 0 AND ou.disabled_at IS NULL \
           AND COALESCE(ou.seen_at, ou.created_at) >= :lively) \
         ORDER BY g.account_id LIMIT :limit"
    );
    let sql = Sql::<BigInt>::new(&text)
        .number("since", since.0)
        .number("again", again.0)
        .number("lively", lively.0)
        .number("limit", limit);
    Ok(both!(conn => sql.load(conn))?)
}

/// Was a moderator of this group there since then?
///
/// # Errors
/// The database.
pub fn is_attended(conn: &mut Conn, group: AccountId, since: Millis) -> Result<bool> {
    let text =
        format!("SELECT m.id FROM memberships m WHERE m.group_id = :group AND {IS_THERE} LIMIT 1");
    let sql = Sql::<BigInt>::new(&text)
        .id("group", group)
        .number("since", since.0);
    let found: Vec<MembershipId> = both!(conn => sql.load(conn))?;
    Ok(!found.is_empty())
}

/// Members who live here and were here since then, in the order of their rows behind `after`, with their language.
///
/// # Errors
/// The database.
pub fn to_ask(
    conn: &mut Conn,
    group: AccountId,
    since: Millis,
    after: MembershipId,
    limit: i64,
) -> Result<Vec<(MembershipId, AccountId, String)>> {
    let sql = Sql::<(BigInt, BigInt, Text)>::new(
        "SELECT m.id, m.account_id, u.locale FROM memberships m \
         JOIN users u ON u.account_id = m.account_id \
         WHERE m.group_id = :group AND m.state = 1 AND m.id > :after AND u.disabled_at IS NULL \
         AND COALESCE(u.seen_at, u.created_at) >= :since ORDER BY m.id LIMIT :limit",
    )
    .id("group", group)
    .id("after", after)
    .number("since", since.0)
    .number("limit", limit);
    Ok(both!(conn => sql.load(conn))?)
}

/// Adds a row.
///
/// # Errors
/// The database.
pub fn insert(conn: &mut Conn, row: &Succession) -> Result<()> {
    both!(conn => diesel::insert_into(successions::table).values(row).execute(conn))?;
    Ok(())
}

/// The question with this id.
///
/// # Errors
/// The database.
pub fn find(conn: &mut Conn, id: SuccessionId) -> Result<Option<Succession>> {
    Ok(both!(conn => successions::table
        .find(id)
        .select(Succession::as_select())
        .get_result(conn)
        .optional())?)
}

/// The question that the members of this group are asked now.
///
/// # Errors
/// The database.
pub fn open_in(conn: &mut Conn, group: AccountId) -> Result<Option<Succession>> {
    Ok(both!(conn => successions::table
        .filter(successions::group_id.eq(group))
        .filter(successions::state.eq(SuccessionState::Open))
        .select(Succession::as_select())
        .get_result(conn)
        .optional())?)
}

/// Everything that is asked now.
///
/// # Errors
/// The database.
pub fn all_open(conn: &mut Conn) -> Result<Vec<SuccessionId>> {
    Ok(both!(conn => successions::table
        .filter(successions::state.eq(SuccessionState::Open))
        .order(successions::id)
        .select(successions::id)
        .load(conn))?)
}

/// It is over; who chose whom is forgotten.
///
/// # Errors
/// The database.
pub fn end(conn: &mut Conn, id: SuccessionId, state: SuccessionState, now: Millis) -> Result<()> {
    both!(conn => diesel::update(successions::table.find(id))
        .set((successions::state.eq(state), successions::ended_at.eq(now)))
        .execute(conn))?;
    both!(conn => diesel::delete(succession_votes::table
        .filter(succession_votes::succession_id.eq(id)))
        .execute(conn))?;
    Ok(())
}

/// Who stands, the first one first.
///
/// # Errors
/// The database.
pub fn candidates(conn: &mut Conn, id: SuccessionId) -> Result<Vec<AccountId>> {
    Ok(both!(conn => succession_candidates::table
        .filter(succession_candidates::succession_id.eq(id))
        .order(succession_candidates::id)
        .select(succession_candidates::account_id)
        .load(conn))?)
}

/// Someone stands; `false` where they do already.
///
/// # Errors
/// The database.
pub fn stand(
    conn: &mut Conn,
    row: RowId,
    id: SuccessionId,
    who: AccountId,
    now: Millis,
) -> Result<bool> {
    let rows = both!(conn => diesel::insert_into(succession_candidates::table)
        .values((
            succession_candidates::id.eq(row),
            succession_candidates::succession_id.eq(id),
            succession_candidates::account_id.eq(who),
            succession_candidates::created_at.eq(now),
        ))
        .on_conflict((
            succession_candidates::succession_id,
            succession_candidates::account_id,
        ))
        .do_nothing()
        .execute(conn))?;
    Ok(rows > 0)
}

/// Someone stands no more, and who chose them has a vote again.
///
/// # Errors
/// The database.
pub fn stand_down(conn: &mut Conn, id: SuccessionId, who: AccountId) -> Result<()> {
    both!(conn => diesel::delete(succession_candidates::table
        .filter(succession_candidates::succession_id.eq(id))
        .filter(succession_candidates::account_id.eq(who)))
        .execute(conn))?;
    both!(conn => diesel::delete(succession_votes::table
        .filter(succession_votes::succession_id.eq(id))
        .filter(succession_votes::candidate_id.eq(who)))
        .execute(conn))?;
    Ok(())
}

/// Whom this person chose.
///
/// # Errors
/// The database.
pub fn vote_of(conn: &mut Conn, id: SuccessionId, who: AccountId) -> Result<Option<AccountId>> {
    Ok(both!(conn => succession_votes::table
        .filter(succession_votes::succession_id.eq(id))
        .filter(succession_votes::account_id.eq(who))
        .select(succession_votes::candidate_id)
        .get_result(conn)
        .optional())?)
}

/// Someone chooses a candidate, in the place of the one before.
///
/// # Errors
/// The database.
pub fn vote(
    conn: &mut Conn,
    row: RowId,
    id: SuccessionId,
    (who, candidate): (AccountId, AccountId),
    now: Millis,
) -> Result<()> {
    both!(conn => diesel::insert_into(succession_votes::table)
        .values((
            succession_votes::id.eq(row),
            succession_votes::succession_id.eq(id),
            succession_votes::account_id.eq(who),
            succession_votes::candidate_id.eq(candidate),
            succession_votes::created_at.eq(now),
        ))
        .on_conflict((succession_votes::succession_id, succession_votes::account_id))
        .do_update()
        .set((
            succession_votes::candidate_id.eq(candidate),
            succession_votes::created_at.eq(now),
        ))
        .execute(conn))?;
    Ok(())
}

/// Every vote: who chose whom.
///
/// # Errors
/// The database.
pub fn votes(conn: &mut Conn, id: SuccessionId) -> Result<Vec<(AccountId, AccountId)>> {
    Ok(both!(conn => succession_votes::table
        .filter(succession_votes::succession_id.eq(id))
        .select((succession_votes::account_id, succession_votes::candidate_id))
        .load(conn))?)
}
