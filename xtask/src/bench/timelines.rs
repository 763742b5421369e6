//! Timelines of a town with a past: home, a list, public, and what someone is told, alone and in groups.

use database::notification_groups;
use database::notifications::{self, Notification, Wanted};
use database::timelines::{self, Public, Reader};
use database::{Conn, home_entries};
use model::{ListId, NotificationKind, Page, StatusId};
use services::views::{notification, status};

use super::Sizes;
use super::limits::{self, Statements};
use super::past::Past;
use super::reads::{self, Kind, kilobytes};
use super::report::Report;
use super::town::Town;
use crate::Result;

/// Reads each of them with twenty and with forty entries.
pub(super) async fn measure(
    town: &Town,
    past: &Past,
    sizes: &Sizes,
    report: &mut Report,
) -> Result<()> {
    for entries in [20, 40] {
        let page = Page::first(entries);
        let home = |_number: usize| Ok("/api/v1/timelines/home".to_owned());
        let aim = if entries == 20 {
            "0.3 ms of processor time"
        } else {
            ""
        };
        let reader = reader(town)?;
        let bare = ids(town, reader, move |conn| {
            home_entries::page(conn, reader.viewer, &page)
        });
        let bare = bare.await?;
        one(town, sizes, report, ("home", aim), entries, home, bare).await?;

        let list = |number: usize| {
            let list = past.lists.get(number).ok_or("a member has no list")?;
            Ok(format!("/api/v1/timelines/list/{list}"))
        };
        let id = past.lists.first().copied().unwrap_or(ListId(0));
        let bare = ids(town, reader, move |conn| {
            timelines::list(conn, reader, id, 1, &page)
        });
        let bare = bare.await?;
        let work = "a list of 50 people";
        one(town, sizes, report, (work, ""), entries, list, bare).await?;

        let public = |_number: usize| Ok("/api/v1/timelines/public".to_owned());
        let bare = ids(town, reader, move |conn| {
            timelines::public(conn, reader, Public::default(), &page)
        });
        let bare = bare.await?;
        one(town, sizes, report, ("public", ""), entries, public, bare).await?;
    }
    for entries in [20, 40] {
        told(town, sizes, report, entries).await?;
    }
    Ok(())
}

fn reader(town: &Town) -> Result<Reader> {
    Ok(Reader {
        viewer: town.who(0)?.id,
        now: town.now(),
    })
}

/// The statements of a page of statuses: those for the ids, and all.
async fn ids(
    town: &Town,
    reader: Reader,
    find: impl Fn(&mut Conn) -> database::Result<Vec<StatusId>> + Clone + Send + 'static,
) -> Result<Statements> {
    limits::statements(
        town,
        move |conn| Ok(find(conn)?),
        move |conn, ids| Ok(status::load_in(conn, reader.viewer, &ids)?.len()),
    )
    .await
}

/// One timeline, which must be full.
async fn one(
    town: &Town,
    sizes: &Sizes,
    report: &mut Report,
    (name, aim): (&str, &'static str),
    entries: i64,
    address: impl Fn(usize) -> Result<String>,
    bare: Statements,
) -> Result<()> {
    let paths = (0..town.members.len())
        .map(|number| Ok(format!("{}?limit={entries}", address(number)?)))
        .collect::<Result<Vec<_>>>()?;
    kilobytes(town, &paths, usize::try_from(entries).unwrap_or_default()).await?;
    let kind = Kind {
        work: format!("{name}, {entries} statuses with all that hangs on them"),
        paths,
        count: sizes.pages,
        bare,
        aim,
    };
    reads::measure(town, report, kind).await
}

/// Notifications, each by itself and in groups.
async fn told(town: &Town, sizes: &Sizes, report: &mut Report, entries: i64) -> Result<()> {
    let me = town.who(0)?.id;
    let page = Page::first(entries);
    let load = move |conn: &mut Conn, rows: Vec<Notification>| {
        Ok(notification::load_in(conn, me, &rows)?.len())
    };
    let alone = limits::statements(
        town,
        move |conn| Ok(notifications::page(conn, me, &Wanted::default(), &page)?),
        load,
    );
    let alone = alone.await?;
    let grouped: Vec<NotificationKind> = NotificationKind::ALL
        .iter()
        .copied()
        .filter(|kind| kind.is_grouped())
        .collect();
    let together = limits::statements(
        town,
        move |conn| {
            let wanted = Wanted::default();
            let heads = notification_groups::heads(conn, me, &wanted, &grouped, &page)?.rows;
            let several = heads.iter().filter(|row| row.bucket > 0);
            let several: Vec<_> = several.map(|row| row.id).collect();
            notification_groups::members(conn, me, &several, 0, i64::MAX)?;
            Ok(heads)
        },
        load,
    );
    let together = together.await?;
    for (version, name, bare) in [
        (1, "notifications", alone),
        (2, "notifications in groups", together),
    ] {
        let path = format!("/api/v{version}/notifications?limit={entries}");
        let kind = Kind {
            work: format!("{name}, {entries}"),
            paths: vec![path; town.members.len()],
            count: sizes.pages,
            bare,
            aim: "",
        };
        reads::measure(town, report, kind).await?;
    }
    Ok(())
}
