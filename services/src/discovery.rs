//! Whom one may discover: the directory, suggestions, and who among one's own follows knows someone.

use std::collections::HashMap;

use database::directory;
use database::timelines::Reader;
use database::{accounts, visible};
use model::AccountId;

pub use database::directory::Order;

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::views::account::{self, AccountView, Viewer};

pub mod groups;

/// Of how many accounts one may ask at once who knows them.
const MOST_ASKED: usize = 40;
/// Acquaintances that are named for each.
const MOST_FAMILIAR: usize = 10;

/// Why someone is suggested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A group that the staff of this place shows first.
    Featured,
    /// People whom one follows follow them.
    FriendsOfFriends,
    /// Many follow them.
    MostFollowed,
}

/// A suggestion.
#[derive(Clone, Debug)]
pub struct Suggestion {
    /// Whom to follow.
    pub account: AccountView,
    /// Why.
    pub sources: Vec<Source>,
}

fn reader(ctx: &Ctx, viewer: Option<&Viewer>) -> Reader {
    Reader {
        viewer: viewer.map_or(visible::NOBODY, Viewer::id),
        now: ctx.now(),
    }
}

/// Who agreed to be found, without whom the viewer blocked, muted or hid.
///
/// # Errors
/// The database.
pub async fn directory(
    ctx: &Ctx,
    viewer: Option<&Viewer>,
    order: Order,
    local: bool,
    limit: i64,
    offset: i64,
) -> Result<Vec<AccountView>> {
    let reader = reader(ctx, viewer);
    ctx.db
        .read(move |conn| {
            let ids = directory::page(conn, reader, order, local, limit, offset)?;
            account::load_in(conn, &ids)
        })
        .await
}

/// Whom one might follow: groups that the place shows first, friends of friends, whom many follow.
///
/// # Errors
/// The database.
pub async fn suggestions(
    ctx: &Ctx,
    viewer: &Viewer,
    limit: i64,
    offset: i64,
) -> Result<Vec<Suggestion>> {
    let reader = reader(ctx, Some(viewer));
    ctx.db
        .read(move |conn| {
            // A later page looks behind what the earlier ones showed.
            let most = limit.saturating_add(offset);
            let mut order: Vec<AccountId> = Vec::new();
            let mut sources: HashMap<AccountId, Vec<Source>> = HashMap::new();
            for (source, found) in [
                (Source::Featured, directory::featured(conn, reader, most)?),
                (
                    Source::FriendsOfFriends,
                    directory::friends_of_friends(conn, reader, most)?,
                ),
                (
                    Source::MostFollowed,
                    directory::most_followed(conn, reader, most)?,
                ),
            ] {
                for id in found {
                    let known = sources.entry(id).or_default();
                    if known.is_empty() {
                        order.push(id);
                    }
                    known.push(source);
                }
            }
            let shown: Vec<AccountId> = order
                .into_iter()
                .skip(usize::try_from(offset).unwrap_or_default())
                .take(usize::try_from(limit).unwrap_or_default())
                .collect();
            Ok::<_, Error>(
                account::load_in(conn, &shown)?
                    .into_iter()
                    .map(|account| Suggestion {
                        sources: sources.remove(&account.account.id).unwrap_or_default(),
                        account,
                    })
                    .collect(),
            )
        })
        .await
}

/// Sends a suggestion away, for good.
///
/// # Errors
/// `NotFound` where there is no such account.
pub async fn dismiss(ctx: &Ctx, viewer: &Viewer, target: AccountId) -> Result<()> {
    let viewer = viewer.id();
    ctx.write(move |conn| {
        accounts::get(conn, target)?;
        Ok(directory::dismiss(conn, viewer, target)?)
    })
    .await
}

/// For each of these accounts those who follow it among the people whom the viewer follows.
///
/// # Errors
/// The database; `Invalid` for too many at once.
pub async fn familiar(
    ctx: &Ctx,
    viewer: &Viewer,
    ids: Vec<AccountId>,
) -> Result<Vec<(AccountId, Vec<AccountView>)>> {
    if ids.len() > MOST_ASKED {
        return Err(Error::invalid(
            "id",
            "ERR_TOO_LONG",
            format!("at most {MOST_ASKED} accounts at once"),
        ));
    }
    let viewer = viewer.id();
    ctx.db
        .read(move |conn| {
            let known = accounts::existing(conn, &ids)?;
            let mut pairs: HashMap<AccountId, Vec<AccountId>> = HashMap::new();
            for (target, friend) in directory::familiar(conn, viewer, &ids)? {
                let friends = pairs.entry(target).or_default();
                if friends.len() < MOST_FAMILIAR {
                    friends.push(friend);
                }
            }
            let everyone: Vec<AccountId> = pairs.values().flatten().copied().collect();
            let views: HashMap<AccountId, AccountView> = account::load_in(conn, &everyone)?
                .into_iter()
                .map(|view| (view.account.id, view))
                .collect();
            Ok::<_, Error>(
                ids.into_iter()
                    .filter(|id| known.contains(id))
                    .map(|id| {
                        let friends = pairs.get(&id).map(Vec::as_slice).unwrap_or_default();
                        let friends = friends.iter().filter_map(|id| views.get(id).cloned());
                        (id, friends.collect())
                    })
                    .collect(),
            )
        })
        .await
}
