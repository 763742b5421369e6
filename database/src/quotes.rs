//! Quotes, and whom an author lets quote: rows and look-ups, for many in one statement.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use model::{AccountId, Crowd, Millis, Page, QuotePolicy, QuoteRules, QuoteState, StatusId};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::paging::page_of;
use crate::schema::{quote_defaults, quote_policies, quotes, statuses};
use crate::sql::{Sql, one_of};
use crate::visible;

/// A row of `quotes`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = quotes, primary_key(status_id))]
#[diesel(treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct Quote {
    /// What quotes.
    pub status_id: StatusId,
    /// Who wrote that.
    pub account_id: AccountId,
    /// What is quoted, where it is known here.
    pub quoted_id: Option<StatusId>,
    /// Who wrote that.
    pub quoted_account_id: Option<AccountId>,
    /// The ActivityPub id of what is quoted.
    pub quoted_uri: String,
    /// How far the consent is.
    pub state: QuoteState,
    /// The address of the consent; empty for none.
    pub stamp_uri: String,
    /// The address of the request; empty for none.
    pub request_uri: String,
    /// When it was made.
    pub created_at: Millis,
    /// When it last changed.
    pub updated_at: Millis,
}

/// Writes a quote, or what has become of it.
///
/// # Errors
/// The database.
pub fn put(conn: &mut Conn, quote: &Quote) -> Result<()> {
    both!(conn => diesel::insert_into(quotes::table)
        .values(quote)
        .on_conflict(quotes::status_id)
        .do_update()
        .set(quote)
        .execute(conn))?;
    Ok(())
}

/// The quote in a post.
///
/// # Errors
/// The database.
pub fn find(conn: &mut Conn, status: StatusId) -> Result<Option<Quote>> {
    Ok(both!(conn => quotes::table
        .find(status)
        .select(Quote::as_select())
        .get_result(conn)
        .optional())?)
}

/// The quote in a post, for who changes it: nobody else does until the transaction ends. A request to quote
/// and the post itself arrive at the same moment.
///
/// # Errors
/// The database.
pub fn held(conn: &mut Conn, status: StatusId) -> Result<Option<Quote>> {
    conn.hold(status.0)?;
    find(conn, status)
}

/// The quotes in these posts.
///
/// # Errors
/// The database.
pub fn of(conn: &mut Conn, ids: &[StatusId]) -> Result<Vec<Quote>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(both!(conn => quotes::table
        .filter(one_of("quotes.status_id", ids))
        .select(Quote::as_select())
        .load(conn))?)
}

/// The quote with this consent of this quoted author.
///
/// # Errors
/// The database.
pub fn by_stamp(conn: &mut Conn, author: AccountId, stamp: &str) -> Result<Option<Quote>> {
    if stamp.is_empty() {
        return Ok(None);
    }
    Ok(both!(conn => quotes::table
        .filter(quotes::stamp_uri.eq(stamp))
        .filter(quotes::quoted_account_id.eq(author))
        .order(quotes::status_id)
        .limit(1)
        .select(Quote::as_select())
        .get_result(conn)
        .optional())?)
}

/// A post quotes nothing any more.
///
/// # Errors
/// The database.
pub fn delete(conn: &mut Conn, status: StatusId) -> Result<()> {
    both!(conn => diesel::delete(quotes::table.find(status)).execute(conn))?;
    Ok(())
}

/// How often each of these is quoted with its author's consent.
///
/// # Errors
/// The database.
pub fn counts(conn: &mut Conn, ids: &[StatusId]) -> Result<HashMap<StatusId, i64>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let text = "SELECT quoted_id, count(*) FROM quotes WHERE quoted_id :ids AND state = 1 \
        GROUP BY quoted_id";
    let sql = Sql::<(BigInt, BigInt)>::new(text).ids("ids", ids);
    let rows: Vec<(StatusId, i64)> = both!(conn => sql.load(conn))?;
    Ok(rows.into_iter().collect())
}

/// The posts that quote this one with consent and that this viewer may see, newest first.
///
/// # Errors
/// The database.
pub fn page(
    conn: &mut Conn,
    viewer: AccountId,
    quoted: StatusId,
    page: &Page,
) -> Result<Vec<StatusId>> {
    Ok(both!(conn => page_of!(
        conn,
        Db,
        statuses::table
            .inner_join(quotes::table.on(quotes::status_id.eq(statuses::id)))
            .filter(quotes::quoted_id.eq(quoted))
            .filter(quotes::state.eq(QuoteState::Accepted))
            .filter(visible::to(viewer))
            .select(statuses::id),
        statuses::id,
        page
    ))?)
}

/// The people here whose posts quote this one with consent, each with one such post.
///
/// # Errors
/// The database.
pub fn local_quoters(conn: &mut Conn, quoted: StatusId) -> Result<Vec<(AccountId, StatusId)>> {
    let text = "SELECT q.account_id, max(q.status_id) FROM quotes q \
        JOIN users u ON u.account_id = q.account_id \
        WHERE q.quoted_id = :quoted AND q.state = 1 GROUP BY q.account_id";
    let sql = Sql::<(BigInt, BigInt)>::new(text).id("quoted", quoted);
    Ok(both!(conn => sql.load(conn))?)
}

/// Whom the authors let quote each of these; what has no row lets nobody.
///
/// # Errors
/// The database.
pub fn rules(conn: &mut Conn, ids: &[StatusId]) -> Result<HashMap<StatusId, QuoteRules>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(StatusId, i16, i16)> = both!(conn => quote_policies::table
        .filter(one_of("quote_policies.status_id", ids))
        .select((quote_policies::status_id, quote_policies::automatic, quote_policies::manual))
        .load(conn))?;
    Ok(rows
        .into_iter()
        .map(|(id, automatic, manual)| {
            let rules = QuoteRules {
                automatic: Crowd::of(automatic),
                manual: Crowd::of(manual),
            };
            (id, rules)
        })
        .collect())
}

/// Says whom the author lets quote a post.
///
/// # Errors
/// The database.
pub fn put_rules(conn: &mut Conn, status: StatusId, rules: QuoteRules) -> Result<()> {
    let (automatic, manual) = (rules.automatic.number(), rules.manual.number());
    both!(conn => diesel::insert_into(quote_policies::table)
        .values((
            quote_policies::status_id.eq(status),
            quote_policies::automatic.eq(automatic),
            quote_policies::manual.eq(manual),
        ))
        .on_conflict(quote_policies::status_id)
        .do_update()
        .set((quote_policies::automatic.eq(automatic), quote_policies::manual.eq(manual)))
        .execute(conn))?;
    Ok(())
}

/// What someone chose for new posts.
///
/// # Errors
/// The database.
pub fn default_policy(conn: &mut Conn, account: AccountId) -> Result<Option<QuotePolicy>> {
    Ok(both!(conn => quote_defaults::table
        .find(account)
        .select(quote_defaults::policy)
        .get_result(conn)
        .optional())?)
}

/// Keeps what someone chose for new posts.
///
/// # Errors
/// The database.
pub fn put_default(conn: &mut Conn, account: AccountId, policy: QuotePolicy) -> Result<()> {
    both!(conn => diesel::insert_into(quote_defaults::table)
        .values((quote_defaults::account_id.eq(account), quote_defaults::policy.eq(policy)))
        .on_conflict(quote_defaults::account_id)
        .do_update()
        .set(quote_defaults::policy.eq(policy))
        .execute(conn))?;
    Ok(())
}
