//! Hashtags in the hands of the staff: which may be used, found, and trend.

use std::collections::HashMap;
use std::sync::Arc;

use database::reviews::{self, TagReview};
use database::trends::{self, Kind};
use database::{Conn, tags};
use model::{Millis, Page, Paged, Power, TagId};

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::ledger::{self, Act};
use crate::policy::staff;
use crate::views::account::Viewer;
use crate::views::tag::{self, TagView};

/// A hashtag with what was decided about it.
#[derive(Clone, Debug)]
pub struct ReviewedTag {
    /// The hashtag.
    pub tag: TagView,
    /// The decision.
    pub review: TagReview,
}

fn views(
    conn: &mut Conn,
    viewer: &Viewer,
    found: Vec<(TagId, String)>,
    now: Millis,
) -> Result<Vec<ReviewedTag>> {
    let ids: Vec<TagId> = found.iter().map(|(id, _name)| *id).collect();
    let decided: HashMap<TagId, TagReview> = reviews::of(conn, &ids)?
        .into_iter()
        .map(|review| (review.tag_id, review))
        .collect();
    let tags = tag::of(conn, Some(viewer.id()), found, now)?;
    Ok(ids
        .into_iter()
        .zip(tags)
        .map(|(id, tag)| ReviewedTag {
            tag,
            review: decided
                .get(&id)
                .cloned()
                .unwrap_or_else(|| TagReview::usual(id)),
        })
        .collect())
}

/// Every hashtag, newest first.
///
/// # Errors
/// `Forbidden`.
pub async fn all(ctx: &Ctx, viewer: &Viewer, page: Page) -> Result<Paged<ReviewedTag>> {
    let (viewer, now) = (viewer.clone(), ctx.now());
    ctx.db
        .read(move |conn| {
            staff::staff(conn, &viewer, Power::ManageTaxonomies)?;
            let found = reviews::page(conn, &page)?;
            let cursors = found.iter().map(|(id, _name)| (id.0, ())).collect();
            Ok(Paged::of(cursors, &page).with(views(conn, &viewer, found, now)?))
        })
        .await
}

/// The hashtags that would trend, whatever was decided about them.
///
/// # Errors
/// `Forbidden`.
pub async fn trending(
    ctx: &Ctx,
    viewer: &Viewer,
    limit: i64,
    offset: i64,
) -> Result<Vec<ReviewedTag>> {
    let (viewer, now) = (viewer.clone(), ctx.now());
    ctx.db
        .read(move |conn| {
            staff::staff(conn, &viewer, Power::ManageTaxonomies)?;
            let ids: Vec<TagId> = trends::all(conn, Kind::Tag, limit, offset)?
                .into_iter()
                .map(TagId)
                .collect();
            let names: HashMap<TagId, String> = reviews::names(conn, &ids)?.into_iter().collect();
            let found = ids
                .into_iter()
                .filter_map(|id| Some((id, names.get(&id)?.clone())))
                .collect();
            views(conn, &viewer, found, now)
        })
        .await
}

fn named(conn: &mut Conn, viewer: &Viewer, name: &str, now: Millis) -> Result<ReviewedTag> {
    let found = tags::named(conn, &[name.trim_start_matches('#').to_lowercase()])?;
    views(conn, viewer, found, now)?
        .pop()
        .ok_or(Error::NotFound)
}

/// One hashtag by its name.
///
/// # Errors
/// `Forbidden`, `NotFound`.
pub async fn one(ctx: &Ctx, viewer: &Viewer, name: &str) -> Result<ReviewedTag> {
    let (viewer, name, now) = (viewer.clone(), name.to_owned(), ctx.now());
    ctx.db
        .read(move |conn| {
            staff::staff(conn, &viewer, Power::ManageTaxonomies)?;
            named(conn, &viewer, &name, now)
        })
        .await
}

/// A decision about a hashtag; `None` leaves what stands.
#[derive(Clone, Debug, Default)]
pub struct Decision {
    /// As it is shown: the same letters in other cases.
    pub display_name: Option<String>,
    /// May be used.
    pub usable: Option<bool>,
    /// May be found.
    pub listable: Option<bool>,
    /// May trend.
    pub trendable: Option<bool>,
}

/// Decides about a hashtag.
///
/// # Errors
/// `Forbidden`, `NotFound`; `Invalid` for a name with other letters.
pub async fn decide(
    ctx: &Ctx,
    viewer: &Viewer,
    name: &str,
    decision: Decision,
) -> Result<ReviewedTag> {
    let (context, viewer, name) = (Arc::clone(ctx), viewer.clone(), name.to_owned());
    ctx.write(move |conn| {
        let staff = staff::staff(conn, &viewer, Power::ManageTaxonomies)?;
        let mut view = named(conn, &viewer, &name, context.now())?;
        let review = &mut view.review;
        if let Some(shown) = decision.display_name {
            if shown.to_lowercase() != view.tag.name {
                let text = "only the case of the letters can be changed";
                return Err(Error::invalid("display_name", "ERR_INVALID", text));
            }
            review.display_name = shown;
        }
        review.usable = decision.usable.unwrap_or(review.usable);
        review.listable = decision.listable.unwrap_or(review.listable);
        review.trendable = decision.trendable.unwrap_or(review.trendable);
        review.reviewed_at = Some(context.now());
        reviews::put(conn, review)?;
        let act = Act {
            kind: "tag_reviewed",
            account: None,
            status: None,
            reason: &view.tag.name,
            ..Act::default()
        };
        ledger::append_staff(&context, conn, &staff, &act)?;
        Ok(view)
    })
    .await
}
