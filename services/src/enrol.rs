//! A new member: checked, then account, user and keys in one transaction. Used by sign-up, the command line
//! and the first-run page.

use std::net::IpAddr;

use database::Conn;
use database::accounts::{self, Account};
use database::actor_keys;
use database::users::{self, User};
use model::{AccountId, AccountKind, Domain, ServerRole, Username, Visibility};

use crate::accounts::NewUser;
use crate::admin::sign_up::{Verdict, verdict};
use crate::context::{Context, Ctx};
use crate::error::{Error, Problem, Result};
use crate::keys::{self, Keys};
use crate::{names, passwords};

/// A new member who needs only to be written down.
pub(crate) struct Ready {
    account: Account,
    user: User,
    keys: Keys,
}

impl Ready {
    /// The id that it will have.
    pub(crate) const fn account_id(&self) -> AccountId {
        self.account.id
    }
}

/// An account of this server with nothing in it yet.
pub(crate) fn blank(ctx: &Ctx, kind: AccountKind, username: &str) -> Account {
    let now = ctx.now();
    Account {
        id: ctx.id(),
        domain: String::new(),
        username: username.to_owned(),
        username_key: username.to_ascii_lowercase(),
        kind,
        uri: ctx.place.account_uri(kind, username),
        url: ctx.place.account_url(username),
        display_name: String::new(),
        note: String::new(),
        note_source: String::new(),
        fields: serde_json::Value::Array(Vec::new()),
        avatar: String::new(),
        header: String::new(),
        locked: false,
        discoverable: kind == AccountKind::Group,
        indexable: false,
        show_collections: false,
        statuses_count: 0,
        followers_count: 0,
        following_count: 0,
        last_status_at: None,
        created_at: now,
        updated_at: now,
        suspended_at: None,
    }
}

/// May someone sign up with this e-mail address (as it is compared), from there?
pub(crate) fn allowed(
    ctx: &Context,
    conn: &mut Conn,
    email_key: &str,
    from: Option<IpAddr>,
) -> Result<Verdict> {
    verdict(conn, email_key, from, ctx.now())
}

/// Checks what was typed and does the slow work: the hash and the keys.
///
/// # Errors
/// `Invalid` with a problem per field.
pub(crate) async fn prepare(ctx: &Ctx, new: NewUser) -> Result<Ready> {
    prepare_beside(ctx, new, Vec::new()).await
}

/// As [`prepare`], where something else is wrong already: all problems are told at once.
///
/// # Errors
/// `Invalid` with a problem per field.
pub(crate) async fn prepare_beside(
    ctx: &Ctx,
    new: NewUser,
    mut problems: Vec<Problem>,
) -> Result<Ready> {
    let username = names::wanted("username", new.username.trim());
    let email = email(&new.email);
    problems.extend(passwords::problem(&new.password));
    let (Ok(username), Ok((email, email_key))) = (&username, &email) else {
        problems.extend(username.err());
        problems.extend(email.err());
        return Err(Error::Invalid(problems));
    };
    problems.extend(occupied(ctx, username.clone(), email_key.clone()).await?);
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let (hash, keys) = tokio::join!(passwords::hash(ctx, new.password), keys::generate());
    let account = blank(ctx, AccountKind::Person, username.as_str());
    let now = ctx.now();
    let user = User {
        account_id: account.id,
        email: email.clone(),
        email_key: email_key.clone(),
        password_hash: hash?,
        role: new.role,
        locale: locale(&new.locale),
        default_visibility: Visibility::Public,
        default_sensitive: false,
        default_language: None,
        confirmed_at: new.confirmed.then_some(now),
        approved_at: new.approved.then_some(now),
        disabled_at: None,
        created_at: now,
    };
    Ok(Ready {
        account,
        user,
        keys: keys?,
    })
}

/// Which of the two is someone else's already; asked before the slow work, so that a busy sign-up page
/// costs little.
async fn occupied(ctx: &Ctx, username: Username, email_key: String) -> Result<Vec<Problem>> {
    ctx.db
        .read(move |conn| {
            let mut problems = Vec::new();
            if names::is_taken(conn, &username)? {
                problems.push(names::taken("username"));
            }
            if users::has_email(conn, &email_key)? {
                problems.push(names::taken("email"));
            }
            Ok(problems)
        })
        .await
}

