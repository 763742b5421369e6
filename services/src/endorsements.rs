//! Whom a member features on the own profile, and what a member writes down about others for nobody else.

use database::account_notes as notes;
use database::{Conn, accounts, endorsements, follows};
use model::{AccountId, FollowState, Page, Paged};

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::policy::{self, featured};
use crate::relationships::change;
use crate::views::account::{self, AccountView, RelationshipView, Viewer};

/// Accounts that one member may feature.
pub const MOST_ENDORSEMENTS: i64 = 100;
/// Letters of a note about someone (as on Mastodon).
pub const MOST_NOTE: usize = 2000;
/// Notes that one member may keep.
pub const MOST_NOTES: i64 = 5000;

fn follows(conn: &mut Conn, account: AccountId, target: AccountId) -> Result<bool> {
    Ok(follows::find(conn, account, target)?
        .is_some_and(|follow| follow.state == FollowState::Accepted))
}

/// Features someone whom one follows.
///
/// # Errors
/// `NotFound`; `Invalid` for someone whom one does not follow; `LimitExceeded`.
pub async fn add(ctx: &Ctx, viewer: &Viewer, target: AccountId) -> Result<RelationshipView> {
    policy::person(viewer)?;
    change(ctx, viewer, target, move |ctx, conn, viewer| {
        accounts::get(conn, target)?;
        if !follows(conn, viewer.id(), target)? {
            return Err(Error::invalid(
                "base",
                "ERR_INVALID",
                "You must be already following the person you want to endorse",
            ));
        }
        if endorsements::of(conn, viewer.id(), &[target])?.is_empty()
            && endorsements::count(conn, viewer.id())? >= MOST_ENDORSEMENTS
        {
            return Err(Error::LimitExceeded(
                "Validation failed: You feature as many people as you may",
            ));
        }
        Ok(endorsements::insert(
            conn,
            ctx.id(),
            viewer.id(),
            target,
            ctx.now(),
        )?)
    })
    .await
}

/// Features someone no more.
///
/// # Errors
/// `NotFound`.
pub async fn remove(ctx: &Ctx, viewer: &Viewer, target: AccountId) -> Result<RelationshipView> {
    change(ctx, viewer, target, move |_ctx, conn, viewer| {
        Ok(endorsements::delete(conn, viewer.id(), target)?)
    })
    .await
}

/// Whom an account features; nobody where it does not show that. Cursors are rows of endorsements.
///
/// # Errors
/// `NotFound`.
pub async fn page(
    ctx: &Ctx,
    viewer: Option<&Viewer>,
    of: AccountId,
    page: Page,
) -> Result<Paged<AccountView>> {
    let viewer = viewer.map(Viewer::id);
    ctx.db
        .read(move |conn| {
            if !featured::is_shown(conn, viewer, of)? {
                return Ok(Paged::empty());
            }
            let rows = endorsements::page(conn, of, &page)?;
            account::page_in(conn, rows, &page)
        })
        .await
}

/// Writes down something about someone; an empty text forgets it.
///
/// # Errors
/// `NotFound`, `Invalid` for too long a text, `LimitExceeded`.
pub async fn note(
    ctx: &Ctx,
    viewer: &Viewer,
    target: AccountId,
    comment: &str,
) -> Result<RelationshipView> {
    if text::graphemes(comment) > MOST_NOTE {
        return Err(Error::invalid(
            "comment",
            "ERR_TOO_LONG",
            format!("Comment is too long (maximum is {MOST_NOTE} characters)"),
        ));
    }
    let comment = text::multiline(comment, MOST_NOTE);
    change(ctx, viewer, target, move |_ctx, conn, viewer| {
        accounts::get(conn, target)?;
        if !comment.is_empty()
            && notes::of(conn, viewer.id(), &[target])?.is_empty()
            && notes::count(conn, viewer.id())? >= MOST_NOTES
        {
            return Err(Error::LimitExceeded(
                "Validation failed: You keep as many notes as you may",
            ));
        }
        Ok(notes::put(conn, viewer.id(), target, &comment)?)
    })
    .await
}
