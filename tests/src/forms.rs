//! Pages as somebody finds them who means harm (threats, rows 94, 95, 97 and 107): no form of ours is
//! believed from elsewhere, nothing leads away, nothing private is kept, no cookie is laid out.

use std::collections::BTreeSet;

use http::Method;

use crate::harness::{Body, Browser, Form, PASSWORD, Stage, World, id_of, on_both_engines};

on_both_engines![
    no_form_is_believed_that_did_not_stand_on_our_page,
    signing_in_changes_the_session_and_its_cookie_is_no_scripts,
    nothing_leads_away_from_the_place,
    nothing_private_is_kept_and_no_page_is_framed,
];

/// Pages with forms, for members and for visitors.
const MEMBERS: &[&str] = &[
    "/home",
    "/new",
    "/groups/new",
    "/settings/profile",
    "/settings/security",
    "/settings/invites",
    "/@ben",
    "/@garden",
    "/@garden/queue",
];
const VISITORS: &[&str] = &["/login", "/join", "/forgot"];

fn posted(browser: &Browser, paths: &[&str]) -> Vec<Form> {
    let mut seen = BTreeSet::new();
    let mut forms = Vec::new();
    for path in paths {
        for form in browser.open(path).forms() {
            if form.posts && seen.insert(form.action.clone()) {
                assert!(
                    form.fields.iter().any(|field| field.0 == "csrf"),
                    "{path} {form:?}"
                );
                forms.push(form);
            }
        }
    }
    forms
}

fn no_form_is_believed_that_did_not_stand_on_our_page(stage: &Stage) {
    let world = World::new(*stage);
    let place = &world.place;
    place.set("registrations", "open");
    let post = world.ana.publish("hello");
    let thread = format!("/@ana/{}", id_of(&post));
    let ana = Browser::of(place, &world.ana);
    let mut paths = MEMBERS.to_vec();
    paths.push(&thread);
    let mut cases: Vec<(&Browser, Form)> = Vec::new();
    let forms = posted(&ana, &paths);
    assert!(forms.len() >= 10, "{}", forms.len());
    assert!(forms.iter().any(|form| form.action == "/logout"));
    cases.extend(forms.into_iter().map(|form| (&ana, form)));
    let visitor = Browser::new(place);
    cases.extend(
        posted(&visitor, VISITORS)
            .into_iter()
            .map(|form| (&visitor, form)),
    );
    let other = Browser::of(place, &world.ben)
        .open("/settings/profile")
        .form_to("/settings/profile");
    let word_of_ben = other
        .fields
        .iter()
        .find(|field| field.0 == "csrf")
        .expect("a word")
        .1
        .clone();
    let before = place.row_counts();
    let ours = [
        ("origin", place.base.as_str()),
        ("sec-fetch-site", "same-origin"),
    ];
    for (browser, form) in &cases {
        let action = &form.action;
        // The right word, from another site.
        for headers in [
            &[("sec-fetch-site", "cross-site")][..],
            &[("sec-fetch-site", "same-site")][..],
            &[("origin", "https://evil.example")][..],
            &[("origin", "null")][..],
        ] {
            assert_eq!(
                browser.send_with(form, headers).status,
                403,
                "{action} {headers:?}"
            );
        }
        // From here, with a wrong word, none, or somebody else's.
        for word in ["", "wrong", &"0".repeat(32), word_of_ben.as_str()] {
            let forged = form.clone().fill("csrf", word);
            assert_eq!(
                browser.send_with(&forged, &ours).status,
                403,
                "{action} {word}"
            );
        }
        // JSON in the clothes of a form, and a form without its cookies.
        let cookies = browser.cookie_header();
        for kind in ["text/plain", "application/json"] {
            let body = Body {
                kind: kind.to_owned(),
                bytes: b"{\"csrf\":\"x\"}".to_vec(),
            };
            let headers = [ours[0], ours[1], ("cookie", cookies.as_str())];
            let answer = place
                .visitor()
                .ask(Method::POST, action, &headers, Some(body));
            assert!(
                (400..500).contains(&answer.status),
                "{action} {kind}: {}",
                answer.status
            );
        }
        let bare = Browser::new(place).send_with(form, &ours);
        assert!(
            bare.status == 403
                || bare
                    .header("location")
                    .is_some_and(|to| to.starts_with("/login")),
            "{action}: {}",
            bare.status
        );
    }
    assert_eq!(place.row_counts(), before, "nothing happened");
    assert_eq!(
        ana.ask(Method::GET, "/home", None).status,
        200,
        "nobody was signed out"
    );
}

