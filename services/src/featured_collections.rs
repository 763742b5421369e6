//! Collections: accounts that a member recommends together under a name. Whoever agreed to be found may be
//! put in, and may take themselves out for good. They stay on this server: nothing is sent.

use std::collections::HashMap;
use std::sync::Arc;

use database::accounts::{self, Account};
use database::featured_collections::{self as rows, ACCEPTED, Collection, Item};
use database::{Conn, account_domain_blocks, blocks};
use model::{AccountId, AccountKind, CollectionId, CollectionItemId};

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::policy;
use crate::views::account::{self, AccountView, Viewer};

/// Collections that one member may have.
pub const MOST_COLLECTIONS: i64 = 10;
/// Accounts in one collection.
pub const MOST_ITEMS: usize = 25;
/// Letters of a name.
pub const MOST_NAME: usize = 40;
/// Letters of a description.
pub const MOST_DESCRIPTION: usize = 100;

/// A collection with who is in it, as its viewer may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CollectionView {
    /// The row.
    pub collection: Collection,
    /// Who is in it; the owner sees who took themselves out too.
    pub items: Vec<Item>,
}

/// Changes to a collection; `None` leaves a field.
#[derive(Clone, Debug, Default)]
pub struct CollectionChange {
    /// 1 to 40 characters.
    pub name: Option<String>,
    /// At most 100 characters.
    pub description: Option<String>,
    /// `Some(None)` forgets it.
    pub language: Option<Option<String>>,
    /// A hashtag; empty for none.
    pub tag: Option<String>,
    /// Not for everyone's eyes?
    pub sensitive: Option<bool>,
    /// On the profile?
    pub discoverable: Option<bool>,
}

fn wrong(field: &'static str, code: &'static str, text: String) -> Error {
    Error::invalid(field, code, text)
}

