//! Accounts in the hands of the staff.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use model::{AccountId, ReportId, ServerRole, WarningAction};
use serde::Deserialize;
use services::admin::accounts::{self, Action, State as Standing, Wanted};

use super::{DeleteUserData, ManageUsers, Many, Staff};
use crate::api::entities::admin::AdminAccount;
use crate::api::{Routes, done};
use crate::auth::scopes::{AdminReadAccounts, AdminWriteAccounts};
use crate::error::{Error, Result};
use crate::extract::{At, Lenient, Paging, Params, maybe};
use crate::state::AppState;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/admin/accounts", page_v1)
        .get("/api/v2/admin/accounts", page_v2)
        .get("/api/v1/admin/accounts/{id}", show)
        .delete("/api/v1/admin/accounts/{id}", remove)
        .post("/api/v1/admin/accounts/{id}/action", act)
        .post("/api/v1/admin/accounts/{id}/approve", approve)
        .post("/api/v1/admin/accounts/{id}/reject", reject)
        .post("/api/v1/admin/accounts/{id}/enable", enable)
        .post("/api/v1/admin/accounts/{id}/unsensitive", unsensitive)
        .post("/api/v1/admin/accounts/{id}/unsilence", unsilence)
        .post("/api/v1/admin/accounts/{id}/unsuspend", unsuspend)
}

type Reader = Staff<AdminReadAccounts, ManageUsers>;
type Writer = Staff<AdminWriteAccounts, ManageUsers>;

/// The parameters of both versions of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    username: Option<String>,
    display_name: Option<String>,
    by_domain: Option<String>,
    email: Option<String>,
    ip: Option<String>,
    #[serde(deserialize_with = "maybe")]
    invited_by: Option<AccountId>,
    #[serde(deserialize_with = "maybe")]
    local: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    remote: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    active: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    pending: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    disabled: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    silenced: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    suspended: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    sensitized: Option<bool>,
    #[serde(deserialize_with = "maybe")]
    staff: Option<bool>,
    origin: Option<String>,
    status: Option<String>,
    permissions: Option<String>,
    role_ids: Lenient<i64>,
}

const STAFF: &[ServerRole] = &[ServerRole::Moderator, ServerRole::Admin, ServerRole::Owner];

fn typed(text: Option<&String>) -> Option<String> {
    text.map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty())
}

impl Asked {
    /// What both versions say of names.
    fn names(&self) -> Wanted {
        let lower = |text: Option<&String>| typed(text).map(|text| text.to_lowercase());
        Wanted {
            username: lower(self.username.as_ref())
                .map(|name| name.trim_start_matches('@').to_owned()),
            display_name: typed(self.display_name.as_ref()),
            domain: lower(self.by_domain.as_ref()),
            email: lower(self.email.as_ref()),
            invited_by: self.invited_by,
            // No address of anyone is kept: nobody is found by one.
            nobody: typed(self.ip.as_ref()).is_some(),
            ..Wanted::default()
        }
    }

    /// The switches of the first version.
    fn v1(&self) -> Wanted {
        let on = |wish: Option<bool>| wish == Some(true);
        let standing = [
            (self.active, Standing::Active),
            (self.pending, Standing::Pending),
            (self.disabled, Standing::Disabled),
            (self.silenced, Standing::Silenced),
            (self.suspended, Standing::Suspended),
            (self.sensitized, Standing::Sensitized),
        ];
        let staff: &[ServerRole] = if on(self.staff) { STAFF } else { &[] };
        Wanted {
            local: match (on(self.local), on(self.remote)) {
                (true, false) => Some(true),
                (false, true) => Some(false),
                _ => None,
            },
            state: standing
                .into_iter()
                .find_map(|(wish, standing)| on(wish).then_some(standing)),
            roles: staff.to_vec(),
            ..self.names()
        }
    }

