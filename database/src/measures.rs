//! Numbers of the place by day, for its staff: how many in a day, and in all. Nobody is named.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use model::Millis;

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::sql::Sql;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// People here who posted or boosted.
    ActiveUsers,
    /// New people here.
    NewUsers,
    /// Boosts, answers and favourites of people here.
    Interactions,
    /// Reports that came.
    OpenedReports,
    /// Reports that were answered.
    ResolvedReports,
    /// Accounts that used a hashtag.
    TagAccounts,
    /// Uses of a hashtag.
    TagUses,
    /// Servers from which a hashtag was used.
    TagServers,
    /// Accounts of a server that became known.
    InstanceAccounts,
    /// Their files, in bytes.
    InstanceMediaAttachments,
    /// Reports about them.
    InstanceReports,
    /// What they wrote.
    InstanceStatuses,
    /// Follows of people here to them.
    InstanceFollows,
    /// Their follows of people here.
    InstanceFollowers,
}

impl Measure {
    /// What is summed or counted, from where, and its time. `:subject` is a hashtag's or a server's number.
    const fn parts(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::ActiveUsers => (
                "count(DISTINCT s.account_id)",
                "statuses s JOIN users u ON u.account_id = s.account_id WHERE s.local",
                "s.id / 65536",
            ),
            Self::NewUsers => ("count(*)", "users u WHERE 1 = 1", "u.created_at"),
            Self::Interactions => (
                "count(*)",
                "(SELECT f.created_at AS at FROM favourites f JOIN users u ON u.account_id = f.account_id \
                  UNION ALL SELECT s.id / 65536 AS at FROM statuses s JOIN users v ON v.account_id = s.account_id \
                  WHERE s.reblog_of_id IS NOT NULL OR s.in_reply_to_id IS NOT NULL) acts WHERE 1 = 1",
                "acts.at",
            ),
            Self::OpenedReports => ("count(*)", "reports r WHERE 1 = 1", "r.created_at"),
            Self::ResolvedReports => (
                "count(*)",
                "reports r WHERE r.action_taken_at IS NOT NULL",
                "r.action_taken_at",
            ),
            Self::TagAccounts => (
                "count(DISTINCT s.account_id)",
                TAGGED,
                "st.status_id / 65536",
            ),
            Self::TagUses => ("count(*)", TAGGED, "st.status_id / 65536"),
            Self::TagServers => ("count(DISTINCT a.domain)", TAGGED, "st.status_id / 65536"),
            Self::InstanceAccounts => (
                "count(*)",
                "remote_actors ra JOIN accounts a ON a.id = ra.account_id WHERE ra.instance_id = :subject",
                "a.created_at",
            ),
            Self::InstanceMediaAttachments => (
                "CAST(COALESCE(sum(m.bytes), 0) AS BIGINT)",
                "remote_actors ra JOIN media_attachments m ON m.account_id = ra.account_id \
                 WHERE ra.instance_id = :subject",
                "m.created_at",
            ),
            Self::InstanceReports => (
                "count(*)",
                "remote_actors ra JOIN reports r ON r.target_account_id = ra.account_id \
                 WHERE ra.instance_id = :subject",
                "r.created_at",
            ),
            Self::InstanceStatuses => (
                "count(*)",
                "remote_actors ra JOIN statuses s ON s.account_id = ra.account_id \
                 WHERE ra.instance_id = :subject AND s.deleted_at IS NULL",
                "s.created_at",
            ),
            Self::InstanceFollows => (
                "count(*)",
                "remote_actors ra JOIN follows f ON f.target_id = ra.account_id \
                 WHERE ra.instance_id = :subject AND f.state = 1",
                "f.created_at",
            ),
            Self::InstanceFollowers => (
                "count(*)",
                "remote_actors ra JOIN follows f ON f.account_id = ra.account_id \
                 WHERE ra.instance_id = :subject AND f.state = 1",
                "f.created_at",
            ),
        }
    }
}

const TAGGED: &str = "status_tags st JOIN statuses s ON s.id = st.status_id \
     JOIN accounts a ON a.id = s.account_id WHERE st.tag_id = :subject AND s.deleted_at IS NULL";

/// How many in each day (days since 1970) that had any, of `[from, to)`.
///
/// # Errors
/// The database.
pub fn days(
    conn: &mut Conn,
    measure: Measure,
    subject: i64,
    from: Millis,
    to: Millis,
) -> Result<Vec<(i64, i64)>> {
    let (what, source, at) = measure.parts();
    let text = format!(
        "SELECT ({at}) / 86400000 AS day, {what} FROM {source} AND {at} >= :from AND {at} < :to GROUP BY 1"
    );
    let sql = Sql::<(BigInt, BigInt)>::new(&text)
        .number("subject", subject)
        .number("from", from.0)
        .number("to", to.0);
    Ok(both!(conn => sql.load(conn))?)
}

/// How many in all of `[from, to)`.
///
/// # Errors
/// The database.
pub fn total(
    conn: &mut Conn,
    measure: Measure,
    subject: i64,
    from: Millis,
    to: Millis,
) -> Result<i64> {
    let (what, source, at) = measure.parts();
    let text = format!("SELECT {what} FROM {source} AND {at} >= :from AND {at} < :to");
    let sql = Sql::<BigInt>::new(&text)
        .number("subject", subject)
        .number("from", from.0)
        .number("to", to.0);
    Ok(both!(conn => sql.get_result(conn))?)
}

