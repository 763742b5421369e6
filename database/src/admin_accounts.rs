//! Accounts as the staff looks for them: by state, role, name, domain, e-mail address.

use diesel::prelude::*;
use model::{AccountId, AccountKind, Page, ServerRole};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::{account_restrictions, accounts, invites, sign_ups, users};
use crate::search::{literal, lower};

/// Nobody's name, address or domain has more bytes; SQLite fails at patterns of 50,000.
const LONGEST: usize = 2_000;

/// In which state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Neither sent away, nor disabled, nor waiting.
    Active,
    /// Waits for approval.
    Pending,
    /// May not sign in.
    Disabled,
    /// Found by followers alone.
    Silenced,
    /// Sent away.
    Suspended,
    /// All pictures are covered.
    Sensitized,
}

/// Which accounts. Everything that is given has to hold.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Of this server (`true`), of others (`false`), or of both.
    pub local: Option<bool>,
    /// In this state.
    pub state: Option<State>,
    /// With one of these roles; empty for any.
    pub roles: Vec<ServerRole>,
    /// The name begins so (lower case).
    pub username: Option<String>,
    /// The display name begins so.
    pub display_name: Option<String>,
    /// Of this domain.
    pub domain: Option<String>,
    /// The e-mail address begins so (lower case).
    pub email: Option<String>,
    /// Let in by this account.
    pub invited_by: Option<AccountId>,
    /// Something was asked for that is not kept of anyone.
    pub nobody: bool,
}

/// A page of them, newest first.
///
/// # Errors
/// The database.
pub fn page(conn: &mut Conn, wanted: &Wanted, page: &Page) -> Result<Vec<AccountId>> {
    let texts = [
        &wanted.username,
        &wanted.display_name,
        &wanted.domain,
        &wanted.email,
    ];
    let too_long = |text: &String| text.len() > LONGEST;
    if wanted.nobody || texts.into_iter().flatten().any(too_long) {
        return Ok(Vec::new());
    }
    let begins = |text: &str| format!("{}%", literal(text));
    let mut ids: Vec<AccountId> = both!(conn => {
        let mut query = accounts::table
            .left_join(users::table.on(users::account_id.eq(accounts::id)))
            .left_join(
                account_restrictions::table.on(account_restrictions::account_id.eq(accounts::id)),
            )
            .filter(accounts::kind.ne(AccountKind::Server))
            .filter(accounts::id.lt(page.below()))
            .filter(accounts::id.gt(page.above()))
            .select(accounts::id)
            .limit(page.limit)
            .into_boxed::<Db>();
        if let Some(local) = wanted.local {
            query = if local {
                query.filter(accounts::domain.eq(""))
            } else {
                query.filter(accounts::domain.ne(""))
            };
        }
        query = match wanted.state {
            None => query,
            Some(State::Active) => query
                .filter(accounts::suspended_at.is_null())
                .filter(users::disabled_at.is_null())
                .filter(users::account_id.is_null().or(users::approved_at.is_not_null())),
            Some(State::Pending) => query
                .filter(users::account_id.is_not_null())
                .filter(users::approved_at.is_null()),
            Some(State::Disabled) => query.filter(users::disabled_at.is_not_null()),
            Some(State::Silenced) => query.filter(account_restrictions::silenced_at.is_not_null()),
            Some(State::Suspended) => query.filter(accounts::suspended_at.is_not_null()),
            Some(State::Sensitized) => {
                query.filter(account_restrictions::sensitized_at.is_not_null())
            }
        };
        if !wanted.roles.is_empty() {
            query = query.filter(users::role.eq_any(&wanted.roles));
        }
        if let Some(name) = &wanted.username {
            query = query.filter(accounts::username_key.like(begins(name)).escape('\\'));
        }
        if let Some(name) = &wanted.display_name {
            query = query.filter(
                lower(accounts::display_name)
                    .like(begins(&name.to_lowercase()))
                    .escape('\\')
                    .or(accounts::display_name.like(begins(name)).escape('\\')),
            );
        }
        if let Some(domain) = &wanted.domain {
            query = query.filter(accounts::domain.eq(domain));
        }
        if let Some(email) = &wanted.email {
            query = query.filter(users::email_key.like(begins(email)).escape('\\'));
        }
        if let Some(host) = wanted.invited_by {
            query = query.filter(accounts::id.eq_any(
                sign_ups::table
                    .inner_join(invites::table.on(sign_ups::invite_id.eq(invites::id.nullable())))
                    .filter(invites::account_id.eq(host))
                    .select(sign_ups::account_id),
            ));
        }
        if page.ascending() {
            query.order(accounts::id.asc()).load(conn)
        } else {
            query.order(accounts::id.desc()).load(conn)
        }
    })?;
    if page.ascending() {
        ids.reverse();
    }
    Ok(ids)
}
