//! A status with all that its printers need.

use std::collections::{HashMap, HashSet};

use database::cards::{self, Card};
use database::marks::{self, Marks};
use database::media_attachments;
use database::mentions::{self, Named};
use database::statuses::Status;
use database::visible::{self, NOBODY, Visible};
use database::{Conn, apps, audiences, flairs, tags};
use model::{AccountId, AccountKind, AppId, StatusId, Visibility};

use super::account::{AccountView, Viewer};
use super::poll::PollView;
use super::quote::{Leaves, Quotes, Quoting};
use crate::context::Ctx;
use crate::emojis::{EmojiView, Emojis};
use crate::error::{Error, Result};
use crate::filters::matcher::{self, FilterMatch};
pub use crate::media::sealed::MediaView;
use crate::media::sealed::Reader;
use crate::policy::Moderator;

/// Someone named in a status.
#[derive(Clone, Debug)]
pub struct MentionView {
    /// Who.
    pub id: AccountId,
    /// The name alone.
    pub username: String,
    /// `name` or `name@domain`.
    pub acct: String,
    /// The page.
    pub url: String,
    /// The ActivityPub id.
    pub uri: String,
    /// Is it a group?
    pub is_group: bool,
    /// Addressed without being named.
    pub silent: bool,
}

/// A status ready to print. Only the visibility gate leads here.
#[derive(Clone, Debug)]
pub struct StatusView {
    /// The row.
    pub status: Status,
    /// Who wrote (or boosted) it.
    pub author: AccountView,
    /// The group in whose thread it stands, unless it was taken out.
    pub group: Option<AccountView>,
    /// Pictures, in order.
    pub media: Vec<MediaView>,
    /// Who is named, in order of id.
    pub mentions: Vec<MentionView>,
    /// Hashtags, lower case.
    pub tags: Vec<String>,
    /// Its poll.
    pub poll: Option<PollView>,
    /// The name and website of the app it was written with.
    pub application: Option<(String, Option<String>)>,
    /// The ActivityPub id of the status that it answers.
    pub in_reply_to_uri: Option<String>,
    /// The flair of the group that stands on it.
    pub flair: Option<String>,
    /// What is boosted.
    pub reblog: Option<Box<StatusView>>,
    /// What it quotes, and who may quote it.
    pub quoting: Quoting,
    /// What stands behind its first link.
    pub card: Option<Card>,
    /// Custom emoji in its text and warning.
    pub emojis: Vec<EmojiView>,
    /// The viewer's own marks; all false for nobody.
    pub favourited: bool,
    /// Boosted by the viewer.
    pub reblogged: bool,
    /// Bookmarked by the viewer.
    pub bookmarked: bool,
    /// Pinned by the viewer.
    pub pinned: bool,
    /// The thread is muted by the viewer.
    pub muted: bool,
    /// The viewer's filters that match it.
    pub filtered: Vec<FilterMatch>,
}

impl StatusView {
    /// The text with the address of what is quoted above it, as FEP-044f advises for readers that know no
    /// quotes: those that do hide it by its class. What came from elsewhere says it itself.
    #[must_use]
    pub fn content_with_fallback(&self) -> String {
        let content = &self.status.content;
        match &self.quoting.quote {
            Some(quote) if self.status.local && !content.contains("quote-inline") => {
                let href = text::escaped(&quote.link);
                format!(
                    "<p class=\"quote-inline\">RE: <a href=\"{href}\" rel=\"nofollow noopener noreferrer\" \
                     target=\"_blank\">{href}</a></p>{content}"
                )
            }
            _ => content.clone(),
        }
    }

    /// The title, where the text does not say it already: that of a thread started from an app is made
    /// from its first line, and would stand there twice.
    #[must_use]
    pub fn own_title(&self) -> Option<&str> {
        let title = self.status.title.trim_end_matches('…').trim();
        if title.is_empty() {
            return None;
        }
        let text = text::to_plain(&text::Html::from_trusted_row(self.status.content.clone()));
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        (!words(&text).contains(&words(title))).then_some(self.status.title.as_str())
    }
}

impl StatusView {
    /// The end of a poll may have come since.
    fn look_at_clock(&mut self, now: model::Millis) {
        let original = self.reblog.as_mut().and_then(|of| of.poll.as_mut());
        for poll in self.poll.iter_mut().chain(original) {
            poll.look_at_clock(now);
        }
    }
}

