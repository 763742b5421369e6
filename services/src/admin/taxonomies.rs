//! Hashtags in the hands of the staff: which may be used, found, and trend.

use std::collections::HashMap;
use std::sync::Arc;

use database::reviews::{self, TagReview};
use database::{Conn, cards, statuses, tags};
use model::{Domain, Millis, Page, Paged, Power, RowId, StatusId, TagId, Visibility};

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

/// What trends, beside hashtags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A status.
    Status,
    /// A link.
    Link,
    /// A server to which links lead.
    Publisher,
}

/// Decides whether a status, a link or the links of a publisher may trend.
///
/// # Errors
/// `Forbidden`; `NotFound` for what does not exist.
pub async fn decide_trend(
    ctx: &Ctx,
    viewer: &Viewer,
    kind: Subject,
    id: &str,
    allowed: bool,
) -> Result<()> {
    let (context, viewer, id) = (Arc::clone(ctx), viewer.clone(), id.to_owned());
    ctx.write(move |conn| {
        let staff = staff::staff(conn, &viewer, Power::ManageTaxonomies)?;
        let (number, subject) = subject(conn, kind, &id)?;
        reviews::decide(conn, number, &subject, allowed, context.now())?;
        let act = Act {
            kind: if allowed {
                "trend_approved"
            } else {
                "trend_rejected"
            },
            account: None,
            status: None,
            reason: &subject,
        };
        ledger::append_staff(&context, conn, &staff, &act)
    })
    .await
}

/// How the decision is kept: the number of the kind, and the canonical name of what it is about.
fn subject(conn: &mut Conn, kind: Subject, id: &str) -> Result<(i16, String)> {
    match kind {
        Subject::Status => {
            let id: StatusId = id.parse().map_err(|_e| Error::NotFound)?;
            let row = statuses::find(conn, id)?.ok_or(Error::NotFound)?;
            let trends = row.deleted_at.is_none() && row.visibility == Visibility::Public;
            trends.then(|| (0, id.to_string())).ok_or(Error::NotFound)
        }
        Subject::Link => {
            let id: RowId = id.parse().map_err(|_e| Error::NotFound)?;
            Ok((1, cards::by_id(conn, id)?.ok_or(Error::NotFound)?.url))
        }
        Subject::Publisher => {
            let domain: Domain = id.parse().map_err(|_e| Error::NotFound)?;
            Ok((2, domain.to_string()))
        }
    }
}
