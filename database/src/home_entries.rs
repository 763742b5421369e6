//! Home timelines of the people here, written when something is posted: one entry an owner and original.
//!
//! Who gets what stands in one place: [`WELCOME`] for all, [`WANTED`] for the follow of someone, [`tagged`]
//! for that of a hashtag. Three ways lead through it: a status to all who follow its author or a hashtag
//! of it, the newest posts to a new follower, and all that someone follows, anew.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use model::{AccountId, FollowId, Millis, Page, StatusId, TagId};

use crate::account_restrictions::unlimited;
use crate::conn::{Conn, Engine, both};
use crate::error::Result;
use crate::schema::home_entries;
use crate::sql::Sql;
use crate::visible;

/// So many entries are kept of each home timeline.
pub const KEPT: i64 = 400;

/// What the follow `f` brings home of the status `s`, beside [`WELCOME`].
///
/// In this order: the follow is in force; no letter, nothing of private groups but what the group itself
/// passes on; boosts only where wanted; answers only to oneself, to
/// their own author, or to someone whom the owner follows too; a language that the follow wants, where the
/// post names one; of boosts, an original that is still there, not for followers alone, and by nobody who is
/// blocked. (What is in home is read through the gate.)
const WANTED: &str = "f.state = 1 AND s.visibility < 3 \
     AND (s.reblog_of_id IS NULL OR f.reblogs) \
     AND (s.in_reply_to_account_id IS NULL OR s.in_reply_to_account_id IN (f.account_id, s.account_id) \
       OR EXISTS (SELECT 1 FROM follows p WHERE p.account_id = f.account_id \
         AND p.target_id = s.in_reply_to_account_id AND p.state = 1)) \
     AND (NOT EXISTS (SELECT 1 FROM follow_languages fl WHERE fl.follow_id = f.id) \
       OR COALESCE((SELECT o.language FROM statuses o WHERE o.id = s.reblog_of_id), s.language) IS NULL \
       OR EXISTS (SELECT 1 FROM follow_languages fl WHERE fl.follow_id = f.id \
         AND fl.language = COALESCE((SELECT o.language FROM statuses o WHERE o.id = s.reblog_of_id), s.language))) \
     AND (s.reblog_of_id IS NULL OR EXISTS (SELECT 1 FROM statuses o WHERE o.id = s.reblog_of_id \
       AND o.deleted_at IS NULL AND o.visibility IN (0, 1, 4) \
       AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = f.account_id AND b.target_id = o.account_id) \
       AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = o.account_id AND b.target_id = f.account_id)))";

/// What comes into the home of `f.account_id` at all, whether by the follow of someone or of a hashtag: the
/// owner lives here; not gone; nobody muted, no server hidden; nothing of lists and groups that are kept
/// out of home.
const WELCOME: &str = "EXISTS (SELECT 1 FROM accounts owner WHERE owner.id = f.account_id AND owner.domain = '') \
     AND s.deleted_at IS NULL \
     AND NOT EXISTS (SELECT 1 FROM mutes m WHERE m.account_id = f.account_id \
       AND (m.ends_at IS NULL OR m.ends_at > :now) \
       AND (m.target_id = s.account_id OR m.target_id = (SELECT o.account_id FROM statuses o WHERE o.id = s.reblog_of_id))) \
     AND NOT EXISTS (SELECT 1 FROM account_domain_blocks d WHERE d.account_id = f.account_id \
       AND d.domain IN (SELECT x.domain FROM accounts x WHERE x.id IN (s.account_id, \
         (SELECT o.account_id FROM statuses o WHERE o.id = s.reblog_of_id)))) \
     AND NOT EXISTS (SELECT 1 FROM list_accounts la JOIN lists l ON l.id = la.list_id \
       WHERE la.account_id = s.account_id AND l.owner_id = f.account_id AND l.exclusive) \
     AND NOT EXISTS (SELECT 1 FROM memberships g WHERE g.account_id = f.account_id AND g.state = 1 \
       AND g.list_exclusive AND NOT g.list_hidden AND (g.group_id = s.account_id OR g.group_id = s.group_id))";

/// What the followed hashtag `f` brings home of the status `s` that carries it: a public post that its
/// owner may see, by nobody whom only followers find; and [`WELCOME`].
fn tagged() -> String {
    let seen =
        format!("{}{}", visible::rule("s"), unlimited("s")).replace(":viewer", "f.account_id");
    format!("s.visibility = 0 AND s.reblog_of_id IS NULL AND {seen} AND {WELCOME}")
}

