//! What moderators of a group take along: who is in it, its rules and its log, and what was said in it, as far as they
//! may read it. In parts of bounded size, each by the gate and by the role of that moment: whoever is no moderator any
//! more in the middle of it gets no more. Also of a frozen group.

use std::collections::{HashMap, HashSet};

use database::group_rules::{self, GroupRule};
use database::groups::{self, Group};
use database::memberships::{self, Membership};
use database::{Conn, statuses};
use model::{AccountId, ActionId, MembershipId, StatusId};

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::group_log::{self, LogEntry};
use crate::policy;
use crate::views::account::{self, AccountView, Viewer};
use crate::views::status::{self, StatusView};

/// So much at a time.
const CUT: i64 = 100;

/// What a group is.
#[derive(Clone, Debug)]
pub struct Head {
    /// What everyone sees of it.
    pub account: AccountView,
    /// What it decided about itself.
    pub options: Group,
    /// Its rules in their order.
    pub rules: Vec<GroupRule>,
}

/// A post of the group.
#[derive(Clone, Debug)]
pub struct Post {
    /// The post.
    pub view: StatusView,
    /// Does it wait for a moderator?
    pub is_held: bool,
}

/// A part of a long list.
#[derive(Clone, Debug)]
pub struct Part<T, I> {
    /// What stands in it; may be empty where more follows.
    pub items: Vec<T>,
    /// Behind which the next part begins; `None` at the end.
    pub next: Option<I>,
}

/// Who is in a group: where, and since when.
pub type Someone = (Membership, AccountView);

async fn read<T: Send + 'static>(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    f: impl FnOnce(&mut Conn, &Viewer, Group) -> Result<T> + Send + 'static,
) -> Result<T> {
    let viewer = viewer.clone();
    ctx.db
        .read(move |conn| {
            policy::moderator(conn, &viewer, group)?;
            let row = groups::living(conn, group)?.ok_or(Error::NotFound)?;
            f(conn, &viewer, row)
        })
        .await
}

/// What the group is.
///
/// # Errors
/// `NotFound` where it is no group of ours; `Forbidden` for who does not moderate it.
pub async fn head(ctx: &Ctx, viewer: &Viewer, group: AccountId) -> Result<Head> {
    read(ctx, viewer, group, move |conn, _viewer, options| {
        Ok(Head {
            account: account::one_in(conn, group)?,
            rules: group_rules::of(conn, group)?,
            options,
        })
    })
    .await
}

/// Who is in it.
///
/// # Errors
/// As [`head`].
pub async fn members(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    above: MembershipId,
) -> Result<Part<Someone, MembershipId>> {
    read(ctx, viewer, group, move |conn, _viewer, _row| {
        let rows = memberships::after(conn, group, above, CUT)?;
        let ids: Vec<AccountId> = rows.iter().map(|row| row.account_id).collect();
        let mut people: HashMap<AccountId, AccountView> = account::load_in(conn, &ids)?
            .into_iter()
            .map(|view| (view.account.id, view))
            .collect();
        Ok(Part {
            next: rows.last().map(|row| row.id),
            items: rows
                .into_iter()
                .filter_map(|row| {
                    let who = people.remove(&row.account_id)?;
                    Some((row, who))
                })
                .collect(),
        })
    })
    .await
}

/// Its log, oldest first, as moderators read it.
///
/// # Errors
/// As [`head`].
pub async fn log(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    above: ActionId,
) -> Result<Part<LogEntry, ActionId>> {
    read(ctx, viewer, group, move |conn, viewer, _row| {
        let items = group_log::after(conn, viewer, group, above, CUT)?;
        Ok(Part {
            next: items.last().map(|entry| entry.id),
            items,
        })
    })
    .await
}

/// What was said in it, oldest first, as far as this moderator may read it.
///
/// # Errors
/// As [`head`].
pub async fn posts(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    above: StatusId,
) -> Result<Part<Post, StatusId>> {
    read(ctx, viewer, group, move |conn, viewer, _row| {
        let ids = statuses::in_group(conn, group, above, CUT)?;
        let seen = status::load_in(conn, viewer.id(), &ids)?;
        let known: HashSet<StatusId> = seen.iter().map(|view| view.status.id).collect();
        let by = policy::moderator(conn, viewer, group)?;
        let held = status::held_in(conn, &by, &ids)?;
        let held = held
            .into_iter()
            .filter(|view| !known.contains(&view.status.id))
            .map(|view| (view, true));
        let mut items: Vec<Post> = seen
            .into_iter()
            .map(|view| (view, false))
            .chain(held)
            .map(|(view, is_held)| Post { view, is_held })
            .collect();
        items.sort_by_key(|post| post.view.status.id);
        Ok(Part {
            next: ids.last().copied(),
            items,
        })
    })
    .await
}
