//! What trends, and what does not, on a handful of posts.

use model::{AccountId, Visibility};

use super::*;
use crate::conn::Conn;
use crate::reviews::{self, TagReview};
use crate::statuses::{self, Status};
use crate::visible::NOBODY;
use crate::visible::tests::account;
use crate::{account_restrictions, accounts, favourites, tags};

const NOW: Millis = Millis(1_795_392_000_000);

fn people(conn: &mut Conn) {
    for id in 1..=9 {
        accounts::insert(conn, &account(AccountId(id), None)).unwrap();
    }
}

/// A public post so many hours ago.
fn post(who: i64, hours: i64, at: i64) -> Status {
    let when = NOW.plus(-hours * Millis::HOUR);
    let id = StatusId(made_at(when) + at);
    Status {
        visibility: Visibility::Public,
        ..Status::blank(id, AccountId(who), format!("uri:{id}"), when)
    }
}

fn say(conn: &mut Conn, status: &Status, name: &str) {
    statuses::insert(conn, status).unwrap();
    let names = [name.to_owned()];
    tags::put(conn, status.id, &names, NOW, || TagId(status.id.0)).unwrap();
}

fn names(conn: &mut Conn, unreviewed: bool) -> Vec<String> {
    let part = Part {
        unreviewed,
        limit: 10,
        offset: 0,
    };
    tags(conn, part)
        .unwrap()
        .into_iter()
        .map(|it| it.1)
        .collect()
}

fn count(conn: &mut Conn, kind: Kind) -> Vec<i64> {
    let found = match kind {
        Kind::Status => most_liked(conn, NOW).unwrap(),
        kind => most_used(conn, kind, NOW).unwrap(),
    };
    let rows: Vec<Trend> = found
        .iter()
        .map(|(subject, score)| Trend {
            subject: *subject,
            score: *score,
            publisher: String::new(),
        })
        .collect();
    replace(conn, kind, &rows).unwrap();
    // A second time changes nothing.
    replace(conn, kind, &rows).unwrap();
    assert_eq!(kept(conn, kind).unwrap(), rows);
    found.into_iter().map(|it| it.0).collect()
}

crate::both_engines! {
    fn a_hashtag_trends_by_how_many_use_it_and_by_what_is_decided(fresh: &Fresh) {
        let conn = &mut fresh.conn();
        people(conn);
        // Three use tea now; soup is used by three as on each day before; one person alone says rice.
        for who in 1..=3 {
            let fresh = post(who, 1, who);
            say(conn, &fresh, "tea");
            let usual = post(who, 2, who);
            say(conn, &usual, "soup");
            let before = post(who + 3, 30, who);
            say(conn, &before, "soup");
            let alone = post(1, 3, who);
            say(conn, &alone, "rice");
            // What is not for everyone, and whom only followers find, is not counted.
            let hushed = Status { visibility: Visibility::Unlisted, ..post(who, 4, who) };
            say(conn, &hushed, "hush");
            let limited = post(6 + who, 5, who);
            say(conn, &limited, "spam");
            account_restrictions::set_silenced(conn, AccountId(6 + who), Some(NOW)).unwrap();
        }
        assert_eq!(count(conn, Kind::Tag).len(), 2);
        assert_eq!(names(conn, true), ["tea", "soup"]);
        assert!(names(conn, false).is_empty(), "nobody looked at them");
        let tea = tags::named(conn, &["tea".to_owned()]).unwrap()[0].0;
        let yes = TagReview { trendable: true, reviewed_at: Some(NOW), ..TagReview::usual(tea) };
        reviews::put(conn, &yes).unwrap();
        assert_eq!(names(conn, false), ["tea"]);
        reviews::put(conn, &TagReview { listable: false, ..yes.clone() }).unwrap();
        assert_eq!(names(conn, true), ["soup"]);
        reviews::put(conn, &TagReview { trendable: false, ..yes }).unwrap();
        assert_eq!(names(conn, true), ["soup"]);
        assert_eq!(all(conn, Kind::Tag, 10, 0).unwrap().len(), 2, "the staff sees all");
        assert_eq!(all(conn, Kind::Tag, 10, 1).unwrap().len(), 1);

        let today = NOW.0 / Millis::DAY - 1;
        let history = history(conn, Kind::Tag, &[tea], today).unwrap();
        assert_eq!(history, [(tea.0, Uses { day: today, uses: 3, accounts: 3 })]);
    }

    fn a_status_trends_by_those_who_like_it_and_fades(fresh: &Fresh) {
        let conn = &mut fresh.conn();
        people(conn);
        let like = |conn: &mut Conn, status: &Status, who: i64| {
            let row = favourites::Favourite {
                id: RowId(status.id.0 + 100 * who), account_id: AccountId(who), status_id: status.id, uri: None, created_at: NOW,
            };
            favourites::insert(conn, &row).unwrap();
            statuses::count(conn, status.id, 0, 0, 1).unwrap();
        };
        let (old, new) = (post(1, 20, 1), post(2, 2, 1));
        let covered = Status { sensitive: true, ..post(1, 2, 3) };
        let answer = Status { in_reply_to_id: Some(old.id), ..post(1, 2, 4) };
        let lonely = post(1, 2, 5);
        for status in [&old, &new, &covered, &answer, &lonely] {
            statuses::insert(conn, status).unwrap();
        }
        for status in [&old, &new, &covered, &answer] {
            like(conn, status, 3);
            like(conn, status, 4);
        }
        // One's own favourite makes no trend.
        like(conn, &lonely, 1);
        like(conn, &lonely, 3);
        like(conn, &old, 5);
        assert_eq!(count(conn, Kind::Status), [new.id.0, old.id.0]);
        let part = Part { unreviewed: true, limit: 10, offset: 0 };
        let seen = |conn: &mut Conn, viewer: AccountId, part: Part| {
            statuses(conn, Reader { viewer, now: NOW }, part).unwrap()
        };
        assert_eq!(seen(conn, NOBODY, part), [new.id, old.id]);
        assert_eq!(seen(conn, NOBODY, Part { offset: 1, ..part }), [old.id]);
        assert!(seen(conn, NOBODY, Part { unreviewed: false, ..part }).is_empty());
        reviews::decide(conn, 0, &new.id.to_string(), true, NOW).unwrap();
        assert_eq!(seen(conn, NOBODY, Part { unreviewed: false, ..part }), [new.id]);
        reviews::decide(conn, 0, &new.id.to_string(), false, NOW).unwrap();
        assert_eq!(seen(conn, NOBODY, part), [old.id]);
        account_restrictions::set_silenced(conn, AccountId(1), Some(NOW)).unwrap();
        assert!(seen(conn, NOBODY, part).is_empty(), "limited since it was counted");
    }
}
