//! `Account` and `CredentialAccount`.

use model::{AccountKind, GroupKind, QuotePolicy, ServerRole};
use serde::Serialize;
use services::Place;
use services::rows;
use services::views::account::{AccountView, Viewer};

use super::Nothing;
use super::emoji::CustomEmoji;

/// <https://docs.joinmastodon.org/entities/Account/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Account {
    id: String,
    username: String,
    acct: String,
    url: String,
    uri: String,
    display_name: String,
    note: String,
    avatar: String,
    avatar_static: String,
    avatar_description: &'static str,
    header: String,
    header_static: String,
    header_description: &'static str,
    locked: bool,
    bot: bool,
    group: bool,
    discoverable: bool,
    indexable: bool,
    noindex: bool,
    hide_collections: bool,
    created_at: String,
    last_status_at: Option<String>,
    statuses_count: i64,
    followers_count: i64,
    following_count: i64,
    emojis: Vec<CustomEmoji>,
    roles: Vec<Badge>,
    fields: Vec<Field>,
    moved: Option<()>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    suspended: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    limited: bool,
}

#[derive(Clone, Debug, Serialize)]
struct Field {
    name: String,
    value: String,
    verified_at: Option<String>,
}

impl Account {
    /// Prints an account. Of one that was sent away only the name is left.
    pub(crate) fn of(place: &Place, view: &AccountView) -> Self {
        let account = &view.account;
        let suspended = account.suspended_at.is_some();
        let shown = |text: &str| {
            if suspended {
                String::new()
            } else {
                text.to_owned()
            }
        };
        let avatar = picture(place, account, &shown(&account.avatar), "avatar");
        let header = picture(place, account, &shown(&account.header), "header");
        let approved = view
            .group
            .as_ref()
            .is_some_and(|group| group.kind == GroupKind::Approved);
        Self {
            id: account.id.to_string(),
            username: account.username.clone(),
            acct: account.acct(),
            url: page(account),
            uri: account.uri.clone(),
            display_name: shown(&account.display_name),
            note: shown(&account.note),
            avatar_static: still(place, account, &shown(&account.avatar), "avatar"),
            avatar,
            avatar_description: "",
            header_static: still(place, account, &shown(&account.header), "header"),
            header,
            header_description: "",
            locked: account.locked || approved,
            bot: matches!(account.kind, AccountKind::Bot | AccountKind::Server),
            group: account.is_group(),
            discoverable: account.discoverable && !suspended,
            indexable: account.indexable,
            noindex: !account.indexable,
            hide_collections: !account.show_collections,
            created_at: account.created_at.iso(),
            last_status_at: account.last_status_at.map(model::Millis::day),
            statuses_count: account.statuses_count,
            followers_count: account.followers_count,
            following_count: account.following_count,
            emojis: if suspended {
                Vec::new()
            } else {
                CustomEmoji::all(place, &view.emojis)
            },
            roles: view
                .role
                .filter(|_| !suspended)
                .and_then(Badge::of)
                .into_iter()
                .collect(),
            fields: if suspended {
                Vec::new()
            } else {
                fields(account, "value")
            },
            moved: None,
            suspended,
            limited: view.silenced,
        }
    }
}

/// An account of which a list shows the picture alone.
/// <https://docs.joinmastodon.org/methods/grouped_notifications/#PartialAccountWithAvatar>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PartialAccount {
    id: String,
    acct: String,
    url: String,
    avatar: String,
    avatar_static: String,
    locked: bool,
    bot: bool,
}

impl PartialAccount {
    /// Prints the name and the picture.
    pub(crate) fn of(place: &Place, view: &AccountView) -> Self {
        let Account {
            id,
            acct,
            url,
            avatar,
            avatar_static,
            locked,
            bot,
            ..
        } = Account::of(place, view);
        Self {
            id,
            acct,
            url,
            avatar,
            avatar_static,
            locked,
            bot,
        }
    }
}

/// The page of an account; of one elsewhere that names none, its id.
pub(super) fn page(account: &rows::Account) -> String {
    let shown = if account.url.is_empty() {
        &account.uri
    } else {
        &account.url
    };
    shown.clone()
}

