//! `Account` and `CredentialAccount`.

use model::{AccountKind, GroupKind, QuotePolicy, ServerRole};
use serde::Serialize;
use services::Place;
use services::rows::{self, Extras};
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
    avatar_description: String,
    header: String,
    header_static: String,
    header_description: String,
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
    show_media: bool,
    show_media_replies: bool,
    show_featured: bool,
    feature_approval: FeatureApproval,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    suspended: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    limited: bool,
}

/// <https://docs.joinmastodon.org/entities/FeatureApproval/>: who may put the account into a collection.
/// Here that is everyone, where it agreed to be found, and nobody else.
#[derive(Clone, Debug, Serialize)]
struct FeatureApproval {
    automatic: Vec<&'static str>,
    manual: Nothing,
    current_user: &'static str,
}

impl FeatureApproval {
    fn of(discoverable: bool) -> Self {
        let (automatic, current_user) = if discoverable {
            ("public", "automatic")
        } else {
            ("disabled", "denied")
        };
        Self {
            automatic: vec![automatic],
            manual: [],
            current_user,
        }
    }
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
        let usual = Extras::usual(account.id);
        let extras = view
            .extras
            .as_ref()
            .filter(|_| !suspended)
            .unwrap_or(&usual);
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
            avatar_description: extras.avatar_description.clone(),
            header_static: still(place, account, &shown(&account.header), "header"),
            header,
            header_description: extras.header_description.clone(),
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
                notice(view)
                    .into_iter()
                    .chain(fields(account, "value"))
                    .collect()
            },
            moved: None,
            show_media: extras.show_media,
            show_media_replies: extras.show_media_replies,
            show_featured: extras.show_featured,
            feature_approval: FeatureApproval::of(account.discoverable && !suspended),
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

/// That a group leaves this server stands above what it says of itself.
fn notice(view: &AccountView) -> Option<Field> {
    let (name, value) = view.leaving()?;
    Some(Field {
        name: name.to_owned(),
        value,
        verified_at: None,
    })
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
            // What another server verified is that server's word.
            verified_at: field
                .get("verified_at")
                .and_then(serde_json::Value::as_i64)
                .filter(|_| account.is_local())
                .map(|at| model::Millis(at).iso()),
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
    attribution_domains: Vec<String>,
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
                attribution_domains: attribution_domains(view),
                quote_policy,
            },
            role: Role::of(user.role),
        }
    }
}

fn attribution_domains(view: &AccountView) -> Vec<String> {
    view.extras
        .iter()
        .flat_map(|extras| extras.attribution_domains.lines())
        .map(str::to_owned)
        .collect()
}

/// <https://docs.joinmastodon.org/entities/MutedAccount/>
#[derive(Clone, Debug, Serialize)]
pub(crate) struct MutedAccount {
    #[serde(flatten)]
    account: Account,
    mute_expires_at: Option<String>,
}

impl MutedAccount {
    /// Prints an account that the viewer muted until then, or for good.
    pub(crate) fn of(place: &Place, view: &AccountView, ends_at: Option<model::Millis>) -> Self {
        Self {
            account: Account::of(place, view),
            mute_expires_at: ends_at.map(model::Millis::iso),
        }
    }
}

/// <https://docs.joinmastodon.org/entities/Profile/>: one's own profile as one typed it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Profile {
    id: String,
    display_name: String,
    note: String,
    fields: Vec<Field>,
    avatar: Option<String>,
    avatar_static: Option<String>,
    avatar_description: String,
    header: Option<String>,
    header_static: Option<String>,
    header_description: String,
    locked: bool,
    bot: bool,
    hide_collections: bool,
    discoverable: bool,
    indexable: bool,
    show_media: bool,
    show_media_replies: bool,
    show_featured: bool,
    attribution_domains: Vec<String>,
}

impl Profile {
    /// Prints one's own profile.
    pub(crate) fn of(place: &Place, view: &AccountView) -> Self {
        let account = &view.account;
        let shown = Account::of(place, view);
        let avatar = (!account.avatar.is_empty()).then_some(shown.avatar);
        let header = (!account.header.is_empty()).then_some(shown.header);
        Self {
            id: shown.id,
            display_name: shown.display_name,
            note: account.note_source.clone(),
            fields: fields(account, "source"),
            avatar_static: avatar.clone(),
            avatar,
            avatar_description: shown.avatar_description,
            header_static: header.clone(),
            header,
            header_description: shown.header_description,
            locked: shown.locked,
            bot: shown.bot,
            hide_collections: shown.hide_collections,
            discoverable: shown.discoverable,
            indexable: shown.indexable,
            show_media: shown.show_media,
            show_media_replies: shown.show_media_replies,
            show_featured: shown.show_featured,
            attribution_domains: attribution_domains(view),
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
