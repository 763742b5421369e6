//! Taking in a status of someone elsewhere.

use std::sync::Arc;

use database::accounts::{self, Account};
use database::media_attachments::{self, MediaAttachment};
use database::mentions::{self, Mention};
use database::statuses::{self, Status};
use database::{Conn, blocks, visible};
use model::{AccountId, HeldFor, Millis, StatusId, Visibility};
use text::Html;

use super::members::{self, Whose};
use super::publish::{MADE_TITLE, MAX_GROUPS, is_language};
use super::{Incoming, IncomingMedia, Received};
use crate::compose::{MAX_TAGS, MAX_TITLE, typed};
use crate::context::{Context, Ctx};
use crate::error::Result;
use crate::flairs;
use crate::groups::bridge;
use crate::policy::status::{self as policy, Posting, Wait};
use crate::policy::tags;
use crate::policy::words::{self, Judged, Said};
use crate::{polls, waves};

/// Longer addresses are refused.
const MAX_URI: usize = 2048;
/// Letters of the HTML of a post; the rest is cut by the sanitiser's own limit.
const MAX_ADDRESSED: usize = 100;
/// Who names more people than this wants to be heard, not to speak with them.
const MAX_NAMED: usize = 20;
/// Files of one post.
const MAX_FILES: usize = 16;
/// What claims to be from further ahead than this is sorted by when it came.
const AHEAD: i64 = Millis::DAY;

/// Stores a status of someone elsewhere. Parents, mentions and groups that are not known are looked up
/// in the database only: `federation` fetches them before. Stored when it concerns someone here
/// (follower, mention, answer to something known, a group here or joined from here), else dropped;
/// `wanted` (fetched on someone's wish) is always stored. In a group of ours the rules of the group
/// hold and a new thread gets the group's boost.
///
/// # Errors
/// The database.
pub async fn receive(
    ctx: &Ctx,
    author: AccountId,
    incoming: Incoming,
    wanted: bool,
) -> Result<Received> {
    if incoming.uri.is_empty() || incoming.uri.len() > MAX_URI || incoming.url.len() > MAX_URI {
        return Ok(Received::Dropped("its address is too long"));
    }
    if ctx.place.owns(&incoming.uri) {
        return Ok(Received::Dropped("its address is one of ours"));
    }
    let home = Arc::clone(ctx);
    ctx.write_later(move |conn| store(&home, conn, author, &incoming, wanted))
        .await
}

/// What is known here of the people and things that a status names.
pub(super) struct Around {
    pub(super) author: Account,
    pub(super) parent: Option<Status>,
    pub(super) named: Vec<Account>,
    pub(super) addressed: Vec<Account>,
    pub(super) visibility: Visibility,
}

fn store(
    ctx: &Ctx,
    conn: &mut Conn,
    author: AccountId,
    incoming: &Incoming,
    wanted: bool,
) -> Result<Received> {
    if let Some(known) = statuses::by_uri(conn, &incoming.uri)? {
        return Ok(Received::Known(known.id));
    }
    let mut around = look_around(ctx, conn, author, incoming)?;
    if around.author.suspended_at.is_some() {
        return Ok(Received::Dropped("its author is suspended"));
    }
    if let Some(reason) = unwelcome(conn, incoming, &around)? {
        return Ok(Received::Dropped(reason));
    }
    let group = match members::whose(conn, incoming, &around)? {
        Whose::Members(group) => {
            around.visibility = Visibility::Members;
            Some(*group)
        }
        Whose::Refused(why) => return Ok(Received::Dropped(why)),
        Whose::Others => group_of(conn, incoming, &around)?,
    };
    if !wanted && !concerns_us(conn, &around, group.as_ref())? {
        return Ok(Received::Dropped("it concerns nobody here"));
    }
    let mut status = row(ctx, conn, incoming, &around, group.as_ref())?;
    let held = match group.as_ref().filter(|group| group.is_local()) {
        None => None,
        Some(group) => match enter(ctx, conn, group.id, &around, &status, incoming)? {
            Entry::Open(wait) => wait,
            Entry::Shut(why) => {
                waves::knock(ctx, conn, group.id)?;
                return Ok(Received::Dropped(why));
            }
        },
    };
    let wish = status.visibility;
    if held.is_some() {
        status.visibility = Visibility::Held;
    }
    write(ctx, conn, &status, incoming, &around)?;
    database::search_index::put(conn, status.id)?;
    match (held, &group) {
        (Some(wait), Some(group)) => {
            policy::hold(ctx, conn, group.id, status.id, wish, wait)?;
        }
        _ => policy::appear(ctx, conn, &status)?,
    }
    Ok(Received::New(status.id))
}

