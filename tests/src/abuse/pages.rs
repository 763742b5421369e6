//! The pages as somebody finds them who means harm (threats, rows 86 to 89, 95 and 97): in every field of
//! every form, in every address, in every header that a proxy could have written.

use std::collections::BTreeSet;

use http::Method;
use server::api;
use server::auth::Caller;

use super::house::{House, fill, title};
use crate::api::sign_up::link_in;
use crate::harness::{Answer, Body, Browser, Form, Stage, id_of, on_both_engines};

on_both_engines![
    every_field_of_every_form_takes_anything,
    every_address_takes_anything,
    strange_ways_of_asking_are_no_other_ways,
    no_header_names_another_host,
    nothing_that_a_person_asks_for_is_kept_on_the_way,
];

/// What is put into the fields of forms.
const HOSTILE: &[&str] = &[
    "' OR 1=1 --",
    "%' ESCAPE '",
    "\"* NEAR(",
    "\u{202e}txt\u{feff}",
    "a\0b",
    "a\r\nBcc: eve@evil.example",
    "<img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "//evil.example",
    "-9223372036854775809",
];

/// Pages with forms of a member; `STATUS` stands for the id of a public post of ben's.
const MEMBERS: &[&str] = &[
    "/home",
    "/new",
    "/new?reply=STATUS",
    "/groups",
    "/groups/new",
    "/search",
    "/settings/profile",
    "/settings/security",
    "/settings/invites",
    "/@ben",
    "/@ben/STATUS",
    "/@ana",
    "/@circle",
    "/@circle/queue",
    "/@circle/reports",
    "/@circle/answers",
    "/report?status=STATUS",
    "/report?who=ben",
    "/settings/reports",
];
const VISITORS: &[&str] = &["/login", "/join", "/forgot", "/search", "/setup"];

/// The forms of these pages, each once; without the one that signs out.
fn forms(browser: &Browser, paths: &[&str], status: &str) -> Vec<Form> {
    let mut seen = BTreeSet::new();
    let mut forms = Vec::new();
    for path in paths {
        let path = path.replace("STATUS", status);
        for form in browser.open(&path).forms() {
            let names: Vec<&str> = form.fields.iter().map(|field| field.0.as_str()).collect();
            if form.action != "/logout" && seen.insert(format!("{} {names:?}", form.action)) {
                forms.push(form);
            }
        }
    }
    forms
}

/// Sends a form as a browser does, to its address or within it.
fn send(browser: &Browser, form: &Form) -> Answer {
    if form.posts {
        return browser.send(form);
    }
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&form.fields)
        .finish();
    browser.ask(Method::GET, &format!("{}?{query}", form.action), None)
}

fn every_field_of_every_form_takes_anything(stage: &Stage) {
    let house = House::new(*stage);
    let place = &house.place;
    place.set("registrations", "open");
    let status = id_of(&house.ben.publish("hello"));
    let ana = Browser::of(place, &house.ana);
    let visitor = Browser::new(place);
    let (long, long_address) = ("x".repeat(200_000), "x".repeat(5_000));
    let mut tried = 0;
    for (browser, paths) in [(&ana, MEMBERS), (&visitor, VISITORS)] {
        for form in forms(browser, paths, &status) {
            let fields = form.fields.iter().filter(|field| field.0 != "csrf");
            for (name, _) in fields {
                tried += 1;
                // An address has an end of its own.
                let long = if form.posts { &long } else { &long_address };
                for text in HOSTILE.iter().copied().chain([long.as_str()]) {
                    let answer = send(browser, &form.clone().fill(name, text));
                    let start: String = text.chars().take(40).collect();
                    assert!(
                        answer.status < 500,
                        "{} {name}={start:?}: {} {}",
                        form.action,
                        answer.status,
                        answer.text()
                    );
                    assert!(
                        !answer.text().contains("<img src=x"),
                        "{} {name}",
                        form.action
                    );
                }
            }
            // More than any form of ours can be.
            if form.posts {
                let large = form.clone().fill("text", &"x".repeat(300_000));
                assert_eq!(browser.send(&large).status, 413, "{}", form.action);
            }
        }
    }
    assert!(tried > 30, "{tried} fields");
    for (table, rows) in place.contents() {
        let longest = rows.iter().map(String::len).max().unwrap_or_default();
        assert!(longest < 60_000, "a row of {table} has {longest} bytes");
        let lines = rows.iter().find(|row| row.contains("evil.example\nBcc"));
        assert!(lines.is_none(), "{table}: {lines:?}");
    }
}

