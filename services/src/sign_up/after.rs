//! What comes after the door: the link in the first mail, another mail, the word of a moderator.

use std::sync::Arc;

use database::mail_proofs::{self, MailProof};
use database::{Conn, sign_ups, users};
use model::{AccountId, AppId, Event, Letter};

use crate::context::{Context, Ctx};
use crate::error::{Error, Result};
use crate::people::{Missing, Waiting};
use crate::{credentials, enrol, mail, names, tokens};

/// What a link in a mail about an address does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmable {
    /// Which address.
    pub email: String,
    /// Whose name.
    pub username: String,
}

/// What this link would confirm; `None` for one that was used, replaced or is too old.
///
/// # Errors
/// The database.
pub async fn confirmable(ctx: &Ctx, token: &str) -> Result<Option<Confirmable>> {
    let (hash, now) = (tokens::hash(token), ctx.now());
    ctx.db
        .read(move |conn| {
            let Some(proof) = mail_proofs::find(conn, &hash, mail_proofs::ADDRESS, now)? else {
                return Ok(None);
            };
            let account = database::accounts::get(conn, proof.account_id)?;
            Ok(Some(Confirmable {
                email: proof.email,
                username: account.username,
            }))
        })
        .await
}

/// Confirms an address with the link that was sent there. Where it replaces another one, all that was
/// signed in by then is signed out (threats, row 104).
///
/// # Errors
/// `NotFound` for a link that was used, replaced or is too old; `Invalid` where someone else has the
/// address by now.
pub async fn confirm(ctx: &Ctx, token: &str) -> Result<Option<Missing>> {
    let hash = tokens::hash(token);
    let context = Arc::clone(ctx);
    ctx.write(move |conn| {
        let now = context.now();
        let proof =
            mail_proofs::find(conn, &hash, mail_proofs::ADDRESS, now)?.ok_or(Error::NotFound)?;
        if !mail_proofs::spend(conn, &hash)? {
            return Err(Error::NotFound);
        }
        let MailProof {
            account_id,
            email,
            email_key,
            ..
        } = proof;
        let user = users::find(conn, account_id)?.ok_or(Error::NotFound)?;
        if user.email_key != email_key {
            credentials::replace_address(&context, conn, &user, &email, &email_key)?;
        }
        if user.confirmed_at.is_none() {
            users::confirm(conn, account_id, now)?;
            context.record(
                conn,
                &Event::SignedUp {
                    account: account_id,
                },
            )?;
        }
        let user = users::find(conn, account_id)?.ok_or(Error::NotFound)?;
        Ok(Missing::of(&user))
    })
    .await
}

/// Sends the first mail again, to another address where one is named. Only the app through which the
/// person signed up may ask for it.
///
/// # Errors
/// `Barred` for another app, or for an address that is confirmed; `Invalid` for an address that cannot
/// be used.
pub async fn send_again(
    ctx: &Ctx,
    who: &Waiting,
    app: Option<AppId>,
    email: Option<&str>,
) -> Result<()> {
    let account = who.viewer.id();
    let email = email
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .map(|text| enrol::email(text).map_err(|problem| Error::Invalid(vec![problem])))
        .transpose()?;
    let context = Arc::clone(ctx);
    ctx.write(move |conn| {
        let user = users::find(conn, account)?.ok_or(Error::NotFound)?;
        let sign_up = sign_ups::find(conn, account)?;
        if sign_up.and_then(|row| row.app_id) != app || app.is_none() {
            return Err(Error::Barred(
                "This method is only available to the application the user originally signed-up with",
            ));
        }
        if user.confirmed_at.is_some() || !context.sends_mail() {
            return Err(ONLY_WHILE_WAITING);
        }
        if let Some((email, key)) = &email
            && *key != user.email_key
        {
            if enrol::allowed(&context, conn, key, None)?.mail_blocked {
                return Err(Error::invalid(
                    "email",
                    "ERR_BLOCKED",
                    "this e-mail address cannot be used here",
                ));
            }
            if users::has_email(conn, key)? {
                return Err(Error::Invalid(vec![names::taken("email")]));
            }
            mail_proofs::delete_all_of(conn, account)?;
            users::set_email(conn, account, email, key, None)
                .map_err(|error| names::collision(error, "email"))?;
        }
        mail::post(
            &context,
            conn,
            account,
            Letter::ConfirmAddress { email: None },
        )
    })
    .await
}

/// What is said of a confirmed address, as on Mastodon.
pub const ONLY_WHILE_WAITING: Error =
    Error::Barred("This method is only available while the e-mail is awaiting confirmation");

/// Counts the address of this person as confirmed, without a mail.
///
/// # Errors
/// The database.
pub async fn confirm_by_hand(ctx: &Ctx, account: AccountId) -> Result<()> {
    let context = Arc::clone(ctx);
    ctx.write(move |conn| {
        if users::confirm(conn, account, context.now())? {
            context.record(conn, &Event::SignedUp { account })?;
        }
        Ok::<_, Error>(())
    })
    .await
}

/// Lets someone in who waits for approval, and writes so to them.
///
/// # Errors
/// The database.
pub fn approve_in(ctx: &Context, conn: &mut Conn, account: AccountId) -> Result<bool> {
    let done = users::approve(conn, account, ctx.now())?;
    if done {
        mail::post(ctx, conn, account, Letter::Approved)?;
        ctx.record(conn, &Event::Approved { account })?;
    }
    Ok(done)
}

/// As [`approve_in`], for the command line.
///
/// # Errors
/// The database.
pub async fn approve(ctx: &Ctx, account: AccountId) -> Result<()> {
    let context = Arc::clone(ctx);
    ctx.write(move |conn| approve_in(&context, conn, account).map(|_done| ()))
        .await
}