/// Does a post come into a group of ours?
enum Entry {
    /// It does, perhaps when a moderator has looked.
    Open(Option<Wait>),
    /// It does not.
    Shut(&'static str),
}

/// What the rules of a group of ours and its words say to a post from elsewhere.
fn enter(
    ctx: &Ctx,
    conn: &mut Conn,
    group: AccountId,
    around: &Around,
    status: &Status,
    incoming: &Incoming,
) -> Result<Entry> {
    let author = around.author.id;
    let mut held = many_groups(around).map(Wait::from);
    let mut joins = false;
    match policy::posting(conn, group, author, around.parent.as_ref(), ctx.now())? {
        Posting::Member => {}
        Posting::Joins => joins = true,
        Posting::Waits(reason) => held = Some(reason.into()),
        Posting::Refused(why) => return Ok(Entry::Shut(why.words())),
    }
    let mut said = Said::of(status);
    for (option, _votes) in incoming.poll.iter().flat_map(|poll| &poll.options) {
        said.add(option);
    }
    for file in incoming.attachments.iter().take(MAX_FILES) {
        said.add(&file.description);
        said.link(&file.url);
    }
    match words::judge(conn, group, author, &said)? {
        Judged::Free => {}
        Judged::Waits(wait) => held = Some(wait),
        Judged::Refused(_why) => {
            return Ok(Entry::Shut(
                "a word or link is in it that the group refuses",
            ));
        }
    }
    if joins && held.is_none() {
        policy::join_by_posting(ctx, conn, group, &around.author)?;
    }
    Ok(Entry::Open(held))
}

fn look_around(
    ctx: &Context,
    conn: &mut Conn,
    author: AccountId,
    incoming: &Incoming,
) -> Result<Around> {
    let author = accounts::get(conn, author)?;
    let parent = match &incoming.in_reply_to {
        Some(uri) => parent_at(ctx, conn, author.id, uri)?,
        None => None,
    };
    let cut =
        |uris: &[String]| -> Vec<String> { uris.iter().take(MAX_ADDRESSED).cloned().collect() };
    let named = accounts::by_uris(conn, &cut(&incoming.mentions))?;
    let mut addressed = accounts::by_uris(conn, &cut(&incoming.addressed))?;
    addressed.retain(|account| {
        account.id != author.id && named.iter().all(|other| other.id != account.id)
    });
    Ok(Around {
        visibility: incoming.visibility.unwrap_or(Visibility::Direct),
        author,
        parent,
        named,
        addressed,
    })
}

/// What has this address and is not gone; of a boost the original, whose rules hold for answers; of a letter of a
/// private group to its author the post of which it told.
fn parent_at(
    ctx: &Context,
    conn: &mut Conn,
    author: AccountId,
    uri: &str,
) -> Result<Option<Status>> {
    let found = bridge::meant_by(ctx, conn, uri, author)?;
    let Some(found) = found.filter(|found| !found.is_deleted()) else {
        return Ok(None);
    };
    match found.reblog_of_id {
        Some(original) => {
            let original = statuses::find(conn, original)?;
            Ok(original.filter(|original| !original.is_deleted()))
        }
        None => Ok(Some(found)),
    }
}

/// What someone here does not want to get, or what answers something that its author cannot know of, is
/// dropped without a word.
fn unwelcome(
    conn: &mut Conn,
    incoming: &Incoming,
    around: &Around,
) -> Result<Option<&'static str>> {
    let author = around.author.id;
    if let Some(parent) = &around.parent {
        if blocks::between(conn, author, parent.account_id)? {
            return Ok(Some("one of the two blocks the other"));
        }
        let letter = !parent.visibility.is_open();
        // Who is a member of a group elsewhere that group knows: what it passes on is by one.
        let by_its_group = parent.visibility == Visibility::Members
            && incoming.via.is_some()
            && incoming.via == parent.group();
        if letter
            && !by_its_group
            && parent.local
            && visible::find(conn, author, parent.id)?.is_none()
        {
            return Ok(Some("it answers what its author may not see"));
        }
    }
    if around.visibility == Visibility::Direct {
        let here: Vec<AccountId> = around
            .named
            .iter()
            .chain(&around.addressed)
            .filter(|account| account.is_local())
            .map(|account| account.id)
            .collect();
        let blocking = blocks::toward(conn, author, &here)?;
        if !here.is_empty() && blocking.len() >= here.len() {
            return Ok(Some("who would get it blocks its author"));
        }
    }
    Ok(None)
}

