//! A long conversation, as an app that opens it asks for it: all of it at once.

use database::statuses;
use model::StatusId;
use services::views::status;

use super::Sizes;
use super::limits;
use super::past::Past;
use super::reads::{self, Kind};
use super::report::Report;
use super::town::Town;
use crate::Result;
use crate::json::list;

/// Reads what stands around the root.
pub(super) async fn measure(
    town: &Town,
    past: &Past,
    sizes: &Sizes,
    report: &mut Report,
) -> Result<()> {
    let (me, root) = (town.who(0)?.id, past.root);
    let path = format!("/api/v1/statuses/{root}/context");
    let seen = town.app(0)?.get(&path).await?;
    let shown = list(&seen, "/descendants")?.len();
    if shown != sizes.replies {
        return Err(format!("{shown} of {} answers are shown", sizes.replies));
    }
    let bare = limits::statements(
        town,
        move |conn| {
            statuses::ancestors(conn, root, 4096)?;
            Ok(statuses::descendants(conn, root, 4096)?)
        },
        move |conn, below| {
            let ids: Vec<StatusId> = below.into_iter().map(|(id, _parent)| id).collect();
            Ok(status::load_in(conn, me, &ids)?.len())
        },
    );
    let kind = Kind {
        work: format!("a thread of {} answers, all of it", sizes.replies),
        paths: vec![path; town.members.len()],
        count: sizes.threads,
        bare: bare.await?,
        aim: "",
    };
    reads::measure(town, report, kind).await
}
