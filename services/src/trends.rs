//! What trends: hashtags, links and statuses that many used of late. Counted every now and then by a worker;
//! what the staff refused, or has not looked at where the place wants that, is not shown.

use std::collections::HashMap;

use database::cards::{self, Card};
use database::timelines::Reader;
use database::trends::{self, Kind, Part, Trend};
use database::{Conn, Lane};
use model::{Domain, Id as _, Millis, RowId};

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::views::account::Viewer;
use crate::views::status::{self, StatusView, viewer_id};
use crate::views::tag::{self, TagView, Uses};

/// A link that trends.
#[derive(Clone, Debug)]
pub struct LinkView {
    /// What stands behind it.
    pub card: Card,
    /// The uses of each of the last days, the newest first.
    pub history: Vec<Uses>,
}

/// Counts anew what trends, and keeps it.
///
/// # Errors
/// The database.
pub async fn refresh(ctx: &Ctx) -> Result<()> {
    let now = ctx.now();
    for kind in [Kind::Tag, Kind::Link, Kind::Status] {
        let (kept, found) = ctx
            .db
            .read(move |conn| Ok::<_, Error>((trends::kept(conn, kind)?, count(conn, kind, now)?)))
            .await?;
        if kept != found {
            ctx.db
                .write_in(Lane::Background, move |conn| {
                    trends::replace(conn, kind, &found)
                })
                .await?;
        }
    }
    Ok(())
}

fn count(conn: &mut Conn, kind: Kind, now: Millis) -> Result<Vec<Trend>> {
    let found = match kind {
        Kind::Status => trends::most_liked(conn, now)?,
        Kind::Link | Kind::Tag => trends::most_used(conn, kind, now)?,
    };
    let mut publishers = HashMap::new();
    if kind == Kind::Link {
        let ids: Vec<RowId> = found.iter().map(|(id, _score)| RowId(*id)).collect();
        for card in cards::by_ids(conn, &ids)? {
            publishers.insert(card.id.0, publisher(&card));
        }
    }
    Ok(found
        .into_iter()
        .map(|(subject, score)| Trend {
            subject,
            score,
            publisher: publishers.remove(&subject).unwrap_or_default(),
        })
        .collect())
}

/// The server to which a link leads.
fn publisher(card: &Card) -> String {
    let domain = url::Url::parse(&card.url)
        .ok()
        .and_then(|url| Domain::of(&url).ok());
    domain.map_or_else(String::new, |domain| domain.to_string())
}

fn part(ctx: &Ctx, limit: i64, offset: i64) -> Part {
    Part {
        unreviewed: ctx.settings().trendable_by_default,
        limit,
        offset,
    }
}

/// The hashtags that trend.
///
/// # Errors
/// The database.
pub async fn tags(
    ctx: &Ctx,
    viewer: Option<&Viewer>,
    limit: i64,
    offset: i64,
) -> Result<Vec<TagView>> {
    let (viewer, now) = (viewer.map(Viewer::id), ctx.now());
    let part = part(ctx, limit, offset);
    ctx.db
        .read(move |conn| {
            let found = trends::tags(conn, part)?;
            tag::of(conn, viewer, found, now)
        })
        .await
}

/// The links that trend.
///
/// # Errors
/// The database.
pub async fn links(ctx: &Ctx, limit: i64, offset: i64) -> Result<Vec<LinkView>> {
    let (part, now) = (part(ctx, limit, offset), ctx.now());
    ctx.db
        .read(move |conn| {
            let ids = trends::links(conn, part)?;
            links_in(conn, &ids, now)
        })
        .await
}

/// These links, in this order.
///
/// # Errors
/// The database.
pub(crate) fn links_in(conn: &mut Conn, ids: &[RowId], now: Millis) -> Result<Vec<LinkView>> {
    let mut used = tag::histories(conn, Kind::Link, ids, now)?;
    let mut cards: HashMap<RowId, Card> = cards::by_ids(conn, ids)?
        .into_iter()
        .map(|card| (card.id, card))
        .collect();
    Ok(ids
        .iter()
        .filter_map(|id| {
            Some(LinkView {
                card: cards.remove(id)?,
                history: used
                    .remove(&id.number())
                    .unwrap_or_else(|| tag::unused(now)),
            })
        })
        .collect())
}

/// The statuses that trend and that this viewer may see.
///
/// # Errors
/// The database.
pub async fn statuses(
    ctx: &Ctx,
    viewer: Option<&Viewer>,
    limit: i64,
    offset: i64,
) -> Result<Vec<StatusView>> {
    let reader = Reader {
        viewer: viewer_id(viewer),
        now: ctx.now(),
    };
    let part = part(ctx, limit, offset);
    ctx.db
        .read(move |conn| {
            let ids = trends::statuses(conn, reader, part)?;
            status::load_in(conn, reader.viewer, &ids)
        })
        .await
}

#[cfg(test)]
mod tests;
