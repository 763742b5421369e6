//! A private group opens: what was written in it stays its members', until each author opens what is theirs.

use http::Method;
use model::GroupKind;
use serde_json::{Value, json};

use crate::harness::{Browser, Stage, TwoPlaces, World, eventually, id_of, on_both_engines};

on_both_engines![the_author_opens_and_others_read_here_and_elsewhere,];

fn the_author_opens_and_others_read_here_and_elsewhere(stage: &Stage) {
    let places = TwoPlaces::new(*stage);
    let World {
        place, ana, ben, ..
    } = &places.first;
    let eve = place.person("eve");
    let hall = place.group("hall", "The hall", ana, GroupKind::Open);
    let group = format!("/api/v1/groups/{}", hall.id);
    ben.towards(&hall.id, "follow").ok();
    ana.put(&group, &json!({"kind": "private"})).ok();
    let say = |who: &crate::harness::Person, text: &str, to: Value| {
        let body = json!({"status": text, "group_id": hall.id, "in_reply_to_id": to});
        who.post("/api/v1/statuses", &body).ok()
    };
    let root = say(ana, "the key is under the mat", Value::Null);
    let answer = say(ben, "I moved it to the shed", root["id"].clone());
    let own = say(ben, "the shed needs paint", Value::Null);
    let path = |status: &Value| {
        let name = status["account"]["acct"].as_str().expect("a name");
        format!("/@{name}/{}", id_of(status))
    };
    let bens = Browser::of(place, ben);
    let page = bens.open(&path(&answer));
    assert!(
        page.forms()
            .iter()
            .all(|form| !form.action.ends_with("/open"))
    );
    ana.put(&group, &json!({"kind": "open"})).ok();
    for status in [&root, &answer, &own] {
        eve.status(&id_of(status)).refused(404);
    }
    // Neither the group's owner nor a stranger opens it for him.
    let anas = Browser::of(place, ana);
    let page = anas.open(&path(&answer));
    assert!(
        page.forms()
            .iter()
            .all(|form| !form.action.ends_with("/open"))
    );
    let mut forged = anas.open(&path(&root)).form_to("/open");
    forged.action = format!("{}/open", path(&answer));
    assert_eq!(anas.send(&forged).status, 404);
    eve.status(&id_of(&answer)).refused(404);

    // Dan follows the group from elsewhere and gets what is opened.
    let there = places
        .dan
        .find_account(&format!("@{}", hall.handle))
        .expect("the hall");
    places.dan.towards(&id_of(&there), "follow").ok();
    eventually("dan is in", || {
        (places.dan.relationship(&id_of(&there))["following"] == true).then_some(())
    });
    bens.submit(&bens.open(&path(&answer)).form_to("/open"));
    let seen = eve.status(&id_of(&answer)).ok();
    assert_eq!(
        (
            &seen["visibility"],
            &seen["in_reply_to_id"],
            &seen["in_reply_to_account_id"]
        ),
        (&json!("public"), &Value::Null, &Value::Null),
        "{seen}"
    );
    let context = eve.get(&format!("/api/v1/statuses/{}/context", id_of(&answer)));
    let context = context.ok();
    assert_eq!(context, json!({"ancestors": [], "descendants": []}));
    let document = place
        .visitor()
        .document(&format!("/users/ben/statuses/{}", id_of(&answer)))
        .ok();
    let text = document.to_string();
    assert!(
        text.contains("the shed") && !text.contains(&id_of(&root)) && !text.contains("users/ana"),
        "{text}"
    );
    eve.status(&id_of(&root)).refused(404);
    let visitor = Browser::new(place);
    assert_eq!(visitor.ask(Method::GET, &path(&root), None).status, 404);

    // The rest of his at once: the thread comes to the group's page, and to dan.
    bens.submit(&bens.open("/@hall").form_to("/@hall/open"));
    assert!(visitor.open("/@hall").text().contains("needs paint"));
    assert!(!visitor.open("/@hall").text().contains("under the mat"));
    eventually("it reaches dan", || {
        let shown = places
            .dan
            .items(&format!("/api/v1/accounts/{}/statuses", id_of(&there)));
        shown
            .into_iter()
            .find(|status| status["reblog"]["uri"] == own["uri"])
    });
    let page = bens.open("/@hall");
    assert!(
        page.forms()
            .iter()
            .all(|form| !form.action.ends_with("/open"))
    );
}
