//! A profile is changed: one's own, or that of a group for which a moderator acts.

use std::sync::Arc;

use database::accounts::{self, Account, Profile};
use database::{Conn, groups, profiles, users};
use model::{AccountId, AccountKind, Event, GroupKind, Job, Visibility};

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::stewardship::{self, Deed, GroupChange, Why};
use crate::views::account::{self, AccountView, Viewer};
use crate::{jobs, policy, profile, verification};

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
