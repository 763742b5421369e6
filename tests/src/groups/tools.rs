//! What moderators of a group have against spam and waves: words and links, first contact, the shield, notes, blocked
//! servers, and a queue that a keyboard works through.

use std::collections::BTreeSet;

use http::Method;
use model::GroupKind;
use serde_json::{Value, json};

use crate::harness::{
    Body, Browser, Part, Person, Stage, TwoPlaces, World, eventually, id_of, on_both_engines, tags,
    text_of,
};

on_both_engines![
    a_word_lets_a_post_wait_and_another_refuses_it,
    a_stranger_waits_until_one_post_was_let_through,
    a_wave_is_told_of_and_one_button_keeps_it_out,
    notes_are_read_by_moderators_alone,
    a_list_of_servers_is_looked_at_and_then_blocked,
    the_queue_is_worked_through_by_keyboard,
];

/// Writes the list of words: phrase, kind, what happens.
/// Puts these words on the list of the garden: each with its kind and what is to happen.
pub(crate) fn write_words(world: &World, by: &Person, words: &[(&str, &str, &str)]) {
    let browser = Browser::of(&world.place, by);
    let page = browser.open("/@garden/words");
    let csrf = page
        .form_with("phrase", Some(""))
        .fields
        .into_iter()
        .find(|field| field.0 == "csrf")
        .expect("a form")
        .1;
    let mut pairs = vec![("csrf", csrf.as_str())];
    for (phrase, kind, act) in words {
        pairs.extend([
            ("phrase", *phrase),
            ("kind", *kind),
            ("act", *act),
            ("rule", ""),
        ]);
    }
    let answer = browser.ask(Method::POST, "/@garden/words", Some(Body::form(&pairs)));
    assert_eq!(answer.status, 303, "{}", answer.text());
}

fn a_word_lets_a_post_wait_and_another_refuses_it(stage: &Stage) {
    let world = World::new(*stage);
    let (ana, ben, chi) = (&world.ana, &world.ben, &world.chi);
    write_words(
        &world,
        chi,
        &[
            ("casino", "word", "hold"),
            ("spam.example", "link", "refuse"),
        ],
    );
    let page = Browser::of(&world.place, ana).open("/@garden/words");
    page.form_with("phrase", Some("casino"));
    page.form_with("phrase", Some("spam.example"));
    let waits = ben.publish("@garden come to the CASINO");
    ana.status(&id_of(&waits)).refused(404);
    let link = json!({"status": "@garden see https://www.spam.example/x"});
    let told = ben.post("/api/v1/statuses", &link).refused(422);
    assert!(
        told.contains("this group") && !told.contains("spam.example"),
        "{told}"
    );
    // An edit does not bring it in afterwards, a moderator writes what she wants.
    let calm = ben.publish("@garden beans");
    let path = format!("/api/v1/statuses/{}", id_of(&calm));
    ben.put(&path, &json!({"status": "@garden casino beans"}))
        .refused(422);
    let kept = ana.status(&id_of(&calm)).ok();
    assert!(!kept["content"].as_str().unwrap().contains("casino"));
    ana.status(&id_of(&chi.publish("@garden no casino here, please")))
        .ok();

    let queue = Browser::of(&world.place, chi).open("/@garden/queue");
    assert!(
        queue.text().contains("Waits because of: casino"),
        "{}",
        queue.text()
    );
    let log = Browser::new(&world.place).open("/@garden/log");
    assert!(log.text().contains("words and links"), "{}", log.text());
    assert!(!log.source.contains("casino") && !log.source.contains("spam.example"));
    // For others there is no such page.
    let answer = Browser::of(&world.place, ben).ask(Method::GET, "/@garden/words", None);
    assert_eq!(answer.status, 404);
}

fn a_stranger_waits_until_one_post_was_let_through(stage: &Stage) {
    let places = TwoPlaces::joined(*stage);
    let world = &places.first;
    let anas = Browser::of(&world.place, &world.ana);
    let form = anas
        .open("/@garden/settings")
        .form_with("first_contact", None);
    anas.submit(
        &form
            .fill("first_contact", "strangers")
            .press("do", "options"),
    );
    let options = world
        .ana
        .get(&format!("/api/v1/groups/{}", world.garden.id))
        .ok();
    assert_eq!(options["id"], world.garden.id.as_str());
    let thread = places.dan_posts("hello from elsewhere");
    let page = eventually("it waits", || {
        let page = anas.open("/@garden/queue");
        page.text().contains("hello from elsewhere").then_some(page)
    });
    assert!(
        page.text().contains("younger than a week"),
        "{}",
        page.text()
    );
    assert!(
        world
            .ben
            .known_status(thread["uri"].as_str().unwrap())
            .is_none()
    );
    // Nobody is told of it until then.
    assert!(world.ben.notified_of("mention").is_empty());
    anas.submit(&page.form_with("do", Some("release")).press("do", "release"));
    TwoPlaces::arrives(&world.ben, &thread);
    let next = places.dan_posts("and once more");
    TwoPlaces::arrives(&world.ben, &next);
}

