//! Statuses that wait for their time: written now, published later by the same use case as any other.

use std::collections::HashMap;
use std::sync::Arc;

use database::scheduled_statuses::{self, ScheduledStatus};
use database::{Conn, accounts, idempotency_keys, users};
use model::{Job, MediaId, Millis, Page, Paged, ScheduledId, StatusId};

use crate::context::{Context, Ctx};
use crate::error::{Error, Result};
use crate::media::sealed::{MediaView, Reader};
use crate::policy::status as rules;
use crate::statuses::{Draft, Idempotency};
use crate::views::account::Viewer;
use crate::{jobs, people, policy, statuses};

/// A status is scheduled at least so far ahead.
pub const AHEAD: i64 = 5 * Millis::MINUTE;
/// Nobody plans for longer than this.
const FURTHEST: i64 = 10 * 366 * Millis::DAY;
/// So many of one account may wait.
pub const MOST: i64 = 300;
/// So many of one account may be due on one day (UTC).
pub const MOST_A_DAY: i64 = 25;

/// A status that waits.
#[derive(Clone, Debug)]
pub struct ScheduledView {
    /// Its id.
    pub id: ScheduledId,
    /// When it will appear.
    pub due_at: Millis,
    /// What will be published.
    pub draft: Draft,
    /// Its pictures.
    pub media: Vec<MediaView>,
}

fn wrong(text: impl std::fmt::Display) -> Error {
    Error::invalid(
        "scheduled_at",
        "ERR_INVALID",
        format!("Validation failed: {text}"),
    )
}

/// Keeps a draft for later. It is checked as if it were published now; what becomes impossible until
/// then is found out then. With an `Idempotency` the same request gives the same one.
///
/// # Errors
/// `Invalid` as for publishing, for a time that is too near, and beyond the quotas.
pub async fn schedule(
    ctx: &Ctx,
    author: &Viewer,
    draft: Draft,
    due: Millis,
    once: Option<Idempotency>,
) -> Result<ScheduledView> {
    let mut draft = statuses::ready(draft)?;
    // The default of today, should it change until then.
    draft
        .visibility
        .get_or_insert(author.user.default_visibility);
    let (home, writer) = (Arc::clone(ctx), author.clone());
    ctx.write(move |conn| {
        let now = home.now();
        let id = match statuses::made_before(conn, once.as_ref(), now)? {
            Some(known) => ScheduledId(known.0),
            None => {
                let id = keep(&home, conn, &writer, &draft, due)?;
                if let Some(once) = &once {
                    let (hash, status) = (&once.request_hash, StatusId(id.0));
                    idempotency_keys::put(conn, once.token, &once.short_key(), hash, status, now)?;
                }
                id
            }
        };
        let row = scheduled_statuses::own(conn, writer.id(), id)?;
        one(conn, row)
    })
    .await
}

fn keep(
    ctx: &Context,
    conn: &mut Conn,
    author: &Viewer,
    draft: &Draft,
    due: Millis,
) -> Result<ScheduledId> {
    policy::may_act(conn, author)?;
    let id: ScheduledId = ctx.id();
    may_wait(ctx, conn, author, id, due)?;
    if let Some(parent) = draft.in_reply_to {
        rules::parent(conn, author.id(), parent)?;
    }
    if let Some(quoted) = draft.quoted {
        policy::quote::quotable(conn, author.id(), quoted)?;
    }
    let text = serde_json::to_string(draft)
        .map_err(|error| Error::Database(database::Error::Other(error.to_string())))?;
    let row = ScheduledStatus {
        id,
        account_id: author.id(),
        human_id: author.human.id,
        due_at: due,
        draft: text,
        created_at: ctx.now(),
    };
    if !scheduled_statuses::insert(conn, &row, &draft.media)? {
        return Err(Error::invalid(
            "media_ids",
            "ERR_INVALID",
            "Media not found or already attached",
        ));
    }
    wait(ctx, conn, id, due)?;
    Ok(id)
}

/// Is the time far enough ahead, and is there room for one more?
fn may_wait(
    ctx: &Context,
    conn: &mut Conn,
    author: &Viewer,
    id: ScheduledId,
    due: Millis,
) -> Result<()> {
    let now = ctx.now();
    if due < now.plus(AHEAD) {
        return Err(wrong(
            "Scheduled at must be at least 5 minutes in the future",
        ));
    }
    if due > now.plus(FURTHEST) {
        return Err(wrong("Scheduled at is too far into the future"));
    }
    let day = Millis(due.0 - due.0.rem_euclid(Millis::DAY));
    let (all, that_day) =
        scheduled_statuses::count(conn, author.id(), day, day.plus(Millis::DAY), id)?;
    if all >= MOST {
        return Err(wrong(format!(
            "You have exceeded the limit of {MOST} scheduled posts"
        )));
    }
    if that_day >= MOST_A_DAY {
        return Err(wrong(format!(
            "You have exceeded the limit of {MOST_A_DAY} scheduled posts for today"
        )));
    }
    Ok(())
}

fn wait(ctx: &Context, conn: &mut Conn, id: ScheduledId, due: Millis) -> Result<()> {
    let job = Job::PublishScheduled { scheduled: id };
    jobs::enqueue(ctx, conn, &job, Some(&key(id)), due)
}

fn key(id: ScheduledId) -> String {
    format!("scheduled:{id}")
}

