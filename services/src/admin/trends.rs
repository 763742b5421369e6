//! Statuses, links and publishers of links in the hands of the staff: what would trend, and whether it may.
//! Hashtags are in `taxonomies`.

use std::collections::HashMap;
use std::sync::Arc;

use database::reviews;
use database::trends::{self, Kind};
use database::{Conn, cards, statuses};
use model::{Domain, Power, RowId, StatusId, Visibility};

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::ledger::{self, Act};
use crate::policy::staff;
use crate::trends::{LinkView, links_in};
use crate::views::account::Viewer;
use crate::views::status::{self, StatusView};

/// The numbers of the kinds in `trend_reviews`.
const STATUS: i16 = 0;
const LINK: i16 = 1;
const PUBLISHER: i16 = 2;

/// Something that would trend, with what was decided about it.
#[derive(Clone, Debug)]
pub struct Reviewed<T> {
    /// What.
    pub it: T,
    /// May it? `None` where nobody decided.
    pub allowed: Option<bool>,
}

/// Puts the decisions beside what they are about, by its canonical name.
fn with_decisions<T>(
    conn: &mut Conn,
    kind: i16,
    found: Vec<T>,
    subject: impl Fn(&T) -> String,
) -> Result<Vec<Reviewed<T>>> {
    let subjects: Vec<String> = found.iter().map(&subject).collect();
    let decided: HashMap<String, bool> = reviews::decisions(conn, kind, &subjects)?
        .into_iter()
        .collect();
    Ok(found
        .into_iter()
        .zip(subjects)
        .map(|(it, subject)| Reviewed {
            it,
            allowed: decided.get(&subject).copied(),
        })
        .collect())
}

fn name_of_status(view: &StatusView) -> String {
    view.status.id.to_string()
}

fn name_of_link(view: &LinkView) -> String {
    view.card.url.clone()
}

/// The statuses that would trend.
///
/// # Errors
/// `Forbidden`.
pub async fn statuses(
    ctx: &Ctx,
    viewer: &Viewer,
    limit: i64,
    offset: i64,
) -> Result<Vec<Reviewed<StatusView>>> {
    let viewer = viewer.clone();
    ctx.db
        .read(move |conn| {
            staff::staff(conn, &viewer, Power::ManageTaxonomies)?;
            let ids: Vec<StatusId> = trends::all(conn, Kind::Status, limit, offset)?
                .into_iter()
                .map(StatusId)
                .collect();
            let found = status::load_in(conn, viewer.id(), &ids)?;
            with_decisions(conn, STATUS, found, name_of_status)
        })
        .await
}

/// The links that would trend.
///
/// # Errors
/// `Forbidden`.
pub async fn links(
    ctx: &Ctx,
    viewer: &Viewer,
    limit: i64,
    offset: i64,
) -> Result<Vec<Reviewed<LinkView>>> {
    let (viewer, now) = (viewer.clone(), ctx.now());
    ctx.db
        .read(move |conn| {
            staff::staff(conn, &viewer, Power::ManageTaxonomies)?;
            let ids: Vec<RowId> = trends::all(conn, Kind::Link, limit, offset)?
                .into_iter()
                .map(RowId)
                .collect();
            let found = links_in(conn, &ids, now)?;
            with_decisions(conn, LINK, found, name_of_link)
        })
        .await
}

/// The servers to which links lead that would trend.
///
/// # Errors
/// `Forbidden`.
pub async fn publishers(
    ctx: &Ctx,
    viewer: &Viewer,
    limit: i64,
    offset: i64,
) -> Result<Vec<Reviewed<String>>> {
    let viewer = viewer.clone();
    ctx.db
        .read(move |conn| {
            staff::staff(conn, &viewer, Power::ManageTaxonomies)?;
            let found = trends::publishers(conn, limit, offset)?;
            with_decisions(conn, PUBLISHER, found, String::clone)
        })
        .await
}

/// Writes a decision, and who made it.
fn decide(
    ctx: &Ctx,
    conn: &mut Conn,
    viewer: &Viewer,
    (kind, subject): (i16, &str),
    allowed: bool,
) -> Result<()> {
    let staff = staff::staff(conn, viewer, Power::ManageTaxonomies)?;
    reviews::decide(conn, kind, subject, allowed, ctx.now())?;
    let act = Act {
        kind: if allowed {
            "trend_approved"
        } else {
            "trend_rejected"
        },
        account: None,
        status: None,
        reason: subject,
        ..Act::default()
    };
    ledger::append_staff(ctx, conn, &staff, &act)?;
    Ok(())
}

/// Decides whether a status may trend.
///
/// # Errors
/// `Forbidden`; `NotFound` for what is not public.
pub async fn decide_status(
    ctx: &Ctx,
    viewer: &Viewer,
    id: StatusId,
    allowed: bool,
) -> Result<Reviewed<StatusView>> {
    let (home, viewer) = (Arc::clone(ctx), viewer.clone());
    ctx.write(move |conn| {
        let row = statuses::find(conn, id)?.ok_or(Error::NotFound)?;
        if row.deleted_at.is_some() || row.visibility != Visibility::Public {
            return Err(Error::NotFound);
        }
        decide(&home, conn, &viewer, (STATUS, &id.to_string()), allowed)?;
        let it = status::load_in(conn, viewer.id(), &[id])?.pop();
        Ok(Reviewed {
            it: it.ok_or(Error::NotFound)?,
            allowed: Some(allowed),
        })
    })
    .await
}

/// Decides whether a link may trend.
///
/// # Errors
/// `Forbidden`, `NotFound`.
pub async fn decide_link(
    ctx: &Ctx,
    viewer: &Viewer,
    id: RowId,
    allowed: bool,
) -> Result<Reviewed<LinkView>> {
    let (home, viewer) = (Arc::clone(ctx), viewer.clone());
    ctx.write(move |conn| {
        let url = cards::by_id(conn, id)?.ok_or(Error::NotFound)?.url;
        decide(&home, conn, &viewer, (LINK, &url), allowed)?;
        let it = links_in(conn, &[id], home.now())?.pop();
        Ok(Reviewed {
            it: it.ok_or(Error::NotFound)?,
            allowed: Some(allowed),
        })
    })
    .await
}

/// Decides whether the links of a publisher may trend.
///
/// # Errors
/// `Forbidden`; `NotFound` for what is no domain.
pub async fn decide_publisher(
    ctx: &Ctx,
    viewer: &Viewer,
    domain: String,
    allowed: bool,
) -> Result<Reviewed<String>> {
    let domain: Domain = domain.parse().map_err(|_e| Error::NotFound)?;
    let (home, viewer, domain) = (Arc::clone(ctx), viewer.clone(), domain.to_string());
    ctx.write(move |conn| {
        decide(&home, conn, &viewer, (PUBLISHER, &domain), allowed)?;
        Ok(Reviewed {
            it: domain,
            allowed: Some(allowed),
        })
    })
    .await
}
