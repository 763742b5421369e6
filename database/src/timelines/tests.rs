//! The plan that each engine makes for each timeline, on a few thousand statuses.

use diesel::connection::SimpleConnection as _;
use diesel::sql_types::{Integer, Text};

use super::*;

/// Fifty accounts; every seventh status is a thread of group 1, every fifth a boost, every third local.
const FILL: &str = "
    INSERT INTO accounts (id, domain, username, username_key, kind, uri, url, display_name, note, note_source,
      fields, avatar, header, locked, discoverable, indexable, show_collections, statuses_count,
      followers_count, following_count, created_at, updated_at)
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50)
    SELECT i, '', 'a' || i, 'a' || i, 0, 'a' || i, '', '', '', '', '[]', '', '', FALSE, TRUE, TRUE, FALSE, 0, 0, 0, 1, 1 FROM n;
    INSERT INTO statuses (id, uri, url, account_id, local, visibility, root_id, reblog_of_id, group_id, title,
      content, source, spoiler_text, sensitive, replies_count, reblogs_count, favourites_count, created_at)
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000)
    SELECT i, 's' || i, '', 1 + i % 50, i % 3 = 0, CASE WHEN i % 4 = 0 THEN 2 ELSE 0 END, i,
      CASE WHEN i % 5 = 0 THEN i - 1 END, CASE WHEN i % 7 = 0 THEN 1 END, '', '', '', '', FALSE, 0, 0, 0, i FROM n;
    INSERT INTO tags (id, name, created_at) SELECT id, 't' || id, 1 FROM accounts;
    INSERT INTO status_tags (tag_id, status_id) SELECT 1 + id % 50, id FROM statuses;
    INSERT INTO lists (id, owner_id, title, replies_policy, exclusive, created_at) VALUES (1, 1, 'l', 1, FALSE, 1);
    INSERT INTO list_accounts (id, list_id, account_id) SELECT id, 1, id FROM accounts WHERE id < 10;
    INSERT INTO home_entries (owner_id, status_id, original_id) SELECT 1 + id % 9, id, id FROM statuses;
    ANALYZE;";

/// Group 1 boosts nearly everything.
const BOOSTS: &str = "
    INSERT INTO statuses (id, uri, url, account_id, local, visibility, root_id, reblog_of_id, title,
      content, source, spoiler_text, sensitive, replies_count, reblogs_count, favourites_count, created_at)
    SELECT id + 5000, 'b' || id, '', 1, TRUE, 0, id + 5000, id, '', '', '', '', FALSE, 0, 0, 0, id FROM statuses;
    ANALYZE;";

fn fill(conn: &mut Conn) {
    conn.batch(FILL).unwrap();
    if let Conn::Postgres(c) = conn {
        c.batch_execute("SET enable_seqscan = off; SET enable_bitmapscan = off;")
            .unwrap();
    }
}

fn reader() -> Reader {
    Reader {
        viewer: AccountId(1),
        now: Millis(9),
    }
}

/// The plan, a line each, in the engine's own words.
fn plan(conn: &mut Conn, sql: Sql<BigInt>, page: &Page) -> String {
    let sql = filled(sql, reader(), page);
    match conn {
        Conn::Sqlite(c) => {
            let rows: Vec<(i32, i32, i32, String)> = sql
                .behind::<(Integer, Integer, Integer, Text)>("EXPLAIN QUERY PLAN")
                .load(c)
                .unwrap();
            rows.into_iter().map(|row| row.3 + "\n").collect()
        }
        Conn::Postgres(c) => {
            let rows: Vec<String> = sql.behind::<Text>("EXPLAIN").load(c).unwrap();
            rows.join("\n")
        }
    }
}

