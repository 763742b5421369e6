//! What many used of late: hashtags and links by the people who posted them, statuses by those who liked
//! them. Scores are counted now and then and kept; reading only looks them up. Public posts alone count, and
//! each account once.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use model::{Id, Millis, RowId, StatusId, TagId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::trends;
use crate::sql::Sql;
use crate::timelines::{self, Public, Reader, unmuted};
use crate::visible;

/// So many of each kind are kept.
const KEPT: i64 = 200;
/// So many different accounts make a trend.
const ENOUGH: i64 = 2;
/// Statuses older than this trend no more.
const OLDEST_STATUS: i64 = 3 * Millis::DAY;
/// The days before the last one, against which that is held.
const DAYS_BEFORE: i64 = 3;

/// What trends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A status.
    Status,
    /// A link, by its card.
    Link,
    /// A hashtag.
    Tag,
}

impl Kind {
    /// As it is written in the rows.
    const fn number(self) -> i16 {
        match self {
            Self::Status => 0,
            Self::Link => 1,
            Self::Tag => 3,
        }
    }
}

/// A row of `trends`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Trend {
    /// The id of the status, card or hashtag.
    pub subject: i64,
    /// The more, the higher.
    pub score: i64,
    /// Of a link: the host that it leads to; else empty.
    pub publisher: String,
}

/// A part of a ranking.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// May what nobody decided about trend?
    pub unreviewed: bool,
    /// How many at the most.
    pub limit: i64,
    /// How many are skipped.
    pub offset: i64,
}

impl Part {
    fn fill<T>(self, sql: Sql<T>) -> Sql<T> {
        sql.number("usual", i64::from(self.unreviewed))
            .number("limit", self.limit)
            .number("offset", self.offset)
    }
}

/// The uses of a hashtag or link in one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uses {
    /// Days since 1970.
    pub day: i64,
    /// Public posts.
    pub uses: i64,
    /// The accounts that wrote them.
    pub accounts: i64,
}

/// A public post that counts: of nobody whom only followers find, in no such group, and not
/// sent away.
pub(crate) fn counts() -> String {
    format!(
        "{} AND NOT EXISTS (SELECT 1 FROM accounts gone WHERE gone.id = s.account_id AND gone.suspended_at IS NOT NULL) \
         AND NOT EXISTS (SELECT 1 FROM account_restrictions lim WHERE lim.account_id = s.account_id \
           AND lim.silenced_at IS NOT NULL) \
         AND (s.group_id IS NULL OR s.removed_at IS NOT NULL \
           OR NOT EXISTS (SELECT 1 FROM account_restrictions lim_g WHERE lim_g.account_id = s.group_id \
             AND lim_g.silenced_at IS NOT NULL))",
        timelines::public_part(Public::default())
    )
}

/// A status that may be shown to all: it counts, opens a thread, hides nothing, and its author agreed to be
/// found.
fn may_trend() -> String {
    format!(
        "{} AND s.in_reply_to_id IS NULL AND s.removed_at IS NULL AND NOT s.sensitive AND s.spoiler_text = '' \
         AND EXISTS (SELECT 1 FROM accounts who WHERE who.id = s.account_id AND who.discoverable) \
         AND NOT EXISTS (SELECT 1 FROM account_restrictions veil WHERE veil.account_id = s.account_id \
           AND veil.sensitized_at IS NOT NULL)",
        counts()
    )
}

/// Where the uses of hashtags and links stand.
const fn uses_of(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Link => ("status_cards", "card_id"),
        _ => ("status_tags", "tag_id"),
    }
}

/// The lowest id of what was made then.
pub(crate) const fn made_at(at: Millis) -> i64 {
    at.0.saturating_mul(1 << 16)
}

