//! Lists: who is in them, what of them comes home, which answers they show.

use serde_json::{Value, json};

use crate::harness::{Person, Stage, eventually, id_of, on_both_engines};

on_both_engines![
    an_exclusive_list_keeps_its_people_out_of_home,
    a_list_shows_the_answers_that_its_policy_wants,
    a_list_is_its_owners_and_has_limits,
];

fn list(person: &Person, options: &Value) -> String {
    id_of(&person.post("/api/v1/lists", options).ok())
}

fn put(person: &Person, list: &str, who: &Person) {
    let members = json!({"account_ids": [who.id]});
    person
        .post(&format!("/api/v1/lists/{list}/accounts"), &members)
        .ok();
}

fn shown(person: &Person, list: &str) -> Vec<String> {
    person.get(&format!("/api/v1/timelines/list/{list}")).ids()
}

fn an_exclusive_list_keeps_its_people_out_of_home(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben] = ["ana", "ben"].map(|name| place.person(name));
    ana.towards(&ben.id, "follow").ok();
    let post = id_of(&ben.publish("hello"));
    let home = |there: bool| {
        let text = format!("at home: {there}");
        eventually(&text, || {
            let found = ana.home().iter().any(|shown| shown["id"] == post.as_str());
            (found == there).then_some(())
        });
    };
    home(true);
    let id = list(&ana, &json!({"title": "Quiet", "exclusive": true}));
    put(&ana, &id, &ben);
    home(false);
    assert_eq!(shown(&ana, &id), std::slice::from_ref(&post));
    let later = id_of(&ben.publish("later"));
    place.settle();
    assert!(ana.home().iter().all(|shown| shown["id"] != later.as_str()));
    assert_eq!(shown(&ana, &id), [later, post.clone()]);

    let open = ana
        .put(&format!("/api/v1/lists/{id}"), &json!({"exclusive": false}))
        .ok();
    assert_eq!(open["exclusive"], false);
    home(true);
    ana.put(&format!("/api/v1/lists/{id}"), &json!({"exclusive": true}))
        .ok();
    home(false);
    let holding = ana.items(&format!("/api/v1/accounts/{}/lists", ben.id));
    assert_eq!(holding[0]["id"], id.as_str());
    ana.delete(&format!(
        "/api/v1/lists/{id}/accounts?account_ids[]={}",
        ben.id
    ))
    .ok();
    home(true);
    put(&ana, &id, &ben);
    home(false);
    ana.delete(&format!("/api/v1/lists/{id}")).ok();
    home(true);
}

fn a_list_shows_the_answers_that_its_policy_wants(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben, chi, eko, dewi] =
        ["ana", "ben", "chi", "eko", "dewi"].map(|name| place.person(name));
    for person in [&ben, &chi, &eko] {
        ana.towards(&person.id, "follow").ok();
    }
    let id = list(&ana, &json!({"title": "Two", "replies_policy": "list"}));
    put(&ana, &id, &ben);
    put(&ana, &id, &chi);
    let threads = [&chi, &eko, &dewi].map(|who| id_of(&who.publish("a thread")));
    let answers = threads
        .each_ref()
        .map(|thread| id_of(&ben.reply(thread, "yes")));
    let policy = |word: &str| {
        let change = json!({ "replies_policy": word });
        let list = ana.put(&format!("/api/v1/lists/{id}"), &change).ok();
        assert_eq!(list["replies_policy"], word);
        let found = shown(&ana, &id);
        answers.each_ref().map(|answer| found.contains(answer))
    };
    assert_eq!(policy("list"), [true, false, false]);
    assert_eq!(policy("followed"), [true, true, false]);
    assert_eq!(policy("none"), [false, false, false]);
    ana.put(
        &format!("/api/v1/lists/{id}"),
        &json!({"replies_policy": "all"}),
    )
    .refused(422);
}

fn a_list_is_its_owners_and_has_limits(stage: &Stage) {
    let place = stage.instance();
    let [ana, ben] = ["ana", "ben"].map(|name| place.person(name));
    let id = list(&ana, &json!({"title": "Mine"}));
    let members = json!({"account_ids": [ana.id]});
    for refused in [
        ben.get(&format!("/api/v1/lists/{id}")),
        ben.put(&format!("/api/v1/lists/{id}"), &json!({"title": "x"})),
        ben.delete(&format!("/api/v1/lists/{id}")),
        ben.get(&format!("/api/v1/lists/{id}/accounts")),
        ben.post(&format!("/api/v1/lists/{id}/accounts"), &members),
        ben.get(&format!("/api/v1/timelines/list/{id}")),
    ] {
        refused.refused(404);
    }
    ana.post("/api/v1/lists", &json!({"title": ""}))
        .refused(422);
    // Whom one does not follow one cannot put in.
    let stranger = json!({"account_ids": [ben.id]});
    ana.post(&format!("/api/v1/lists/{id}/accounts"), &stranger)
        .refused(404);
    for _ in 1..100 {
        list(&ana, &json!({"title": "One more"}));
    }
    ana.post("/api/v1/lists", &json!({"title": "Too many"}))
        .refused(422);
    assert_eq!(ana.items("/api/v1/lists").len(), 100);
}
