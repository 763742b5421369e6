//! Timelines as pages of ids: public, hashtag, list, group, account. Each text carries the gate, what the
//! viewer muted stays out, and a test below looks at the plan that each engine makes.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use model::{AccountId, ListId, Millis, Page, RowId, StatusId, TagId};

use crate::account_restrictions::unlimited;
use crate::conn::{Conn, Engine, both};
use crate::error::Result;
use crate::sql::Sql;
use crate::visible;

/// Who looks, and when: mutes end.
#[derive(Clone, Copy, Debug)]
pub struct Reader {
    /// The viewer; [`visible::NOBODY`] for none.
    pub viewer: AccountId,
    /// Now.
    pub now: Millis,
}

/// Which part of the public timeline.
#[derive(Clone, Copy, Debug, Default)]
pub struct Public {
    /// Written here.
    pub local: bool,
    /// Written elsewhere.
    pub remote: bool,
    /// With pictures.
    pub only_media: bool,
}

/// Which statuses of an account.
#[derive(Clone, Copy, Debug, Default)]
pub struct OfAccount {
    /// With pictures.
    pub only_media: bool,
    /// No answers to others.
    pub exclude_replies: bool,
    /// No boosts.
    pub exclude_reblogs: bool,
    /// With this hashtag.
    pub tagged: Option<TagId>,
}

/// Which statuses of hashtags.
#[derive(Clone, Debug, Default)]
pub struct OfTags {
    /// One of these.
    pub any: Vec<TagId>,
    /// All of these.
    pub all: Vec<TagId>,
    /// None of these.
    pub none: Vec<TagId>,
    /// As in the public timeline.
    pub public: Public,
}

const HAS_MEDIA: &str =
    " AND EXISTS (SELECT 1 FROM media_attachments pic WHERE pic.status_id = s.id)";

/// The threads of a group, whichever it is. Always beside the gate: what is for members is among them.
pub(crate) const THREAD: &str =
    "s.in_reply_to_id IS NULL AND s.removed_at IS NULL AND s.visibility IN (0, 1, 4)";

/// Neither the author nor, of a boost, the original's author is muted or lives on a server that the
/// viewer hides.
pub(crate) fn unmuted(s: &str) -> String {
    format!(
        " AND NOT EXISTS (SELECT 1 FROM mutes hush WHERE hush.account_id = :viewer \
         AND (hush.ends_at IS NULL OR hush.ends_at > :now) AND (hush.target_id = {s}.account_id \
           OR hush.target_id = (SELECT bo.account_id FROM statuses bo WHERE bo.id = {s}.reblog_of_id))) \
         AND NOT EXISTS (SELECT 1 FROM account_domain_blocks veil WHERE veil.account_id = :viewer \
           AND veil.domain IN (SELECT far.domain FROM accounts far WHERE far.id IN ({s}.account_id, \
             (SELECT bo.account_id FROM statuses bo WHERE bo.id = {s}.reblog_of_id))))"
    )
}

/// The cursor's part of a condition.
fn between(cursor: &str) -> String {
    format!(" AND {cursor} < :below AND {cursor} > :above")
}

/// How a page is ordered and cut.
fn cut(cursor: &str, page: &Page) -> String {
    let order = if page.ascending() { "ASC" } else { "DESC" };
    format!(" ORDER BY {cursor} {order} LIMIT :limit")
}

/// Gives the values that every timeline has, and runs it; newest first whichever way the page grows.
fn run(conn: &mut Conn, sql: Sql<BigInt>, reader: Reader, page: &Page) -> Result<Vec<StatusId>> {
    let sql = filled(sql, reader, page);
    let mut ids: Vec<StatusId> = both!(conn => sql.load(conn))?;
    if page.ascending() {
        ids.reverse();
    }
    Ok(ids)
}

fn filled(sql: Sql<BigInt>, reader: Reader, page: &Page) -> Sql<BigInt> {
    sql.id("viewer", reader.viewer)
        .number("now", reader.now.0)
        .number("below", page.below())
        .number("above", page.above())
        .number("limit", page.limit)
}

/// The part of a condition that says which public statuses.
pub(crate) fn public_part(filter: Public) -> String {
    let mut text =
        String::from("s.visibility = 0 AND s.reblog_of_id IS NULL AND s.deleted_at IS NULL");
    if filter.local {
        text.push_str(" AND s.local");
    }
    if filter.remote {
        text.push_str(" AND NOT s.local");
    }
    if filter.only_media {
        text.push_str(HAS_MEDIA);
    }
    text
}

