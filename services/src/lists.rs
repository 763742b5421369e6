//! Lists: those that a person made, and the one that each joined group is.

use std::sync::Arc;

use database::lists::{self, List};
use database::memberships::{self, Membership};
use database::{Conn, accounts as rows, follows};
use model::{AccountId, FollowState, ListId, MembershipId, MembershipState, Page, Paged, RowId};

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::fan_out::fill_home;
use crate::policy;
use crate::views::account::{self, AccountView, Viewer};

#[cfg(test)]
mod tests;

/// What a list shows of answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RepliesPolicy {
    /// To anyone one follows.
    Followed,
    /// To members of the list.
    #[default]
    List,
    /// None.
    None,
}

impl RepliesPolicy {
    const fn number(self) -> i16 {
        match self {
            Self::Followed => 0,
            Self::List => 1,
            Self::None => 2,
        }
    }

    const fn of(number: i16) -> Self {
        match number {
            0 => Self::Followed,
            2 => Self::None,
            _ => Self::List,
        }
    }
}

/// A list ready to print.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListView {
    /// Its id: of the list, or of the membership that it stands for.
    pub id: i64,
    /// Its title.
    pub title: String,
    /// Answers.
    pub replies_policy: RepliesPolicy,
    /// Kept out of home?
    pub exclusive: bool,
    /// The group, where it stands for one.
    pub group: Option<AccountId>,
}

/// Changes to a list; `None` leaves a field.
#[derive(Clone, Debug, Default)]
pub struct ListChange {
    /// 1 to 255 characters.
    pub title: Option<String>,
    /// Answers; nothing for a group's list.
    pub replies_policy: Option<RepliesPolicy>,
    /// Keep its accounts out of home.
    pub exclusive: Option<bool>,
}

/// Letters of a title.
const MOST_TITLE: usize = 255;
/// Lists that a person may have.
pub const MOST_LISTS: usize = 100;
/// Accounts in one list.
pub const MOST_MEMBERS: i64 = 1000;

fn own_view(list: List) -> ListView {
    ListView {
        id: list.id.0,
        title: list.title,
        replies_policy: RepliesPolicy::of(list.replies_policy),
        exclusive: list.exclusive,
        group: None,
    }
}

/// The lists that joined groups are, under the members' own titles or the groups' names.
fn group_views(conn: &mut Conn, memberships: Vec<Membership>) -> Result<Vec<ListView>> {
    let ids: Vec<AccountId> = memberships.iter().map(|row| row.group_id).collect();
    let names: std::collections::HashMap<AccountId, String> = rows::by_ids(conn, &ids)?
        .into_iter()
        .map(|group| {
            let name = if group.display_name.is_empty() {
                group.acct()
            } else {
                group.display_name
            };
            (group.id, name)
        })
        .collect();
    Ok(memberships
        .into_iter()
        .map(|row| ListView {
            id: row.id.0,
            title: if row.list_title.is_empty() {
                names.get(&row.group_id).cloned().unwrap_or_default()
            } else {
                row.list_title
            },
            replies_policy: RepliesPolicy::List,
            exclusive: row.list_exclusive,
            group: Some(row.group_id),
        })
        .collect())
}

/// What an id of a list stands for.
enum Found {
    Own(List),
    Group(Membership),
}

impl Found {
    const fn is_exclusive(&self) -> bool {
        match self {
            Self::Own(list) => list.exclusive,
            Self::Group(row) => row.list_exclusive,
        }
    }

    fn view(self, conn: &mut Conn) -> Result<ListView> {
        match self {
            Self::Own(list) => Ok(own_view(list)),
            Self::Group(row) => group_views(conn, vec![row])?.pop().ok_or(Error::NotFound),
        }
    }
}

/// A list of this person's own: one made, or one that a joined group is (hidden or not).
fn find(conn: &mut Conn, owner: AccountId, id: i64) -> Result<Found> {
    if let Some(list) = lists::find(conn, owner, ListId(id))? {
        return Ok(Found::Own(list));
    }
    memberships::get(conn, MembershipId(id))?
        .filter(|row| row.account_id == owner && row.is_member())
        .map(Found::Group)
        .ok_or(Error::NotFound)
}

