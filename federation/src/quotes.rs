//! Whether a post from elsewhere may quote what it quotes: the quoted post is fetched where it is not
//! known, and the stamp is read at its origin (FEP-044f).

use database::quotes::Quote;
use model::StatusId;

use crate::engine::Federation;
use crate::error::{Error, Result};
use crate::fetch::{Trip, identified};
use crate::notes;
use crate::vocabulary::{ObjectUri, Understanding, same_origin};

/// Finds it out and writes it down.
///
/// # Errors
/// `Rejected` where there is no such post, `Retry` where a server does not answer.
pub(crate) async fn settle(fed: &Federation, status: StatusId) -> Result<()> {
    let Some(quote) = services::quotes::unsettled(&fed.ctx, status).await? else {
        return Ok(());
    };
    let trip = Trip::for_a_job();
    let quoted = ObjectUri::parse(&quote.quoted_uri)?;
    let id = notes::find(fed, &quoted, None, &trip).await?;
    let row = fed
        .ctx
        .db
        .read(move |conn| database::statuses::get(conn, id))
        .await?;
    // A page of a post, or a boost, is no address of what is quoted.
    if row.uri != quote.quoted_uri || row.reblog_of_id.is_some() {
        return Err(Error::rejected("what is quoted is not at its own id"));
    }
    let proved = match is_proved(fed, status, &quote, &quoted, &trip).await {
        Ok(proved) => proved,
        Err(error) if error.is_passing() => return Err(error),
        Err(error) => {
            tracing::debug!(%error, stamp = quote.stamp_uri, "a stamp proves nothing");
            false
        }
    };
    Ok(services::quotes::settle(&fed.ctx, status, id, proved).await?)
}

/// Is the stamp one of the quoted author, for this quote of this post?
async fn is_proved(
    fed: &Federation,
    status: StatusId,
    quote: &Quote,
    quoted: &ObjectUri,
    trip: &Trip,
) -> Result<bool> {
    if quote.stamp_uri.is_empty() {
        return Ok(false);
    }
    let stamp = ObjectUri::parse(&quote.stamp_uri)?;
    if !same_origin(&stamp, quoted) || fed.ctx.place.owns(stamp.as_str()) {
        return Ok(false);
    }
    let Understanding::Authorization(read) = identified(fed, &stamp, trip).await? else {
        return Ok(false);
    };
    let uri = quote.quoted_uri.clone();
    let (quoting, author) = fed
        .ctx
        .db
        .read(move |conn| {
            let quoting = database::statuses::get(conn, status)?;
            let quoted = database::statuses::by_uri(conn, &uri)?;
            let quoted = quoted.ok_or(database::Error::NotFound)?;
            let author = database::accounts::get(conn, quoted.account_id)?;
            Ok::<_, database::Error>((quoting, author))
        })
        .await?;
    Ok(read.kind == "QuoteAuthorization"
        && read.id == stamp
        && read.attributed_to.as_str() == author.uri
        && read.object.as_str() == quoting.uri
        && read.target == *quoted)
}
