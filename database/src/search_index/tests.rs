//! What is found and by whom, on both engines; and that no sign means anything to either.

use model::{AccountKind, Millis, Visibility};

use super::*;
use crate::accounts::{self, Account};
use crate::bookmarks::{self, Bookmark};

const ANA: AccountId = AccountId(1);
const BEN: AccountId = AccountId(2);
const SHY: AccountId = AccountId(3);

fn person(conn: &mut Conn, id: AccountId, indexable: bool) {
    let name = format!("p{id}");
    let account = Account {
        id,
        domain: String::new(),
        username: name.clone(),
        username_key: name.clone(),
        kind: AccountKind::Person,
        uri: format!("https://balai.example/users/{name}"),
        url: String::new(),
        display_name: String::new(),
        note: String::new(),
        note_source: String::new(),
        fields: serde_json::Value::Array(Vec::new()),
        avatar: String::new(),
        header: String::new(),
        locked: false,
        discoverable: true,
        indexable,
        show_collections: false,
        statuses_count: 0,
        followers_count: 0,
        following_count: 0,
        last_status_at: None,
        created_at: Millis(0),
        updated_at: Millis(0),
        suspended_at: None,
    };
    accounts::insert(conn, &account).unwrap();
}

fn post(conn: &mut Conn, id: i64, by: AccountId, visibility: Visibility, text: &str) {
    let status = Status {
        visibility,
        content: format!("<p>{text}</p>"),
        local: true,
        ..Status::blank(
            StatusId(id),
            by,
            format!("https://balai.example/{id}"),
            Millis(id),
        )
    };
    statuses::insert(conn, &status).unwrap();
    put(conn, StatusId(id)).unwrap();
}

fn looking(viewer: AccountId, words: &[&str]) -> StatusQuery {
    StatusQuery {
        viewer,
        holds: words.iter().map(|&word| word.to_owned()).collect(),
        lacks: Vec::new(),
        traits: Vec::new(),
        below: i64::MAX,
        above: 0,
        limit: 20,
        offset: 0,
    }
}

fn ids(conn: &mut Conn, query: &StatusQuery) -> Vec<i64> {
    find(conn, query)
        .unwrap()
        .into_iter()
        .map(|id| id.0)
        .collect()
}

