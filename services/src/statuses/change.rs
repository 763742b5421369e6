//! Editing and deleting a status of someone here.

use std::sync::Arc;

use database::media_attachments::{self, MediaAttachment};
use database::mentions::{self, Mention};
use database::search_index;
use database::status_edits::{self, StatusEdit};
use database::statuses::{self, Status, Words};
use database::visible;
use database::{Conn, accounts, tags};
use model::{AccountId, Event, MediaId, StatusId, Visibility};

use super::history::parts;
use super::publish::{MADE_TITLE, is_language};
use super::{Edit, Source};
use crate::compose::{self, Composed, MAX_MEDIA};
use crate::context::{Context, Ctx};
use crate::error::{Error, Result};
use crate::polls::{self, NewPoll};
use crate::stewardship::Deed;
use crate::views::account::Viewer;
use crate::views::status::{self, StatusView};
use crate::{console, media, policy};

/// Edits a status of the author's own; the version before is kept.
///
/// # Errors
/// `NotFound` where it is not the author's, `Invalid` as for publishing.
pub async fn edit(ctx: &Ctx, author: &Viewer, id: StatusId, mut edit: Edit) -> Result<StatusView> {
    let me = author.id();
    let before = ctx
        .db
        .read(move |conn| visible::own(conn, me, id))
        .await?
        .into_inner();
    if before.reblog_of_id.is_some() {
        return Err(Error::NotFound);
    }
    let text = compose::typed(&edit.text.take().unwrap_or_else(|| before.source.clone()));
    let spoiler = match edit.spoiler_text.take() {
        Some(typed) => compose::warning(&typed)?,
        None => before.spoiler_text.clone(),
    };
    edit.poll = match edit.poll.take() {
        Some(poll) if !poll.options.is_empty() => Some(poll.checked()?),
        other => other,
    };
    let view = status::one(ctx, Some(author), id).await?;
    let media_stays = match &edit.media {
        Some(media) => !media.is_empty(),
        None => !view.media.is_empty(),
    };
    let poll_stays = match &edit.poll {
        Some(poll) => !poll.options.is_empty(),
        None => view.poll.is_some(),
    };
    let stays = media_stays || poll_stays || view.quoting.quote.is_some();
    compose::check(&text, &spoiler, stays)?;
    if edit
        .media
        .as_ref()
        .is_some_and(|media| media.len() > MAX_MEDIA)
    {
        return Err(Error::invalid(
            "media_ids",
            "ERR_TOO_LONG",
            format!("Cannot attach more than {MAX_MEDIA} files"),
        ));
    }
    let composed = compose::compose(ctx, &text).await?;
    let (home, who) = (Arc::clone(ctx), author.clone());
    let dropped = ctx
        .write(move |conn| {
            policy::may_act(conn, &who)?;
            // Between the two transactions it may have been edited by another app: that version counts.
            let before = visible::own(conn, me, id)?.into_inner();
            policy::status::editable(conn, &before)?;
            let sensitive = edit.sensitive.unwrap_or(before.sensitive);
            let words = Words {
                title: retitled(conn, &before, &text)?,
                content: composed.content.clone(),
                source: text.clone(),
                spoiler_text: spoiler.clone(),
                sensitive: sensitive || !spoiler.is_empty(),
                language: edit
                    .language
                    .clone()
                    .filter(|language| is_language(language))
                    .or_else(|| before.language.clone()),
                visibility: before.visibility,
                edited_at: Some(home.now()),
            };
            let said = policy::words::Said::stored(conn, &before)?;
            let version = parts(conn, id)?;
            let asked_anew = change_poll(&home, conn, &before, edit.poll.as_ref())?;
            let (touched, dropped) = rearrange(conn, me, id, &edit)?;
            if edit.quote_policy.is_some() {
                policy::quote::set_rules(conn, &before, edit.quote_policy)?;
                home.record(conn, &Event::QuotePolicyChanged { status: id })?;
            }
            media::let_go(&home, conn, &dropped)?;
            if !touched && !asked_anew && is_same(&before, &words) {
                return Ok(dropped);
            }
            keep(&home, conn, &before, version)?;
            statuses::reword(conn, id, &words)?;
            readdress(conn, id, &composed)?;
            tags::clear(conn, id)?;
            policy::tags::put(&home, conn, id, &composed.tags)?;
            let after = statuses::get(conn, id)?;
            let waits = before.visibility == Visibility::Held;
            policy::words::check_edit(conn, &said, &after, waits)?;
            policy::passing::judge_anew(&home, conn, &said, &after)?;
            crate::cards::leave(&home, conn, &after)?;
            search_index::put(conn, id)?;
            home.record(conn, &Event::StatusEdited { status: id })?;
            console::note(&home, conn, &who, "status_edited", &after)?;
            Ok::<_, Error>(dropped)
        })
        .await?;
    remove_files(ctx, dropped).await;
    status::one(ctx, Some(author), id).await
}

