//! Who of those that listen right now may hear what just happened: one statement for all of them,
//! however many they are. The rules are those of the gate and of the timelines; only the viewer is a
//! column here.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer};
use model::{AccountId, ListId, Millis, StatusId, TokenId};

use crate::account_restrictions::unlimited;
use crate::conn::{Conn, both};
use crate::conversations::Conversation;
use crate::error::Result;
use crate::schema::conversations;
use crate::sql::{Sql, one_of};
use crate::timelines::{self, Public};
use crate::visible;

/// In which timeline a status is about to appear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timeline {
    /// The public one, with all of its parts.
    Public,
    /// Those of its hashtags.
    Tags,
    /// That of the group in whose thread it stands.
    Group,
    /// Home, where an entry shows this status itself.
    Home,
    /// Home, where an entry shows this status or a boost of it.
    HomeAsBoosted,
}

/// A rule that names its viewer, for the viewer that is this column.
fn for_each(rule: &str, column: &str) -> String {
    rule.replace(":viewer", column)
}

/// What every door asks: the gate, and no mute of the author.
fn may_hear(column: &str) -> String {
    for_each(
        &format!("{}{}", visible::rule("s"), timelines::unmuted("s")),
        column,
    )
}

/// Those of `among` in whose `timeline` this status stands, and who may see it.
///
/// # Errors
/// The database.
pub fn readers(
    conn: &mut Conn,
    timeline: Timeline,
    status: StatusId,
    among: &[AccountId],
    now: Millis,
) -> Result<Vec<AccountId>> {
    if among.is_empty() {
        return Ok(Vec::new());
    }
    let found = for_each(&unlimited("s"), "v.id");
    let stands = match timeline {
        Timeline::Public => format!("{}{found}", timelines::in_public(Public::default())),
        Timeline::Tags => format!("{}{found}", timelines::public_part(Public::default())),
        Timeline::Group => format!("s.group_id IS NOT NULL AND {}", timelines::THREAD),
        Timeline::Home => {
            "EXISTS (SELECT 1 FROM home_entries h WHERE h.owner_id = v.id AND h.status_id = s.id)"
                .to_owned()
        }
        Timeline::HomeAsBoosted => {
            "EXISTS (SELECT 1 FROM home_entries h WHERE h.owner_id = v.id AND h.original_id = s.id)"
                .to_owned()
        }
    };
    let text = format!(
        "SELECT v.id FROM accounts v JOIN statuses s ON s.id = :status \
         WHERE v.id :among AND {stands} AND {}",
        may_hear("v.id")
    );
    let sql = Sql::<BigInt>::new(&text)
        .id("status", status)
        .ids("among", among)
        .number("now", now.0);
    Ok(both!(conn => sql.load(conn))?)
}

/// Those of these lists (that people made) in which this status stands, with their owners.
///
/// # Errors
/// The database.
pub fn lists(
    conn: &mut Conn,
    status: StatusId,
    among: &[ListId],
    now: Millis,
) -> Result<Vec<(i64, AccountId)>> {
    if among.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!(
        "SELECT l.id, l.owner_id FROM lists l JOIN statuses s ON s.id = :status \
         JOIN list_accounts la ON la.list_id = l.id AND la.account_id = s.account_id \
         WHERE l.id :among AND s.visibility NOT IN (3, 5) \
         AND (s.in_reply_to_id IS NULL OR s.in_reply_to_account_id IN (s.account_id, l.owner_id) \
           OR (l.replies_policy = 0 AND EXISTS (SELECT 1 FROM follows fo WHERE fo.account_id = l.owner_id \
             AND fo.target_id = s.in_reply_to_account_id AND fo.state = 1)) \
           OR (l.replies_policy = 1 AND EXISTS (SELECT 1 FROM list_accounts lo WHERE lo.list_id = l.id \
             AND lo.account_id = s.in_reply_to_account_id))) \
         AND {}",
        may_hear("l.owner_id")
    );
    pairs(conn, &text, status, AccountId(0), among, now)
}

