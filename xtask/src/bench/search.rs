//! Search over all that was said: a word that many statuses hold, one that few hold, and the beginning of
//! a name.

use database::search::{self as people, AccountQuery};
use database::search_index::{self, StatusQuery};
use database::{Conn, tags};
use model::AccountId;
use services::views::{account, status};

use super::Sizes;
use super::limits::{self, Statements};
use super::past::{COMMON, Past, RARE};
use super::reads::{self, Kind};
use super::report::Report;
use super::town::Town;
use crate::Result;
use crate::json::list;

/// Results that are asked for of each kind.
const MOST: i64 = 20;

/// Searches for statuses, people and hashtags at once, then for people alone.
pub(super) async fn measure(
    town: &Town,
    past: &Past,
    sizes: &Sizes,
    report: &mut Report,
) -> Result<()> {
    let all = past.statuses;
    for (word, step) in [(COMMON, 5), (RARE, 400)] {
        let path = format!("/api/v2/search?q={word}&limit={MOST}");
        let found = town.app(0)?.get(&path).await?;
        if list(&found, "/statuses")?.is_empty() {
            return Err(format!("{word} is not found"));
        }
        let kind = Kind {
            work: format!(
                "search in {all} statuses for a word that one of {step} holds, with people and hashtags"
            ),
            paths: vec![path; town.members.len()],
            count: sizes.searches,
            bare: bare(town, word, true).await?,
            aim: "",
        };
        reads::measure(town, report, kind).await?;
    }
    let beginning = "silent1";
    let path = format!("/api/v2/search?q={beginning}&type=accounts&limit={MOST}");
    let kind = Kind {
        work: format!("search for people by the beginning of a name, {MOST} found"),
        paths: vec![path; town.members.len()],
        count: sizes.searches,
        bare: bare(town, beginning, false).await?,
        aim: "",
    };
    reads::measure(town, report, kind).await
}

/// The statements of one search.
async fn bare(town: &Town, word: &'static str, everything: bool) -> Result<Statements> {
    let me = town.who(0)?.id;
    let wanted = StatusQuery {
        viewer: me,
        holds: vec![word.to_owned()],
        lacks: Vec::new(),
        traits: Vec::new(),
        below: i64::MAX,
        above: 0,
        limit: MOST,
        offset: 0,
    };
    limits::statements(
        town,
        move |conn| {
            let named = named(conn, word, me)?;
            let mut said = Vec::new();
            if everything {
                said = search_index::find(conn, &wanted)?;
                tags::beginning_with(conn, word, MOST, 0)?;
            }
            Ok((named, said))
        },
        move |conn, (named, said)| {
            let named = account::load_in(conn, &named)?.len();
            Ok(named + status::load_in(conn, me, &said)?.len())
        },
    )
    .await
}

fn named(conn: &mut Conn, text: &str, viewer: AccountId) -> database::Result<Vec<AccountId>> {
    let query = AccountQuery {
        text,
        domain: None,
        kind: None,
        followed_by: None,
        viewer,
        limit: MOST,
        offset: 0,
    };
    people::accounts(conn, &query)
}