fn every_address_takes_anything(stage: &Stage) {
    let house = House::new(*stage);
    let ana = Browser::of(&house.place, &house.ana);
    let visitor = Browser::new(&house.place);
    let words: Vec<String> = HOSTILE
        .iter()
        .map(|text| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>())
        .map(|text| text.replace('+', "%20"))
        .chain([
            "%ff%fe".to_owned(),
            "%c0%80".to_owned(),
            "x".repeat(5_000),
            "..%2f..%2fetc".to_owned(),
        ])
        .collect();
    for path in [
        "/@WORD",
        "/@WORD.rss",
        "/@WORD/reports",
        "/@circle/reports?answered=WORD&max_id=WORD",
        "/@circle/reports/WORD",
        "/@WORD/answers",
        "/report?status=WORD",
        "/report?who=WORD",
        "/@WORD/1",
        "/@ana/WORD",
        "/tags/WORD",
        "/users/WORD",
        "/users/WORD/statuses/1",
        "/users/WORD/outbox",
        "/users/WORD/followers",
        "/g/WORD/featured",
        "/emojis/WORD",
        "/users/ana/statuses/WORD",
        "/g/WORD",
        "/c/WORD",
        "/invite/WORD",
        "/media/WORD",
        "/media/proxy/WORD/aaaa",
        "/media/proxy/aaaa/WORD/small",
        "/static/WORD",
        "/default/WORD",
        "/search?q=WORD",
        "/new?reply=WORD",
        "/new?group=WORD&text=WORD",
        "/login?return_to=WORD",
        "/join?code=WORD",
        "/confirm?token=WORD",
        "/reset?token=WORD",
        "/setup?code=WORD",
        "/groups?language=WORD&topic=WORD&page=WORD",
        "/home?max_id=WORD",
        "/oauth/authorize?response_type=code&client_id=WORD&redirect_uri=WORD&scope=WORD",
        "/oauth/authorize/native?code=WORD",
        "/.well-known/webfinger?resource=WORD",
        "/.well-known/webfinger?resource=acct:WORD",
        "/nodeinfo/WORD",
        "/WORD",
    ] {
        for word in &words {
            let path = path.replace("WORD", word);
            for browser in [&ana, &visitor] {
                let answer = browser.ask(Method::GET, &path, None);
                let start: String = path.chars().take(80).collect();
                assert!(
                    answer.status < 500,
                    "{start}: {} {}",
                    answer.status,
                    answer.text()
                );
                assert!(!answer.text().contains("<img src=x"), "{start}");
            }
            let answer = house.place.visitor().document(&path);
            let start: String = path.chars().take(80).collect();
            assert!(
                answer.status < 500,
                "the document of {start}: {} {}",
                answer.status,
                answer.text()
            );
        }
    }
}

fn strange_ways_of_asking_are_no_other_ways(stage: &Stage) {
    let house = House::new(*stage);
    let before = house.place.contents();
    let secret = format!("/api/v1/statuses/{}", house.id("status"));
    let none = house.place.visitor().get(&secret).is(404).text();
    for path in [
        format!("/@ana/../api/v1/statuses/{}", house.id("status")),
        format!("/%2e%2e{secret}"),
        format!("//api/v1/statuses/{}", house.id("status")),
        format!("{secret};x=1"),
        format!("{secret}%00"),
        format!("{secret}."),
        secret.replace("/api/", "/API/"),
        secret.replace("/api/v1/", "/api/v1/%2e/"),
    ] {
        let answer = house.place.visitor().get(&path);
        assert!(
            matches!(answer.status, 400 | 404),
            "{path}: {}",
            answer.status
        );
    }
    // Nothing makes one request another one.
    let other = format!("/api/v1/statuses/{}", house.id("quote"));
    for header in [
        "x-original-url",
        "x-rewrite-url",
        "x-forwarded-prefix",
        "x-http-method-override",
        "x-http-method",
        "x-method-override",
    ] {
        let value = if header.contains("method") {
            "DELETE"
        } else {
            other.as_str()
        };
        let answer = house
            .eve
            .ask(Method::GET, &secret, &[(header, value)], None);
        assert_eq!(
            (answer.status, answer.text()),
            (404, none.clone()),
            "{header}"
        );
        let form = Body::form(&[("_method", "delete")]);
        let own = format!("/api/v1/statuses/{}", house.id("status"));
        let answer = house
            .ana
            .ask(Method::POST, &own, &[(header, value)], Some(form));
        assert_eq!(answer.status, 405, "{header}");
    }
    house.place.is_unchanged(&before, "a strange way of asking");
}

