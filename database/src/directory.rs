//! Who may be discovered: the directory, suggestions, and who among one's follows knows someone.
//!
//! Lists of follows are their owners' business: what a person here has not opened is not counted here.

use diesel::RunQueryDsl as _;
use diesel::sql_types::BigInt;
use model::{AccountId, TopicKind};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::group_topics;
use crate::sql::Sql;
use crate::timelines::Reader;

/// In which order the directory is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Who posted last comes first.
    #[default]
    Active,
    /// Who came last comes first.
    New,
}

/// The account `a` agreed to be found and is here to be found: not sent away, not limited by the staff, and
/// of groups here those alone that everyone may read (0 open, 1 by approval).
pub(crate) const FINDABLE: &str = "a.discoverable AND a.suspended_at IS NULL AND a.kind <> 3 \
     AND NOT EXISTS (SELECT 1 FROM account_restrictions lim WHERE lim.account_id = a.id AND lim.silenced_at IS NOT NULL) \
     AND NOT EXISTS (SELECT 1 FROM groups shut WHERE shut.account_id = a.id AND shut.kind NOT IN (0, 1))";

/// Nothing stands between the viewer and the account `a`.
const WELCOME: &str = " AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = :viewer AND b.target_id = a.id) \
     AND NOT EXISTS (SELECT 1 FROM blocks c WHERE c.account_id = a.id AND c.target_id = :viewer) \
     AND NOT EXISTS (SELECT 1 FROM mutes m WHERE m.account_id = :viewer AND m.target_id = a.id \
       AND (m.ends_at IS NULL OR m.ends_at > :now)) \
     AND NOT EXISTS (SELECT 1 FROM account_domain_blocks d WHERE d.account_id = :viewer AND d.domain = a.domain)";

/// The viewer neither follows `a` nor asks to, is no member there, and has not sent the suggestion away.
const UNKNOWN: &str = " AND a.id <> :viewer \
     AND NOT EXISTS (SELECT 1 FROM follows own WHERE own.account_id = :viewer AND own.target_id = a.id) \
     AND NOT EXISTS (SELECT 1 FROM memberships ms WHERE ms.account_id = :viewer AND ms.group_id = a.id AND ms.state <> 2) \
     AND NOT EXISTS (SELECT 1 FROM dismissed_suggestions ds WHERE ds.account_id = :viewer AND ds.target_id = a.id)";

fn run(conn: &mut Conn, text: &str, reader: Reader, limit: i64) -> Result<Vec<AccountId>> {
    let sql = Sql::<BigInt>::new(text)
        .id("viewer", reader.viewer)
        .number("now", reader.now.0)
        .number("limit", limit);
    Ok(both!(conn => sql.load(conn))?)
}

/// A part of the directory.
///
/// # Errors
/// The database.
pub fn page(
    conn: &mut Conn,
    reader: Reader,
    order: Order,
    local: bool,
    limit: i64,
    offset: i64,
) -> Result<Vec<AccountId>> {
    let here = if local { " AND a.domain = ''" } else { "" };
    let order = match order {
        Order::Active => "COALESCE(a.last_status_at, 0) DESC, a.id DESC",
        Order::New => "a.id DESC",
    };
    let text = format!(
        "SELECT a.id FROM accounts a WHERE {FINDABLE}{here}{WELCOME} ORDER BY {order} LIMIT :limit OFFSET :skip"
    );
    let sql = Sql::<BigInt>::new(&text)
        .id("viewer", reader.viewer)
        .number("now", reader.now.0)
        .number("limit", limit)
        .number("skip", offset);
    Ok(both!(conn => sql.load(conn))?)
}

/// Groups of this server that its staff shows first and that the viewer does not know yet, in the order in which
/// they were chosen.
///
/// # Errors
/// The database.
pub fn featured(conn: &mut Conn, reader: Reader, limit: i64) -> Result<Vec<AccountId>> {
    let text = format!(
        "SELECT a.id FROM featured_groups fg JOIN accounts a ON a.id = fg.group_id \
         JOIN groups g ON g.account_id = a.id WHERE {FINDABLE}{WELCOME}{UNKNOWN} \
         ORDER BY fg.created_at, a.id LIMIT :limit"
    );
    run(conn, &text, reader, limit)
}

/// Which groups of this server.
#[derive(Clone, Debug, Default)]
pub struct WantedGroups {
    /// In which this language is spoken.
    pub language: Option<String>,
    /// That are about this hashtag (without `#`, in lower case).
    pub topic: Option<String>,
    /// So many at the most.
    pub limit: i64,
    /// So many are skipped.
    pub offset: i64,
}

fn about(kind: TopicKind, name: &str) -> String {
    format!(
        " AND EXISTS (SELECT 1 FROM group_topics gt WHERE gt.group_id = a.id AND gt.kind = {} AND gt.word = :{name} AND {})",
        kind as i16,
        group_topics::SEEMLY
    )
}