/// Is it another poll than before?
fn change_poll(
    ctx: &Context,
    conn: &mut Conn,
    status: &Status,
    wanted: Option<&NewPoll>,
) -> Result<bool> {
    match wanted {
        None => Ok(false),
        Some(none) if none.options.is_empty() => {
            let was_there = database::polls::of_status(conn, status.id)?.is_some();
            database::polls::delete_of(conn, status.id)?;
            Ok(was_there)
        }
        Some(poll) => polls::revise(ctx, conn, status, poll),
    }
}

/// A title that was made from the first line is made anew.
fn retitled(conn: &mut Conn, before: &Status, text: &str) -> Result<String> {
    let Some(group) = before.group_id.filter(|_| before.in_reply_to_id.is_none()) else {
        return Ok(before.title.clone());
    };
    let group = accounts::get(conn, group)?.acct();
    let made = |text: &str| text::first_line_title_of_text(text, &group, MADE_TITLE);
    Ok(if made(&before.source) == before.title {
        made(text)
    } else {
        before.title.clone()
    })
}

fn is_same(before: &Status, words: &Words) -> bool {
    before.source == words.source
        && before.spoiler_text == words.spoiler_text
        && before.sensitive == words.sensitive
        && before.language == words.language
}

/// Keeps the version that is about to be replaced.
///
/// # Errors
/// The database.
pub(super) fn keep(
    ctx: &Context,
    conn: &mut Conn,
    before: &Status,
    parts: serde_json::Value,
) -> Result<()> {
    let version = StatusEdit {
        id: ctx.id(),
        status_id: before.id,
        title: before.title.clone(),
        content: before.content.clone(),
        spoiler_text: before.spoiler_text.clone(),
        sensitive: before.sensitive,
        created_at: before.edited_at.unwrap_or(before.created_at),
        parts,
    };
    Ok(status_edits::insert(conn, &version)?)
}

/// Who was named before and is not any more stays addressed: they have it already.
fn readdress(conn: &mut Conn, id: StatusId, composed: &Composed) -> Result<()> {
    let mut rows: Vec<Mention> = composed
        .mentions
        .iter()
        .map(|account| Mention {
            status_id: id,
            account_id: account.id,
            silent: false,
        })
        .collect();
    for before in mentions::of(conn, &[id])? {
        if rows.iter().all(|row| row.account_id != before.account_id) {
            rows.push(Mention {
                status_id: id,
                account_id: before.account_id,
                silent: true,
            });
        }
    }
    mentions::clear(conn, id)?;
    Ok(mentions::insert(conn, &rows)?)
}

/// Puts the pictures in their new order and describes them. Was anything touched, and which files are
/// no longer needed?
fn rearrange(
    conn: &mut Conn,
    owner: AccountId,
    id: StatusId,
    edit: &Edit,
) -> Result<(bool, Vec<MediaAttachment>)> {
    let before = media_attachments::of(conn, &[id])?;
    let mut touched = false;
    let mut dropped = Vec::new();
    if let Some(wanted) = &edit.media {
        let order: Vec<MediaId> = before.iter().map(|picture| picture.id).collect();
        if order != *wanted {
            touched = true;
            media::attach(conn, owner, wanted, id)?;
            dropped = before
                .iter()
                .filter(|picture| !wanted.contains(&picture.id))
                .cloned()
                .collect();
            let gone: Vec<MediaId> = dropped.iter().map(|picture| picture.id).collect();
            media_attachments::delete(conn, &gone)?;
        }
    }
    for picture in edit.pictures.iter().take(MAX_MEDIA) {
        let now = media_attachments::of(conn, &[id])?;
        let Some(mut row) = now.into_iter().find(|row| row.id == picture.id) else {
            continue;
        };
        if let Some(text) = media::description(picture.description.clone())? {
            row.description = text;
        }
        let unit = |at: f64| {
            if at.is_finite() {
                at.clamp(-1.0, 1.0)
            } else {
                0.0
            }
        };
        if let Some((x, y)) = picture.focus {
            (row.focus_x, row.focus_y) = (unit(x), unit(y));
        }
        media_attachments::put(conn, &row)?;
        touched = true;
    }
    Ok((touched, dropped))
}

