//! The languages say the same things, and no page says anything outside of them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::*;

fn files(folder: &str, ending: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == ending) {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    assert!(!found.is_empty(), "nothing in {folder}");
    found
}

/// Each key with the variables that its text uses.
fn keys(lang: &str) -> BTreeSet<(String, BTreeSet<String>)> {
    let mut keys: Vec<(String, BTreeSet<String>)> = Vec::new();
    for (_, text) in files(&format!("locales/{lang}"), "ftl") {
        for line in text.lines() {
            if let Some((key, _)) = line.split_once(" =")
                && !line.starts_with([' ', '#'])
            {
                keys.push((key.to_owned(), BTreeSet::new()));
            }
            for part in line.split('$').skip(1) {
                let name = part.split(|c: char| !c.is_ascii_alphanumeric()).next();
                if let Some((_, names)) = keys.last_mut() {
                    names.insert(name.unwrap().to_owned());
                }
            }
        }
    }
    let set: BTreeSet<_> = keys.iter().cloned().collect();
    assert_eq!(set.len(), keys.len(), "a key stands twice in {lang}");
    set
}

#[test]
fn both_languages_have_the_same_keys_with_the_same_variables() {
    assert_eq!(keys("en"), keys("id"));
}

/// Keys that are put together at run time: their beginnings.
const BEGINNINGS: &[&str] = &[
    "month-",
    "scope-",
    "problem-",
    "error-",
    "visibility-",
    "role-",
    "kind-",
    "registrations-",
    "did-",
    "mail-",
    "language-",
    "size-",
    "activity-",
    "log-",
    "group-role-",
    "group-admin-",
    "report-state-",
    "held-",
    "words-kind-",
    "words-act-",
    "first-contact-",
    "option-quotes-",
];

#[test]
fn every_text_that_a_page_asks_for_exists_and_every_text_is_asked_for() {
    let known: BTreeSet<String> = keys("en").into_iter().map(|(key, _)| key).collect();
    let mut used = BTreeSet::new();
    let mut sources = files("templates", "html");
    sources.extend(files("src", "rs"));
    for (path, text) in &sources {
        if path.ends_with("i18n/tests.rs") {
            continue;
        }
        for call in [".say(\"", ".named(\"", ".count(\"", "Key(\""] {
            for part in text.split(call).skip(1) {
                let key = part.split('"').next().unwrap();
                assert!(known.contains(key), "{}: no text {key}", path.display());
                used.insert(key.to_owned());
            }
        }
    }
    for key in &known {
        let composed = BEGINNINGS.iter().any(|start| key.starts_with(start));
        assert!(composed || used.contains(key), "{key} is never used");
    }
}

#[test]
fn no_template_speaks_for_itself() {
    for (path, text) in files("templates", "html") {
        let mut rest = text.as_str();
        let mut words = String::new();
        // Leaves only what stands between tags, expressions and statements.
        while let Some(at) = rest.find(['<', '{']) {
            let (before, here) = rest.split_at(at);
            words.push_str(before);
            let close = match here {
                inner if inner.starts_with("{{") => "}}",
                inner if inner.starts_with("{%") => "%}",
                inner if inner.starts_with("{#") => "#}",
                _ => ">",
            };
            // A tag may hold expressions with a `>` of their own.
            let mut end = 0;
            loop {
                end += here.split_at(end).1.find(close).unwrap() + close.len();
                let inside = here.split_at(end).0;
                if close != ">"
                    || inside.matches("{%").count() + inside.matches("{{").count()
                        <= inside.matches("%}").count() + inside.matches("}}").count()
                {
                    break;
                }
            }
            let (tag, after) = here.split_at(end);
            for attribute in ["title=\"", "placeholder=\"", "aria-label=\"", "alt=\""] {
                for value in tag.split(attribute).skip(1) {
                    let value = value.split('"').next().unwrap();
                    assert!(
                        value.is_empty() || value.starts_with("{{"),
                        "{}: {tag}",
                        path.display()
                    );
                }
            }
            rest = after;
        }
        words.push_str(rest);
        let letters: String = words
            .replace("&nbsp;", "")
            .replace("&middot;", "")
            .chars()
            .filter(|c| c.is_alphabetic())
            .collect();
        assert_eq!(letters, "", "{} has words of its own", path.display());
    }
}

#[test]
fn the_browser_says_which_language_it_likes_best() {
    for (header, expected) in [
        ("id-ID,id;q=0.9,en;q=0.8", Some(Lang::Indonesian)),
        ("en-GB, id;q=0.5", Some(Lang::English)),
        ("de, en;q=0.3, id;q=0.7", Some(Lang::Indonesian)),
        ("in", Some(Lang::Indonesian)),
        ("jv", Some(Lang::Indonesian)),
        ("id;q=0, en;q=0.1", Some(Lang::English)),
        ("de", None),
        ("", None),
        (";;;q=,,", None),
    ] {
        assert_eq!(Lang::accepted(header), expected, "{header}");
    }
}

#[test]
fn times_are_told_in_words_of_the_language() {
    let now = Millis(1_795_460_000_000);
    let words = Words::of(Lang::Indonesian);
    assert_eq!(words.when(now, now), "baru saja");
    assert_eq!(words.when(now.plus(-3 * Millis::HOUR), now), "3 jam");
    assert_eq!(words.when(Millis(0), now), "1 Jan 1970");
    let words = Words::of(Lang::English);
    assert_eq!(words.when(now.plus(-2 * Millis::DAY), now), "2 d");
    assert_eq!(words.when(now.plus(5000), now), "now");
}

#[test]
fn a_name_does_not_turn_the_sentence_around() {
    let words = Words::of(Lang::English);
    assert_eq!(
        words.named("thread-title", "Eve\u{202e}\u{2066}"),
        "A post by Eve"
    );
}

#[test]
fn plurals_follow_the_language() {
    let english = Words::of(Lang::English);
    assert_eq!(english.count("group-members", &1), "1 member");
    assert_eq!(english.count("group-members", &2), "2 members");
    assert_eq!(
        Words::of(Lang::Indonesian).count("group-members", &2),
        "2 anggota"
    );
}
