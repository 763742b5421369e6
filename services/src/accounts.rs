//! Accounts: found, made, changed.

use std::sync::Arc;

use database::accounts;
use database::{Conn, actor_keys, follows, statistics as totals};
use model::{
    AccountId, AccountKind, FollowState, Handle, InstanceId, Job, Millis, Page, Paged, Secret,
    ServerRole,
};

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::views::account::{self, AccountView, Viewer};
use crate::{enrol, jobs, keys, policy};

mod change;
mod elsewhere;
#[cfg(test)]
mod tests;

pub(crate) use change::update_with;
pub use change::{ProfileChange, update};
pub use elsewhere::{find_anywhere, receive, receive_delete};

/// A new member.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// The wanted name.
    pub username: String,
    /// The e-mail address.
    pub email: String,
    /// At least eight characters.
    pub password: Secret<String>,
    /// On the server as a whole.
    pub role: ServerRole,
    /// The language of pages and mails.
    pub locale: String,
    /// The e-mail address needs no confirmation.
    pub confirmed: bool,
    /// No moderator needs to agree.
    pub approved: bool,
}

/// An actor of another server, understood and checked.
#[derive(Clone, Debug)]
pub struct RemoteProfile {
    /// The ActivityPub id.
    pub uri: String,
    /// The page.
    pub url: String,
    /// The domain of its handle.
    pub domain: String,
    /// The name in its handle.
    pub username: String,
    /// What it is.
    pub kind: AccountKind,
    /// Plain text.
    pub display_name: String,
    /// Raw HTML: it is cleaned here.
    pub note: String,
    /// Name and raw HTML of each field.
    pub fields: Vec<(String, String)>,
    /// Address of the picture; empty for none.
    pub avatar: String,
    /// Address of the picture; empty for none.
    pub header: String,
    /// Followers need approval.
    pub locked: bool,
    /// A group whose threads are for its members.
    pub members_only: bool,
    /// May be suggested.
    pub discoverable: bool,
    /// May be found by search.
    pub indexable: bool,
    /// When it was made.
    pub published: Option<Millis>,
    /// Where it receives.
    pub inbox: String,
    /// Where its server receives for all; empty for none.
    pub shared_inbox: String,
    /// Empty for none.
    pub outbox: String,
    /// Empty for none.
    pub followers: String,
    /// Empty for none.
    pub featured: String,
    /// Empty for none.
    pub moderators: String,
    /// Its server.
    pub instance: InstanceId,
    /// Key id, kind (0 RSA, 1 Ed25519) and DER (RSA: `SubjectPublicKeyInfo`; Ed25519: the 32 bytes) of each key.
    pub keys: Vec<(String, i16, Vec<u8>)>,
}

/// Makes a member: account, user, both keys, in one transaction.
///
/// # Errors
/// `Invalid` with a problem per field (taken, reserved, too short..).
pub async fn create_user(ctx: &Ctx, new: NewUser) -> Result<AccountView> {
    let ready = enrol::prepare(ctx, new).await?;
    let context = Arc::clone(ctx);
    ctx.write(move |conn| {
        let id = enrol::insert(&context, conn, ready)?;
        account::one_in(conn, id)
    })
    .await
}

/// The server's own actor with its keys; made at the first call.
///
/// # Errors
/// The database.
pub async fn server_actor(ctx: &Ctx) -> Result<AccountView> {
    let uri = ctx.place.account_uri(AccountKind::Server, "");
    let known = uri.clone();
    let found = ctx
        .db
        .read(move |conn| match accounts::by_uri(conn, &known)? {
            Some(account) => account::one_in(conn, account.id).map(Some),
            None => Ok::<_, Error>(None),
        })
        .await?;
    if let Some(view) = found {
        return Ok(view);
    }
    let keys = keys::generate().await?;
    let context = Arc::clone(ctx);
    ctx.write(move |conn| {
        // Someone else may have been faster.
        if let Some(account) = accounts::by_uri(conn, &uri)? {
            return account::one_in(conn, account.id);
        }
        let ctx = &context;
        // The domain is its name: nobody can have one with a dot or colon in it. A bare host could be taken.
        let domain = ctx.place.domain().as_str();
        let name = if domain.contains(['.', ':']) {
            domain
        } else {
            "balai"
        };
        let mut row = enrol::blank(ctx, AccountKind::Server, name);
        row.url = ctx.place.base().to_owned();
        row.locked = true;
        accounts::insert(conn, &row)?;
        actor_keys::replace(conn, row.id, &keys.into_rows(ctx, &row))?;
        account::one_in(conn, row.id)
    })
    .await
}

/// By handle, in the database as it is. A handle with our own domain, or none, is local.
///
/// # Errors
/// `NotFound`.
pub async fn lookup(ctx: &Ctx, handle: &Handle) -> Result<AccountView> {
    let key = handle.username.key();
    let domain = handle
        .domain
        .as_ref()
        .filter(|domain| *domain != ctx.place.domain())
        .map(ToString::to_string)
        .unwrap_or_default();
    ctx.db
        .read(move |conn| {
            let account = accounts::by_name(conn, &key, &domain)?.ok_or(Error::NotFound)?;
            account::one_in(conn, account.id)
        })
        .await
}

