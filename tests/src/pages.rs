//! The pages that people see: plain HTML that reads well without script, small, in two languages; and
//! the same addresses as other servers see them.

use std::collections::BTreeSet;

use http::Method;
use serde_json::Value;

use crate::harness::{Browser, Page, Stage, World, id_of, on_both_engines, tags};

on_both_engines![
    every_page_is_plain_and_can_be_read_by_everyone,
    every_page_speaks_both_languages,
    an_address_is_a_page_for_people_and_a_document_for_servers,
    a_thread_of_twenty_posts_is_small,
    a_stranger_reads_what_is_public_and_is_led_to_sign_in,
    a_member_does_the_main_things_with_forms,
    the_first_owner_opens_the_link_and_names_the_place,
];

fn paths(thread: &Value) -> Vec<(String, bool)> {
    let id = id_of(thread);
    let public = [
        "/",
        "/about",
        "/groups",
        "/@ana",
        "/@garden",
        "/tags/beans",
        "/login",
        "/join",
        "/forgot",
    ];
    let private = [
        "/home",
        "/new",
        "/groups/new",
        "/settings/profile",
        "/settings/security",
        "/settings/invites",
        "/@garden/queue",
        "/@garden/invites",
        "/@ana",
    ];
    let mut paths: Vec<(String, bool)> = public
        .iter()
        .map(|path| ((*path).to_owned(), false))
        .collect();
    paths.push((format!("/@ana/{id}"), false));
    paths.extend(private.iter().map(|path| ((*path).to_owned(), true)));
    paths.push((format!("/@ana/{id}"), true));
    paths.push((format!("/new?reply={id}"), true));
    paths.push(("/nothing-here".to_owned(), false));
    paths
}

/// What holds for every page.
fn check(page: &Page) {
    let path = &page.path;
    let tags = tags(&page.source);
    let count = |name: &str| tags.iter().filter(|tag| tag.name == name).count();
    assert!(page.source.starts_with("<!doctype html>"), "{path}");
    assert_eq!(count("script"), 0, "{path} has a script");
    assert_eq!(count("h1"), 1, "{path} has one heading of the first order");
    assert_eq!(count("main"), 1, "{path}");
    assert!(count("title") == 1, "{path}");
    let html = tags.iter().find(|tag| tag.name == "html").expect("html");
    assert!(
        ["en", "id"].contains(&html.get("lang")),
        "{path}: lang {}",
        html.get("lang")
    );
    let labels: BTreeSet<&str> = tags
        .iter()
        .filter(|tag| tag.name == "label")
        .map(|tag| tag.get("for"))
        .collect();
    let mut ids = BTreeSet::new();
    for tag in &tags {
        if tag.has("id") {
            assert!(
                ids.insert(tag.get("id")),
                "{path}: the id {} stands twice",
                tag.get("id")
            );
        }
        if tag.name == "img" {
            assert!(tag.has("alt"), "{path}: a picture without words");
        }
        let typed = match tag.name.as_str() {
            "input" => !["hidden", "submit", "radio", "checkbox"].contains(&tag.get("type")),
            "textarea" | "select" => true,
            _ => false,
        };
        if typed {
            let named = tag.has("aria-label") || tag.has("aria-labelledby");
            let labelled = tag.has("id") && labels.contains(tag.get("id"));
            assert!(
                named || labelled,
                "{path}: {} has no label",
                tag.get("name")
            );
        }
        for attribute in ["onclick", "onload", "onerror", "style"] {
            assert!(!tag.has(attribute), "{path}: {attribute}");
        }
    }
    let policy = page
        .answer
        .header("content-security-policy")
        .unwrap_or_default();
    assert!(policy.contains("default-src 'none'"), "{path}: {policy}");
    assert!(
        policy.contains("frame-ancestors 'none'"),
        "{path}: {policy}"
    );
    assert!(
        !policy.contains("script-src") && !policy.contains("unsafe"),
        "{path}: {policy}"
    );
    assert_eq!(
        page.answer.header("x-content-type-options"),
        Some("nosniff"),
        "{path}"
    );
    let referrer = page.answer.header("referrer-policy").unwrap_or_default();
    assert!(
        ["same-origin", "no-referrer", "strict-origin"].contains(&referrer),
        "{path}: {referrer}"
    );
}

