//! What the staff sees: `Admin::Account`, `Admin::Report`, `Admin::DomainBlock` and their like.

use model::Millis;
use serde::Serialize;
use services::Place;
use services::admin::sign_up::EmailDomainView;
use services::rows::{
    CanonicalEmailBlock as EmailRow, DomainAllow as AllowRow, DomainBlock as BlockRow,
    IpBlock as IpRow,
};
use services::views::AccountView;
use services::views::admin_account::AdminAccountView;

use super::account::Role;
use super::tag::Day;
use super::{Account, Nothing};

/// <https://docs.joinmastodon.org/entities/Admin_Account/>. Addresses of people are not kept here, so
/// `ip` and `ips` are empty.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct AdminAccount {
    id: String,
    username: String,
    domain: Option<String>,
    created_at: String,
    email: String,
    ip: Option<String>,
    ips: Nothing,
    locale: String,
    invite_request: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_by_application_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    invited_by_account_id: Option<String>,
    role: Role,
    confirmed: bool,
    approved: bool,
    disabled: bool,
    silenced: bool,
    suspended: bool,
    sensitized: bool,
    account: Account,
}

impl AdminAccount {
    /// Prints an account with what only the staff may know.
    pub(crate) fn of(place: &Place, view: &AdminAccountView) -> Self {
        let account = &view.account.account;
        let user = view.user.as_ref();
        let came = view.sign_up.as_ref();
        // A group is frozen and evicted where a person is disabled and suspended.
        let group = view.account.group.as_ref();
        let frozen = group.is_some_and(|group| group.frozen_at.is_some());
        let leaves = group.is_some_and(|group| group.leaves_at.is_some());
        Self {
            id: account.id.to_string(),
            username: account.username.clone(),
            domain: (!account.is_local()).then(|| account.domain.clone()),
            created_at: account.created_at.iso(),
            email: user.map(|user| user.email.clone()).unwrap_or_default(),
            ip: None,
            ips: [],
            locale: user.map(|user| user.locale.clone()).unwrap_or_default(),
            invite_request: came
                .map(|came| came.reason.clone())
                .filter(|reason| !reason.is_empty()),
            created_by_application_id: came.and_then(|came| came.app_id).map(|app| app.to_string()),
            invited_by_account_id: view.host.map(|host| host.to_string()),
            role: Role::of(user.map_or(model::ServerRole::Member, |user| user.role)),
            confirmed: user.is_none_or(|user| user.confirmed_at.is_some()),
            approved: user.is_none_or(|user| user.approved_at.is_some()),
            disabled: frozen || user.is_some_and(|user| user.disabled_at.is_some()),
            silenced: view.silenced_at.is_some(),
            suspended: leaves || account.suspended_at.is_some(),
            sensitized: view.sensitized_at.is_some(),
            account: Account::of(place, &view.account),
        }
    }

    /// Prints of an account what all see, in the same shape: for those who are no staff of this place.
    pub(crate) fn public(place: &Place, view: &AccountView) -> Self {
        let nothing = AdminAccountView {
            account: view.clone(),
            user: None,
            silenced_at: None,
            sensitized_at: None,
            sign_up: None,
            host: None,
        };
        Self::of(place, &nothing)
    }
}

/// <https://docs.joinmastodon.org/entities/Admin_DomainBlock/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct DomainBlock {
    id: String,
    domain: String,
    digest: String,
    created_at: String,
    severity: &'static str,
    reject_media: bool,
    reject_reports: bool,
    private_comment: Option<String>,
    public_comment: Option<String>,
    obfuscate: bool,
}

fn said(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

impl From<&BlockRow> for DomainBlock {
    fn from(row: &BlockRow) -> Self {
        Self {
            id: row.id.to_string(),
            domain: row.domain.clone(),
            digest: services::admin::domains::digest(&row.domain),
            created_at: row.created_at.iso(),
            severity: row.severity.as_str(),
            reject_media: row.reject_media,
            reject_reports: row.reject_reports,
            private_comment: said(&row.private_comment),
            public_comment: said(&row.public_comment),
            obfuscate: row.obfuscate,
        }
    }
}

/// <https://docs.joinmastodon.org/entities/Admin_DomainAllow/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct DomainAllow {
    id: String,
    domain: String,
    created_at: String,
}

impl From<&AllowRow> for DomainAllow {
    fn from(row: &AllowRow) -> Self {
        Self {
            id: row.id.to_string(),
            domain: row.domain.clone(),
            created_at: row.created_at.iso(),
        }
    }
}

/// <https://docs.joinmastodon.org/entities/Admin_EmailDomainBlock/>. From how many people attempts came
/// nobody knows: addresses are not kept.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct EmailDomainBlock {
    id: String,
    domain: String,
    created_at: String,
    history: Vec<Day>,
    allow_with_approval: bool,
}

impl From<&EmailDomainView> for EmailDomainBlock {
    fn from(view: &EmailDomainView) -> Self {
        Self {
            id: view.block.id.to_string(),
            domain: view.block.domain.clone(),
            created_at: view.block.created_at.iso(),
            history: view
                .history
                .iter()
                .map(|(day, uses)| Day::of(*day, *uses, 0))
                .collect(),
            allow_with_approval: view.block.allow_with_approval,
        }
    }
}

/// <https://docs.joinmastodon.org/entities/Admin_IpBlock/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct IpBlock {
    id: String,
    ip: String,
    severity: &'static str,
    comment: String,
    created_at: String,
    expires_at: Option<String>,
}

impl From<&IpRow> for IpBlock {
    fn from(row: &IpRow) -> Self {
        Self {
            id: row.id.to_string(),
            ip: row.ip.clone(),
            severity: row.severity.as_str(),
            comment: row.comment.clone(),
            created_at: row.created_at.iso(),
            expires_at: row.expires_at.map(Millis::iso),
        }
    }
}

/// <https://docs.joinmastodon.org/entities/Admin_CanonicalEmailBlock/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CanonicalEmailBlock {
    id: String,
    canonical_email_hash: String,
}

impl From<&EmailRow> for CanonicalEmailBlock {
    fn from(row: &EmailRow) -> Self {
        Self {
            id: row.id.to_string(),
            canonical_email_hash: row.canonical_email_hash.clone(),
        }
    }
}