/// Public statuses: threads, and what their authors added to them; no boosts.
///
/// # Errors
/// The database.
pub fn public(
    conn: &mut Conn,
    reader: Reader,
    filter: Public,
    page: &Page,
) -> Result<Vec<StatusId>> {
    run(conn, public_sql(filter, page), reader, page)
}

/// What stands in the public timeline, whoever looks.
pub(crate) fn in_public(filter: Public) -> String {
    format!(
        "{} AND (s.in_reply_to_id IS NULL OR s.in_reply_to_account_id = s.account_id)",
        public_part(filter)
    )
}

fn public_sql(filter: Public, page: &Page) -> Sql<BigInt> {
    let text = format!(
        "SELECT s.id FROM statuses s WHERE {}{} AND {}{}{}{}",
        in_public(filter),
        between("s.id"),
        visible::rule("s"),
        unlimited("s"),
        unmuted("s"),
        cut("s.id", page)
    );
    Sql::new(&text)
}

/// Public statuses with hashtags; nothing where `any` is empty.
///
/// # Errors
/// The database.
pub fn tag(conn: &mut Conn, reader: Reader, filter: &OfTags, page: &Page) -> Result<Vec<StatusId>> {
    if filter.any.is_empty() {
        return Ok(Vec::new());
    }
    run(conn, tag_sql(filter, page), reader, page)
}

fn tag_sql(filter: &OfTags, page: &Page) -> Sql<BigInt> {
    // One hashtag is read in the order of its index; several have to be brought together and sorted.
    let (distinct, tags) = if filter.any.len() == 1 {
        ("", "st.tag_id = :one")
    } else {
        ("DISTINCT", "st.tag_id :any")
    };
    let mut text = format!(
        "SELECT {distinct} st.status_id FROM status_tags st JOIN statuses s ON s.id = st.status_id \
         WHERE {tags}{} AND {}",
        between("st.status_id"),
        public_part(filter.public)
    );
    if !filter.all.is_empty() {
        text.push_str(
            " AND (SELECT count(*) FROM status_tags too WHERE too.status_id = s.id AND too.tag_id :all) = :number",
        );
    }
    if !filter.none.is_empty() {
        text.push_str(
            " AND NOT EXISTS (SELECT 1 FROM status_tags bad WHERE bad.status_id = s.id AND bad.tag_id :none)",
        );
    }
    text.push_str(&format!(
        " AND {}{}{}{}",
        visible::rule("s"),
        unlimited("s"),
        unmuted("s"),
        cut("st.status_id", page)
    ));
    Sql::new(&text)
        .number("one", filter.any.first().map_or(0, |tag| tag.0))
        .ids("any", &filter.any)
        .ids("all", &filter.all)
        .ids("none", &filter.none)
        .number(
            "number",
            i64::try_from(filter.all.len()).unwrap_or(i64::MAX),
        )
}

/// Public statuses whose link has this card; no boosts.
///
/// # Errors
/// The database.
pub fn card(conn: &mut Conn, reader: Reader, card: RowId, page: &Page) -> Result<Vec<StatusId>> {
    run(conn, card_sql(card, page), reader, page)
}

fn card_sql(card: RowId, page: &Page) -> Sql<BigInt> {
    let text = format!(
        "SELECT sc.status_id FROM status_cards sc JOIN statuses s ON s.id = sc.status_id \
         WHERE sc.card_id = :card AND {}{} AND {}{}{}{}",
        public_part(Public::default()),
        between("sc.status_id"),
        visible::rule("s"),
        unlimited("s"),
        unmuted("s"),
        cut("sc.status_id", page)
    );
    Sql::new(&text).number("card", card.0)
}

/// What the accounts in a list posted and boosted. `replies`: 0 answers to those whom the owner follows,
/// 1 to members of the list, 2 none.
///
/// # Errors
/// The database.
pub fn list(
    conn: &mut Conn,
    reader: Reader,
    list: ListId,
    replies: i16,
    page: &Page,
) -> Result<Vec<StatusId>> {
    let sql = list_sql(conn.engine(), list, replies, page);
    run(conn, sql, reader, page)
}

