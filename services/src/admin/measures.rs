//! Numbers of the place for its staff: measures by day, largest parts, and how long people stay.

use database::measures::{self as rows, Dimension, Measure};
use database::{Conn, instances, tags};
use model::{Millis, Power};

use super::domains::domain;
use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::policy::staff;
use crate::views::account::Viewer;

/// The longest span that is answered: each day is a number.
const MOST_DAYS: i64 = 366;
/// The most parts of a dimension.
const MOST_PARTS: i64 = 100;

/// A span of whole days.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    from: Millis,
    to: Millis,
}

impl Span {
    /// From the day of `start` to that of `end`, both included.
    ///
    /// # Errors
    /// `Invalid` where it ends before it begins, or is longer than a year.
    pub fn new(start: Millis, end: Millis) -> Result<Self> {
        let day = |at: Millis| at.0.div_euclid(Millis::DAY);
        let (first, last) = (day(start), day(end).saturating_add(1));
        if first < 0 || last <= first || last.saturating_sub(first) > MOST_DAYS {
            let text = format!("a span has 1 to {MOST_DAYS} days");
            return Err(Error::invalid("end_at", "ERR_INVALID", text));
        }
        Ok(Self {
            from: Millis(first * Millis::DAY),
            to: Millis(last * Millis::DAY),
        })
    }

    const fn length(self) -> i64 {
        self.to.0 - self.from.0
    }
}

/// What a measure or dimension is asked of, where it is one of a hashtag or a server.
#[derive(Clone, Debug, Default)]
pub struct Subject {
    /// The hashtag's name.
    pub tag: Option<String>,
    /// The server's domain.
    pub domain: Option<String>,
}

/// A measure with its numbers.
#[derive(Clone, Debug)]
pub struct MeasureView {
    /// Its name.
    pub key: String,
    /// `bytes`, where it is no bare number.
    pub unit: Option<&'static str>,
    /// In the span.
    pub total: i64,
    /// In the span of the same length before it.
    pub previous: i64,
    /// Each day with its number.
    pub days: Vec<(Millis, i64)>,
}

fn measure(key: &str) -> Option<Measure> {
    Some(match key {
        "active_users" => Measure::ActiveUsers,
        "new_users" => Measure::NewUsers,
        "interactions" => Measure::Interactions,
        "opened_reports" => Measure::OpenedReports,
        "resolved_reports" => Measure::ResolvedReports,
        "tag_accounts" => Measure::TagAccounts,
        "tag_uses" => Measure::TagUses,
        "tag_servers" => Measure::TagServers,
        "instance_accounts" => Measure::InstanceAccounts,
        "instance_media_attachments" => Measure::InstanceMediaAttachments,
        "instance_reports" => Measure::InstanceReports,
        "instance_statuses" => Measure::InstanceStatuses,
        "instance_follows" => Measure::InstanceFollows,
        "instance_followers" => Measure::InstanceFollowers,
        _ => return None,
    })
}

/// The number of the hashtag or server that a key is about; 0 for what is not known, or for none.
fn number(conn: &mut Conn, key: &str, subject: &Subject) -> Result<i64> {
    if key.starts_with("tag_") {
        let name = subject.tag.as_deref().unwrap_or_default().to_lowercase();
        let name = name.trim_start_matches('#').replace('\0', "");
        return Ok(tags::named(conn, &[name])?
            .first()
            .map_or(0, |(id, _name)| id.0));
    }
    if key.starts_with("instance_") {
        let typed = subject.domain.as_deref().unwrap_or_default();
        let Ok(domain) = domain(typed) else {
            return Ok(0);
        };
        return Ok(instances::by_domain(conn, domain.as_str())?.map_or(0, |row| row.id.0));
    }
    Ok(0)
}

/// The measures with these names; names that do not exist are left out.
///
/// # Errors
/// `Forbidden`.
pub async fn measures(
    ctx: &Ctx,
    viewer: &Viewer,
    keys: Vec<(String, Subject)>,
    span: Span,
) -> Result<Vec<MeasureView>> {
    let viewer = viewer.clone();
    ctx.db
        .read(move |conn| {
            staff::staff(conn, &viewer, Power::ViewDashboard)?;
            let mut views = Vec::new();
            for (key, subject) in keys {
                let Some(measure) = measure(&key) else {
                    continue;
                };
                let subject = number(conn, &key, &subject)?;
                let before = span.from.plus(-span.length());
                let found = rows::days(conn, measure, subject, span.from, span.to)?;
                let first = span.from.0 / Millis::DAY;
                let days = (first..span.to.0 / Millis::DAY).map(|day| {
                    let value = found.iter().find(|(at, _value)| *at == day);
                    (
                        Millis(day * Millis::DAY),
                        value.map_or(0, |(_, value)| *value),
                    )
                });
                views.push(MeasureView {
                    unit: (measure == Measure::InstanceMediaAttachments).then_some("bytes"),
                    total: rows::total(conn, measure, subject, span.from, span.to)?,
                    previous: rows::total(conn, measure, subject, before, span.from)?,
                    days: days.collect(),
                    key,
                });
            }
            Ok(views)
        })
        .await
}