/// Deletes a status of the author's own (its row becomes a tombstone) and answers what it was, with
/// its source, so that it can be written again. A group that deletes what a member wrote takes it out of the
/// group; it stays its author's.
///
/// # Errors
/// `NotFound` where it is neither the author's nor in the group that deletes.
pub async fn delete(ctx: &Ctx, author: &Viewer, id: StatusId) -> Result<(StatusView, Source)> {
    let (me, home, who) = (author.id(), Arc::clone(ctx), author.clone());
    let (view, source, files) = ctx
        .write(move |conn| {
            policy::may_act(conn, &who)?;
            if let Some((view, source)) = take_out(&home, conn, &who, id)? {
                return Ok((view, source, Vec::new()));
            }
            let status = visible::own(conn, me, id)?.into_inner();
            let view = status::load_in(conn, me, &[id])?
                .pop()
                .ok_or(Error::NotFound)?;
            let source = Source {
                id,
                text: status.source.clone(),
                spoiler_text: status.spoiler_text.clone(),
                language: status.language.clone(),
                sensitive: status.sensitive,
            };
            let files = bury(&home, conn, &status)?;
            console::note(&home, conn, &who, "status_deleted", &status)?;
            Ok::<_, Error>((view, source, files))
        })
        .await?;
    remove_files(ctx, files).await;
    Ok((view, source))
}

/// As a group: takes what a member wrote (or the group's boost of it) out of the group. Its source is the
/// author's alone. `None` for anyone else and anything else.
fn take_out(
    ctx: &Ctx,
    conn: &mut Conn,
    viewer: &Viewer,
    id: StatusId,
) -> Result<Option<(StatusView, Source)>> {
    let group = viewer.id();
    if !viewer.is_group() {
        return Ok(None);
    }
    let status = policy::status::touchable(conn, group, id)?;
    if status.account_id == group || !policy::passing::is_shown_in(conn, group, &status)? {
        return Ok(None);
    }
    let view = status::load_in(conn, group, &[id])?
        .pop()
        .ok_or(Error::NotFound)?;
    let deed = Deed::RemoveStatus { status: status.id };
    console::act(ctx, conn, viewer, &deed, None)?;
    let source = Source {
        id,
        text: String::new(),
        spoiler_text: status.spoiler_text,
        language: status.language,
        sensitive: status.sensitive,
    };
    Ok(Some((view, source)))
}

/// Makes a tombstone of a status or boost, with the boosts of it, and records what others must hear.
/// Answers the pictures whose files may go once this is committed.
///
/// # Errors
/// The database.
pub(super) fn bury(
    ctx: &Context,
    conn: &mut Conn,
    status: &Status,
) -> Result<Vec<MediaAttachment>> {
    let now = ctx.now();
    if status.reblog_of_id.is_some() {
        statuses::bury_boost(conn, status, now)?;
        ctx.record(conn, &Event::Unboosted { boost: status.id })?;
        return Ok(Vec::new());
    }
    let files = media_attachments::of(conn, &[status.id])?;
    let boosts = statuses::local_boosts(conn, status.id)?;
    statuses::bury(conn, status, now)?;
    media::let_go(ctx, conn, &files)?;
    for boost in boosts {
        ctx.record(conn, &Event::Unboosted { boost })?;
    }
    ctx.record(conn, &Event::StatusDeleted { status: status.id })?;
    Ok(files)
}

/// Removes the files of media whose rows are gone.
pub(super) async fn remove_files(ctx: &Ctx, pictures: Vec<MediaAttachment>) {
    let files = pictures
        .into_iter()
        .flat_map(|picture| [picture.file, picture.preview, picture.source])
        .filter(|file| !file.is_empty())
        .collect();
    // They stand on the list of loose files, so that what fails here is tidied later.
    if let Err(error) = media::drop_loose(ctx, files).await {
        tracing::warn!(%error, "files of a post could not be removed yet");
    }
}