/// What stands before and after a status.
#[derive(Clone, Debug, Default)]
pub struct ThreadView {
    /// From the root down.
    pub ancestors: Vec<StatusView>,
    /// Depth first, oldest first.
    pub descendants: Vec<StatusView>,
}

/// What a status said at one time.
#[derive(Clone, Debug)]
pub struct EditView {
    /// Clean HTML.
    pub content: String,
    /// Plain text.
    pub spoiler_text: String,
    /// Pictures were covered.
    pub sensitive: bool,
    /// From when on.
    pub created_at: model::Millis,
    /// By whom.
    pub author: AccountView,
    /// The pictures, as they were described then; those that are gone have no file.
    pub media: Vec<MediaView>,
    /// The options of its poll.
    pub poll: Option<Vec<String>>,
}

/// Loads statuses in the order of `ids` through the gate; what this viewer may not see is left out.
/// The number of statements does not depend on how many there are.
///
/// # Errors
/// The database.
pub async fn load(
    ctx: &Ctx,
    viewer: Option<&Viewer>,
    ids: Vec<StatusId>,
) -> Result<Vec<StatusView>> {
    let viewer = viewer_id(viewer);
    let mut views = ctx.db.read(move |conn| load_in(conn, viewer, &ids)).await?;
    let now = ctx.now();
    for view in &mut views {
        view.look_at_clock(now);
    }
    Ok(views)
}

/// One status through the gate.
///
/// # Errors
/// `NotFound` where there is none, or none for this viewer.
pub async fn one(ctx: &Ctx, viewer: Option<&Viewer>, id: StatusId) -> Result<StatusView> {
    load(ctx, viewer, vec![id])
        .await?
        .pop()
        .ok_or(Error::NotFound)
}

/// One status as the machinery of federation needs it: no viewer, the gate for everyone who is
/// addressed. `None` for what is gone.
///
/// # Errors
/// The database.
pub async fn for_delivery(ctx: &Ctx, id: StatusId) -> Result<Option<StatusView>> {
    ctx.db
        .read(move |conn| {
            let rows = visible::for_delivery(conn, &[id])?;
            let originals = visible::for_delivery(conn, &boosted(&rows))?;
            let (quotes, quoted) = Quotes::load(conn, NOBODY, rows.iter().chain(&originals))?;
            let all = rows.iter().chain(&originals).chain(&quoted);
            let shelf = Shelf::load(conn, NOBODY, Reader::Elsewhere, all, quotes)?;
            Ok(shelf.views(rows, originals, quoted, &[id]).pop())
        })
        .await
}

/// Statuses that reports name, as this one of those who answer them sees them: without anyone's marks.
///
/// # Errors
/// The database.
pub(crate) fn reported_in(
    conn: &mut Conn,
    reader: AccountId,
    ids: &[StatusId],
) -> Result<Vec<StatusView>> {
    let rows = visible::reported(conn, ids)?;
    unmarked(conn, reader, rows, ids)
}

/// Statuses that wait for a group, as this one of its moderators sees them.
///
/// # Errors
/// The database.
pub(crate) fn held_in(
    conn: &mut Conn,
    by: &Moderator,
    ids: &[StatusId],
) -> Result<Vec<StatusView>> {
    let rows = visible::held(conn, by.group(), ids)?;
    unmarked(conn, by.acting(), rows, ids)
}

/// What someone looks at because of an office, without anyone's marks.
fn unmarked(
    conn: &mut Conn,
    reader: AccountId,
    rows: Vec<Visible<Status>>,
    ids: &[StatusId],
) -> Result<Vec<StatusView>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let originals = visible::load(conn, NOBODY, &boosted(&rows))?;
    let (quotes, quoted) = Quotes::load(conn, NOBODY, rows.iter().chain(&originals))?;
    let all = rows.iter().chain(&originals).chain(&quoted);
    let shelf = Shelf::load(conn, NOBODY, Reader::Only(reader), all, quotes)?;
    Ok(shelf.views(rows, originals, quoted, ids))
}

/// The id that the gate knows a viewer by.
pub(crate) fn viewer_id(viewer: Option<&Viewer>) -> AccountId {
    viewer.map_or(NOBODY, Viewer::id)
}

