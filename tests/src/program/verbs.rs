//! Each verb does what it says; wrong words are one sentence, exit code 2, and nothing changed.

use std::collections::BTreeMap;

use database::Address;

use super::Folder;
use crate::harness::{Stage, on_both_engines};

on_both_engines![
    every_verb_makes_what_it_says,
    wrong_words_are_one_sentence_and_change_nothing,
    chosen_secrets_are_for_tests_alone,
    settings_are_checked_where_they_stand,
    people_are_let_in_and_given_passwords,
    no_verb_changes_a_group_but_what_its_log_says,
];

fn ana(folder: &Folder) {
    let made = folder.ok(&[
        "user",
        "create",
        "ana",
        "--email",
        "ana@mail.example",
        "--password",
        "correct horse",
        "--role",
        "owner",
        "--confirmed",
        "--approved",
        "--locale",
        "id",
    ]);
    assert!(made.contains("ana") && made.contains("owner"), "{made}");
}

fn rows(folder: &Folder) -> BTreeMap<String, i64> {
    let url = folder.settings.iter().find(|pair| pair.0 == "DATABASE_URL");
    let data = folder.sandbox.join("data");
    let address = Address::parse(url.map(|pair| pair.1.as_str()), &data).expect("an address");
    database::testing::row_counts(&address)
}

fn groups_are_shown_first_and_their_logs_checked(folder: &Folder) {
    for (verb, said) in [
        ("feature", "It is shown first."),
        ("feature", "It is shown first already."),
        ("unfeature", "It is shown first no more."),
        ("unfeature", "It was not shown first."),
    ] {
        assert_eq!(folder.ok(&["group", verb, "garden"]).trim(), said);
    }
    let whole = folder.ok(&["group", "verify-log", "garden"]);
    assert!(whole.contains("follow from each other"), "{whole}");
}

fn files_are_looked_after(folder: &Folder) {
    let usage = folder.ok(&["media", "usage"]);
    assert!(
        usage.contains("data/media") && usage.contains("2048 MiB"),
        "{usage}"
    );
    assert!(folder.ok(&["media", "tidy"]).contains("Removed 0 uploads"));
    assert!(folder.ok(&["media", "check"]).contains("works"));
}

fn every_verb_makes_what_it_says(stage: &Stage) {
    let folder = Folder::new(*stage).in_test_mode();
    folder.ok(&["migrate"]);
    folder.ok(&["migrate"]);
    ana(&folder);
    folder.ok(&[
        "user",
        "create",
        "ben",
        "--email",
        "ben@mail.example",
        "--password",
        "correct horse",
    ]);

    let app = folder.ok(&[
        "app",
        "create",
        "--name",
        "Story",
        "--redirect-uri",
        "urn:ietf:wg:oauth:2.0:oob",
        "--redirect-uri",
        "http://127.0.0.1:1/back",
        "--scopes",
        "read write",
    ]);
    assert_eq!(app.lines().count(), 2, "{app}");
    let id = app
        .lines()
        .find_map(|line| line.strip_prefix("client_id: "))
        .expect("an id");
    assert!(
        app.lines().any(|line| line.starts_with("client_secret: ")),
        "{app}"
    );
    folder.ok(&[
        "app",
        "create",
        "--name",
        "Known",
        "--redirect-uri",
        "urn:ietf:wg:oauth:2.0:oob",
        "--scopes",
        "read",
        "--client-id",
        "known",
        "--client-secret",
        "secret",
    ]);

    let token = folder.ok(&[
        "token", "create", "--user", "ana", "--app", id, "--scopes", "read",
    ]);
    assert!(
        token.lines().last().is_some_and(|token| token.len() >= 32),
        "{token}"
    );
    let chosen = folder.ok(&[
        "token",
        "create",
        "--user",
        "ana",
        "--scopes",
        "read write",
        "--token",
        "chosen-token",
    ]);
    assert_eq!(chosen.lines().last(), Some("chosen-token"));

    let group = folder.ok(&[
        "group",
        "create",
        "garden",
        "--owner",
        "ana",
        "--title",
        "The garden",
        "--kind",
        "approved",
    ]);
    assert!(
        group.contains("garden") && group.contains("/@garden"),
        "{group}"
    );
    groups_are_shown_first_and_their_logs_checked(&folder);
    folder.ok(&[
        "settings",
        "set",
        "registrations=closed",
        "min_age=16",
        "rate_limits=off",
        "password_grant=on",
    ]);
    files_are_looked_after(&folder);
    assert!(
        folder.sandbox.join("data").is_dir(),
        "the folder for data is made"
    );
}

