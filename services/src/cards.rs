//! Link cards: what stands behind the first link of a post. Read once for an address, by a job after the
//! post, and never when someone looks; the picture is copied and written anew.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use database::cards::{self, Card};
use database::statuses::{self, Status};
use database::{Conn, quotes, timelines, visible};
use model::{Domain, Job, Millis, Page, Paged, StatusId, Visibility};
use text::Html;
use url::Url;

use crate::context::{Context, Ctx};
use crate::error::{Error, Result};
use crate::outward::Found;
use crate::timelines::{hydrate, reader};
use crate::views::account::Viewer;
use crate::views::status::{StatusView, viewer_id};
use crate::{files, jobs, moderation};

/// A card is read anew when a post has its link after so long.
const FRESH: i64 = 14 * Millis::DAY;
/// Many servers get a post at once: their questions are spread over so long.
const SPREAD: i64 = Millis::MINUTE;
/// A page larger than this is not read.
const MAX_PAGE: usize = 1024 * 1024;
/// A file of rules larger than this is not read.
const MAX_ROBOTS: usize = 512 * 1024;
/// A picture larger than this is not copied.
const MAX_PICTURE: usize = 8 * 1024 * 1024;
/// Longer addresses have no card.
const MAX_URL: usize = 2048;
/// The name by which `robots.txt` knows us.
const AGENT: &str = "balai";

/// May the server behind a link learn of the link? Not of what is said in letters, in private groups, or
/// waits.
const fn may_be_read_elsewhere(visibility: Visibility) -> bool {
    matches!(
        visibility,
        Visibility::Public | Visibility::Unlisted | Visibility::Private
    )
}

/// A new or edited post may have a link: its card is fetched later, that of a post from elsewhere at a
/// moment of the next minute. Letters have no cards: who is asked would learn of them.
///
/// # Errors
/// The database.
pub(crate) fn leave(ctx: &Context, conn: &mut Conn, status: &Status) -> Result<()> {
    let link = link_of(ctx, status, None);
    if !may_be_read_elsewhere(status.visibility) || link.is_none() {
        return Ok(cards::unlink(conn, status.id)?);
    }
    let pause = if status.local {
        0
    } else {
        i64::from(u16::from_be_bytes(ctx.random()?)) * SPREAD / i64::from(u16::MAX)
    };
    let key = format!("card {}", status.id);
    let job = Job::FetchCard { status: status.id };
    jobs::enqueue(ctx, conn, &job, Some(&key), ctx.now().plus(pause))
}

/// The first link of a post that is about something elsewhere.
fn link_of(ctx: &Context, status: &Status, quoted: Option<&str>) -> Option<Url> {
    let html = Html::from_trusted_row(status.content.clone());
    let mut url = text::first_link(&html, |url| {
        url.as_str().len() <= MAX_URL
            && !ctx.place.owns(url.as_str())
            && quoted != Some(url.as_str())
            && url.username().is_empty()
            && url.password().is_none()
    })?;
    url.set_fragment(None);
    Some(url)
}

fn key_of(url: &Url) -> String {
    hex::encode(digest(&SHA256, url.as_str().as_bytes()))
}

/// Gives a post the card of its first link, read anew where it is old or not known.
///
/// # Errors
/// The database; `Upstream` where the page may be there at another time.
pub(crate) async fn fetch(ctx: &Ctx, id: StatusId) -> Result<()> {
    let found = ctx
        .db
        .read(move |conn| {
            let status = statuses::find(conn, id)?;
            let quoted = quotes::find(conn, id)?.map(|quote| quote.quoted_uri);
            Ok::<_, Error>((status, quoted))
        })
        .await?;
    let (Some(status), quoted) = found else {
        return Ok(());
    };
    if status.is_deleted() || !may_be_read_elsewhere(status.visibility) {
        return Ok(());
    }
    let Some(url) = link_of(ctx, &status, quoted.as_deref()) else {
        return Ok(());
    };
    let key = key_of(&url);
    let asked = key.clone();
    let known = ctx.db.read(move |conn| cards::by_key(conn, &asked)).await?;
    let now = ctx.now();
    let card = match known {
        Some(card) if card.fetched_at.plus(FRESH) > now => card,
        old => {
            let card = read(ctx, &url, &key).await?;
            if let Some(old) = old.filter(|old| !old.image.is_empty() && old.image != card.image) {
                files::remove(ctx, &old.image).await;
            }
            card
        }
    };
    let home = Arc::clone(ctx);
    ctx.write_later(move |conn| {
        let card = cards::put(conn, &card)?;
        // In the meantime it may have been edited or deleted.
        let now = statuses::find(conn, id)?.filter(|now| !now.is_deleted());
        if now.is_some_and(|now| link_of(&home, &now, quoted.as_deref()) == Some(url)) {
            cards::link(conn, id, card)?;
        }
        Ok(())
    })
    .await
}

/// What can be said of an address; a card with nothing in it where that is nothing.
async fn read(ctx: &Ctx, url: &Url, key: &str) -> Result<Card> {
    let mut card = Card {
        id: ctx.id(),
        url_key: key.to_owned(),
        url: url.to_string(),
        empty: true,
        kind: 0,
        title: String::new(),
        description: String::new(),
        language: String::new(),
        author_name: String::new(),
        author_url: String::new(),
        provider_name: String::new(),
        provider_url: String::new(),
        image: String::new(),
        image_description: String::new(),
        width: 0,
        height: 0,
        blurhash: String::new(),
        published_at: None,
        fetched_at: ctx.now(),
    };
    if !may_read(ctx, url).await? {
        return Ok(card);
    }
    let found = ctx.outward().get(url, "text/html", MAX_PAGE).await?;
    if matches!(found.status, 408 | 425 | 429 | 500..=599) {
        return Err(Error::Upstream(format!("{} was answered", found.status)));
    }
    if !found.is_success() || is_blocked(ctx, &found.url).await? {
        return Ok(card);
    }
    match found.content_type.as_str() {
        "text/html" | "application/xhtml+xml" => page(ctx, &mut card, &found).await?,
        kind if kind.starts_with("image/") => picture(ctx, &mut card, found.body).await?,
        _ => {}
    }
    Ok(card)
}

