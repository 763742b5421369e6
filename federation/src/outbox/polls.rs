//! Polls: the ballots of our people for polls elsewhere, and the counts of ours for those who have them.

use std::sync::Arc;

use database::polls;
use model::{AccountId, EventId, RowId, StatusId};
use services::views;

use super::{Parcel, recipients, statuses};
use crate::build::{self, notes};
use crate::engine::Federation;
use crate::error::Result;
use crate::vocabulary::NoteKind;
use crate::vocabulary::write::Addressing;
use crate::vocabulary::write::activities;
use crate::vocabulary::write::notes::NoteDoc;

/// Someone here voted elsewhere: a `Create` of a note that is nothing but a name, the option, to
/// the author of the poll alone. One for each choice, as Mastodon sends them.
pub(super) async fn voted(
    fed: &Arc<Federation>,
    account: AccountId,
    status: StatusId,
    votes: &[RowId],
) -> Result<Vec<Parcel>> {
    let voter = recipients::account(fed, account).await?;
    let status = recipients::status(fed, status).await?;
    let author = recipients::account(fed, status.account_id).await?;
    if !voter.is_local() || author.is_local() {
        return Ok(Vec::new());
    }
    let id = status.id;
    let (options, rows) = fed
        .ctx
        .db
        .read(move |conn| match polls::of_status(conn, id)? {
            Some(poll) => Ok::<_, database::Error>((
                polls::options(conn, &[poll.id])?,
                polls::choices(conn, &[poll.id], account)?,
            )),
            None => Ok((Vec::new(), Vec::new())),
        })
        .await?;
    let targets = recipients::of(fed, vec![author.id]).await?;
    let mut parcels = Vec::new();
    for row in rows.iter().filter(|row| votes.contains(&row.id)) {
        let Some(option) = options.iter().find(|one| one.position == row.choice) else {
            continue;
        };
        let ballot = NoteDoc {
            kind: NoteKind::Note,
            id: format!("{}#votes/{}", voter.uri, row.id),
            url: format!("{}#votes/{}", voter.uri, row.id),
            attributed_to: voter.uri.clone(),
            name: Some(option.title.clone()),
            in_reply_to: Some(status.uri.clone()),
            published: Some(row.created_at),
            addressing: Addressing::only_to(&author.uri),
            ..NoteDoc::default()
        };
        let uri = format!("{}/activity", ballot.id);
        parcels.push(Parcel {
            signer: voter.id,
            body: build::sealed(fed, voter.id, activities::create(&uri, &ballot)).await?,
            uri,
            key: format!("{} {}", voter.uri, status.uri),
            targets: targets.clone(),
            announces: None,
            members_of: None,
        });
    }
    Ok(parcels)
}

/// New counts of a poll of ours, or its end: `Update{Question}` to whoever has the poll, and to the
/// servers of those who voted.
pub(super) async fn counted(
    fed: &Arc<Federation>,
    event: EventId,
    status: StatusId,
) -> Result<Vec<Parcel>> {
    let Some(view) = views::status::for_delivery(&fed.ctx, status).await? else {
        return Ok(Vec::new());
    };
    let Some(poll) = view.poll.as_ref().map(|poll| poll.poll.id) else {
        return Ok(Vec::new());
    };
    if !view.author.account.is_local() {
        return Ok(Vec::new());
    }
    let doc = notes::document(fed, &view).await?;
    let uri = format!("{}#updates/{event}", view.status.uri);
    let body = build::sealed(
        fed,
        view.status.account_id,
        activities::update_note(&uri, &doc),
    )
    .await?;
    let mut named: Vec<AccountId> = view.mentions.iter().map(|mention| mention.id).collect();
    named.extend(
        fed.ctx
            .db
            .read(move |conn| polls::voters(conn, poll))
            .await?,
    );
    statuses::changed(fed, event, &view.status, named, uri, body).await
}