/// The statement walks an index and sorts nothing, unless `sorts` says why that is small.
fn walks(conn: &mut Conn, sql: Sql<BigInt>, page: &Page, indexes: &[&str], sorts: bool) {
    let plan = plan(conn, sql, page);
    match conn {
        Conn::Sqlite(_) => {
            for line in plan.lines() {
                assert!(
                    !line.starts_with("SCAN s") && !line.starts_with("SCAN b"),
                    "{plan}"
                );
                assert!(sorts || !line.contains("TEMP B-TREE"), "{plan}");
            }
        }
        Conn::Postgres(_) => {
            assert!(!plan.contains("Seq Scan on statuses"), "{plan}");
            assert!(sorts || !plan.contains("Sort"), "{plan}");
            for index in indexes {
                assert!(plan.contains(index), "{index}\n{plan}");
            }
        }
    }
}

crate::both_engines! {
    fn every_timeline_walks_its_index(fresh: &Fresh) {
        let conn = &mut fresh.conn();
        fill(conn);
        let later = Page { max_id: Some(3000), ..Page::first(20) };
        let newer = Page { min_id: Some(100), ..Page::first(20) };
        for page in [Page::first(20), later, newer] {
            let local = Public { local: true, ..Public::default() };
            walks(conn, public_sql(Public::default(), &page), &page, &["statuses_p"], false);
            walks(conn, public_sql(local, &page), &page, &["statuses_"], false);
            let one = OfTags { any: vec![TagId(1)], ..OfTags::default() };
            walks(conn, tag_sql(&one, &page), &page, &["status_tags_pkey"], false);
            walks(conn, card_sql(RowId(1), &page), &page, &["status_cards_"], false);
            walks(conn, account_sql(AccountId(2), OfAccount::default(), &page), &page, &["statuses_account"], false);
            // These three bring pages of several indexes together: what is sorted is a few pages, however
            // large the tables are.
            let list = list_sql(conn.engine(), ListId(1), 1, &page);
            walks(conn, list, &page, &["statuses_account"], true);
            walks(conn, group_sql(AccountId(1), &page), &page, &["statuses_group"], true);
            let two = OfTags { any: vec![TagId(1), TagId(2)], ..OfTags::default() };
            walks(conn, tag_sql(&two, &page), &page, &["status_tags_"], true);
        }
    }

    fn a_group_of_many_threads_reads_no_more_than_a_page_of_its_boosts(fresh: &Fresh) {
        let conn = &mut fresh.conn();
        fill(conn);
        conn.batch(BOOSTS).unwrap();
        let page = Page::first(20);
        walks(conn, group_sql(AccountId(1), &page), &page, &["statuses_group", "statuses_boosted_by"], true);
    }

    fn home_walks_its_key(fresh: &Fresh) {
        let conn = &mut fresh.conn();
        fill(conn);
        let home = Sql::<BigInt>::new(
            "SELECT home_entries.status_id FROM home_entries WHERE home_entries.owner_id = :viewer \
             AND home_entries.status_id < :below AND home_entries.status_id > :above \
             ORDER BY home_entries.status_id DESC LIMIT :limit",
        );
        walks(conn, home, &Page::first(20), &["home_entries_pkey"], false);
    }

    fn pages_grow_in_both_directions(fresh: &Fresh) {
        let conn = &mut fresh.conn();
        fill(conn);
        let ids = |conn: &mut Conn, page: Page| -> Vec<i64> {
            public(conn, reader(), Public::default(), &page).unwrap().iter().map(|id| id.0).collect()
        };
        let first = ids(conn, Page::first(5));
        assert_eq!(first, [3999, 3998, 3997, 3994, 3993]);
        let second = ids(conn, Page { max_id: Some(3993), ..Page::first(5) });
        assert!(second.iter().all(|id| *id < 3993) && second.len() == 5);
        let back = ids(conn, Page { min_id: Some(second[4]), ..Page::first(4) });
        assert_eq!(back, second[..4]);
        let list = super::list(conn, reader(), ListId(1), 1, &Page::first(10)).unwrap();
        assert!(list.windows(2).all(|pair| pair[0] > pair[1]) && list.len() == 10);
        let group = super::group(conn, reader(), AccountId(1), &Page::first(10)).unwrap();
        assert!(group.windows(2).all(|pair| pair[0] > pair[1]) && group.len() == 10);
    }
}