/// One part of a dimension.
#[derive(Clone, Debug)]
pub struct PartView {
    /// Its name for machines.
    pub key: String,
    /// Its name for people.
    pub name: String,
    /// Its number, or its version.
    pub value: String,
    /// `bytes`, where it is no bare number.
    pub unit: Option<&'static str>,
}

/// A dimension with its largest parts.
#[derive(Clone, Debug)]
pub struct DimensionView {
    /// Its name.
    pub key: String,
    /// The parts, the largest first.
    pub parts: Vec<PartView>,
}

fn dimension(key: &str) -> Option<Dimension> {
    Some(match key {
        "languages" => Dimension::Languages,
        "sources" => Dimension::Sources,
        "servers" => Dimension::Servers,
        "tag_servers" => Dimension::TagServers,
        "tag_languages" => Dimension::TagLanguages,
        "instance_accounts" => Dimension::InstanceAccounts,
        "instance_languages" => Dimension::InstanceLanguages,
        _ => return None,
    })
}

/// The dimensions with these names; names that do not exist are left out.
///
/// # Errors
/// `Forbidden`.
pub async fn dimensions(
    ctx: &Ctx,
    viewer: &Viewer,
    keys: Vec<(String, Subject)>,
    span: Span,
    limit: i64,
) -> Result<Vec<DimensionView>> {
    let (viewer, here) = (viewer.clone(), ctx.place.domain().to_string());
    let limit = limit.clamp(1, MOST_PARTS);
    ctx.db
        .read(move |conn| {
            staff::staff(conn, &viewer, Power::ViewDashboard)?;
            let mut views = Vec::new();
            for (key, subject) in keys {
                let parts = match (key.as_str(), dimension(&key)) {
                    ("space_usage", _) => space(conn)?,
                    ("software_versions", _) => software(conn),
                    (_, Some(dimension)) => {
                        let subject = number(conn, &key, &subject)?;
                        let found =
                            rows::parts(conn, dimension, subject, span.from, span.to, limit)?;
                        found.into_iter().map(|part| named(part, &here)).collect()
                    }
                    _ => continue,
                };
                views.push(DimensionView { key, parts });
            }
            Ok(views)
        })
        .await
}

/// A part without a name is this server, as accounts here have no domain.
fn named((key, value): (String, i64), here: &str) -> PartView {
    let name = if key.is_empty() { here.to_owned() } else { key };
    PartView {
        key: name.clone(),
        name,
        value: value.to_string(),
        unit: None,
    }
}

fn space(conn: &mut Conn) -> Result<Vec<PartView>> {
    let part = |key: &str, name: &str, bytes: i64| PartView {
        key: key.to_owned(),
        name: name.to_owned(),
        value: bytes.to_string(),
        unit: Some("bytes"),
    };
    Ok(vec![
        part("database", "Database", rows::database_bytes(conn)?),
        part("media", "Media storage", rows::media_bytes(conn)?),
    ])
}

fn software(conn: &Conn) -> Vec<PartView> {
    let engine = match conn.engine() {
        database::Engine::Sqlite => "SQLite",
        database::Engine::Postgres => "PostgreSQL",
    };
    let part = |key: &str, name: &str, value: &str| PartView {
        key: key.to_owned(),
        name: name.to_owned(),
        value: value.to_owned(),
        unit: None,
    };
    vec![
        part("balai", "Balai", env!("CARGO_PKG_VERSION")),
        part("database", "Database", engine),
    ]
}

/// People who came in one period, and how many of them posted in it and in each one after.
#[derive(Clone, Debug)]
pub struct CohortView {
    /// When the period began.
    pub period: Millis,
    /// How many came.
    pub came: i64,
    /// The beginning of each period from this one on, and how many were active.
    pub active: Vec<(Millis, i64)>,
}

/// How long people stay, by days or by months (of thirty days).
///
/// # Errors
/// `Forbidden`.
pub async fn retention(
    ctx: &Ctx,
    viewer: &Viewer,
    span: Span,
    by_month: bool,
) -> Result<Vec<CohortView>> {
    let viewer = viewer.clone();
    let length = if by_month {
        30 * Millis::DAY
    } else {
        Millis::DAY
    };
    ctx.db
        .read(move |conn| {
            staff::staff(conn, &viewer, Power::ViewDashboard)?;
            let came = rows::cohorts(conn, span.from, span.to, length)?;
            let active = rows::retention(conn, span.from, span.to, length)?;
            let periods = (span.length() + length - 1) / length;
            let start = |period: i64| span.from.plus(period * length);
            Ok((0..periods)
                .map(|period| CohortView {
                    period: start(period),
                    came: came
                        .iter()
                        .find(|(at, _count)| *at == period)
                        .map_or(0, |(_at, count)| *count),
                    active: (period..periods)
                        .map(|later| {
                            let count = active
                                .iter()
                                .find(|(from, at, _count)| *from == period && *at == later)
                                .map_or(0, |(_from, _at, count)| *count);
                            (start(later), count)
                        })
                        .collect(),
                })
                .collect())
        })
        .await
}
