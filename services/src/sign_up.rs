//! The door of the place: who may come in, by which way, and what is still missing until they may act.
//! How the account is made is `enrol`; what is written to the newcomer is `mail`.

use std::net::IpAddr;
use std::sync::Arc;

use database::Conn;
use database::sign_ups::{self, SignUp};
use database::users;
use model::settings::{Registrations, Settings};
use model::{AccountId, AppId, Event, InviteId, Letter, Millis, Scopes, Secret, ServerRole};

use crate::accounts::NewUser;
use crate::context::{Context, Ctx};
use crate::error::{Error, Problem, Result};
use crate::oauth::Issued;
use crate::views::account::{self, AccountView};
use crate::{admin, enrol, invites, mail, oauth};

mod after;

pub use crate::door::{Door, door};
pub use crate::people::{Missing, Waiting};
pub use after::{
    Confirmable, ONLY_WHILE_WAITING, approve, approve_in, confirm, confirm_by_hand, confirmable,
    send_again,
};

/// Letters of what someone says about themselves at the door; as on Mastodon.
const MOST_REASON: usize = 420;

/// What someone types who wants to come in.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// The wanted name.
    pub username: String,
    /// The e-mail address.
    pub email: String,
    /// At least eight characters.
    pub password: Secret<String>,
    /// The language of pages and mails; empty for English.
    pub locale: String,
    /// Are the rules agreed to?
    pub agreement: bool,
    /// Why, in their own words.
    pub reason: String,
    /// The code of an invite; empty for none.
    pub invite_code: String,
    /// `YYYY-MM-DD`; looked at where an age is asked for, and never stored.
    pub date_of_birth: String,
    /// The app that asks, and what its tokens may do; `None` for the pages.
    pub app: Option<(AppId, Scopes)>,
    /// From where, as far as is known.
    pub from: Option<IpAddr>,
}

/// Someone who has just come in.
#[derive(Clone, Debug)]
pub struct Newcomer {
    /// The account.
    pub account: AccountView,
    /// What is missing until they may act.
    pub missing: Option<Missing>,
    /// For the app that asked.
    pub token: Option<Issued>,
}

/// Takes someone in.
///
/// # Errors
/// `Forbidden` where the door is closed to them, `Invalid` with a problem per field.
pub async fn sign_up(ctx: &Ctx, wish: Wish) -> Result<Newcomer> {
    const CLOSED: Error = Error::Forbidden("this place takes nobody in at the moment");
    let (settings, door) = (ctx.settings(), door(ctx));
    let code = wish.invite_code.trim().to_owned();
    if !door.by_invite || (!door.open && code.is_empty()) {
        return Err(CLOSED);
    }
    let mut problems = problems(ctx.now(), &settings, &wish);
    let (login, from, context) = (enrol::login_key(&wish.email), wish.from, Arc::clone(ctx));
    let (invite, verdict) = ctx
        .db
        .read(move |conn| {
            let invite = match code.as_str() {
                "" => None,
                code => Some(invites::open(&context, conn, code)?),
            };
            Ok::<_, Error>((invite, enrol::allowed(&context, conn, &login, from)?))
        })
        .await?;
    if verdict.network_blocked {
        return Err(CLOSED);
    }
    let invite = match invite {
        Some(None) => {
            problems.push(invites::unusable());
            None
        }
        other => other.flatten(),
    };
    if verdict.mail_blocked {
        admin::sign_up::count(ctx, &enrol::login_key(&wish.email)).await?;
        problems.push(problem(
            "email",
            "ERR_BLOCKED",
            "this e-mail address cannot be used here",
        ));
    }
    let approved = !verdict.needs_approval
        && (!door.approval || invite.as_ref().is_some_and(|invite| invite.by_staff));
    let new = NewUser {
        username: wish.username,
        email: wish.email,
        password: wish.password,
        role: ServerRole::Member,
        locale: wish.locale,
        confirmed: !door.confirmation,
        approved,
    };
    let ready = enrol::prepare_beside(ctx, new, problems).await?;
    let draft = match &wish.app {
        Some((app, scopes)) => Some(oauth::draft(
            ctx,
            Some(*app),
            ready.account_id(),
            scopes.clone(),
        )?),
        None => None,
    };
    let came = Came {
        app: wish.app.map(|(app, _scopes)| app),
        invite: invite.map(|invite| invite.id),
        reason: wish.reason.trim().to_owned(),
        confirmed: !door.confirmation,
    };
    let context = Arc::clone(ctx);
    ctx.write(move |conn| {
        let id = enrol::insert(&context, conn, ready)?;
        came.write(&context, conn, id)?;
        let token = draft.map(|draft| draft.write(conn)).transpose()?;
        let user = users::find(conn, id)?.ok_or(Error::NotFound)?;
        Ok(Newcomer {
            account: account::one_in(conn, id)?,
            missing: Missing::of(&user),
            token,
        })
    })
    .await
}

