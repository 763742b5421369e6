//! Words looked for in names. `LIKE` on folded text on both engines; statuses are in `search_index`.

use diesel::prelude::*;
use diesel::sql_types::Text;
use model::{AccountId, FollowState};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::{account_restrictions, accounts, follows};
use crate::sql::{Condition, Sql};

diesel::define_sql_function! {
    /// Lower case: all letters on PostgreSQL, ASCII on SQLite.
    fn lower(text: Text) -> Text;
}

/// Escapes what means something in a `LIKE` pattern.
pub(crate) fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

/// Which accounts to look for.
#[derive(Clone, Copy, Debug)]
pub struct AccountQuery<'a> {
    /// Part of a name, as it was typed.
    pub text: &'a str,
    /// Part of the domain; `None` for any.
    pub domain: Option<&'a str>,
    /// Only accounts of this kind (a group's number), where given.
    pub kind: Option<model::AccountKind>,
    /// Only those that this account follows.
    pub followed_by: Option<AccountId>,
    /// Who looks: a limited account, or a group of ours that is not listed, is found by its followers and by its
    /// whole name.
    pub viewer: AccountId,
    /// At most so many.
    pub limit: i64,
    /// Skip so many.
    pub offset: i64,
}

/// The account is no group of this server that is private or not listed.
const LISTED: &str = "NOT EXISTS (SELECT 1 FROM groups hid WHERE hid.account_id = accounts.id \
     AND (hid.kind NOT IN (0, 1) OR NOT accounts.discoverable))";

/// Accounts whose name begins with the text, or whose display name holds it: those of this server and those
/// with many followers first.
///
/// # Errors
/// The database.
pub fn accounts(conn: &mut Conn, query: &AccountQuery<'_>) -> Result<Vec<AccountId>> {
    let lower_case = query.text.to_lowercase();
    let begins = format!("{}%", literal(&lower_case));
    let holds = format!("%{}%", literal(&lower_case));
    let as_typed = format!("%{}%", literal(query.text));
    Ok(both!(conn => {
        let mut found = accounts::table
            .filter(accounts::suspended_at.is_null())
            .filter(accounts::kind.ne(model::AccountKind::Server))
            .filter(
                accounts::username_key.like(begins).escape('\\')
                    .or(lower(accounts::display_name).like(holds).escape('\\'))
                    .or(accounts::display_name.like(as_typed).escape('\\')),
            )
            .into_boxed::<Db>();
        found = found.filter(
            accounts::id
                .ne_all(
                    account_restrictions::table
                        .filter(account_restrictions::silenced_at.is_not_null())
                        .select(account_restrictions::account_id),
                )
                .and(Condition::new(Sql::new(LISTED)))
                .or(accounts::username_key.eq(&lower_case))
                .or(accounts::id.eq(query.viewer))
                .or(accounts::id.eq_any(
                    follows::table
                        .filter(follows::account_id.eq(query.viewer))
                        .filter(follows::state.eq(FollowState::Accepted))
                        .select(follows::target_id),
                )),
        );
        if let Some(domain) = query.domain {
            found = found.filter(
                accounts::domain.like(format!("{}%", literal(domain))).escape('\\'),
            );
        }
        if let Some(kind) = query.kind {
            found = found.filter(accounts::kind.eq(kind));
        }
        if let Some(follower) = query.followed_by {
            found = found.filter(accounts::id.eq_any(
                follows::table
                    .filter(follows::account_id.eq(follower))
                    .filter(follows::state.eq(FollowState::Accepted))
                    .select(follows::target_id),
            ));
        }
        found
            .order((
                accounts::username_key.eq(&lower_case).desc(),
                accounts::domain.eq("").desc(),
                accounts::followers_count.desc(),
                accounts::id,
            ))
            .limit(query.limit)
            .offset(query.offset)
            .select(accounts::id)
            .load(conn)
    })?)
}