    /// The words of the second version.
    fn v2(&self) -> Result<Wanted> {
        let local = match typed(self.origin.as_ref()).as_deref() {
            Some("local") => Some(true),
            Some("remote") => Some(false),
            None => None,
            Some(_) => return Err(unknown("origin")),
        };
        let state = match typed(self.status.as_ref()).as_deref() {
            Some("active") => Some(Standing::Active),
            Some("pending") => Some(Standing::Pending),
            Some("disabled") => Some(Standing::Disabled),
            Some("silenced") => Some(Standing::Silenced),
            Some("suspended") => Some(Standing::Suspended),
            Some("sensitized") => Some(Standing::Sensitized),
            None => None,
            Some(_) => return Err(unknown("status")),
        };
        let ids = &self.role_ids.0;
        let mut roles: Vec<ServerRole> = ids
            .iter()
            .filter_map(|id| ServerRole::of_api_id(*id))
            .collect();
        let names = self.names();
        let nobody = names.nobody || (!ids.is_empty() && roles.is_empty());
        match typed(self.permissions.as_ref()).as_deref() {
            Some("staff") => roles.extend(STAFF),
            None => {}
            Some(_) => return Err(unknown("permissions")),
        }
        Ok(Wanted {
            local,
            state,
            roles,
            nobody,
            ..names
        })
    }
}

async fn page_v1(
    auth: Reader,
    State(state): State<AppState>,
    paging: Paging<Many>,
    Params(asked): Params<Asked>,
) -> Result<Response> {
    listed(&auth, &state, asked.v1(), paging).await
}

async fn page_v2(
    auth: Reader,
    State(state): State<AppState>,
    paging: Paging<Many>,
    Params(asked): Params<Asked>,
) -> Result<Response> {
    listed(&auth, &state, asked.v2()?, paging).await
}

fn unknown(field: &str) -> Error {
    Error::Unprocessable(format!("Validation failed: {field} has no such value"))
}

async fn listed(
    auth: &Reader,
    state: &AppState,
    wanted: Wanted,
    paging: Paging<Many>,
) -> Result<Response> {
    let ctx = &state.ctx;
    let page = accounts::page(ctx, &auth.viewer, wanted, paging.page).await?;
    Ok(paging
        .listing
        .answer(&ctx.place, page, |view| AdminAccount::of(&ctx.place, &view)))
}

async fn show(
    auth: Reader,
    State(state): State<AppState>,
    At(id): At<AccountId>,
) -> Result<Json<AdminAccount>> {
    let view = accounts::show(&state.ctx, &auth.viewer, id).await?;
    Ok(Json(AdminAccount::of(&state.ctx.place, &view)))
}

async fn remove(
    auth: Staff<AdminWriteAccounts, DeleteUserData>,
    State(state): State<AppState>,
    At(id): At<AccountId>,
) -> Result<Json<AdminAccount>> {
    let view = accounts::remove(&state.ctx, &auth.viewer, id).await?;
    Ok(Json(AdminAccount::of(&state.ctx.place, &view)))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Deed {
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(deserialize_with = "maybe")]
    report_id: Option<ReportId>,
    text: Option<String>,
    #[serde(deserialize_with = "maybe")]
    send_email_notification: Option<bool>,
}

async fn act(
    auth: Writer,
    State(state): State<AppState>,
    At(id): At<AccountId>,
    Params(deed): Params<Deed>,
) -> Result<Json<serde_json::Map<String, serde_json::Value>>> {
    let kind: WarningAction = deed
        .kind
        .as_deref()
        .unwrap_or("none")
        .parse()
        .map_err(|_no_such_act| unknown("type"))?;
    let action = Action {
        kind,
        text: deed.text.unwrap_or_default(),
        report: deed.report_id,
        mail: deed.send_email_notification.unwrap_or_default(),
    };
    accounts::act(&state.ctx, &auth.viewer, id, action).await?;
    Ok(done())
}

macro_rules! simple {
    ($($name:ident)+) => { $(
        async fn $name(
            auth: Writer,
            State(state): State<AppState>,
            At(id): At<AccountId>,
        ) -> Result<Json<AdminAccount>> {
            let view = accounts::$name(&state.ctx, &auth.viewer, id).await?;
            Ok(Json(AdminAccount::of(&state.ctx.place, &view)))
        }
    )+ };
}

simple! { approve reject enable unsensitive unsilence unsuspend }