/// The group in whose thread it stands: that of the thread; else the one through which it came; else the
/// first that it names.
fn group_of(conn: &mut Conn, incoming: &Incoming, around: &Around) -> Result<Option<Account>> {
    if !around.visibility.is_open() {
        return Ok(None);
    }
    if let Some(parent) = &around.parent {
        return match parent.group() {
            Some(group) => Ok(Some(accounts::get(conn, group)?)),
            None => Ok(None),
        };
    }
    if incoming.in_reply_to.is_some() {
        // An answer to something that is not known here starts no thread.
        return Ok(None);
    }
    if let Some(group) = incoming.group {
        let group = accounts::get(conn, group)?;
        return Ok(Some(group).filter(Account::is_group));
    }
    Ok(around
        .named
        .iter()
        .chain(&around.addressed)
        .find(|account| account.is_group() && account.suspended_at.is_none())
        .cloned())
}

/// A thread that names more groups than a person would waits for a moderator of the first.
fn many_groups(around: &Around) -> Option<HeldFor> {
    let all = around.named.iter().chain(&around.addressed);
    let groups = all.filter(|account| account.is_group()).count();
    (groups > MAX_GROUPS && around.parent.is_none()).then_some(HeldFor::ManyGroups)
}

fn concerns_us(conn: &mut Conn, around: &Around, group: Option<&Account>) -> Result<bool> {
    if around.parent.is_some()
        || around
            .named
            .iter()
            .chain(&around.addressed)
            .any(Account::is_local)
        || group.is_some_and(Account::is_local)
    {
        return Ok(true);
    }
    if statuses::has_readers_here(conn, around.author.id)? {
        return Ok(true);
    }
    match group {
        Some(group) => Ok(statuses::has_readers_here(conn, group.id)?),
        None => Ok(false),
    }
}

fn row(
    ctx: &Context,
    conn: &mut Conn,
    incoming: &Incoming,
    around: &Around,
    group: Option<&Account>,
) -> Result<Status> {
    let now = ctx.now();
    let said = incoming.published.unwrap_or(now);
    // Nothing stands before what was written later here; a far future is a broken clock or a trick.
    let at = if said.0 > now.0.saturating_add(AHEAD) || said > now {
        now
    } else {
        said
    };
    let id = free_id(ctx, conn, at)?;
    let parent = around.parent.as_ref();
    let url = if is_web(&incoming.url) {
        incoming.url.clone()
    } else {
        incoming.uri.clone()
    };
    Ok(Status {
        url,
        local: false,
        visibility: around.visibility,
        root_id: parent.map_or(id, |parent| parent.root_id),
        in_reply_to_id: parent.map(|parent| parent.id),
        in_reply_to_account_id: parent.map(|parent| parent.account_id),
        group_id: group.map(|group| group.id),
        title: title(incoming, group),
        content: Html::sanitize(&typed(&incoming.content)).into_string(),
        spoiler_text: text::multiline(&typed(&incoming.spoiler_text), 500),
        sensitive: incoming.sensitive || !incoming.spoiler_text.is_empty(),
        language: incoming
            .language
            .clone()
            .filter(|l| is_language(l))
            .or_else(|| guessed(incoming)),
        edited_at: incoming
            .updated
            .filter(|edited| *edited > at && *edited <= now),
        ..Status::blank(id, around.author.id, incoming.uri.clone(), at)
    })
}

/// Where its server does not say, the words may.
fn guessed(incoming: &Incoming) -> Option<String> {
    let plain = text::to_plain(&Html::sanitize(&typed(&incoming.content)));
    text::detect(&plain).map(str::to_owned)
}

/// The title of a thread in a group: its own, else its first line without the group, as a thread that is
/// started here gets one. Nothing else has one that its author did not give it.
pub(super) fn title(incoming: &Incoming, group: Option<&Account>) -> String {
    let own = text::display_name(&typed(&incoming.title), MAX_TITLE);
    match group {
        Some(group) if own.is_empty() && incoming.in_reply_to.is_none() => {
            let html = Html::sanitize(&typed(&incoming.content));
            text::first_line_title(&html, &group.acct(), MADE_TITLE)
        }
        _ => own,
    }
}

/// Other servers say whole seconds, so that ids of one second meet sometimes.
///
/// # Errors
/// The database.
pub(crate) fn free_id(ctx: &Context, conn: &mut Conn, at: Millis) -> Result<StatusId> {
    let mut id = ctx.ids.next(at);
    for _attempt in 0..8 {
        if !statuses::exists(conn, id)? {
            break;
        }
        id = ctx.ids.next(at);
    }
    Ok(id)
}

