//! What the place tells about itself at length: rules, policies, terms, weekly activity, the servers that
//! it knows and those with which it has nothing to do.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use model::Millis;
use model::about::{Document, Wording};
use serde::Serialize;
use services::{Ctx, about};

use super::Routes;
use crate::auth::{MaybeAuth, Public, scopes};
use crate::error::{Error, Result};
use crate::extract::At;
use crate::state::AppState;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/instance/rules", rules)
        .get("/api/v1/instance/peers", peers)
        .get("/api/v1/instance/activity", activity)
        .get("/api/v1/instance/domain_blocks", domain_blocks)
        .get("/api/v1/instance/extended_description", description)
        .get("/api/v1/instance/privacy_policy", privacy_policy)
        .get("/api/v1/instance/terms_of_service", terms)
        .get("/api/v1/instance/terms_of_service/{date}", terms_of)
}

/// <https://docs.joinmastodon.org/entities/Rule/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Rule {
    pub(crate) id: String,
    text: String,
    hint: String,
    translations: BTreeMap<String, Words>,
}

/// A rule in another language.
#[derive(Clone, Debug, Serialize)]
struct Words {
    text: String,
    hint: String,
}

/// The rules of the place; their numbers are their ids.
pub(super) fn printed_rules(ctx: &Ctx) -> Vec<Rule> {
    let words = |wording: Wording| Words {
        text: wording.text,
        hint: wording.hint,
    };
    ctx.settings()
        .about
        .rules()
        .into_iter()
        .zip(1..)
        .map(|(rule, number): (_, u32)| Rule {
            id: number.to_string(),
            text: rule.wording.text,
            hint: rule.wording.hint,
            translations: rule
                .translations
                .into_iter()
                .map(|(tag, wording)| (tag, words(wording)))
                .collect(),
        })
        .collect()
}

async fn rules(_anyone: Public, State(state): State<AppState>) -> Json<Vec<Rule>> {
    Json(printed_rules(&state.ctx))
}

async fn peers(_anyone: Public, State(state): State<AppState>) -> Result<Json<Vec<String>>> {
    Ok(Json(about::peers(&state.ctx).await?))
}

/// One week; numbers are texts.
#[derive(Clone, Debug, Serialize)]
struct Week {
    week: String,
    statuses: String,
    logins: String,
    registrations: String,
}

async fn activity(_anyone: Public, State(state): State<AppState>) -> Result<Json<Vec<Week>>> {
    let weeks = about::activity(&state.ctx).await?;
    let print = |week: &about::Week| Week {
        week: (week.start.0 / Millis::SECOND).to_string(),
        statuses: week.statuses.to_string(),
        logins: week.active.to_string(),
        registrations: week.joined.to_string(),
    };
    Ok(Json(weeks.iter().map(print).collect()))
}

/// <https://docs.joinmastodon.org/entities/DomainBlock/>
#[derive(Clone, Debug, Serialize)]
struct DomainBlock {
    domain: String,
    digest: String,
    severity: String,
    comment: String,
}

async fn domain_blocks(
    auth: MaybeAuth<scopes::AnyToken>,
    State(state): State<AppState>,
) -> Result<Json<Vec<DomainBlock>>> {
    let blocked = about::blocked(&state.ctx, auth.viewer()).await?;
    let print = |block: about::Blocked| DomainBlock {
        domain: block.domain,
        digest: block.digest,
        severity: block.severity.to_string(),
        comment: block.reason,
    };
    Ok(Json(blocked.into_iter().map(print).collect()))
}

/// <https://docs.joinmastodon.org/entities/ExtendedDescription/>, and the same for the privacy policy.
#[derive(Clone, Debug, Serialize)]
struct Text {
    updated_at: String,
    content: String,
}

fn text(ctx: &Ctx, document: &Document) -> Json<Text> {
    Json(Text {
        updated_at: document.changed.iso(),
        content: about::html(ctx, &document.text),
    })
}

async fn description(_anyone: Public, State(state): State<AppState>) -> Json<Text> {
    let settings = state.ctx.settings();
    let long = &settings.about.extended_description;
    if long.text.is_empty() {
        let short = Document {
            text: settings.description.clone(),
            changed: long.changed,
        };
        return text(&state.ctx, &short);
    }
    text(&state.ctx, long)
}

async fn privacy_policy(_anyone: Public, State(state): State<AppState>) -> Json<Text> {
    text(&state.ctx, &state.ctx.settings().about.privacy_policy)
}

/// <https://docs.joinmastodon.org/entities/TermsOfService/>
#[derive(Clone, Debug, Serialize)]
struct TermsOfService {
    effective_date: String,
    effective: bool,
    content: String,
    succeeded_by: Option<String>,
}

fn printed_terms(ctx: &Ctx) -> Result<TermsOfService> {
    let settings = ctx.settings();
    let terms = &settings.about.terms_of_service;
    if terms.text.is_empty() {
        return Err(Error::NotFound);
    }
    let day = settings.about.terms_day();
    Ok(TermsOfService {
        // Days written like this sort as they follow each other.
        effective: day <= ctx.now().day(),
        effective_date: day,
        content: about::html(ctx, &terms.text),
        succeeded_by: None,
    })
}

async fn terms(_anyone: Public, State(state): State<AppState>) -> Result<Json<TermsOfService>> {
    printed_terms(&state.ctx).map(Json)
}

/// Earlier versions are not kept: there is the one in force.
async fn terms_of(
    _anyone: Public,
    State(state): State<AppState>,
    At(date): At<String>,
) -> Result<Json<TermsOfService>> {
    let terms = printed_terms(&state.ctx)?;
    if terms.effective_date != date {
        return Err(Error::NotFound);
    }
    Ok(Json(terms))
}