/// Writes a new member down.
///
/// # Errors
/// `Invalid` where someone was faster.
pub(crate) fn insert(ctx: &Ctx, conn: &mut Conn, ready: Ready) -> Result<AccountId> {
    let Ready {
        account,
        user,
        keys,
    } = ready;
    let id = account.id;
    accounts::insert(conn, &account).map_err(|error| names::collision(error, "username"))?;
    users::insert(conn, &user).map_err(|error| names::collision(error, "username"))?;
    actor_keys::replace(conn, id, &keys.into_rows(ctx, &account))?;
    Ok(id)
}

/// Makes a member of the highest rank of a new one: confirmed, approved, the owner.
pub(crate) fn as_owner(new: NewUser) -> NewUser {
    NewUser {
        role: ServerRole::Owner,
        confirmed: true,
        approved: true,
        ..new
    }
}

/// The address as typed, and in the one form in which it is compared. Quoted local parts and everything
/// that could end a line of a mail are refused.
pub(crate) fn email(typed: &str) -> std::result::Result<(String, String), Problem> {
    let problem = |code, text: &str| Problem {
        field: "email",
        code,
        text: text.to_owned(),
    };
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(problem("ERR_BLANK", "an e-mail address is needed"));
    }
    let invalid = || problem("ERR_INVALID", "this is not an e-mail address");
    let (local, domain) = typed.split_once('@').ok_or_else(invalid)?;
    let fine = |b: u8| {
        b.is_ascii_alphanumeric()
            || matches!(
                b,
                b'.' | b'_' | b'-' | b'+' | b'=' | b'\'' | b'~' | b'#' | b'!' | b'&' | b'*'
            )
    };
    if typed.len() > 254 || local.is_empty() || local.len() > 64 || !local.bytes().all(fine) {
        return Err(invalid());
    }
    let domain: Domain = domain.parse().map_err(|_e| invalid())?;
    if domain.host() != domain.as_str() {
        return Err(invalid());
    }
    // RFC 6761: these never lead anywhere, so no mail arrives there.
    let last = domain.as_str().rsplit('.').next().unwrap_or_default();
    if last == domain.as_str() || matches!(last, "invalid" | "localhost" | "onion") {
        return Err(problem(
            "ERR_UNREACHABLE",
            "no mail can be sent to this address",
        ));
    }
    Ok((
        format!("{local}@{domain}"),
        format!("{}@{domain}", local.to_ascii_lowercase()),
    ))
}

/// The form in which an e-mail address is compared; what is none is only lower-cased. PostgreSQL takes no
/// NUL in a text, and no name has one.
pub(crate) fn login_key(typed: &str) -> String {
    email(typed).map_or_else(
        |_no_address| typed.trim().to_lowercase().replace('\0', "?"),
        |(_, key)| key,
    )
}

/// Does it look like a language tag?
pub(crate) fn is_locale(text: &str) -> bool {
    (2..=35).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

/// A language tag, or English.
fn locale(text: &str) -> String {
    if is_locale(text) {
        text.replace('_', "-")
    } else {
        "en".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_form() {
        assert_eq!(
            email(" Ana+Mail@EXAMPLE.com ").unwrap(),
            (
                "Ana+Mail@example.com".to_owned(),
                "ana+mail@example.com".to_owned()
            )
        );
        for text in [
            "",
            "ana",
            "@x",
            "ana@",
            "a\"b@x",
            "a@x,b@y",
            "a@x\r\nBcc: b@y",
            "a\r\nb@x",
            "a b@x",
            "а@x.example",
            "ana@x:25",
            "ana@x",
            "ana@mail.invalid",
            "admin\0@x.example",
            "*)(uid=*))(|(uid=*@x.example",
            &format!("{}@x.example", "a".repeat(500)),
        ] {
            assert!(email(text).is_err(), "{text:?}");
        }
    }
}
