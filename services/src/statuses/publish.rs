//! Publishing a status of someone here.

use std::sync::{Arc, OnceLock};

use database::accounts::Account;
use database::mentions::{self, Mention};
use database::statuses::{self, Status};
use database::{
    Conn, accounts, groups as group_options, home_entries, idempotency_keys, media_attachments,
    scheduled_statuses, search_index,
};
use model::{AccountId, HeldFor, Millis, StatusId, Visibility};

use super::{Draft, Idempotency};
use crate::compose::{self, Composed, MAX_MEDIA};
use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::groups::elsewhere;
use crate::policy::quote;
use crate::policy::status::{self as policy, Posting, Wait};
use crate::policy::tags;
use crate::policy::words::{self, Judged, Said};
use crate::polls::{self, NewPoll};
use crate::views::account::Viewer;
use crate::views::status::{self, StatusView};
use crate::{cards, console, flairs, waves};

/// A key holds for so long.
const KEY_LASTS: i64 = Millis::HOUR;
/// What names more groups than this waits for a moderator of the first.
pub(super) const MAX_GROUPS: usize = 3;
/// Letters of a title that is made from the first line.
pub(super) const MADE_TITLE: usize = 100;

/// Publishes. Remote handles in the text are looked up first; then, in one transaction: may they
/// (answer this, post into that group)? the rows, the event. In a group of ours a new thread also gets
/// the group's boost in the same transaction. With an `Idempotency` the same request gives the same status.
///
/// # Errors
/// `Invalid` for an empty or over-long text, `NotFound` for a parent that the author may not see,
/// `Forbidden` for a group where the author may not post.
pub async fn publish(
    ctx: &Ctx,
    author: &Viewer,
    draft: Draft,
    once: Option<Idempotency>,
) -> Result<StatusView> {
    let draft = ready(draft)?;
    let composed = compose::compose(ctx, &draft.text).await?;
    let (home, writer) = (Arc::clone(ctx), author.clone());
    let refused_by = Arc::new(OnceLock::new());
    let door = Arc::clone(&refused_by);
    let made = ctx
        .write(move |conn| {
            let piece = Piece {
                draft: &draft,
                composed: &composed,
                door: &door,
            };
            match &once {
                None => write(&home, conn, &writer, &piece),
                Some(once) => write_once(&home, conn, &writer, &piece, once),
            }
        })
        .await;
    if let (Err(_), Some(group)) = (&made, refused_by.get()) {
        waves::refused(ctx, *group).await;
    }
    status::one(ctx, Some(author), made?).await
}

/// What is to be published.
struct Piece<'a> {
    draft: &'a Draft,
    composed: &'a Composed,
    /// Where the group is named that refuses it: the transaction leaves no other trace of that.
    door: &'a OnceLock<AccountId>,
}

impl Piece<'_> {
    /// The group refuses it.
    fn refused(&self, group: AccountId, why: Error) -> Error {
        let _first = self.door.set(group);
        why
    }
}

/// A draft as it is stored, if it is neither empty nor too long.
///
/// # Errors
/// `Invalid`, with Mastodon's sentences.
pub(crate) fn ready(mut draft: Draft) -> Result<Draft> {
    draft.text = compose::typed(&draft.text);
    draft.spoiler_text = compose::warning(&draft.spoiler_text)?;
    draft.title = compose::title(&draft.title)?;
    let hangs_on_something =
        !draft.media.is_empty() || draft.poll.is_some() || draft.quoted.is_some();
    compose::check(&draft.text, &draft.spoiler_text, hangs_on_something)?;
    check_media(&draft)?;
    draft.poll = draft.poll.map(NewPoll::checked).transpose()?;
    Ok(draft)
}

fn check_media(draft: &Draft) -> Result<()> {
    // Mastodon says the same sentence to pictures beside a poll.
    if draft.media.len() > MAX_MEDIA || (draft.poll.is_some() && !draft.media.is_empty()) {
        return Err(Error::invalid(
            "media_ids",
            "ERR_TOO_LONG",
            format!("Cannot attach more than {MAX_MEDIA} files"),
        ));
    }
    Ok(())
}

/// The same request gives the same status; the same key with another request is a mistake.
fn write_once(
    ctx: &Ctx,
    conn: &mut Conn,
    author: &Viewer,
    piece: &Piece<'_>,
    once: &Idempotency,
) -> Result<StatusId> {
    let now = ctx.now();
    if let Some(known) = made_before(conn, Some(once), now)? {
        return Ok(known);
    }
    let id = write(ctx, conn, author, piece)?;
    let key = once.short_key();
    idempotency_keys::put(conn, once.token, &key, &once.request_hash, id, now)?;
    Ok(id)
}

