//! Accounts: found, made, changed.

use std::sync::Arc;

use database::accounts::{self, Account, Profile};
use database::groups;
use database::profiles;
use database::users;
use database::{Conn, actor_keys, follows, statistics as totals};
use model::{
    AccountId, AccountKind, Event, FollowState, GroupKind, Handle, InstanceId, Job, Millis, Page,
    Paged, Secret, ServerRole, Visibility,
};

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::stewardship::{self, Deed, GroupChange, Why};
use crate::views::account::{self, AccountView, Viewer};
use crate::{enrol, jobs, keys, policy, profile, verification};

mod elsewhere;
#[cfg(test)]
mod tests;

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

/// Changes to a profile; `None` leaves a field as it is.
#[derive(Clone, Debug, Default)]
pub struct ProfileChange {
    /// Plain text.
    pub display_name: Option<String>,
    /// As typed.
    pub note: Option<String>,
    /// Name and value of each field, at most four.
    pub fields: Option<Vec<(String, String)>>,
    /// Bytes of a new picture.
    pub avatar: Option<Vec<u8>>,
    /// Bytes of a new picture.
    pub header: Option<Vec<u8>>,
    /// The avatar goes.
    pub remove_avatar: bool,
    /// The header goes.
    pub remove_header: bool,
    /// What the avatar shows.
    pub avatar_description: Option<String>,
    /// What the header shows.
    pub header_description: Option<String>,
    /// Domains whose pages may name this account as their author.
    pub attribution_domains: Option<Vec<String>>,
    /// A tab of pictures?
    pub show_media: Option<bool>,
    /// With pictures in answers?
    pub show_media_replies: Option<bool>,
    /// A tab of what it features?
    pub show_featured: Option<bool>,
    /// Followers need approval (a group: becomes Approved or Open).
    pub locked: Option<bool>,
    /// A bot?
    pub bot: Option<bool>,
    /// May be suggested.
    pub discoverable: Option<bool>,
    /// May be found by search.
    pub indexable: Option<bool>,
    /// Hide followers and following.
    pub hide_collections: Option<bool>,
    /// For new posts.
    pub default_visibility: Option<Visibility>,
    /// For new posts.
    pub default_sensitive: Option<bool>,
    /// For new posts; `Some(None)` forgets it.
    pub default_language: Option<Option<String>>,
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

/// Changes a profile: one's own, or the group's that a moderator acts for.
///
/// # Errors
/// `Invalid`, `Media`.
pub async fn update(ctx: &Ctx, viewer: &Viewer, change: ProfileChange) -> Result<AccountView> {
    update_with(ctx, viewer, change, GroupChange::default()).await
}

/// As [`update`]; of a group also what it decides about itself, all or nothing of both.
///
/// # Errors
/// As [`update`]; `Forbidden` for what only owners decide.
pub(crate) async fn update_with(
    ctx: &Ctx,
    viewer: &Viewer,
    change: ProfileChange,
    options: GroupChange,
) -> Result<AccountView> {
    let asking = viewer.clone();
    let before = ctx
        .db
        .read(move |conn| {
            policy::may_act(conn, &asking)?;
            Ok::<_, Error>(accounts::get(conn, asking.id())?)
        })
        .await?;
    let texts = texts(ctx, &change).await?;
    let (avatar, header) = tokio::try_join!(
        profile::picture(ctx, change.avatar.clone(), media::avatar),
        profile::picture(ctx, change.header.clone(), media::header),
    )?;
    let fresh: Vec<String> = avatar.iter().chain(&header).cloned().collect();
    let mut stale = Vec::new();
    let avatar = avatar.or_else(|| change.remove_avatar.then(String::new));
    let header = header.or_else(|| change.remove_header.then(String::new));
    if avatar.is_some() && !before.avatar.is_empty() {
        stale.push(before.avatar);
    }
    if header.is_some() && !before.header.is_empty() {
        stale.push(before.header);
    }
    let (context, viewer) = (Arc::clone(ctx), viewer.clone());
    let outcome = ctx
        .write(move |conn| {
            policy::may_act(conn, &viewer)?;
            let account = accounts::get(conn, viewer.id())?;
            let pictures = (avatar, header);
            write_extras(conn, &account, &change)?;
            write_profile(&context, conn, &viewer, &account, &change, texts, pictures)?;
            if account.is_group() {
                write_options(&context, conn, &viewer, &account, &change, options)?;
            } else {
                write_defaults(conn, account.id, &change)?;
            }
            account::one_in(conn, account.id)
        })
        .await;
    // What the row does not name any more, or never will, leaves the disk.
    profile::drop_pictures(ctx, if outcome.is_ok() { &stale } else { &fresh }).await;
    outcome
}

/// The texts of a change, ready to store.
#[derive(Default)]
struct Texts {
    display_name: Option<String>,
    note: Option<profile::Written>,
    fields: Option<serde_json::Value>,
}

async fn texts(ctx: &Ctx, change: &ProfileChange) -> Result<Texts> {
    let mut texts = Texts::default();
    if let Some(name) = &change.display_name {
        if text::graphemes(name) > profile::MOST_NAME {
            return Err(profile::name_too_long());
        }
        texts.display_name = Some(text::display_name(name, profile::MOST_NAME));
    }
    if let Some(note) = &change.note {
        texts.note = Some(profile::note(ctx, note.clone()).await?);
    }
    if let Some(fields) = &change.fields {
        texts.fields = Some(profile::fields(ctx, fields.clone()).await?);
    }
    Ok(texts)
}

fn write_extras(conn: &mut Conn, account: &Account, change: &ProfileChange) -> Result<()> {
    let before = profiles::get(conn, account.id)?;
    let mut after = profile::extras(before.clone(), change)?;
    // A description says what a picture shows: without the picture there is none.
    if change.remove_avatar {
        after.avatar_description.clear();
    }
    if change.remove_header {
        after.header_description.clear();
    }
    if after != before {
        profiles::put(conn, &after)?;
    }
    Ok(())
}

fn write_profile(
    ctx: &Ctx,
    conn: &mut Conn,
    viewer: &Viewer,
    account: &Account,
    change: &ProfileChange,
    texts: Texts,
    pictures: (Option<String>, Option<String>),
) -> Result<()> {
    let mut row = Profile::of(account);
    if let Some(name) = texts.display_name {
        row.display_name = name;
    }
    if let Some(note) = texts.note {
        row.note_source = note.source;
        row.note = note.html;
    }
    if let Some(fields) = texts.fields {
        row.fields = verification::carry(&account.fields, fields);
        if row.fields != account.fields && verification::has_links(&row.fields) {
            let (id, now) = (account.id, ctx.now());
            let job = Job::VerifyLinks { account: id };
            jobs::enqueue(ctx, conn, &job, Some(&format!("verify-links-{id}")), now)?;
        }
    }
    if let Some(avatar) = pictures.0 {
        row.avatar = avatar;
    }
    if let Some(header) = pictures.1 {
        row.header = header;
    }
    if !account.is_group() {
        row.locked = change.locked.unwrap_or(row.locked);
        row.discoverable = change.discoverable.unwrap_or(row.discoverable);
    }
    row.indexable = change.indexable.unwrap_or(row.indexable);
    row.show_collections = change
        .hide_collections
        .map_or(row.show_collections, |hide| !hide);
    if let (Some(bot), AccountKind::Person | AccountKind::Bot) = (change.bot, account.kind) {
        row.kind = if bot {
            AccountKind::Bot
        } else {
            AccountKind::Person
        };
    }
    if row == Profile::of(account) {
        return Ok(());
    }
    row.updated_at = ctx.now();
    accounts::set_profile(conn, account.id, &row)?;
    if account.is_group() {
        let by = policy::moderator(conn, viewer, account.id)?;
        stewardship::profile_changed(ctx, conn, &by, &parts(&Profile::of(account), &row))?;
    }
    let account = account.id;
    Ok(ctx.record(conn, &Event::ProfileUpdated { account })?)
}

/// What of a profile is another now, in the words of the log.
fn parts(before: &Profile, after: &Profile) -> Vec<&'static str> {
    [
        ("name", before.display_name != after.display_name),
        ("note", before.note_source != after.note_source),
        ("fields", before.fields != after.fields),
        ("avatar", before.avatar != after.avatar),
        ("header", before.header != after.header),
    ]
    .into_iter()
    .filter_map(|(part, changed)| changed.then_some(part))
    .collect()
}

