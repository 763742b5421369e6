//! Hashtags in the hands of the staff: which may be used, found, and trend.

use std::collections::HashMap;
use std::sync::Arc;

use database::reviews::{self, TagReview};
use database::{Conn, tags};
use model::{Millis, Page, Paged, Power, TagId};

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::ledger::{self, Act};
use crate::policy::staff;
use crate::views::account::Viewer;

/// A hashtag with what was decided about it.
#[derive(Clone, Debug)]
pub struct TagView {
    /// Its name.
    pub name: String,
    /// The decision.
    pub review: TagReview,
}

fn views(conn: &mut Conn, found: Vec<(TagId, String)>) -> Result<Vec<TagView>> {
    let ids: Vec<TagId> = found.iter().map(|(id, _name)| *id).collect();
    let decided: HashMap<TagId, TagReview> = reviews::of(conn, &ids)?
        .into_iter()
        .map(|review| (review.tag_id, review))
        .collect();
    Ok(found
        .into_iter()
        .map(|(id, name)| TagView {
            name,
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
pub async fn all(ctx: &Ctx, viewer: &Viewer, page: Page) -> Result<Paged<TagView>> {
    let viewer = viewer.clone();
    ctx.db
        .read(move |conn| {
            staff::staff(conn, &viewer, Power::ManageTaxonomies)?;
            let found = reviews::page(conn, &page)?;
            let cursors = found.iter().map(|(id, _name)| (id.0, ())).collect();
            Ok(Paged::of(cursors, &page).with(views(conn, found)?))
        })
        .await
}

/// The hashtags that most people used in the last week, whatever was decided about them.
///
/// # Errors
/// `Forbidden`.
pub async fn most_used(ctx: &Ctx, viewer: &Viewer, limit: i64) -> Result<Vec<TagView>> {
    let (viewer, since) = (viewer.clone(), ctx.now().plus(-7 * Millis::DAY));
    ctx.db
        .read(move |conn| {
            staff::staff(conn, &viewer, Power::ManageTaxonomies)?;
            let ids = reviews::most_used(conn, since, limit.clamp(1, 40))?;
            let names: HashMap<TagId, String> = reviews::names(conn, &ids)?.into_iter().collect();
            let found = ids
                .into_iter()
                .filter_map(|id| Some((id, names.get(&id)?.clone())))
                .collect();
            views(conn, found)
        })
        .await
}

fn named(conn: &mut Conn, name: &str) -> Result<TagView> {
    let found = tags::named(conn, &[name.trim_start_matches('#').to_lowercase()])?;
    views(conn, found)?.pop().ok_or(Error::NotFound)
}

/// One hashtag by its name.
///
/// # Errors
/// `Forbidden`, `NotFound`.
pub async fn one(ctx: &Ctx, viewer: &Viewer, name: &str) -> Result<TagView> {
    let (viewer, name) = (viewer.clone(), name.to_owned());
    ctx.db
        .read(move |conn| {
            staff::staff(conn, &viewer, Power::ManageTaxonomies)?;
            named(conn, &name)
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
pub async fn decide(ctx: &Ctx, viewer: &Viewer, name: &str, decision: Decision) -> Result<TagView> {
    let (context, viewer, name) = (Arc::clone(ctx), viewer.clone(), name.to_owned());
    ctx.write(move |conn| {
        let staff = staff::staff(conn, &viewer, Power::ManageTaxonomies)?;
        let mut view = named(conn, &name)?;
        let review = &mut view.review;
        if let Some(shown) = decision.display_name {
            if shown.to_lowercase() != view.name {
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
            reason: &view.name,
        };
        ledger::append_staff(&context, conn, &staff, &act)?;
        Ok(view)
    })
    .await
}