fn title(text: &str) -> Result<String> {
    if text::graphemes(text.trim()) > MOST_TITLE {
        let words = format!("Title is too long (maximum is {MOST_TITLE} characters)");
        return Err(Error::invalid("title", "ERR_TOO_LONG", words));
    }
    let title = text::display_name(text, MOST_TITLE);
    if title.is_empty() {
        return Err(Error::invalid("title", "ERR_BLANK", "a list needs a title"));
    }
    Ok(title)
}

/// All lists of one's own, joined groups after the others.
///
/// # Errors
/// The database.
pub async fn all(ctx: &Ctx, viewer: &Viewer) -> Result<Vec<ListView>> {
    let viewer = viewer.id();
    ctx.db
        .read(move |conn| {
            let mut views: Vec<ListView> =
                lists::of(conn, viewer)?.into_iter().map(own_view).collect();
            let mut joined = memberships::all_of(conn, viewer, MembershipState::Member)?;
            joined.retain(|row| !row.list_hidden);
            views.extend(group_views(conn, joined)?);
            Ok(views)
        })
        .await
}

/// One.
///
/// # Errors
/// `NotFound` for someone else's.
pub async fn one(ctx: &Ctx, viewer: &Viewer, id: i64) -> Result<ListView> {
    let viewer = viewer.id();
    ctx.db
        .read(move |conn| find(conn, viewer, id)?.view(conn))
        .await
}

/// Makes one.
///
/// # Errors
/// `Invalid` for a blank title; `Forbidden` for a group, which follows nobody.
pub async fn create(ctx: &Ctx, viewer: &Viewer, change: ListChange) -> Result<ListView> {
    policy::person(viewer)?;
    let list = List {
        id: ctx.id(),
        owner_id: viewer.id(),
        title: title(change.title.as_deref().unwrap_or_default())?,
        replies_policy: change.replies_policy.unwrap_or_default().number(),
        exclusive: change.exclusive.unwrap_or(false),
        created_at: ctx.now(),
    };
    ctx.write(move |conn| {
        if lists::of(conn, list.owner_id)?.len() >= MOST_LISTS {
            return Err(Error::LimitExceeded(
                "Validation failed: You have reached the maximum number of lists",
            ));
        }
        lists::insert(conn, &list)?;
        Ok(own_view(list))
    })
    .await
}

/// Changes one; a group's list is renamed for this member alone.
///
/// # Errors
/// `NotFound`, `Invalid`.
pub async fn update(ctx: &Ctx, viewer: &Viewer, id: i64, change: ListChange) -> Result<ListView> {
    let wanted = change.title.as_deref().map(title).transpose()?;
    let (context, viewer) = (Arc::clone(ctx), viewer.id());
    ctx.write(move |conn| {
        let before = find(conn, viewer, id)?;
        let moves = change
            .exclusive
            .is_some_and(|exclusive| exclusive != before.is_exclusive());
        match before {
            Found::Own(mut list) => {
                list.title = wanted.unwrap_or(list.title);
                list.replies_policy = change
                    .replies_policy
                    .map_or(list.replies_policy, RepliesPolicy::number);
                list.exclusive = change.exclusive.unwrap_or(list.exclusive);
                lists::update(conn, &list)?;
            }
            Found::Group(row) => {
                // An app sends the title back that it was shown: that is no name of the member's own.
                let shown = group_views(conn, vec![row.clone()])?
                    .pop()
                    .map(|view| view.title);
                let title = wanted
                    .filter(|title| Some(title) != shown.as_ref())
                    .unwrap_or(row.list_title);
                let exclusive = change.exclusive.unwrap_or(row.list_exclusive);
                memberships::set_list(conn, row.id, &title, exclusive, row.list_hidden)?;
            }
        }
        if moves {
            fill_home(&context, conn, viewer)?;
        }
        find(conn, viewer, id)?.view(conn)
    })
    .await
}