/// As [`load`], for a caller that holds a connection already.
///
/// # Errors
/// The database.
pub fn load_in(conn: &mut Conn, viewer: AccountId, ids: &[StatusId]) -> Result<Vec<StatusView>> {
    let rows = visible::load(conn, viewer, ids)?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let originals = visible::load(conn, viewer, &boosted(&rows))?;
    let (quotes, quoted) = Quotes::load(conn, viewer, rows.iter().chain(&originals))?;
    let all = rows.iter().chain(&originals).chain(&quoted);
    let shelf = Shelf::load(conn, viewer, Reader::Only(viewer), all, quotes)?;
    let mut views = shelf.views(rows, originals, quoted, ids);
    matcher::mark(conn, viewer, &mut views)?;
    Ok(views)
}

fn boosted(rows: &[Visible<Status>]) -> Vec<StatusId> {
    let ids: HashSet<StatusId> = rows.iter().filter_map(|row| row.reblog_of_id).collect();
    ids.into_iter().collect()
}

/// All that hangs on the statuses of a page, each kind by one statement.
struct Shelf {
    accounts: HashMap<AccountId, AccountView>,
    media: HashMap<StatusId, Vec<MediaView>>,
    mentions: HashMap<StatusId, Vec<MentionView>>,
    tags: HashMap<StatusId, Vec<String>>,
    flairs: HashMap<StatusId, String>,
    apps: HashMap<AppId, (String, Option<String>)>,
    parents: HashMap<StatusId, (String, Visibility)>,
    polls: HashMap<StatusId, PollView>,
    marks: Marks,
    quotes: Quotes,
    leaves: Leaves,
    cards: HashMap<StatusId, Card>,
    emojis: Emojis,
}

