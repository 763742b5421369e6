//! The private cluster: it starts, its databases are apart, and nothing of it outlives its process.

use std::path::Path;
use std::process::{Command, Stdio};

/// Set for the copy of this program that starts a cluster only in order to end.
const CHILD: &str = "BALAI_TESTBENCH_CHILD";

#[test]
fn two_fresh_databases_know_nothing_of_each_other() {
    let Some(cluster) = testbench::postgres() else {
        return;
    };
    let first = cluster.fresh_database();
    let second = cluster.fresh_database();
    assert_ne!(first, second);
    assert!(first.starts_with("postgres://"));

    let _ = cluster.query(&first, "CREATE TABLE note (text TEXT)");
    let _ = cluster.query(&first, "INSERT INTO note VALUES ('halo'), ('dunia')");
    let tables = "SELECT count(*) FROM pg_tables WHERE tablename = 'note'";
    assert_eq!(cluster.query(&first, tables), "1");
    assert_eq!(cluster.query(&second, tables), "0");

    let copy = cluster.fresh_database_from(&first);
    assert_eq!(
        cluster.query(&copy, "SELECT string_agg(text, ' ') FROM note"),
        "halo dunia"
    );

    cluster.drop_database(&first);
    let name = first.split(['/', '?']).nth(3).unwrap();
    let known = format!("SELECT count(*) FROM pg_database WHERE datname = '{name}'");
    assert_eq!(cluster.query(&copy, &known), "0");
    assert_eq!(cluster.query(&copy, "SELECT count(*) FROM note"), "2");
}

#[test]
fn a_cluster_speaks_utf8_and_sorts_by_bytes() {
    let Some(cluster) = testbench::postgres() else {
        return;
    };
    let database = cluster.fresh_database();
    assert_eq!(cluster.query(&database, "SHOW server_encoding"), "UTF8");
    assert_eq!(
        cluster.query(&database, "SELECT 'a' < 'B', length('né')"),
        "f|2"
    );
}

#[test]
fn a_cluster_is_gone_when_its_process_ends_without_a_word() {
    if std::env::var_os(CHILD).is_some() {
        // In the child: start a cluster, say where it is, and die as hard as a process can.
        let cluster = testbench::postgres().unwrap();
        let database = cluster.fresh_database();
        println!(
            "\nfolder={}",
            cluster.query(&database, "SHOW unix_socket_directories")
        );
        let ours = std::process::id().to_string();
        let _ = Command::new("kill").args(["-9", &ours]).status();
    }
    if testbench::postgres().is_none() || std::env::var_os("BALAI_TEST_POSTGRES_URL").is_some() {
        return;
    }
    let ours = std::env::current_exe().unwrap();
    let output = Command::new(ours)
        .args([
            "--exact",
            "a_cluster_is_gone_when_its_process_ends_without_a_word",
            "--nocapture",
        ])
        .env(CHILD, "1")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let folder = said
        .lines()
        .find_map(|line| {
            line.split_once("folder=")
                .map(|(_, folder)| folder.to_owned())
        })
        .unwrap_or_else(|| panic!("the child said no folder: {said}"));
    assert!(!output.status.success(), "the child died by a signal");

    let gone = Command::new("timeout")
        .args([
            "30",
            "sh",
            "-c",
            "while [ -e \"$0\" ]; do sleep 0.05; done",
            &folder,
        ])
        .status()
        .unwrap();
    assert!(gone.success(), "{folder} is still there");
    assert!(!Path::new(&folder).exists());
}