const INTO: &str = "INSERT INTO home_entries (owner_id, status_id, original_id) \
     SELECT f.account_id, s.id, COALESCE(s.reblog_of_id, s.id) FROM follows f ";

/// Puts a status or boost into the home timelines of those who follow its author, by the rows of their
/// follows between `after` and `until` (inclusive).
///
/// # Errors
/// The database.
pub fn deliver(
    conn: &mut Conn,
    status: StatusId,
    author: AccountId,
    after: FollowId,
    until: FollowId,
    now: Millis,
) -> Result<usize> {
    let text = format!(
        "{INTO} JOIN statuses s ON s.id = :status \
         WHERE f.target_id = :author AND f.id > :after AND f.id <= :until AND {WANTED} AND {WELCOME} \
         ON CONFLICT DO NOTHING"
    );
    let sql = Sql::<()>::new(&text)
        .id("status", status)
        .id("author", author)
        .id("after", after)
        .id("until", until)
        .number("now", now.0);
    Ok(both!(conn => sql.execute(conn))?)
}

/// The last of the next `size` followers behind `after`: where a large audience is cut. `None` when
/// fewer than that are left.
///
/// # Errors
/// The database.
pub fn next_cut(
    conn: &mut Conn,
    author: AccountId,
    after: FollowId,
    size: i64,
) -> Result<Option<FollowId>> {
    use crate::schema::follows;
    Ok(both!(conn => follows::table
        .filter(follows::target_id.eq(author))
        .filter(follows::state.eq(model::FollowState::Accepted))
        .filter(follows::id.gt(after))
        .order(follows::id)
        .offset(size - 1)
        .limit(1)
        .select(follows::id)
        .get_result(conn)
        .optional())?)
}

/// Puts a status into the home timelines of those who follow one of its hashtags, by their accounts between
/// `after` and `until` (inclusive).
///
/// # Errors
/// The database.
pub fn deliver_tagged(
    conn: &mut Conn,
    status: StatusId,
    after: AccountId,
    until: AccountId,
    now: Millis,
) -> Result<usize> {
    let text = format!(
        "INSERT INTO home_entries (owner_id, status_id, original_id) \
         SELECT DISTINCT f.account_id, s.id, s.id FROM statuses s \
         JOIN status_tags st ON st.status_id = s.id JOIN followed_tags f ON f.tag_id = st.tag_id \
         WHERE s.id = :status AND f.account_id > :after AND f.account_id <= :until AND {} \
         ON CONFLICT DO NOTHING",
        tagged()
    );
    let sql = Sql::<()>::new(&text)
        .id("status", status)
        .id("after", after)
        .id("until", until)
        .number("now", now.0);
    Ok(both!(conn => sql.execute(conn))?)
}

/// As [`next_cut`], of those who follow one of the hashtags of a status.
///
/// # Errors
/// The database.
pub fn next_tagged_cut(
    conn: &mut Conn,
    status: StatusId,
    after: AccountId,
    size: i64,
) -> Result<Option<AccountId>> {
    let text = "SELECT DISTINCT f.account_id FROM status_tags st JOIN followed_tags f ON f.tag_id = st.tag_id \
         WHERE st.status_id = :status AND f.account_id > :after ORDER BY f.account_id LIMIT 1 OFFSET :skip";
    let sql = Sql::<BigInt>::new(text)
        .id("status", status)
        .id("after", after)
        .number("skip", size - 1);
    Ok(both!(conn => sql.get_result(conn).optional())?)
}