/// Those of these lists (that joined groups are) in which this status stands, with their owners: the
/// threads of `group`.
///
/// # Errors
/// The database.
pub fn group_lists(
    conn: &mut Conn,
    group: AccountId,
    status: StatusId,
    among: &[ListId],
    now: Millis,
) -> Result<Vec<(i64, AccountId)>> {
    if among.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!(
        "SELECT m.id, m.account_id FROM memberships m JOIN statuses s ON s.id = :status \
         WHERE m.id :among AND m.group_id = :group AND m.state = 1 AND {} AND {}",
        timelines::THREAD,
        may_hear("m.account_id")
    );
    pairs(conn, &text, status, group, among, now)
}

/// Those of these lists that are the one of `group`, whatever stands in it.
///
/// # Errors
/// The database.
pub fn lists_of_group(
    conn: &mut Conn,
    group: AccountId,
    among: &[ListId],
) -> Result<Vec<(i64, AccountId)>> {
    if among.is_empty() {
        return Ok(Vec::new());
    }
    let text = "SELECT m.id, m.account_id FROM memberships m \
         WHERE m.id :among AND m.group_id = :group AND m.state = 1";
    pairs(conn, text, StatusId(0), group, among, Millis(0))
}

fn pairs(
    conn: &mut Conn,
    text: &str,
    status: StatusId,
    group: AccountId,
    among: &[ListId],
    now: Millis,
) -> Result<Vec<(i64, AccountId)>> {
    let sql = Sql::<(BigInt, BigInt)>::new(text)
        .id("status", status)
        .id("group", group)
        .ids("among", among)
        .number("now", now.0);
    Ok(both!(conn => sql.load(conn))?)
}

/// Those of `among` whose sight of these statuses is their own: they marked one, voted in its poll, muted
/// its thread, or filter what they read. All others see the same.
///
/// # Errors
/// The database.
pub fn with_marks(
    conn: &mut Conn,
    statuses: &[StatusId],
    roots: &[StatusId],
    among: &[AccountId],
) -> Result<Vec<AccountId>> {
    if among.is_empty() {
        return Ok(Vec::new());
    }
    let text = "SELECT v.id FROM accounts v WHERE v.id :among AND (\
         EXISTS (SELECT 1 FROM favourites x WHERE x.account_id = v.id AND x.status_id :ids) \
         OR EXISTS (SELECT 1 FROM bookmarks x WHERE x.account_id = v.id AND x.status_id :ids) \
         OR EXISTS (SELECT 1 FROM status_pins x WHERE x.account_id = v.id AND x.status_id :ids) \
         OR EXISTS (SELECT 1 FROM filters x WHERE x.account_id = v.id AND NOT x.ended) \
         OR EXISTS (SELECT 1 FROM thread_mutes x WHERE x.account_id = v.id AND x.root_id :roots) \
         OR EXISTS (SELECT 1 FROM poll_votes x JOIN polls p ON p.id = x.poll_id \
           WHERE x.account_id = v.id AND p.status_id :ids) \
         OR EXISTS (SELECT 1 FROM statuses x WHERE x.account_id = v.id AND x.reblog_of_id :ids \
           AND x.deleted_at IS NULL))";
    let sql = Sql::<BigInt>::new(text)
        .ids("among", among)
        .ids("ids", statuses)
        .ids("roots", roots);
    Ok(both!(conn => sql.load(conn))?)
}

