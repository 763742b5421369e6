//! Edits and deletions that come from elsewhere.

use std::sync::Arc;

use database::media_attachments;
use database::statuses::{self, Status, Words};
use database::{Conn, accounts, blocks, group_bans, groups, mentions, tags};
use model::{AccountId, Event, StatusId, Visibility};
use text::Html;
use url::Url;

use super::Incoming;
use super::change::{bury, keep, remove_files};
use super::history::parts;
use super::publish::is_language;
use super::receive::{free_id, hang, is_crowd, title};
use crate::compose::typed;
use crate::context::{Context, Ctx};
use crate::error::{Error, Result};
use crate::policy::passing;
use crate::policy::status as policy;
use crate::policy::words::{self, Said};
use crate::polls;

/// Takes over an edit from elsewhere; only the author's own, never older than what is stored, never
/// with a wider audience.
///
/// # Errors
/// The database; `NotFound` where it is not known.
pub async fn receive_edit(ctx: &Ctx, author: AccountId, incoming: Incoming) -> Result<StatusId> {
    let home = Arc::clone(ctx);
    ctx.write_later(move |conn| take_over(&home, conn, author, &incoming))
        .await
}

fn take_over(
    ctx: &Context,
    conn: &mut Conn,
    author: AccountId,
    incoming: &Incoming,
) -> Result<StatusId> {
    let before = statuses::by_uri(conn, &incoming.uri)?
        .filter(|status| status.account_id == author && !status.local && !status.is_deleted())
        .ok_or(Error::NotFound)?;
    let id = before.id;
    let now = ctx.now();
    let stored = before.edited_at.unwrap_or(before.created_at);
    let edited = incoming.updated.filter(|at| *at <= now).unwrap_or(now);
    match crate::policy::status::editable(conn, &before) {
        Err(Error::Invalid(_frozen)) => return Ok(id),
        other => other?,
    }
    if edited < stored || is_letter_to_blockers(conn, &before)? || is_by_banned(ctx, conn, &before)?
    {
        return Ok(id);
    }
    if before.visibility == Visibility::Members && !may_reword(ctx, conn, &before, incoming)? {
        return Ok(id);
    }
    // What is for members stays so: `to` and `cc` say it by the name of the group's followers.
    let wish = match before.visibility {
        Visibility::Members => Visibility::Members,
        other => incoming.visibility.unwrap_or(other),
    };
    let group = match before.group() {
        Some(group) => Some(accounts::get(conn, group)?),
        None => None,
    };
    let words = Words {
        title: title(incoming, group.as_ref()),
        content: Html::sanitize(&typed(&incoming.content)).into_string(),
        source: String::new(),
        spoiler_text: text::multiline(&typed(&incoming.spoiler_text), 500),
        sensitive: incoming.sensitive || !incoming.spoiler_text.is_empty(),
        language: incoming
            .language
            .clone()
            .filter(|language| is_language(language))
            .or_else(|| before.language.clone()),
        visibility: wish.at_most(before.visibility),
        edited_at: Some(edited),
    };
    let same = before.content == words.content
        && before.title == words.title
        && before.spoiler_text == words.spoiler_text
        && before.sensitive == words.sensitive
        && before.visibility == words.visibility;
    let said = Said::stored(conn, &before)?;
    let version = parts(conn, id)?;
    let asked_anew = polls::take_over(ctx, conn, &before, incoming.poll.as_ref())?;
    // Pictures and hashtags are not compared but put anew; who is named stays addressed.
    let old = media_attachments::of(conn, &[id])?;
    let ids: Vec<_> = old.iter().map(|file| file.id).collect();
    media_attachments::delete(conn, &ids)?;
    tags::clear(conn, id)?;
    hang(ctx, conn, &before, incoming)?;
    crate::policy::quote::received(ctx, conn, &before, &incoming.quote)?;
    // Copies of what is no longer attached; the files themselves are tidied later.
    crate::media::let_go(ctx, conn, &old)?;
    let named: Vec<String> = incoming.mentions.iter().take(100).cloned().collect();
    let named: Vec<mentions::Mention> = accounts::by_uris(conn, &named)?
        .into_iter()
        .map(|account| mentions::Mention {
            status_id: id,
            account_id: account.id,
            silent: is_crowd(incoming),
        })
        .collect();
    mentions::insert(conn, &named)?;
    if !same || asked_anew {
        keep(ctx, conn, &before, version)?;
        statuses::reword(conn, id, &words)?;
        let after = statuses::get(conn, id)?;
        crate::cards::leave(ctx, conn, &after)?;
        if before.visibility.is_open() && !words.visibility.is_open() {
            withdraw(ctx, conn, &before)?;
        }
        ctx.record(conn, &Event::StatusEdited { status: id })?;
    }
    database::search_index::put(conn, id)?;
    let after = statuses::get(conn, id)?;
    passing::judge_anew(ctx, conn, &said, &after)?;
    if after.visibility.is_open()
        && let Some((group, wait)) = words::waits_again(conn, &said, &after)?
    {
        policy::hold_again(ctx, conn, group, &after, wait)?;
    }
    Ok(id)
}

