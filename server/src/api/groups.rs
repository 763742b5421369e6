//! The `/api/v1/groups` family: found, join, leave, the queue, removal, kicks and bans.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use model::{
    AccountId, Circle, FirstContact, GroupKind, GroupRuleId, Millis, QuotePolicy, Role, StatusId,
};
use serde::Deserialize;
use serde_json::{Map, Value};
use services::accounts::ProfileChange;
use services::groups::{self, Deed, GroupChange, NewGroup, Why};
use services::views;

use super::accounts::Ids;
use super::entities::{Account, Group, GroupRelationship, Membership};
use super::{Routes, done};
use crate::auth::{Auth, MaybeAuth, scopes};
use crate::error::{Error, Result};
use crate::extract::{Accounts, At, BigParams, Lenient, Paging, Params, Upload, maybe};
use crate::state::AppState;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/groups", joined)
        .post("/api/v1/groups", create)
        .get("/api/v1/groups/relationships", relationships)
        .get("/api/v1/groups/{id}", show)
        .update("/api/v1/groups/{id}", change)
        .delete("/api/v1/groups/{id}", close)
        .post("/api/v1/groups/{id}/join", join)
        .post("/api/v1/groups/{id}/leave", leave)
        .get("/api/v1/groups/{id}/memberships", memberships)
        .get(
            "/api/v1/groups/{id}/membership_requests",
            membership_requests,
        )
        .post(
            "/api/v1/groups/{id}/membership_requests/{account}/authorize",
            authorize,
        )
        .post(
            "/api/v1/groups/{id}/membership_requests/{account}/reject",
            reject,
        )
        .delete("/api/v1/groups/{id}/statuses/{status}", remove_status)
        .post("/api/v1/groups/{id}/kick", kick)
        .get("/api/v1/groups/{id}/blocks", blocks)
        .post("/api/v1/groups/{id}/blocks", block)
        .delete("/api/v1/groups/{id}/blocks", unblock)
        .post("/api/v1/groups/{id}/promote", promote)
        .post("/api/v1/groups/{id}/demote", demote)
}

