//! The letters of a private group to members across its bridge (`services::groups::bridge`): one activity for each
//! reader, written down with what it says that the reader heard of the post.

use std::sync::Arc;

use database::accounts;
use database::bridge_letters::{self, Addressee, BridgeLetter};
use database::{Conn, statuses};
use model::{AccountId, Event, EventId, Millis, StatusId};
use serde_json::Value;
use services::groups::bridge::{self, Told};
use services::rows::Account;

use super::{Parcel, recipients};
use crate::build::{self, letters};
use crate::engine::Federation;
use crate::error::Result;
use crate::vocabulary::NoteKind;
use crate::vocabulary::write::activities::{self, Envelope};
use crate::vocabulary::write::notes::tombstone;

/// A letter, or what changes or takes back one, on its way to one reader.
#[derive(Clone, Debug)]
pub(super) struct Letter {
    /// What is sent.
    pub(super) parcel: Parcel,
    /// What is remembered with it.
    kept: Kept,
}

#[derive(Clone, Debug)]
enum Kept {
    /// The reader hears of the post by this.
    Written(BridgeLetter),
    /// They hear what became of it.
    Changed(AccountId),
    /// It is no more.
    TakenBack(BridgeLetter),
}

impl Letter {
    /// To whom it goes only while they are a member; `None` for what takes a letter back.
    pub(super) const fn reader(&self) -> Option<AccountId> {
        match &self.kept {
            Kept::Written(row) => Some(row.account_id),
            Kept::Changed(reader) => Some(*reader),
            Kept::TakenBack(_) => None,
        }
    }

    /// Remembers what there is to remember, in the transaction of the delivery. `false` where the letter does not go:
    /// a thread and its boost are events of one moment, and the reader heard of it by the other.
    pub(super) fn keep(&self, conn: &mut Conn) -> database::Result<bool> {
        match &self.kept {
            Kept::Written(row) => bridge_letters::insert(conn, row),
            Kept::Changed(_) => Ok(true),
            Kept::TakenBack(row) => {
                bridge_letters::delete(conn, row.id)?;
                Ok(true)
            }
        }
    }
}

/// The letters that follow from an event; none where no group has a bridge.
pub(super) async fn letters(
    fed: &Arc<Federation>,
    id: EventId,
    event: &Event,
) -> Result<Vec<Letter>> {
    match event {
        Event::StatusPublished { status }
        | Event::StatusReceived { status }
        | Event::RestoredToGroup { status, .. } => written(fed, *status).await,
        Event::Boosted { boost } => match original(fed, *boost).await? {
            Some(status) => written(fed, status).await,
            None => Ok(Vec::new()),
        },
        Event::StatusEdited { status } => changed(fed, id, *status).await,
        Event::StatusDeleted { status } | Event::RemovedFromGroup { status, .. } => {
            let status = *status;
            let rows = fed
                .ctx
                .db
                .read(move |conn| bridge_letters::about(conn, status));
            taken_back(fed, rows.await?).await
        }
        Event::Unfollowed {
            account, target, ..
        }
        | Event::FollowRejected {
            account, target, ..
        } => {
            let (account, group) = (*account, *target);
            let rows = fed
                .ctx
                .db
                .read(move |conn| bridge::of_who_left(conn, group, account));
            taken_back(fed, rows.await?).await
        }
        Event::AccountDeleted { account } => {
            let account = *account;
            let rows = fed
                .ctx
                .db
                .read(move |conn| bridge::of_who_is_gone(conn, account));
            taken_back(fed, rows.await?).await
        }
        _ => Ok(Vec::new()),
    }
}

async fn original(fed: &Federation, boost: StatusId) -> Result<Option<StatusId>> {
    let found = fed.ctx.db.read(move |conn| statuses::find(conn, boost));
    Ok(found.await?.and_then(|boost| boost.reblog_of_id))
}