/// How each of `among` stands to an author, as a number: 1 follows, 2 is followed, 4 is the author. Who
/// stands alike may do alike with a status.
///
/// # Errors
/// The database.
pub fn kinship(
    conn: &mut Conn,
    author: AccountId,
    among: &[AccountId],
) -> Result<Vec<(AccountId, i32)>> {
    let text = "SELECT v.id, CASE WHEN v.id = :author THEN 4 ELSE 0 END \
         + CASE WHEN EXISTS (SELECT 1 FROM follows f WHERE f.account_id = v.id \
           AND f.target_id = :author AND f.state = 1) THEN 1 ELSE 0 END \
         + CASE WHEN EXISTS (SELECT 1 FROM follows f WHERE f.account_id = :author \
           AND f.target_id = v.id AND f.state = 1) THEN 2 ELSE 0 END \
         FROM accounts v WHERE v.id :among";
    let sql = Sql::<(BigInt, Integer)>::new(text)
        .id("author", author)
        .ids("among", among);
    Ok(both!(conn => sql.load(conn))?)
}

/// Those of `among` who may hear that a status is gone: what was open concerns everyone whom no block
/// parts from its author, anything else the author and those who follow; what was for members, these.
///
/// # Errors
/// The database.
pub fn mourners(conn: &mut Conn, status: StatusId, among: &[AccountId]) -> Result<Vec<AccountId>> {
    if among.is_empty() {
        return Ok(Vec::new());
    }
    let text = "SELECT v.id FROM accounts v JOIN statuses s ON s.id = :status \
         WHERE v.id :among AND (v.id = s.account_id OR (\
           NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = v.id AND b.target_id = s.account_id) \
           AND NOT EXISTS (SELECT 1 FROM blocks c WHERE c.account_id = s.account_id AND c.target_id = v.id) \
           AND (s.visibility IN (0, 1) OR (s.visibility = 2 AND EXISTS (SELECT 1 FROM follows f \
             WHERE f.account_id = v.id AND f.target_id = s.account_id AND f.state = 1)) \
           OR (s.visibility = 4 AND EXISTS (SELECT 1 FROM memberships g \
             WHERE g.account_id = v.id AND g.group_id = s.group_id AND g.state = 1 \
             AND g.reads_from <= s.created_at)))))";
    let sql = Sql::<BigInt>::new(text)
        .id("status", status)
        .ids("among", among);
    Ok(both!(conn => sql.load(conn))?)
}

/// The conversations of these participants that this status was the last to reach.
///
/// # Errors
/// The database.
pub fn conversations_with(
    conn: &mut Conn,
    status: StatusId,
    among: &[AccountId],
) -> Result<Vec<Conversation>> {
    Ok(both!(conn => conversations::table
        .filter(one_of("conversations.account_id", among))
        .filter(conversations::last_status_id.eq(status))
        .select(Conversation::as_select())
        .load(conn))?)
}

/// Those of `tokens` with which one may still act: not revoked, their application there, the person
/// neither closed nor sent away and, where it acts for a group, still its moderator.
///
/// # Errors
/// The database.
pub fn valid_tokens(conn: &mut Conn, tokens: &[TokenId]) -> Result<Vec<TokenId>> {
    if tokens.is_empty() {
        return Ok(Vec::new());
    }
    let text = "SELECT t.id FROM access_tokens t \
         JOIN users u ON u.account_id = t.human_id JOIN accounts a ON a.id = t.human_id \
         WHERE t.id :among AND t.revoked_at IS NULL AND u.confirmed_at IS NOT NULL \
         AND u.approved_at IS NOT NULL AND u.disabled_at IS NULL AND a.suspended_at IS NULL \
         AND (t.account_id = t.human_id OR EXISTS (SELECT 1 FROM memberships m \
           JOIN accounts g ON g.id = m.group_id JOIN groups gr ON gr.account_id = m.group_id \
           WHERE m.group_id = t.account_id AND m.account_id = t.human_id AND m.state = 1 AND m.role >= 1 \
           AND g.suspended_at IS NULL AND gr.frozen_at IS NULL))";
    let sql = Sql::<BigInt>::new(text).ids("among", tokens);
    Ok(both!(conn => sql.load(conn))?)
}