/// The options of a group, with what apps know of them: is there a door, and is it listed. (A private group has
/// one whatever an app says.)
fn write_options(
    ctx: &Ctx,
    conn: &mut Conn,
    viewer: &Viewer,
    account: &Account,
    change: &ProfileChange,
    options: GroupChange,
) -> Result<()> {
    let by = policy::moderator(conn, viewer, account.id)?;
    let known = groups::find(conn, account.id)?.ok_or(Error::NotFound)?;
    let kind = change
        .locked
        .filter(|locked| known.kind != GroupKind::Private && *locked != known.kind.has_door())
        .map(|locked| {
            if locked {
                GroupKind::Approved
            } else {
                GroupKind::Open
            }
        });
    let listed = change
        .discoverable
        .filter(|listed| *listed != account.discoverable);
    let options = GroupChange {
        kind: options.kind.or(kind),
        listed: options.listed.or(listed),
        ..options
    };
    if options != GroupChange::default() {
        let deed = Deed::Change { change: options };
        stewardship::act(ctx, conn, &by, &deed, &Why::default())?;
    }
    Ok(())
}

fn write_defaults(conn: &mut Conn, id: AccountId, change: &ProfileChange) -> Result<()> {
    let Some(user) = users::find(conn, id)? else {
        return Ok(());
    };
    let language = match &change.default_language {
        Some(language) => language.as_deref().filter(|tag| {
            (2..=35).contains(&tag.len())
                && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        }),
        None => user.default_language.as_deref(),
    };
    // A default audience of one would be a trap.
    let visibility = change
        .default_visibility
        .filter(|wanted| *wanted != Visibility::Direct && wanted.is_chosen())
        .unwrap_or(user.default_visibility);
    let sensitive = change.default_sensitive.unwrap_or(user.default_sensitive);
    Ok(users::set_defaults(
        conn, id, visibility, sensitive, language,
    )?)
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
