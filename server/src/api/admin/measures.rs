//! Measures, dimensions and retention: numbers of the place for its staff.

use axum::Json;
use axum::extract::State;
use model::Millis;
use serde::{Deserialize, Serialize};
use services::admin::measures::{self, CohortView, DimensionView, MeasureView, Span, Subject};

use super::{Staff, ViewDashboard};
use crate::api::Routes;
use crate::auth::scopes::AdminRead;
use crate::error::{Error, Result};
use crate::extract::{Params, maybe};
use crate::state::AppState;

pub(super) fn routes() -> Routes {
    Routes::new()
        .post("/api/v1/admin/measures", measured)
        .post("/api/v1/admin/dimensions", dimensions)
        .post("/api/v1/admin/retention", retention)
}

type Reader = Staff<AdminRead, ViewDashboard>;

/// What a key that is about one hashtag or one server is asked of.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Which {
    id: Option<String>,
    domain: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    keys: Vec<String>,
    start_at: Option<String>,
    end_at: Option<String>,
    #[serde(deserialize_with = "maybe")]
    limit: Option<i64>,
    frequency: Option<String>,
    tag_accounts: Which,
    tag_uses: Which,
    tag_servers: Which,
    tag_languages: Which,
    instance_accounts: Which,
    instance_media_attachments: Which,
    instance_reports: Which,
    instance_statuses: Which,
    instance_follows: Which,
    instance_followers: Which,
    instance_languages: Which,
}

impl Asked {
    /// A day, or a day with its time.
    fn span(&self) -> Result<Span> {
        let read = |text: &Option<String>, name: &str| {
            let text = text.as_deref().unwrap_or_default().trim();
            Millis::parse(text)
                .or_else(|| Millis::parse(&format!("{text}T00:00:00Z")))
                .ok_or_else(|| Error::Unprocessable(format!("Validation failed: {name} is no day")))
        };
        let (start, end) = (
            read(&self.start_at, "start_at")?,
            read(&self.end_at, "end_at")?,
        );
        Ok(Span::new(start, end)?)
    }

    fn keys(&self) -> Vec<(String, Subject)> {
        self.keys
            .iter()
            .map(|key| {
                let which = match key.as_str() {
                    "tag_accounts" => Some(&self.tag_accounts),
                    "tag_uses" => Some(&self.tag_uses),
                    "tag_servers" => Some(&self.tag_servers),
                    "tag_languages" => Some(&self.tag_languages),
                    "instance_accounts" => Some(&self.instance_accounts),
                    "instance_media_attachments" => Some(&self.instance_media_attachments),
                    "instance_reports" => Some(&self.instance_reports),
                    "instance_statuses" => Some(&self.instance_statuses),
                    "instance_follows" => Some(&self.instance_follows),
                    "instance_followers" => Some(&self.instance_followers),
                    "instance_languages" => Some(&self.instance_languages),
                    _ => None,
                };
                let subject = Subject {
                    tag: which.and_then(|which| which.id.clone()),
                    domain: which.and_then(|which| which.domain.clone()),
                };
                (key.clone(), subject)
            })
            .collect()
    }
}

/// <https://docs.joinmastodon.org/entities/Admin_Measure/>
#[derive(Debug, Serialize)]
struct Measure {
    key: String,
    unit: Option<&'static str>,
    total: String,
    human_value: String,
    previous_total: String,
    data: Vec<Day>,
}

#[derive(Debug, Serialize)]
struct Day {
    date: String,
    value: String,
}

impl From<MeasureView> for Measure {
    fn from(view: MeasureView) -> Self {
        Self {
            key: view.key,
            unit: view.unit,
            total: view.total.to_string(),
            human_value: view.total.to_string(),
            previous_total: view.previous.to_string(),
            data: view
                .days
                .iter()
                .map(|(day, value)| Day {
                    date: day.iso(),
                    value: value.to_string(),
                })
                .collect(),
        }
    }
}

async fn measured(
    auth: Reader,
    State(state): State<AppState>,
    Params(asked): Params<Asked>,
) -> Result<Json<Vec<Measure>>> {
    let span = asked.span()?;
    let views = measures::measures(&state.ctx, &auth.viewer, asked.keys(), span).await?;
    Ok(Json(views.into_iter().map(Measure::from).collect()))
}

/// <https://docs.joinmastodon.org/entities/Admin_Dimension/>
#[derive(Debug, Serialize)]
struct Dimension {
    key: String,
    data: Vec<Part>,
}

#[derive(Debug, Serialize)]
struct Part {
    key: String,
    human_key: String,
    value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'static str>,
    human_value: String,
}

impl From<DimensionView> for Dimension {
    fn from(view: DimensionView) -> Self {
        Self {
            key: view.key,
            data: view
                .parts
                .into_iter()
                .map(|part| Part {
                    key: part.key,
                    human_key: part.name,
                    human_value: part.value.clone(),
                    value: part.value,
                    unit: part.unit,
                })
                .collect(),
        }
    }
}

async fn dimensions(
    auth: Reader,
    State(state): State<AppState>,
    Params(asked): Params<Asked>,
) -> Result<Json<Vec<Dimension>>> {
    let (span, limit) = (asked.span()?, asked.limit.unwrap_or(10));
    let views = measures::dimensions(&state.ctx, &auth.viewer, asked.keys(), span, limit).await?;
    Ok(Json(views.into_iter().map(Dimension::from).collect()))
}

/// <https://docs.joinmastodon.org/entities/Admin_Cohort/>
#[derive(Debug, Serialize)]
struct Cohort {
    period: String,
    frequency: &'static str,
    data: Vec<Rate>,
}

#[derive(Debug, Serialize)]
struct Rate {
    date: String,
    rate: f64,
    value: String,
}

fn cohort(view: &CohortView, frequency: &'static str) -> Cohort {
    #[expect(clippy::cast_precision_loss, reason = "people are counted, not atoms")]
    let rate = |count: i64| {
        if view.came > 0 {
            count as f64 / view.came as f64
        } else {
            0.0
        }
    };
    Cohort {
        period: view.period.iso(),
        frequency,
        data: view
            .active
            .iter()
            .map(|(at, count)| Rate {
                date: at.iso(),
                rate: rate(*count),
                value: count.to_string(),
            })
            .collect(),
    }
}

async fn retention(
    auth: Reader,
    State(state): State<AppState>,
    Params(asked): Params<Asked>,
) -> Result<Json<Vec<Cohort>>> {
    let frequency = match asked.frequency.as_deref().unwrap_or("day") {
        "month" => "month",
        "day" => "day",
        _ => {
            let text = "Validation failed: frequency is day or month";
            return Err(Error::Unprocessable(text.to_owned()));
        }
    };
    let span = asked.span()?;
    let by_month = frequency == "month";
    let views = measures::retention(&state.ctx, &auth.viewer, span, by_month).await?;
    Ok(Json(
        views.iter().map(|view| cohort(view, frequency)).collect(),
    ))
}
