//! A hashtag with how much it was used of late, and how the viewer stands to it.

use std::collections::{HashMap, HashSet};

use database::trends::{self, Kind};
use database::{Conn, featured_tags, followed_tags};
use model::{AccountId, Id, Millis, TagId};

pub use database::trends::Uses;

use crate::error::Result;

/// So many days are told.
const DAYS: i64 = 7;

/// A hashtag ready to print.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagView {
    /// In lower case, without `#`.
    pub name: String,
    /// The uses of each of the last days, the newest first.
    pub history: Vec<Uses>,
    /// How the viewer stands to it, where there is one.
    pub mine: Option<Mine>,
}

/// How someone stands to a hashtag.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mine {
    /// Follows it.
    pub following: bool,
    /// Features it.
    pub featuring: bool,
}

/// These hashtags for this viewer.
///
/// # Errors
/// The database.
pub(crate) fn of(
    conn: &mut Conn,
    viewer: Option<AccountId>,
    found: Vec<(TagId, String)>,
    now: Millis,
) -> Result<Vec<TagView>> {
    let ids: Vec<TagId> = found.iter().map(|(id, _name)| *id).collect();
    let mut used = histories(conn, Kind::Tag, &ids, now)?;
    let (mut following, mut featuring) = (HashSet::new(), HashSet::new());
    if let Some(viewer) = viewer {
        following.extend(followed_tags::of(conn, viewer, &ids)?);
        featuring.extend(featured_tags::of(conn, viewer, &ids)?);
    }
    Ok(found
        .into_iter()
        .map(|(id, name)| TagView {
            name,
            history: used.remove(&id.0).unwrap_or_else(|| unused(now)),
            mine: viewer.map(|_| Mine {
                following: following.contains(&id),
                featuring: featuring.contains(&id),
            }),
        })
        .collect())
}

/// A hashtag that nobody ever used.
pub(crate) fn fresh(viewer: Option<AccountId>, name: String, now: Millis) -> TagView {
    TagView {
        name,
        history: unused(now),
        mine: viewer.map(|_| Mine::default()),
    }
}

/// How much each of these hashtags or links was used, by its number; what was not used has no entry.
///
/// # Errors
/// The database.
pub(crate) fn histories<I: Id>(
    conn: &mut Conn,
    kind: Kind,
    ids: &[I],
    now: Millis,
) -> Result<HashMap<i64, Vec<Uses>>> {
    let mut all: HashMap<i64, Vec<Uses>> = HashMap::new();
    let first = now.0.div_euclid(Millis::DAY) - DAYS + 1;
    for (id, uses) in trends::history(conn, kind, ids, first)? {
        let days = all.entry(id).or_insert_with(|| unused(now));
        if let Some(day) = days.iter_mut().find(|day| day.day == uses.day) {
            *day = uses;
        }
    }
    Ok(all)
}

/// The last days of something that was not used.
pub(crate) fn unused(now: Millis) -> Vec<Uses> {
    let today = now.0.div_euclid(Millis::DAY);
    (0..DAYS)
        .map(|ago| Uses {
            day: today - ago,
            uses: 0,
            accounts: 0,
        })
        .collect()
}