/// What the same request made before: a status, or the number of one that is scheduled.
///
/// # Errors
/// `Invalid` where the key was used for another request.
pub(crate) fn made_before(
    conn: &mut Conn,
    once: Option<&Idempotency>,
    now: Millis,
) -> Result<Option<StatusId>> {
    let Some(once) = once else { return Ok(None) };
    match idempotency_keys::find(conn, once.token, &once.short_key())? {
        Some((hash, made, at)) if at.plus(KEY_LASTS) > now => {
            if hash == once.request_hash {
                Ok(Some(made))
            } else {
                Err(Error::invalid(
                    "idempotency_key",
                    "ERR_TAKEN",
                    "This Idempotency-Key was used for another request",
                ))
            }
        }
        _ => Ok(None),
    }
}

/// Where a new status goes.
struct Target {
    parent: Option<Status>,
    visibility: Visibility,
    /// The group in whose thread it stands.
    group: Option<Account>,
    /// Readers of a letter to a group: addressed without being named.
    silent: Vec<AccountId>,
    /// What it quotes.
    quoted: Option<Status>,
    /// It waits for a moderator first.
    held: Option<Wait>,
    /// It makes its author a member.
    joins: bool,
    /// It never leaves this server.
    local_only: bool,
}

fn write(ctx: &Ctx, conn: &mut Conn, author: &Viewer, piece: &Piece<'_>) -> Result<StatusId> {
    let (draft, composed) = (piece.draft, piece.composed);
    // In the same transaction: what waited is published once, and its pictures are free for it.
    if let Some(waited) = draft.scheduled
        && !scheduled_statuses::delete(conn, waited)?
    {
        return Err(Error::NotFound);
    }
    let mut target = aim(ctx, conn, author, piece)?;
    let id: StatusId = ctx.id();
    let mut status = row(ctx, author, draft, composed, &target, id);
    if let Some(group) = target.group.as_ref().filter(|group| group.is_local()) {
        match judge(conn, group.id, &status, draft)? {
            Judged::Free => {}
            Judged::Waits(wait) => {
                target.held = Some(wait);
                status.visibility = Visibility::Held;
            }
            Judged::Refused(why) => return Err(piece.refused(group.id, words::error(&why))),
        }
        if target.joins && target.held.is_none() {
            policy::join_by_posting(ctx, conn, group.id, &author.account)?;
        }
    }
    statuses::insert(conn, &status)?;
    address(conn, id, composed, &target)?;
    tags::put(ctx, conn, id, &composed.tags)?;
    flairs::choose(conn, &status, &draft.flair, &composed.tags)?;
    crate::media::attach(conn, author.id(), &draft.media, id)?;
    if let Some(quoted) = &target.quoted {
        quote::place(ctx, conn, &status, quoted)?;
    }
    quote::set_rules(conn, &status, draft.quote_policy)?;
    if let Some(poll) = &draft.poll {
        polls::create(ctx, conn, &status, poll)?;
    }
    cards::leave(ctx, conn, &status)?;
    if status.visibility != Visibility::Direct {
        // Who writes sees it at home at once; the others hear of it by the event.
        home_entries::put(conn, author.id(), id, id)?;
    }
    search_index::put(conn, id)?;
    console::note(ctx, conn, author, "status_published", &status)?;
    match (target.held, &target.group) {
        (Some(wait), Some(group)) => {
            policy::hold(ctx, conn, group.id, id, target.visibility, wait)?;
        }
        _ => policy::appear(ctx, conn, &status)?,
    }
    Ok(id)
}

/// What the words of the group say to it, with its poll and what its pictures are said to show.
fn judge(conn: &mut Conn, group: AccountId, status: &Status, draft: &Draft) -> Result<Judged> {
    let mut said = Said::of(status);
    for option in draft.poll.iter().flat_map(|poll| &poll.options) {
        said.add(option);
    }
    for id in &draft.media {
        if let Some(file) = media_attachments::find(conn, *id)? {
            said.add(&file.description);
        }
    }
    words::judge(conn, group, status.account_id, &said)
}