fn every_page_is_plain_and_can_be_read_by_everyone(stage: &Stage) {
    let world = World::new(*stage);
    world.place.set("registrations", "open");
    let thread = world
        .ana
        .publish("@garden who has <b>seeds</b> for #beans?");
    world.ben.reply(&id_of(&thread), "@ana I have");
    let (stranger, member) = (
        Browser::new(&world.place),
        Browser::of(&world.place, &world.ana),
    );
    for (path, signed_in) in paths(&thread) {
        let browser = if signed_in { &member } else { &stranger };
        let page = browser.open(&path);
        let expected = if path == "/nothing-here" { 404 } else { 200 };
        assert_eq!(page.answer.status, expected, "{path}");
        check(&page);
        if signed_in {
            let cache = page.answer.header("cache-control").unwrap_or_default();
            assert!(
                cache.contains("no-store") || cache.contains("private"),
                "{path}: {cache}"
            );
        }
    }
    // Nothing is loaded from elsewhere.
    let page = stranger.open("/@garden");
    for tag in tags(&page.source)
        .iter()
        .filter(|tag| tag.name == "link" || tag.name == "img")
    {
        let address = if tag.name == "img" {
            tag.get("src")
        } else {
            tag.get("href")
        };
        let here = address.starts_with('/') || address.starts_with(&world.place.base);
        assert!(here || tag.get("rel") == "alternate", "{address}");
    }
}

fn every_page_speaks_both_languages(stage: &Stage) {
    let world = World::new(*stage);
    let thread = world.ana.publish("@garden halo #beans");
    let english = Browser::new(&world.place);
    let indonesian = Browser::speaking(&world.place, "id-ID,id;q=0.9,en;q=0.5");
    for (path, signed_in) in paths(&thread) {
        if signed_in {
            continue;
        }
        let (one, other) = (english.open(&path), indonesian.open(&path));
        check(&other);
        let lang = |page: &Page| {
            let tags = tags(&page.source);
            tags.iter()
                .find(|tag| tag.name == "html")
                .expect("html")
                .get("lang")
                .to_owned()
        };
        assert_eq!(
            (lang(&one), lang(&other)),
            ("en".to_owned(), "id".to_owned()),
            "{path}"
        );
        assert_ne!(one.text(), other.text(), "{path} says the same in both");
        assert!(
            other.answer.varies_by("accept-language"),
            "{path} varies by language"
        );
    }
    // The choice in the footer stays.
    let page = english.open("/about?lang=id");
    assert!(page.source.contains("<html lang=\"id\""), "{}", page.source);
    assert!(english.open("/about").source.contains("<html lang=\"id\""));
}

fn an_address_is_a_page_for_people_and_a_document_for_servers(stage: &Stage) {
    let world = World::new(*stage);
    let thread = world.ana.publish("@garden hello");
    let id = id_of(&thread);
    let visitor = world.place.visitor();
    let html = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    for (path, kind, uri) in [
        ("/".to_owned(), "Application", world.place.url("/actor")),
        (
            "/tags/teh".to_owned(),
            "OrderedCollection",
            world.place.url("/tags/teh"),
        ),
        ("/@ana".to_owned(), "Person", world.place.url("/users/ana")),
        (
            "/users/ana".to_owned(),
            "Person",
            world.place.url("/users/ana"),
        ),
        ("/@garden".to_owned(), "Group", world.garden.uri.clone()),
        ("/g/garden".to_owned(), "Group", world.garden.uri.clone()),
        (
            format!("/@ana/{id}"),
            "Note",
            world.place.url(&format!("/users/ana/statuses/{id}")),
        ),
        (
            format!("/users/ana/statuses/{id}"),
            "Note",
            world.place.url(&format!("/users/ana/statuses/{id}")),
        ),
    ] {
        for accept in [
            "application/activity+json",
            "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"",
            "application/activity+json, application/ld+json",
        ] {
            let answer = visitor.ask(Method::GET, &path, &[("accept", accept)], None);
            let document = answer.ok();
            assert_eq!(
                (&document["type"], &document["id"]),
                (&kind.into(), &uri.as_str().into()),
                "{path}"
            );
            let given = answer.header("content-type").unwrap_or_default();
            assert!(
                given.contains("application/activity+json") || given.contains("ld+json"),
                "{given}"
            );
            assert!(answer.varies_by("accept"), "{path} varies by Accept");
        }
        let answer = visitor.ask(Method::GET, &path, &[("accept", html)], None);
        assert!(answer.varies_by("accept"), "{path} varies by Accept");
        let browser = Browser::new(&world.place);
        let page = browser.arrive(&path, answer);
        let is_the_page = page.path == path || page.path.starts_with("/@");
        assert!(is_the_page, "{path} leads to {}", page.path);
        check(&page);
    }
    for collection in [
        "/g/garden/outbox",
        "/g/garden/followers",
        "/g/garden/moderators",
        "/users/ana/outbox",
    ] {
        let document = visitor.document(collection).ok();
        let kind = document["type"].as_str().unwrap_or_default().to_owned();
        assert!(kind.ends_with("Collection"), "{collection}: {kind}");
        assert!(
            document["totalItems"].is_i64() || document["orderedItems"].is_array(),
            "{collection}"
        );
    }
    let followers = visitor.document("/users/ben/followers").ok();
    assert_eq!(
        followers["orderedItems"],
        Value::Null,
        "who follows is nobody else's business"
    );
    let community = visitor.get("/c/garden");
    assert!(
        matches!(community.status, 301 | 302 | 303 | 307 | 308),
        "{}",
        community.status
    );
}

