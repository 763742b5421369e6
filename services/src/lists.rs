//! Lists: those that a person made, and the one that each joined group is.

use model::{AccountId, Page, Paged};

use crate::context::Ctx;
use crate::error::Result;
use crate::views::account::{AccountView, Viewer};

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

/// All lists of one's own, joined groups after the others.
///
/// # Errors
/// The database.
pub async fn all(ctx: &Ctx, viewer: &Viewer) -> Result<Vec<ListView>> {
    todo!("{ctx:?} {viewer:?}")
}

/// One.
///
/// # Errors
/// `NotFound` for someone else's.
pub async fn one(ctx: &Ctx, viewer: &Viewer, id: i64) -> Result<ListView> {
    todo!("{ctx:?} {viewer:?} {id:?}")
}

/// Makes one.
///
/// # Errors
/// `Invalid` for a blank title.
pub async fn create(ctx: &Ctx, viewer: &Viewer, change: ListChange) -> Result<ListView> {
    todo!("{ctx:?} {viewer:?} {change:?}")
}

/// Changes one; a group's list is renamed for this member alone.
///
/// # Errors
/// `NotFound`, `Invalid`.
pub async fn update(ctx: &Ctx, viewer: &Viewer, id: i64, change: ListChange) -> Result<ListView> {
    todo!("{ctx:?} {viewer:?} {id:?} {change:?}")
}

/// Deletes one; a group's list is hidden, the membership stays.
///
/// # Errors
/// `NotFound`.
pub async fn delete(ctx: &Ctx, viewer: &Viewer, id: i64) -> Result<()> {
    todo!("{ctx:?} {viewer:?} {id:?}")
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
    todo!("{ctx:?} {viewer:?} {id:?} {page:?}")
}

/// Puts accounts in that one follows.
///
/// # Errors
/// `NotFound`; `Invalid` for a group's list.
pub async fn add(ctx: &Ctx, viewer: &Viewer, id: i64, accounts: Vec<AccountId>) -> Result<()> {
    todo!("{ctx:?} {viewer:?} {id:?} {accounts:?}")
}

/// Takes accounts out.
///
/// # Errors
/// As [`add`].
pub async fn remove(ctx: &Ctx, viewer: &Viewer, id: i64, accounts: Vec<AccountId>) -> Result<()> {
    todo!("{ctx:?} {viewer:?} {id:?} {accounts:?}")
}

/// Which of one's lists hold this account.
///
/// # Errors
/// The database.
pub async fn containing(ctx: &Ctx, viewer: &Viewer, account: AccountId) -> Result<Vec<ListView>> {
    todo!("{ctx:?} {viewer:?} {account:?}")
}
