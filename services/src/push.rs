//! Web Push: an app leaves an address at its maker's push service, a public key and a secret; what its
//! person is told is encrypted for it alone and sent there, as a job. Who is told what was decided before
//! (`notifications::tell`); here each subscription's own wishes are asked.

mod encrypt;
mod keys;
mod send;
mod words;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use database::notifications::Notification;
use database::push::{self as rows, PushSubscription};
use database::{Conn, access_tokens};
use model::push::Policy;
use model::{Job, NotificationKind, PushId, Secret, TokenId};
use url::Url;

use crate::context::{Context, Ctx};
use crate::error::{Error, Result};
use crate::jobs;
use crate::views::account::Viewer;

pub(crate) use keys::Keys;
pub use keys::public_key;
pub(crate) use send::send;

/// Subscriptions of one person; the oldest goes when there is one more.
const MOST: i64 = 50;
/// Addresses of push services are about 200 bytes long.
const LONGEST_ENDPOINT: usize = 2_000;
/// An uncompressed point on P-256.
const POINT: usize = 65;
/// RFC 8291, section 3.2.
const SECRET: usize = 16;

/// What an app asks for.
#[derive(Clone, Debug, Default)]
pub struct NewSubscription {
    /// The address at the push service.
    pub endpoint: String,
    /// The app's public key, in base64 of either alphabet.
    pub p256dh: String,
    /// The app's secret, likewise.
    pub auth: Secret<String>,
    /// As the RFCs say, or as their draft did?
    pub standard: bool,
    /// Which kinds are told.
    pub alerts: Vec<NotificationKind>,
    /// Because of whom; anyone where absent.
    pub policy: Option<Policy>,
}

/// A subscription ready to print.
#[derive(Clone, Debug)]
pub struct SubscriptionView {
    /// Its id.
    pub id: PushId,
    /// Where it goes.
    pub endpoint: String,
    /// As the RFCs say?
    pub standard: bool,
    /// Which kinds are told.
    pub alerts: Vec<NotificationKind>,
    /// Because of whom.
    pub policy: Policy,
    /// Our public key.
    pub server_key: String,
}

async fn view(ctx: &Ctx, row: PushSubscription) -> Result<SubscriptionView> {
    Ok(SubscriptionView {
        alerts: NotificationKind::ALL
            .iter()
            .copied()
            .filter(|kind| row.wants(*kind))
            .collect(),
        id: row.id,
        endpoint: row.endpoint,
        standard: row.standard,
        policy: row.policy,
        server_key: public_key(ctx).await?,
    })
}

/// Base64 as apps write it: either alphabet, padded or not.
fn bytes(text: &str) -> Option<Vec<u8>> {
    const LENIENT: GeneralPurposeConfig =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let text = text.trim().replace('+', "-").replace('/', "_");
    GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT)
        .decode(text)
        .ok()
}

/// Where an app may be written to: over https, at a name. (The one door outward checks the host again,
/// each time.) A place that is itself reached over http is one for tests.
fn endpoint(ctx: &Context, text: &str) -> Result<String> {
    let wrong = || {
        Error::invalid(
            "endpoint",
            "ERR_INVALID",
            "the endpoint is the https address of a push service",
        )
    };
    if text.len() > LONGEST_ENDPOINT {
        return Err(wrong());
    }
    let url = Url::parse(text).map_err(|_error| wrong())?;
    let secure = url.scheme() == "https" || (url.scheme() == "http" && !ctx.place.is_secure());
    let whole = url.host_str().is_some_and(|host| !host.is_empty())
        && url.username().is_empty()
        && url.password().is_none();
    if secure && whole {
        Ok(text.to_owned())
    } else {
        Err(wrong())
    }
}

/// Subscribes a token, in the place of what it had before. `secret` is the token itself: apps compare it
/// with those that they hold, to know which of their accounts is meant.
///
/// # Errors
/// `Invalid` for an endpoint or keys that are none.
pub async fn subscribe(
    ctx: &Ctx,
    viewer: &Viewer,
    token: TokenId,
    secret: &Secret<String>,
    new: NewSubscription,
) -> Result<SubscriptionView> {
    let key = |field, text: &str, length| {
        bytes(text)
            .filter(|bytes| bytes.len() == length)
            .ok_or_else(|| Error::invalid(field, "ERR_INVALID", "this is no key of a push app"))
    };
    let p256dh = key("p256dh", &new.p256dh, POINT)?;
    encrypt::check(&p256dh)?;
    let row = PushSubscription {
        id: ctx.id(),
        token_id: token,
        account_id: viewer.id(),
        endpoint: endpoint(ctx, &new.endpoint)?,
        p256dh,
        auth: key("auth", &new.auth.0, SECRET)?,
        standard: new.standard,
        policy: new.policy.unwrap_or(Policy::All),
        alerts: rows::alerts(&new.alerts),
        sealed_token: keys::keys(ctx).await?.seal(ctx, token, secret)?,
        created_at: ctx.now(),
    };
    let written = row.clone();
    ctx.write(move |conn| {
        // Revoked a moment ago: then there is nothing that it could end with.
        if !access_tokens::is_valid(conn, token)? {
            return Err(Error::Unauthorized("The access token is invalid"));
        }
        Ok(rows::put(conn, &written, MOST)?)
    })
    .await?;
    view(ctx, row).await
}

/// The subscription of a token.
///
/// # Errors
/// `NotFound` where there is none.
pub async fn show(ctx: &Ctx, token: TokenId) -> Result<SubscriptionView> {
    let row = ctx
        .db
        .read(move |conn| rows::of_token(conn, token)?.ok_or(Error::NotFound))
        .await?;
    view(ctx, row).await
}

/// Changes what is told; `None` leaves it.
///
/// # Errors
/// `NotFound` where there is none.
pub async fn change(
    ctx: &Ctx,
    token: TokenId,
    alerts: Option<Vec<NotificationKind>>,
    policy: Option<Policy>,
) -> Result<SubscriptionView> {
    let row = ctx
        .write(move |conn| {
            let mut row = rows::of_token(conn, token)?.ok_or(Error::NotFound)?;
            if let Some(alerts) = &alerts {
                row.alerts = rows::alerts(alerts);
            }
            row.policy = policy.unwrap_or(row.policy);
            rows::set_wishes(conn, row.id, &row.alerts, row.policy)?;
            Ok::<_, Error>(row)
        })
        .await?;
    view(ctx, row).await
}

/// Ends the subscription of a token; where there is none, nothing happens.
///
/// # Errors
/// The database.
pub async fn unsubscribe(ctx: &Ctx, token: TokenId) -> Result<()> {
    ctx.write(move |conn| Ok(rows::remove(conn, token)?)).await
}

/// Has the apps told of these notifications, in the transaction that wrote them.
pub(crate) fn enqueue(ctx: &Context, conn: &mut Conn, told: &[Notification]) -> Result<()> {
    let mut accounts: Vec<_> = told.iter().map(|row| row.account_id).collect();
    accounts.sort_unstable();
    accounts.dedup();
    for subscription in rows::of_accounts(conn, &accounts)? {
        let wanted = told.iter().filter(|row| {
            row.account_id == subscription.account_id
                && subscription.policy != Policy::None
                && subscription.wants(row.kind)
        });
        for row in wanted {
            let job = Job::Push {
                subscription: subscription.id,
                notification: row.id,
            };
            let key = format!("push:{}:{}", subscription.id, row.id);
            jobs::enqueue(ctx, conn, &job, Some(&key), ctx.now())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