/// Decides on audience and group, or refuses.
fn aim(ctx: &Ctx, conn: &mut Conn, author: &Viewer, piece: &Piece<'_>) -> Result<Target> {
    let (draft, composed) = (piece.draft, piece.composed);
    crate::policy::may_act(conn, author)?;
    let wish = draft.visibility.unwrap_or(author.user.default_visibility);
    if !wish.is_chosen() {
        return Err(Error::invalid(
            "visibility",
            "ERR_INCLUSION",
            "Validation failed: Visibility is not included in the list",
        ));
    }
    let parent = match draft.in_reply_to {
        Some(id) => Some(policy::parent(conn, author.id(), id)?),
        None => None,
    };
    // An answer has no wider audience than what it answers.
    let visibility = parent
        .as_ref()
        .map_or(wish, |parent| wish.at_most(parent.visibility));
    let quoted = match draft.quoted {
        Some(id) => Some(quotable(conn, author, id, visibility, composed)?),
        None => None,
    };
    // Nor has a quote a wider audience than what it shows.
    let visibility = quoted
        .as_ref()
        .map_or(visibility, |quoted| match quoted.visibility {
            Visibility::Private => visibility.at_most(Visibility::Private),
            _ => visibility,
        });
    let groups: Vec<&Account> = composed
        .mentions
        .iter()
        .filter(|account| account.is_group())
        .collect();
    let Place {
        visibility,
        group,
        silent,
    } = place(
        conn,
        author,
        draft,
        parent.as_ref(),
        visibility,
        composed,
        &groups,
    )?;
    if author.is_group() && group.as_ref().is_some_and(|group| group.id != author.id()) {
        return Err(Error::Forbidden("a group speaks in its own threads only"));
    }
    let mut held =
        (groups.len() > MAX_GROUPS && parent.is_none()).then_some(Wait::from(HeldFor::ManyGroups));
    let (mut local_only, mut joins) = (false, false);
    if let Some(group) = group.as_ref().filter(|group| group.is_local()) {
        let options = group_options::find(conn, group.id)?;
        local_only = options.is_some_and(|options| options.local_only);
        match policy::posting(conn, group.id, author.id(), parent.as_ref(), ctx.now())? {
            Posting::Member => {}
            Posting::Joins => joins = true,
            Posting::Waits(reason) => held = Some(reason.into()),
            Posting::Refused(why) => return Err(piece.refused(group.id, why.error())),
        }
    } else {
        // Only our own groups have someone who looks.
        held = None;
        if let Some(group) = &group {
            elsewhere::may_post(conn, group.id, author.id(), parent.as_ref(), ctx.now())?;
            if visibility == Visibility::Members {
                crate::policy::member(conn, group.id, author.id(), ctx.now())?;
            }
        }
    }
    Ok(Target {
        parent,
        visibility,
        group,
        silent,
        quoted,
        held,
        joins,
        local_only,
    })
}

/// Where a post belongs, and who reads it there.
struct Place {
    visibility: Visibility,
    group: Option<Account>,
    silent: Vec<AccountId>,
}

/// An open post goes to its group. Into a private group goes what answers there, what the draft puts there, and
/// what a member writes to the group alone, with whatever audience an app offers. A letter whose only
/// reader is another group goes to its moderators.
fn place(
    conn: &mut Conn,
    author: &Viewer,
    draft: &Draft,
    parent: Option<&Status>,
    visibility: Visibility,
    composed: &Composed,
    groups: &[&Account],
) -> Result<Place> {
    let nobody = |visibility, group| Place {
        visibility,
        group,
        silent: Vec::new(),
    };
    let named_group = group_of(conn, author, draft, parent, groups)?;
    let answers_letter = parent.is_some_and(|parent| parent.visibility == Visibility::Direct);
    let answers_members = parent.is_some_and(|parent| parent.visibility == Visibility::Members);
    if let Some(group) = named_group.as_ref().filter(|_| !answers_letter)
        && (answers_members || policy::is_private(conn, group)?)
    {
        let to_others = visibility == Visibility::Direct && composed.mentions.len() > 1;
        let in_thread = parent.is_some() && visibility == Visibility::Direct;
        if !to_others && !in_thread {
            return Ok(nobody(Visibility::Members, named_group));
        }
    }
    if visibility.is_open() {
        return Ok(nobody(visibility, named_group));
    }
    if draft.group.is_some() && parent.is_none() {
        return Err(Error::invalid(
            "visibility",
            "ERR_INVALID",
            "Validation failed: a thread in this group is public or unlisted",
        ));
    }
    let mut silent = Vec::new();
    if visibility == Visibility::Direct
        && let [only] = composed.mentions.as_slice()
        && only.is_group()
        && only.is_local()
    {
        silent = policy::readers_of_mail(conn, only)?;
    }
    Ok(Place {
        visibility,
        group: None,
        silent,
    })
}