/// Counts anew which hashtags or links trend. The accounts of the last day, those of its last quarter once
/// more, squared and held against the accounts of a usual day before: what is new and used by many counts
/// most, and fades within the day.
///
/// # Errors
/// The database.
pub fn most_used(conn: &mut Conn, kind: Kind, now: Millis) -> Result<Vec<(i64, i64)>> {
    let (table, column) = uses_of(kind);
    // CROSS JOIN keeps SQLite to this order: the posts of a few days are fewer than all uses.
    let text = format!(
        "SELECT used.id, (used.latest + used.lately) * (used.latest + used.lately) \
           * 1000 * {DAYS_BEFORE} / (used.older + {DAYS_BEFORE}) AS score FROM (\
           SELECT x.{column} AS id, \
             count(DISTINCT CASE WHEN s.id >= :quarter THEN s.account_id END) AS latest, \
             count(DISTINCT CASE WHEN s.id >= :day THEN s.account_id END) AS lately, \
             count(DISTINCT CASE WHEN s.id < :day THEN s.account_id END) AS older \
           FROM statuses s CROSS JOIN {table} x \
           WHERE x.status_id = s.id AND s.id >= :since AND {} GROUP BY x.{column}) used \
         WHERE used.lately >= {ENOUGH} ORDER BY score DESC, used.id DESC LIMIT {KEPT}",
        counts()
    );
    let sql = Sql::<(BigInt, BigInt)>::new(&text)
        .number("quarter", made_at(now.plus(-Millis::DAY / 4)))
        .number("day", made_at(now.plus(-Millis::DAY)))
        .number("since", made_at(now.plus(-(1 + DAYS_BEFORE) * Millis::DAY)));
    Ok(both!(conn => sql.load(conn))?)
}

/// Counts anew which statuses trend: those who liked or boosted it, without its author and the group in
/// which it stands, divided by the square of its age in hours and two.
///
/// # Errors
/// The database.
pub fn most_liked(conn: &mut Conn, now: Millis) -> Result<Vec<(i64, i64)>> {
    let text = format!(
        "SELECT liked.id, liked.people * 1000000 / ((liked.hours + 2) * (liked.hours + 2)) AS score FROM (\
           SELECT s.id AS id, (:now - s.id / 65536) / {hour} AS hours, (SELECT count(*) FROM (\
             SELECT f.account_id FROM favourites f WHERE f.status_id = s.id AND f.account_id <> s.account_id \
             UNION SELECT b.account_id FROM statuses b WHERE b.reblog_of_id = s.id AND b.deleted_at IS NULL \
               AND b.account_id <> s.account_id AND b.account_id <> COALESCE(s.group_id, 0)) fans) AS people \
           FROM statuses s WHERE s.id >= :since AND s.id <= :until \
           AND s.favourites_count + s.reblogs_count >= {ENOUGH} AND {may_trend}) liked \
         WHERE liked.people >= {ENOUGH} ORDER BY score DESC, liked.id DESC LIMIT {KEPT}",
        hour = Millis::HOUR,
        may_trend = may_trend()
    );
    let sql = Sql::<(BigInt, BigInt)>::new(&text)
        .number("now", now.0)
        .number("since", made_at(now.plus(-OLDEST_STATUS)))
        .number("until", made_at(now.plus(1)));
    Ok(both!(conn => sql.load(conn))?)
}

/// What was counted last, in the order in which it is counted.
///
/// # Errors
/// The database.
pub fn kept(conn: &mut Conn, kind: Kind) -> Result<Vec<Trend>> {
    Ok(both!(conn => trends::table
        .filter(trends::kind.eq(kind.number()))
        .order((trends::score.desc(), trends::subject_id.desc()))
        .select((trends::subject_id, trends::score, trends::publisher))
        .load(conn))?)
}

/// Writes anew what trends of one kind.
///
/// # Errors
/// The database.
pub fn replace(conn: &mut Conn, kind: Kind, found: &[Trend]) -> Result<()> {
    both!(conn => diesel::delete(trends::table.filter(trends::kind.eq(kind.number())))
        .execute(conn))?;
    let rows: Vec<_> = found
        .iter()
        .map(|trend| {
            (
                trends::kind.eq(kind.number()),
                trends::subject_id.eq(trend.subject),
                trends::score.eq(trend.score),
                trends::publisher.eq(&trend.publisher),
            )
        })
        .collect();
    if !rows.is_empty() {
        both!(conn => diesel::insert_into(trends::table)
            .values(&rows)
            .execute(conn))?;
    }
    Ok(())
}

/// The hashtags that may trend, the highest score first.
///
/// # Errors
/// The database.
pub fn tags(conn: &mut Conn, part: Part) -> Result<Vec<(TagId, String)>> {
    let text = "SELECT tags.id, tags.name FROM trends t JOIN tags ON tags.id = t.subject_id \
         LEFT JOIN tag_reviews r ON r.tag_id = tags.id \
         WHERE t.kind = 3 AND COALESCE(r.usable, TRUE) AND COALESCE(r.listable, TRUE) \
         AND COALESCE(CASE WHEN r.reviewed_at IS NULL THEN NULL WHEN r.trendable THEN 1 ELSE 0 END, :usual) = 1 \
         ORDER BY t.score DESC, t.subject_id DESC LIMIT :limit OFFSET :offset";
    let sql = part.fill(Sql::<(BigInt, Text)>::new(text));
    Ok(both!(conn => sql.load(conn))?)
}