fn wrong_words_are_one_sentence_and_change_nothing(stage: &Stage) {
    let folder = Folder::new(*stage);
    ana(&folder);
    let before = rows(&folder);
    let user = |name: &'static str, email: &'static str, password: &'static str| {
        vec![
            "user",
            "create",
            name,
            "--email",
            email,
            "--password",
            password,
        ]
    };
    let with = |mut words: Vec<&'static str>, more: [&'static str; 2]| {
        words.extend(more);
        words
    };
    let good = || user("ben", "ben@mail.example", "correct horse");
    let cases: Vec<Vec<&str>> = vec![
        vec!["nothing"],
        vec!["user"],
        vec!["user", "create"],
        vec!["user", "create", "ben"],
        user("ana", "other@mail.example", "correct horse"),
        user("ANA", "other@mail.example", "correct horse"),
        user("ben", "ana@mail.example", "correct horse"),
        user("no spaces", "ben@mail.example", "correct horse"),
        user("admin/..", "ben@mail.example", "correct horse"),
        user("ben", "no address", "correct horse"),
        user("ben", "ben@mail.example", "short"),
        with(good(), ["--role", "king"]),
        with(good(), ["--colour", "blue"]),
        with(good(), ["--locale", "xx"]),
        vec![
            "app",
            "create",
            "--name",
            "X",
            "--redirect-uri",
            "javascript:x",
            "--scopes",
            "read",
        ],
        vec![
            "app",
            "create",
            "--name",
            "X",
            "--redirect-uri",
            "https://x.example/",
            "--scopes",
            "everything",
        ],
        vec![
            "app",
            "create",
            "--name",
            "",
            "--redirect-uri",
            "https://x.example/",
            "--scopes",
            "read",
        ],
        vec!["token", "create", "--user", "nobody", "--scopes", "read"],
        vec!["token", "create", "--user", "ana", "--scopes", "everything"],
        vec![
            "token", "create", "--user", "ana", "--scopes", "read", "--app", "unknown",
        ],
        vec!["group", "create", "ana", "--owner", "ana"],
        vec!["group", "create", "garden", "--owner", "nobody"],
        vec![
            "group", "create", "garden", "--owner", "ana", "--kind", "secret",
        ],
        vec!["group", "create", "not a name", "--owner", "ana"],
        vec!["group", "feature", "nothing"],
        vec!["group", "feature", "ana"],
        vec!["group", "unfeature", "not a name"],
        vec!["settings", "set"],
        vec!["settings", "set", "registrations"],
        vec!["settings", "set", "registrations=perhaps"],
        vec!["settings", "set", "colour=blue"],
        vec![
            "settings",
            "set",
            "registrations=open",
            "rate_limits=perhaps",
        ],
        vec!["--bind", "here", "migrate"],
    ];
    for words in cases {
        let said = folder.wrong(&words);
        assert!(
            said.starts_with("balai: ") && said.len() > 12,
            "{words:?}: {said}"
        );
        assert_eq!(rows(&folder), before, "{words:?} changed something: {said}");
    }
}

fn chosen_secrets_are_for_tests_alone(stage: &Stage) {
    let folder = Folder::new(*stage);
    ana(&folder);
    let before = rows(&folder);
    folder.wrong(&[
        "token", "create", "--user", "ana", "--scopes", "read", "--token", "chosen",
    ]);
    folder.wrong(&[
        "app",
        "create",
        "--name",
        "X",
        "--redirect-uri",
        "urn:ietf:wg:oauth:2.0:oob",
        "--scopes",
        "read",
        "--client-id",
        "x",
        "--client-secret",
        "y",
    ]);
    folder.wrong(&["settings", "set", "password_grant=on"]);
    assert_eq!(rows(&folder), before);
}

fn settings_are_checked_where_they_stand(stage: &Stage) {
    let mut folder = Folder::new(*stage);
    std::fs::write(
        folder.sandbox.join("balai.toml"),
        "bind = \"127.0.0.1:4321\"\n",
    )
    .expect("a file");
    let said = folder.ok(&["config", "check"]);
    let line = |said: &str, name: &str| {
        let found = said
            .lines()
            .find(|line| line.starts_with(&format!("{name} ")));
        found
            .unwrap_or_else(|| panic!("no {name} in {said}"))
            .to_owned()
    };
    assert!(line(&said, "bind").contains("127.0.0.1:4321"), "{said}");
    assert!(line(&said, "bind").contains("file"), "{said}");
    assert!(line(&said, "data_dir").contains("default"), "{said}");
    // The environment stands above the file, a flag above both.
    folder.set("BALAI_BIND", "127.0.0.1:4322");
    assert!(line(&folder.ok(&["config", "check"]), "bind").contains("4322"));
    let said = folder.ok(&["--bind", "127.0.0.1:4323", "config", "check"]);
    assert!(line(&said, "bind").contains("4323"), "{said}");
    for (name, value) in [
        ("BALAI_BASE_URL", "balai.example"),
        ("BALAI_TEST_MODE", "perhaps"),
        ("BALAI_FEDERATION_ALLOW_PRIVATE", "home"),
        ("BALAI_FEDERATION_EXTRA_CA", "/nowhere.pem"),
    ] {
        let mut folder = Folder::new(*stage);
        folder.set(name, value);
        let said = folder.wrong(&["config", "check"]);
        assert!(said.contains(value), "{said}");
    }
    std::fs::write(folder.sandbox.join("balai.toml"), "bnid = 1\n").expect("a file");
    assert!(folder.wrong(&["config", "check"]).contains("bnid"));
}

