//! Quotes (FEP-044f): asking the quoted author, answering who asks, taking a stamp back.

use std::sync::Arc;

use database::accounts::Account;
use database::quotes::Quote;
use model::{AccountId, EventId, StatusId};
use serde_json::json;
use services::views::StatusView;

use super::{Parcel, recipients, statuses};
use crate::build;
use crate::engine::Federation;
use crate::error::Result;
use crate::vocabulary::write::Addressing;
use crate::vocabulary::write::activities::{self, Envelope};
use crate::vocabulary::write::notes::{NoteDoc, note};

/// A new post of ours quotes one of another server, whose author is asked. It goes out behind the post
/// itself.
pub(super) async fn request(
    fed: &Arc<Federation>,
    view: &StatusView,
    doc: &NoteDoc,
) -> Result<Option<Parcel>> {
    let quote = services::quotes::row(&fed.ctx, view.status.id).await?;
    let Some(quote) = quote.filter(|quote| !quote.request_uri.is_empty()) else {
        return Ok(None);
    };
    let Some(author) = quote.quoted_account_id else {
        return Ok(None);
    };
    let to = recipients::account(fed, author).await?;
    let envelope = Envelope {
        id: quote.request_uri,
        actor: view.author.account.uri.clone(),
        addressing: Addressing::only_to(&to.uri),
        published: None,
    };
    let value = activities::quote_request(&envelope, &quote.quoted_uri, note(doc));
    Ok(Some(Parcel {
        signer: view.status.account_id,
        uri: envelope.id,
        body: build::sealed(fed, view.status.account_id, value).await?,
        key: view.status.uri.clone(),
        targets: recipients::of(fed, vec![author]).await?,
        announces: None,
        members_of: None,
    }))
}

/// What is known of a quote: its row, who quotes, who is quoted, the address of what quotes.
struct Known {
    quote: Quote,
    quoter: Account,
    quoted: Account,
    quoting_uri: String,
}

async fn known(fed: &Arc<Federation>, status: StatusId) -> Result<Option<Known>> {
    let Some(quote) = services::quotes::row(&fed.ctx, status).await? else {
        return Ok(None);
    };
    let Some(quoted) = quote.quoted_account_id else {
        return Ok(None);
    };
    Ok(Some(Known {
        quoter: recipients::account(fed, quote.account_id).await?,
        quoted: recipients::account(fed, quoted).await?,
        quoting_uri: recipients::status(fed, status).await?.uri,
        quote,
    }))
}

/// A quote stands. Who asked us gets the stamp; who of us asked shows the stamp to everyone who has the
/// post.
pub(super) async fn accepted(
    fed: &Arc<Federation>,
    event: EventId,
    status: StatusId,
) -> Result<Vec<Parcel>> {
    let Some(known) = known(fed, status).await? else {
        return Ok(Vec::new());
    };
    if known.quoter.is_local() {
        return statuses::edited(fed, event, status).await;
    }
    if !known.quoted.is_local() || known.quote.request_uri.is_empty() {
        return Ok(Vec::new());
    }
    let envelope = Envelope {
        id: format!("{}#accepts", known.quote.stamp_uri),
        actor: known.quoted.uri.clone(),
        addressing: Addressing::only_to(&known.quoter.uri),
        published: None,
    };
    let asked = asked(
        &known.quoter,
        &known.quote.request_uri,
        &known.quoted,
        &known.quote.quoted_uri,
    );
    let asked = activities::quote_request(&asked.0, &asked.1, json!(known.quoting_uri));
    let value = activities::accept_with(&envelope, asked, &known.quote.stamp_uri);
    let targets = recipients::of(fed, vec![known.quoter.id]).await?;
    Ok(vec![Parcel {
        signer: known.quoted.id,
        uri: envelope.id,
        body: build::plain(value)?,
        key: known.quoting_uri,
        targets,
        announces: None,
        members_of: None,
    }])
}

/// The request as it was sent to us.
fn asked(from: &Account, request: &str, to: &Account, quoted: &str) -> (Envelope, String) {
    let envelope = Envelope {
        id: request.to_owned(),
        actor: from.uri.clone(),
        addressing: Addressing::only_to(&to.uri),
        published: None,
    };
    (envelope, quoted.to_owned())
}

/// The author of a post of ours does not let it be quoted.
pub(super) async fn refused(
    fed: &Arc<Federation>,
    quoted: StatusId,
    account: AccountId,
    quoting: &str,
    request: &str,
) -> Result<Vec<Parcel>> {
    let status = recipients::status(fed, quoted).await?;
    let author = recipients::account(fed, status.account_id).await?;
    let to = recipients::account(fed, account).await?;
    let (inner, quoted) = asked(&to, request, &author, &status.uri);
    let envelope = Envelope {
        id: format!("{}#rejects/quotes/{account}", status.uri),
        actor: author.uri.clone(),
        addressing: Addressing::only_to(&to.uri),
        published: None,
    };
    let inner = activities::quote_request(&inner, &quoted, json!(quoting));
    let value = activities::reject(&envelope, inner);
    Ok(vec![Parcel {
        signer: author.id,
        // Each request is answered by itself: a second one may have another outcome.
        uri: format!("{}/{}", envelope.id, fed.ctx.id::<EventId>()),
        body: build::plain(value)?,
        key: quoting.to_owned(),
        targets: recipients::of(fed, vec![account]).await?,
        announces: None,
        members_of: None,
    }])
}

/// A stamp of ours is taken back: whoever quotes hears it, and where that is one of us, everyone who has
/// the post. What we were refused we show as refused without telling anyone: the quoted author does.
pub(super) async fn revoked(
    fed: &Arc<Federation>,
    event: EventId,
    status: StatusId,
) -> Result<Vec<Parcel>> {
    let Some(known) = known(fed, status).await? else {
        return Ok(Vec::new());
    };
    if !known.quoted.is_local() || known.quote.stamp_uri.is_empty() {
        return Ok(Vec::new());
    }
    let mut targets = recipients::of(fed, vec![known.quoter.id]).await?;
    targets.extend(recipients::followers(fed, known.quoted.id).await?);
    let mut parcels = Vec::new();
    if known.quoter.is_local() {
        let row = recipients::status(fed, status).await?;
        let (named, _) = recipients::named(fed, status).await?;
        targets.extend(recipients::of_status(fed, &row, named).await?);
        parcels = statuses::edited(fed, event, status).await?;
    }
    let stamp = &known.quote.stamp_uri;
    let envelope = Envelope {
        id: format!("{stamp}#delete"),
        actor: known.quoted.uri.clone(),
        addressing: build::to_everyone(&known.quoted.uri, vec![known.quoter.uri.clone()]),
        published: None,
    };
    let value = activities::delete(&envelope, json!(stamp), None);
    parcels.push(Parcel {
        signer: known.quoted.id,
        uri: envelope.id,
        body: build::plain(value)?,
        key: known.quoting_uri,
        targets: recipients::once(targets),
        announces: None,
        members_of: None,
    });
    Ok(parcels)
}