/// Writes a change into a row.
fn apply(row: &mut Collection, change: CollectionChange) -> Result<()> {
    if let Some(name) = change.name {
        if text::graphemes(&name) > MOST_NAME {
            let text = format!("Name is too long (maximum is {MOST_NAME} characters)");
            return Err(wrong("name", "ERR_TOO_LONG", text));
        }
        row.name = text::display_name(&name, MOST_NAME);
    }
    if row.name.is_empty() {
        return Err(wrong("name", "ERR_BLANK", "Name can't be blank".to_owned()));
    }
    if let Some(description) = change.description {
        if text::graphemes(&description) > MOST_DESCRIPTION {
            let text =
                format!("Description is too long (maximum is {MOST_DESCRIPTION} characters)");
            return Err(wrong("description", "ERR_TOO_LONG", text));
        }
        row.description = text::multiline(&description, MOST_DESCRIPTION);
    }
    if let Some(language) = change.language {
        let is_tag = |tag: &String| {
            (2..=35).contains(&tag.len())
                && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        if language.as_ref().is_some_and(|tag| !is_tag(tag)) {
            return Err(wrong(
                "language",
                "ERR_INVALID",
                "Language is invalid".to_owned(),
            ));
        }
        row.language = language;
    }
    if let Some(tag) = change.tag {
        let tag = tag.trim().trim_start_matches('#');
        let is_word = tag.chars().count() <= 100
            && tag
                .chars()
                .all(|letter| letter.is_alphanumeric() || letter == '_');
        if !is_word {
            return Err(wrong(
                "tag_name",
                "ERR_INVALID",
                "Tag is invalid".to_owned(),
            ));
        }
        tag.clone_into(&mut row.tag);
    }
    row.sensitive = change.sensitive.unwrap_or(row.sensitive);
    row.discoverable = change.discoverable.unwrap_or(row.discoverable);
    Ok(())
}

/// Makes one, with these accounts in it.
///
/// # Errors
/// `Invalid`, `LimitExceeded`; as [`add`] for the accounts.
pub async fn create(
    ctx: &Ctx,
    viewer: &Viewer,
    change: CollectionChange,
    accounts: Vec<AccountId>,
) -> Result<CollectionView> {
    let now = ctx.now();
    let mut row = Collection {
        id: ctx.id(),
        account_id: viewer.id(),
        name: String::new(),
        description: String::new(),
        language: None,
        tag: String::new(),
        sensitive: false,
        discoverable: true,
        created_at: now,
        updated_at: now,
    };
    apply(&mut row, change)?;
    let (context, viewer) = (Arc::clone(ctx), viewer.clone());
    ctx.write(move |conn| {
        policy::may_act(conn, &viewer)?;
        if rows::count(conn, viewer.id())? >= MOST_COLLECTIONS {
            return Err(Error::LimitExceeded(
                "Validation failed: You have as many collections as there may be",
            ));
        }
        rows::insert(conn, &row)?;
        for account in accounts {
            insert(&context, conn, &row, account)?;
        }
        one(conn, Some(viewer.id()), row.id)
    })
    .await
}

/// Changes one of one's own.
///
/// # Errors
/// `NotFound` for someone else's, `Invalid`.
pub async fn update(
    ctx: &Ctx,
    viewer: &Viewer,
    id: CollectionId,
    change: CollectionChange,
) -> Result<CollectionView> {
    let (viewer, now) = (viewer.clone(), ctx.now());
    ctx.write(move |conn| {
        policy::may_act(conn, &viewer)?;
        let mut row = own(conn, viewer.id(), id)?;
        apply(&mut row, change)?;
        row.updated_at = now;
        rows::update(conn, &row)?;
        one(conn, Some(viewer.id()), id)
    })
    .await
}

/// Deletes one of one's own.
///
/// # Errors
/// `NotFound` for someone else's.
pub async fn delete(ctx: &Ctx, viewer: &Viewer, id: CollectionId) -> Result<()> {
    let viewer = viewer.clone();
    ctx.write(move |conn| {
        policy::may_act(conn, &viewer)?;
        let row = own(conn, viewer.id(), id)?;
        Ok(rows::delete(conn, row.id)?)
    })
    .await
}

fn own(conn: &mut Conn, viewer: AccountId, id: CollectionId) -> Result<Collection> {
    rows::find(conn, id)?
        .filter(|row| row.account_id == viewer)
        .ok_or(Error::NotFound)
}

/// May this account be put into a collection of `owner`? It has to have agreed to be found, and nothing
/// may stand between the two.
fn may_feature(conn: &mut Conn, owner: AccountId, account: &Account) -> Result<()> {
    let free = account.discoverable
        && account.suspended_at.is_none()
        && account.kind != AccountKind::Server
        && !blocks::between(conn, owner, account.id)?
        && !account_domain_blocks::hides(conn, owner, &account.domain)?;
    if free || account.id == owner {
        return Ok(());
    }
    Err(Error::Forbidden(
        "this account does not want to be in collections",
    ))
}

fn insert(ctx: &Ctx, conn: &mut Conn, row: &Collection, account: AccountId) -> Result<Item> {
    let account = accounts::get(conn, account)?;
    may_feature(conn, row.account_id, &account)?;
    let present = rows::items(conn, &[row.id])?;
    if let Some(item) = present.iter().find(|item| item.account_id == account.id) {
        if item.state == ACCEPTED {
            return Err(wrong(
                "account",
                "ERR_TAKEN",
                "Account has already been taken".to_owned(),
            ));
        }
        return Err(Error::Forbidden("this account has left the collection"));
    }
    if present.iter().filter(|item| item.state == ACCEPTED).count() >= MOST_ITEMS {
        return Err(Error::LimitExceeded(
            "Validation failed: Collection has as many accounts as it may",
        ));
    }
    let item = Item {
        id: ctx.id(),
        collection_id: row.id,
        account_id: account.id,
        state: ACCEPTED,
        created_at: ctx.now(),
    };
    rows::add(conn, &item)?;
    Ok(item)
}

/// Puts an account into a collection of one's own.
///
/// # Errors
/// `NotFound`; `Forbidden` for who does not want it; `Invalid` for who is in it; `LimitExceeded`.
pub async fn add(ctx: &Ctx, viewer: &Viewer, id: CollectionId, account: AccountId) -> Result<Item> {
    let (context, viewer) = (Arc::clone(ctx), viewer.clone());
    ctx.write(move |conn| {
        policy::may_act(conn, &viewer)?;
        let mut row = own(conn, viewer.id(), id)?;
        let item = insert(&context, conn, &row, account)?;
        row.updated_at = context.now();
        rows::update(conn, &row)?;
        Ok(item)
    })
    .await
}

fn item(conn: &mut Conn, collection: CollectionId, id: CollectionItemId) -> Result<Item> {
    rows::items(conn, &[collection])?
        .into_iter()
        .find(|item| item.id == id)
        .ok_or(Error::NotFound)
}

/// Takes an account out of a collection of one's own.
///
/// # Errors
/// `NotFound`.
pub async fn remove(
    ctx: &Ctx,
    viewer: &Viewer,
    id: CollectionId,
    which: CollectionItemId,
) -> Result<()> {
    let (viewer, now) = (viewer.clone(), ctx.now());
    ctx.write(move |conn| {
        policy::may_act(conn, &viewer)?;
        let mut row = own(conn, viewer.id(), id)?;
        let item = item(conn, row.id, which)?;
        // Who left stays out: their row is kept.
        if item.state == ACCEPTED {
            rows::remove(conn, item.id)?;
            row.updated_at = now;
            rows::update(conn, &row)?;
        }
        Ok(())
    })
    .await
}

/// Takes oneself out of someone's collection, for good.
///
/// # Errors
/// `NotFound` for a collection in which one is not.
pub async fn revoke(
    ctx: &Ctx,
    viewer: &Viewer,
    id: CollectionId,
    which: CollectionItemId,
) -> Result<()> {
    let viewer = viewer.clone();
    ctx.write(move |conn| {
        policy::may_act(conn, &viewer)?;
        let item = item(conn, id, which)?;
        if item.account_id != viewer.id() {
            return Err(Error::NotFound);
        }
        Ok(rows::revoke(conn, item.id)?)
    })
    .await
}

/// The collections with who is in them, for this viewer.
fn views(
    conn: &mut Conn,
    viewer: Option<AccountId>,
    found: Vec<Collection>,
) -> Result<Vec<CollectionView>> {
    let ids: Vec<CollectionId> = found.iter().map(|row| row.id).collect();
    let mut inside: HashMap<CollectionId, Vec<Item>> = HashMap::new();
    for item in rows::items(conn, &ids)? {
        inside.entry(item.collection_id).or_default().push(item);
    }
    Ok(found
        .into_iter()
        .map(|collection| {
            let mut items = inside.remove(&collection.id).unwrap_or_default();
            let owns = viewer == Some(collection.account_id);
            items.retain(|item| item.state == ACCEPTED || owns);
            CollectionView { items, collection }
        })
        .collect())
}

fn one(conn: &mut Conn, viewer: Option<AccountId>, id: CollectionId) -> Result<CollectionView> {
    let row = rows::find(conn, id)?.ok_or(Error::NotFound)?;
    views(conn, viewer, vec![row])?.pop().ok_or(Error::NotFound)
}

/// May this viewer look at what this account collected?
fn open(conn: &mut Conn, viewer: Option<AccountId>, owner: AccountId) -> Result<bool> {
    let account = accounts::get(conn, owner)?;
    Ok(account.suspended_at.is_none()
        && match viewer {
            Some(viewer) if viewer != owner => !blocks::between(conn, viewer, owner)?,
            _ => true,
        })
}

/// One, with the accounts in it and its owner.
///
/// # Errors
/// `NotFound`, also where its owner and the viewer block each other.
pub async fn show(
    ctx: &Ctx,
    viewer: Option<&Viewer>,
    id: CollectionId,
) -> Result<(CollectionView, Vec<AccountView>)> {
    let viewer = viewer.map(Viewer::id);
    ctx.db
        .read(move |conn| {
            let view = one(conn, viewer, id)?;
            let owner = view.collection.account_id;
            if !open(conn, viewer, owner)? {
                return Err(Error::NotFound);
            }
            let inside = view
                .items
                .iter()
                .filter(|item| item.state == ACCEPTED && item.account_id != owner)
                .map(|item| item.account_id);
            let everyone: Vec<AccountId> = std::iter::once(owner).chain(inside).collect();
            Ok((view, account::load_in(conn, &everyone)?))
        })
        .await
}

/// Those of an account: all for the owner, those on the profile for others.
///
/// # Errors
/// `NotFound` where there is no such account.
pub async fn of(
    ctx: &Ctx,
    viewer: Option<&Viewer>,
    owner: AccountId,
    limit: i64,
    offset: i64,
) -> Result<Vec<CollectionView>> {
    let viewer = viewer.map(Viewer::id);
    ctx.db
        .read(move |conn| {
            if !open(conn, viewer, owner)? {
                return Ok(Vec::new());
            }
            let found = rows::of(conn, owner, viewer == Some(owner), limit, offset)?;
            views(conn, viewer, found)
        })
        .await
}

/// Those in which one is oneself.
///
/// # Errors
/// `NotFound` where someone else is asked about.
pub async fn holding(
    ctx: &Ctx,
    viewer: &Viewer,
    account: AccountId,
    limit: i64,
    offset: i64,
) -> Result<Vec<CollectionView>> {
    if viewer.id() != account {
        return Err(Error::NotFound);
    }
    ctx.db
        .read(move |conn| {
            let found = rows::holding(conn, account, limit, offset)?;
            views(conn, Some(account), found)
        })
        .await
}
