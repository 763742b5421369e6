//! Announcements: written by those who run the place, read and put away by everyone here, answered with
//! emoji.

use std::sync::Arc;

use database::Conn;
use database::announcements::{self, Announcement};
use database::custom_emojis;
use model::{AccountId, AnnouncementId, Job, Millis};

use crate::context::Ctx;
use crate::emojis::{self, EmojiView};
use crate::error::{Error, Result};
use crate::jobs;
use crate::live::{Change, note};
use crate::policy;
use crate::views::account::Viewer;

/// So many are shown at once.
const MOST_SHOWN: i64 = 40;
/// The longest text.
const MOST_TEXT: usize = 5000;
/// So many different emoji stand under one.
const MOST_EMOJI: usize = 8;

/// An announcement as someone sees it.
#[derive(Clone, Debug)]
pub struct AnnouncementView {
    /// The row.
    pub announcement: Announcement,
    /// The viewer put it away.
    pub read: bool,
    /// Emoji, how many gave it, and whether the viewer did.
    pub reactions: Vec<(String, i64, bool)>,
    /// The custom emoji of its text and of its reactions.
    pub emojis: Vec<EmojiView>,
}

/// A new announcement.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Plain text with addresses and hashtags.
    pub text: String,
    /// When what it tells of begins.
    pub starts_at: Option<Millis>,
    /// When it ends.
    pub ends_at: Option<Millis>,
    /// The hours of both do not matter.
    pub all_day: bool,
    /// When it is shown; `None`: now.
    pub publish_at: Option<Millis>,
}

/// What is shown now to this person, newest first.
///
/// # Errors
/// The database.
pub async fn shown(ctx: &Ctx, viewer: &Viewer, with_read: bool) -> Result<Vec<AnnouncementView>> {
    let (me, now) = (viewer.id(), ctx.now());
    ctx.db
        .read(move |conn| {
            let rows = announcements::shown(conn, now, MOST_SHOWN)?;
            let mut views = views(conn, me, rows)?;
            views.retain(|view| with_read || !view.read);
            Ok(views)
        })
        .await
}

fn views(conn: &mut Conn, me: AccountId, rows: Vec<Announcement>) -> Result<Vec<AnnouncementView>> {
    let ids: Vec<AnnouncementId> = rows.iter().map(|row| row.id).collect();
    let read = announcements::dismissed(conn, me, &ids)?;
    let given = announcements::reactions(conn, &ids)?;
    let mut names = emojis::named_in(rows.iter().map(|row| row.content.as_str()));
    names.extend(
        given
            .iter()
            .map(|one| one.2.clone())
            .filter(|name| name.is_ascii()),
    );
    let names: Vec<String> = names.into_iter().collect();
    let known = custom_emojis::named(conn, &[String::new()], &names)?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let mut reactions: Vec<(String, i64, bool)> = Vec::new();
            for (_id, who, name) in given.iter().filter(|one| one.0 == row.id) {
                match reactions.iter_mut().find(|one| one.0 == *name) {
                    Some(one) => {
                        one.1 = one.1.saturating_add(1);
                        one.2 |= *who == me;
                    }
                    None => reactions.push((name.clone(), 1, *who == me)),
                }
            }
            let own = emojis::named_in([row.content.as_str()]);
            let stands = |emoji: &&EmojiView| {
                own.contains(&emoji.shortcode)
                    || reactions.iter().any(|one| one.0 == emoji.shortcode)
            };
            AnnouncementView {
                read: read.contains(&row.id),
                emojis: known.iter().filter(stands).cloned().collect(),
                reactions,
                announcement: row,
            }
        })
        .collect())
}

/// One that is shown now.
fn visible(conn: &mut Conn, id: AnnouncementId, now: Millis) -> Result<Announcement> {
    let row = announcements::get(conn, id)?;
    let shown =
        row.published_at.is_some_and(|at| at <= now) && row.ends_at.is_none_or(|at| at > now);
    shown.then_some(row).ok_or(Error::NotFound)
}

/// Puts one away.
///
/// # Errors
/// `NotFound`.
pub async fn dismiss(ctx: &Ctx, viewer: &Viewer, id: AnnouncementId) -> Result<()> {
    let (me, now) = (viewer.id(), ctx.now());
    ctx.write(move |conn| {
        visible(conn, id, now)?;
        Ok(announcements::dismiss(conn, me, id)?)
    })
    .await
}

/// Answers one with an emoji: twice is once.
///
/// # Errors
/// `NotFound`; `Invalid` for what is no emoji; `LimitExceeded` where too many different ones stand there.
pub async fn react(ctx: &Ctx, viewer: &Viewer, id: AnnouncementId, name: &str) -> Result<()> {
    policy::person(viewer)?;
    if !is_emoji(name) {
        return Err(no_emoji());
    }
    let (context, me, name) = (Arc::clone(ctx), viewer.id(), name.to_owned());
    ctx.write(move |conn| {
        let now = context.now();
        visible(conn, id, now)?;
        if name.is_ascii() && custom_emojis::find(conn, "", &name)?.is_none() {
            return Err(no_emoji());
        }
        let mut names: Vec<String> = announcements::reactions(conn, &[id])?
            .into_iter()
            .map(|(_id, _who, name)| name)
            .collect();
        names.sort();
        names.dedup();
        if names.len() >= MOST_EMOJI && !names.contains(&name) {
            return Err(Error::LimitExceeded("Limit of different reactions reached"));
        }
        if announcements::react(conn, context.id(), id, me, &name, now)? {
            note(Change::AnnouncementAnswered(id, name));
        }
        Ok(())
    })
    .await
}