async fn joined(
    auth: Auth<scopes::ReadGroups>,
    State(state): State<AppState>,
) -> Result<Json<Vec<Group>>> {
    let found = groups::joined(&state.ctx, &auth.viewer).await?;
    Ok(Json(
        found
            .iter()
            .map(|view| Group::of(&state.ctx.place, view))
            .collect(),
    ))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct GroupForm {
    /// The name in the handle; made from the title where it is left out.
    name: String,
    display_name: String,
    note: String,
    #[serde(deserialize_with = "maybe")]
    kind: Option<GroupKind>,
    /// Of the older form of this API: one joins by approval.
    #[serde(deserialize_with = "maybe")]
    locked: Option<bool>,
    avatar: Option<Upload>,
    header: Option<Upload>,
}

async fn create(
    auth: Auth<scopes::WriteGroups>,
    State(state): State<AppState>,
    BigParams(form): BigParams<GroupForm>,
) -> Result<Json<Group>> {
    let approved = form
        .locked
        .filter(|locked| *locked)
        .map(|_locked| GroupKind::Approved);
    let new = NewGroup {
        name: form.name,
        title: form.display_name,
        note: form.note,
        kind: form.kind.or(approved),
        avatar: form.avatar.map(|upload| upload.0),
        header: form.header.map(|upload| upload.0),
    };
    let view = groups::create(&state.ctx, &auth.viewer, new).await?;
    Ok(Json(Group::of(&state.ctx.place, &view)))
}

async fn relationships(
    auth: Auth<scopes::ReadGroups>,
    State(state): State<AppState>,
    Params(ids): Params<Ids<AccountId>>,
) -> Result<Json<Vec<GroupRelationship>>> {
    let found = views::group::load(&state.ctx, Some(auth.viewer.id()), ids.id.0).await?;
    Ok(Json(found.iter().map(GroupRelationship::from).collect()))
}

async fn show(
    auth: MaybeAuth<scopes::ReadGroups>,
    State(state): State<AppState>,
    At(id): At<AccountId>,
) -> Result<Json<Group>> {
    let view = groups::show(&state.ctx, auth.viewer(), id).await?;
    Ok(Json(Group::of(&state.ctx.place, &view)))
}

/// The end of the group, for owners; a proposal where several have to agree.
async fn close(
    auth: Auth<scopes::WriteGroups>,
    State(state): State<AppState>,
    At(group): At<AccountId>,
    Params(reason): Params<Reason>,
) -> Result<Json<Map<String, Value>>> {
    act(&state, &auth, group, Deed::Close, reason).await
}

async fn join(
    auth: Auth<scopes::WriteGroups>,
    State(state): State<AppState>,
    At(id): At<AccountId>,
) -> Result<Json<GroupRelationship>> {
    let view = groups::join(&state.ctx, &auth.viewer, id).await?;
    Ok(Json(GroupRelationship::from(&view)))
}

async fn leave(
    auth: Auth<scopes::WriteGroups>,
    State(state): State<AppState>,
    At(id): At<AccountId>,
) -> Result<Json<GroupRelationship>> {
    let view = groups::leave(&state.ctx, &auth.viewer, id).await?;
    Ok(Json(GroupRelationship::from(&view)))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WhichMembers {
    #[serde(deserialize_with = "maybe")]
    role: Option<String>,
}

/// A role in the words of either dialect of this API, or in ours.
fn role(word: &str) -> Result<Role> {
    match word {
        "owner" => Ok(Role::Owner),
        "admin" | "moderator" => Ok(Role::Moderator),
        "user" | "member" => Ok(Role::Member),
        _ => Err(Error::Unprocessable(
            "Validation failed: Role is not included in the list".to_owned(),
        )),
    }
}

async fn memberships(
    auth: MaybeAuth<scopes::ReadGroups>,
    State(state): State<AppState>,
    At(id): At<AccountId>,
    paging: Paging<Accounts>,
    Params(which): Params<WhichMembers>,
) -> Result<Response> {
    let ctx = &state.ctx;
    let role = which.role.as_deref().map(role).transpose()?;
    let page = groups::memberships(ctx, auth.viewer(), id, role, paging.page).await?;
    Ok(paging
        .listing
        .answer(&ctx.place, page, |view| Membership::of(&ctx.place, &view)))
}

async fn membership_requests(
    auth: Auth<scopes::ReadGroups>,
    State(state): State<AppState>,
    At(id): At<AccountId>,
    paging: Paging<Accounts>,
) -> Result<Response> {
    let ctx = &state.ctx;
    let page = groups::membership_requests(ctx, &auth.viewer, id, paging.page).await?;
    Ok(paging
        .listing
        .answer(&ctx.place, page, |view| Account::of(&ctx.place, &view)))
}

/// Why a moderator acts, in the words that Mastodon uses elsewhere for reasons and ends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Reason {
    reason: String,
    #[serde(deserialize_with = "maybe")]
    rule_id: Option<GroupRuleId>,
    /// Seconds.
    #[serde(deserialize_with = "maybe")]
    expires_in: Option<i64>,
}

impl Reason {
    fn why(self, state: &AppState) -> Why {
        let seconds = self.expires_in.filter(|seconds| *seconds > 0);
        Why {
            rule: self.rule_id,
            reason: self.reason,
            ends_at: seconds.map(|it| state.ctx.now().plus(it.saturating_mul(Millis::SECOND))),
        }
    }
}

async fn act(
    state: &AppState,
    auth: &Auth<scopes::WriteGroups>,
    group: AccountId,
    deed: Deed,
    reason: Reason,
) -> Result<Json<Map<String, Value>>> {
    let why = reason.why(state);
    groups::act(&state.ctx, &auth.viewer, group, deed, why).await?;
    Ok(done())
}

async fn authorize(
    auth: Auth<scopes::WriteGroups>,
    State(state): State<AppState>,
    At((group, who)): At<(AccountId, AccountId)>,
) -> Result<Json<Map<String, Value>>> {
    act(
        &state,
        &auth,
        group,
        Deed::Approve { who },
        Reason::default(),
    )
    .await
}

async fn reject(
    auth: Auth<scopes::WriteGroups>,
    State(state): State<AppState>,
    At((group, who)): At<(AccountId, AccountId)>,
    Params(reason): Params<Reason>,
) -> Result<Json<Map<String, Value>>> {
    act(&state, &auth, group, Deed::Refuse { who }, reason).await
}

async fn remove_status(
    auth: Auth<scopes::WriteGroups>,
    State(state): State<AppState>,
    At((group, status)): At<(AccountId, StatusId)>,
    Params(reason): Params<Reason>,
) -> Result<Json<Map<String, Value>>> {
    act(&state, &auth, group, Deed::RemoveStatus { status }, reason).await
}

async fn blocks(
    auth: Auth<scopes::ReadGroups>,
    State(state): State<AppState>,
    At(id): At<AccountId>,
    paging: Paging<Accounts>,
) -> Result<Response> {
    let ctx = &state.ctx;
    let page = groups::bans(ctx, &auth.viewer, id, paging.page).await?;
    Ok(paging
        .listing
        .answer(&ctx.place, page, |view| Account::of(&ctx.place, &view)))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Whom {
    account_ids: Lenient<AccountId>,
    reason: String,
    #[serde(deserialize_with = "maybe")]
    rule_id: Option<GroupRuleId>,
    /// Seconds.
    #[serde(deserialize_with = "maybe")]
    expires_in: Option<i64>,
    #[serde(deserialize_with = "maybe")]
    role: Option<String>,
}

/// The same to each of them, or to none.
async fn act_on_all(
    state: &AppState,
    auth: &Auth<scopes::WriteGroups>,
    group: AccountId,
    whom: Whom,
    deed: impl Fn(AccountId) -> Deed,
) -> Result<Json<Map<String, Value>>> {
    let deeds = whom.account_ids.0.into_iter().map(deed).collect();
    let reason = Reason {
        reason: whom.reason,
        rule_id: whom.rule_id,
        expires_in: whom.expires_in,
    };
    let why = reason.why(state);
    groups::act_on_all(&state.ctx, &auth.viewer, group, deeds, why).await?;
    Ok(done())
}

async fn block(
    auth: Auth<scopes::WriteGroups>,
    State(state): State<AppState>,
    At(group): At<AccountId>,
    Params(whom): Params<Whom>,
) -> Result<Json<Map<String, Value>>> {
    act_on_all(&state, &auth, group, whom, |who| Deed::Ban { who }).await
}

async fn unblock(
    auth: Auth<scopes::WriteGroups>,
    State(state): State<AppState>,
    At(group): At<AccountId>,
    Params(whom): Params<Whom>,
) -> Result<Json<Map<String, Value>>> {
    act_on_all(&state, &auth, group, whom, |who| Deed::Unban { who }).await
}

async fn kick(
    auth: Auth<scopes::WriteGroups>,
    State(state): State<AppState>,
    At(group): At<AccountId>,
    Params(whom): Params<Whom>,
) -> Result<Json<Map<String, Value>>> {
    act_on_all(&state, &auth, group, whom, |who| Deed::Kick { who }).await
}

/// Gives members a role that is above the one of a plain member.
async fn promote(
    auth: Auth<scopes::WriteGroups>,
    State(state): State<AppState>,
    At(group): At<AccountId>,
    Params(whom): Params<Whom>,
) -> Result<Json<Vec<Membership>>> {
    set_roles(&state, &auth, group, whom, Role::Moderator).await
}

/// Gives members a role below the one that they have; that of a plain member where none is said.
async fn demote(
    auth: Auth<scopes::WriteGroups>,
    State(state): State<AppState>,
    At(group): At<AccountId>,
    Params(whom): Params<Whom>,
) -> Result<Json<Vec<Membership>>> {
    set_roles(&state, &auth, group, whom, Role::Member).await
}

async fn set_roles(
    state: &AppState,
    auth: &Auth<scopes::WriteGroups>,
    group: AccountId,
    whom: Whom,
    otherwise: Role,
) -> Result<Json<Vec<Membership>>> {
    let role = whom.role.as_deref().map_or(Ok(otherwise), role)?;
    let ids = whom.account_ids.0.clone();
    let _done = act_on_all(state, auth, group, whom, |who| Deed::SetRole { who, role }).await?;
    let views = groups::memberships_of(&state.ctx, &auth.viewer, group, ids).await?;
    let place = &state.ctx.place;
    Ok(Json(
        views
            .iter()
            .map(|view| Membership::of(place, view))
            .collect(),
    ))
}

/// Profile and options of a group. What is left out stays as it is.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ChangeForm {
    #[serde(deserialize_with = "maybe")]
    display_name: Option<String>,
    #[serde(deserialize_with = "maybe")]
    note: Option<String>,
    avatar: Option<Upload>,
    header: Option<Upload>,
    #[serde(deserialize_with = "maybe")]
    kind: Option<GroupKind>,
    /// Of the older form of this API: one joins by approval.
    #[serde(deserialize_with = "maybe")]
    locked: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    discoverable: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    members_shown: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    shares_votes: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    local_only: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    bridged: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    threads_by: Option<Circle>,
    #[serde(deserialize_with = "maybe")]
    replies_by: Option<Circle>,
    #[serde(deserialize_with = "maybe")]
    quote_approval_policy: Option<QuotePolicy>,
    #[serde(deserialize_with = "maybe")]
    first_contact: Option<FirstContact>,
    /// The short form of it: everyone's, or nobody's.
    #[serde(deserialize_with = "maybe")]
    holds_first: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    slow_mode: Option<i64>,
    #[serde(deserialize_with = "maybe")]
    approvals: Option<i64>,
    #[serde(deserialize_with = "maybe")]
    log_names: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    appeal_days: Option<i64>,
    #[serde(deserialize_with = "maybe")]
    forget_days: Option<i64>,
    #[serde(deserialize_with = "maybe")]
    shield_hours: Option<i64>,
    #[serde(deserialize_with = "maybe")]
    invites_by: Option<Circle>,
    languages: Option<Lenient<String>>,
    flairs: Option<Lenient<String>>,
}

impl ChangeForm {
    fn parts(self) -> (ProfileChange, GroupChange) {
        let profile = ProfileChange {
            display_name: self.display_name,
            note: self.note,
            avatar: self.avatar.map(|upload| upload.0),
            header: self.header.map(|upload| upload.0),
            locked: self.locked.filter(|_| self.kind.is_none()),
            ..ProfileChange::default()
        };
        let options = GroupChange {
            kind: self.kind,
            listed: self.discoverable,
            members_shown: self.members_shown,
            shares_votes: self.shares_votes,
            local_only: self.local_only,
            bridged: self.bridged,
            threads_by: self.threads_by,
            replies_by: self.replies_by,
            quotes: self.quote_approval_policy,
            first_contact: self.first_contact.or_else(|| {
                self.holds_first.map(|all| {
                    if all {
                        FirstContact::Everyone
                    } else {
                        FirstContact::Nobody
                    }
                })
            }),
            slow_mode: self.slow_mode,
            languages: self.languages.map(|codes| codes.0),
            // What is out of bounds stays so.
            approvals: self
                .approvals
                .map(|count| i16::try_from(count).unwrap_or(0)),
            log_names: self.log_names,
            appeal_days: self.appeal_days,
            forget_days: self.forget_days,
            shield_hours: self.shield_hours,
            invites_by: self.invites_by,
            flairs: self.flairs.map(|names| names.0),
        };
        (profile, options)
    }
}

async fn change(
    auth: Auth<scopes::WriteGroups>,
    State(state): State<AppState>,
    At(group): At<AccountId>,
    BigParams(form): BigParams<ChangeForm>,
) -> Result<Json<Group>> {
    let (profile, options) = form.parts();
    let view = groups::change(&state.ctx, &auth.viewer, group, profile, options).await?;
    Ok(Json(Group::of(&state.ctx.place, &view)))
}