/// What the author may quote; in a letter only what one of its readers wrote, or oneself: a letter about
/// someone behind their back is no quote.
fn quotable(
    conn: &mut Conn,
    author: &Viewer,
    id: StatusId,
    visibility: Visibility,
    composed: &Composed,
) -> Result<Status> {
    let quoted = quote::quotable(conn, author.id(), id)?;
    let by = quoted.account_id;
    let is_reader = by == author.id() || composed.mentions.iter().any(|account| account.id == by);
    if visibility == Visibility::Direct && !is_reader {
        return Err(Error::invalid(
            "quoted_status_id",
            "ERR_INVALID",
            "Cannot quote a non-mentioned user in a Private Mention post.",
        ));
    }
    Ok(quoted)
}

/// An answer belongs to the group of its thread by itself; a new thread to the group that the draft names,
/// else to the group that speaks, else to the first that the text names.
fn group_of(
    conn: &mut Conn,
    author: &Viewer,
    draft: &Draft,
    parent: Option<&Status>,
    named: &[&Account],
) -> Result<Option<Account>> {
    if let Some(parent) = parent {
        return match parent.group() {
            Some(group) => Ok(Some(accounts::get(conn, group)?)),
            None => Ok(None),
        };
    }
    if let Some(group) = draft.group {
        let group = accounts::get(conn, group)?;
        return if group.is_group() && group.suspended_at.is_none() {
            Ok(Some(group))
        } else {
            Err(Error::NotFound)
        };
    }
    if author.is_group() {
        return Ok(Some(Account::clone(&author.account)));
    }
    Ok(named.first().map(|first| Account::clone(first)))
}

fn row(
    ctx: &Ctx,
    author: &Viewer,
    draft: &Draft,
    composed: &Composed,
    target: &Target,
    id: StatusId,
) -> Status {
    let account = &author.account;
    let title = match &target.group {
        Some(group) if draft.title.is_empty() && target.parent.is_none() => {
            text::first_line_title_of_text(&draft.text, &group.acct(), MADE_TITLE)
        }
        _ => draft.title.clone(),
    };
    let language = draft
        .language
        .clone()
        .filter(|language| is_language(language))
        .or_else(|| author.user.default_language.clone())
        .or_else(|| composed.language.map(str::to_owned));
    Status {
        url: ctx.place.status_url(&account.username, id),
        local: true,
        visibility: if target.held.is_some() {
            Visibility::Held
        } else {
            target.visibility
        },
        root_id: target.parent.as_ref().map_or(id, |parent| parent.root_id),
        in_reply_to_id: target.parent.as_ref().map(|parent| parent.id),
        in_reply_to_account_id: target.parent.as_ref().map(|parent| parent.account_id),
        group_id: target.group.as_ref().map(|group| group.id),
        local_only: target.local_only,
        title,
        content: composed.content.clone(),
        source: draft.text.clone(),
        spoiler_text: draft.spoiler_text.clone(),
        sensitive: draft.sensitive.unwrap_or(author.user.default_sensitive)
            || !draft.spoiler_text.is_empty(),
        language,
        app_id: draft.app,
        ..Status::blank(
            id,
            account.id,
            ctx.place.status_uri(&account.uri, id),
            ctx.now(),
        )
    }
}

/// Two or three letters, perhaps with a region.
pub(super) fn is_language(text: &str) -> bool {
    let main = text.split(['-', '_']).next().unwrap_or_default();
    (2..=3).contains(&main.len())
        && text.len() <= 12
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

fn address(conn: &mut Conn, id: StatusId, composed: &Composed, target: &Target) -> Result<()> {
    let named = composed.mentions.iter().map(|account| (account.id, false));
    let silent = target.silent.iter().map(|account| (*account, true));
    let mut rows: Vec<Mention> = Vec::new();
    for (account_id, silent) in named.chain(silent) {
        if rows.iter().all(|row| row.account_id != account_id) {
            rows.push(Mention {
                status_id: id,
                account_id,
                silent,
            });
        }
    }
    Ok(mentions::insert(conn, &rows)?)
}