/// Deletes one; a group's list is hidden, the membership stays.
///
/// # Errors
/// `NotFound`.
pub async fn delete(ctx: &Ctx, viewer: &Viewer, id: i64) -> Result<()> {
    let (context, viewer) = (Arc::clone(ctx), viewer.id());
    ctx.write(move |conn| {
        let found = find(conn, viewer, id)?;
        let moves = found.is_exclusive();
        match found {
            Found::Own(list) => lists::delete(conn, list.id)?,
            // Nobody would see why home lacks a group whose exclusive list is gone.
            Found::Group(row) => {
                memberships::set_list(conn, row.id, &row.list_title, false, true)?;
            }
        }
        if moves {
            fill_home(&context, conn, viewer)?;
        }
        Ok(())
    })
    .await
}

/// Who is in it; a group's list holds the group account. Cursors are rows of the list.
///
/// # Errors
/// `NotFound`.
pub async fn accounts(
    ctx: &Ctx,
    viewer: &Viewer,
    id: i64,
    page: Page,
) -> Result<Paged<AccountView>> {
    let viewer = viewer.id();
    ctx.db
        .read(move |conn| {
            let members = match find(conn, viewer, id)? {
                Found::Own(list) => lists::accounts(conn, list.id, &page)?,
                Found::Group(row) => {
                    let inside = page.above() < row.id.0 && row.id.0 < page.below();
                    vec![(RowId(row.id.0), row.group_id)]
                        .into_iter()
                        .filter(|_| inside)
                        .collect()
                }
            };
            account::page_in(conn, members, &page)
        })
        .await
}

fn own_list(conn: &mut Conn, owner: AccountId, id: i64) -> Result<List> {
    match find(conn, owner, id)? {
        Found::Own(list) => Ok(list),
        Found::Group(_) => Err(Error::invalid(
            "account_ids",
            "ERR_INVALID",
            "the list of a group holds the group alone",
        )),
    }
}

/// Puts accounts in that one follows.
///
/// # Errors
/// `NotFound`; `Invalid` for a group's list.
pub async fn add(ctx: &Ctx, viewer: &Viewer, id: i64, accounts: Vec<AccountId>) -> Result<()> {
    let (context, viewer) = (Arc::clone(ctx), viewer.id());
    ctx.write(move |conn| {
        let list = own_list(conn, viewer, id)?;
        let followed: Vec<AccountId> = follows::of(conn, viewer, &accounts)?
            .into_iter()
            .filter(|follow| follow.state == FollowState::Accepted)
            .map(|follow| follow.target_id)
            .collect();
        // One may read oneself in a list.
        if accounts
            .iter()
            .any(|who| *who != viewer && !followed.contains(who))
        {
            return Err(Error::NotFound);
        }
        let added = i64::try_from(accounts.len()).unwrap_or(i64::MAX);
        if lists::size(conn, list.id)?.saturating_add(added) > MOST_MEMBERS {
            return Err(Error::LimitExceeded(
                "Validation failed: The list holds as many accounts as it may",
            ));
        }
        for who in accounts {
            lists::add(conn, context.id(), list.id, who)?;
        }
        if list.exclusive {
            fill_home(&context, conn, viewer)?;
        }
        Ok(())
    })
    .await
}

/// Takes accounts out.
///
/// # Errors
/// As [`add`].
pub async fn remove(ctx: &Ctx, viewer: &Viewer, id: i64, accounts: Vec<AccountId>) -> Result<()> {
    let (context, viewer) = (Arc::clone(ctx), viewer.id());
    ctx.write(move |conn| {
        let list = own_list(conn, viewer, id)?;
        lists::remove(conn, list.id, &accounts)?;
        if list.exclusive {
            fill_home(&context, conn, viewer)?;
        }
        Ok(())
    })
    .await
}

/// Which of one's lists hold this account.
///
/// # Errors
/// The database.
pub async fn containing(ctx: &Ctx, viewer: &Viewer, account: AccountId) -> Result<Vec<ListView>> {
    let viewer = viewer.id();
    ctx.db
        .read(move |conn| {
            let mut views: Vec<ListView> = lists::containing(conn, viewer, account)?
                .into_iter()
                .map(own_view)
                .collect();
            let joined = memberships::find(conn, account, viewer)?
                .filter(|row| row.is_member() && !row.list_hidden);
            views.extend(group_views(conn, joined.into_iter().collect())?);
            Ok(views)
        })
        .await
}