fn a_thread_of_twenty_posts_is_small(stage: &Stage) {
    let world = World::new(*stage);
    let words = "Sowing beans in the dry season asks for shade, patience and a little water every evening. ";
    let root = world.ana.publish(&format!("@garden {}", words.repeat(3)));
    for number in 0..19 {
        let text = format!("@ana {number}: {}", words.repeat(3));
        world.ben.reply(&id_of(&root), &text);
    }
    let headers = [("accept", "text/html"), ("accept-encoding", "gzip")];
    for path in [
        format!("/@ana/{}", id_of(&root)),
        "/@garden".to_owned(),
        "/".to_owned(),
    ] {
        let answer = world
            .place
            .visitor()
            .ask(Method::GET, &path, &headers, None);
        answer.is(200);
        assert_eq!(answer.header("content-encoding"), Some("gzip"), "{path}");
        let size = answer.bytes.len();
        assert!(size <= 13 * 1024, "{path} has {size} bytes");
    }
    let page = Browser::new(&world.place).open(&format!("/@ana/{}", id_of(&root)));
    let posts = tags(&page.source)
        .iter()
        .filter(|tag| tag.name == "article")
        .count();
    assert_eq!(posts, 20);
    let tags = tags(&page.source);
    let style = tags
        .iter()
        .find(|tag| tag.get("rel") == "stylesheet")
        .expect("a stylesheet");
    let answer = world
        .place
        .visitor()
        .ask(Method::GET, style.get("href"), &headers, None);
    assert!(
        answer.is(200).bytes.len() <= 8 * 1024,
        "the stylesheet has {}",
        answer.bytes.len()
    );
    assert!(
        answer
            .header("cache-control")
            .is_some_and(|cache| cache.contains("immutable"))
    );
}

fn a_stranger_reads_what_is_public_and_is_led_to_sign_in(stage: &Stage) {
    let world = World::new(*stage);
    let public = world.ana.publish("for all to read");
    let private = world.ana.publish_to("private", "for followers");
    let stranger = Browser::new(&world.place);
    assert!(stranger.open("/@ana").text().contains("for all to read"));
    assert!(!stranger.open("/@ana").text().contains("for followers"));
    let page = stranger.open(&format!("/@ana/{}", id_of(&private)));
    assert_eq!(page.answer.status, 404);
    assert_eq!(
        stranger
            .open(&format!("/@ana/{}", id_of(&public)))
            .answer
            .status,
        200
    );
    for path in ["/home", "/new", "/groups/new", "/settings/profile"] {
        let answer = stranger.ask(Method::GET, path, None);
        assert_eq!(answer.status, 303, "{path}");
        let to = answer.header("location").unwrap_or_default().to_owned();
        assert!(to.starts_with("/login?return_to="), "{path}: {to}");
    }
    // Afterwards one is where one wanted to be, and nowhere else.
    let page = stranger.open("/login?return_to=/groups/new");
    let form = page
        .form_to("/login")
        .fill("name", "ana")
        .fill("password", crate::harness::PASSWORD);
    assert_eq!(stranger.submit(&form).path, "/groups/new");
    for away in [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/%2fevil.example",
    ] {
        let away: String = url::form_urlencoded::byte_serialize(away.as_bytes()).collect();
        let other = Browser::new(&world.place);
        let page = other.open(&format!("/login?return_to={away}"));
        let form = page
            .form_to("/login")
            .fill("name", "ana")
            .fill("password", crate::harness::PASSWORD);
        assert_eq!(
            other.send(&form).header("location"),
            Some("/home"),
            "{away}"
        );
    }
    // A wrong password and an unknown name are told apart by nothing.
    let texts = ["ana", "nobody"].map(|name| {
        let other = Browser::new(&world.place);
        let form = other
            .open("/login")
            .form_to("/login")
            .fill("name", name)
            .fill("password", "wrong");
        let page = other.submit(&form);
        assert_eq!(page.answer.status, 422);
        page.text()
    });
    assert_eq!(texts[0], texts[1]);
}