/// The newest of each member are merged: at most members times limit rows are sorted, however large the
/// table is. The two engines say "for each" differently.
fn list_sql(engine: Engine, list: ListId, replies: i16, page: &Page) -> Sql<BigInt> {
    let answers = match replies {
        0 => {
            " OR EXISTS (SELECT 1 FROM follows fo WHERE fo.account_id = :viewer \
             AND fo.target_id = s.in_reply_to_account_id AND fo.state = 1)"
        }
        1 => {
            " OR EXISTS (SELECT 1 FROM list_accounts lo WHERE lo.list_id = :list \
             AND lo.account_id = s.in_reply_to_account_id)"
        }
        _ => "",
    };
    let newest = format!(
        "SELECT s.id FROM statuses s WHERE s.account_id = la.account_id{} AND s.visibility NOT IN (3, 5) \
         AND (s.in_reply_to_id IS NULL OR s.in_reply_to_account_id IN (s.account_id, :viewer){answers}) \
         AND {}{}{}",
        between("s.id"),
        visible::rule("s"),
        unmuted("s"),
        cut("s.id", page)
    );
    let each = match engine {
        Engine::Sqlite => format!("JOIN statuses e ON e.id IN ({newest})"),
        Engine::Postgres => format!("CROSS JOIN LATERAL ({newest}) e"),
    };
    let text = format!(
        "SELECT e.id FROM list_accounts la {each} WHERE la.list_id = :list{}",
        cut("e.id", page)
    );
    Sql::new(&text).id("list", list)
}

/// The threads of a group: those that stand in it, and those that it boosted: of a group elsewhere what it announced,
/// of one of this server what it passes on from others. Two pages are merged and cut to one.
///
/// # Errors
/// The database.
pub fn group(
    conn: &mut Conn,
    reader: Reader,
    group: AccountId,
    page: &Page,
) -> Result<Vec<StatusId>> {
    run(conn, group_sql(group, page), reader, page)
}

/// The threads of a group on which this flair stands.
///
/// # Errors
/// The database.
pub fn with_flair(
    conn: &mut Conn,
    reader: Reader,
    group: AccountId,
    flair: &str,
    page: &Page,
) -> Result<Vec<StatusId>> {
    let stands = " AND EXISTS (SELECT 1 FROM status_flairs sf WHERE sf.status_id = s.id \
        AND sf.group_id = :group AND sf.name = :flair)";
    let sql = Sql::new(&threads_that(stands, page))
        .id("group", group)
        .text("flair", flair);
    run(conn, sql, reader, page)
}

fn threads_that(condition: &str, page: &Page) -> String {
    format!(
        "SELECT s.id FROM statuses s WHERE s.group_id = :group AND {THREAD}{condition}{} AND {}{}{}",
        between("s.id"),
        visible::rule("s"),
        unmuted("s"),
        cut("s.id", page)
    )
}

fn group_sql(group: AccountId, page: &Page) -> Sql<BigInt> {
    let text = format!(
        "SELECT both.id FROM (SELECT named.id FROM ({}) named UNION SELECT announced.id FROM (\
           SELECT s.id FROM statuses b JOIN statuses s ON s.id = b.reblog_of_id \
           WHERE b.account_id = :group AND b.reblog_of_id IS NOT NULL{} AND b.deleted_at IS NULL \
           AND s.in_reply_to_id IS NULL AND s.removed_at IS NULL AND {}{}{}) announced) both{}",
        threads_that("", page),
        between("b.reblog_of_id"),
        visible::rule("s"),
        unmuted("s"),
        cut("b.reblog_of_id", page),
        cut("both.id", page)
    );
    Sql::new(&text.replace("both", "merged")).id("group", group)
}

/// What one account posted and boosted; who muted it and looks at its profile still sees it.
///
/// # Errors
/// The database.
pub fn account(
    conn: &mut Conn,
    reader: Reader,
    account: AccountId,
    filter: OfAccount,
    page: &Page,
) -> Result<Vec<StatusId>> {
    run(conn, account_sql(account, filter, page), reader, page)
}

fn account_sql(account: AccountId, filter: OfAccount, page: &Page) -> Sql<BigInt> {
    let mut text = String::from("SELECT s.id FROM statuses s WHERE s.account_id = :account");
    text.push_str(&between("s.id"));
    if filter.exclude_reblogs || filter.only_media {
        text.push_str(" AND s.reblog_of_id IS NULL");
    }
    if filter.only_media {
        text.push_str(HAS_MEDIA);
    }
    if filter.exclude_replies {
        text.push_str(" AND (s.in_reply_to_id IS NULL OR s.in_reply_to_account_id = s.account_id)");
    }
    if filter.tagged.is_some() {
        text.push_str(
            " AND EXISTS (SELECT 1 FROM status_tags st WHERE st.tag_id = :tag AND st.status_id = s.id)",
        );
    }
    text.push_str(&format!(" AND {}{}", visible::rule("s"), cut("s.id", page)));
    Sql::new(&text)
        .id("account", account)
        .number("tag", filter.tagged.map_or(0, |tag| tag.0))
}

#[cfg(test)]
mod tests;