/// By which way someone came, with what follows from it.
struct Came {
    app: Option<AppId>,
    invite: Option<InviteId>,
    reason: String,
    confirmed: bool,
}

impl Came {
    fn write(self, ctx: &Context, conn: &mut Conn, account: AccountId) -> Result<()> {
        if let Some(invite) = self.invite
            && !invites::spend(ctx, conn, invite)?
        {
            return Err(Error::Invalid(vec![invites::unusable()]));
        }
        let row = SignUp {
            account_id: account,
            app_id: self.app,
            invite_id: self.invite,
            reason: self.reason,
            created_at: ctx.now(),
        };
        sign_ups::insert(conn, &row)?;
        if self.confirmed {
            Ok(ctx.record(conn, &Event::SignedUp { account })?)
        } else {
            mail::post(ctx, conn, account, Letter::ConfirmAddress { email: None })
        }
    }
}

fn problem(field: &'static str, code: &'static str, text: &str) -> Problem {
    Problem {
        field,
        code,
        text: text.to_owned(),
    }
}

/// What is wrong besides name, address and password.
fn problems(now: Millis, settings: &Settings, wish: &Wish) -> Vec<Problem> {
    let mut problems = Vec::new();
    if !wish.agreement {
        problems.push(problem(
            "agreement",
            "ERR_ACCEPTED",
            "the rules of this place must be agreed to",
        ));
    }
    if !wish.locale.is_empty() && !enrol::is_locale(&wish.locale) {
        problems.push(problem("locale", "ERR_INCLUSION", "this is no language"));
    }
    let reason = wish.reason.trim();
    let asked = settings.reason_required && settings.registrations == Registrations::Approval;
    if asked && reason.is_empty() && wish.invite_code.trim().is_empty() {
        problems.push(problem("reason", "ERR_BLANK", "a reason is needed"));
    } else if text::graphemes(reason) > MOST_REASON {
        problems.push(problem("reason", "ERR_TOO_LONG", "the reason is too long"));
    } else if reason.contains('\0') {
        problems.push(problem("reason", "ERR_INVALID", "the reason is no text"));
    }
    problems.extend(age_problem(
        now,
        settings.min_age,
        wish.date_of_birth.trim(),
    ));
    problems
}

/// What is wrong with the age, where one is asked for.
fn age_problem(now: Millis, least: u8, born: &str) -> Option<Problem> {
    const FIELD: &str = "date_of_birth";
    if least == 0 {
        return None;
    }
    if born.is_empty() {
        return Some(problem(FIELD, "ERR_BLANK", "the date of birth is needed"));
    }
    let Some((year, month, day)) = date(born) else {
        let text = "the date of birth is a date such as 1990-12-31";
        return Some(problem(FIELD, "ERR_INVALID", text));
    };
    let today = date(&now.day())?;
    let grown = (year + i32::from(least), month, day);
    (year < 1900 || grown > today)
        .then(|| problem(FIELD, "ERR_INVALID", "the age is below the limit"))
}

/// The parts of `YYYY-MM-DD`.
fn date(text: &str) -> Option<(i32, u8, u8)> {
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(at, b)| match at {
            4 | 7 => b == b'-',
            _ => b.is_ascii_digit(),
        });
    let mut parts = text.split('-').filter(|_| shape);
    let year: i32 = parts.next()?.parse().ok()?;
    let month: u8 = parts.next()?.parse().ok()?;
    let day: u8 = parts.next()?.parse().ok()?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (1..=days).contains(&day).then_some((year, month, day))
}