fn signing_in_changes_the_session_and_its_cookie_is_no_scripts(stage: &Stage) {
    let world = World::new(*stage);
    let browser = Browser::new(&world.place);
    // A session that someone laid out beforehand is not taken over.
    let sign_in = |browser: &Browser, path: &str| {
        let form = browser.open(path).form_to("/login");
        let answer = browser.send(&form.fill("name", "ana").fill("password", PASSWORD));
        assert_eq!(answer.status, 303);
        answer
    };
    let answer = sign_in(&browser, "/login");
    let cookies: Vec<String> = answer
        .headers
        .get_all("set-cookie")
        .iter()
        .map(|cookie| cookie.to_str().expect("a cookie").to_owned())
        .collect();
    let session = cookies
        .iter()
        .find(|cookie| cookie.starts_with("balai="))
        .expect("a session");
    for word in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(session.contains(word), "{session}");
    }
    assert!(!session.contains("Domain"), "{session}");
    let first = browser.cookie("balai");
    sign_in(&browser, "/login?again=1");
    let second = browser.cookie("balai");
    assert_ne!(first, second);
    let old = [("cookie", format!("balai={first}"))];
    let headers: Vec<(&str, &str)> = old
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let answer = world
        .place
        .visitor()
        .ask(Method::GET, "/home", &headers, None);
    assert_eq!(answer.status, 303, "the session before is over");
    // Signed out is signed out, on the server too.
    let form = browser.open("/home").form_to("/logout");
    browser.send(&form);
    let old = format!("balai={second}");
    let answer = world
        .place
        .visitor()
        .ask(Method::GET, "/home", &[("cookie", &old)], None);
    assert_eq!(answer.status, 303);
}

fn nothing_leads_away_from_the_place(stage: &Stage) {
    let world = World::new(*stage);
    for away in [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/%2f%2fevil.example",
        "/%5cevil.example",
        "https:evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "/home\r\nSet-Cookie: a=b",
        "/\t/evil.example",
    ] {
        let browser = Browser::new(&world.place);
        let form = browser
            .open("/login")
            .form_to("/login")
            .fill("return_to", away);
        let answer = browser.send(&form.fill("name", "ana").fill("password", PASSWORD));
        assert_eq!(answer.header("location"), Some("/home"), "{away}");
        assert!(
            answer
                .headers
                .get_all("set-cookie")
                .iter()
                .all(|cookie| !cookie.as_bytes().starts_with(b"a=b"))
        );
    }
    // Old addresses lead to ours, whatever is in them, and no host is believed.
    for path in [
        "/c/garden",
        "/users/ana",
        "/invite/..%2f..%2fevil",
        "/auth/sign_up",
        "/settings",
        "/.well-known/change-password",
    ] {
        let headers = [
            ("accept", "text/html"),
            ("x-forwarded-host", "evil.example"),
            ("forwarded", "host=evil.example"),
        ];
        let answer = world.place.visitor().ask(Method::GET, path, &headers, None);
        let target = answer
            .header("location")
            .unwrap_or_else(|| panic!("{path}: {}", answer.status));
        assert!(
            target.starts_with('/') && !target.starts_with("//"),
            "{path}: {target}"
        );
    }
}

fn nothing_private_is_kept_and_no_page_is_framed(stage: &Stage) {
    let world = World::new(*stage);
    world.place.set("registrations", "open");
    let ana = Browser::of(&world.place, &world.ana);
    let visitor = Browser::new(&world.place);
    let members = MEMBERS.iter().map(|path| (&ana, *path));
    let visitors = VISITORS
        .iter()
        .chain(&["/", "/about", "/@ana"])
        .map(|path| (&visitor, *path));
    for (browser, path) in members.chain(visitors) {
        let answer = browser.ask(Method::GET, path, None);
        answer.is(200);
        let policy = answer.header("content-security-policy").expect("a policy");
        for part in [
            "default-src 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
            "base-uri 'none'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("script-src"), "{path}: {policy}");
        assert_eq!(
            answer.header("referrer-policy"),
            Some("same-origin"),
            "{path}"
        );
        assert_eq!(
            answer.header("x-content-type-options"),
            Some("nosniff"),
            "{path}"
        );
        let kept = answer.header("cache-control").expect("a word about caches");
        if std::ptr::eq(browser, &ana) || VISITORS.contains(&path) {
            assert_eq!(kept, "private, no-store", "{path}");
        }
        assert!(
            answer.varies_by("accept") || kept.contains("no-store"),
            "{path}"
        );
    }
    for path in [
        "/api/v1/accounts/verify_credentials",
        "/api/v1/timelines/home",
        "/api/v1/nothing",
    ] {
        assert_eq!(
            world.ana.get(path).header("cache-control"),
            Some("private, no-store"),
            "{path}"
        );
    }
}