fn is_web(address: &str) -> bool {
    address.starts_with("https://") || address.starts_with("http://")
}

fn write(
    ctx: &Context,
    conn: &mut Conn,
    status: &Status,
    incoming: &Incoming,
    around: &Around,
) -> Result<()> {
    statuses::insert(conn, status)?;
    crate::policy::quote::received(ctx, conn, status, &incoming.quote)?;
    crate::cards::leave(ctx, conn, status)?;
    let readers = addressees(conn, status.id, around, is_crowd(incoming))?;
    mentions::insert(conn, &readers)?;
    hang(ctx, conn, status, incoming)?;
    if let Some(poll) = &incoming.poll {
        polls::take_in(ctx, conn, status, poll)?;
    }
    Ok(())
}

/// Who is named, and who is addressed without being named. A letter to a group of ours goes to its
/// moderators. In a crowd everyone is addressed, and nobody named.
fn addressees(
    conn: &mut Conn,
    id: StatusId,
    around: &Around,
    is_crowd: bool,
) -> Result<Vec<Mention>> {
    let mut readers: Vec<(AccountId, bool)> = around
        .named
        .iter()
        .map(|account| (account.id, is_crowd))
        .chain(around.addressed.iter().map(|account| (account.id, true)))
        .collect();
    let mut all = around.named.iter().chain(&around.addressed);
    if around.visibility == Visibility::Direct
        && let (Some(only), None) = (all.next(), all.next())
        && only.is_group()
        && only.is_local()
    {
        let mail = policy::readers_of_mail(conn, only)?;
        readers.extend(mail.into_iter().map(|account| (account, true)));
    }
    Ok(readers
        .into_iter()
        .map(|(account_id, silent)| Mention {
            status_id: id,
            account_id,
            silent,
        })
        .collect())
}

/// Does it name so many that nobody is told?
pub(super) fn is_crowd(incoming: &Incoming) -> bool {
    incoming.mentions.len() > MAX_NAMED
}

/// Hashtags and files.
///
/// # Errors
/// The database.
pub(super) fn hang(
    ctx: &Context,
    conn: &mut Conn,
    status: &Status,
    incoming: &Incoming,
) -> Result<()> {
    let names: Vec<String> = incoming
        .tags
        .iter()
        .map(|tag| tag.trim_start_matches('#').to_lowercase())
        .filter(|tag| {
            (1..=200).contains(&tag.len()) && !tag.chars().any(|c| c.is_whitespace() || c == '\0')
        })
        .take(MAX_TAGS)
        .collect();
    tags::put(ctx, conn, status.id, &names)?;
    flairs::choose(conn, status, "", &names)?;
    let files: Vec<MediaAttachment> = incoming
        .attachments
        .iter()
        .filter(|file| is_web(&file.url) && file.url.len() <= MAX_URI)
        .take(MAX_FILES)
        .enumerate()
        .map(|(position, file)| attachment(ctx, status, file, position))
        .collect();
    Ok(media_attachments::insert(conn, &files)?)
}

fn attachment(
    ctx: &Context,
    status: &Status,
    file: &IncomingMedia,
    position: usize,
) -> MediaAttachment {
    let kind = match file.mime.split('/').next() {
        Some("image") => "image",
        Some("video") => "video",
        Some("audio") => "audio",
        _ => "unknown",
    };
    let unit = |at: f64| {
        if at.is_finite() {
            at.clamp(-1.0, 1.0)
        } else {
            0.0
        }
    };
    let (focus_x, focus_y) = file.focus.unwrap_or_default();
    let side = |pixels: i32| pixels.clamp(0, 100_000);
    MediaAttachment {
        id: ctx.id(),
        account_id: status.account_id,
        status_id: Some(status.id),
        position: i16::try_from(position).unwrap_or(i16::MAX),
        kind: kind.to_owned(),
        file: String::new(),
        preview: String::new(),
        mime: typed(&file.mime).chars().take(100).collect(),
        remote_url: file.url.clone(),
        description: text::multiline(&typed(&file.description), 1500),
        blurhash: Some(&file.blurhash)
            .filter(|hash| hash.len() <= 100 && hash.is_ascii() && !hash.contains('\0'))
            .cloned()
            .unwrap_or_default(),
        width: side(file.width),
        height: side(file.height),
        preview_width: side(file.width),
        preview_height: side(file.height),
        focus_x: unit(focus_x),
        focus_y: unit(focus_y),
        bytes: 0,
        created_at: ctx.now(),
        state: 0,
        source: String::new(),
        duration: 0,
        frame_rate: String::new(),
        bitrate: 0,
    }
}
