//! New passwords and new addresses. Whatever was signed in before is not any more, in the same transaction
//! (threats, row 104).

use std::sync::Arc;

use database::mail_proofs::{self, MailProof};
use database::users::{self, User};
use database::{Conn, access_grants, access_tokens, accounts, push, web_sessions};
use model::{AccountId, Letter, Secret};

use crate::context::{Context, Ctx};
use crate::error::{Error, Result};
use crate::views::account::Viewer;
use crate::{enrol, mail, names, passwords, tokens};

/// Ends everything by which this person is signed in: browsers, tokens (with them streams), push,
/// codes that wait, links in mails.
///
/// # Errors
/// The database.
pub(crate) fn end_all(ctx: &Context, conn: &mut Conn, account: AccountId) -> Result<()> {
    access_tokens::revoke_all_of(conn, account, ctx.now())?;
    access_grants::delete_all_of(conn, account, None)?;
    push::remove_all_of(conn, account)?;
    web_sessions::delete_all_of(conn, account)?;
    mail_proofs::delete_all_of(conn, account)?;
    Ok(())
}

fn put_password(ctx: &Context, conn: &mut Conn, account: AccountId, hash: &str) -> Result<()> {
    users::set_password(conn, account, hash)?;
    end_all(ctx, conn, account)?;
    mail::post(ctx, conn, account, Letter::PasswordChanged)
}

async fn hash(ctx: &Ctx, password: Secret<String>) -> Result<String> {
    if let Some(problem) = passwords::problem(&password) {
        return Err(Error::Invalid(vec![problem]));
    }
    passwords::hash(ctx, password).await
}

/// Is this the password of who is signed in?
async fn prove(viewer: &Viewer, password: &Secret<String>) -> Result<()> {
    let stored = viewer.user.password_hash.clone();
    if passwords::matches(Some(stored), password).await {
        Ok(())
    } else {
        Err(Error::invalid(
            "current_password",
            "ERR_INVALID",
            "the present password is another one",
        ))
    }
}

/// Changes the password of who knows it. The browser in which it was done has to be signed in anew.
///
/// # Errors
/// `Invalid` for a wrong present password, or a new one that is none.
pub async fn change_password(
    ctx: &Ctx,
    viewer: &Viewer,
    current: &Secret<String>,
    new: Secret<String>,
) -> Result<()> {
    prove(viewer, current).await?;
    set_password(ctx, viewer.human.id, new).await
}

/// Sets the password of this person, as the command line does.
///
/// # Errors
/// `Invalid` for a password that is none.
pub async fn set_password(ctx: &Ctx, account: AccountId, new: Secret<String>) -> Result<()> {
    let hash = hash(ctx, new).await?;
    let context = Arc::clone(ctx);
    ctx.write(move |conn| put_password(&context, conn, account, &hash))
        .await
}

/// Someone has forgotten a password. If this is someone's name or address, they get a letter; the answer
/// is the same for everyone.
///
/// # Errors
/// The database.
pub async fn forgot_password(ctx: &Ctx, login: &str) -> Result<()> {
    if !ctx.sends_mail() || login.trim().is_empty() || login.len() > 320 {
        return Ok(());
    }
    let (login, context) = (enrol::login_key(login), Arc::clone(ctx));
    ctx.write(move |conn| mail::post_forgotten(&context, conn, login))
        .await
}

fn proven(ctx: &Context, conn: &mut Conn, hash: &[u8]) -> Result<Option<MailProof>> {
    let Some(proof) = mail_proofs::find(conn, hash, mail_proofs::PASSWORD, ctx.now())? else {
        return Ok(None);
    };
    let user = users::find(conn, proof.account_id)?;
    // A link that went to an address which is not theirs any more is worth nothing.
    let stands = user
        .is_some_and(|user| user.email_key == proof.email_key && user.disabled_at.is_none())
        && accounts::get(conn, proof.account_id)?
            .suspended_at
            .is_none();
    Ok(Some(proof).filter(|_| stands))
}

/// Does this link still lead to a new password?
///
/// # Errors
/// The database.
pub async fn may_reset(ctx: &Ctx, token: &str) -> Result<bool> {
    let (hash, context) = (tokens::hash(token), Arc::clone(ctx));
    ctx.db
        .read(move |conn| Ok(proven(&context, conn, &hash)?.is_some()))
        .await
}

/// Sets a new password with the link from a mail, once. It proves the address too.
///
/// # Errors
/// `NotFound` for a link that was used, replaced or is too old; `Invalid` for a password that is none.
pub async fn reset_password(ctx: &Ctx, token: &str, new: Secret<String>) -> Result<()> {
    if !may_reset(ctx, token).await? {
        return Err(Error::NotFound);
    }
    let hash = hash(ctx, new).await?;
    let (proof, context) = (tokens::hash(token), Arc::clone(ctx));
    ctx.write(move |conn| {
        let found = proven(&context, conn, &proof)?.ok_or(Error::NotFound)?;
        if !mail_proofs::spend(conn, &proof)? {
            return Err(Error::NotFound);
        }
        put_password(&context, conn, found.account_id, &hash)
    })
    .await
}

/// Another e-mail address for who knows the password. Where mail is sent it counts once the link in the
/// letter to it was followed; otherwise at once.
///
/// # Errors
/// `Invalid` for a wrong password, or an address that cannot be used. Answers whether it counts already.
pub async fn change_address(
    ctx: &Ctx,
    viewer: &Viewer,
    current: &Secret<String>,
    email: &str,
) -> Result<bool> {
    prove(viewer, current).await?;
    let (email, key) = enrol::email(email).map_err(|problem| Error::Invalid(vec![problem]))?;
    let (account, context) = (viewer.human.id, Arc::clone(ctx));
    ctx.write(move |conn| {
        let user = users::find(conn, account)?.ok_or(Error::NotFound)?;
        if enrol::allowed(&context, conn, &key, None)?.mail_blocked {
            return Err(Error::invalid(
                "email",
                "ERR_BLOCKED",
                "this e-mail address cannot be used here",
            ));
        }
        if user.email_key != key && users::has_email(conn, &key)? {
            return Err(Error::Invalid(vec![names::taken("email")]));
        }
        if !context.sends_mail() {
            replace_address(&context, conn, &user, &email, &key)?;
            return Ok(true);
        }
        let letter = Letter::ConfirmAddress { email: Some(email) };
        mail::post(&context, conn, account, letter)?;
        Ok(false)
    })
    .await
}

/// The address that waits to be confirmed by this person.
///
/// # Errors
/// The database.
pub async fn awaited_address(ctx: &Ctx, viewer: &Viewer) -> Result<Option<String>> {
    let (account, now) = (viewer.human.id, ctx.now());
    ctx.db
        .read(move |conn| Ok(mail_proofs::awaited_address(conn, account, now)?))
        .await
}

/// Puts a new address in the place of the one before, which is told so; all that was signed in ends.
pub(crate) fn replace_address(
    ctx: &Context,
    conn: &mut Conn,
    user: &User,
    email: &str,
    email_key: &str,
) -> Result<()> {
    let account = user.account_id;
    users::set_email(conn, account, email, email_key, Some(ctx.now()))
        .map_err(|error| names::collision(error, "email"))?;
    end_all(ctx, conn, account)?;
    let before = user.email.clone();
    mail::post(ctx, conn, account, Letter::AddressChanged { before })
}