impl Shelf {
    /// The witnesses lead here, and nothing else does.
    fn load<'a>(
        conn: &mut Conn,
        viewer: AccountId,
        reader: Reader,
        rows: impl Iterator<Item = &'a Visible<Status>>,
        quotes: Quotes,
    ) -> Result<Self> {
        let mut closed = HashSet::new();
        let mut ids = Vec::new();
        let mut roots = Vec::new();
        let mut parents = Vec::new();
        let mut authors = Vec::new();
        let mut apps_used = Vec::new();
        let mut texts = Vec::new();
        for row in rows {
            texts.push((row.account_id, row.content.as_str()));
            texts.push((row.account_id, row.spoiler_text.as_str()));
            ids.push(row.id);
            if !row.visibility.is_open() {
                closed.insert(row.id);
            }
            roots.push(row.root_id);
            parents.extend(row.in_reply_to_id);
            authors.push(row.account_id);
            authors.extend(row.group());
            apps_used.extend(row.app_id);
        }
        let marks = if viewer == NOBODY {
            Marks::default()
        } else {
            marks::of(conn, viewer, &ids, &roots)?
        };
        let accounts: HashMap<AccountId, AccountView> = super::account::load_in(conn, &authors)?
            .into_iter()
            .map(|view| (view.account.id, view))
            .collect();
        let texts = texts.into_iter().filter_map(|(author, text)| {
            let domain = accounts.get(&author)?.account.domain.as_str();
            Some((domain, text))
        });
        Ok(Self {
            emojis: Emojis::load(conn, texts)?,
            accounts,
            media: gather(
                media_attachments::of(conn, &ids)?
                    .into_iter()
                    .filter_map(|picture| {
                        let status = picture.status_id?;
                        let reader = if closed.contains(&status) {
                            reader
                        } else {
                            Reader::Everyone
                        };
                        Some((status, MediaView::new(picture, reader)))
                    }),
            ),
            mentions: gather(
                mentions::of(conn, &ids)?
                    .into_iter()
                    .map(|named| (named.status_id, MentionView::from(named))),
            ),
            tags: gather(tags::of(conn, &ids)?.into_iter()),
            flairs: flairs::of(conn, &ids)?
                .into_iter()
                .map(|row| (row.status_id, row.name))
                .collect(),
            apps: apps::by_ids(conn, &apps_used)?
                .into_iter()
                .map(|app| (app.id, (app.name, app.website)))
                .collect(),
            parents: audiences::of(conn, &parents)?
                .into_iter()
                .map(|(id, uri, visibility)| (id, (uri, visibility)))
                .collect(),
            polls: super::poll::load_in(conn, viewer, &ids)?,
            marks,
            leaves: Leaves::load(conn, viewer, &ids, &authors)?,
            quotes,
            cards: cards::of(conn, &ids)?.into_iter().collect(),
        })
    }

    /// The views in the order of `ids`.
    fn views(
        self,
        rows: Vec<Visible<Status>>,
        originals: Vec<Visible<Status>>,
        quoted: Vec<Visible<Status>>,
        ids: &[StatusId],
    ) -> Vec<StatusView> {
        let quoted: HashMap<StatusId, StatusView> = quoted
            .into_iter()
            .filter_map(|row| Some((row.id, self.view(row.into_inner(), None, None)?)))
            .collect();
        let originals: HashMap<StatusId, StatusView> = originals
            .into_iter()
            .filter_map(|row| Some((row.id, self.view(row.into_inner(), None, Some(&quoted))?)))
            .collect();
        let mut views: HashMap<StatusId, StatusView> = rows
            .into_iter()
            .filter_map(|row| {
                let row = row.into_inner();
                let reblog = match row.reblog_of_id {
                    Some(original) => Some(Box::new(originals.get(&original)?.clone())),
                    None => None,
                };
                Some((row.id, self.view(row, reblog, Some(&quoted))?))
            })
            .collect();
        ids.iter().filter_map(|id| views.remove(id)).collect()
    }

    /// Its author opened it, and who wrote what it answers did not: it appears without that one. To members too, so that
    /// one print of it is right for all.
    fn without_closed_parent(&self, status: Status) -> Status {
        let is_closed = status
            .in_reply_to_id
            .and_then(|parent| self.parents.get(&parent))
            .is_some_and(|(_uri, visibility)| !visibility.is_chosen());
        if !is_closed || !status.visibility.is_open() {
            return status;
        }
        Status {
            in_reply_to_id: None,
            in_reply_to_account_id: None,
            ..status
        }
    }

    /// `quoted` is what may be shown in full below it; `None` inside a quote.
    fn view(
        &self,
        status: Status,
        reblog: Option<Box<StatusView>>,
        quoted: Option<&HashMap<StatusId, StatusView>>,
    ) -> Option<StatusView> {
        let status = self.without_closed_parent(status);
        let (id, marks) = (status.id, &self.marks);
        let author = self.accounts.get(&status.account_id)?.clone();
        let texts = [status.content.as_str(), status.spoiler_text.as_str()];
        Some(StatusView {
            card: self.cards.get(&id).cloned(),
            emojis: self.emojis.of(&author.account.domain, texts),
            author,
            group: status
                .group()
                .and_then(|group| self.accounts.get(&group).cloned()),
            // A status may stand on a page twice, by itself and boosted: nothing is taken off the shelf.
            media: self.media.get(&id).cloned().unwrap_or_default(),
            mentions: self.mentions.get(&id).cloned().unwrap_or_default(),
            tags: self.tags.get(&id).cloned().unwrap_or_default(),
            flair: self
                .flairs
                .get(&id)
                .filter(|_| status.group().is_some())
                .cloned(),
            poll: self.polls.get(&id).cloned(),
            application: status.app_id.and_then(|app| self.apps.get(&app).cloned()),
            in_reply_to_uri: status
                .in_reply_to_id
                .and_then(|parent| self.parents.get(&parent))
                .map(|(uri, _visibility)| uri.clone()),
            quoting: self.leaves.view(&status, self.quotes.view(id, quoted)),
            favourited: marks.favourited.contains(&id),
            reblogged: marks.reblogged.contains(&id),
            bookmarked: marks.bookmarked.contains(&id),
            pinned: marks.pinned.contains(&id),
            muted: marks.muted_roots.contains(&status.root_id),
            filtered: Vec::new(),
            reblog,
            status,
        })
    }
}

fn gather<K: std::hash::Hash + Eq, V>(pairs: impl Iterator<Item = (K, V)>) -> HashMap<K, Vec<V>> {
    let mut map: HashMap<K, Vec<V>> = HashMap::new();
    for (key, value) in pairs {
        map.entry(key).or_default().push(value);
    }
    map
}

impl From<Named> for MentionView {
    fn from(named: Named) -> Self {
        let acct = if named.domain.is_empty() {
            named.username.clone()
        } else {
            format!("{}@{}", named.username, named.domain)
        };
        Self {
            id: named.account_id,
            username: named.username,
            acct,
            url: named.url,
            uri: named.uri,
            is_group: named.kind == AccountKind::Group,
            silent: named.silent,
        }
    }
}
