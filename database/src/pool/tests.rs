//! Stories of the threads that own the connections: what is answered is stored, one job's failure is
//! its own, a full disk is told.

use diesel::prelude::*;

use super::*;
use crate::conn::both;
use crate::error::Error;
use crate::schema::settings;

fn put(conn: &mut Conn, name: &str) -> Result<()> {
    both!(conn => diesel::insert_into(settings::table)
        .values((settings::name.eq(name), settings::value.eq("x".repeat(500))))
        .execute(conn))?;
    Ok(())
}

fn names(conn: &mut Conn) -> Result<Vec<String>> {
    Ok(both!(conn => settings::table.select(settings::name).order(settings::name).load(conn))?)
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(work)
}

crate::both_engines! {
    fn one_failing_job_does_not_touch_its_neighbours(fresh: &Fresh) {
        let db = fresh.db();
        block_on(async {
            let jobs = (0..40).map(|at| {
                db.write(move |conn| {
                    put(conn, &format!("{at:02}"))?;
                    match at % 4 {
                        1 => Err(Error::Other("no".to_owned())),
                        2 => panic!("a story of a panic"),
                        3 => put(conn, &format!("{at:02}")),
                        _ => Ok(()),
                    }
                })
            });
            let mut answers = Vec::new();
            for job in jobs.map(|job| tokio::task::unconstrained(job)).collect::<Vec<_>>() {
                answers.push(job.await);
            }
            for (at, answer) in answers.iter().enumerate() {
                match at % 4 {
                    0 => assert!(answer.is_ok(), "{at}: {answer:?}"),
                    3 => assert!(matches!(answer, Err(Error::Conflict(_))), "{at}: {answer:?}"),
                    _ => assert!(matches!(answer, Err(Error::Other(_))), "{at}: {answer:?}"),
                }
            }
            let stored = db.read(names).await.unwrap();
            let good: Vec<String> = (0..40).step_by(4).map(|at| format!("{at:02}")).collect();
            assert_eq!(stored, good);
            db.close().await;
        });
        // What was answered is there for whoever opens the database next.
        assert_eq!(names(&mut fresh.conn()).unwrap().len(), 10);
    }

    fn a_closed_database_says_so(fresh: &Fresh) {
        let db = fresh.db();
        block_on(async {
            db.write(|conn| put(conn, "before")).await.unwrap();
            db.close().await;
            let late = db.write(|conn| put(conn, "after")).await;
            assert!(matches!(late, Err(Error::Busy(_))), "{late:?}");
        });
        assert_eq!(names(&mut fresh.conn()).unwrap(), ["before"]);
    }

    fn a_panic_in_a_reader_is_an_error_of_one_caller(fresh: &Fresh) {
        let db = fresh.db();
        block_on(async {
            let bad = db.read(|_conn| -> Result<()> { panic!("a story of a panic") }).await;
            assert!(bad.is_err());
            assert!(db.read(names).await.unwrap().is_empty());
        });
    }
}

/// A disk with room for a few more pages: SQLite's own limit stands in for it.
#[test]
fn a_full_disk_is_told_and_nothing_is_half_stored() {
    let fresh = crate::testing::Fresh::sqlite();
    let db = fresh.db();
    block_on(async {
        db.write(|conn| conn.batch("PRAGMA max_page_count = 1"))
            .await
            .unwrap();
        let mut stored = 0;
        let full = loop {
            match db
                .write(move |conn| put(conn, &format!("{stored:06}")))
                .await
            {
                Ok(()) => stored += 1,
                Err(error) => break error,
            }
            assert!(stored < 100_000, "it never fills");
        };
        assert!(matches!(full, Error::Full), "{full:?}");
        assert_eq!(
            db.read(names).await.unwrap().len(),
            stored,
            "reading goes on"
        );

        // Room again, without a restart.
        db.write(|conn| conn.batch("PRAGMA max_page_count = 1000000"))
            .await
            .unwrap();
        db.write(|conn| put(conn, "room again")).await.unwrap();
        db.close().await;
    });
    assert_eq!(
        names(&mut fresh.conn()).unwrap().last().unwrap(),
        "room again"
    );
}
