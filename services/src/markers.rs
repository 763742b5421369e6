//! Where someone stopped reading.

use database::markers;
use model::Millis;

use crate::context::Ctx;
use crate::error::{Error, Result};
use crate::views::account::Viewer;

/// A marker of `home` or `notifications`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker {
    /// `home` or `notifications`.
    pub timeline: String,
    /// The last entry read.
    pub last_read_id: i64,
    /// Counts up with each change.
    pub version: i64,
    /// When.
    pub updated_at: Millis,
}

/// The timelines that have markers.
const TIMELINES: &[&str] = &["home", "notifications"];

fn views(rows: Vec<markers::Marker>) -> Vec<Marker> {
    rows.into_iter()
        .map(|row| Marker {
            timeline: row.timeline,
            last_read_id: row.last_read_id,
            version: row.version,
            updated_at: row.updated_at,
        })
        .collect()
}

/// Those of the named timelines that are set.
///
/// # Errors
/// The database.
pub async fn get(ctx: &Ctx, viewer: &Viewer, timelines: Vec<String>) -> Result<Vec<Marker>> {
    let viewer = viewer.id();
    let known: Vec<String> = timelines
        .into_iter()
        .filter(|name| TIMELINES.contains(&name.as_str()))
        .collect();
    ctx.db
        .read(move |conn| Ok(views(markers::of(conn, viewer, &known)?)))
        .await
}

/// Sets markers and answers those that were set.
///
/// # Errors
/// `Invalid` for an unknown timeline.
pub async fn set(ctx: &Ctx, viewer: &Viewer, marks: Vec<(String, i64)>) -> Result<Vec<Marker>> {
    if marks
        .iter()
        .any(|(name, _id)| !TIMELINES.contains(&name.as_str()))
    {
        return Err(Error::invalid(
            "timeline",
            "ERR_INCLUSION",
            "only home and notifications have markers",
        ));
    }
    let (viewer, now) = (viewer.id(), ctx.now());
    ctx.write(move |conn| {
        for (timeline, id) in &marks {
            markers::put(conn, viewer, timeline, *id, now)?;
        }
        let names: Vec<String> = marks.into_iter().map(|(name, _id)| name).collect();
        Ok(views(markers::of(conn, viewer, &names)?))
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{self, World};

    database::both_engines! {
        fn ben_finds_his_place_again(fresh: &Fresh) {
            let world = World::new(fresh);
            let (ctx, ben) = (&world.ctx, &world.ben);
            testing::run(async {
                let home = || vec!["home".to_owned(), "notifications".to_owned(), "x".to_owned()];
                assert!(get(ctx, ben, home()).await.unwrap().is_empty());
                let set_now = set(ctx, ben, vec![("home".to_owned(), 7)]).await.unwrap();
                assert_eq!((set_now[0].last_read_id, set_now[0].version), (7, 1));
                set(ctx, ben, vec![("home".to_owned(), 9)]).await.unwrap();
                let found = get(ctx, ben, home()).await.unwrap();
                assert_eq!(found.len(), 1);
                assert_eq!((found[0].last_read_id, found[0].version), (9, 2));
                assert!(get(ctx, &world.chi, home()).await.unwrap().is_empty());
                assert!(set(ctx, ben, vec![("garden".to_owned(), 1)]).await.is_err());
            });
        }
    }
}