fn letters(who: &Person) -> Vec<String> {
    let told: Vec<Value> = who.notified_of("mention");
    told.iter()
        .filter_map(|one| one["status"]["content"].as_str())
        .map(text_of)
        .filter(|text| text.contains("Far more strangers"))
        .collect()
}

fn a_wave_is_told_of_and_one_button_keeps_it_out(stage: &Stage) {
    let world = World::new(*stage);
    let (ana, ben) = (&world.ana, &world.ben);
    let hut = world
        .place
        .group("hut", "The hut", ana, GroupKind::Approved);
    let anas = Browser::of(&world.place, ana);
    for number in 0..15 {
        let stranger = world.place.person(&format!("stranger{number}"));
        stranger.towards(&hut.id, "follow").ok();
        stranger.publish(&format!("@garden buy number {number}"));
    }
    // Fifteen who ask to join the hut are none yet; fifteen who join the garden by what they write are.
    let calm = anas.open("/@hut/queue").text();
    assert!(!calm.contains("Far more than usual"), "{calm}");
    let queue = anas.open("/@garden/queue");
    assert!(
        queue.text().contains("Far more than usual"),
        "{}",
        queue.text()
    );
    let told = eventually("ana is told", || letters(ana).into_iter().next());
    assert!(told.contains("/@garden/queue"), "{told}");
    anas.submit(&queue.form_with("do", Some("shield")).press("do", "shield"));
    let queue = anas.open("/@garden/queue").text();
    assert!(!queue.contains("Far more than usual"), "{queue}");
    // From now on who came today does not write: neither a stranger nor a member since a moment ago.
    let body = json!({"status": "@garden buy"});
    world
        .place
        .person("late")
        .post("/api/v1/statuses", &body)
        .refused(403);
    let told = ben.post("/api/v1/statuses", &body).refused(422);
    assert!(told.contains("member for a day"), "{told}");
    ana.status(&id_of(&ana.publish("@garden calm, please")))
        .ok();
    assert_eq!(letters(ana).len(), 1);
}

fn notes_are_read_by_moderators_alone(stage: &Stage) {
    let world = World::new(*stage);
    let (ana, ben, chi) = (&world.ana, &world.ben, &world.chi);
    let path = format!("/@garden/people/{}", ben.id);
    let chis = Browser::of(&world.place, chi);
    let form = chis.open(&path).form_with("body", None);
    chis.submit(
        &form
            .fill("body", "asked about <seeds> twice")
            .press("do", "add"),
    );
    let seen = Browser::of(&world.place, ana).open(&path);
    assert!(
        seen.text().contains("asked about <seeds> twice"),
        "{}",
        seen.text()
    );
    assert!(seen.text().contains("chi"), "{}", seen.text());
    for who in [ben, &world.place.person("eve")] {
        let answer = Browser::of(&world.place, who).ask(Method::GET, &path, None);
        assert_eq!(answer.status, 404);
    }
    let log = Browser::new(&world.place).open("/@garden/log");
    assert!(!log.source.contains("seeds"));
    let long = "x".repeat(2001);
    let form = chis.open(&path).form_with("body", None);
    assert_eq!(
        chis.send(&form.fill("body", &long).press("do", "add"))
            .status,
        422
    );
    let page = chis.submit(
        &chis
            .open(&path)
            .form_with("note", None)
            .press("do", "delete"),
    );
    assert!(!page.text().contains("seeds"), "{}", page.text());
}