fn a_member_does_the_main_things_with_forms(stage: &Stage) {
    let world = World::new(*stage);
    let eka = world.place.person("eka");
    let browser = Browser::of(&world.place, &eka);
    // Joins.
    let page = browser.open("/@garden");
    browser.submit(&page.form_to("/@garden/follow"));
    assert_eq!(eka.relationship(&world.garden.id)["following"], true);
    // Writes, is answered, answers, marks.
    let form = browser
        .open("/new?group=garden")
        .form_to("/new")
        .fill("text", "May I?");
    let thread = browser.submit(&form);
    let id = thread.path.rsplit('/').next().expect("an id").to_owned();
    let answer = world.ana.reply(&id, "@eka you may");
    let page = browser.open(&thread.path);
    assert!(page.text().contains("you may"), "{}", page.text());
    let form = browser
        .open(&format!("/new?reply={}", id_of(&answer)))
        .form_to("/new");
    browser.submit(&form.fill("text", "Thank you"));
    assert!(
        world
            .ana
            .answers(&id)
            .iter()
            .any(|one| one["account"]["id"] == eka.id.as_str())
    );
    let page = browser.open(&thread.path);
    let mark = page.form_to(&format!("/{}/mark", id_of(&answer)));
    let (name, value) = mark.buttons.first().cloned().expect("a button");
    browser.submit(&mark.press(&name, &value));
    let seen = eka.status(&id_of(&answer)).ok();
    let marked = ["favourited", "reblogged", "bookmarked"]
        .iter()
        .any(|field| seen[*field] == true);
    assert!(marked, "{seen}");
    // Takes it back, leaves, signs out.
    let page = browser.open(&thread.path);
    browser.submit(&page.form_to(&format!("/{id}/delete")));
    eka.status(&id).refused(404);
    let page = browser.open("/@garden");
    browser.submit(&page.form_to("/@garden/unfollow"));
    assert_eq!(eka.relationship(&world.garden.id)["following"], false);
    let page = browser.open("/home");
    browser.submit(&page.form_to("/logout"));
    assert_eq!(browser.ask(Method::GET, "/home", None).status, 303);
}

fn the_first_owner_opens_the_link_and_names_the_place(stage: &Stage) {
    let place = stage.instance();
    let ctx = place.ctx();
    let code = crate::harness::runtime().block_on(services::sign_in::first_run_code(&ctx));
    let code = code
        .expect("the database")
        .expect("nobody owns the place")
        .0;
    let browser = Browser::new(&place);
    assert_eq!(browser.open("/setup?code=guessed").answer.status, 403);
    let page = browser.open(&format!("/setup?code={code}"));
    check(&page);
    let form = page
        .form_to("/setup")
        .fill("title", "Balai Kampung")
        .fill("name", "ana")
        .fill("email", "ana@mail.example")
        .fill("password", crate::harness::PASSWORD);
    let short = browser.submit(&form.clone().fill("password", "short"));
    assert_eq!(short.answer.status, 422);
    let next = browser.submit(&form);
    assert_eq!(next.path, "/groups/new");
    assert_eq!(
        place.visitor().get("/api/v2/instance").ok()["title"],
        "Balai Kampung"
    );
    // The link is spent.
    let again = Browser::new(&place).open(&format!("/setup?code={code}"));
    assert_eq!(again.answer.status, 403);
    let code = crate::harness::runtime().block_on(services::sign_in::first_run_code(&ctx));
    assert!(code.expect("the database").is_none());
}