/// In a private group of ours those who are members say something new; nothing in it is for everyone.
fn may_reword(
    ctx: &Context,
    conn: &mut Conn,
    before: &Status,
    incoming: &Incoming,
) -> Result<bool> {
    if incoming.visibility.is_some_and(Visibility::is_open) {
        return Err(Error::Forbidden(
            "what is for the members of a group is not for everyone",
        ));
    }
    let Some(group) = before.group() else {
        return Ok(false);
    };
    if groups::find(conn, group)?.is_none() {
        return Ok(true);
    }
    match crate::policy::member(conn, group, before.account_id, ctx.now()) {
        Ok(_member) => Ok(true),
        Err(Error::Forbidden(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whom a group of ours sent away says nothing new in its threads.
fn is_by_banned(ctx: &Context, conn: &mut Conn, status: &Status) -> Result<bool> {
    Ok(match status.group() {
        Some(group) => group_bans::is_banned(conn, group, status.account_id, ctx.now())?,
        None => false,
    })
}

/// What is for everyone no more leaves its group, and whoever here passed it on takes that back: to their
/// followers it is not addressed now.
fn withdraw(ctx: &Context, conn: &mut Conn, status: &Status) -> Result<()> {
    let (id, now) = (status.id, ctx.now());
    if let Some(group) = status.group() {
        statuses::remove_from_group(conn, id, now)?;
        if groups::find(conn, group)?.is_some() {
            let boost = statuses::boost_by(conn, group, id)?;
            if let Some(boost) = &boost {
                statuses::bury_boost(conn, boost, now)?;
            }
            let event = Event::RemovedFromGroup {
                group,
                status: id,
                boost: boost.map(|boost| boost.id),
            };
            ctx.record(conn, &event)?;
        }
    }
    for boost in statuses::local_boosts(conn, id)? {
        let row = statuses::get(conn, boost)?;
        statuses::bury_boost(conn, &row, now)?;
        ctx.record(conn, &Event::Unboosted { boost })?;
    }
    if let Some(parent) = status.in_reply_to_id {
        statuses::count(conn, parent, -1, 0, 0)?;
    }
    Ok(())
}

/// Whoever blocks its author hears nothing new in an old letter.
fn is_letter_to_blockers(conn: &mut Conn, status: &Status) -> Result<bool> {
    if status.visibility != Visibility::Direct {
        return Ok(false);
    }
    let here: Vec<AccountId> = mentions::of(conn, &[status.id])?
        .into_iter()
        .filter(|named| named.domain.is_empty())
        .map(|named| named.account_id)
        .collect();
    let blocking = blocks::toward(conn, status.account_id, &here)?;
    Ok(!here.is_empty() && blocking.len() >= here.len())
}

/// Takes over a deletion from elsewhere: only the author's own. Unknown ids leave a tombstone behind,
/// so that a late `Create` has no effect; nothing is told to the sender.
///
/// # Errors
/// The database.
pub async fn receive_delete(ctx: &Ctx, author: AccountId, uri: &str) -> Result<()> {
    if uri.is_empty() || uri.len() > 2048 || ctx.place.owns(uri) {
        return Ok(());
    }
    let (home, uri) = (Arc::clone(ctx), uri.to_owned());
    let files = ctx
        .write_later(move |conn| {
            let known = statuses::by_uri(conn, &uri)?;
            match known {
                Some(status) if status.account_id == author && !status.is_deleted() => {
                    bury(&home, conn, &status)
                }
                Some(_of_another_or_gone) => Ok(Vec::new()),
                None => {
                    leave_tombstone(&home, conn, author, uri)?;
                    Ok(Vec::new())
                }
            }
        })
        .await?;
    remove_files(ctx, files).await;
    Ok(())
}

/// Only on the author's own host: nobody can bar the addresses of others.
fn leave_tombstone(ctx: &Context, conn: &mut Conn, author: AccountId, uri: String) -> Result<()> {
    let owner = accounts::get(conn, author)?;
    let host = |address: &str| {
        Url::parse(address)
            .ok()
            .map(|url| url.authority().to_owned())
    };
    if host(&uri) != host(&owner.uri) || owner.uri == uri {
        return Ok(());
    }
    let now = ctx.now();
    let id = free_id(ctx, conn, now)?;
    let tombstone = Status {
        deleted_at: Some(now),
        ..Status::blank(id, author, uri, now)
    };
    Ok(statuses::insert(conn, &tombstone)?)
}
