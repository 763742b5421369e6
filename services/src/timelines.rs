//! Timelines: home, public, tag, list, group, account. Ids first, then hydrated through the gate.

use model::{AccountId, Page, Paged};

use crate::context::Ctx;
use crate::error::Result;
use crate::views::account::Viewer;
use crate::views::status::StatusView;

/// Which part of the public timeline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PublicFilter {
    /// Written here.
    pub local: bool,
    /// Written elsewhere.
    pub remote: bool,
    /// With pictures.
    pub only_media: bool,
}

/// Which statuses of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountFilter {
    /// With pictures.
    pub only_media: bool,
    /// No answers to others (one's own threads stay; a group's boosts stay).
    pub exclude_replies: bool,
    /// No boosts.
    pub exclude_reblogs: bool,
    /// The pinned ones alone.
    pub pinned: bool,
    /// With this hashtag.
    pub tagged: Option<String>,
}

/// Which statuses of a hashtag.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagFilter {
    /// The tag and its alternatives, without `#`.
    pub any: Vec<String>,
    /// Must all be there too.
    pub all: Vec<String>,
    /// None of these.
    pub none: Vec<String>,
    /// As for the public timeline.
    pub public: PublicFilter,
}

/// What the people and groups that one follows posted.
///
/// # Errors
/// The database.
pub async fn home(ctx: &Ctx, viewer: &Viewer, page: Page) -> Result<Paged<StatusView>> {
    todo!("{ctx:?} {viewer:?} {page:?}")
}

/// Public statuses, no boosts, without those whom the viewer muted or blocked.
///
/// # Errors
/// The database.
pub async fn public(
    ctx: &Ctx,
    viewer: Option<&Viewer>,
    filter: PublicFilter,
    page: Page,
) -> Result<Paged<StatusView>> {
    todo!("{ctx:?} {viewer:?} {filter:?} {page:?}")
}

/// Public statuses with hashtags.
///
/// # Errors
/// The database.
pub async fn tag(
    ctx: &Ctx,
    viewer: Option<&Viewer>,
    filter: TagFilter,
    page: Page,
) -> Result<Paged<StatusView>> {
    todo!("{ctx:?} {viewer:?} {filter:?} {page:?}")
}

/// A list of one's own by its id: a list of accounts, or the list that a joined group is (threads of
/// the group unwrapped, no comments; for a group elsewhere what it announced).
///
/// # Errors
/// `NotFound` for a list of someone else.
pub async fn list(ctx: &Ctx, viewer: &Viewer, list: i64, page: Page) -> Result<Paged<StatusView>> {
    todo!("{ctx:?} {viewer:?} {list:?} {page:?}")
}

/// The threads of a group, newest first, unwrapped: for its page and `/api/v1/timelines/group/:id`.
///
/// # Errors
/// `NotFound` where there is no such group.
pub async fn group(
    ctx: &Ctx,
    viewer: Option<&Viewer>,
    group: AccountId,
    page: Page,
) -> Result<Paged<StatusView>> {
    todo!("{ctx:?} {viewer:?} {group:?} {page:?}")
}

/// What one account posted and boosted.
///
/// # Errors
/// `NotFound` where there is no such account.
pub async fn account(
    ctx: &Ctx,
    viewer: Option<&Viewer>,
    account: AccountId,
    filter: AccountFilter,
    page: Page,
) -> Result<Paged<StatusView>> {
    todo!("{ctx:?} {viewer:?} {account:?} {filter:?} {page:?}")
}