/// Groups of this server that may be found, with whether the staff shows them first: those, and then those
/// with the newest thread.
///
/// # Errors
/// The database.
pub fn groups(
    conn: &mut Conn,
    reader: Reader,
    wanted: &WantedGroups,
) -> Result<Vec<(AccountId, bool)>> {
    let mut conditions = String::new();
    if wanted.language.is_some() {
        conditions.push_str(&about(TopicKind::Language, "language"));
    }
    if wanted.topic.is_some() {
        conditions.push_str(&about(TopicKind::Hashtag, "topic"));
    }
    let text = format!(
        "SELECT a.id, CAST(CASE WHEN fg.group_id IS NULL THEN 0 ELSE 1 END AS BIGINT) AS first FROM accounts a \
         JOIN groups g ON g.account_id = a.id LEFT JOIN featured_groups fg ON fg.group_id = a.id \
         WHERE {FINDABLE}{WELCOME}{conditions} \
         ORDER BY first DESC, fg.created_at, COALESCE(a.last_status_at, 0) DESC, a.id DESC LIMIT :limit OFFSET :skip"
    );
    let sql = Sql::<(BigInt, BigInt)>::new(&text)
        .id("viewer", reader.viewer)
        .number("now", reader.now.0)
        .number("limit", wanted.limit)
        .number("skip", wanted.offset)
        .text("language", wanted.language.as_deref().unwrap_or_default())
        .text("topic", wanted.topic.as_deref().unwrap_or_default());
    let rows: Vec<(AccountId, i64)> = both!(conn => sql.load(conn))?;
    Ok(rows
        .into_iter()
        .map(|(id, first)| (id, first == 1))
        .collect())
}

/// Is this a group of this server that may be found?
///
/// # Errors
/// The database.
pub fn is_listed(conn: &mut Conn, group: AccountId) -> Result<bool> {
    let text = format!(
        "SELECT a.id FROM accounts a JOIN groups g ON g.account_id = a.id WHERE a.id = :group AND {FINDABLE}"
    );
    let sql = Sql::<BigInt>::new(&text).id("group", group);
    let rows: Vec<AccountId> = both!(conn => sql.load(conn))?;
    Ok(!rows.is_empty())
}

/// Whom those follow whom the viewer follows: who is followed by most of them first. Follows of people
/// here who keep their lists to themselves do not count. A group that lets people in by approval is suggested too.
///
/// # Errors
/// The database.
pub fn friends_of_friends(conn: &mut Conn, reader: Reader, limit: i64) -> Result<Vec<AccountId>> {
    let text = format!(
        "SELECT a.id FROM follows f1 \
         JOIN accounts friend ON friend.id = f1.target_id AND (friend.show_collections OR friend.domain <> '') \
         JOIN follows f2 ON f2.account_id = f1.target_id AND f2.state = 1 \
         JOIN accounts a ON a.id = f2.target_id \
         WHERE f1.account_id = :viewer AND f1.state = 1 AND {FINDABLE} AND (a.kind = 1 OR NOT a.locked){WELCOME}{UNKNOWN} \
         GROUP BY a.id, a.followers_count ORDER BY count(*) DESC, a.followers_count, a.id LIMIT :limit"
    );
    run(conn, &text, reader, limit)
}

/// Whom most people follow.
///
/// # Errors
/// The database.
pub fn most_followed(conn: &mut Conn, reader: Reader, limit: i64) -> Result<Vec<AccountId>> {
    let text = format!(
        "SELECT a.id FROM accounts a WHERE {FINDABLE} AND NOT a.locked AND a.followers_count > 0{WELCOME}{UNKNOWN} \
         ORDER BY a.followers_count DESC, a.id LIMIT :limit"
    );
    run(conn, &text, reader, limit)
}

/// Remembers that a suggestion was sent away.
///
/// # Errors
/// The database.
pub fn dismiss(conn: &mut Conn, account: AccountId, target: AccountId) -> Result<()> {
    use diesel::ExpressionMethods as _;

    use crate::schema::dismissed_suggestions as gone;
    both!(conn => diesel::insert_into(gone::table)
        .values((gone::account_id.eq(account), gone::target_id.eq(target)))
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok(())
}

/// Pairs of one of `targets` and someone whom the viewer follows and who follows that one, where
/// neither of the two keeps the own lists to themselves.
///
/// # Errors
/// The database.
pub fn familiar(
    conn: &mut Conn,
    viewer: AccountId,
    targets: &[AccountId],
) -> Result<Vec<(AccountId, AccountId)>> {
    if targets.is_empty() {
        return Ok(Vec::new());
    }
    let text = "SELECT f2.target_id, f2.account_id FROM follows f2 \
         JOIN follows f1 ON f1.target_id = f2.account_id AND f1.account_id = :viewer AND f1.state = 1 \
         JOIN accounts friend ON friend.id = f2.account_id AND (friend.show_collections OR friend.domain <> '') \
         JOIN accounts a ON a.id = f2.target_id AND (a.show_collections OR a.domain <> '') \
         WHERE f2.target_id :ids AND f2.state = 1 AND friend.suspended_at IS NULL \
         ORDER BY f2.target_id, f2.id DESC LIMIT 2000";
    let sql = Sql::<(BigInt, BigInt)>::new(text)
        .id("viewer", viewer)
        .ids("ids", targets);
    Ok(both!(conn => sql.load(conn))?)
}
