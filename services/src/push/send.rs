//! The job that tells one app of one notification. It asks everything anew: between the notification and
//! the message the token may have ended, the post be gone, the wishes be others.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use database::push::{self as rows, PushSubscription};
use database::{Conn, access_tokens, live, notifications, users};
use model::push::Policy;
use model::{AccountId, NotificationId, PushId};
use serde_json::json;
use url::Url;

use super::encrypt::{self, App, Fresh};
use super::keys::{Keys, keys};
use super::words;
use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::views::notification::{NotificationView, load_in};

/// How long a push service keeps it for a phone that is switched off, in seconds: two days.
const KEPT: &str = "172800";
/// Nothing of an answer but its status is of interest.
const ANSWER: usize = 16 * 1024;

/// What is sent, to whom.
struct Letter {
    subscription: PushSubscription,
    view: NotificationView,
    locale: String,
}

/// Tells one app of one notification; where there is nothing to tell any more, nothing happens.
///
/// # Errors
/// `Upstream` where the push service did not take it and may later.
pub(crate) async fn send(
    ctx: &Ctx,
    subscription: PushId,
    notification: NotificationId,
) -> Result<()> {
    let letter = ctx
        .db
        .read(move |conn| letter(conn, subscription, notification))
        .await?;
    let Some(letter) = letter else { return Ok(()) };
    let keys = keys(ctx).await?;
    let Ok(endpoint) = Url::parse(&letter.subscription.endpoint) else {
        return Ok(());
    };
    let message = message(ctx, &keys, &letter)?;
    let sent = Sent::new(
        ctx,
        &keys,
        &letter.subscription,
        &endpoint,
        message.as_bytes(),
    )?;
    let mut headers = vec![
        ("ttl", KEPT.to_owned()),
        ("urgency", "normal".to_owned()),
        // A second copy of it takes the place of the first.
        ("topic", notification.to_string()),
        ("content-type", "application/octet-stream".to_owned()),
    ];
    headers.extend(sent.headers);
    let answer = ctx
        .outward()
        .post(&endpoint, headers, sent.body, ANSWER)
        .await?;
    match answer.status {
        // The push service knows this app no more.
        404 | 410 => {
            ctx.write_later(move |conn| Ok(rows::delete(conn, subscription)?))
                .await
        }
        429 | 500..=599 => Err(Error::Upstream(format!(
            "the push service answered {}",
            answer.status
        ))),
        200..=299 => Ok(()),
        status => {
            // Nothing that a second try could better.
            tracing::warn!(
                status,
                host = endpoint.host_str(),
                "a push message was refused"
            );
            Ok(())
        }
    }
}

fn letter(
    conn: &mut Conn,
    subscription: PushId,
    notification: NotificationId,
) -> Result<Option<Letter>> {
    let Some(subscription) = rows::find(conn, subscription)? else {
        return Ok(None);
    };
    let account = subscription.account_id;
    let row = match notifications::get(conn, account, notification) {
        Err(database::Error::NotFound) => return Ok(None),
        row => row?,
    };
    let wanted = !row.filtered
        && subscription.wants(row.kind)
        && fits(conn, subscription.policy, account, row.from_id)?
        && !live::valid_tokens(conn, &[subscription.token_id])?.is_empty();
    if !wanted {
        return Ok(None);
    }
    let Some(view) = load_in(conn, account, &[row])?.pop() else {
        return Ok(None);
    };
    // A group speaks no language: the human who acts for it does.
    let human = access_tokens::human_of(conn, subscription.token_id)?.unwrap_or(account);
    let locale = users::locales(conn, &[human])?.pop();
    Ok(Some(Letter {
        subscription,
        view,
        locale: locale.map_or_else(|| "en".to_owned(), |(_account, locale)| locale),
    }))
}

/// Is someone to be told because of `from`?
fn fits(conn: &mut Conn, policy: Policy, me: AccountId, from: AccountId) -> Result<bool> {
    Ok(match policy {
        Policy::All => true,
        Policy::Followed => from == me || rows::follows(conn, me, from)?,
        Policy::Follower => from == me || rows::follows(conn, from, me)?,
        Policy::None => false,
    })
}

/// The text, as Mastodon's apps read it.
fn message(ctx: &Ctx, keys: &Arc<Keys>, letter: &Letter) -> Result<String> {
    let Letter {
        subscription,
        view,
        locale,
    } = letter;
    let token = keys.open(subscription.token_id, &subscription.sealed_token)?;
    let avatar = &view.account.account.avatar;
    let icon = if avatar.starts_with("http") {
        ctx.place.small_copy_url(avatar)
    } else if avatar.is_empty() {
        format!("{}/default/avatar.png", ctx.place.base())
    } else {
        ctx.place.media_url(avatar)
    };
    let message = json!({
        "access_token": token.0,
        "preferred_locale": locale,
        // A number, unlike everywhere else: mastodon-ios decodes nothing else.
        "notification_id": view.id.0,
        "notification_type": view.kind.as_str(),
        "icon": if icon.len() > 500 { "" } else { &icon },
        "title": words::title(locale, view),
        "body": words::body(view),
    });
    Ok(message.to_string())
}

/// A body with the headers that tell how to read it and who sends it.
struct Sent {
    body: Vec<u8>,
    headers: Vec<(&'static str, String)>,
}

impl Sent {
    fn new(
        ctx: &Ctx,
        keys: &Keys,
        subscription: &PushSubscription,
        endpoint: &Url,
        message: &[u8],
    ) -> Result<Self> {
        let app = App {
            p256dh: &subscription.p256dh,
            auth: &subscription.auth,
        };
        let fresh = Fresh::new(ctx.random()?)?;
        let proof = keys.proof(ctx, endpoint)?;
        let ours = URL_SAFE_NO_PAD.encode(keys.public());
        if subscription.standard {
            return Ok(Self {
                body: encrypt::standard(app, &fresh, message)?,
                headers: vec![
                    ("content-encoding", "aes128gcm".to_owned()),
                    // RFC 8292, section 3.
                    ("authorization", format!("vapid t={proof},k={ours}")),
                ],
            });
        }
        let draft = encrypt::draft(app, &fresh, message)?;
        let salt = URL_SAFE_NO_PAD.encode(draft.salt);
        let dh = URL_SAFE_NO_PAD.encode(draft.public);
        Ok(Self {
            body: draft.body,
            headers: vec![
                ("content-encoding", "aesgcm".to_owned()),
                ("encryption", format!("salt={salt}")),
                ("crypto-key", format!("dh={dh};p256ecdsa={ours}")),
                // draft-ietf-webpush-vapid-01, section 2.4.
                ("authorization", format!("WebPush {proof}")),
            ],
        })
    }
}
