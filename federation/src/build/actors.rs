//! The documents of our actors: people, groups, and the server itself.

use database::accounts::Account;
use model::{AccountKind, Circle};
use serde_json::Value;
use services::Place;
use services::views::AccountView;

use crate::engine::Federation;
use crate::error::Result;
use crate::keyring::{self, OwnKeys};
use crate::vocabulary::ActorKind;
use crate::vocabulary::write::actors::{ActorDoc, Ed25519KeyDoc, GroupDoc, PictureDoc, RsaKeyDoc};

/// The document of an account of this server, with its keys.
///
/// # Errors
/// Where it has no keys.
pub async fn document(fed: &Federation, view: &AccountView) -> Result<ActorDoc> {
    let keys = keyring::keys(fed, view.account.id).await?;
    of(&fed.ctx.place, view, &keys)
}

/// The document of an account, given its keys.
///
/// # Errors
/// Where the keys cannot be used.
pub fn of(place: &Place, view: &AccountView, keys: &OwnKeys) -> Result<ActorDoc> {
    let account = &said(&view.account);
    let under = |name: &str| format!("{}/{name}", account.uri);
    let is_server = account.kind == AccountKind::Server;
    // `acct:domain@domain` is the server (FEP-d556), whatever its row is called.
    let username = if is_server {
        place.server_name()
    } else {
        account.username.clone()
    };
    let group = view.group.as_ref();
    let ed25519_key = match &keys.ed25519 {
        Some(own) => Some(Ed25519KeyDoc {
            id: own.id.clone(),
            multibase: own.public()?.to_multikey(),
        }),
        None => None,
    };
    Ok(ActorDoc {
        kind: kind(account.kind),
        id: account.uri.clone(),
        webfinger: Some(format!("{username}@{}", place.domain())),
        name: if account.display_name.is_empty() {
            username.clone()
        } else {
            account.display_name.clone()
        },
        preferred_username: username,
        summary: account.note.clone(),
        source: None,
        url: if account.url.is_empty() {
            account.uri.clone()
        } else {
            account.url.clone()
        },
        inbox: under("inbox"),
        shared_inbox: Some(place.shared_inbox()),
        outbox: under("outbox"),
        followers: (!is_server).then(|| under("followers")),
        following: (!is_server).then(|| under("following")),
        featured: (!is_server).then(|| under("featured")),
        featured_tags: (!is_server).then(|| under("featured_tags")),
        group: group.map(|group| GroupDoc {
            moderators: under("moderators"),
            posting_restricted_to_mods: group.threads_by == Circle::Moderators,
            members_only: !group.kind.is_readable(),
            sensitive: false,
            languages: group
                .languages
                .split(' ')
                .filter(|code| !code.is_empty())
                .map(str::to_owned)
                .collect(),
        }),
        manually_approves_followers: group.map_or(account.locked, |group| group.kind.has_door()),
        discoverable: account.discoverable,
        indexable: account.indexable,
        published: Some(account.created_at),
        updated: Some(account.updated_at),
        icon: picture(place, &account.avatar),
        image: picture(place, &account.header),
        // That a group leaves this server stands above what it says of itself.
        fields: view
            .leaving()
            .map(|(name, day)| (name.to_owned(), day))
            .into_iter()
            .chain(fields(&account.fields))
            .collect(),
        emojis: super::emojis(place, &view.emojis),
        rsa_key: Some(RsaKeyDoc {
            id: keys.rsa.id.clone(),
            pem: keys.rsa.public()?.to_pem(),
        }),
        ed25519_key,
        also_known_as: Vec::new(),
        moved_to: None,
        suspended: account.suspended_at.is_some(),
        memorial: false,
    })
}

/// What is told of an account: of who was sent away only that and the name.
fn said(account: &Account) -> Account {
    let mut said = account.clone();
    if said.suspended_at.is_some() {
        for text in [
            &mut said.display_name,
            &mut said.note,
            &mut said.avatar,
            &mut said.header,
        ] {
            text.clear();
        }
        said.fields = Value::Array(Vec::new());
    }
    said
}

const fn kind(kind: AccountKind) -> ActorKind {
    match kind {
        AccountKind::Person => ActorKind::Person,
        AccountKind::Group => ActorKind::Group,
        AccountKind::Bot => ActorKind::Service,
        AccountKind::Server => ActorKind::Application,
        AccountKind::Organization => ActorKind::Organization,
    }
}

fn picture(place: &Place, file: &str) -> Option<PictureDoc> {
    if file.is_empty() {
        return None;
    }
    let media_type = match file.rsplit_once('.').map(|(_name, ending)| ending) {
        Some("jpg") => Some("image/jpeg"),
        Some("png") => Some("image/png"),
        Some("gif") => Some("image/gif"),
        Some("webp") => Some("image/webp"),
        _ => None,
    };
    Some(PictureDoc {
        url: place.media_url(file),
        media_type: media_type.map(str::to_owned),
        name: None,
    })
}

/// `[{"name": "..", "value": "<html>"}]`
fn fields(stored: &serde_json::Value) -> Vec<(String, String)> {
    let text = |field: &serde_json::Value, name: &str| {
        field
            .get(name)
            .and_then(serde_json::Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    stored
        .as_array()
        .into_iter()
        .flatten()
        .map(|field| (text(field, "name"), text(field, "value")))
        .collect()
}