/// The address of a picture. Never empty: clients drop an account without one.
pub(super) fn picture(place: &Place, account: &rows::Account, file: &str, kind: &str) -> String {
    if file.is_empty() {
        format!("{}/default/{kind}.png", place.base())
    } else if account.is_local() {
        place.media_url(file)
    } else {
        or_default(place, place.copy_url(file), kind)
    }
}

/// The same without movement, for who asked for stillness.
pub(super) fn still(place: &Place, account: &rows::Account, file: &str, kind: &str) -> String {
    if account.is_local() || file.is_empty() {
        picture(place, account, file, kind)
    } else {
        or_default(place, place.small_copy_url(file), kind)
    }
}

fn or_default(place: &Place, address: String, kind: &str) -> String {
    if address.is_empty() {
        format!("{}/default/{kind}.png", place.base())
    } else {
        address
    }
}

fn fields(account: &rows::Account, which: &str) -> Vec<Field> {
    let text = |field: &serde_json::Value, key: &str| {
        field
            .get(key)
            .and_then(serde_json::Value::as_str)
            .map(str::to_owned)
    };
    account
        .fields
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default()
        .iter()
        .map(|field| Field {
            name: text(field, "name").unwrap_or_default(),
            value: text(field, which)
                .or_else(|| text(field, "value"))
                .unwrap_or_default(),
            verified_at: None,
        })
        .collect()
}

/// <https://docs.joinmastodon.org/entities/Account/#CredentialAccount>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CredentialAccount {
    #[serde(flatten)]
    account: Account,
    source: Source,
    role: Role,
}

#[derive(Clone, Debug, Serialize)]
struct Source {
    privacy: String,
    sensitive: bool,
    language: Option<String>,
    note: String,
    fields: Vec<Field>,
    follow_requests_count: usize,
    hide_collections: bool,
    discoverable: bool,
    indexable: bool,
    attribution_domains: Nothing,
    quote_policy: QuotePolicy,
}

/// <https://docs.joinmastodon.org/entities/Role/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Role {
    id: String,
    name: &'static str,
    color: &'static str,
    /// A bit field of what the role may do through the admin API.
    permissions: String,
    highlighted: bool,
    collection_limit: Option<i64>,
}

/// A role as it is shown beside the name of its holder.
#[derive(Clone, Debug, Serialize)]
struct Badge {
    id: String,
    name: &'static str,
    color: &'static str,
}

impl Badge {
    /// Ordinary members have none.
    fn of(role: ServerRole) -> Option<Self> {
        (role != ServerRole::Member).then(|| Self {
            id: role.api_id().to_string(),
            name: name_of(role),
            color: "",
        })
    }
}

const fn name_of(role: ServerRole) -> &'static str {
    match role {
        ServerRole::Member => "",
        ServerRole::Moderator => "Moderator",
        ServerRole::Admin => "Admin",
        ServerRole::Owner => "Owner",
    }
}

impl CredentialAccount {
    /// Prints one's own account with what one typed and chose.
    pub(crate) fn of(
        place: &Place,
        view: &AccountView,
        viewer: &Viewer,
        requests: usize,
        quote_policy: QuotePolicy,
    ) -> Self {
        let (account, user) = (&view.account, &viewer.user);
        Self {
            account: Account::of(place, view),
            source: Source {
                privacy: user.default_visibility.to_string(),
                sensitive: user.default_sensitive,
                language: user.default_language.clone(),
                note: account.note_source.clone(),
                fields: fields(account, "source"),
                follow_requests_count: requests,
                hide_collections: !account.show_collections,
                discoverable: account.discoverable,
                indexable: account.indexable,
                attribution_domains: [],
                quote_policy,
            },
            role: Role::of(user.role),
        }
    }
}

impl Role {
    /// Prints a role on the server.
    pub(crate) fn of(role: ServerRole) -> Self {
        Self {
            id: role.api_id().to_string(),
            name: name_of(role),
            color: "",
            permissions: role.permissions().to_string(),
            highlighted: role != ServerRole::Member,
            collection_limit: None,
        }
    }
}