/// What was decided about a subject of `trend_reviews`, as a number; nothing where nobody did.
fn decided(kind: i16, subject: &str) -> String {
    format!(
        "(SELECT CASE WHEN r.allowed THEN 1 ELSE 0 END FROM trend_reviews r \
         WHERE r.kind = {kind} AND r.subject = {subject})"
    )
}

/// The cards of links that may trend, the highest score first. A publisher that was refused has none; else
/// the decision about the link goes before that about its publisher.
///
/// # Errors
/// The database.
pub fn links(conn: &mut Conn, part: Part) -> Result<Vec<RowId>> {
    let (link, publisher) = (decided(1, "c.url"), decided(2, "t.publisher"));
    let text = format!(
        "SELECT c.id FROM trends t JOIN preview_cards c ON c.id = t.subject_id \
         WHERE t.kind = 1 AND NOT c.empty AND COALESCE({publisher}, 1) = 1 \
         AND COALESCE({link}, {publisher}, :usual) = 1 \
         ORDER BY t.score DESC, t.subject_id DESC LIMIT :limit OFFSET :offset"
    );
    let sql = part.fill(Sql::<BigInt>::new(&text));
    Ok(both!(conn => sql.load(conn))?)
}

/// The statuses that may trend and be seen by this reader, the highest score first.
///
/// # Errors
/// The database.
pub fn statuses(conn: &mut Conn, reader: Reader, part: Part) -> Result<Vec<StatusId>> {
    let text = format!(
        "SELECT s.id FROM trends t JOIN statuses s ON s.id = t.subject_id \
         WHERE t.kind = 0 AND COALESCE({}, :usual) = 1 AND {} AND {}{} \
         ORDER BY t.score DESC, t.subject_id DESC LIMIT :limit OFFSET :offset",
        decided(0, "CAST(s.id AS TEXT)"),
        may_trend(),
        visible::rule("s"),
        unmuted("s")
    );
    let sql = part
        .fill(Sql::<BigInt>::new(&text))
        .id("viewer", reader.viewer)
        .number("now", reader.now.0);
    Ok(both!(conn => sql.load(conn))?)
}

/// All that trends of a kind, whatever was decided about it, the highest score first: for the staff.
///
/// # Errors
/// The database.
pub fn all(conn: &mut Conn, kind: Kind, limit: i64, offset: i64) -> Result<Vec<i64>> {
    Ok(both!(conn => trends::table
        .filter(trends::kind.eq(kind.number()))
        .order((trends::score.desc(), trends::subject_id.desc()))
        .limit(limit)
        .offset(offset)
        .select(trends::subject_id)
        .load(conn))?)
}

/// The hosts to which links lead that trend, whatever was decided about them, the highest score first.
///
/// # Errors
/// The database.
pub fn publishers(conn: &mut Conn, limit: i64, offset: i64) -> Result<Vec<String>> {
    let text = "SELECT t.publisher FROM trends t WHERE t.kind = 1 AND t.publisher <> '' \
         GROUP BY t.publisher ORDER BY max(t.score) DESC, t.publisher LIMIT :limit OFFSET :offset";
    let sql = Sql::<Text>::new(text)
        .number("limit", limit)
        .number("offset", offset);
    Ok(both!(conn => sql.load(conn))?)
}

/// How much each of these hashtags or links was used in public on each day since `from` (days since 1970);
/// days without any have no row.
///
/// # Errors
/// The database.
pub fn history<I: Id>(
    conn: &mut Conn,
    kind: Kind,
    ids: &[I],
    from: i64,
) -> Result<Vec<(i64, Uses)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let (table, column) = uses_of(kind);
    let text = format!(
        "SELECT x.{column}, (x.status_id / 65536) / {day}, count(*), count(DISTINCT s.account_id) \
         FROM {table} x JOIN statuses s ON s.id = x.status_id \
         WHERE x.{column} :ids AND x.status_id >= :from AND {} GROUP BY 1, 2",
        counts(),
        day = Millis::DAY
    );
    let sql = Sql::<(BigInt, BigInt, BigInt, BigInt)>::new(&text)
        .ids("ids", ids)
        .number("from", made_at(Millis(from.saturating_mul(Millis::DAY))));
    let rows: Vec<(i64, i64, i64, i64)> = both!(conn => sql.load(conn))?;
    let uses = |(id, day, uses, accounts)| {
        (
            id,
            Uses {
                day,
                uses,
                accounts,
            },
        )
    };
    Ok(rows.into_iter().map(uses).collect())
}

#[cfg(test)]
mod tests;