fn people_are_let_in_and_given_passwords(stage: &Stage) {
    let mut folder = Folder::new(*stage);
    ana(&folder);
    folder.ok(&[
        "user",
        "create",
        "ben",
        "--email",
        "ben@mail.example",
        "--password",
        "correct horse",
    ]);
    for words in [
        &["user", "confirm", "ben"][..],
        &["user", "approve", "ben"],
        &["user", "approve", "ben"],
        &["user", "set-password", "ben", "--password", "another horse"],
    ] {
        assert!(folder.ok(words).contains("ben"), "{words:?}");
    }
    let link = folder.ok(&[
        "invite", "create", "--user", "ana", "--uses", "2", "--days", "7",
    ]);
    let (_, code) = link.trim().rsplit_once("/invite/").expect("a link");
    let listed = folder.ok(&["invite", "list"]);
    assert!(
        listed.contains(code) && listed.contains("0 of 2"),
        "{listed}"
    );
    folder.ok(&["invite", "revoke", code]);
    assert!(folder.ok(&["invite", "list"]).contains("closed"));
    for wrong in [
        &["user", "confirm", "nobody"][..],
        &["user", "set-password", "ben", "--password", "short"],
        &["invite", "create", "--user", "nobody"],
        &["invite", "create", "--user", "ana", "--uses", "0"],
        &["invite", "create", "--user", "ana", "--days", "9999999"],
        &["invite", "revoke", "0123"],
        // Nothing says how mail would be sent.
        &["settings", "set", "email_confirmation=on"],
    ] {
        let output = folder.run(wrong);
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
    }
    let mails = folder.sandbox.join("mail").display().to_string();
    folder.settings.push(("BALAI_MAIL_DIR".to_owned(), mails));
    folder.ok(&["settings", "set", "email_confirmation=on"]);
}

fn contents(folder: &Folder) -> BTreeMap<String, Vec<String>> {
    let url = folder.settings.iter().find(|pair| pair.0 == "DATABASE_URL");
    let data = folder.sandbox.join("data");
    let address = Address::parse(url.map(|pair| pair.1.as_str()), &data).expect("an address");
    let mut all = database::testing::contents(&address);
    // What a group is: not its log, nor what is left to be done and to be told.
    all.retain(|table, _rows| {
        [
            "accounts",
            "group_bans",
            "group_rules",
            "groups",
            "memberships",
            "profiles",
            "status_pins",
            "statuses",
        ]
        .contains(&table.as_str())
    });
    all
}

/// Who holds the server in his hands limits a group, and leaves it as it is: each verb of `balai group` is tried, and
/// one that is added has to be tried here.
fn no_verb_changes_a_group_but_what_its_log_says(stage: &Stage) {
    let folder = Folder::new(*stage);
    ana(&folder);
    let verb = |verb: &str, more: &[&str]| {
        let mut words = vec!["group", verb, "garden"];
        words.extend(more);
        folder.ok(&words)
    };
    verb("create", &["--owner", "ana", "--title", "The garden"]);
    let entries = || {
        let said = verb("verify-log", &[]);
        let number: String = said.chars().filter(char::is_ascii_digit).collect();
        number.parse::<usize>().expect("a number")
    };
    // The server's own actor is made by the first of these.
    verb("feature", &[]);
    let before = contents(&folder);
    verb("unfeature", &[]);
    assert_eq!(entries(), 2);
    let mut tried = vec!["create", "feature", "help", "unfeature", "verify-log"];
    for (word, logged) in [("limit", 4), ("freeze", 6), ("evict", 8)] {
        folder.wrong(&["group", word, "garden"]);
        folder.wrong(&["group", word, "garden", "--reason", " "]);
        folder.wrong(&["group", word, "ana", "--reason", "because"]);
        verb(word, &["--reason", "because"]);
        assert!(verb(word, &["--reason", "once more"]).contains("already"));
        verb(word, &["--undo"]);
        assert!(verb(word, &["--undo"]).contains("nothing to take back"));
        assert_eq!(entries(), logged, "{word}");
        tried.push(word);
    }
    // A group of this name is not founded again, by whoever it is.
    folder.wrong(&["group", "create", "garden", "--owner", "ana"]);
    assert_eq!(contents(&folder), before);
    let help = folder.ok(&["group", "--help"]);
    let listed = help.split("Commands:").nth(1).expect("a list");
    let listed = listed.split("Options:").next().unwrap_or_default();
    let own = listed
        .lines()
        .filter_map(|line| line.strip_prefix("  "))
        .filter(|line| !line.starts_with(' '));
    for word in own {
        let word = word.split_whitespace().next().unwrap_or_default();
        assert!(
            word.is_empty() || tried.contains(&word),
            "balai group {word} is not tried here"
        );
    }
}