crate::both_engines! {
    fn a_look_without_end_is_given_up(fresh: &Fresh) {
        let conn = &mut fresh.conn();
        let given_up: Result<()> = conn.tx(|conn| {
            conn.give_up_after(50)?;
            match conn {
                Conn::Sqlite(_) => Err(crate::Error::Busy("it has no clock".to_owned())),
                Conn::Postgres(conn) => {
                    diesel::sql_query("SELECT pg_sleep(20)").execute(conn)?;
                    Ok(())
                }
            }
        });
        assert!(matches!(given_up, Err(crate::Error::Busy(_))), "{given_up:?}");
        // The next transaction has all the time again.
        let found: Result<Vec<StatusId>> = conn.tx(|conn| find(conn, &looking(ANA, &["beans"])));
        assert!(found.unwrap().is_empty());
    }

    fn one_finds_what_one_may(fresh: &Fresh) {
        let conn = &mut fresh.conn();
        for (id, indexable) in [(ANA, false), (BEN, true), (SHY, false)] {
            person(conn, id, indexable);
        }
        post(conn, 10, ANA, Visibility::Private, "My own tea");
        post(conn, 11, BEN, Visibility::Public, "Tea for Ñandú");
        post(conn, 12, BEN, Visibility::Private, "secret tea");
        post(conn, 13, SHY, Visibility::Public, "shy tea");
        post(conn, 14, SHY, Visibility::Public, "kept tea");
        bookmarks::insert(conn, &Bookmark { id: model::RowId(1), account_id: ANA, status_id: StatusId(14), created_at: Millis(0) }).unwrap();
        assert_eq!(ids(conn, &looking(ANA, &["TEA"])), [14, 11, 10]);
        assert_eq!(ids(conn, &looking(ANA, &["nandu"])), [11]);
        assert_eq!(ids(conn, &looking(SHY, &["tea"])), [14, 13, 11]);
        let library = StatusQuery { traits: vec![(true, Trait::InLibrary)], ..looking(ANA, &["tea"]) };
        assert_eq!(ids(conn, &library), [14, 10]);
        let from = StatusQuery { traits: vec![(true, Trait::From(BEN))], ..looking(ANA, &[]) };
        assert_eq!(ids(conn, &from), [11]);
        let not_from = StatusQuery { traits: vec![(false, Trait::From(BEN))], ..looking(ANA, &["tea"]) };
        assert_eq!(ids(conn, &not_from), [14, 10]);
        let lacks = StatusQuery { lacks: vec!["kept".to_owned()], below: 14, above: 10, ..looking(ANA, &["tea"]) };
        assert_eq!(ids(conn, &lacks), [11]);
        remove(conn, StatusId(11)).unwrap();
        assert_eq!(ids(conn, &looking(ANA, &["nandu"])), Vec::<i64>::new());
        post(conn, 15, ANA, Visibility::Public, "村の集会所 green leaves");
        for words in ["集会", "所", "村の", "leaves", "green leaves"] {
            assert_eq!(ids(conn, &looking(ANA, &[words])), [15], "{words}");
        }
        assert!(ids(conn, &looking(ANA, &["leaves green"])).is_empty(), "a phrase has an order");
    }

    fn behind_many_newer_hits_nothing_is_lost(fresh: &Fresh) {
        let conn = &mut fresh.conn();
        person(conn, ANA, false);
        person(conn, BEN, true);
        post(conn, 10, ANA, Visibility::Private, "My own tea");
        let public: Vec<i64> = (100..100 + NEAR + 30).collect();
        conn.tx(|conn| {
            for id in &public {
                post(conn, *id, BEN, Visibility::Public, "tea");
            }
            Ok::<_, crate::Error>(())
        }).unwrap();
        let all: Vec<i64> = public.iter().rev().copied().chain([10]).collect();
        let page = |offset, below| StatusQuery { offset, below, ..looking(ANA, &["tea"]) };
        for offset in [0, NEAR - 20, NEAR - 10, NEAR, NEAR + 20] {
            let from = usize::try_from(offset).unwrap();
            let until = all.len().min(from + 20);
            assert_eq!(ids(conn, &page(offset, i64::MAX)), all[from..until], "{offset}");
        }
        assert_eq!(ids(conn, &page(0, 110)), all[all.len() - 11..]);
        conn.tx(|conn| {
            for id in 1000..1001 + NEAR {
                post(conn, id, BEN, Visibility::Private, "tea that is none of hers");
            }
            Ok::<_, crate::Error>(())
        }).unwrap();
        assert_eq!(ids(conn, &page(0, i64::MAX)), all[..20]);
    }

    fn every_sign_is_only_a_sign(fresh: &Fresh) {
        let conn = &mut fresh.conn();
        person(conn, ANA, true);
        post(conn, 10, ANA, Visibility::Public, "near words and quotes");
        for text in [
            "NEAR(", "\"*\"", "'", "\"", "words:near", "{words} : near", "^near", "near*", "a AND", "OR", "NOT",
            "%", "_", "\\", "'a':*", "!a & b", "<->", "\u{e000}1", "(((", "-", "--", ";DROP TABLE statuses", "\u{0}",
        ] {
            let mut query = looking(ANA, &[text]);
            find(conn, &query).unwrap();
            query.lacks = vec![text.to_owned()];
            find(conn, &query).unwrap();
            let language = Trait::Language(text.to_owned());
            if !text.contains('\0') {
                query.traits = vec![(true, language)];
                find(conn, &query).unwrap();
            }
        }
        assert!(!says_something(&looking(ANA, &["\u{e000}", "(((", "*"])));
    }

    fn what_was_there_before_is_indexed_once(fresh: &Fresh) {
        let conn = &mut fresh.conn();
        person(conn, ANA, true);
        post(conn, 10, ANA, Visibility::Public, "old tea");
        remove(conn, StatusId(10)).unwrap();
        assert!(ids(conn, &looking(ANA, &["tea"])).is_empty());
        fill(conn).unwrap();
        fill(conn).unwrap();
        assert_eq!(ids(conn, &looking(ANA, &["tea"])), [10]);
    }
}
