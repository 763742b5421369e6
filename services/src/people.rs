//! People who sign in: the viewer that each is, what may keep them out, and whether a password is theirs.

use std::sync::Arc;

use database::accounts::Account;
use database::users::{self, User};
use database::{Conn, accounts};
use model::Secret;

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::views::account::Viewer;
use crate::{enrol, passwords};

/// What is missing until a new member may act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// The e-mail address is not confirmed.
    Confirmation,
    /// No moderator has agreed yet.
    Approval,
}

impl Missing {
    /// What is missing for this person, if only one of these is.
    pub(crate) fn of(user: &User) -> Option<Self> {
        if user.disabled_at.is_some() {
            None
        } else if user.confirmed_at.is_none() {
            Some(Self::Confirmation)
        } else if user.approved_at.is_none() {
            Some(Self::Approval)
        } else {
            None
        }
    }
}

impl Missing {
    /// What apps are told; the words are Mastodon's.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Confirmation => "Your login is missing a confirmed e-mail address",
            Self::Approval => "Your login is currently pending approval",
        }
    }
}

/// A person who has a token already and may not act yet.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Who.
    pub viewer: Viewer,
    /// For what.
    pub missing: Missing,
}

/// The one text for whoever does not know the password.
pub const WRONG: &str = "the e-mail address (or name) or the password is wrong";

/// The viewer that a person is.
pub(crate) fn viewer(conn: &mut Conn, user: User) -> Result<Viewer> {
    let account = Arc::new(accounts::get(conn, user.account_id)?);
    Ok(Viewer {
        human: Arc::clone(&account),
        account,
        user: Arc::new(user),
    })
}

/// What keeps someone out who knows the password.
pub(crate) fn obstacle(viewer: &Viewer) -> Option<&'static str> {
    let user = &viewer.user;
    if user.disabled_at.is_some() || viewer.human.suspended_at.is_some() {
        Some("this account is closed; ask those who run this place")
    } else if user.confirmed_at.is_none() {
        Some("the e-mail address is not confirmed yet")
    } else if user.approved_at.is_none() {
        Some("this account waits for approval")
    } else {
        None
    }
}

/// May someone act who holds a token? The words are Mastodon's: apps show them.
pub(crate) fn admitted(user: &User, account: &Account) -> Result<()> {
    if user.disabled_at.is_some() || account.suspended_at.is_some() {
        return Err(Error::Barred("Your login is currently disabled"));
    }
    match Missing::of(user) {
        Some(missing) => Err(Error::Barred(missing.in_words())),
        None => Ok(()),
    }
}

/// Whose e-mail (or name) and password these are. Unknown names cost the same work as wrong passwords.
///
/// # Errors
/// `Unauthorized`, with more than [`WRONG`] only for who knows the password.
pub(crate) async fn check_password(
    ctx: &Ctx,
    name: &str,
    password: &Secret<String>,
) -> Result<Viewer> {
    let login = enrol::login_key(name);
    let user = ctx
        .db
        .read(move |conn| Ok::<_, Error>(users::by_login(conn, &login)?))
        .await?;
    let stored = user.as_ref().map(|user| user.password_hash.clone());
    let matches = passwords::matches(stored, password).await;
    let user = user.filter(|_| matches).ok_or(Error::Unauthorized(WRONG))?;
    let viewer = ctx.db.read(move |conn| viewer(conn, user)).await?;
    match obstacle(&viewer) {
        Some(text) => Err(Error::Unauthorized(text)),
        None => Ok(viewer),
    }
}