/// Puts something into one home timeline: what its owner wrote.
///
/// # Errors
/// The database.
pub fn put(conn: &mut Conn, owner: AccountId, status: StatusId, original: StatusId) -> Result<()> {
    both!(conn => diesel::insert_into(home_entries::table)
        .values((
            home_entries::owner_id.eq(owner),
            home_entries::status_id.eq(status),
            home_entries::original_id.eq(original),
        ))
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok(())
}

/// Brings the newest `each` posts home of those whom `owner` follows: of `source` alone, or of all (0).
///
/// # Errors
/// The database.
pub fn gather(
    conn: &mut Conn,
    owner: AccountId,
    source: AccountId,
    each: i64,
    now: Millis,
) -> Result<usize> {
    let newest = match conn.engine() {
        Engine::Sqlite => {
            "JOIN statuses s ON s.id IN (SELECT x.id FROM statuses x WHERE x.account_id = f.target_id \
             ORDER BY x.id DESC LIMIT :each)"
        }
        Engine::Postgres => {
            "CROSS JOIN LATERAL (SELECT x.* FROM statuses x WHERE x.account_id = f.target_id \
             ORDER BY x.id DESC LIMIT :each) s"
        }
    };
    let text = format!(
        "{INTO} {newest} WHERE f.account_id = :owner AND (:source = 0 OR f.target_id = :source) \
         AND {WANTED} AND {WELCOME} ON CONFLICT DO NOTHING"
    );
    let sql = Sql::<()>::new(&text)
        .id("owner", owner)
        .id("source", source)
        .number("each", each)
        .number("now", now.0);
    Ok(both!(conn => sql.execute(conn))?)
}

/// Brings the newest `each` posts home with the hashtags that `owner` follows: with `tag` alone, or all (0).
///
/// # Errors
/// The database.
pub fn gather_tagged(
    conn: &mut Conn,
    owner: AccountId,
    tag: TagId,
    each: i64,
    now: Millis,
) -> Result<usize> {
    let newest = "SELECT st.status_id FROM status_tags st WHERE st.tag_id = f.tag_id ORDER BY st.status_id DESC LIMIT :each";
    let newest = match conn.engine() {
        Engine::Sqlite => format!("JOIN statuses s ON s.id IN ({newest})"),
        Engine::Postgres => {
            format!("CROSS JOIN LATERAL ({newest}) n JOIN statuses s ON s.id = n.status_id")
        }
    };
    let text = format!(
        "INSERT INTO home_entries (owner_id, status_id, original_id) \
         SELECT DISTINCT f.account_id, s.id, s.id FROM followed_tags f {newest} \
         WHERE f.account_id = :owner AND (:tag = 0 OR f.tag_id = :tag) AND {} ON CONFLICT DO NOTHING",
        tagged()
    );
    let sql = Sql::<()>::new(&text)
        .id("owner", owner)
        .id("tag", tag)
        .number("each", each)
        .number("now", now.0);
    Ok(both!(conn => sql.execute(conn))?)
}

/// Brings home what `owner` wrote, the newest `each`.
///
/// # Errors
/// The database.
pub fn gather_own(conn: &mut Conn, owner: AccountId, each: i64) -> Result<()> {
    let text = "INSERT INTO home_entries (owner_id, status_id, original_id) \
         SELECT s.account_id, s.id, COALESCE(s.reblog_of_id, s.id) FROM statuses s \
         WHERE s.account_id = :owner AND s.deleted_at IS NULL AND s.visibility <> 3 \
         ORDER BY s.id DESC LIMIT :each ON CONFLICT DO NOTHING";
    let sql = Sql::<()>::new(text).id("owner", owner).number("each", each);
    both!(conn => sql.execute(conn))?;
    Ok(())
}

/// Drops what is older than the newest [`KEPT`] in the home timelines that hold this status.
///
/// # Errors
/// The database.
pub fn prune(conn: &mut Conn, status: StatusId) -> Result<usize> {
    let text = format!(
        "DELETE FROM home_entries WHERE (owner_id, status_id) IN (SELECT ranked.owner_id, ranked.status_id FROM \
         (SELECT h.owner_id, h.status_id, \
            row_number() OVER (PARTITION BY h.owner_id ORDER BY h.status_id DESC) AS place \
          FROM home_entries h WHERE h.owner_id IN (SELECT e.owner_id FROM home_entries e WHERE e.status_id = :status)) ranked \
         WHERE ranked.place > {KEPT})"
    );
    let sql = Sql::<()>::new(&text).id("status", status);
    Ok(both!(conn => sql.execute(conn))?)
}

/// A page of someone's home: ids only, newest first.
///
/// # Errors
/// The database.
pub fn page(conn: &mut Conn, owner: AccountId, page: &Page) -> Result<Vec<StatusId>> {
    use crate::paging::page_of;
    Ok(both!(conn => page_of!(
        conn,
        Db,
        home_entries::table
            .filter(home_entries::owner_id.eq(owner))
            .select(home_entries::status_id),
        home_entries::status_id,
        page
    ))?)
}

/// Empties someone's home.
///
/// # Errors
/// The database.
pub fn clear(conn: &mut Conn, owner: AccountId) -> Result<()> {
    both!(conn => diesel::delete(home_entries::table.filter(home_entries::owner_id.eq(owner)))
        .execute(conn))?;
    Ok(())
}

/// Takes a boost out of every home. Who follows the author of the original keeps that one.
///
/// # Errors
/// The database.
pub fn withdraw_boost(conn: &mut Conn, boost: StatusId) -> Result<()> {
    let texts = [
        "UPDATE home_entries SET status_id = original_id WHERE status_id = :boost AND status_id <> original_id \
         AND EXISTS (SELECT 1 FROM statuses o WHERE o.id = home_entries.original_id AND o.deleted_at IS NULL \
           AND (o.account_id = home_entries.owner_id OR EXISTS (SELECT 1 FROM follows f \
             WHERE f.account_id = home_entries.owner_id AND f.target_id = o.account_id AND f.state = 1)))",
        "DELETE FROM home_entries WHERE status_id = :boost",
    ];
    for text in texts {
        let sql = Sql::<()>::new(text).id("boost", boost);
        both!(conn => sql.execute(conn))?;
    }
    Ok(())
}

/// Takes what `source` posted and boosted, and boosts of what it wrote, out of someone's home.
///
/// # Errors
/// The database.
pub fn withdraw_source(
    conn: &mut Conn,
    owner: AccountId,
    source: AccountId,
    boosts_of_it: bool,
) -> Result<()> {
    let text = "DELETE FROM home_entries WHERE owner_id = :owner AND (\
         (SELECT s.account_id FROM statuses s WHERE s.id = home_entries.status_id) = :source \
         OR (:wide = 1 AND (SELECT s.account_id FROM statuses s WHERE s.id = home_entries.original_id) = :source))";
    let sql = Sql::<()>::new(text)
        .id("owner", owner)
        .id("source", source)
        .number("wide", i64::from(boosts_of_it));
    both!(conn => sql.execute(conn))?;
    Ok(())
}

/// Takes what a hashtag brought out of someone's home, once it is followed no more: what is their own, of
/// someone whom they follow, boosted by such a one, or with another hashtag that they follow stays.
///
/// # Errors
/// The database.
pub fn withdraw_tag(conn: &mut Conn, owner: AccountId, tag: TagId) -> Result<usize> {
    let text = "DELETE FROM home_entries WHERE owner_id = :owner \
         AND EXISTS (SELECT 1 FROM status_tags st WHERE st.tag_id = :tag AND st.status_id = home_entries.status_id) \
         AND NOT EXISTS (SELECT 1 FROM status_tags st JOIN followed_tags ft ON ft.tag_id = st.tag_id \
           WHERE st.status_id = home_entries.status_id AND ft.account_id = :owner) \
         AND NOT EXISTS (SELECT 1 FROM statuses s WHERE (s.id = home_entries.status_id \
             OR (s.reblog_of_id = home_entries.status_id AND s.deleted_at IS NULL)) \
           AND (s.account_id = :owner OR EXISTS (SELECT 1 FROM follows f \
             WHERE f.account_id = :owner AND f.target_id = s.account_id AND f.state = 1)))";
    let sql = Sql::<()>::new(text).id("owner", owner).id("tag", tag);
    Ok(both!(conn => sql.execute(conn))?)
}

/// How many entries someone's home has.
///
/// # Errors
/// The database.
pub fn count(conn: &mut Conn, owner: AccountId) -> Result<i64> {
    let sql = Sql::<BigInt>::new("SELECT count(*) FROM home_entries WHERE owner_id = :owner")
        .id("owner", owner);
    Ok(both!(conn => sql.get_result(conn))?)
}

/// Drops what is older than the newest [`KEPT`] in one home timeline.
///
/// # Errors
/// The database.
pub fn prune_owner(conn: &mut Conn, owner: AccountId) -> Result<()> {
    let text = format!(
        "DELETE FROM home_entries WHERE owner_id = :owner AND status_id <= \
         (SELECT h.status_id FROM home_entries h WHERE h.owner_id = :owner \
          ORDER BY h.status_id DESC LIMIT 1 OFFSET {KEPT})"
    );
    let sql = Sql::<()>::new(&text).id("owner", owner);
    both!(conn => sql.execute(conn))?;
    Ok(())
}