/// Whom to ask about the place: the account that its settings name, where it is there.
///
/// # Errors
/// The database.
pub async fn contact(ctx: &Ctx) -> Result<Option<AccountView>> {
    let Ok(handle) = ctx.settings().contact_account.parse::<Handle>() else {
        return Ok(None);
    };
    match lookup(ctx, &handle).await {
        Ok(view) if view.account.suspended_at.is_none() => Ok(Some(view)),
        Ok(_) | Err(Error::NotFound) => Ok(None),
        Err(other) => Err(other),
    }
}

/// Asks the home of a remote account for its profile, unless that was done today.
///
/// # Errors
/// `NotFound`, or where the other server does not answer.
pub async fn refresh(ctx: &Ctx, id: AccountId) -> Result<()> {
    let account = ctx.db.read(move |conn| accounts::get(conn, id)).await?;
    if !account.is_local() {
        ctx.fediverse().fetch_account(&account.uri).await?;
    }
    Ok(())
}

/// By ActivityPub id, in the database as it is.
///
/// # Errors
/// The database.
pub async fn find_by_uri(ctx: &Ctx, uri: &str) -> Result<Option<AccountView>> {
    // PostgreSQL takes no NUL in a text, and no address has one.
    if uri.contains('\0') {
        return Ok(None);
    }
    let uri = uri.to_owned();
    ctx.db
        .read(move |conn| match accounts::by_uri(conn, &uri)? {
            Some(account) => account::one_in(conn, account.id).map(Some),
            None => Ok(None),
        })
        .await
}

/// One that this viewer may look at: a suspended one, or one that blocks the viewer, is still shown
/// (the API says so in its relationship); what does not exist is not. Where it lives elsewhere and was
/// last read there more than a day ago, a job asks its home again: whoever looks next sees the news.
///
/// # Errors
/// `NotFound`.
pub async fn show(ctx: &Ctx, _viewer: Option<&Viewer>, id: AccountId) -> Result<AccountView> {
    let stale_before = ctx.now().plus(-Millis::DAY);
    let key = format!("account:{}", id.0);
    let known = key.clone();
    let (view, ask) = ctx
        .db
        .read(move |conn| {
            let view = account::one_in(conn, id)?;
            let stale = accounts::remote(conn, id)?.is_some_and(|it| it.fetched_at < stale_before);
            let ask = stale && !database::jobs::waits(conn, &known)?;
            Ok::<_, Error>((view, ask))
        })
        .await?;
    if ask {
        let home = Arc::clone(ctx);
        ctx.write(move |conn| {
            let job = Job::RefreshAccount { account: id };
            jobs::enqueue(&home, conn, &job, Some(&key), home.now())
        })
        .await?;
    }
    Ok(view)
}

/// Followers; entries for the owner (a group: its moderators) or where the owner opened them, else an
/// empty page. Cursors are rows of follows.
///
/// # Errors
/// `NotFound`.
pub async fn followers(
    ctx: &Ctx,
    viewer: Option<&Viewer>,
    id: AccountId,
    page: Page,
) -> Result<Paged<AccountView>> {
    let viewer = viewer.cloned();
    ctx.db
        .read(move |conn| {
            if !may_list(conn, viewer.as_ref(), id)? {
                return Ok(Paged::empty());
            }
            let rows = follows::followers(conn, id, FollowState::Accepted, &page)?;
            account::page_in(conn, rows, &page)
        })
        .await
}

/// Whom it follows, by the same rule.
///
/// # Errors
/// `NotFound`.
pub async fn following(
    ctx: &Ctx,
    viewer: Option<&Viewer>,
    id: AccountId,
    page: Page,
) -> Result<Paged<AccountView>> {
    let viewer = viewer.cloned();
    ctx.db
        .read(move |conn| {
            if !may_list(conn, viewer.as_ref(), id)? {
                return Ok(Paged::empty());
            }
            let rows = follows::following(conn, id, FollowState::Accepted, &page)?;
            account::page_in(conn, rows, &page)
        })
        .await
}

/// May this viewer see who follows, and is followed by, this account?
fn may_list(conn: &mut Conn, viewer: Option<&Viewer>, id: AccountId) -> Result<bool> {
    let account = accounts::get(conn, id)?;
    let Some(viewer) = viewer else {
        return Ok(account.show_collections && account.is_local());
    };
    if viewer.id() == id {
        return policy::may_act(conn, viewer).map(|()| true);
    }
    if account.is_group() && account.is_local() && policy::moderator(conn, viewer, id).is_ok() {
        return Ok(true);
    }
    Ok(account.show_collections
        && account.is_local()
        && !database::blocks::between(conn, viewer.id(), id)?)
}

/// Counts for the instance documents: people here, active in the last month, statuses written here,
/// other servers known.
///
/// # Errors
/// The database.
pub async fn statistics(ctx: &Ctx) -> Result<Statistics> {
    let now = ctx.now();
    ctx.db
        .read(move |conn| {
            Ok(Statistics {
                users: totals::users(conn)?,
                active_month: totals::active_since(conn, now.plus(-30 * Millis::DAY))?,
                active_half_year: totals::active_since(conn, now.plus(-180 * Millis::DAY))?,
                statuses: totals::statuses(conn)?,
                domains: totals::domains(conn)?,
            })
        })
        .await
}

/// Totals of the place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// People here.
    pub users: i64,
    /// Who posted in the last month.
    pub active_month: i64,
    /// Who posted in the last half year.
    pub active_half_year: i64,
    /// Statuses written here.
    pub statuses: i64,
    /// Servers known.
    pub domains: i64,
}