/// By what the place can be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dimension {
    /// The languages of the people here.
    Languages,
    /// The apps with which people here signed in.
    Sources,
    /// The servers from which most came.
    Servers,
    /// The servers from which a hashtag was used.
    TagServers,
    /// The languages in which a hashtag was used.
    TagLanguages,
    /// The accounts of a server with most followers here.
    InstanceAccounts,
    /// The languages in which a server's accounts write.
    InstanceLanguages,
}

/// The largest parts of it in `[from, to)`, with their numbers.
///
/// # Errors
/// The database.
pub fn parts(
    conn: &mut Conn,
    dimension: Dimension,
    subject: i64,
    from: Millis,
    to: Millis,
    limit: i64,
) -> Result<Vec<(String, i64)>> {
    const WHEN: &str = "s.id >= :from * 65536 AND s.id < :to * 65536 AND s.deleted_at IS NULL";
    let (what, source) = match dimension {
        Dimension::Languages => ("u.locale", "users u WHERE :from <= :to".to_owned()),
        Dimension::Sources => (
            "p.name",
            "access_tokens t JOIN apps p ON p.id = t.app_id WHERE t.account_id IS NOT NULL \
             AND t.created_at >= :from AND t.created_at < :to"
                .to_owned(),
        ),
        Dimension::Servers => (
            "a.domain",
            format!("statuses s JOIN accounts a ON a.id = s.account_id WHERE {WHEN}"),
        ),
        Dimension::TagServers => ("a.domain", format!("{TAGGED} AND {WHEN}")),
        Dimension::TagLanguages => ("COALESCE(s.language, '')", format!("{TAGGED} AND {WHEN}")),
        Dimension::InstanceAccounts => (
            "a.username",
            "remote_actors ra JOIN accounts a ON a.id = ra.account_id \
             JOIN follows f ON f.target_id = a.id \
             WHERE ra.instance_id = :subject AND f.state = 1 AND f.created_at < :to"
                .to_owned(),
        ),
        Dimension::InstanceLanguages => (
            "COALESCE(s.language, '')",
            format!(
                "remote_actors ra JOIN statuses s ON s.account_id = ra.account_id \
                 WHERE ra.instance_id = :subject AND {WHEN}"
            ),
        ),
    };
    let text =
        format!("SELECT {what}, count(*) FROM {source} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT :limit");
    let sql = Sql::<(Text, BigInt)>::new(&text)
        .number("subject", subject)
        .number("from", from.0)
        .number("to", to.0)
        .number("limit", limit);
    Ok(both!(conn => sql.load(conn))?)
}

/// People here by the period in which they came (a number of the periods between `from` and `to`, of
/// `length` milliseconds each) and a later one in which they posted or boosted: came, was active, how many.
///
/// # Errors
/// The database.
pub fn retention(
    conn: &mut Conn,
    from: Millis,
    to: Millis,
    length: i64,
) -> Result<Vec<(i64, i64, i64)>> {
    let text = "SELECT (u.created_at - :from) / :length AS came, (s.id / 65536 - :from) / :length AS active, \
         count(DISTINCT u.account_id) FROM users u JOIN statuses s ON s.account_id = u.account_id \
         WHERE u.created_at >= :from AND u.created_at < :to \
         AND s.id / 65536 >= u.created_at AND s.id / 65536 < :to GROUP BY 1, 2";
    let sql = Sql::<(BigInt, BigInt, BigInt)>::new(text)
        .number("from", from.0)
        .number("to", to.0)
        .number("length", length);
    Ok(both!(conn => sql.load(conn))?)
}

/// How many people came in each period: period, how many.
///
/// # Errors
/// The database.
pub fn cohorts(conn: &mut Conn, from: Millis, to: Millis, length: i64) -> Result<Vec<(i64, i64)>> {
    let text = "SELECT (u.created_at - :from) / :length AS came, count(*) FROM users u \
         WHERE u.created_at >= :from AND u.created_at < :to GROUP BY 1";
    let sql = Sql::<(BigInt, BigInt)>::new(text)
        .number("from", from.0)
        .number("to", to.0)
        .number("length", length);
    Ok(both!(conn => sql.load(conn))?)
}

/// The bytes of the files that are kept here.
///
/// # Errors
/// The database.
pub fn media_bytes(conn: &mut Conn) -> Result<i64> {
    let text = "SELECT CAST(COALESCE(sum(m.bytes), 0) AS BIGINT) FROM media_attachments m WHERE m.file <> ''";
    let sql = Sql::<BigInt>::new(text);
    Ok(both!(conn => sql.get_result(conn))?)
}

/// The bytes of the database.
///
/// # Errors
/// The database.
pub fn database_bytes(conn: &mut Conn) -> Result<i64> {
    let text = match conn.engine() {
        crate::conn::Engine::Sqlite => {
            "SELECT CAST(c.page_count * p.page_size AS BIGINT) FROM pragma_page_count c, pragma_page_size p"
        }
        crate::conn::Engine::Postgres => "SELECT pg_database_size(current_database())",
    };
    let sql = Sql::<BigInt>::new(text);
    Ok(both!(conn => sql.get_result(conn))?)
}
