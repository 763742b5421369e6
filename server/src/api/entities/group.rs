//! `Group`, `GroupRelationship` and `Membership` of the `/api/v1/groups` family, as pl-fe reads them.

use model::{GroupKind, MembershipState, Role};
use serde::Serialize;
use services::Place;
use services::views::account::AccountView;
use services::views::group::{GroupView, MembershipView};

use super::{Account, Nothing, account};

/// A group. Its id is its account's id.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Group {
    id: String,
    display_name: String,
    note: String,
    url: String,
    uri: String,
    domain: String,
    acct: String,
    created_at: String,
    avatar: String,
    avatar_static: String,
    header: String,
    header_static: String,
    emojis: Nothing,
    locked: bool,
    membership_required: bool,
    members_count: i64,
    /// Statuses of a group are as public as their authors made them.
    statuses_visibility: &'static str,
    owner: Option<Owner>,
    /// Ours: frozen by those who run the server.
    frozen: bool,
    /// Ours: on this day the group leaves this server.
    leaves_at: Option<String>,
    source: Source,
}

#[derive(Clone, Debug, Serialize)]
struct Owner {
    id: String,
}

#[derive(Clone, Debug, Serialize)]
struct Source {
    note: String,
}

impl Group {
    /// Prints a group with what is known of it alone.
    pub(crate) fn of(place: &Place, view: &GroupView) -> Self {
        Self {
            members_count: view.members_count,
            owner: view.owner.map(|id| Owner { id: id.to_string() }),
            ..Self::short(place, &view.account)
        }
    }

    /// Prints a group that stands beside a status: joining follows, so followers stand for members.
    pub(crate) fn short(place: &Place, view: &AccountView) -> Self {
        let group = &view.account;
        let avatar = account::picture(place, group, &group.avatar, "avatar");
        let header = account::picture(place, group, &group.header, "header");
        let kind = view.group.as_ref().map(|row| row.kind);
        let domain = if group.is_local() {
            place.domain().as_str()
        } else {
            &group.domain
        };
        let name = if group.display_name.is_empty() {
            &group.username
        } else {
            &group.display_name
        };
        Self {
            id: group.id.to_string(),
            display_name: name.clone(),
            note: group.note.clone(),
            url: account::page(group),
            uri: group.uri.clone(),
            domain: domain.to_owned(),
            acct: group.acct(),
            created_at: group.created_at.iso(),
            avatar_static: account::still(place, group, &group.avatar, "avatar"),
            avatar,
            header_static: account::still(place, group, &group.header, "header"),
            header,
            emojis: [],
            locked: group.locked || kind.is_some_and(GroupKind::has_door),
            membership_required: true,
            members_count: group.followers_count,
            statuses_visibility: match kind {
                Some(GroupKind::Private) => "private",
                _ => "public",
            },
            owner: None,
            frozen: view
                .group
                .as_ref()
                .is_some_and(|row| row.frozen_at.is_some()),
            leaves_at: view
                .group
                .as_ref()
                .and_then(|row| row.leaves_at)
                .map(model::Millis::iso),
            source: Source {
                note: group.note_source.clone(),
            },
        }
    }
}

/// How the viewer stands to a group.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct GroupRelationship {
    id: String,
    member: bool,
    requested: bool,
    role: Option<&'static str>,
    blocked_by: bool,
    muting: bool,
    notifying: bool,
}

impl From<&GroupView> for GroupRelationship {
    fn from(view: &GroupView) -> Self {
        let member = view.viewer == Some(MembershipState::Member);
        Self {
            id: view.account.account.id.to_string(),
            member,
            requested: view.viewer == Some(MembershipState::Requested),
            role: view.viewer_role.filter(|_| member).map(Role::api_word),
            blocked_by: view.viewer_banned,
            muting: false,
            notifying: false,
        }
    }
}

/// Someone in a group.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Membership {
    id: String,
    account: Account,
    role: &'static str,
}

impl Membership {
    /// Prints a member with role.
    pub(crate) fn of(place: &Place, view: &MembershipView) -> Self {
        Self {
            id: view.id.to_string(),
            account: Account::of(place, &view.account),
            role: view.role.api_word(),
        }
    }
}
