//! Reports that are told to the server of the reported account: by this server's own actor, so that
//! nobody learns who reported.

use std::sync::Arc;

use model::{EventId, ReportId};

use super::{Parcel, recipients};
use crate::build;
use crate::engine::Federation;
use crate::error::Result;
use crate::vocabulary::write::Addressing;
use crate::vocabulary::write::activities::{self, Envelope};

/// A report, where whoever made it wished it to be told.
pub(super) async fn forwarded(
    fed: &Arc<Federation>,
    event: EventId,
    report: ReportId,
) -> Result<Vec<Parcel>> {
    let Some((report, target, objects)) = services::reports::to_forward(&fed.ctx, report).await?
    else {
        return Ok(Vec::new());
    };
    let server = services::accounts::server_actor(&fed.ctx).await?.account;
    // Mastodon takes the first object for the person; the event's number tells nothing of the reporter.
    let person = objects.first().cloned().unwrap_or_default();
    let envelope = Envelope {
        id: format!("{}#reports/{event}", server.uri),
        actor: server.uri.clone(),
        addressing: Addressing::only_to(&person),
        published: None,
    };
    let flag = activities::flag(&envelope, &objects, &report.comment);
    Ok(vec![Parcel {
        signer: server.id,
        uri: envelope.id,
        body: build::plain(flag)?,
        key: person,
        targets: recipients::of(fed, vec![target]).await?,
        announces: None,
        members_of: None,
    }])
}
