//! Answers that the moderators of a group keep ready for those who report, and what an answer may be.

use std::sync::Arc;

use database::canned_answers::{self, CannedAnswer};
use database::{Conn, groups};
use model::{AccountId, RowId};

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::ledger::{self, Act};
use crate::policy::{self, Moderator};
use crate::views::account::Viewer;

pub use database::canned_answers::CannedAnswer as Canned;

/// Letters of an answer.
const MOST_LETTERS: usize = 1000;
/// Letters of what moderators call it.
const MOST_TITLE: usize = 60;
/// Answers of one group.
const MOST: usize = 20;

/// An answer as it is stored.
pub(crate) fn answer_of(typed: &str) -> Result<String> {
    if text::characters(typed) > MOST_LETTERS {
        let words = format!("The answer is too long (maximum is {MOST_LETTERS} characters)");
        return Err(Error::invalid("answer", "ERR_TOO_LONG", words));
    }
    Ok(text::multiline(typed, MOST_LETTERS))
}

/// The answers of a group, for its moderators.
///
/// # Errors
/// `NotFound` where it is no group of ours, `Forbidden`.
pub async fn all(ctx: &Ctx, viewer: &Viewer, group: AccountId) -> Result<Vec<CannedAnswer>> {
    let viewer = viewer.clone();
    ctx.db
        .read(move |conn| {
            policy::moderator(conn, &viewer, group)?;
            Ok(canned_answers::of(conn, group)?)
        })
        .await
}

async fn edit(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    work: impl FnOnce(&Ctx, &mut Conn, &Moderator) -> Result<()> + Send + 'static,
) -> Result<()> {
    let (context, viewer) = (Arc::clone(ctx), viewer.clone());
    ctx.write(move |conn| {
        let by = policy::moderator(conn, &viewer, group)?;
        policy::not_frozen(conn, group)?;
        groups::lock(conn, group)?;
        work(&context, conn, &by)?;
        let act = Act {
            kind: "answers_changed",
            ..Act::default()
        };
        ledger::append(&context, conn, &by, &act)?;
        Ok(())
    })
    .await
}

/// Adds an answer, or changes the one with this id.
///
/// # Errors
/// As [`all`]; `NotFound` for an answer of another group; `Invalid`; `LimitExceeded`.
pub async fn put(
    ctx: &Ctx,
    viewer: &Viewer,
    group: AccountId,
    id: Option<RowId>,
    title: &str,
    body: &str,
) -> Result<()> {
    let (title, body) = (text::display_name(title, MOST_TITLE), answer_of(body)?);
    if title.is_empty() || body.is_empty() {
        let words = "an answer has a name and says something";
        return Err(Error::invalid("answer", "ERR_BLANK", words));
    }
    edit(ctx, viewer, group, move |ctx, conn, by| {
        if let Some(id) = id {
            let changed = canned_answers::set(conn, by.group(), id, &title, &body)?;
            return changed.then_some(()).ok_or(Error::NotFound);
        }
        if canned_answers::of(conn, by.group())?.len() >= MOST {
            return Err(Error::LimitExceeded(
                "a group keeps no more answers than this",
            ));
        }
        let row = CannedAnswer {
            id: ctx.id(),
            group_id: by.group(),
            title,
            body,
            created_at: ctx.now(),
        };
        Ok(canned_answers::insert(conn, &row)?)
    })
    .await
}

/// Removes an answer.
///
/// # Errors
/// As [`put`].
pub async fn delete(ctx: &Ctx, viewer: &Viewer, group: AccountId, id: RowId) -> Result<()> {
    edit(ctx, viewer, group, move |_ctx, conn, by| {
        let gone = canned_answers::delete(conn, by.group(), id)?;
        gone.then_some(()).ok_or(Error::NotFound)
    })
    .await
}
