//! Letters to members. A letter is a job of the transaction that is its cause; when it is due, the link in
//! it is made, its hash is stored, and whoever carries the mail (the server) puts it into words.

use std::sync::Arc;

use database::mail_proofs::{self, MailProof};
use database::users::{self, User};
use database::{Conn, accounts};
use futures::future::BoxFuture;
use model::{AccountId, Job, Letter, Millis, Secret};

use crate::context::{Context, Ctx};
use crate::error::{Error, Result};
use crate::{enrol, jobs, tokens};

/// How long the link to a new password works.
const NEW_PASSWORD: i64 = Millis::HOUR;
/// How long the link that confirms an address works.
const CONFIRM: i64 = 2 * Millis::DAY;

/// A letter with everything that its words need.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Where to. It was checked when it was typed: no line of a mail ends in it.
    pub to: String,
    /// The name in the handle.
    pub username: String,
    /// BCP 47 tag.
    pub locale: String,
    /// What about.
    pub letter: Letter,
    /// What the link in it proves; for letters that have one.
    pub token: Option<Secret<String>>,
}

/// Whoever puts letters into words and hands them on.
pub trait Carrier: Send + Sync + std::fmt::Debug {
    /// Carries one letter.
    fn carry<'a>(&'a self, mail: &'a Mail) -> BoxFuture<'a, Result<()>>;
}

/// Leaves a letter to a member, in the transaction of its cause. Where no mail is sent, nothing is left.
pub(crate) fn post(
    ctx: &Context,
    conn: &mut Conn,
    account: AccountId,
    letter: Letter,
) -> Result<()> {
    if !ctx.sends_mail() {
        return Ok(());
    }
    // Asked for again before it went out, a letter with a link is still one letter.
    let key = match letter {
        Letter::ConfirmAddress { .. } => Some(format!("letter:confirm:{account}")),
        Letter::NewPassword => Some(format!("letter:password:{account}")),
        Letter::PasswordChanged
        | Letter::AddressChanged { .. }
        | Letter::Approved
        | Letter::FromModerators { .. }
        | Letter::ToModerators { .. } => None,
    };
    let job = Job::SendLetter { account, letter };
    jobs::enqueue(ctx, conn, &job, key.as_deref(), ctx.now())
}

/// Leaves the question who has forgotten a password. Whether there is anyone is looked up later, so that
/// the answer says nothing and takes as long for everyone (threats, row 102).
pub(crate) fn post_forgotten(ctx: &Context, conn: &mut Conn, login: String) -> Result<()> {
    let key = format!("forgotten:{login}");
    let job = Job::FindForgotten { login };
    jobs::enqueue(ctx, conn, &job, Some(&key), ctx.now())
}

/// Whoever forgot a password gets a letter, if there is such a person.
///
/// # Errors
/// The database.
pub(crate) async fn find_forgotten(ctx: &Ctx, login: &str) -> Result<()> {
    let (login, context) = (login.to_owned(), Arc::clone(ctx));
    ctx.write_later(move |conn| {
        let user = users::by_login(conn, &login)?.filter(|user| user.disabled_at.is_none());
        match user {
            Some(user) => post(&context, conn, user.account_id, Letter::NewPassword),
            None => Ok(()),
        }
    })
    .await
}

/// Writes and sends a letter. Done twice it is sent twice, and the link of the second counts.
///
/// # Errors
/// `Upstream` where the mail could not be handed on: it is tried again.
pub(crate) async fn send(ctx: &Ctx, account: AccountId, letter: &Letter) -> Result<()> {
    let Some(carrier) = ctx.carrier() else {
        return Ok(());
    };
    let token = tokens::new(ctx)?;
    let (context, asked, word) = (Arc::clone(ctx), letter.clone(), token.clone());
    let mail = ctx
        .write_later(move |conn| compose(&context, conn, account, asked, word))
        .await?;
    match mail {
        Some(mail) => carrier.carry(&mail).await,
        None => Ok(()),
    }
}

/// The letter as it is now; `None` where there is nothing to write any more.
fn compose(
    ctx: &Context,
    conn: &mut Conn,
    account: AccountId,
    letter: Letter,
    token: Secret<String>,
) -> Result<Option<Mail>> {
    let Some(user) = users::find(conn, account)? else {
        return Ok(None);
    };
    let (to, proof) = match &letter {
        Letter::ConfirmAddress { email: Some(email) } => {
            let Ok((email, key)) = enrol::email(email) else {
                return Ok(None);
            };
            (
                email.clone(),
                Some((mail_proofs::ADDRESS, email, key, CONFIRM)),
            )
        }
        Letter::ConfirmAddress { email: None } if user.confirmed_at.is_some() => return Ok(None),
        Letter::ConfirmAddress { email: None } => (
            user.email.clone(),
            Some(own(&user, mail_proofs::ADDRESS, CONFIRM)),
        ),
        Letter::NewPassword => (
            user.email.clone(),
            Some(own(&user, mail_proofs::PASSWORD, NEW_PASSWORD)),
        ),
        Letter::AddressChanged { before } => (before.clone(), None),
        Letter::PasswordChanged
        | Letter::Approved
        | Letter::FromModerators { .. }
        | Letter::ToModerators { .. } => (user.email.clone(), None),
    };
    let token = proof.is_some().then_some(token);
    if let (Some((purpose, email, email_key, lasts)), Some(token)) = (proof, &token) {
        let now = ctx.now();
        let proof = MailProof {
            token_hash: tokens::hash(&token.0),
            account_id: account,
            purpose,
            email,
            email_key,
            expires_at: now.plus(lasts),
        };
        mail_proofs::put(conn, &proof, now)?;
    }
    Ok(Some(Mail {
        to,
        username: accounts::get(conn, account)?.username,
        locale: user.locale,
        letter,
        token,
    }))
}

fn own(user: &User, purpose: i16, lasts: i64) -> (i16, String, String, i64) {
    (purpose, user.email.clone(), user.email_key.clone(), lasts)
}

/// The error of a mail that could not be handed on.
#[must_use]
pub fn not_carried(why: impl std::fmt::Display) -> Error {
    Error::Upstream(format!("the mail could not be sent: {why}"))
}