fn one(conn: &mut Conn, row: ScheduledStatus) -> Result<ScheduledView> {
    views(conn, vec![row])?.pop().ok_or(Error::NotFound)
}

fn views(conn: &mut Conn, rows: Vec<ScheduledStatus>) -> Result<Vec<ScheduledView>> {
    let ids: Vec<ScheduledId> = rows.iter().map(|row| row.id).collect();
    let mut media: HashMap<ScheduledId, Vec<MediaView>> = HashMap::new();
    for (id, picture) in scheduled_statuses::media(conn, &ids)? {
        media
            .entry(id)
            .or_default()
            .push(MediaView::new(picture, Reader::Everyone));
    }
    Ok(rows
        .into_iter()
        .map(|row| ScheduledView {
            id: row.id,
            due_at: row.due_at,
            draft: read(&row),
            media: media.remove(&row.id).unwrap_or_default(),
        })
        .collect())
}

fn read(row: &ScheduledStatus) -> Draft {
    serde_json::from_str(&row.draft).unwrap_or_default()
}

/// One's own that wait, newest first.
///
/// # Errors
/// The database.
pub async fn list(ctx: &Ctx, author: &Viewer, page: Page) -> Result<Paged<ScheduledView>> {
    let me = author.id();
    ctx.db
        .read(move |conn| {
            let rows = scheduled_statuses::page(conn, me, &page)?;
            let cursors = rows.iter().map(|row| (row.id.0, ())).collect();
            Ok(Paged::of(cursors, &page).with(views(conn, rows)?))
        })
        .await
}

/// One of one's own.
///
/// # Errors
/// `NotFound` for someone else's.
pub async fn show(ctx: &Ctx, author: &Viewer, id: ScheduledId) -> Result<ScheduledView> {
    let me = author.id();
    ctx.db
        .read(move |conn| {
            let row = scheduled_statuses::own(conn, me, id)?;
            one(conn, row)
        })
        .await
}

/// Gives it another time.
///
/// # Errors
/// As [`show`] and [`schedule`].
pub async fn put_off(
    ctx: &Ctx,
    author: &Viewer,
    id: ScheduledId,
    due: Option<Millis>,
) -> Result<ScheduledView> {
    let (home, who) = (Arc::clone(ctx), author.clone());
    ctx.write(move |conn| {
        policy::may_act(conn, &who)?;
        let row = scheduled_statuses::own(conn, who.id(), id)?;
        if let Some(due) = due {
            may_wait(&home, conn, &who, id, due)?;
            scheduled_statuses::set_due(conn, id, due)?;
            wait(&home, conn, id, due)?;
        }
        let row = ScheduledStatus {
            due_at: due.unwrap_or(row.due_at),
            ..row
        };
        one(conn, row)
    })
    .await
}

/// Gives it up. Its pictures wait for another status, as any that were uploaded.
///
/// # Errors
/// `NotFound` for someone else's.
pub async fn cancel(ctx: &Ctx, author: &Viewer, id: ScheduledId) -> Result<()> {
    let who = author.clone();
    ctx.write(move |conn| {
        policy::may_act(conn, &who)?;
        scheduled_statuses::own(conn, who.id(), id)?;
        scheduled_statuses::delete(conn, id)?;
        jobs::cancel(conn, &key(id))
    })
    .await
}

/// The job of its time. What is not allowed any more (the thread is gone, the author may not post
/// there) is not published, and goes; the log says why.
///
/// # Errors
/// The database: it is tried again.
pub(crate) async fn publish(ctx: &Ctx, id: ScheduledId) -> Result<()> {
    let (row, author) = ctx.db.read(move |conn| author_of(conn, id)).await?;
    if row.due_at > ctx.now() {
        // It was put off: another job waits for it.
        return Ok(());
    }
    let refused = match author {
        Some(author) => {
            let draft = Draft {
                scheduled: Some(id),
                ..read(&row)
            };
            match statuses::publish(ctx, &author, draft, None).await {
                Ok(_published) => return Ok(()),
                Err(error @ (Error::Database(_) | Error::Upstream(_))) => return Err(error),
                Err(error) => error.to_string(),
            }
        }
        None => "its author may not publish".to_owned(),
    };
    tracing::warn!(
        scheduled = row.id.0,
        account = row.account_id.0,
        reason = refused,
        "a scheduled status could not be published and is dropped"
    );
    ctx.write_later(move |conn| {
        scheduled_statuses::delete(conn, id)?;
        Ok(())
    })
    .await
}

/// The row, and who is to publish it; nobody, where they may not sign in any more.
fn author_of(conn: &mut Conn, id: ScheduledId) -> Result<(ScheduledStatus, Option<Viewer>)> {
    let row = scheduled_statuses::get(conn, id)?;
    let Some(user) = users::find(conn, row.human_id)? else {
        return Ok((row, None));
    };
    let human = people::viewer(conn, user)?;
    let viewer = human.acting_for(Arc::new(accounts::get(conn, row.account_id)?));
    let may = people::obstacle(&viewer).is_none() && viewer.account.suspended_at.is_none();
    Ok((row, may.then_some(viewer)))
}

/// Is this picture kept by a status that waits?
///
/// # Errors
/// The database.
pub(crate) fn keeps(conn: &mut Conn, picture: MediaId) -> Result<bool> {
    Ok(scheduled_statuses::keeps(conn, picture)?)
}

#[cfg(test)]
mod tests;
