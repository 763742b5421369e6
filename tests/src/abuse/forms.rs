//! Every address that takes a form, read from where the pages' addresses are declared (threats, row 107):
//! without the word of our own page nothing happens there. What the word is worth is told in `forms.rs`.

use http::Method;

use super::house::House;
use crate::harness::{Body, Browser, Stage, on_both_engines};

on_both_engines![every_address_that_takes_a_form_asks_for_its_word,];

/// Where the addresses are declared.
const SOURCES: &[&str] = &[
    include_str!("../../../server/src/web.rs"),
    include_str!("../../../server/src/oauth.rs"),
];

/// What programs post to, with no cookie that counts.
const FOR_PROGRAMS: &[&str] = &["/oauth/token", "/oauth/revoke", "/oauth/userinfo"];

/// The paths to which something can be posted.
fn posts() -> Vec<String> {
    let mut found = Vec::new();
    for source in SOURCES {
        for part in source.split(".route(").skip(1) {
            let declared = part.split(".route(").next().unwrap_or_default();
            let Some(path) = declared.split('"').nth(1) else {
                continue;
            };
            if declared.contains("post(") && !FOR_PROGRAMS.contains(&path) {
                found.push(path.to_owned());
            }
        }
    }
    found
}

fn every_address_that_takes_a_form_asks_for_its_word(stage: &Stage) {
    let house = House::new(*stage);
    let place = &house.place;
    let posts = posts();
    assert!(posts.len() > 15, "{posts:?}");
    for expected in [
        "/logout",
        "/login",
        "/oauth/authorize",
        "/@{name}/{id}/delete",
    ] {
        assert!(
            posts.iter().any(|path| path == expected),
            "{expected}: {posts:?}"
        );
    }
    let ana = Browser::of(place, &house.ana);
    ana.open("/home");
    let cookies = ana.cookie_header();
    let visitor = Browser::new(place);
    visitor.open("/login");
    let laid_out = visitor.cookie_header();
    let before = place.contents();
    let ours = [
        ("origin", place.base.as_str()),
        ("sec-fetch-site", "same-origin"),
    ];
    for path in posts {
        let path = path
            .replace("{name}", "ana")
            .replace("{id}", house.id("status"));
        for cookie in [cookies.as_str(), laid_out.as_str(), ""] {
            for fields in [
                &[][..],
                &[("csrf", "")][..],
                &[("csrf", "wrong"), ("answer", "allow"), ("do", "favourite")][..],
            ] {
                let headers = [ours[0], ours[1], ("cookie", cookie)];
                let answer =
                    place
                        .visitor()
                        .ask(Method::POST, &path, &headers, Some(Body::form(fields)));
                let sends_away = answer
                    .header("location")
                    .is_some_and(|to| to.starts_with("/login"));
                assert!(
                    answer.status == 403 || (sends_away && cookie != cookies),
                    "{path} {fields:?} with {cookie:?}: {} {}",
                    answer.status,
                    answer.text()
                );
            }
        }
    }
    place.is_unchanged(&before, "a form without its word");
    assert_eq!(ana.ask(Method::GET, "/home", None).status, 200);
}
