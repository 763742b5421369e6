//! From what the use cases show (views and rows) to the documents of the wire. Who gets them is decided
//! by `outbox`; how they are spelt, by `vocabulary::write`.

pub mod actors;
pub mod letters;
pub mod notes;
pub mod pins;

use model::{AccountId, Visibility};
use serde_json::Value;
use services::Place;
use services::emojis::EmojiView;
use services::rows::Account;

use crate::engine::Federation;
use crate::error::{Error, Result};
use crate::keyring;
use crate::vocabulary::AS_PUBLIC;
use crate::vocabulary::write::notes::EmojiDoc;
use crate::vocabulary::write::{self, Addressing};

/// The followers of an account of ours, as an address.
#[must_use]
pub fn followers_of(account_uri: &str) -> String {
    format!("{account_uri}/followers")
}

/// Everyone, and the followers of who acts: boosts, announces.
#[must_use]
pub fn to_everyone(actor: &str, others: Vec<String>) -> Addressing {
    let mut cc = vec![followers_of(actor)];
    cc.extend(others);
    Addressing {
        to: vec![AS_PUBLIC.to_owned()],
        cc,
        audience: None,
    }
}

/// The members of a private group, and nobody else.
#[must_use]
pub fn to_members(group: &str) -> Addressing {
    Addressing {
        to: vec![followers_of(group)],
        cc: Vec::new(),
        audience: Some(group.to_owned()),
    }
}

/// The audience of something written, in `to` and `cc`. Activity and object carry the same, because Lemmy
/// and PieFed read the one and Mastodon the other; the group stands first among the copies, since Lemmy
/// looks each address up until it finds a community.
#[must_use]
pub fn addressing(
    author: &str,
    visibility: Visibility,
    group: Option<&str>,
    named: &[String],
) -> Addressing {
    let everyone = || AS_PUBLIC.to_owned();
    if visibility == Visibility::Members {
        // Who is named in it reads it as a member, or not at all. Lemmy and we call the followers of a group
        // by its own address and this word.
        return group.map_or_else(Addressing::default, |group| Addressing {
            cc: vec![group.to_owned()],
            ..to_members(group)
        });
    }
    let group = group.filter(|_| visibility.is_open());
    let mut others: Vec<String> = group.map(str::to_owned).into_iter().collect();
    for uri in named {
        if !others.contains(uri) {
            others.push(uri.clone());
        }
    }
    let (to, cc) = match visibility {
        Visibility::Public => {
            let at = usize::from(group.is_some());
            others.insert(at, followers_of(author));
            (vec![everyone()], others)
        }
        Visibility::Unlisted => {
            others.insert(0, everyone());
            (vec![followers_of(author)], others)
        }
        Visibility::Private => (vec![followers_of(author)], others),
        Visibility::Direct => (others, Vec::new()),
        // To nobody: these are not sent.
        Visibility::Members | Visibility::Held => (Vec::new(), Vec::new()),
    };
    Addressing {
        to,
        cc,
        audience: group.map(str::to_owned),
    }
}

/// Our custom emoji, as documents.
#[must_use]
pub fn emojis(place: &Place, views: &[EmojiView]) -> Vec<EmojiDoc> {
    views.iter().map(|view| emoji(place, view)).collect()
}

/// A custom emoji of ours, as a document.
#[must_use]
pub fn emoji(place: &Place, view: &EmojiView) -> EmojiDoc {
    EmojiDoc {
        id: place.emoji_uri(&view.shortcode),
        shortcode: view.shortcode.clone(),
        url: place.media_url(&view.image),
        media_type: Some(view.mime.clone()),
    }
}

/// The address of the activity that takes another one back.
#[must_use]
pub fn undo_uri(activity: &str) -> String {
    if activity.contains('#') {
        format!("{activity}/undo")
    } else {
        format!("{activity}#undo")
    }
}

/// `@name@domain`, as mentions are written on the wire.
#[must_use]
pub fn full_handle(fed: &Federation, account: &Account) -> String {
    let domain = if account.is_local() {
        fed.ctx.place.domain().as_str()
    } else {
        &account.domain
    };
    format!("@{}@{domain}", account.username)
}

/// A document as it is sent: the context on top, and its author's proof in it.
///
/// # Errors
/// Where the author has no keys here.
pub async fn sealed(fed: &Federation, author: AccountId, value: Value) -> Result<String> {
    let mut document = write::document(value);
    keyring::keys(fed, author)
        .await?
        .prove(&fed.ctx, &mut document);
    text(&document)
}

/// A document as it is sent, without a proof.
///
/// # Errors
/// Never, as far as we know.
pub fn plain(value: Value) -> Result<String> {
    text(&write::document(value))
}

fn text(document: &Value) -> Result<String> {
    serde_json::to_string(document).map_err(|error| Error::Rejected(error.to_string()))
}