/// Takes an emoji back.
///
/// # Errors
/// `NotFound`, also where it was not given.
pub async fn unreact(ctx: &Ctx, viewer: &Viewer, id: AnnouncementId, name: &str) -> Result<()> {
    let (me, now, name) = (viewer.id(), ctx.now(), name.to_owned());
    ctx.write(move |conn| {
        visible(conn, id, now)?;
        if announcements::unreact(conn, id, me, &name)? {
            note(Change::AnnouncementAnswered(id, name));
            Ok(())
        } else {
            Err(Error::NotFound)
        }
    })
    .await
}

fn no_emoji() -> Error {
    Error::invalid("name", "ERR_INVALID", "Name is not a recognized emoji")
}

/// One emoji of Unicode's (a few code points, none of them a letter, a sign of punctuation or blank), or
/// the shortcode of a custom one.
fn is_emoji(name: &str) -> bool {
    let shortcode = (2..=50).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && name.bytes().any(|b| b.is_ascii_alphabetic());
    let count = name.chars().count();
    let keycap = |letter: char| letter.is_ascii_digit() || matches!(letter, '#' | '*');
    let pictures = name.chars().enumerate().all(|(at, letter)| {
        (letter as u32 >= 0x2000 && !letter.is_alphanumeric() && !letter.is_whitespace())
            || matches!(letter, '\u{a9}' | '\u{ae}' | 'ℹ' | 'Ⓜ')
            || (at == 0 && keycap(letter) && name.ends_with('\u{20e3}'))
    });
    shortcode || ((1..=16).contains(&count) && pictures && text::graphemes(name) == 1)
}

/// Writes one, for now or for later: what the command line and the pages do.
///
/// # Errors
/// `Invalid`.
pub async fn create(ctx: &Ctx, draft: Draft) -> Result<Announcement> {
    let source = text::multiline(&draft.text, MOST_TEXT);
    if source.trim().is_empty() || text::characters(&draft.text) > MOST_TEXT {
        let text = format!("an announcement has 1 to {MOST_TEXT} characters");
        return Err(Error::invalid("text", "ERR_BLANK", text));
    }
    if let (Some(starts), Some(ends)) = (draft.starts_at, draft.ends_at)
        && ends < starts
    {
        let text = "it cannot end before it starts";
        return Err(Error::invalid("ends_at", "ERR_INVALID", text));
    }
    let place = ctx.place.clone();
    let content = text::plain_to_html(&source, &|_| None, &|tag| place.tag_url(tag));
    let now = ctx.now();
    let row = Announcement {
        id: ctx.id(),
        source,
        content: content.into_string(),
        starts_at: draft.starts_at,
        ends_at: draft.ends_at,
        all_day: draft.all_day,
        published_at: Some(draft.publish_at.map_or(now, |at| at.max(now))),
        announced: false,
        created_at: now,
        updated_at: now,
    };
    let (context, made) = (Arc::clone(ctx), row.clone());
    ctx.write(move |conn| {
        announcements::insert(conn, &row)?;
        let job = Job::Announce {
            announcement: row.id,
        };
        jobs::enqueue(&context, conn, &job, None, row.published_at.unwrap_or(now))
    })
    .await?;
    Ok(made)
}

/// All of them, newest first.
///
/// # Errors
/// The database.
pub async fn all(ctx: &Ctx) -> Result<Vec<Announcement>> {
    Ok(ctx.db.read(announcements::all).await?)
}

/// Takes one away.
///
/// # Errors
/// `NotFound`.
pub async fn delete(ctx: &Ctx, id: AnnouncementId) -> Result<()> {
    ctx.write(move |conn| {
        if announcements::delete(conn, id)? {
            note(Change::AnnouncementGone(id));
            Ok(())
        } else {
            Err(Error::NotFound)
        }
    })
    .await
}

/// The job of a new one: those who listen are told, once.
///
/// # Errors
/// The database.
pub(crate) async fn announce(ctx: &Ctx, id: AnnouncementId) -> Result<()> {
    let now = ctx.now();
    ctx.write_later(move |conn| {
        let mut row = match visible(conn, id, now) {
            Ok(row) if !row.announced => row,
            Ok(_) | Err(Error::NotFound) => return Ok(()),
            Err(error) => return Err(error),
        };
        row.announced = true;
        announcements::set(conn, &row)?;
        note(Change::Announced(id));
        Ok(())
    })
    .await
}

/// One as everyone sees it.
///
/// # Errors
/// `NotFound`.
pub(crate) async fn one(ctx: &Ctx, id: AnnouncementId) -> Result<AnnouncementView> {
    let now = ctx.now();
    ctx.db
        .read(move |conn| {
            let row = visible(conn, id, now)?;
            views(conn, database::visible::NOBODY, vec![row])?
                .pop()
                .ok_or(Error::NotFound)
        })
        .await
}

/// How many gave this emoji.
///
/// # Errors
/// The database.
pub(crate) async fn count(ctx: &Ctx, id: AnnouncementId, name: &str) -> Result<i64> {
    let name = name.to_owned();
    ctx.db
        .read(move |conn| {
            let given = announcements::reactions(conn, &[id])?;
            let count = given.iter().filter(|one| one.2 == name).count();
            Ok(i64::try_from(count).unwrap_or(i64::MAX))
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::is_emoji;

    #[test]
    fn an_emoji_is_one_picture_or_a_shortcode() {
        for name in ["👍", "❤️", "👩‍👩‍👧", "🇮🇩", "1️⃣", "blobcat", "party_parrot"]
        {
            assert!(is_emoji(name), "{name}");
        }
        for name in ["", "a", "👍👍", "hello world", "<b>", "é", "12", "../x"] {
            assert!(!is_emoji(name), "{name}");
        }
    }
}
