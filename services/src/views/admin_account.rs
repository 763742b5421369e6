//! An account as the staff sees it: what all see, the person behind it, and what was set on it.

use std::collections::HashMap;

use database::Conn;
use database::account_restrictions;
use database::sign_ups::{self, SignUp};
use database::users::{self, User};
use model::{AccountId, Millis};

use super::account::{self, AccountView};
use crate::error::{Error, Result};

/// An account with what only the staff may know.
#[derive(Clone, Debug)]
pub struct AdminAccountView {
    /// What all see.
    pub account: AccountView,
    /// The person who signs in here.
    pub user: Option<User>,
    /// Only followers find it, since then.
    pub silenced_at: Option<Millis>,
    /// All its pictures are covered, since then.
    pub sensitized_at: Option<Millis>,
    /// How the person came: the app, and why in their own words.
    pub sign_up: Option<SignUp>,
    /// Who let the person in.
    pub host: Option<AccountId>,
}

/// Loads them in the order of `ids`; what does not exist is left out.
///
/// # Errors
/// The database.
pub fn load_in(conn: &mut Conn, ids: &[AccountId]) -> Result<Vec<AdminAccountView>> {
    let mut users: HashMap<AccountId, User> = users::of(conn, ids)?
        .into_iter()
        .map(|user| (user.account_id, user))
        .collect();
    let standings: HashMap<AccountId, _> = account_restrictions::standings(conn, ids)?
        .into_iter()
        .map(|standing| (standing.account_id, standing))
        .collect();
    let mut came: HashMap<AccountId, SignUp> = sign_ups::by_accounts(conn, ids)?
        .into_iter()
        .map(|row| (row.account_id, row))
        .collect();
    let hosts: HashMap<AccountId, AccountId> = sign_ups::hosts(conn, ids)?.into_iter().collect();
    let views = account::load_in(conn, ids)?;
    Ok(views
        .into_iter()
        .map(|view| {
            let id = view.account.id;
            let standing = standings.get(&id);
            AdminAccountView {
                user: users.remove(&id),
                sign_up: came.remove(&id),
                host: hosts.get(&id).copied(),
                silenced_at: standing.and_then(|standing| standing.silenced_at),
                sensitized_at: standing.and_then(|standing| standing.sensitized_at),
                account: view,
            }
        })
        .collect())
}

/// One of them.
///
/// # Errors
/// `NotFound`.
pub fn one_in(conn: &mut Conn, id: AccountId) -> Result<AdminAccountView> {
    load_in(conn, &[id])?.pop().ok_or(Error::NotFound)
}