async fn is_blocked(ctx: &Ctx, url: &Url) -> Result<bool> {
    match Domain::of(url) {
        Ok(domain) => moderation::is_blocked(ctx, &domain).await,
        Err(_no_name) => Ok(true),
    }
}

/// Is its server one that we have to do with, and do its rules let us read this?
async fn may_read(ctx: &Ctx, url: &Url) -> Result<bool> {
    if is_blocked(ctx, url).await? {
        return Ok(false);
    }
    let Ok(robots) = url.join("/robots.txt") else {
        return Ok(false);
    };
    let found = ctx.outward().get(&robots, "text/plain", MAX_ROBOTS).await?;
    let path = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    Ok(match found.status {
        // RFC 9309: no file, no rules; a server in trouble is not asked for more.
        200..=299 => text::robots_allow(&found.body, AGENT, &path),
        500..=599 => return Err(Error::Upstream(format!("{} was answered", found.status))),
        _ => true,
    })
}

async fn page(ctx: &Ctx, card: &mut Card, found: &Found) -> Result<()> {
    let page = text::read_page(&found.body, &found.url);
    let host = found.url.host_str().unwrap_or_default().to_owned();
    if page.title.is_empty() {
        return Ok(());
    }
    card.empty = false;
    card.kind = if page.is_video { 2 } else { 0 };
    card.title = page.title;
    card.description = page.description;
    card.language = page.language;
    card.author_name = page.author;
    card.author_url = page.author_url;
    card.provider_name = if page.site.is_empty() {
        host
    } else {
        page.site
    };
    card.image_description = page.image_description;
    card.published_at = Millis::parse(&page.published).filter(|at| *at <= ctx.now());
    // Only an address of the same place is another name of it.
    if let Ok(canonical) = Url::parse(&page.canonical)
        && canonical.origin() == found.url.origin()
    {
        card.url = page.canonical;
    }
    if let Ok(image) = Url::parse(&page.image)
        && !is_blocked(ctx, &image).await?
    {
        // A page is shown without its picture rather than not at all.
        match ctx.outward().get(&image, "image/*", MAX_PICTURE).await {
            Ok(found) if found.is_success() => copy(ctx, card, found.body).await?,
            Ok(found) => tracing::debug!(status = found.status, "a card has no picture"),
            Err(error) => tracing::debug!(%error, "a card has no picture"),
        }
    }
    Ok(())
}

/// The link leads to a picture.
async fn picture(ctx: &Ctx, card: &mut Card, bytes: Vec<u8>) -> Result<()> {
    copy(ctx, card, bytes).await?;
    if !card.image.is_empty() {
        let url = Url::parse(&card.url).ok();
        let name = url
            .as_ref()
            .and_then(|url| url.path_segments()?.next_back())
            .unwrap_or_default();
        card.empty = false;
        card.kind = 1;
        card.title = text::display_name(name, 200);
        card.provider_name = url
            .as_ref()
            .and_then(Url::host_str)
            .unwrap_or_default()
            .to_owned();
    }
    Ok(())
}

/// Writes a picture anew and keeps the small form of it; what is no picture is left out.
async fn copy(ctx: &Ctx, card: &mut Card, bytes: Vec<u8>) -> Result<()> {
    let made = crate::media::rewritten(bytes).await;
    let Ok(made) = made else { return Ok(()) };
    let small = made.small;
    let side = |pixels: u32| i32::try_from(pixels).unwrap_or(i32::MAX);
    card.image = files::save(ctx, small.bytes, small.extension).await?;
    (card.width, card.height) = (side(small.width), side(small.height));
    card.blurhash = made.blurhash;
    Ok(())
}

/// The public posts with this link that the viewer may see, without whom the viewer muted, newest first.
///
/// # Errors
/// The database.
pub async fn timeline(
    ctx: &Ctx,
    viewer: Option<&Viewer>,
    url: &str,
    page: Page,
) -> Result<Paged<StatusView>> {
    let Ok(mut url) = Url::parse(url) else {
        return Ok(Paged::empty());
    };
    url.set_fragment(None);
    let key = key_of(&url);
    let (reader, asked) = (reader(ctx, viewer), url.to_string());
    ctx.db
        .read(move |conn| {
            let card = match cards::by_key(conn, &key)? {
                Some(card) => Some(card),
                None => cards::by_url(conn, &asked)?,
            };
            let Some(card) = card.filter(|card| !card.empty) else {
                return Ok(Paged::empty());
            };
            let ids = timelines::card(conn, reader, card.id, &page)?;
            hydrate(conn, reader.viewer, ids, &page)
        })
        .await
}

/// The card of a post.
///
/// # Errors
/// `NotFound` through the gate.
pub async fn of(ctx: &Ctx, viewer: Option<&Viewer>, id: StatusId) -> Result<Option<Card>> {
    let viewer = viewer_id(viewer);
    ctx.db
        .read(move |conn| {
            visible::find(conn, viewer, id)?.ok_or(Error::NotFound)?;
            Ok(cards::of(conn, &[id])?.pop().map(|(_, card)| card))
        })
        .await
}