/// To everyone who has not heard of the post yet.
async fn written(fed: &Arc<Federation>, status: StatusId) -> Result<Vec<Letter>> {
    let found = fed
        .ctx
        .db
        .read(move |conn| {
            let Some(group) = statuses::find(conn, status)?.and_then(|row| row.group()) else {
                return Ok::<_, services::Error>(None);
            };
            let told = bridge::to_be_told(conn, group, status)?;
            if told.is_empty() {
                return Ok(None);
            }
            Ok(Some((accounts::get(conn, group)?, told)))
        })
        .await?;
    let Some((group, told)) = found else {
        return Ok(Vec::new());
    };
    let mut letters = Vec::with_capacity(told.len());
    for Told { reader, post } in told {
        let row = BridgeLetter {
            id: fed.ctx.id(),
            group_id: group.id,
            status_id: status,
            account_id: reader.account,
            created_at: fed.ctx.now(),
        };
        let person = recipients::account(fed, reader.account).await?;
        let doc = letters::document(fed, &group, &person, row.id, &post);
        let uri = fed.ctx.place.activity_uri(&doc.id);
        let create = activities::create(&uri, &doc);
        letters.push(Letter {
            parcel: to_reader(fed, &group, &reader, doc.id, (uri, create)).await?,
            kept: Kept::Written(row),
        });
    }
    Ok(letters)
}

/// To everyone who heard of the post and may still read it.
async fn changed(fed: &Arc<Federation>, event: EventId, status: StatusId) -> Result<Vec<Letter>> {
    let told = fed.ctx.db.read(move |conn| bridge::told(conn, status));
    let mut letters = Vec::new();
    for (row, Told { reader, post }) in told.await? {
        let group = recipients::account(fed, row.group_id).await?;
        let person = recipients::account(fed, reader.account).await?;
        let doc = letters::document(fed, &group, &person, row.id, &post);
        let uri = format!("{}#updates/{event}", doc.id);
        let update = activities::update_note(&uri, &doc);
        letters.push(Letter {
            parcel: to_reader(fed, &group, &reader, doc.id, (uri, update)).await?,
            kept: Kept::Changed(reader.account),
        });
    }
    Ok(letters)
}

/// What the group says of a letter to its reader, under the address of what it says.
async fn to_reader(
    fed: &Federation,
    group: &Account,
    reader: &Addressee,
    letter: String,
    (uri, said): (String, Value),
) -> Result<Parcel> {
    Ok(Parcel {
        signer: group.id,
        uri,
        body: build::sealed(fed, group.id, said).await?,
        key: letter,
        targets: vec![reader.target()],
        announces: None,
        members_of: Some(group.id),
    })
}

/// Their readers' servers are asked to forget these.
async fn taken_back(fed: &Arc<Federation>, rows: Vec<BridgeLetter>) -> Result<Vec<Letter>> {
    let mut letters = Vec::with_capacity(rows.len());
    for row in rows {
        let group = recipients::account(fed, row.group_id).await?;
        let person = recipients::account(fed, row.account_id).await?;
        letters.push(forget(fed, &group, &person, row).await?);
    }
    Ok(letters)
}

async fn forget(
    fed: &Arc<Federation>,
    group: &Account,
    reader: &Account,
    row: BridgeLetter,
) -> Result<Letter> {
    let uri = fed.ctx.place.bridge_letter_uri(&group.uri, row.id);
    let now: Millis = fed.ctx.now();
    let envelope = Envelope {
        id: format!("{uri}#delete"),
        actor: group.uri.clone(),
        addressing: letters::to_one(reader),
        published: Some(now),
    };
    let gone = tombstone(&uri, Some(NoteKind::Note), Some(now));
    let delete = activities::delete(&envelope, gone, None);
    Ok(Letter {
        parcel: Parcel {
            signer: group.id,
            uri: envelope.id,
            body: build::sealed(fed, group.id, delete).await?,
            key: uri,
            targets: recipients::of(fed, vec![reader.id]).await?,
            announces: None,
            members_of: None,
        },
        kept: Kept::TakenBack(row),
    })
}