fn no_header_names_another_host(stage: &Stage) {
    let house = House::new(*stage);
    let place = &house.place;
    let evil: Vec<Vec<(&str, &str)>> = vec![
        vec![("host", "evil.example")],
        vec![
            ("x-forwarded-host", "evil.example"),
            ("x-forwarded-proto", "gopher"),
        ],
        vec![("forwarded", "host=evil.example;proto=gopher")],
        vec![
            ("x-original-host", "evil.example"),
            ("x-host", "evil.example"),
        ],
    ];
    let status = id_of(&house.ben.publish("hello"));
    let post = format!("/@ben/{status}");
    let shown = format!("/api/v1/statuses/{status}");
    let paths = [
        "/",
        "/about",
        "/login",
        "/@ben",
        &post,
        &shown,
        "/api/v2/instance",
        "/api/v1/instance",
        "/api/v1/timelines/public?limit=1",
        "/.well-known/nodeinfo",
        "/.well-known/oauth-authorization-server",
        "/users/ben",
        "/settings",
        "/c/circle",
    ];
    for headers in &evil {
        for path in paths {
            let answer = place.visitor().ask(Method::GET, path, headers, None);
            let head = format!("{:?}", answer.headers);
            assert!(
                !answer.text().contains("evil.example") && !head.contains("evil.example"),
                "{path} believes {headers:?}: {head} {}",
                answer.text()
            );
        }
        // Nor does the link in a letter.
        let browser = Browser::new(place);
        let form = browser
            .open("/forgot")
            .form_to("/forgot")
            .fill("name", "ben");
        browser.send_with(&form, headers);
        let letters = place.next_mails();
        for letter in &letters {
            assert!(!letter.contains("evil.example"), "{letter}");
        }
        link_in(&letters[0], place, "/reset?token=");
    }
}

fn nothing_that_a_person_asks_for_is_kept_on_the_way(stage: &Stage) {
    let house = House::new(*stage);
    for route in api::table().iter() {
        if route.method != Method::GET || route.path.starts_with("/api/v1/streaming/") {
            continue;
        }
        let path = fill(route, |name| house.id(name).to_owned());
        // Dressed as a file that caches like to keep.
        for end in ["", "?_=.css", "?x=/a.png"] {
            let answer = house.ana.get(&format!("{path}{end}"));
            let kept = answer.header("cache-control").unwrap_or_default();
            if route.access.caller != Caller::Anyone {
                assert_eq!(kept, "private, no-store", "{}{end}", title(route));
            }
            assert!(!kept.is_empty(), "{}{end}", title(route));
        }
        // A file below it is nothing, or another address that says no.
        let answer = house.ana.get(&format!("{path}/a.css"));
        assert!(
            matches!(answer.status, 403..=405),
            "{}/a.css: {}",
            title(route),
            answer.status
        );
    }
    // What is a page to some and a document to others says so; what is not for all is not kept.
    let public = id_of(&house.ben.publish("for all"));
    for path in [
        "/@ben".to_owned(),
        format!("/@ben/{public}"),
        "/users/ben".to_owned(),
    ] {
        for answer in [
            house.place.visitor().get(&path),
            house.place.visitor().document(&path),
        ] {
            assert!(answer.varies_by("accept"), "{path}: {:?}", answer.headers);
        }
    }
    let hidden = format!("/users/ana/statuses/{}", house.id("status"));
    let answer = house.place.visitor().document(&hidden);
    let kept = answer.header("cache-control").unwrap_or_default();
    assert!(!kept.contains("public"), "{hidden}: {kept}");
    let ana = Browser::of(&house.place, &house.ana);
    for path in [
        "/",
        "/@ben",
        "/home",
        "/@ana",
        "/search?q=tea",
        "/home?_=.css",
    ] {
        let answer = ana.ask(Method::GET, path, None);
        let kept = answer.header("cache-control").unwrap_or_default();
        assert!(
            kept.contains("private") || kept.contains("no-store"),
            "{path}: {kept}"
        );
    }
}