fn a_list_of_servers_is_looked_at_and_then_blocked(stage: &Stage) {
    let places = TwoPlaces::joined(*stage);
    let (world, elsewhere) = (&places.first, places.second.domain());
    TwoPlaces::arrives(&world.ben, &places.dan_posts("beans"));
    let anas = Browser::of(&world.place, &world.ana);
    let page = anas.open("/@garden/servers");
    let field = |form: &crate::harness::Form, name: &str| {
        let found = form.fields.iter().find(|field| field.0 == name);
        found.expect("a field").1.clone()
    };
    let csrf = field(&page.form_with("list", None), "csrf");
    let list = format!(
        "#domain,#severity,#public_comment\n{elsewhere},suspend,\"spam, ads\"\nevil.example,suspend,\n"
    );
    let part = |name, bytes| Part {
        name,
        file: None,
        bytes,
    };
    let parts = [
        part("csrf", csrf.as_bytes()),
        part("do", b"look".as_slice()),
        part("list", b"".as_slice()),
        part("reason", b"too much spam".as_slice()),
        Part {
            name: "file",
            file: Some(("blocks.csv", "text/csv")),
            bytes: list.as_bytes(),
        },
    ];
    let answer = anas.ask(
        Method::POST,
        "/@garden/servers",
        Some(Body::multipart(&parts)),
    );
    let preview = anas.arrive("/@garden/servers", answer);
    let text = preview.text();
    assert!(text.contains("One member would be removed"), "{text}");
    assert!(
        text.contains("1 of them wrote in the last 30 days"),
        "{text}"
    );
    assert!(text.contains("spam, ads"), "{text}");
    // Nothing happened yet.
    assert!(
        anas.open("/@garden/servers")
            .text()
            .contains("No server is blocked")
    );
    let page = anas.submit(&preview.form_with("server", None).press("do", "block"));
    assert!(page.text().contains("evil.example"), "{}", page.text());
    let log = Browser::new(&world.place).open("/@garden/log").text();
    assert!(
        log.contains("Servers were blocked") && log.contains("too much spam"),
        "{log}"
    );
    assert!(!log.contains("evil.example"), "{log}");

    eventually("dan hears that he is out", || {
        (places.dan.relationship(&places.garden_there)["following"] == false).then_some(())
    });
    let late = places.dan_posts("am I still here?");
    places.second.settle();
    world.place.settle();
    let uri = late["uri"].as_str().unwrap();
    assert!(world.ben.known_status(uri).is_none());
    places.dan.towards(&places.garden_there, "follow").ok();
    places.second.settle();
    world.place.settle();
    let members = world
        .ana
        .items(&format!("/api/v1/groups/{}/memberships", world.garden.id));
    assert_eq!(members.len(), 3, "{members:?}");
    // And back again.
    let form = anas
        .open("/@garden/servers")
        .form_with("do", Some("unblock"));
    let page = anas.submit(&form.fill("server", &elsewhere).press("do", "unblock"));
    assert!(!page.text().contains(&elsewhere), "{}", page.text());
}

fn the_queue_is_worked_through_by_keyboard(stage: &Stage) {
    let world = World::new(*stage);
    let ana = &world.ana;
    let hut = world
        .place
        .group("hut", "The hut", ana, GroupKind::Approved);
    write_words(&world, ana, &[("casino", "word", "hold")]);
    for name in ["dewi", "eko", "fitri"] {
        let who = world.place.person(name);
        who.towards(&hut.id, "follow").ok();
        who.publish("@garden a casino");
    }
    let anas = Browser::of(&world.place, ana);
    for (path, waiting) in [("/@hut/queue", 3), ("/@garden/queue", 3)] {
        let page = anas.open(path);
        let keys: Vec<String> = tags(&page.source)
            .iter()
            .filter(|tag| tag.has("accesskey"))
            .map(|tag| tag.get("accesskey").to_owned())
            .collect();
        assert_eq!(keys, ["a", "r", "n"], "{path}");
        assert!(page.text().contains("By keyboard"), "{}", page.text());
        // Each button has a name of its own, and each waiting thing an address that the one before leads to.
        let mut names = BTreeSet::new();
        for part in page.source.split("<button").skip(1) {
            let inside = part.split("</button>").next().unwrap_or_default();
            let does = ["authorize", "reject", "release", "withhold"];
            if does
                .iter()
                .any(|word| inside.contains(&format!("value=\"{word}\"")))
            {
                let name = text_of(&format!("<button{inside}"));
                assert!(names.insert(name.clone()), "{name} is there twice");
            }
        }
        assert_eq!(names.len(), 2 * waiting, "{names:?}");
        let ids: BTreeSet<String> = tags(&page.source)
            .iter()
            .map(|tag| tag.get("id").to_owned())
            .collect();
        let links: Vec<String> = tags(&page.source)
            .iter()
            .filter_map(|tag| {
                tag.get("href")
                    .strip_prefix("#i")
                    .map(|at| format!("i{at}"))
            })
            .collect();
        assert_eq!(links.len(), waiting);
        assert!(links.iter().all(|id| ids.contains(id)), "{links:?} {ids:?}");
        assert!(ids.contains("next"));
    }
    let form = anas
        .open("/@hut/queue")
        .form_with("do", Some("authorize"))
        .press("do", "authorize");
    let answer = anas.send(&form);
    assert_eq!(answer.status, 303);
    assert_eq!(
        answer.header("location"),
        Some("/@hut/queue?did=authorize#next")
    );
}
